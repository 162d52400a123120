"""The promise of a Store, held by every back end alike."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from ldpub.errors import (
    MalformedQueryError,
    QueryError,
    QueryTooLongError,
    RefusedQueryError,
    RemoteError,
    UnwritableError,
)
from ldpub.formats import (
    BOOLEAN_FORMATS,
    GRAPH_FORMATS,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    RESULTS_CSV,
    RESULTS_JSON,
    RESULTS_TSV,
    RESULTS_XML,
    SOLUTION_FORMATS,
    TURTLE,
    Format,
)
from ldpub.store import Query, Store

EX = "http://example.org/"
LABELS = f"SELECT ?s ?o WHERE {{ ?s <{EX}label> ?o }} ORDER BY ?s"
MANY = f"SELECT ?s ?o WHERE {{ GRAPH <{EX}graph/many> {{ ?s <{EX}value> ?o }} }}"


def rows(store: Store, text: str, default: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """The solutions, each variable with its lexical form."""
    with store.query(Query(text, default_graphs=default, named_graphs=named)) as answer:
        assert answer.form == "solutions"
        bindings = json.loads(answer.read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


@pytest.mark.parametrize("written", SOLUTION_FORMATS, ids=lambda f: f.name)
def test_solutions_in_every_format(store: Store, written: Format) -> None:
    answer = store.query(Query(LABELS, solutions=written))
    assert (answer.form, answer.format) == ("solutions", written)
    body = answer.read()
    assert answer.body == body
    assert _values(body, written) == ['A, "quoted"\tand\nbroken', "Käse"]


def _values(body: bytes, written: Format) -> list[str]:
    text = body.decode()
    if written is RESULTS_JSON:
        return [row["o"]["value"] for row in json.loads(text)["results"]["bindings"]]
    if written is RESULTS_XML:
        return [str(node.text) for node in ET.fromstring(text).iter("{http://www.w3.org/2005/sparql-results#}literal")]
    if written is RESULTS_CSV:
        return [row["o"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    return [_unquoted(line) for line in text.splitlines()[1:]]


def _unquoted(line: str) -> str:
    quad = next(iter(ox.parse(f"<s:> <p:> {line.split(chr(9))[1]} .", ox.RdfFormat.TURTLE)))
    assert isinstance(quad.object, ox.Literal)
    return quad.object.value


@pytest.mark.parametrize("written", BOOLEAN_FORMATS, ids=lambda f: f.name)
@pytest.mark.parametrize("truth", [True, False])
def test_booleans_in_every_format(store: Store, written: Format, truth: bool) -> None:
    answer = store.query(Query("ASK { }" if truth else "ASK { FILTER(false) }", boolean=written))
    assert (answer.form, answer.format) == ("boolean", written)
    word = b"true" if truth else b"false"
    assert word in answer.read()
    if written in (RESULTS_CSV, RESULTS_TSV):
        assert answer.read().strip() == word


@pytest.mark.parametrize("written", GRAPH_FORMATS, ids=lambda f: f.name)
@pytest.mark.parametrize("text", [f"CONSTRUCT WHERE {{ <{EX}a> ?p ?o }}", f"DESCRIBE <{EX}a>"])
def test_graphs_in_every_format(store: Store, written: Format, text: str) -> None:
    answer = store.query(Query(text, graph=written))
    assert (answer.form, answer.format) == ("graph", written)
    parsed = {str(quad) for quad in ox.parse(answer.read(), getattr(ox.RdfFormat, written.engine))}
    assert len(parsed) == 2


def test_turtle_uses_the_prefixes_of_the_names_in_it_and_no_others(store: Store) -> None:
    text = store.query(Query(f"DESCRIBE <{EX}b>")).read().decode()
    assert text == f"@prefix ex: <{EX}> .\nex:b ex:knows ex:c .\n"


def test_constructed_triples_are_a_set(store: Store) -> None:
    answer = store.query(Query(f"CONSTRUCT {{ <{EX}x> <{EX}y> 1 }} WHERE {{ ?s ?p ?o }}", graph=N_TRIPLES))
    assert answer.read().count(b"\n") == 1


def test_an_empty_graph_is_a_document(store: Store) -> None:
    for written in (TURTLE, N_TRIPLES, JSON_LD, RDF_XML):
        body = store.query(Query("CONSTRUCT WHERE { <x:no> ?p ?o }", graph=written)).read()
        assert list(ox.parse(body, getattr(ox.RdfFormat, written.engine))) == []


def test_a_large_answer_comes_in_pieces_and_is_whole(store: Store) -> None:
    answer = store.query(Query(MANY))
    pieces = list(answer.chunks)
    assert len(json.loads(b"".join(pieces))["results"]["bindings"]) == 20_000


def test_the_default_graph_is_what_the_store_holds_as_default(store: Store) -> None:
    assert len(rows(store, "SELECT * { ?s ?p ?o }")) == 6
    assert len(rows(store, f"SELECT * {{ GRAPH <{EX}graph/1> {{ ?s ?p ?o }} }}")) == 2


@pytest.mark.parametrize(
    ("default", "named", "in_default", "in_named"),
    [
        (("graph/1",), (), 2, 0),
        ((), ("graph/2",), 0, 2),
        (("graph/1", "graph/2"), (), 4, 0),
        (("graph/1",), ("graph/2", "graph/3"), 2, 4),
        (("graph/unknown",), ("graph/unknown",), 0, 0),
        ((), (), 6, 6 + 20_000),
    ],
)
@pytest.mark.parametrize("clause", ["", f"FROM <{EX}graph/3> FROM NAMED <{EX}graph/3>"])
def test_dataset_of_the_protocol(
    store: Store, *, default: tuple[str, ...], named: tuple[str, ...], in_default: int, in_named: int, clause: str
) -> None:
    """SPARQL 1.1 Protocol, 2.1.4: the dataset of the protocol goes before FROM and FROM NAMED of the query."""
    if clause and not default + named:
        in_default, in_named = 2, 2
    dataset = (tuple(EX + graph for graph in default), tuple(EX + graph for graph in named))
    count = "SELECT (COUNT(*) AS ?n) " + clause
    assert rows(store, count + " { ?s ?p ?o }", *dataset) == [{"n": str(in_default)}]
    assert rows(store, count + " { GRAPH ?g { ?s ?p ?o } }", *dataset) == [{"n": str(in_named)}]


def test_from_alone_leaves_no_named_graph(store: Store) -> None:
    assert rows(store, f"SELECT * FROM <{EX}graph/1> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == []


def test_a_graph_that_is_no_iri_is_malformed(store: Store) -> None:
    with pytest.raises(MalformedQueryError, match="absolute IRI"):
        store.query(Query("ASK { }", default_graphs=("no iri",)))


def test_a_function_nobody_knows_is_an_error_in_evaluation(store: Store) -> None:
    """SPARQL 1.1, 17.3: errors leave BIND unbound, and FILTER takes them as false."""
    text = f"SELECT ?x (COALESCE(<{EX}g>(1), 2) AS ?y) {{ BIND(<{EX}f>(1) AS ?x) }}"
    assert rows(store, text) == [{"y": "2"}]
    assert rows(store, f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ FILTER(<{EX}h>(?o)) }} }}") == []


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("SELECT * WHERE {\n  ?s ?p ?o . FILTER( }", (2, 22), "}"),
        ("SELECT * WHERE {\r\n  ?s ?p ?o", (2, 11), "end of the query"),
        ("FOO", (1, 1), "FOO"),
        ("", (1, 1), "end of the query"),
        ("SELECT ?x ?x { ?x ?y ?z }", (1, 26), "duplicated"),
        ("SELECT * {\n  ?s foo:p ?o }", (2, 6), "prefix foo:"),
        ("SELECT * { ?s rdfs:label ?o }", (1, 15), "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"),
        ("ASK { ?s ?p 'no end }", (1, 13), "string"),
        ("ASK { ?s <relative> ?o }", (1, 10), "IRI"),
    ],
)
def test_malformed_queries_say_where(store: Store, text: str, place: tuple[int, int], word: str) -> None:
    with pytest.raises(MalformedQueryError) as raised:
        store.query(Query(text))
    assert word in str(raised.value)
    if type(store).__name__ != "RemoteStore":
        assert (raised.value.line, raised.value.column) == place
        assert f"Line {place[0]}, column {place[1]}" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("INSERT DATA { <x:a> <x:b> <x:c> }", RefusedQueryError),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", RefusedQueryError),
        ("ASK { } #" + "x" * 1_000_000, QueryTooLongError),
        ("ASK " + "{" * 5000 + "}" * 5000, RefusedQueryError),
        ("ASK { } # \ud800", MalformedQueryError),
    ],
)
def test_refused_queries(store: Store, text: str, error: type[QueryError]) -> None:
    with pytest.raises(error):
        store.query(Query(text))


@pytest.mark.parametrize(
    "query",
    [
        Query(f"SELECT * {{ ?s <{EX}control> ?o }}", solutions=RESULTS_XML),
        Query(f"CONSTRUCT WHERE {{ ?s <{EX}control> ?o }}", graph=RDF_XML),
        Query(f"CONSTRUCT WHERE {{ ?s <{EX}123> ?o }}", graph=RDF_XML),
        Query('SELECT ("\\uFFFE" AS ?o) { }', solutions=RESULTS_XML),
    ],
)
def test_xml_is_never_ill_formed(store: Store, query: Query) -> None:
    with pytest.raises((UnwritableError, RemoteError)) as raised:
        store.query(query)
    assert "ask for" in str(raised.value)
    again = Query(query.text, RESULTS_JSON, graph=TURTLE)
    assert store.query(again).read()


def test_answers_can_be_closed_twice(store: Store) -> None:
    with store.query(Query(LABELS)) as answer:
        answer.close()
    answer.close()
