"""Relations as rows: what a thing is linked to through nodes that stand for relations, by the tables of its shapes.

A row is such a node; its cells are what is said of it, but for the thing itself. DASH: dash:ValueTableViewer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from ldpub.release import MANY
from ldpub.serve.arrangement import Column, Path, Table
from ldpub.serve.dates import Day
from ldpub.serve.describe import Describer
from ldpub.serve.described import Value
from ldpub.serve.language import choose_text
from ldpub.serve.money import Money, money_of
from ldpub.serve.periods import bounds_of, names_of, period_told, role_of
from ldpub.serve.quads import Quad, distinct_triples

SORTED_AT_MOST = 200
"""Rows up to which a table is in the order of dates; longer ones are in that of the release."""

_SORTED_BY = ("date", "start")

_Said = Mapping[str, list[Quad]]


@dataclass(frozen=True)
class RelationRow:
    """One relation: its page, its name, and a cell for each column."""

    href: str | None
    name: str
    cells: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Relation:
    """A table of a thing's relations: of `count` those of one page. `by_date` says that they are in that order."""

    table: Table
    title: str
    columns: tuple[Column, ...]
    headings: tuple[str, ...]
    rows: tuple[RelationRow, ...]
    count: int
    by_date: bool


def relation(
    describer: Describer, thing: NamedNode, table: Table, *, limit: int = MANY, offset: int = 0
) -> Relation | None:
    """The rows of a table for a thing, so many from `offset` on; None where there are none."""
    statements, path = describer.snapshot.statements, table.path
    report = describer.snapshot.iris.graph("report")
    count = statements.count(thing, path.name, is_forward=path.is_forward, report=report)
    if not count:
        return None
    by_date = count <= SORTED_AT_MOST
    window = (SORTED_AT_MOST, 0) if by_date else (limit, offset)
    quads = statements.values(
        thing, path.name, is_forward=path.is_forward, limit=window[0], offset=window[1], report=report
    )
    ends = (quad.object if path.is_forward else quad.subject for quad in quads)
    nodes = list(dict.fromkeys(end for end in ends if isinstance(end, NamedNode)))
    said = _facts(describer, table.columns, nodes, by_date=by_date)
    if by_date:
        nodes = _by_date(describer, nodes, said)[offset : offset + limit]
    return _shown(describer, thing, table, nodes, said, count=count, by_date=by_date) if nodes else None


def _by_date(describer: Describer, nodes: Sequence[NamedNode], said: Mapping[object, _Said]) -> list[NamedNode]:
    """By the first day of the date or start, what is not dated last; then by name."""
    dates = describer.snapshot.terms.dates
    names = {name for role in _SORTED_BY for name in names_of(role, dates)}
    describer.learn(nodes)

    def key(node: NamedNode) -> tuple[bool, Day, str, str]:
        objects = {name: [q.object for q in quads] for name, quads in said[node].items() if name in names}
        found = [bounds_of(role, objects, dates) for role in _SORTED_BY]
        days = [day for one in found for day in (one.first, one.last) if day]
        return not days, min(days, default=(0, 0, 0)), describer.name(node).casefold(), node.value

    return sorted(nodes, key=key)


def _shown(
    describer: Describer,
    thing: NamedNode,
    table: Table,
    nodes: Sequence[NamedNode],
    said: Mapping[object, _Said],
    *,
    count: int,
    by_date: bool,
) -> Relation:
    quads = (quad for node in nodes for found in said[node].values() for quad in found)
    describer.learn([*nodes, *(term for quad in quads for term in (quad.subject, quad.object))])
    describer.learn(NamedNode(column.path.name) for column in table.columns)
    roles = _roles(describer, table.columns)
    rows = [
        RelationRow(
            describer.href(node),
            describer.name(node),
            _cells(describer, thing, table.columns, said[node], roles),
        )
        for node in nodes
    ]
    kept = [n for n in range(len(table.columns)) if any(row.cells[n] for row in rows)]  # none of bare currencies
    return Relation(
        table,
        _capital(heading(describer, table.path, table.names)),
        tuple(table.columns[n] for n in kept),
        tuple(_capital(heading(describer, table.columns[n].path, table.columns[n].names)) for n in kept),
        tuple(replace(row, cells=tuple(row.cells[n] for n in kept)) for row in rows),
        count,
        by_date,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def heading(describer: Describer, path: Path, names: Mapping[str, str]) -> str:
    """What the shape calls a path in the page's language, else the name of its property."""
    describer.learn([NamedNode(path.name)])
    own = choose_text(names, describer.language, describer.snapshot.manifest.languages)
    return own or describer.name(NamedNode(path.name))


def _roles(describer: Describer, columns: Sequence[Column]) -> dict[str, str]:
    """The properties of columns that date something, each with its role."""
    names = {column.path.name for column in columns if column.path.is_forward}
    roles = ((name, role_of(name, describer.snapshot.terms.dates)) for name in names)
    return {name: role for name, role in roles if role is not None}


def _facts(
    describer: Describer, columns: Sequence[Column], nodes: Sequence[NamedNode], *, by_date: bool
) -> Mapping[object, _Said]:
    """What is said of the rows, by path: `^` stands before the property of one that is followed back.

    With it, where they are to be in the order `by_date`, what dates them.
    """
    snapshot = describer.snapshot
    names = {column.path.name for column in columns if column.path.is_forward}
    for role in {*_roles(describer, columns).values(), *(_SORTED_BY if by_date else ())}:
        names.update(names_of(role, snapshot.terms.dates))
    found: dict[object, dict[str, list[Quad]]] = defaultdict(lambda: defaultdict(list))
    for quad in distinct_triples(describer.asserted_first(snapshot.statements.facts(nodes, sorted(names)))):
        found[quad.subject][quad.predicate.value].append(quad)
    report = snapshot.iris.graph("report")
    for column in columns:
        if not column.path.is_forward:
            for node in nodes:
                links = snapshot.statements.values(node, column.path.name, is_forward=False, limit=MANY, report=report)
                found[node]["^" + column.path.name] += distinct_triples(describer.asserted_first(links))
    return found


def _cells(
    describer: Describer, thing: NamedNode, columns: Sequence[Column], said: _Said, roles: Mapping[str, str]
) -> tuple[tuple[Value, ...], ...]:
    """The cells of a row, by what is said of its node."""
    money = money_of(said, describer.snapshot.arrangement.above, describer.words)
    return tuple(_cell(describer, thing, column.path, said, roles=roles, money=money) for column in columns)


def _cell(
    describer: Describer, thing: NamedNode, path: Path, said: _Said, *, roles: Mapping[str, str], money: Money | None
) -> tuple[Value, ...]:
    if path.is_forward and path.name in roles:
        dates = describer.snapshot.terms.dates
        names = (name for name in names_of(roles[path.name], dates) if name in said)
        objects = {name: [quad.object for quad in said[name]] for name in names}
        told = period_told(roles[path.name], objects, dates, describer.words)
        if told is not None:
            return (Value(told.text, datetime=told.datetime),)
    if money is not None and path.is_forward and path.name in (money.amount, money.currency):
        return (Value(money.text),) if path.name == money.amount else ()
    quads = said.get(path.name if path.is_forward else "^" + path.name, [])
    others = [q for q in quads if (q.object if path.is_forward else q.subject) != thing]
    if not others:
        return ()
    values = [
        describer.value(quad.object if path.is_forward else quad.subject, describer.is_inferred(quad))
        for quad in describer.in_language(others)
    ]
    return tuple(sorted(values, key=lambda value: value.text.casefold()))
