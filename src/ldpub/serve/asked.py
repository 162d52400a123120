"""The queries that give what a page shows (SPARQL 1.1): a page's rows can be asked for, changed and asked again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode

from ldpub.labels import LABEL_PROPERTIES
from ldpub.serve.arrangement import Path
from ldpub.serve.describe import Describer
from ldpub.serve.periods import Dates, names_of, role_of
from ldpub.serve.relations import Relation
from ldpub.serve.snapshot import Snapshot
from ldpub.serve.tabular import Naming, joined, named, variables, with_prefixes


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


def table_query(thing: NamedNode, shown: Relation, describer: Describer) -> str:
    """The rows of a table in its order: a solution for each, several values of a cell in one text, as the page has it.

    A date has its bounds beside it.
    """
    snapshot, dates = describer.snapshot, describer.snapshot.terms.dates
    naming = naming_of(snapshot, describer.language)
    rows = [f"{_pattern(str(thing), shown.table.path, '?row')} ."]
    cells = list(_cells(describer, shown, dates))
    name, *names = variables([describer.words["name"], *(heading for heading, _ in cells)], ("row", "when"))
    lines = [
        f"SELECT ?row {' '.join(f'?{variable}' for variable in (name, *names))} WHERE {{",
        *(f"  {line}" for line in rows),
        "  FILTER(isIRI(?row))",
        *named("?row", name, rows, naming),
    ]
    for variable, (_, path) in zip(names, cells, strict=True):
        lines += joined("?row", variable, [*rows, *_but(thing, path)], naming)
    if not shown.by_date:
        return with_prefixes("\n".join([*lines, "}", "ORDER BY ?row"]), snapshot.manifest.prefixes)
    order = f"ORDER BY (!BOUND(?when)) ?when LCASE(?{name}) ?row"
    lines += _when(rows, _occurring(describer, (n for role in ("date", "start") for n in names_of(role, dates))))
    return with_prefixes("\n".join([*lines, "}", order]), snapshot.manifest.prefixes)


def naming_of(snapshot: Snapshot, language: str) -> Naming:
    """What names things on the pages of a language, of what the release has."""
    known = snapshot.statements.known(LABEL_PROPERTIES)
    languages = tuple(dict.fromkeys((language, *snapshot.manifest.languages)))
    return Naming(languages, [name for name in LABEL_PROPERTIES if name in known])


def _but(thing: NamedNode, path: Path) -> list[str]:
    """The values of a cell, in which the thing of the page itself is left out."""
    return [f"{_pattern('?row', path, '?value')} .", f"FILTER(?value != {thing})"]


def _cells(describer: Describer, shown: Relation, dates: Dates) -> Iterable[tuple[str, Path]]:
    """Heading and path of each column, and those of the bounds of a date."""
    for column, heading in zip(shown.columns, shown.headings, strict=True):
        yield heading, column.path
        role = role_of(column.path.name, dates) if column.path.is_forward else None
        bounds = [name for name in names_of(role, dates) if name != column.path.name] if role else []
        found = _occurring(describer, bounds)
        describer.learn(map(NamedNode, found))
        for name in found:
            yield describer.name(NamedNode(name)), Path(name, is_forward=True)


def _occurring(describer: Describer, names: Iterable[str]) -> Sequence[str]:
    """Those of some properties that the release has."""
    wanted = list(dict.fromkeys(names))
    known = describer.snapshot.statements.known(wanted)
    return [name for name in wanted if name in known]


def _when(rows: Sequence[str], names: Sequence[str]) -> list[str]:
    """The first day of each row, by which they are sorted."""
    if not names:
        return []
    path = "|".join(f"<{name}>" for name in names)
    return [
        "  OPTIONAL {",
        "    SELECT ?row (MIN(STR(?day)) AS ?when) WHERE {",
        *(f"      {line}" for line in rows),
        f"      ?row {path} ?day .",
        "    } GROUP BY ?row",
        "  }",
    ]


def _pattern(subject: str, path: Path, value: str) -> str:
    return f"{subject} <{path.name}> {value}" if path.is_forward else f"{value} <{path.name}> {subject}"
