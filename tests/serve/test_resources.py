"""Things, documents, suffixes, validators: what RFC 9110 and the URI policy promise to every client."""

from __future__ import annotations

import http.client
import json

import pytest

from ldpub.formats import GRAPH_FORMATS, HTML, Format
from web import BROWSER, Web

LIB = "https://data.example.org/lib/"
FORMATS = (*GRAPH_FORMATS, HTML)
ids = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)


@pytest.mark.parametrize(
    ("thing", "document"),
    [
        ("/book/42", "/doc/book/42"),
        ("/id/shelf/a1", "/doc/shelf/a1"),
        ("/book/%C3%A1gua", "/doc/book/%C3%A1gua"),
        ("/book/%C3%A9tude", "/doc/book/%C3%A9tude"),
        ("/id/shelf/%E6%97%A5%E6%9C%AC", "/doc/shelf/%E6%97%A5%E6%9C%AC"),
        ("/book/a%20b", "/doc/book/a%20b"),
        ("/book/50%25", "/doc/book/50%25"),
        ("/book/a%28b%29", "/doc/book/a%28b%29"),
        ("/book/b:c;d=e,f@g", "/doc/book/b:c;d=e,f@g"),
        ("/book/notes.ttl", "/doc/book/notes.ttl"),
        ("/doc/terms", "/terms"),
        ("/doc/people.nt", "/people.nt"),
        ("/view?id=3", "/doc/view%3Fid=3?id=3"),
        ("/id/shelf/b2", "/doc/shelf/b2"),
        ("/book/43.jsonld", "/doc/book/43.jsonld"),
        ("/book/42?lang=fr", "/doc/book/42?lang=fr"),
    ],
)
def test_a_thing_leads_to_its_document(library: Web, thing: str, document: str) -> None:
    answer = library.get(thing, "text/turtle")
    assert answer.status == 303
    assert answer.headers["Location"] == document
    assert "Accept" in answer.headers["Vary"]
    assert library.get(document, "text/turtle").status == 200


@pytest.mark.parametrize("host", ["data.example.org", "evil.example:99", "localhost", "[::1]:80"])
def test_links_name_no_host(library: Web, host: str) -> None:
    answer = library.get("/book/42", BROWSER, Host=host, X_Forwarded_Host="evil.example")
    assert answer.headers["Location"] == "/doc/book/42"
    page = library.get("/doc/book/42", BROWSER, Host=host)
    assert "evil" not in page.text + str(page.headers)
    assert "localhost" not in page.text
    assert LIB + "book/42" in library.get("/doc/book/42", "text/turtle", Host=host).text.replace("book:", LIB + "book/")


@ids
def test_negotiated_and_suffixed_documents_are_the_same(library: Web, form: Format) -> None:
    for path in ("doc/book/42", "people", "terms", "catalog", "graph/data/people"):
        negotiated = library.get(f"/{path}", form.media_type)
        suffixed = library.get(f"/{path}.{form.suffix}", "image/png")
        assert negotiated.status == suffixed.status == 200
        assert negotiated.headers["Content-Type"] == form.content_type
        assert negotiated.body == suffixed.body
        assert negotiated.headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"
        name = path.rpartition("/")[2]
        assert negotiated.headers["Content-Location"] == f"{name}.{form.suffix}"
        assert f'<{name}.{form.suffix}>; rel="alternate"; type="{form.media_type}"' in negotiated.headers["Link"]


def test_entity_tags_differ_by_representation(library: Web) -> None:
    tags = [library.get("/doc/book/42", form.media_type).headers["ETag"] for form in FORMATS]
    tags += [library.get(f"/doc/book/42?lang={tag}", "text/html").headers["ETag"] for tag in ("en", "fr", "pt-BR")]
    tags += [library.get("/doc/book/43", "text/turtle").headers["ETag"]]
    assert len(set(tags)) == len(tags)


