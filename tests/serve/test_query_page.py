"""The page of the endpoint without a script: tables, pictures by `#defaultView:`, errors at their place, downloads."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit
from xml.etree import ElementTree as ET

import brotli
import pytest
import zstandard

from ldpub.serve.table import ROWS_SHOWN
from serve.test_pages import read_page
from web import BROWSER, FORM, Reply, Web

LIB = "https://data.example.org/lib/"
POINTS = f"""\
#defaultView:Map
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
SELECT ?place ?wkt ?layer {{
  VALUES (?place ?wkt ?layer) {{
    (<{LIB}book/42> "POINT(9.7 52.4)"^^geo:wktLiteral "north")
    ("Here & <there>" "POINT(35 -15.8)"^^geo:wktLiteral "south")
    ("nowhere" "no point"^^geo:wktLiteral "south")
  }}
}}"""
NUMBERS = '#defaultView:BarChart\nSELECT ?name ?n { VALUES (?name ?n) { ("a" 3) ("b & <b>" 1.5) ("c" -2) } }'
SEVERAL = "SELECT * { VALUES ?x { %s } }"


@pytest.fixture(scope="module")
def cities(site: str) -> Iterator[Web]:
    """The site that speaks German, too."""
    with Web(site) as web:
        yield web


def unpacked_zstd(body: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(body)


def picture_of(web: Web, reply: Reply) -> tuple[str, Reply]:
    """The address of the picture on a page, and the picture."""
    source = html.unescape(re.findall(r'<img src="([^"]*)" alt="[^"]+" width="840" height="[0-9]+"', reply.text)[0])
    return source, web.get(f"/{source}", "image/avif,image/webp,image/svg+xml,*/*;q=0.8")


def test_the_page_is_a_form_with_the_questions(cities: Web) -> None:
    for language, run, limits in (("en", "Run the query", "20 seconds"), ("de", "Abfrage ausführen", "20 Sekunden")):
        reply = cities.get(f"/sparql?lang={language}", BROWSER)
        assert reply.status == 200
        assert f'<button id="run">{run}</button>' in reply.text
        assert limits in reply.text
        assert f'<input type="hidden" name="lang" value="{language}">' in reply.text
        text = reply.text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
        asked = cities.query(html.unescape(text), BROWSER, lang=language)
        assert asked.status == 200
        assert "<tbody>\n<tr>" in asked.text


def test_terms_are_shown_with_name_language_and_datatype(library: Web) -> None:
    term = f"<{LIB}book/42>"
    values = f'{term} "grün"@de "x" 7 "P1Y"^^<http://www.w3.org/2001/XMLSchema#duration> <urn:a:b>'
    text = library.query(SEVERAL % values, BROWSER).text
    cells = re.findall(r"<td[^>]*>(.*?)</td>", text, re.DOTALL)
    assert len(cells) == 6
    assert f'<span title="{LIB}book/42"><a href="doc/book/42">' in cells[0]
    assert '<span lang="de">grün</span>' in cells[1]
    assert "<small>de</small>" in cells[1]
    assert "<small" not in cells[2] + cells[3]
    assert "<small>xsd:duration</small>" in cells[4] or "XMLSchema#duration</small>" in cells[4]
    assert "<a " not in cells[5]
    numbers = library.query("SELECT * { VALUES (?a ?b) { (1 'x') (2.5 'y') } }", BROWSER).text
    assert '<th scope="col" class="number">a</th><th scope="col">b</th>' in numbers
    assert "_:b0" in library.query("SELECT ?x { BIND(BNODE() AS ?x) }", BROWSER).text.replace("_:", "_:b0")


def test_unbound_variables_leave_their_cells_empty(library: Web) -> None:
    text = library.query("SELECT ?a ?b { VALUES (?a ?b) { (UNDEF 1) } }", BROWSER).text
    assert re.search(r'<td></td><td class="number" data-label="b">', text.replace("\n", ""))


def test_a_long_answer_says_that_it_is_cut(cities: Web) -> None:
    rows = " ".join(map(str, range(ROWS_SHOWN + 1)))
    for language, hint in (("en", "Only the first 1000 rows"), ("de", "Nur die ersten 1000 Zeilen")):
        cut = cities.query(SEVERAL % rows, BROWSER, lang=language)
        assert cut.text.count("<tr>") == ROWS_SHOWN + 1
        assert hint in cut.text
        whole = cities.query(SEVERAL % rows.rpartition(" ")[0], BROWSER, lang=language)
        assert whole.text.count("<tr>") == ROWS_SHOWN + 1
        assert hint not in whole.text
        assert f"<small>{ROWS_SHOWN}</small>" in whole.text


def test_graphs_are_shown_by_subject_and_as_turtle(library: Web) -> None:
    reply = library.query(f"DESCRIBE <{LIB}book/42>", BROWSER)
    assert re.search(r'<h3>\s*<span title="[^"]*book/42"><a href="doc/book/42">', reply.text)
    turtle = html.unescape(reply.text.partition("<summary>Turtle</summary><pre>")[2].partition("</pre>")[0])
    assert "@prefix" in turtle
    assert reply.text.count('class="described"') >= 1
    assert "No triples." in library.query("CONSTRUCT WHERE { <x:a> <x:b> <x:c> }", BROWSER).text
    many = "CONSTRUCT { ?x <x:p> ?x } { VALUES ?a { %s } BIND(IRI(CONCAT('x:', STR(?a))) AS ?x) }"
    long = library.query(many % " ".join(map(str, range(ROWS_SHOWN + 1))), BROWSER)
    assert long.text.count('class="described"') == ROWS_SHOWN
    assert "Only the first 1000 triples" in long.text


@pytest.mark.parametrize(
    ("query", "status", "title"),
    [
        ("SELECT ?x WHERE {\n  ?x a ?y .\n  ?x ?? }", 400, "Die Abfrage ist fehlerhaft"),
        ("CLEAR ALL", 400, "Die Abfrage wird nicht angenommen"),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 400, "Die Abfrage wird nicht angenommen"),
        ("ASK {} #" + "x" * 1_000_001, 413, "Die Abfrage ist zu lang"),
    ],
)
def test_an_error_is_told_beside_the_query(cities: Web, query: str, status: int, title: str) -> None:
    reply = cities.post("/sparql?lang=de", urlencode({"query": query}), FORM, BROWSER)
    assert reply.status == status
    assert reply.headers["Cache-Control"] == "no-store"
    assert f'<section class="error" role="alert"{">" if status == 413 else ""}' in reply.text
    assert title in reply.text
    if status == 400:
        assert html.escape(query, quote=False).replace("'", "&#39;") in reply.text
    read_page(reply)


def test_an_error_is_shown_at_its_place(library: Web) -> None:
    reply = library.query("SELECT ?x WHERE {\n  ?x a ?y .\n  ?x ?? }", BROWSER)
    assert 'data-line="3" data-column="6"' in reply.text
    assert '<span class="line">3</span>  ?x <mark>?</mark>? }' in reply.text
    at_end = library.query("SELECT ?x WHERE {", BROWSER)
    assert at_end.status == 400
    assert "<mark> </mark>" in at_end.text
    assert library.query("SELECT ?x WHERE {").media_type == "application/problem+json"


def test_a_map_and_its_table(library: Web) -> None:
    reply = library.query(POINTS, BROWSER)
    assert re.search(r"<figcaption>\s*1 row of the answers is not in the picture\.", reply.text)
    assert "POINT(9.7 52.4)" in reply.text
    source, picture = picture_of(library, reply)
    assert (picture.status, picture.media_type) == (200, "image/svg+xml")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    svg = ET.fromstring(picture.text)
    texts = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "Here & <there>" in texts
    assert {"north", "south"} <= set(texts)
    embedded = html.unescape(re.findall(r"<code>(&lt;img .*?)</code>", reply.text)[0])
    assert f'height="{svg.get("height")}"' in embedded
    assert urlsplit(html.unescape(re.findall('src="([^"]+)"', embedded)[0])).path.endswith("/sparql/picture")
    narrow = library.get(f"/{source}&size=narrow", "image/*")
    assert ET.fromstring(narrow.text).get("width") == "360"
    again = library.ask("GET", f"/{source}", {"If-None-Match": picture.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


def test_charts_and_the_switch_between_views(library: Web) -> None:
    reply = library.query(NUMBERS, BROWSER)
    source, picture = picture_of(library, reply)
    assert parse_qs(urlsplit(source).query)["view"] == ["BarChart"]
    assert "b &amp; &lt;b&gt;" in picture.text
    found = re.findall(r'<a href="([^"]*)"(?: aria-current="true")?>(table|bars|lines|map)</a>', reply.text)
    links = {name: html.unescape(href) for href, name in found}
    assert links.keys() == {"table", "bars", "lines"}
    lines = library.get("/" + links["lines"], BROWSER)
    assert "#defaultView:LineChart\nSELECT" in html.unescape(lines.text)
    assert "#defaultView:BarChart" not in lines.text.partition("</form>")[2].partition("</textarea>")[0]
    assert picture_of(library, lines)[1].status == 200
    table = library.get("/" + links["table"], BROWSER)
    assert "<img" not in table.text.partition("<main")[2]


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("#defaultView:Map\nSELECT (1 AS ?x) {}", "no column of points"),
        ("#defaultView: barchart\nSELECT ('a' AS ?x) {}", "no column of numbers"),
        ("#defaultView:LineChart\nSELECT ?x { VALUES (?x ?y) { ('a' 'b') } }", "no column of numbers"),
        ("#defaultView:TreeMap\nSELECT (1 AS ?x) {}", "There is no view TreeMap here"),
        ("#defaultView:BarChart\nSELECT (1 AS ?x) {} #" + "x" * 20_000, "too long for an address"),
    ],
)
def test_what_cannot_be_drawn_is_said(library: Web, query: str, hint: str) -> None:
    reply = library.post("/sparql", urlencode({"query": query}), FORM, BROWSER)
    assert reply.status == 200
    assert hint in reply.text
    assert "<tbody>" in reply.text
    assert "<img" not in reply.text.partition("<main")[2]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/sparql/picture", 400),
        ("/sparql/picture?view=Map", 400),
        (f"/sparql/picture?query={quote_plus(NUMBERS)}", 400),
        (f"/sparql/picture?query={quote_plus(NUMBERS)}&view=Table", 400),
        (f"/sparql/picture?query={quote_plus(NUMBERS)}&view=BarChart&size=huge", 400),
        (f"/sparql/picture?query={quote_plus(NUMBERS)}&view=Map", 404),
        ("/sparql/picture?query=ASK%7B%7D&view=BarChart", 404),
        ("/sparql/picture?query=CONSTRUCT%20WHERE%20%7B?s%20?p%20?o%7D&view=BarChart", 404),
        ("/sparql/picture?query=SELECT&view=BarChart", 400),
        (f"/sparql/picture?query={quote_plus(NUMBERS)}&query=ASK%7B%7D&view=BarChart", 400),
        (f"/sparql/picture?query={quote_plus(NUMBERS)}&view=BarChart", 200),
    ],
)
def test_pictures_that_there_are_not(library: Web, target: str, status: int) -> None:
    assert library.get(target, "image/*").status == status
    assert library.ask("HEAD", target, {"Accept": "image/*"}).status == status


def test_a_long_query_is_downloaded_by_a_form(library: Web) -> None:
    long = "SELECT (1 AS ?x) {} #" + "x" * 20_000
    page = library.post("/sparql", urlencode({"query": long}), FORM, BROWSER)
    assert "format=csv" not in page.text
    assert 'method="post"' in page.text
    assert f'<input type="hidden" name="query" value="{long}">' in page.text
    assert '<button name="format" value="csv"' in page.text
    assert library.post("/sparql", urlencode({"query": long, "format": "csv"}), FORM).text == "x\r\n1\r\n"


def test_what_changes_is_not_kept(library: Web) -> None:
    assert library.query("SELECT (RAND() AS ?x) {}", BROWSER).headers["Cache-Control"] == "no-store"
    first, second = (library.query("SELECT (RAND() AS ?x) {}", BROWSER).text for _ in range(2))
    assert first != second
    assert "max-age" in library.query("SELECT (1 AS ?x) {}", BROWSER).headers["Cache-Control"]


def test_only_this_page_may_run_a_script(library: Web) -> None:
    policy = library.get("/sparql", BROWSER).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "default-src 'none'" in policy
    for held in ("unsafe", "http", "data:", "*", "nonce"):
        assert held not in policy
    assert library.query("SELECT", BROWSER).headers["Content-Security-Policy"] == policy


def test_its_files_are_kept_for_ever_and_come_compressed(library: Web) -> None:
    page = library.get("/sparql", BROWSER).text
    files = re.findall(r'(?:src|href)="(static/sparql\.[^"]*)"', page)
    assert len(files) == 2
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "zstd": unpacked_zstd}
    for file in files:
        plain = library.get(f"/{file}")
        assert plain.status == 200
        assert "immutable" in plain.headers["Cache-Control"]
        assert "immutable" not in library.get(f"/{file.partition('?')[0]}").headers["Cache-Control"]
        for coding, unpacked in unpack.items():
            packed = library.get(f"/{file}", Accept_Encoding=coding)
            assert packed.headers["Content-Encoding"] == coding
            assert packed.headers["ETag"] != plain.headers["ETag"]
            assert unpacked(packed.body) == plain.body
            again = library.ask("GET", f"/{file}", {"If-None-Match": packed.headers["ETag"], "Accept-Encoding": coding})
            assert again.status == 304
    script = next(file for file in files if ".js" in file)
    assert len(library.get(f"/{script}", Accept_Encoding="br").body) < 150_000
    assert b"MIT" in library.get("/static/sparql.LICENSES.txt").body
    assert library.get("/static/nothing.js").status == 404


def test_the_terms_that_the_editor_completes(library: Web) -> None:
    reply = library.get("/sparql/terms?lang=de")
    assert reply.media_type == "application/json"
    found = json.loads(reply.text)
    by_name = {term["name"]: term for term in found["terms"]}
    assert found["prefixes"]["lib"] == LIB + "terms#"
    assert by_name["lib:Book"]["kind"] == "class"
    assert by_name["lib:pages"]["kind"] == "property"
    assert by_name["lib:Book"]["iri"] == LIB + "terms#Book"
    assert len({term["iri"] for term in found["terms"]}) == len(found["terms"])
    own = [term["iri"].startswith(LIB) for term in found["terms"] if term["kind"] == "property"]
    assert own == sorted(own, reverse=True)
    english = json.loads(library.get("/sparql/terms?lang=en").text)
    assert [term["iri"] for term in english["terms"]] == [term["iri"] for term in found["terms"]]
    again = library.ask("GET", "/sparql/terms?lang=de", {"If-None-Match": reply.headers["ETag"]})
    assert again.status == 304
