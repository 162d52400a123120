"""How a mapping writes expressions: `{name|filter}` in strings, and small tables for IRIs, lookups and choices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from ldpub.build.importing.expressions import (
    FILTERS,
    Cases,
    Differing,
    Expression,
    First,
    Found,
    IriTemplate,
    Piece,
    Reference,
    Sorted,
    Template,
)

_PIECE = re.compile(r"\{([^{}]*)\}")
_REFERENCE = re.compile(r"([A-Za-z_][\w.-]*)((?:\|[a-z]+)*)")
_PREFIXED = re.compile(r"([A-Za-z][\w-]*):(.*)", re.DOTALL)

FORMS = {
    "iri": {"iri"},
    "first": {"first"},
    "sorted": {"sorted", "between"},
    "differing": {"differing", "from"},
    "case": {"case", "of"},
    "lookup": {"lookup", "key", "take", "near", "report"},
}
"""The tables that are expressions: the key that tells which, and all keys that it may have."""


class NotationError(ValueError):
    """Something in a mapping that is not right; `fragment` stands on the line where it is."""

    def __init__(self, message: str, fragment: str, mend: str | None = None) -> None:
        super().__init__(message)
        self.fragment = fragment
        self.mend = mend


@dataclass(frozen=True)
class Notation:
    """Reads the expressions of one mapping, with the project's prefixes."""

    prefixes: Mapping[str, str]

    def expression(self, given: object) -> Expression:
        """The expression that a string or table writes; raises NotationError."""
        if isinstance(given, str):
            return Template(self._pieces(given))
        if not isinstance(given, dict):
            raise NotationError(f"{given!r} is no expression", str(given), "write a string or a table")
        form = next((form for form in FORMS if form in given), None)
        if form is None or set(given) - FORMS[form]:
            wrong = ", ".join(sorted(set(given) - (FORMS[form] if form else set())))
            known = "; ".join(", ".join(sorted(keys)) for keys in FORMS.values())
            raise NotationError(f"{wrong} makes no expression", next(iter(given), ""), f"the forms are {known}")
        if form == "iri":
            return self.iri(given["iri"])
        if form == "first":
            return First(self.expressions(given["first"]))
        if form == "sorted":
            return Sorted(self.expressions(given["sorted"]), str(given.get("between", "-")))
        if form == "differing":
            return Differing(self.expression(given["differing"]), self.expression(given.get("from")))
        return self._cases(given) if form == "case" else self._found(given)

    def expressions(self, given: object) -> tuple[Expression, ...]:
        """The expressions of a list; raises NotationError."""
        if not isinstance(given, list):
            raise NotationError(f"{given!r} is no list of expressions", str(given))
        return tuple(self.expression(part) for part in given)

    def iri(self, given: object) -> IriTemplate:
        """The IRI that a string writes: `prefix:rest`, `<https://...>`, or `{name}` of an IRI; raises NotationError."""
        if not isinstance(given, str):
            raise NotationError(f"{given!r} is no IRI", str(given), "write a string")
        if given.startswith("<") and given.endswith(">"):
            pieces = self._pieces(given[1:-1])
        elif _PIECE.fullmatch(given):
            pieces = self._pieces(given)
        else:
            pieces = self._pieces(self._expanded(given), given)
        plain = "".join(piece if isinstance(piece, str) else "x" for piece in pieces)
        if len(pieces) > 1 or isinstance(pieces[0], str):
            try:
                NamedNode(plain)
            except ValueError as error:
                raise NotationError(f"{given} is no IRI", given, "write prefix:rest or <https://...>") from error
        return IriTemplate(pieces)

    def node(self, given: object) -> NamedNode:
        """An IRI without names; raises NotationError."""
        if given == "a":
            return NamedNode(self.prefixes["rdf"] + "type")
        pieces = self.iri(given).pieces
        if len(pieces) != 1 or not isinstance(pieces[0], str):
            raise NotationError(f"{given} must be one IRI, without braces", str(given))
        return NamedNode(pieces[0])

    def _expanded(self, given: str) -> str:
        match = _PREFIXED.fullmatch(given)
        if not match or match[1] not in self.prefixes:
            mend = "use a prefix of the project's settings, or write <https://...>"
            raise NotationError(f"{given} has no known prefix", given, mend)
        return self.prefixes[match[1]] + match[2]

    def _pieces(self, text: str, written: str | None = None) -> tuple[Piece, ...]:
        written = written or text
        pieces: list[Piece] = []
        at = 0
        for match in _PIECE.finditer(text):
            if match.start() > at:
                pieces.append(text[at : match.start()])
            pieces.append(_reference(match[1], written))
            at = match.end()
        rest = text[at:]
        if "{" in rest or "}" in rest:
            raise NotationError(f"a brace in {written!r} is not closed", written)
        return (*pieces, rest) if rest or not pieces else tuple(pieces)

    def _cases(self, given: Mapping[str, Any]) -> Cases:
        cases = given.get("of")
        if not isinstance(cases, dict):
            raise NotationError("a case has a table `of` with what stands for each text", "case")
        return Cases(self.expression(given["case"]), {text: self.expression(part) for text, part in cases.items()})

    def _found(self, given: Mapping[str, Any]) -> Found:
        name, near, report = given["lookup"], given.get("near"), given.get("report", "")
        if not isinstance(name, str) or not isinstance(report, str):
            raise NotationError("lookup and report are strings", "lookup")
        key = self.expressions(given.get("key"))
        take = self.expression(given.get("take", "{it}"))
        return Found(name, key, take, self._near(near) if near is not None else None, report)

    def _near(self, near: object) -> tuple[Expression, Expression, float]:
        if not isinstance(near, dict) or set(near) != {"lat", "long", "km"} or not isinstance(near["km"], int | float):
            raise NotationError("near is a table of lat, long and km", "near")
        return self.expression(near["lat"]), self.expression(near["long"]), float(near["km"])


def _reference(text: str, whole: str) -> Reference:
    match = _REFERENCE.fullmatch(text)
    if not match:
        raise NotationError(f"{{{text}}} is no name of a column or value", whole, "write {name} or {name|filter}")
    filters = tuple(match[2].split("|")[1:])
    wrong = next((name for name in filters if name not in FILTERS), None)
    if wrong:
        raise NotationError(f"there is no filter {wrong}", whole, f"the filters are {', '.join(FILTERS)}")
    return Reference(match[1], filters)


def named(expressions: Sequence[Expression]) -> set[str]:
    """All cells and values that expressions name."""
    return {name for expression in expressions for name in expression.names}
