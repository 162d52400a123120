"""A document says the same in every RDF syntax, as rdflib reads it; literals stay as they were written."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from conftest import FOREIGN
from ldpub import formats
from ldpub.errors import UnwritableError
from ldpub.formats import GRAPH_FORMATS, RDF_XML, TURTLE, Format
from ldpub.serve.representations import write_triples
from web import BROWSER, Web

LIB = "https://data.example.org/lib/"
RDFLIB_NAMES = {"turtle": "turtle", "jsonld": "json-ld", "ntriples": "nt", "rdfxml": "xml"}
DOCUMENTS = (
    "doc/book/42",
    "doc/shelf/a1",
    "doc/journal/waters",
    "doc/film/1",
    "people",
    "terms",
    "graph/data/people",
    "graph/shapes",
    "catalog",
)


pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")


def graph(web: Web, path: str, form: Format) -> rdflib.Graph:
    answer = web.get(f"/{path}", form.media_type)
    assert answer.status == 200, answer.text
    return rdflib.Graph().parse(data=answer.body, format=RDFLIB_NAMES[form.name], publicID=LIB)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_all_syntaxes_say_the_same(library: Web, path: str) -> None:
    first = graph(library, path, TURTLE)
    assert len(first) > 5
    for form in GRAPH_FORMATS[1:]:
        assert isomorphic(first, graph(library, path, form)), form.name


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda f: f.name)
def test_literals_are_as_they_were_written(library: Web, form: Format) -> None:
    """Read by a parser that keeps them: rdflib's makes 5 of Turtle's 05."""
    content = library.get("/doc/book/42", form.media_type).body
    triples = ox.parse(content, format=getattr(ox.RdfFormat, form.engine))
    found = {(t.object.value, t.object.datatype.value) for t in triples if isinstance(t.object, ox.Literal)}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    for text, kind in (
        ("1.50", "decimal"),
        ("05", "integer"),
        ("312", "nonNegativeInteger"),
        ("2.0E0", "double"),
        ("1968-05-01T00:00:00.000+00:00", "dateTime"),
        ("1968", "gYear"),
    ):
        assert (text, xsd + kind) in found


def test_a_file_is_served_as_it_was_written(library: Web) -> None:
    """The graph of a file, with its blank nodes nested, shared and in lists, is the file."""
    for name in ("books", "people"):
        source = ox.parse(path=str(FOREIGN / f"data/{name}.ttl"), format=ox.RdfFormat.TURTLE)
        expected, served = ox.Dataset(source), ox.Dataset()
        for quad in ox.parse(library.get(f"/graph/data/{name}.nt").body, format=ox.RdfFormat.N_TRIPLES):
            served.add(quad)
        for dataset in (expected, served):
            dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        assert set(served) == set(expected)


def test_a_document_holds_the_blank_nodes_that_lead_to_its_thing(library: Web) -> None:
    """A list of which the thing is a member comes whole, from the thing whose list it is."""
    found = graph(library, "doc/book/43", TURTLE)
    head = found.value(rdflib.URIRef(LIB + "film/1"), rdflib.URIRef(LIB + "terms#chapters"))
    assert head is not None
    assert list(found.items(head)) == [rdflib.URIRef(LIB + "book/42"), rdflib.URIRef(LIB + "book/43")]


def test_the_named_graphs_of_quad_files_keep_their_names(library: Web) -> None:
    own = graph(library, "graph/loans/2026", TURTLE)
    assert len(own) == 2
    assert len(graph(library, "graph/data/loans", TURTLE)) == 1
    loans = graph(library, "doc/loans/2025", TURTLE)
    assert (rdflib.URIRef(LIB + "loan/1"), None, None) in loans
    assert (rdflib.URIRef(LIB + "loans/2025"), rdflib.DCTERMS.title, None) in loans
    assert (rdflib.URIRef(LIB + "rating/1"), None, None) in graph(library, "ratings", TURTLE)
    assert len(graph(library, "graph/data/ratings", TURTLE)) == 1


@pytest.mark.parametrize("path", ["doc/book/44", "doc/book/44.rdf", "graph/data/books"])
def test_what_rdf_xml_cannot_say_is_406(library: Web, path: str) -> None:
    answer = library.get(f"/{path}", RDF_XML.media_type)
    assert answer.status == 406
    assert "Turtle" in answer.text
    assert answer.media_type == "application/problem+json"
    for form in GRAPH_FORMATS[:3]:
        assert library.get(f"/{path.removesuffix('.rdf')}", form.media_type).status == 200
    assert library.get(f"/{path}", BROWSER).status in (200, 406)


def triple(predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode("http://x.example/s"), ox.NamedNode(predicate), ox.Literal(value))


@pytest.mark.parametrize(
    "bad", [triple("http://x.example/1", "a"), triple("http://x.example/p", "\x01"), triple("http://x.example/p/", "")]
)
def test_ill_formed_xml_is_never_written(bad: ox.Triple) -> None:
    with pytest.raises(UnwritableError, match="RDF/XML"):
        write_triples([bad], RDF_XML, {})
    for form in (formats.TURTLE, formats.N_TRIPLES, formats.JSON_LD):
        assert write_triples([bad], form, {})


def test_only_prefixes_that_are_used_are_declared() -> None:
    prefixes = {"x": "http://x.example/", "y": "http://y.example/", "part": "http://x.example/some/"}
    text = write_triples([triple("http://x.example/p", "http://y.example/")], TURTLE, prefixes).decode()
    assert text.count("@prefix") == 1
    assert "x:s x:p" in text