@ids
@pytest.mark.parametrize("path", ["/doc/book/42", "/", "/sparql", "/graph/data/books", "/report", "/browse?class={}"])
def test_a_client_that_has_it_gets_304(library: Web, form: Format, path: str) -> None:
    path = path.format("https%3A%2F%2Fdata.example.org%2Flib%2Fterms%23Book")
    full = library.get(path, form.media_type)
    if full.status in (303, 406):
        return
    tag = full.headers["ETag"]
    for sent in (tag, f'"x", {tag}', f"W/{tag}", "*", f'W/"y",{tag} , "z"'):
        answer = library.get(path, form.media_type, If_None_Match=sent)
        assert (answer.status, answer.body) == (304, b"")
        for name in ("ETag", "Vary", "Cache-Control", "Content-Location"):
            assert answer.headers[name] == full.headers[name], name
    for sent in ('"x"', '"x", "y"', tag.strip('"')[:5]):
        assert library.get(path, form.media_type, If_None_Match=sent).status == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/book/42", "/doc/book/42", "/people", "/graph/data/books", "/sparql", "/nothing", "/book/41", "/report"],
)
@pytest.mark.parametrize("accept", ["text/turtle", BROWSER, "image/png"])
def test_head_equals_get_without_its_body(library: Web, path: str, accept: str) -> None:
    get = library.get(path, accept)
    head = library.ask("HEAD", path, {"Accept": accept})
    assert head.body == b""
    assert head.status == get.status
    ours = {name: value for name, value in get.headers.items() if name.lower() != "date"}
    assert {name: value for name, value in head.headers.items() if name.lower() != "date"} == ours


def test_languages(library: Web) -> None:
    for accept, path, expected, title in (
        ("fr-CA, en;q=0.5", "/doc/book/42", "fr", "Le Fleuve"),
        ("pt", "/doc/book/42", "pt-BR", "O Rio"),
        ("ja", "/doc/book/42", "en", "The River"),
        ("en", "/doc/book/42?lang=pt-br", "pt-BR", "O Rio"),
        ("en;q=0, *", "/doc/book/42", "fr", "Le Fleuve"),
    ):
        page = library.get(path, BROWSER, Accept_Language=accept)
        assert page.headers["Content-Language"] == expected
        assert f'<html lang="{expected}">' in page.text
        assert f"<h1>{title}</h1>" in page.text
    assert library.get("/doc/book/42", "text/turtle").headers["Content-Language"] is None


@pytest.mark.parametrize("path", ["/book/41", "/doc/book/41", "/doc/book/41.ttl", "/id/shelf/old", "/doc/shelf/old"])
@pytest.mark.parametrize("accept", ["text/turtle", BROWSER])
def test_a_withdrawn_thing_is_gone_and_says_what_replaces_it(library: Web, path: str, accept: str) -> None:
    answer = library.get(path, accept)
    assert answer.status == 410
    successor = "shelf/日本" if "shelf" in path else "book/42"
    assert successor in (answer.text if accept == BROWSER else json.loads(answer.text)["isReplacedBy"][0])
    assert 'rel="successor-version"' in answer.headers["Link"]
    assert answer.headers["Link"].isascii()


def test_a_suffix_that_is_a_slug_belongs_to_the_slug(library: Web) -> None:
    notes = library.get("/doc/book/notes", "text/turtle")
    assert notes.headers["Content-Location"] is None
    assert "notes.ttl>" not in notes.headers["Link"]
    assert "Notes on Turtle" in library.get("/doc/book/notes.ttl", "application/ld+json").text
    assert library.get("/doc/book/notes.ttl.ttl", "*/*").headers["Content-Type"].startswith("text/turtle")
    assert "notes.ttl" not in library.get("/doc/book/notes", BROWSER).text.partition("This page as data")[2]


