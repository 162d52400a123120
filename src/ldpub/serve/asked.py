"""The queries that give what a page shows (SPARQL 1.1): a page's rows can be asked for, changed and asked again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from ldpub.serve.arrangement import Column, Path, Table
from ldpub.serve.periods import Dates, names_of, role_of


def statements_query(thing: NamedNode, report: str) -> str:
    """All statements about a thing."""
    return (
        "SELECT DISTINCT ?property ?value\n"
        f"WHERE {{\n  GRAPH ?graph {{ {thing} ?property ?value }}\n  FILTER(?graph != <{report}>)\n}}\n"
        "ORDER BY ?property ?value"
    )


def values_query(thing: NamedNode, path: Path, report: str) -> str:
    """What one property leads to from a thing, or leads from to it."""
    pattern = f"{thing} <{path.name}> ?value" if path.is_forward else f"?thing <{path.name}> {thing}"
    name, only = ("value", "") if path.is_forward else ("thing", "  FILTER(isIRI(?thing))\n")
    return (
        f"SELECT DISTINCT ?{name}\n"
        f"WHERE {{\n  GRAPH ?graph {{ {pattern} }}\n  FILTER(?graph != <{report}>)\n{only}}}\nORDER BY ?{name}"
    )


def table_query(thing: NamedNode, table: Table, columns: Sequence[Column], dates: Dates) -> str:
    """The rows of a table: a solution for each, several values of a cell in one."""
    variables, patterns = ["?row"], [f"  {_pattern(str(thing), table.path, '?row')} ."]
    for path in _paths(columns, dates):
        name = f"c{len(variables)}"
        variables.append(f'(GROUP_CONCAT(DISTINCT STR(?{name}v); separator=" | ") AS ?{name})')
        differs = f" FILTER(?{name}v != {thing})"
        patterns.append(f"  OPTIONAL {{ {_pattern('?row', path, f'?{name}v')}{differs} }}")
    return f"SELECT {' '.join(variables)}\nWHERE {{\n" + "\n".join(patterns) + "\n}\nGROUP BY ?row\nORDER BY ?row"


def _paths(columns: Sequence[Column], dates: Dates) -> Iterator[Path]:
    """The paths of columns, those of a date with its bounds."""
    for column in columns:
        role = role_of(column.path.name, dates) if column.path.is_forward else None
        names = [column.path.name, *(names_of(role, dates) if role else ())]
        own = [
            name for name in dict.fromkeys(names) if not role or name.rpartition("#")[0] == names[0].rpartition("#")[0]
        ]
        yield from (Path(name, column.path.is_forward) for name in own)


def _pattern(subject: str, path: Path, value: str) -> str:
    return f"{subject} <{path.name}> {value}" if path.is_forward else f"{value} <{path.name}> {subject}"
