"""Lookups of a mapping: rows of another table by a key, perhaps near a point; things of a graph by a property."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.build.importing.expressions import Expression, Lookup, Scope, text_of
from ldpub.build.importing.tables import Table


@dataclass(frozen=True)
class TableLookup:
    """The rows of a table by each of several keys; `point` says where a row lies."""

    rows: Mapping[tuple[str, ...], tuple[Scope, ...]]
    point: tuple[Expression, Expression] | None = None

    def find(self, key: tuple[str, ...], near: tuple[float, float, float] | None) -> Scope | str:
        """The one row for a key; else `none`, `several`, or `far` where the only ones lie too far away."""
        candidates = self.rows.get(key, ())
        if near is None:
            return candidates[0] if len(candidates) == 1 else "several" if candidates else "none"
        close = [row for row in candidates if self._is_near(row, near)]
        if len(close) == 1:
            return close[0]
        return "several" if close else "far" if candidates else "none"

    def _is_near(self, row: Scope, near: tuple[float, float, float]) -> bool:
        if self.point is None:
            return False
        lat, long = (text_of(part.of(row)) for part in self.point)
        return bool(lat and long) and kilometres(float(lat), float(long), near[0], near[1]) <= near[2]


def kilometres(lat: float, long: float, other_lat: float, other_long: float) -> float:
    """The distance of two points in km, on a sphere of the Earth's mean radius: wrong by at most half a per cent."""
    north, east = radians(other_lat - lat), radians(other_long - long)
    chord = sin(north / 2) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(east / 2) ** 2
    return 2 * 6371.0088 * asin(min(1.0, sqrt(chord)))


def table_lookup(
    table: Table,
    keys: Iterable[tuple[Expression, ...]],
    lookups: Mapping[str, Lookup],
    distinct: Expression | None = None,
    point: tuple[Expression, Expression] | None = None,
) -> TableLookup:
    """Index a table by its keys; rows whose `distinct` value another row has, too, are left out."""
    scopes = [Scope(dict(row.cells), lookups) for row in table.rows]
    if distinct:
        seen: dict[object, int] = {}
        for scope in scopes:
            value = distinct.of(scope)
            seen[value] = seen.get(value, 0) + 1
        scopes = [scope for scope in scopes if (value := distinct.of(scope)) and seen[value] == 1]
    found: dict[tuple[str, ...], dict[int, Scope]] = {}
    parts = list(keys)
    for number, scope in enumerate(scopes):
        for key in parts:
            texts = tuple(text_of(part.of(scope)) for part in key)
            if all(texts):
                found.setdefault(texts, {})[number] = scope
    return TableLookup({key: tuple(rows.values()) for key, rows in found.items()}, point)


@dataclass(frozen=True)
class GraphLookup:
    """What a property leads to: subjects by object, or objects by subject; as the value `it`."""

    found: Mapping[str, tuple[Scope, ...]] = field(default_factory=dict)

    def find(self, key: tuple[str, ...], near: tuple[float, float, float] | None) -> Scope | str:  # noqa: ARG002 - a graph is not asked where
        """The one thing for a key; else `none` or `several`."""
        candidates = self.found.get("\0".join(key), ())
        return candidates[0] if len(candidates) == 1 else "several" if candidates else "none"


def graph_lookup(triples: Iterable[Triple], wanted: NamedNode, by: str, language: str | None) -> GraphLookup:
    """Index triples of one property; of literals, those of one language where one is asked for."""
    found: dict[str, dict[str | NamedNode, None]] = {}
    for triple in triples:
        if triple.predicate != wanted or not isinstance(triple.subject, NamedNode):
            continue
        target = triple.object
        if not isinstance(target, NamedNode | Literal):
            continue
        if language is not None and not (isinstance(target, Literal) and target.language == language):
            continue
        value = target if isinstance(target, NamedNode) else target.value
        if by == "object":
            found.setdefault(target.value, {})[triple.subject] = None
        else:
            found.setdefault(triple.subject.value, {})[value] = None
    return GraphLookup({key: tuple(Scope({"it": value}) for value in values) for key, values in found.items()})
