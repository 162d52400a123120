"""Data extension (Reconciliation Service API 0.2 and 1.0-draft): what properties say about things, as cells of a table.

A value keeps what the format can carry: a year is a text, as a date would add a day that no source gave.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import XSD
from ldpub.serve.exchange import Exchange
from ldpub.serve.problems import Problem
from ldpub.serve.quads import Quad, distinct_triples
from ldpub.serve.reconcile.vocabulary import POINT, Vocabulary

IDS = 500
PROPERTIES = 50
_CELLS = 5000
_VALUES = 1000
_WHOLE = frozenset(XSD + name for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger"))
_WHOLE_TOO = frozenset(XSD + name for name in ("positiveInteger", "unsignedInt", "unsignedLong", "unsignedShort"))
_REAL = frozenset(XSD + name for name in ("decimal", "double", "float"))
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")

Document = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A property to fetch: as the client named it, its IRI, and the settings."""

    id: str
    iri: str
    limit: int = 0
    language: str = ""
    content: str = "name"
    with_inferred: bool = True
    is_count: bool = False


@dataclass(frozen=True)
class Extension:
    """What a client wants to know: of which things, which columns."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


def read_extension(document: Any, vocabulary: Vocabulary) -> Extension:
    """A data extension query; raises Problem 400 where it is none, 413 where it asks for too much."""
    if not isinstance(document, Mapping):
        _wrong("is an object")
    ids, properties = document.get("ids"), document.get("properties")
    if not isinstance(ids, list) or not all(isinstance(key, str) for key in ids):
        _wrong("has a list `ids` of identifiers")
    if not isinstance(properties, list):
        _wrong("has a list `properties`")
    if len(ids) > IDS or len(properties) > PROPERTIES or len(ids) * len(properties) > _CELLS:
        raise Problem(413, f"An extension may have {IDS} ids, {PROPERTIES} properties and {_CELLS} cells.")
    columns = tuple(_column(given, vocabulary) for given in properties)
    return Extension(tuple(dict.fromkeys(key.encode("utf-8", "replace").decode() for key in ids)), columns)


def _column(given: Any, vocabulary: Vocabulary) -> Column:
    if not isinstance(given, Mapping) or not isinstance(given.get("id"), str):
        _wrong("has properties that are objects with `id`")
    settings = given.get("settings") or {}
    if not isinstance(settings, Mapping):
        _wrong("has `settings` that are objects")
    name = given["id"].encode("utf-8", "replace").decode()
    return Column(
        name,
        vocabulary.property(name),
        _whole(settings.get("limit", 0)),
        str(settings.get("lang", ""))[:40].lower(),
        "id" if settings.get("content") == "id" else "name",
        _is_on(settings.get("inferred", True)),
        _is_on(settings.get("count", False)),
    )


def _whole(value: Any) -> int:
    try:
        return max(0, min(int(float(value or 0)), _VALUES))
    except (TypeError, ValueError, OverflowError):
        _wrong("has a `limit` that is a whole number")


def _is_on(value: Any) -> bool:
    return value is True or str(value).lower() in ("true", "on", "1")


class Extender:
    """Fetches the values of columns from a release."""

    def __init__(self, exchange: Exchange, vocabulary: Vocabulary, *, with_language: bool) -> None:
        """`with_language` is whether texts say their language (1.0)."""
        self._snapshot = snapshot = exchange.snapshot
        self._vocabulary = vocabulary
        self._language = exchange.language
        self._words = exchange.words
        self._with_language = with_language
        self._inferred = NamedNode(snapshot.iris.graph("inferred"))
        self._report = NamedNode(snapshot.iris.graph("report"))
        self._names: dict[str, str] = {}
        self._known: set[str] = set()

    def cells(self, wanted: Extension) -> dict[str, list[list[Document]]]:
        """For each thing its cells, in the order of the columns."""
        iris = {key: self._vocabulary.iri(key) for key in wanted.ids}
        nodes = [NamedNode(iri) for iri in iris.values() if _is_iri(iri)]
        properties = sorted({column.iri for column in wanted.columns if _is_iri(column.iri)})
        quads = self._facts(nodes, properties)
        things = {q.object.value for found in quads.values() for q in found if isinstance(q.object, NamedNode)}
        self._known = set(self._snapshot.reconciliation.numbers(things))
        self._names = self._vocabulary.names(sorted(self._known), self._language)
        points = self._points(iris.values()) if any(column.iri == POINT for column in wanted.columns) else {}
        return {
            key: [
                self._point(column, points.get(iri))
                if column.iri == POINT
                else self._cell(column, quads.get((iri, column.iri), ()))
                for column in wanted.columns
            ]
            for key, iri in iris.items()
        }

    def _points(self, iris: Iterable[str]) -> dict[str, str]:
        """Where things are, however the data says it, as `latitude,longitude`."""
        index = self._snapshot.reconciliation
        found = index.entities(index.numbers(iris).values()).values()
        return {e.iri: f"{e.latitude},{e.longitude}" for e in found if e.latitude is not None}

    def _point(self, column: Column, point: str | None) -> list[Document]:
        """The cell of coordinates, which the data may have as two properties or as a geometry of its own."""
        if column.is_count:
            return [{"int": int(point is not None)}]
        return [{"str": point}] if point is not None else []

    def meta(self, columns: Sequence[Column]) -> list[Document]:
        """What the columns are called."""
        iris = {column.iri for column in columns}
        names = self._vocabulary.names([iri for iri in iris if _is_iri(iri)], self._language)
        names[POINT] = self._words["recon_point"]
        return [{"id": column.id, "name": names.get(column.iri) or column.id or "?"} for column in columns]

    def _facts(self, nodes: Sequence[NamedNode], properties: Sequence[str]) -> dict[tuple[str, str], list[Quad]]:
        found: dict[tuple[str, str], list[Quad]] = {}
        quads = sorted(self._snapshot.statements.facts(nodes, properties), key=self._is_inferred)
        for quad in distinct_triples(q for q in quads if q.graph_name != self._report):
            if isinstance(quad.subject, NamedNode):
                found.setdefault((quad.subject.value, quad.predicate.value), []).append(quad)
        return found

    def _is_inferred(self, quad: Quad) -> bool:
        return quad.graph_name == self._inferred

    def _cell(self, column: Column, quads: Iterable[Quad]) -> list[Document]:
        kept = [quad for quad in quads if column.with_inferred or not self._is_inferred(quad)]
        kept = [quad for quad in kept if _is_in(column.language, quad.object)]
        if column.is_count:
            return [{"int": len(kept)}]
        return [self._value(quad.object, column.content) for quad in kept[: column.limit or _VALUES]]

    def _value(self, term: object, content: str) -> Document:
        if isinstance(term, Literal):
            return self._literal(term)
        iri = str(getattr(term, "value", ""))
        if iri not in self._known:
            return {"str": iri}
        key = self._vocabulary.id(iri)
        return {"str": key} if content == "id" else {"id": key, "name": self._names[iri]}

    def _literal(self, literal: Literal) -> Document:
        text, kind = literal.value, literal.datatype.value
        if kind in _WHOLE | _WHOLE_TOO and re.fullmatch(r"[-+]?\d{1,18}", text):
            return {"int": int(text)}
        if kind in _REAL and (number := _real(text)) is not None:
            return {"float": number}
        if kind == XSD + "date" and _DAY.fullmatch(text):
            return {"date": f"{text}T00:00:00"}
        if kind == XSD + "dateTime" and _TIME.fullmatch(text):
            return {"date": text}
        told = {"lang": literal.language} if self._with_language and literal.language else {}
        return {"str": text, **told}


def _is_in(language: str, term: object) -> bool:
    """Whether a value is in the language that is asked for; what is no text in a language is in each."""
    tag = getattr(term, "language", None)
    return not language or not tag or tag.lower() == language or tag.lower().startswith(language + "-")


def _real(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _wrong(what: str) -> NoReturn:
    raise Problem(400, f"A data extension query {what}.", "The data extension query is malformed")
