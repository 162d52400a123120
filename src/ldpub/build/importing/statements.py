"""Rows to triples: what a mapping states of each row of its table, and what could not be matched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.build.importing.expressions import IriTemplate, Lookup, Scope, Value
from ldpub.build.importing.mapping import Column, Statement, TableMapping, Thing
from ldpub.build.importing.tables import Row, Table
from ldpub.errors import Fault
from ldpub.namespaces import XSD


@dataclass(frozen=True)
class Unmatched:
    """Something in a row that a lookup did not find."""

    line: int
    what: str
    key: tuple[str, ...]
    why: str


@dataclass
class Outcome:
    """What the rows of a table come to."""

    triples: dict[Triple, None]
    unmatched: list[Unmatched]
    faults: list[Fault]


def state(mapping: TableMapping, table: Table, lookups: Mapping[str, Lookup], graph: str) -> Outcome:
    """The triples of a table by its mapping, those about its graph included; every wrong cell is a fault."""
    outcome = Outcome({}, [], list(_missing_columns(mapping, table)))
    if outcome.faults:
        return outcome
    about = Thing(IriTemplate((graph,)), mapping.graph)
    for thing in (about, *mapping.fixed):
        _state_thing(thing, Scope({}, lookups), None, table, outcome)
    for row in table.rows:
        faults = list(_bad_cells(mapping, row, table))
        outcome.faults += faults
        if not faults:
            _state_row(mapping, row, table, lookups, outcome)
    return outcome


def _state_row(mapping: TableMapping, row: Row, table: Table, lookups: Mapping[str, Lookup], outcome: Outcome) -> None:
    scope = Scope({name: _cell(row, name, column) for name, column in mapping.columns.items()}, lookups)
    for name, value in mapping.values.items():
        try:
            scope.values[name] = value.of(scope)
        except ValueError as error:
            outcome.faults.append(_fault(f"{name}: {error}", value.names, row, table))
            return
    for thing in mapping.things:
        if all(part.of(scope) for part in thing.when) and not any(part.of(scope) for part in thing.unless):
            _state_thing(thing, scope, row, table, outcome)
    told = {(miss.value, miss.key): miss for miss in scope.misses}
    outcome.unmatched += [Unmatched(row.line, miss.value, miss.key, miss.why) for miss in told.values()]


def _state_thing(thing: Thing, scope: Scope, row: Row | None, table: Table, outcome: Outcome) -> None:
    subject = thing.iri.of(scope)
    if not isinstance(subject, NamedNode):
        return
    for statement in thing.statements:
        try:
            term = _term(statement, statement.value.of(scope))
        except ValueError as error:
            outcome.faults.append(_fault(str(error), statement.value.names, row, table))
            continue
        if term is not None:
            outcome.triples[Triple(subject, statement.predicate, term)] = None


def _term(statement: Statement, value: Value) -> NamedNode | Literal | None:
    """The object of a statement, or None where its value is empty; raises ValueError where it is ill-typed."""
    if not value:
        return None
    if isinstance(value, NamedNode) != (not statement.literal):
        wanted = "a literal" if statement.literal else "an IRI"
        raise ValueError(f"{value} is not {wanted}")
    if isinstance(value, NamedNode):
        return value
    if statement.loose:
        return Literal(value, datatype=NamedNode(XSD + _date_type(value)))
    if statement.datatype:
        _check_lexical(value, statement.datatype.value)
        return Literal(value, datatype=statement.datatype)
    return Literal(value, language=statement.language) if statement.language else Literal(value)


def _date_type(value: str) -> str:
    """The datatype of a date that is as precise as it is written; raises ValueError where there is no such day."""
    for form, name, rest in ((r"\d{4}", "gYear", "-01-01"), (r"\d{4}-\d\d", "gYearMonth", "-01")):
        if re.fullmatch(form, value):
            _day(value + rest, value)
            return name
    _day(value, value)
    return "date"


def _day(text: str, written: str) -> None:
    try:
        good = date.fromisoformat(text).isoformat() == text
    except ValueError:
        good = False
    if not good:
        raise ValueError(f"{written!r} is no date: YYYY, YYYY-MM or YYYY-MM-DD")


_LEXICAL = {
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "integer": r"[+-]?[0-9]+",
    "gYear": r"[0-9]{4}",
    "boolean": "true|false",
}


def _check_lexical(value: str, datatype: str) -> None:
    name = datatype.removeprefix(XSD)
    if name == "date":
        _day(value, value)
    elif name in _LEXICAL and not re.fullmatch(_LEXICAL[name], value):
        raise ValueError(f"{value!r} is no xsd:{name}")


def _missing_columns(mapping: TableMapping, table: Table) -> Iterator[Fault]:
    for name in mapping.columns:
        if name not in table.columns:
            mend = f"the columns of {table.name} are {', '.join(table.columns)}"
            yield mapping.fault(f"the table has no column {name}", name, mend)


def _cell(row: Row, name: str, column: Column) -> str:
    return "" if row.cells[name] == column.nothing else row.cells[name]


def _bad_cells(mapping: TableMapping, row: Row, table: Table) -> Iterator[Fault]:
    for name, column in mapping.columns.items():
        cell = _cell(row, name, column)
        line, start = row.places[name]
        if not cell and column.required:
            yield Fault(f"the cell {name} is empty", table.name, line, start, mend=f"{mapping.file} asks for it")
        elif cell and column.pattern and not column.pattern.fullmatch(cell):
            mend = f"{mapping.file} asks for {column.pattern.pattern}"
            yield Fault(f"the cell {name} is {cell!r}", table.name, line, start, mend=mend)


def _fault(message: str, names: tuple[str, ...], row: Row | None, table: Table) -> Fault:
    place = next((row.places[name] for name in names if row and name in row.places), (row.line if row else None, None))
    return Fault(message, table.name, *place)
