"""The page of one thing: what is said of it in the order of its shapes, its relations as rows, its sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode

from ldpub.iris import path_of
from ldpub.namespaces import RDF
from ldpub.serve.arrangement import Path, Table
from ldpub.serve.asked import statements_query
from ldpub.serve.cite import CITATIONS, cited
from ldpub.serve.claims import Claims, claims_about
from ldpub.serve.describe import Describer
from ldpub.serve.described import Description, Value
from ldpub.serve.exchange import Exchange
from ldpub.serve.pages import formats, held, place_of, render
from ldpub.serve.parts import parts_of
from ldpub.serve.patterns import AS_QUERY
from ldpub.serve.pictures.figures import figures_about
from ldpub.serve.relations import Relation, relation
from ldpub.serve.sources import Numbering
from ldpub.serve.summary import summary_of
from ldpub.serve.vocabulary_pages import documented

_FIRST = ("map", "timeline")
"""The pictures that stand before what they show."""


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
    numbering = Numbering(describer, thing, claims)
    described = describer.describe(thing, _apart(describer, relations), numbering.marks)
    described = replace(described, summary=described.summary or _sentence(describer, thing, described))
    parts, repeated = parts_of(describer, described, _tables(describer, thing, relations, numbering))
    told = _disputed(describer, claims, numbering)
    listed = numbering.listed()
    figures = figures_about(exchange, thing, describer) if described.kind == "individual" else []
    values: dict[str, Any] = {
        "thing": described,
        "own": describer.link(path_of(thing.value.partition("#")[0], exchange.snapshot.iris.base)),
        "types_why": describer.asking("statements", describer.pattern(thing, NamedNode(RDF + "type"), None)),
        "parts": parts,
        "repeated": repeated,
        "disputed": told,
        "sources": listed,
        "entry_sources": numbering.own,
        "citation": cited(exchange, thing.value, described.title),
        "citations": [
            (form.label, describer.asking(f"cite.{form.suffix}", [("of", thing.value)])) for form in CITATIONS
        ],
        "documented": documented(exchange, thing),
        "figures": [one for one in figures if one.figure.name in _FIRST],
        "later_figures": [one for one in figures if one.figure.name not in _FIRST],
        **_references(exchange, describer, thing, described, path),
        **held(exchange, describer, thing),
    }
    return render(exchange, "resource.html", title=described.title, formats=formats(exchange, path), **values)


def _references(
    exchange: Exchange, describer: Describer, thing: NamedNode, described: Description, path: str
) -> dict[str, Any]:
    """The query for the page, and its place, in which search engines read whom the sentence is about."""
    report = exchange.snapshot.iris.graph("report")
    place = place_of(exchange, describer, thing, path, described)
    types = ", ".join(_kinds(described))
    said = described.summary or types
    return {
        "query": describer.asking("sparql", [("query", statements_query(thing, report))]),
        "place": replace(place, summary=f"{described.title}: {said}" if said else ""),
    }


def _sentence(describer: Describer, thing: NamedNode, described: Description) -> str | None:
    if described.kind != "individual":
        return None
    classes = [value.iri for value in described.types if value.iri]
    return summary_of(describer, thing, classes, _kinds(described))


def _kinds(described: Description) -> list[str]:
    """The names of the classes that it was said to be of."""
    return [value.text for value in described.types if not value.is_inferred]


def _tables(
    describer: Describer, thing: NamedNode, relations: Sequence[Relation], numbering: Numbering
) -> list[dict[str, Any]]:
    if not relations:
        return []
    return [
        {
            "relation": numbering.in_cells(one),
            "id": f"page-table-{number}",
            "query": _all_of(describer, thing, one.table, as_query=True),
            "more": _all_of(describer, thing, one.table) if one.count > len(one.rows) else None,
        }
        for number, one in enumerate(relations, 1)
    ]


def relations_of(describer: Describer, thing: NamedNode) -> list[Relation]:
    """The tables of a thing that have rows, as the shapes for its classes order them."""
    types = describer.snapshot.statements.facts([thing], [RDF + "type"])
    classes = [quad.object.value for quad in types if isinstance(quad.object, NamedNode)]
    tables = describer.snapshot.arrangement.tables_of(dict.fromkeys(classes))
    describer.learn(NamedNode(path.name) for table in tables for path in (table.path, *(c.path for c in table.columns)))
    return [found for table in tables if (found := relation(describer, thing, table))]


def _apart(describer: Describer, relations: Sequence[Relation]) -> set[Path]:
    """The paths that tables show: their own, and those of the inverse properties, which lead to the same."""
    inverses = describer.snapshot.arrangement.inverses
    paths = {one.table.path for one in relations}
    return paths | {Path(name, not path.is_forward) for path in paths for name in inverses.get(path.name, ())}


def _all_of(describer: Describer, thing: NamedNode, table: Table, *, as_query: bool = False) -> str:
    name = NamedNode(table.path.name)
    ends = (thing, name, None) if table.path.is_forward else (None, name, thing)
    return describer.asking("statements", [*describer.pattern(*ends), *([AS_QUERY] if as_query else [])])


def _disputed(describer: Describer, claims: Claims, numbering: Numbering) -> list[Disputed]:
    return [
        Disputed(
            describer.name(name),
            tuple(
                (claim.page, tuple(map(describer.value, claim.values)), numbering.numbers(claim.documents), claim.ranks)
                for claim in told
            ),
        )
        for name, told in claims.disputed.items()
    ]
