"""Expressions of a mapping: what a row's cells come to, as text or as an IRI.

A cell is never spliced: in an IRI its characters are percent-encoded (RFC 6570, simple expansion), in a literal it is
the literal's value. An expression that names an empty cell or value is empty, and nothing is stated of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

from pyoxigraph import NamedNode

from ldpub.folding import fold

Value = str | NamedNode
"""Text, empty where there is none, or an IRI."""


@dataclass
class Miss:
    """A lookup that found no one thing: which value, what was looked up, and why it failed."""

    value: str
    key: tuple[str, ...]
    why: str


class Lookup(Protocol):
    """A table or graph in which an expression looks something up."""

    def find(self, key: tuple[str, ...], near: tuple[float, float, float] | None) -> Scope | str:
        """The one row for a key (and within so many km of a point), or why there is none."""
        ...


@dataclass
class Scope:
    """What an expression may name: cells, and values made before it; and the lookups of the mapping."""

    values: dict[str, Value]
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)


class Expression(Protocol):
    """Something that comes to a value in a scope."""

    @property
    def names(self) -> tuple[str, ...]:
        """The cells and values that it names."""
        ...

    def of(self, scope: Scope) -> Value:
        """Its value there."""
        ...


def slug(text: str) -> str:
    """A text as the last part of an IRI: ASCII, lower case, hyphens between words."""
    ascii_text = unicodedata.normalize("NFKD", fold(text)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")


def decimal(text: str) -> str:
    """A number as xsd:decimal writes it: a point, no exponent; a text that is no number stays as it is."""
    try:
        number = Decimal(text.replace(",", ".", 1))
    except InvalidOperation:
        return text
    return f"{number:f}" if number.is_finite() else text


FILTERS: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "decimal": decimal,
    "fold": lru_cache(1 << 17)(fold),
    "slug": slug,
}
"""What may follow a name in braces: {name|fold}."""


@dataclass(frozen=True)
class Reference:
    """A name in braces, with what is done to its text."""

    name: str
    filters: tuple[str, ...] = ()

    def text(self, scope: Scope) -> str:
        """The text of what it names; an IRI as its characters."""
        value = scope.values.get(self.name, "")
        text = value.value if isinstance(value, NamedNode) else value
        for name in self.filters:
            text = FILTERS[name](text)
        return text


Piece = str | Reference


@dataclass(frozen=True)
class Template:
    """Text with names in braces."""

    pieces: tuple[Piece, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The cells and values that it names."""
        return tuple(piece.name for piece in self.pieces if isinstance(piece, Reference))

    def of(self, scope: Scope) -> Value:
        """The text, or nothing where one of its names is empty; an IRI that is named alone stays one."""
        if len(self.pieces) == 1 and isinstance(only := self.pieces[0], Reference) and not only.filters:
            return scope.values.get(only.name, "")
        texts = [piece if isinstance(piece, str) else piece.text(scope) for piece in self.pieces]
        return "".join(texts) if all(texts) else ""


@dataclass(frozen=True)
class IriTemplate:
    """An IRI with names in braces, whose texts are encoded."""

    pieces: tuple[Piece, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The cells and values that it names."""
        return tuple(piece.name for piece in self.pieces if isinstance(piece, Reference))

    def of(self, scope: Scope) -> Value:
        """The IRI, or nothing where one of its names is empty."""
        if len(self.pieces) == 1 and isinstance(only := self.pieces[0], Reference):
            value = scope.values.get(only.name, "")
            return value if isinstance(value, NamedNode) or not value else NamedNode(value)
        texts = [piece if isinstance(piece, str) else quote(piece.text(scope), safe="") for piece in self.pieces]
        return NamedNode("".join(texts)) if all(texts) else ""


@dataclass(frozen=True)
class First:
    """The first of several expressions that is not empty."""

    parts: tuple[Expression, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The cells and values that it names."""
        return tuple(name for part in self.parts for name in part.names)

    def of(self, scope: Scope) -> Value:
        """Its value there."""
        return next((value for part in self.parts if (value := part.of(scope))), "")


@dataclass(frozen=True)
class Sorted:
    """Several texts in their natural order (q9 before q10), with something between them."""

    parts: tuple[Expression, ...]
    between: str

    @property
    def names(self) -> tuple[str, ...]:
        """The cells and values that it names."""
        return tuple(name for part in self.parts for name in part.names)

    def of(self, scope: Scope) -> Value:
        """The texts together, or nothing where one of them is empty."""
        texts = [text_of(part.of(scope)) for part in self.parts]
        return self.between.join(sorted(texts, key=_natural)) if all(texts) else ""


@dataclass(frozen=True)
class Differing:
    """A value where it differs from another: a second label that would only repeat the first is none."""

    value: Expression
    other: Expression

    @property
    def names(self) -> tuple[str, ...]:
        """The cells and values that it names."""
        return (*self.value.names, *self.other.names)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The expressions below it."""
        return self.value, self.other

    def of(self, scope: Scope) -> Value:
        """Its value there, or nothing."""
        value = self.value.of(scope)
        return "" if value == self.other.of(scope) else value


@dataclass(frozen=True)
class Cases:
    """What stands in a list for a text; nothing for any other text."""

    of_text: Expression
    cases: Mapping[str, Expression]

    @property
    def names(self) -> tuple[str, ...]:
        """The cells and values that it names."""
        return (*self.of_text.names, *(name for case in self.cases.values() for name in case.names))

    def of(self, scope: Scope) -> Value:
        """Its value there."""
        case = self.cases.get(text_of(self.of_text.of(scope)))
        return case.of(scope) if case else ""


@dataclass(frozen=True)
class Found:
    """What a lookup takes from the one row that it finds; where it reports, what was not found is told."""

    lookup: str
    key: tuple[Expression, ...]
    take: Expression
    near: tuple[Expression, Expression, float] | None = None
    report: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The cells and values that it names."""
        parts = (*self.key, *(self.near[:2] if self.near else ()))
        return tuple(name for part in parts for name in part.names)

    def of(self, scope: Scope) -> Value:
        """Its value there, empty where not one row is found."""
        key = tuple(text_of(part.of(scope)) for part in self.key)
        if not all(key):
            return ""
        point = _point(self.near, scope) if self.near else None
        found = "no point" if self.near and point is None else scope.lookups[self.lookup].find(key, point)
        if isinstance(found, str):
            if self.report:
                scope.misses.append(Miss(self.report, key, found))
            return ""
        return self.take.of(found)


def _point(near: Sequence[Expression | float], scope: Scope) -> tuple[float, float, float] | None:
    lat, long, km = near
    assert not isinstance(lat, float)
    assert not isinstance(long, float)
    assert isinstance(km, float)
    texts = text_of(lat.of(scope)), text_of(long.of(scope))
    return (float(texts[0]), float(texts[1]), km) if all(texts) else None


def text_of(value: Value) -> str:
    """The text of a value; of an IRI, its characters."""
    return value.value if isinstance(value, NamedNode) else value


def _natural(text: str) -> list[tuple[int, int, str]]:
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.findall(r"[0-9]+|[^0-9]+", text)]
