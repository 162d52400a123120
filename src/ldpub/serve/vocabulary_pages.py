"""The pages that tell what a project's words mean: an ontology's, and that of the shapes."""

from __future__ import annotations

from urllib.parse import urlencode

from pyoxigraph import NamedNode

from ldpub.iris import path_of
from ldpub.serve.exchange import Exchange
from ldpub.serve.frame import Crumb, Place
from ldpub.serve.ontology.page import ontology_values
from ldpub.serve.ontology.shapes_page import shapes_values
from ldpub.serve.ontology.term_page import term_values
from ldpub.serve.ontology.versions import canonical_of
from ldpub.serve.ontology.vocabulary import Vocabulary
from ldpub.serve.pages import LISTED, describer_of, formats, in_the_catalogue, page_path, paging, render
from ldpub.serve.pictures.figures import figure_of, shown
from ldpub.serve.problems import Problem
from ldpub.serve.snapshot import Snapshot

SHAPES_LISTED = 300
"""How many shapes a page shows."""


def documented(exchange: Exchange, thing: NamedNode) -> str | None:
    """Where a shape is told in words; None for what is none, which needs no look at the shapes."""
    graph = NamedNode(exchange.snapshot.iris.graph("shapes"))
    if not exchange.snapshot.statements.is_said_in(thing, graph):
        return None
    shapes = exchange.snapshot.schema.shapes
    anchor = shapes.anchors.get(thing)
    page = describer_of(exchange).link(path_of(shapes.iri, exchange.snapshot.iris.base))
    return f"{page}#{anchor}" if anchor else None


def ontology_page(exchange: Exchange, document: str, vocabulary: Vocabulary, served: Snapshot) -> str:
    """The page of an ontology, a thousand terms at once; `served` is the release that is served as the current one."""
    first = (exchange.page - 1) * LISTED
    if first and first >= len(vocabulary.terms):
        raise Problem(404, f"There is no page {exchange.page}.")
    path = path_of(document or vocabulary.document, exchange.snapshot.iris.base)
    values = ontology_values(exchange, vocabulary, served, first, LISTED)
    figure = figure_of(exchange, "classes", None, describer_of(exchange)) if values["has_diagram"] else None
    return render(
        exchange,
        "ontology.html",
        **values,
        place=Place(path=path_of(canonical_of(vocabulary, document), served.iris.base)),
        diagram=shown(exchange, figure, None) if figure else None,
        has_shapes=exchange.snapshot.statements.is_graph(exchange.snapshot.schema.shapes.iri),
        formats=formats(exchange, path),
        paging=paging(exchange, len(vocabulary.terms) > first + LISTED),
    )


def term_page(exchange: Exchange, document: str, vocabulary: Vocabulary, term: NamedNode, served: Snapshot) -> str:
    """The page of one term of an ontology; the others as for that of the whole."""
    base, query = exchange.snapshot.iris.base, term_query(term)
    path = path_of(document or vocabulary.document, base)
    canonical = path_of(canonical_of(vocabulary, document), base)
    values = term_values(exchange, vocabulary, term, served, canonical + query)
    above = Crumb(values.pop("above"), exchange.path)
    schema, summary = (values.pop(name) for name in ("schema", "summary"))
    place = Place((above,), canonical, summary, (schema,), frozenset(("term",)))
    listed = [(label, href + query) for label, href in formats(exchange, path)]
    return render(exchange, "term.html", **values, place=place, formats=listed)


def term_query(term: NamedNode) -> str:
    """What the addresses of a term's entry alone end with."""
    return "?" + urlencode({"term": term.value.partition("#")[2]})


def shapes_page(exchange: Exchange) -> str:
    """The page of the graph of shapes, three hundred shapes at once."""
    shapes = exchange.snapshot.schema.shapes
    path, first = path_of(shapes.iri, exchange.snapshot.iris.base), (exchange.page - 1) * SHAPES_LISTED
    if first and first >= len(shapes.node_shapes):
        raise Problem(404, f"There is no page {exchange.page}.")
    return render(
        exchange,
        "shapes.html",
        **shapes_values(exchange, first, SHAPES_LISTED),
        iri=shapes.iri,
        count=exchange.snapshot.statements.graph_size(NamedNode(shapes.iri))[0],
        place=Place(in_the_catalogue(exchange), page_path(exchange, path)),
        formats=formats(exchange, path),
        paging=paging(exchange, len(shapes.node_shapes) > first + SHAPES_LISTED),
    )
