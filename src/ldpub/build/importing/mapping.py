"""Mappings: a TOML 1.0 file that says how the rows of one table become the triples of one named graph."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from ldpub.build.importing.expressions import Expression, Found
from ldpub.build.importing.notation import Notation, NotationError, named
from ldpub.errors import Fault, SourceError
from ldpub.toml_text import syntax_fault


@dataclass(frozen=True)
class Column:
    """What the cells of a column must be, and how the table writes that there is nothing (`-99`)."""

    pattern: re.Pattern[str] | None = None
    required: bool = False
    nothing: str = ""


@dataclass(frozen=True)
class TableSource:
    """A lookup in a table: its path, the keys of its rows, what must be distinct, and where a row lies."""

    table: str
    keys: tuple[tuple[Expression, ...], ...]
    distinct: Expression | None
    point: tuple[Expression, Expression] | None


@dataclass(frozen=True)
class GraphSource:
    """A lookup in Turtle files by one property."""

    files: tuple[str, ...]
    wanted: NamedNode
    by: str
    language: str | None


@dataclass(frozen=True)
class Statement:
    """One property of a thing: an IRI, or a literal with its language or datatype; `loose` dates take theirs."""

    predicate: NamedNode
    value: Expression
    literal: bool = False
    language: str = ""
    datatype: NamedNode | None = None
    loose: bool = False


@dataclass(frozen=True)
class Thing:
    """What a row states of one thing, when all of some expressions have a value and none of others has one."""

    iri: Expression
    statements: tuple[Statement, ...]
    when: tuple[Expression, ...] = ()
    unless: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class TableMapping:
    """One mapping: where its table is, what is said of its graph, and what its rows state."""

    name: str
    file: str
    text: str
    enabled: bool
    table: str
    output: str
    graph: tuple[Statement, ...]
    head: tuple[str, ...]
    columns: Mapping[str, Column]
    lookups: Mapping[str, TableSource | GraphSource]
    values: Mapping[str, Expression]
    fixed: tuple[Thing, ...]
    things: tuple[Thing, ...]

    def fault(self, message: str, fragment: str, mend: str | None = None) -> Fault:
        """A fault at the first line of the mapping that holds a fragment."""
        return _fault(self.text, self.file, message, fragment, mend)


_KEYS = {"enabled", "table", "output", "head", "graph", "columns", "lookups", "values", "fixed", "things"}


def read_mapping(path: Path, file: str, prefixes: Mapping[str, str]) -> TableMapping:
    """Read and check a mapping; raises SourceError at its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError([Fault("is not in UTF-8", file, mend="save it as UTF-8")]) from error
    try:
        document = tomllib.loads(text)
    except ValueError as error:
        raise SourceError([syntax_fault(str(error), file, text)]) from error
    try:
        return _mapping(document, path.stem, file, text, Notation(prefixes))
    except NotationError as error:
        raise SourceError([_fault(text, file, str(error), error.fragment, error.mend)]) from error


def _mapping(document: Mapping[str, Any], name: str, file: str, text: str, notation: Notation) -> TableMapping:
    if unknown := sorted(set(document) - _KEYS):
        raise NotationError(
            f"there is no key {unknown[0]} in a mapping", unknown[0], f"keys: {', '.join(sorted(_KEYS))}"
        )
    columns = {key: _column(key, value) for key, value in _table(document, "columns").items()}
    lookups = {key: _lookup(key, value, notation) for key, value in _table(document, "lookups").items()}
    values = {key: notation.expression(value) for key, value in _table(document, "values").items()}
    things = tuple(_thing(value, notation) for value in _list(document, "things"))
    fixed = tuple(_thing(value, notation) for value in _list(document, "fixed"))
    mapping = TableMapping(
        name,
        file,
        text,
        bool(document.get("enabled", True)),
        _string(document, "table"),
        _string(document, "output"),
        tuple(_statement(value, notation) for value in _list(document, "graph")),
        tuple(str(line) for line in _list(document, "head")),
        columns,
        lookups,
        values,
        fixed,
        things,
    )
    _check_names(mapping)
    return mapping


def _check_names(mapping: TableMapping) -> None:
    """Raise NotationError where a name is neither a column nor a value made before it, or a lookup is missing."""
    known = set(mapping.columns)
    for name, value in mapping.values.items():
        if name in known:
            raise NotationError(f"{name} is the name of a column, too", name, "call the value something else")
        _check(value, known, mapping)
        known.add(name)
    for thing in mapping.things:
        for part in (thing.iri, *thing.when, *thing.unless, *(statement.value for statement in thing.statements)):
            _check(part, known, mapping)
    for thing in mapping.fixed:
        for part in (thing.iri, *(statement.value for statement in thing.statements)):
            _check(part, set(), mapping)


