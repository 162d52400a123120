"""The SPARQL 1.1 Protocol, its results formats and the service description, over HTTP."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from contextlib import suppress
from urllib.parse import parse_qs, quote, quote_plus

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from ldpub.formats import GRAPH_FORMATS, SOLUTION_FORMATS, Format
from ldpub.serve.protocol import Request, read_operation
from web import BROWSER, FORM, Web

LIB = "https://data.example.org/lib/"
DIRECT = "application/sparql-query"
SELECT = f"SELECT ?o WHERE {{ <{LIB}book/42> <{LIB}terms#shelf> ?o }}"
SHELF = LIB + "id/shelf/a1"
RDFLIB_NAMES = {"turtle": "turtle", "jsonld": "json-ld", "ntriples": "nt", "rdfxml": "xml"}
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")


def values(text: str) -> list[str]:
    return [term["value"] for row in json.loads(text)["results"]["bindings"] for term in row.values()]


@given(st.lists(st.sampled_from(["%", "%4", "%41", "%3d", "%C3%A9", "%0D%0A", "=", "=41", "+", "z", "é", "\n", "\t "])))
def test_a_query_in_a_url_is_decoded_as_every_form_is(pieces: list[str]) -> None:
    encoded = "query=x" + "".join(pieces)
    values = parse_qs(encoded + "&format=json", keep_blank_values=True)["query"]
    operation = read_operation(Request("GET", encoded))
    assert operation is not None
    assert operation.text == values[0]


def test_the_three_ways_to_ask(library: Web) -> None:
    for answer in (
        library.query(SELECT),
        library.post("/sparql", f"query={quote(SELECT)}", FORM),
        library.post("/sparql", f"query={quote_plus(SELECT)}", FORM),
        library.post("/sparql", f"query={quote_plus(SELECT)}", FORM + "; charset=UTF-8"),
        library.post("/sparql", SELECT, DIRECT),
        library.post("/sparql", SELECT, DIRECT + ";charset=utf-8"),
    ):
        assert answer.status == 200, answer.text
        assert answer.headers["Content-Type"] == "application/sparql-results+json"
        assert values(answer.text) == [SHELF]
        assert int(answer.headers["Content-Length"]) == len(answer.body)


@pytest.mark.parametrize(
    ("sent", "meant"), [("a%20b", "a b"), ("a+b", "a b"), ("a%2Bb", "a+b"), ("a%2520b", "a%20b"), ("%C3%A9", "é")]
)
def test_a_query_is_decoded_once(library: Web, sent: str, meant: str) -> None:
    text = f"SELECT%20(%22{sent}%22%20AS%20?x)%20%7B%7D"
    for answer in (library.get(f"/sparql?query={text}"), library.post("/sparql", f"query={text}", FORM)):
        assert values(answer.text) == [meant]


def test_a_posted_query_is_utf_8(library: Web) -> None:
    assert values(library.post("/sparql", 'SELECT ("日本" AS ?x) {}', DIRECT).text) == ["日本"]
    assert library.post("/sparql", b'SELECT ("\xff" AS ?x) {}', DIRECT).status == 400


@pytest.mark.parametrize(
    ("method", "target", "content_type", "body", "status"),
    [
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, b"", 400),
        ("POST", "/sparql", FORM, b"query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("POST", "/sparql", FORM, b"", 400),
        ("POST", "/sparql", FORM, b"other=x", 400),
        ("POST", "/sparql", FORM, b"update=CLEAR+ALL", 400),
        ("GET", "/sparql?update=CLEAR%20ALL", None, b"", 400),
        ("POST", "/sparql", "application/sparql-update", b"CLEAR ALL", 400),
        ("POST", "/sparql", DIRECT, b"CLEAR ALL", 400),
        ("GET", "/sparql?query=INSERT%20DATA%20%7B%3Ca:b%3E%20%3Ca:b%3E%201%7D", None, b"", 400),
        ("GET", "/sparql?query=", None, b"", 400),
        ("POST", "/sparql", DIRECT, b"", 400),
        ("POST", "/sparql", "text/plain", b"ASK {}", 415),
        ("POST", "/sparql", "application/json", b"{}", 415),
        ("POST", "/sparql", "multipart/form-data; boundary=x", b"--x--", 415),
        ("POST", "/sparql", None, b"ASK {}", 415),
        ("GET", "/sparql?query=ASK%7B%7D&format=nonsense", None, b"", 400),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=not%20an%20iri", None, b"", 400),
        ("PUT", "/sparql", DIRECT, b"ASK {}", 405),
        ("DELETE", "/sparql", None, b"", 405),
    ],
)
def test_wrong_requests(  # noqa: PLR0917 - one for each column of the table above
    library: Web, method: str, target: str, content_type: str | None, body: bytes, status: int
) -> None:
    headers = {"Content-Length": str(len(body))} | ({"Content-Type": content_type} if content_type else {})
    answer = library.ask(method, target, headers, body)
    assert answer.status == status, answer.text
    assert answer.media_type == "application/problem+json"
    assert json.loads(answer.text)["status"] == status
    if status == 405:
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    if status == 415:
        assert DIRECT in answer.headers["Accept-Post"]


def test_too_long_is_413(library: Web) -> None:
    long = b"ASK {} #" + b"x" * 1_000_001
    assert library.post("/sparql", long, DIRECT).status == 413
    assert library.post("/sparql", b"query=" + long, FORM).status == 413
    with suppress(ConnectionError):  # the server need not read on to the end before it says no
        assert library.post("/sparql", b"#" * 5_000_000, DIRECT).status == 413
    assert library.query("ASK {}").status == 200


def test_a_syntax_error_says_where(library: Web) -> None:
    answer = library.query("SELECT ?x WHERE {\n  ?x a ?y .\n  ?x ?? }")
    problem = json.loads(answer.text)
    assert answer.status == 400
    assert (problem["line"], problem["column"]) == (3, 6)
    page = library.query("SELECT ?x WHERE {\n  ?x a ?y .\n  ?x ?? }", BROWSER)
    assert (page.status, page.media_type) == (400, "text/html")


QUERY = f"""SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ <{LIB}book/42> <{LIB}book/44> }} ?s ?p ?o
FILTER(!isLiteral(?o) || ?p != <{LIB}terms#note>) }} ORDER BY ?p ?o"""


def test_all_solution_formats_say_the_same(library: Web) -> None:
    answers = {form.name: library.query(QUERY, form.media_type) for form in SOLUTION_FORMATS}
    for form in SOLUTION_FORMATS:
        assert answers[form.name].headers["Content-Type"] == form.content_type
        assert library.query(QUERY, "image/png", format=form.name).body == answers[form.name].body
    rows = list(csv.reader(io.StringIO(answers["csv"].text)))
    assert rows[0] == ["s", "p", "o"]
    assert len(rows) > 25
    ordered = [row[2] for row in rows[1:] if not row[2].startswith("_:")]
    bindings = json.loads(answers["json"].text)["results"]["bindings"]
    assert [row["o"]["value"] for row in bindings if row["o"]["type"] != "bnode"] == ordered
    bound = ET.fromstring(answers["xml"].text).findall(".//{*}binding[@name='o']/*")
    assert [term.text for term in bound if not term.tag.endswith("bnode")] == ordered
    tsv = answers["tsv"].text.splitlines()
    assert tsv[0] == "?s\t?p\t?o"
    assert {line.count("\t") for line in tsv} == {2}
    assert len(rdflib.query.Result.parse(io.BytesIO(answers["tsv"].body), format="tsv").bindings) == len(rows) - 1


def test_what_xml_cannot_say_is_406(library: Web) -> None:
    query = f"SELECT ?o WHERE {{ <{LIB}book/44> <{LIB}terms#note> ?o }}"
    assert library.query(query, "application/sparql-results+xml").status == 406
    assert "bell\x07" in values(library.query(query).text)[0] + values(library.query(query).text)[1]
    construct = f"CONSTRUCT WHERE {{ <{LIB}book/44> ?p ?o }}"
    assert library.query(construct, "application/rdf+xml").status == 406
    assert library.query(construct, "text/turtle").status == 200


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda f: f.name)
def test_graphs(library: Web, form: Format) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{LIB}graph/data/people> {{ ?s ?p ?o }} }}"
    graphs = []
    for answer in (library.query(query, form.media_type), library.query(query, format=form.name), library.query(query)):
        name = RDFLIB_NAMES[form.name] if "*" not in answer.headers["Content-Type"] else "turtle"
        if answer.headers["Content-Type"] == form.content_type:
            graphs.append(rdflib.Graph().parse(data=answer.body, format=name))
    assert len(graphs) >= 2
    assert len(graphs[0]) > 10
    assert all(isomorphic(graphs[0], graph) for graph in graphs)
    described = library.query(f"DESCRIBE <{LIB}book/43>", form.media_type)
    assert described.headers["Content-Type"] == form.content_type


