"""The queries that give what a page shows (SPARQL 1.1): a page's rows can be asked for, changed and asked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode

from ldpub.labels import LABEL_PROPERTIES
from ldpub.serve.arrangement import Path
from ldpub.serve.describe import Describer
from ldpub.serve.periods import Dates, names_of, role_of
from ldpub.serve.relations import Relation
from ldpub.serve.tabular import Naming, column, joined, named, variables, with_prefixes

_FEW = 4
"""Of how many things one does not speak for a property by which it is named."""

_LOOKED_AT = 16
"""Things that show by which properties those of a page are named."""


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


def table_query(thing: NamedNode, shown: Relation, describer: Describer, naming: Naming) -> str:
    """The rows of a table in its order: a solution for each, several values of a cell in one text, as the page has it.

    A date has its bounds beside it. `naming` is that of the page.
    """
    snapshot, dates = describer.snapshot, describer.snapshot.terms.dates
    rows = [f"{_pattern(str(thing), shown.table.path, '?row')} ."]
    cells = list(_cells(describer, shown, dates))
    name, *names = variables([describer.words["name"], *(heading for heading, *_ in cells)], ("row", "when"))
    lines = [
        f"SELECT ?row {' '.join(f'?{variable}' for variable in (name, *names))} WHERE {{",
        *(f"  {line}" for line in rows),
        "  FILTER(isIRI(?row))",
        *named("?row", name, rows, naming),
    ]
    for variable, (_, path, is_date) in zip(names, cells, strict=True):
        where = [*rows, f"{_pattern('?row', path, '?value')} ."]
        if is_date:
            lines += column("?row", [f"MIN(?value) AS ?{variable}"], where)
        else:
            lines += joined("?row", variable, [*where, f"FILTER(?value != {thing})"], naming)
    if not shown.by_date:
        return with_prefixes("\n".join([*lines, "}", "ORDER BY ?row"]), snapshot.manifest.prefixes)
    order = f"ORDER BY (!BOUND(?when)) ?when LCASE(?{name}) ?row"
    lines += _when(rows, _occurring(describer, (n for role in ("date", "start") for n in names_of(role, dates))))
    return with_prefixes("\n".join([*lines, "}", order]), snapshot.manifest.prefixes)


def naming_of(describer: Describer) -> Naming:
    """By which properties what a page shows is named, as a few things tell, and in which languages, two at most."""
    snapshot = describer.snapshot
    best: dict[object, int] = {}
    for quad in snapshot.statements.facts(describer.learned(_LOOKED_AT), LABEL_PROPERTIES):
        place = LABEL_PROPERTIES.index(quad.predicate.value)
        best[quad.subject] = min(place, best.get(quad.subject, place))
    used = Counter(best.values())
    properties = [name for place, name in enumerate(LABEL_PROPERTIES) if used[place] > len(best) // _FEW]
    languages = list(dict.fromkeys((describer.language, *snapshot.manifest.languages)))
    return Naming(languages[:2], properties or LABEL_PROPERTIES[:1])


def _cells(describer: Describer, shown: Relation, dates: Dates) -> Iterable[tuple[str, Path, bool]]:
    """Heading and path of each column and of the bounds of a date, and whether it is of dates."""
    for shown_column, heading in zip(shown.columns, shown.headings, strict=True):
        path = shown_column.path
        role = role_of(path.name, dates) if path.is_forward else None
        yield heading, path, role is not None
        bounds = [name for name in names_of(role, dates) if name != path.name] if role else []
        found = _occurring(describer, [name for name in bounds if _vocabulary(name) == _vocabulary(path.name)])
        describer.learn(map(NamedNode, found))
        for name in found:
            yield describer.name(NamedNode(name)), Path(name, is_forward=True), True


def _vocabulary(name: str) -> str:
    """A property's IRI without its last segment: what dates a table's rows are bounds of its own vocabulary."""
    return name[: max(name.rfind("#"), name.rfind("/")) + 1]


def _occurring(describer: Describer, names: Iterable[str]) -> Sequence[str]:
    """Those of some properties that the release has."""
    wanted = tuple(dict.fromkeys(names))
    known = describer.snapshot.statements.known_terms(wanted)
    return [name for name in wanted if name in known]


def _when(rows: Sequence[str], names: Sequence[str]) -> list[str]:
    """The first day of each row, by which they are sorted."""
    if not names:
        return []
    path = "|".join(f"<{name}>" for name in names)
    return column("?row", ["MIN(STR(?day)) AS ?when"], [*rows, f"?row {path} ?day ."])


def _pattern(subject: str, path: Path, value: str) -> str:
    return f"{subject} <{path.name}> {value}" if path.is_forward else f"{value} <{path.name}> {subject}"