def _check(expression: Expression, known: set[str], mapping: TableMapping) -> None:
    for name in sorted(named([expression]) - known):
        mend = f"columns and values so far: {', '.join(sorted(known))}"
        raise NotationError(f"{{{name}}} names no column of [columns] and no value before it", "{" + name, mend)
    for found in _lookups_of(expression):
        if found.lookup not in mapping.lookups:
            raise NotationError(f"there is no lookup {found.lookup}", f'"{found.lookup}"')


def _lookups_of(expression: Expression) -> list[Found]:
    parts = [expression] if isinstance(expression, Found) else []
    below = getattr(expression, "parts", ()) or (*getattr(expression, "cases", {}).values(),)
    return [*parts, *(found for part in below for found in _lookups_of(part))]


def _column(name: str, given: object) -> Column:
    if not isinstance(given, dict) or set(given) - {"pattern", "required", "nothing"}:
        raise NotationError(f"the column {name} is a table of pattern, required and nothing", name)
    pattern = given.get("pattern")
    try:
        return Column(
            re.compile(pattern) if pattern else None, bool(given.get("required", False)), str(given.get("nothing", ""))
        )
    except re.error as error:
        raise NotationError(f"the pattern of {name} is none: {error}", str(pattern)) from error


def _lookup(name: str, given: object, notation: Notation) -> TableSource | GraphSource:
    if isinstance(given, dict) and "table" in given and not set(given) - {"table", "keys", "distinct", "point"}:
        keys = tuple(notation.expressions(key) for key in _list(given, "keys"))
        point = notation.expressions(given["point"]) if "point" in given else None
        distinct = notation.expression(given["distinct"]) if "distinct" in given else None
        return TableSource(_string(given, "table"), keys, distinct, (point[0], point[1]) if point else None)
    if isinstance(given, dict) and "files" in given and not set(given) - {"files", "property", "by", "language"}:
        by = given.get("by", "subject")
        if by not in ("subject", "object"):
            raise NotationError(f"the lookup {name} is by subject or by object", str(by))
        files = tuple(str(item) for item in _list(given, "files"))
        return GraphSource(files, notation.node(given.get("property")), by, given.get("language"))
    mend = "a table of table, keys, distinct and point; or of files, property, by and language"
    raise NotationError(f"the lookup {name} is not right", f"lookups.{name}", mend)


def _thing(given: object, notation: Notation) -> Thing:
    if not isinstance(given, dict) or set(given) - {"iri", "when", "unless", "properties"} or "iri" not in given:
        raise NotationError("a thing is a table of iri, properties, when and unless", "things")
    statements = tuple(_statement(value, notation) for value in _list(given, "properties"))
    when, unless = (notation.expressions(given.get(key, [])) for key in ("when", "unless"))
    return Thing(notation.iri(given["iri"]), statements, when, unless)


def _statement(given: object, notation: Notation) -> Statement:
    if not isinstance(given, list) or len(given) != 2:
        raise NotationError(f"{given!r} is no pair of property and value", str(given)[:20])
    predicate, value = notation.node(given[0]), given[1]
    if isinstance(value, str):
        return Statement(predicate, notation.iri(value))
    if not isinstance(value, dict) or "text" not in value:
        return Statement(predicate, notation.expression(value))
    if wrong := sorted(set(value) - {"text", "language", "datatype"}):
        raise NotationError(f"a literal has text, language or datatype, not {wrong[0]}", wrong[0])
    text, datatype = notation.expression(value["text"]), value.get("datatype")
    if datatype == "date":
        return Statement(predicate, text, literal=True, loose=True)
    node = notation.node(datatype) if datatype else None
    return Statement(predicate, text, literal=True, language=str(value.get("language", "")), datatype=node)


def _table(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key, {})
    if not isinstance(value, dict):
        raise NotationError(f"{key} must be a table", key)
    return value


def _list(document: Mapping[str, Any], key: str) -> list[Any]:
    value = document.get(key, [])
    if not isinstance(value, list):
        raise NotationError(f"{key} must be a list", key)
    return value


def _string(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    if not isinstance(value, str) or not value or value.startswith("/") or ".." in Path(value).parts:
        raise NotationError(f"{key} must be the path of a file below the project", key)
    return value


def _fault(text: str, file: str, message: str, fragment: str, mend: str | None) -> Fault:
    lines = enumerate(text.splitlines(), 1)
    number, line = next(((number, line) for number, line in lines if fragment and fragment in line), (1, None))
    column = line.find(fragment) + 1 if line else None
    return Fault(message, file, number, column, line, mend=mend, code="mapping")