@pytest.mark.parametrize("form", SOLUTION_FORMATS, ids=lambda f: f.name)
def test_booleans(library: Web, form: Format) -> None:
    for query, expected in (("ASK {}", "true"), ("ASK { FILTER(false) }", "false")):
        answer = library.query(query, form.media_type)
        assert answer.headers["Content-Type"] == form.content_type
        assert expected in answer.text


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (SELECT, "application/sparql-results+json, text/html;q=0.5", "application/sparql-results+json"),
        ("DESCRIBE <x:y>", "text/turtle, text/html;q=0.9", "text/turtle"),
        ("DESCRIBE <x:y>", "application/sparql-results+json, text/html;q=0.5", "text/html"),
        (SELECT, "text/turtle, application/sparql-results+xml;q=0.2", "application/sparql-results+xml"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (SELECT, "text/*", "text/csv"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+json;q=0, */*;q=0.1", "application/sparql-results+xml"),
        (SELECT, BROWSER, "text/html"),
    ],
)
def test_the_form_of_the_query_decides_what_is_negotiated(library: Web, query: str, accept: str, expected: str) -> None:
    answer = library.query(query, accept)
    assert (answer.status, answer.media_type) == (200, expected)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("query", "accept"), [(SELECT, "text/turtle"), ("DESCRIBE <x:y>", "text/csv"), (SELECT, "image/png")]
)
def test_nothing_acceptable_is_406(library: Web, query: str, accept: str) -> None:
    assert library.query(query, accept).status == 406


def test_the_dataset_of_the_protocol(library: Web) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    whole = int(values(library.query(count).text)[0])
    books = int(values(library.query(count, **{"default-graph-uri": LIB + "graph/data/books"}).text)[0])
    assert 0 < books < whole
    named = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    graphs = values(library.query(named).text)
    assert {
        LIB + "graph/data/books",
        LIB + "graph/inferred",
        LIB + "ratings#readers",
        "urn:example:loans:archive",
    } <= set(graphs)
    only = library.query(named, **{"named-graph-uri": "urn:example:loans:archive"})
    assert values(only.text) == ["urn:example:loans:archive"]
    posted = f"query={quote(named)}&named-graph-uri={quote(LIB + 'graph/data/books')}"
    assert values(library.post("/sparql", posted, FORM).text) == [LIB + "graph/data/books"]
    target = f"/sparql?named-graph-uri={quote(LIB + 'graph/data/books')}"
    assert values(library.post(target, named, DIRECT).text) == [LIB + "graph/data/books"]


def test_an_answer_has_a_validator_unless_it_changes(library: Web) -> None:
    first = library.query(SELECT)
    tag = first.headers["ETag"]
    target = "/sparql?query=" + quote(SELECT)
    assert library.get(target, If_None_Match=tag).status == 304
    assert library.get(target, If_None_Match="*").status == 304
    assert library.get(target, "text/csv", If_None_Match=tag).status == 200
    assert library.get("/sparql?query=ASK", If_None_Match="*").status == 400
    assert library.ask("POST", target, {"If-None-Match": tag, "Content-Type": DIRECT}, SELECT.encode()).status == 200
    for changing in ("SELECT (NOW() AS ?x) {}", "SELECT (rand ( ) AS ?x) {}", "SELECT (STRUUID() AS ?x) {}"):
        answer = library.query(changing)
        assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (None, "no-store")
    page = library.query(SELECT, BROWSER)
    assert page.headers["ETag"] not in (None, tag)
    assert library.get(target, BROWSER, If_None_Match=page.headers["ETag"]).status == 304


def test_head(library: Web) -> None:
    target = "/sparql?query=" + quote(SELECT)
    get, head = library.get(target), library.ask("HEAD", target)
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda f: f.name)
def test_the_service_describes_itself_in_every_syntax(library: Web, form: Format) -> None:
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    for accept in (form.media_type, f"image/png, {form.media_type};q=0.4"):
        answer = library.get("/sparql", accept)
        assert answer.headers["Content-Type"] == form.content_type
        graph = rdflib.Graph().parse(data=answer.body, format=RDFLIB_NAMES[form.name])
        service = rdflib.URIRef(LIB + "sparql")
        assert (service, rdflib.RDF.type, sd.Service) in graph
        assert (service, sd.endpoint, service) in graph
        assert (service, sd.feature, sd.UnionDefaultGraph) not in graph
        assert len(set(graph.objects(service, sd.resultFormat))) == 8
        dataset = graph.value(service, sd.defaultDataset)
        names = {str(graph.value(node, sd.name)) for node in graph.objects(dataset, sd.namedGraph)}
        assert {"urn:example:loans:archive", LIB + "graph/data/books"} <= names
        default = graph.value(dataset, sd.defaultGraph)
        parts = {str(part) for part in graph.objects(default, rdflib.DCTERMS.hasPart)}
        assert names - parts == {LIB + "graph/report", LIB + "graph/shapes"}
        assert not [term for triple in graph for term in triple if isinstance(term, rdflib.BNode)]


def test_the_form_is_for_people(library: Web) -> None:
    assert library.get("/sparql", BROWSER).media_type == "text/html"
    assert library.get("/sparql").media_type == "text/turtle"
    assert library.get("/sparql?format=jsonld").media_type == "application/ld+json"
    assert library.get("/sparql?format=html").media_type == "text/html"


CHANGING = ["SELECT (RAND #c\n() AS ?x) {}", "SELECT (struuid() AS ?x) {}", "CONSTRUCT { [] <x:p> 1 } {}"]


@pytest.mark.parametrize("query", CHANGING)
def test_what_changes_is_never_kept(library: Web, query: str) -> None:
    assert library.query(query).headers["ETag"] is None


def test_a_variable_named_like_a_function_changes_nothing(library: Web) -> None:
    assert library.query("SELECT ?now ?rand { ?now a ?rand }").headers["ETag"]


def test_xml_keeps_carriage_returns(library: Web) -> None:
    reply = library.query('SELECT ("a\\rb\\r\\nc" AS ?x) {}', format="xml")
    assert "".join(ET.fromstring(reply.body).itertext()).strip() == "a\rb\r\nc"


@pytest.mark.parametrize("form", ["rdfxml", "jsonld"])
def test_a_triple_term_is_refused_where_the_syntax_has_none(library: Web, form: str) -> None:
    query = 'CONSTRUCT { <x:a> <x:b> <<( <x:a> <x:b> "\\u0001" )>> } {}'
    assert library.query(query, format=form).status == 406
    assert library.query(query, format="turtle").status == 200


@pytest.mark.parametrize("path", ["//sparql", "/sparql/"])
def test_a_slash_too_many_is_no_reason_to_send_a_page(library: Web, path: str) -> None:
    reply = library.get(path + "?query=ASK%7B%7D", "application/sparql-results+json")
    assert json.loads(reply.body)["boolean"] is True


def test_a_page_shows_what_it_can_of_a_huge_answer(library: Web) -> None:
    doubled = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(20))
    page = library.query(f"SELECT ?v20 {{ BIND('0123456789' AS ?v0) {doubled} }}", BROWSER)
    assert page.status == 200
    assert len(page.body) < 100_000


def test_a_body_in_a_coding_is_415(library: Web) -> None:
    fields = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    assert library.ask("POST", "/sparql", fields, b"ASK {}").status == 415


def test_a_body_that_is_too_long_gets_its_answer(library: Web) -> None:
    assert library.post("/sparql", b" " * 4_500_000, "application/sparql-query").status == 413