@pytest.mark.parametrize(
    "target",
    [
        "/nothing",
        "/id/",
        "/book/",
        "/doc/book",
        "/book//42",
        "/%FF",
        "/id/%00",
        "/id/%EF%BF%BE",
        "/id/%F0%9F%BF%BF",
        "/" + "a/" * 2000,
        "/id/%3Cscript%3E",
        "/doc/%22%3E",
        "/terms.xyz",
        "/static/../../pyproject.toml",
        "/static/nothing.css",
        "/browse?class=a%20b",
        "/browse?class=https%3A%2F%2Fx.example%2FNothing",
        "/browse?class=http://www.w3.org/2002/07/owl%23Class&page=2",
    ],
)
@pytest.mark.parametrize("accept", ["text/turtle", BROWSER])
def test_the_unknown_is_404(library: Web, target: str, accept: str) -> None:
    answer = library.get(target, accept)
    assert answer.status == 404, answer.text
    assert answer.media_type == ("text/html" if accept == BROWSER else "application/problem+json")
    if accept == BROWSER:
        assert "<script" not in answer.markup
    else:
        assert json.loads(answer.text).keys() >= {"type", "title", "status", "detail"}


@pytest.mark.parametrize(
    "target",
    [
        "/browse?class=https://data.example.org/lib/terms%23Book&sort=size",
        "/search?q=x&page=0",
        "/graph/data/books.html?page=x",
        "/people?page=-1",
    ],
)
def test_wrong_parameters_are_400(library: Web, target: str) -> None:
    assert library.get(target, BROWSER).status == 400
    assert library.get("/terms?page=2", BROWSER).status == 404


@pytest.mark.parametrize("target", ["/doc/book/42", "/graph/data/books", "/catalog", "/", "/sparql"])
def test_nothing_acceptable_is_406(library: Web, target: str) -> None:
    answer = library.get(target, "image/png")
    assert answer.status == 406
    assert "text/html" in answer.text or "text/turtle" in answer.text
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("target", ["/", "/book/42", "/doc/book/42", "/nothing", "/static/site.css", "/dump/lib.nt.gz"])
def test_other_methods_are_405_and_say_which_are_allowed(library: Web, method: str, target: str) -> None:
    answer = library.ask(method, target, {"Content-Length": "0"})
    assert answer.status == 405
    assert "GET" in answer.headers["Allow"]
    assert method not in answer.headers["Allow"]


@pytest.mark.parametrize("target", ["/book/42", "/doc/book/42", "/sparql", "/nothing", "/dump/lib.nt.gz"])
def test_cross_origin_reading_is_allowed_and_never_with_credentials(library: Web, target: str) -> None:
    origin = {"Origin": "https://app.example"}
    asked = {**origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "accept, content-type"}
    preflight = library.ask("OPTIONS", target, asked)
    assert preflight.status == 204
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "accept, content-type"
    assert "GET" in preflight.headers["Allow"]
    for answer in (preflight, library.ask("GET", target, origin)):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Access-Control-Allow-Credentials"] is None


def test_every_answer_carries_the_fixed_headers(library: Web) -> None:
    for target in (
        "/",
        "/book/42",
        "/doc/book/42",
        "/nothing",
        "/sparql?query=x",
        "/static/site.css",
        "/dump/lib.nt.gz",
    ):
        answer = library.get(target, BROWSER)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], target
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Set-Cookie"] is None


def test_http_1_0_and_a_request_without_host(library: Web) -> None:
    connection = http.client.HTTPConnection(library.address, timeout=10)
    connection.putrequest("GET", "/book/42", skip_host=True)
    connection.putheader("Host", "")
    connection.endheaders()
    assert connection.getresponse().status in (303, 400)
    connection.close()


def test_the_home_of_a_program_is_the_catalogue(library: Web) -> None:
    for accept in ("text/turtle", "application/ld+json", "text/html;q=0, application/rdf+xml"):
        answer = library.get("/", accept)
        assert (answer.status, answer.headers["Location"]) == (303, "/catalog")
    for page in (None, "*/*", BROWSER):
        assert library.get("/", page).media_type == "text/html"
    assert library.get("/.well-known/void").headers["Location"] == "/void"
