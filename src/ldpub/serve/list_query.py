"""A list as a SPARQL 1.1 query that gives its rows, columns and order: whoever sees a list can go on from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from ldpub.serve.list_dates import DateColumn
from ldpub.serve.lists import NONE, Facet, read_term
from ldpub.serve.tabular import Naming, column, joined, named, variables, with_prefixes

_YEARS = 'REGEX(STR({0}), "^[0-9]{{3}}[0-9X]([^0-9]|$)")'
_DECADE = "CONCAT(SUBSTR(STR({0}), 1, 3), '0')"


@dataclass(frozen=True)
class Asked:
    """A list as it is asked for: the chosen values of facets, its columns with their headings, its order.

    `sort` is as in URLs: a facet's name, or `name`, with `-` before it the other way round.
    """

    class_iri: str
    name: str = "name"
    chosen: Sequence[tuple[Facet, Sequence[str]]] = ()
    columns: Sequence[tuple[Facet | DateColumn, str]] = ()
    sort: str = "name"
    naming: Naming = field(default_factory=Naming)
    prefixes: Mapping[str, str] = field(default_factory=dict)


def list_query(asked: Asked) -> str:
    """The things of a class that fit the chosen values of facets, as the table of the page shows them."""
    members = [f"?thing a {NamedNode(asked.class_iri)} ."]
    name, *columns = variables([asked.name, *(heading for _, heading in asked.columns)], ("thing", "first"))
    by, order = asked.sort.removeprefix("-"), "DESC" if asked.sort.startswith("-") else "ASC"
    lines = [
        f"SELECT ?thing {' '.join(f'?{variable}' for variable in (name, *columns))} WHERE {{",
        *(f"  {line}" for line in members),
        "  FILTER(isIRI(?thing))",
        *(f"  FILTER({_fits(facet, values, number)})" for number, (facet, values) in enumerate(asked.chosen, 1)),
        *named("?thing", name, members, asked.naming),
    ]
    for (facet, _), variable in zip(asked.columns, columns, strict=True):
        key = {"ASC": "MIN", "DESC": "MAX"}[order] if _name(facet) == by else ""
        if isinstance(facet, DateColumn):
            lines += _dates(facet, variable, members, is_first=bool(key))
        elif facet.by_decade:
            lines += _decades(facet, variable, members, key)
        else:
            lines += joined("?thing", variable, [*members, f"?thing {facet.path} ?value ."], asked.naming, key)
    is_shown = any(_name(facet) == by for facet, _ in asked.columns)
    first = f"(!BOUND(?first)) {order}(?first) " if is_shown else ""
    names = f"{'ASC' if first else order}(LCASE(?{name}))"
    return with_prefixes("\n".join([*lines, "}", f"ORDER BY {first}{names} ?thing"]), asked.prefixes)


def _name(column: Facet | DateColumn) -> str:
    return column.role if isinstance(column, DateColumn) else column.name


def _dates(column_: DateColumn, variable: str, members: Sequence[str], *, is_first: bool) -> list[str]:
    """The column of a date: as it is given, else `earliest/latest` (as EDTF writes intervals, open as `..`)."""
    ends = {"?date": column_.exact, "?from": column_.earliest, "?to": column_.latest}
    found = [f"OPTIONAL {{ ?thing {'|'.join(f'<{n}>' for n in names)} {end} }}" for end, names in ends.items() if names]
    date, first, last = "MIN(STR(?date))", "MAX(STR(?from))", "MIN(STR(?to))"
    told = f'COALESCE({date}, CONCAT(COALESCE({first}, ".."), "/", COALESCE({last}, "..")))'
    key = f"(COALESCE({first}, {date}, {last}) AS ?first)" if is_first else ""
    given = " || ".join(f"BOUND({end})" for end, names in ends.items() if names)
    return column("?thing", [f"{told} AS ?{variable}", key], [*members, *found, f"FILTER({given})"])


def _decades(facet: Facet, variable: str, members: Sequence[str], key: str) -> list[str]:
    """The column of a decade, or of the first and the last of several."""
    ways = " UNION ".join(f"{{ {' '.join(_dated(first, last))} }}" for first, last in _ends(facet))
    first = f"({key}(?{'begin' if key == 'MIN' else 'end'}) AS ?first)" if key else ""
    told = f"(IF(MIN(?begin) = MAX(?end), MIN(?begin), CONCAT(MIN(?begin), '-', MAX(?end))) AS ?{variable})"
    ends = f"BIND({_DECADE.format('?from')} AS ?begin) BIND({_DECADE.format('?to')} AS ?end)"
    return column("?thing", [told, first], [*members, ways, ends])


def _ends(facet: Facet) -> Iterator[tuple[str, str]]:
    yield from facet.spans or [(facet.path, "")]


def _dated(first: str, last: str, number: str = "") -> Iterator[str]:
    """That a thing has a first and a last day, of which years can be read; one day where there is no other path."""
    yield f"?thing {first} ?from{number} ."
    yield f"?thing {last} ?to{number} ." if last else f"BIND(?from{number} AS ?to{number})"
    years = [_YEARS.format(f"?{end}{number}") for end in ("from", "to")]
    yield f"FILTER({' && '.join([*years, f'SUBSTR(STR(?from{number}), 1, 3) <= SUBSTR(STR(?to{number}), 1, 3)'])})"


def _fits(facet: Facet, values: Sequence[str], number: int) -> str:
    """That a thing has one of the values, or none at all if that is chosen."""
    found = _in_decades(facet, values, number) if facet.by_decade else _of_values(facet, values, number)
    return " || ".join(found)


def _of_values(facet: Facet, values: Sequence[str], number: int) -> Iterator[str]:
    variable = f"?value{number}"
    pattern = f"?thing {facet.path} {variable}"
    if any(value != NONE for value in values):
        terms = " ".join(str(read_term(facet.terms[at])) for at in facet.numbers(values))
        yield f"EXISTS {{ {pattern} {f'VALUES {variable} {{ {terms} }}' if terms else 'FILTER(false)'} }}"
    if NONE in values:
        yield f"NOT EXISTS {{ {pattern} }}"


def _in_decades(facet: Facet, values: Sequence[str], number: int) -> Iterator[str]:
    dated = [" ".join(_dated(first, last, str(number))) for first, last in _ends(facet)]
    decades = [value[:3] for value in values if value in facet.texts]
    begin, end = (f"SUBSTR(STR(?{side}{number}), 1, 3)" for side in ("from", "to"))
    within = " || ".join(f'({begin} <= "{decade}" && {end} >= "{decade}")' for decade in decades) or "false"
    if any(value != NONE for value in values):
        yield " || ".join(f"EXISTS {{ {one} FILTER({within}) }}" for one in dated)
    if NONE in values:
        yield "(" + " && ".join(f"NOT EXISTS {{ {one} }}" for one in dated) + ")"
