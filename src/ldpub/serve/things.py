"""The page of one thing: what is said of it in the order of its shapes, its relations as rows, its sources."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode, Triple

from ldpub.iris import path_of
from ldpub.namespaces import RDF
from ldpub.serve.arrangement import Path, Place, Table
from ldpub.serve.asked import statements_query, table_query
from ldpub.serve.cite import CITATIONS, cited
from ldpub.serve.claims import Claims, claims_about
from ldpub.serve.describe import SOURCES, Describer
from ldpub.serve.described import Section, Value
from ldpub.serve.exchange import Exchange
from ldpub.serve.pages import formats, held, place_of, render
from ldpub.serve.pictures.figures import figures_about
from ldpub.serve.relations import Relation, relation
from ldpub.serve.vocabulary_pages import documented


@dataclass(frozen=True)
class Disputed:
    """A property of which sources say different things: its name, and for each claim page, values, sources, rank."""

    name: str
    claims: tuple[tuple[Value, tuple[Value, ...], tuple[int, ...], tuple[Value, ...]], ...]


def thing_page(exchange: Exchange, document: str, thing: NamedNode) -> str:
    """The page of a thing that has a document to itself."""
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    path = path_of(document, exchange.snapshot.iris.base)
    relations = relations_of(describer, thing)
    claims = claims_about(describer, thing)
    sources = _sources(describer, thing, claims)
    described = describer.describe(thing, _apart(describer, relations), _marks(sources, claims, thing, describer))
    listed, relations = _with_sources_numbered([describer.value(source) for source in sources], relations)
    tables = [
        {
            "relation": one,
            "id": f"page-table-{number}",
            "query": describer.asking("sparql", [("query", table_query(thing, one, describer))]),
            "more": _all_of(describer, thing, one.table) if one.count > len(one.rows) else None,
        }
        for number, one in enumerate(relations, 1)
    ]
    own = describer.link(path_of(thing.value.partition("#")[0], exchange.snapshot.iris.base))
    report = exchange.snapshot.iris.graph("report")
    values: dict[str, Any] = {
        "thing": described,
        "own": own,
        "parts": _parts(describer, described.sections, tables),
        "disputed": _disputed(describer, claims, sources),
        "sources": listed,
        "query": describer.asking("sparql", [("query", statements_query(thing, report))]),
        "citation": cited(exchange, thing.value, described.title),
        "citations": [
            (form.label, describer.asking(f"cite.{form.suffix}", [("of", thing.value)])) for form in CITATIONS
        ],
        "place": place_of(exchange, describer, thing, path, described),
        "documented": documented(exchange, thing),
        "figures": figures_about(exchange, thing, describer) if described.kind == "individual" else [],
        **held(exchange, describer, thing),
    }
    return render(exchange, "resource.html", title=described.title, formats=formats(exchange, path), **values)


def relations_of(describer: Describer, thing: NamedNode) -> list[Relation]:
    """The tables of a thing that have rows, as the shapes for its classes order them."""
    types = describer.snapshot.statements.facts([thing], [RDF + "type"])
    classes = [quad.object.value for quad in types if isinstance(quad.object, NamedNode)]
    tables = describer.snapshot.arrangement.tables_of(dict.fromkeys(classes))
    return [found for table in tables if (found := relation(describer, thing, table))]


def _parts(
    describer: Describer, sections: Sequence[Section], tables: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The sections of a page with the tables that belong under their headings."""
    rows = {section.group: section.rows for section in sections}
    orders = {section.group: section.order for section in sections}
    for one in tables:
        place: Place = one["relation"].table.place
        orders[place.group] = min(place.group_order, orders.get(place.group, math.inf))
    describer.learn(NamedNode(group) for group in orders if group)
    return [
        {
            "title": describer.name(NamedNode(group)) if group else "",
            "rows": rows.get(group, ()),
            "tables": [one for one in tables if one["relation"].table.place.group == group],
        }
        for group in sorted(orders, key=lambda group: (orders[group], group == "", group))
    ]


def _with_sources_numbered(
    sources: Sequence[Value], relations: Sequence[Relation]
) -> tuple[list[Value], list[Relation]]:
    """All sources of a page, those of tables behind the others, and the tables with their numbers as cells."""
    numbers = {source.href: number for number, source in enumerate(sources, 1)}
    listed = list(sources)

    def cell(path: Path, values: tuple[Value, ...]) -> tuple[Value, ...]:
        if path.name not in SOURCES or not values:
            return values
        for value in values:
            if value.href not in numbers:
                listed.append(replace(value, is_inferred=False, why=None))
                numbers[value.href] = len(listed)
        return (Value("", marks=tuple(sorted(numbers[value.href] for value in values))),)

    numbered = [
        replace(
            one,
            rows=tuple(
                replace(
                    row, cells=tuple(cell(column.path, v) for column, v in zip(one.columns, row.cells, strict=True))
                )
                for row in one.rows
            ),
        )
        for one in relations
    ]
    return listed, numbered


def _apart(describer: Describer, relations: Sequence[Relation]) -> set[Path]:
    """The paths that tables show: their own, and those of the inverse properties, which lead to the same."""
    inverses = describer.snapshot.arrangement.inverses
    paths = {one.table.path for one in relations}
    return paths | {Path(name, not path.is_forward) for path in paths for name in inverses.get(path.name, ())}


def _all_of(describer: Describer, thing: NamedNode, table: Table) -> str:
    name = NamedNode(table.path.name)
    ends = (thing, name, None) if table.path.is_forward else (None, name, thing)
    return describer.asking("statements", describer.pattern(*ends))


def _sources(describer: Describer, thing: NamedNode, claims: Claims) -> list[NamedNode]:
    """The documents that a thing's statements rest on, as they are numbered: its own, then those of claims about it."""
    quads = describer.snapshot.statements.facts([thing], list(SOURCES))
    own = {quad.object for quad in quads if isinstance(quad.object, NamedNode)}
    describer.learn([*own, *claims.documents])
    ordered = sorted(own, key=lambda term: (describer.name(term).casefold(), term.value))
    return list(dict.fromkeys([*ordered, *claims.documents]))


def _marks(
    sources: Sequence[NamedNode], claims: Claims, thing: NamedNode, describer: Describer
) -> tuple[Mapping[Triple, tuple[int, ...]], tuple[int, ...]]:
    """The numbers of sources: of statements that claims agree with, and of all others."""
    numbers = {source: number for number, source in enumerate(sources, 1)}
    quads = describer.snapshot.statements.facts([thing], list(SOURCES))
    own = {quad.object for quad in quads if isinstance(quad.object, NamedNode)}
    special = {
        triple: tuple(sorted({numbers[document] for document in documents}))
        for triple, documents in claims.sources().items()
        if documents
    }
    return special, tuple(sorted(numbers[term] for term in own))


def _disputed(describer: Describer, claims: Claims, sources: Sequence[NamedNode]) -> list[Disputed]:
    numbers = {source: number for number, source in enumerate(sources, 1)}
    return [
        Disputed(
            describer.name(name),
            tuple(
                (
                    claim.page,
                    tuple(map(describer.value, claim.values)),
                    tuple(numbers[document] for document in claim.documents),
                    claim.ranks,
                )
                for claim in told
            ),
        )
        for name, told in claims.disputed.items()
    ]
