"""The page of a thing: relations as rows, counts and pages, why a statement holds, where sources differ, citations."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient

from serve.conftest import AppOf
from small import PREFIXES, built
from web import BROWSER, Web

LINKS = 12_000

MODEL = """
@prefix dash: <http://datashapes.org/dash#> .
e:hub-shape a sh:NodeShape ; sh:targetClass e:Hub ; sh:property e:ties-shape .
e:ties-shape a sh:PropertyShape ; sh:path [ sh:inversePath e:end ] ; sh:name "ties"@en, "Bande"@de ; sh:order 1 ;
  dash:viewer dash:ValueTableViewer ; sh:class e:Tie .
e:tie-shape a sh:NodeShape ; sh:targetClass e:Tie ; sh:property e:end-shape, e:since-shape, e:note-shape .
e:end-shape a sh:PropertyShape ; sh:path e:end ; sh:name "other end"@en, "anderes Ende"@de ; sh:order 1 ;
  dash:propertyRole dash:KeyInfoRole .
e:since-shape a sh:PropertyShape ; sh:path e:since ; sh:order 2 ; dash:propertyRole dash:KeyInfoRole .
e:note-shape a sh:PropertyShape ; sh:path e:note ; sh:order 3 .
"""
TERMS = """
e:end a owl:ObjectProperty ; rdfs:label "end"@en . e:since a owl:DatatypeProperty ; rdfs:label "since"@en .
e:mentions a owl:ObjectProperty ; owl:inverseOf e:mentionedIn ; rdfs:label "mentions"@en .
"""
SETTINGS = '[sources]\nontology = ["ontology/*"]\ndata = ["data/*"]\nshapes = ["shapes/*.ttl"]\n'
SETTINGS += '[pictures.dates]\nstart = ["https://example.org/set/id/since"]\n'
SETTINGS += """
[project.prefixes]
e = "https://example.org/set/id/"
[[browse.summaries]]
class = "e:Hub"
text.en = "{type}[ called {other}][ with {ties, mentions}][; first {first}]."
text.de = "{type}[ mit {ties, mentions}]."
[browse.summaries.parts]
other = { path = "<http://www.w3.org/2004/02/skos/core#altLabel>" }
ties = { path = "^e:end", one = { en = "one tie", de = "einem Band" }, many = { en = "{n} ties", de = "{n} Bändern" } }
mentions = { path = "e:mentionedIn", many = { en = "{n} mentions", de = "{n} Erwähnungen" } }
first = { path = "^e:end/e:since" }
"""
ID = "https://example.org/set/id/"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory, app_of: AppOf) -> FlaskClient:
    """A project in which 12,000 things link to one, and a few ties with dates of all precisions."""
    ties = """
e:few a e:Hub ; rdfs:label "Few"@en .
e:t1 a e:Tie ; e:end e:few, e:n1 ; e:since "1999-05"^^xsd:gYearMonth ; e:note "never shown" .
e:t2 a e:Tie ; e:end e:few, e:n2 ; e:since "1968"^^xsd:gYear .
e:t3 a e:Tie ; e:end e:few, e:n3 .
e:hub a e:Hub ; rdfs:label "Hub"@en .
"""
    many = "".join(f"e:m{n} e:mentions e:hub . e:l{n} a e:Tie ; e:end e:hub, e:m{n} .\n" for n in range(LINKS))
    files = {
        "data/a.ttl": PREFIXES + ties + many,
        "ontology/o.ttl": PREFIXES + TERMS,
        "shapes/s.ttl": PREFIXES + MODEL,
    }
    release = built(tmp_path_factory.mktemp("crowded"), files, SETTINGS).release
    return app_of(release.path).test_client()


def page(client: FlaskClient, target: str, **fields: str) -> str:
    reply = client.get(target, headers={"Accept": BROWSER, **fields})
    assert reply.status_code == 200, reply.text
    return str(reply.text)


def text_of(html: str) -> str:
    """What a page says, without tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", html)))


def main_of(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]


def link_in(html: str, label: str) -> str:
    return next(unescape(m[1]) for m in re.finditer(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', html) if m[2] == label)


def query_in(html: str, label: str) -> str:
    """The query that a link opens."""
    return parse_qs(urlsplit(link_in(html, label)).query)["query"][0]


def query_behind(web: Web, href: str) -> str:
    """The query that a link of a page of a folder below the root leads to, in the page's language."""
    sent_on = web.get(href.removeprefix("../.."), BROWSER)
    assert sent_on.status == 303
    asked = parse_qs(urlsplit(sent_on.headers["Location"]).query)
    assert asked["lang"] == parse_qs(urlsplit(href).query)["lang"]
    return asked["query"][0]


def test_relations_are_rows_in_the_order_of_their_dates(crowded: FlaskClient) -> None:
    html = page(crowded, "/doc/few")
    (table,) = re.findall(r'<table class="list relations">.*?</table>', html, re.DOTALL)
    assert re.findall(r'<th scope="col">([^<]*)</th>', table) == ["Other end", "Since"]
    rows = [text_of(row) for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]]
    assert [row.split()[0] for row in rows] == ["e:n2", "e:n1", "e:n3"]
    assert '<time datetime="1968">1968</time>' in table
    assert '<time datetime="1999-05">May 1999</time>' in table
    assert "never shown" not in table
    assert "Mai 1999" in page(crowded, "/doc/few?lang=de")
    assert "Bande" in page(crowded, "/doc/few?lang=de")


def test_a_table_says_each_relation_once(crowded: FlaskClient) -> None:
    assert "What links here" not in page(crowded, "/doc/few")


def test_a_thing_that_thousands_link_to_has_counts_and_pages(crowded: FlaskClient) -> None:
    html = page(crowded, "/doc/hub")
    assert len(html) < 60_000
    assert text_of(html).count("All 12,000") == 2  # ties, and what it is mentioned in
    assert "Alle 12.000" in page(crowded, "/doc/hub?lang=de")
    seen: set[str] = set()
    target: str | None = "/statements?" + f"s={quote(ID)}hub&p={quote(ID)}mentionedIn"
    for _ in range(3):
        assert target is not None
        shown = page(crowded, target)
        found = set(re.findall(r'href="(?:\./)?doc/(m\d+)"', main_of(shown)))
        assert len(found) == 100
        assert not found & seen
        seen |= found
        following = re.search(r'<a rel="next" href="([^"]*)"', shown)
        target = "/statements" + unescape(following[1]) if following else None
    last = page(crowded, f"/statements?s={quote(ID)}hub&p={quote(ID)}mentionedIn&page=120")
    assert 'rel="next"' not in last
    assert "11,901 to 12,000 of 12,000" in text_of(last)
    table = page(crowded, f"/statements?p={quote(ID)}end&o={quote(ID)}hub&page=7")
    assert table.count("<tr>") == 101
    assert crowded.get(f"/statements?s={quote(ID)}hub&p={quote(ID)}mentionedIn&page=121").status_code == 404


def test_the_query_for_values_without_a_table(crowded: FlaskClient) -> None:
    ends = f"p={quote(ID)}mentionedIn"
    for asked, pattern in (
        (f"s={quote(ID)}hub&{ends}", f"<{ID}mentionedIn> ?value"),
        (f"{ends}&o={quote(ID)}m7", "?thing"),
    ):
        sent_on = crowded.get(f"/statements?{asked}&as=query")
        assert sent_on.status_code == 303
        assert pattern in parse_qs(urlsplit(sent_on.headers["Location"]).query)["query"][0]
    assert crowded.get(f"/statements?{ends}&as=query").status_code == 400


@pytest.mark.parametrize(
    "target", ["/statements", "/statements?s=e:a", "/statements?p=here", "/statements?p=e:a&o=%22x%22"]
)
def test_a_pattern_that_is_none_is_refused(crowded: FlaskClient, target: str) -> None:
    assert crowded.get(target).status_code == 400


def test_an_inferred_statement_says_why(crowded: FlaskClient) -> None:
    html = page(crowded, f"/statements?s={quote(ID)}hub&p={quote(ID)}mentionedIn&o={quote(ID)}m7")
    told = text_of(main_of(html))
    assert "prp-inv" in told
    assert "data/a.ttl:" in told
    assert "ontology/o.ttl:8" in told
    assert crowded.get(f"/statements?s={quote(ID)}hub&p={quote(ID)}mentionedIn&o={quote(ID)}few").status_code == 404


def rows_of(web: Web, query: str) -> list[dict[str, str]]:
    reply = web.query(query, "text/csv")
    assert reply.status == 200, reply.text
    return list(csv.DictReader(io.StringIO(reply.text)))


@pytest.fixture(scope="module")
def cities(site: str) -> Iterator[Web]:
    with Web(site) as web:
        yield web


def test_a_city_shows_its_partnerships(cities: Web) -> None:
    html = cities.get("/doc/city/hannover?lang=de", BROWSER).text
    table = re.findall(r'<table class="list relations">.*?</table>', html, re.DOTALL)[0]
    first = next(text_of(row) for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL) if "Blantyre" in row)
    assert "1968" in first
    assert "Städtepartnerschaft" in first
    assert "zwischen 1947 und 1987" in text_of(table)
    assert "between 1947 and 1987" in text_of(cities.get("/doc/city/hannover?lang=en", BROWSER).text)
    assert "52,37052" in html
    rows = rows_of(cities, query_behind(cities, link_in(html, "Als Abfrage öffnen")))
    shown = [text_of(row) for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]]
    assert len(rows) == len(shown)
    partners, *_ = (name for name in rows[0] if name.startswith("beteilig") or name == "partner")
    assert all(row[partners] in told for row, told in zip(rows, shown, strict=True))
    assert {"row", "name"} <= rows[0].keys()
    assert not [name for name in rows[0] if re.fullmatch(r"c\d", name)]


@pytest.mark.parametrize("path", ["/doc/city/hannover", "/doc/network/unesco-cities-of-music", "/doc/document/s1"])
def test_each_query_gives_what_is_shown(cities: Web, path: str) -> None:
    html = cities.get(path + "?lang=en", BROWSER).text
    tables = [
        part.count("<tr>") - 1 for part in re.findall(r"<table class=\"list relations\">.*?</table>", html, re.DOTALL)
    ]
    queries = [
        query_behind(cities, unescape(href)) for href in re.findall(r'<a href="([^"]*)" aria-label="Query this', html)
    ]
    assert [len(rows_of(cities, query)) for query in queries] == [rows for rows in tables if rows > 1]


def test_why_goes_down_to_file_line_and_source(cities: Web) -> None:
    target = "/statements?s=city:hannover&p=cd:twinnedWith&o=city:blantyre"
    english, german = (text_of(main_of(cities.get(f"{target}&lang={tag}", BROWSER).text)) for tag in ("en", "de"))
    assert re.search(r"data/hannover\.ttl:\d+", english)
    assert "Who is twinned with whom, from the town twinnings" in english
    assert "30-twinned-with" not in english
    assert "Hanover: twinned with Blantyre" in english
    assert "Sustainability report 2020" in english
    assert "Nachhaltigkeitsbericht 2020" in german
    assert "abgeleitet" in german
    assert "inferred" not in german
    nested = cities.get("/statements?s=city:hannover&p=rdf:type&o=cd:Actor&lang=en", BROWSER).text
    assert re.search(r"\((cax|prp|cls|scm)-\w+\)", nested)
    assert "ontology/city-diplomacy.ttl:" in nested


def test_every_mark_of_a_page_leads_to_a_reason(cities: Web) -> None:
    html = cities.get("/doc/relation/hannover-blantyre?lang=en", BROWSER).text
    marks = {unescape(href) for href in re.findall(r'<a class="mark" href="\.\./\.\./([^"]*)"', html)}
    assert len(marks) > 5
    for target in marks:
        reply = cities.get("/" + target, BROWSER)
        assert reply.status == 200, target
        assert re.search(r"by the rule|\.ttl:\d+|Catalogue|of [\d,.]+", text_of(reply.text)), target
    sources = set(re.findall(r'href="#(page-source-\d+)"', html))
    assert sources
    assert all(f'id="{source}"' in html for source in sources)


def test_where_sources_differ_the_page_says_so(cities: Web) -> None:
    html = cities.get("/doc/relation/hannover-kansas-city?lang=de", BROWSER).text
    (box,) = re.findall(r'<section class="disputed".*?</section>', html, re.DOTALL)
    told = text_of(box)
    assert "Die Quellen sagen Verschiedenes: Art" in told
    assert "Städtekooperation" in told
    assert "Bevorzugte Angabe" in told
    assert len(set(re.findall(r"page-source-\d+", box))) == 2
    assert "disputed" not in main_of(cities.get("/doc/relation/hannover-blantyre", BROWSER).text)


def facts_of(html: str) -> dict[str, str]:
    """What the rows of a page say, by the name of their property."""
    rows = re.findall(r"<dt>(.*?)</dt>(.*?)</div>", html, re.DOTALL)
    return {text_of(name).strip(): text_of(told).strip() for name, told in rows}


def test_only_what_a_claim_supports_has_a_source_of_its_own(cities: Web) -> None:
    html = cities.get("/doc/relation/hannover-hiroshima?lang=en", BROWSER).text
    assert facts_of(html)["start"].startswith("between 1947 and 1987 S1")
    marked = [told for told in facts_of(html).values() if re.search(r"\bS\d\b(?!:)", told)]
    assert len(marked) == 1
    assert "This entry as a whole rests on S1, S3." in text_of(html)
    city = cities.get("/doc/city/hannover?lang=en", BROWSER).text
    assert [told for told in facts_of(city).values() if re.search(r"\bS\d\b(?!:)", told)] == []


def test_the_page_of_a_statement_quotes_the_passage(cities: Web) -> None:
    day = quote('"1947-01-01"^^<http://www.w3.org/2001/XMLSchema#date>')
    html = cities.get(f"/statements?s=relation:hannover-hiroshima&p=cd:startEarliest&o={day}&lang=en", BROWSER).text
    (passage,) = re.findall(r"<blockquote.*?</blockquote>", html, re.DOTALL)
    assert "All seven twinnings came about in the years from 1947 to 1987." in text_of(passage)
    assert "International relations" in text_of(passage)
    assert "Seven twinnings concluded from 1947 to 1987" in text_of(main_of(html))
    crumbs = html.partition('class="crumbs"')[2].partition("</nav>")[0]
    assert "Hanover – Hiroshima (town twinning)</a>" in crumbs
    whole = text_of(main_of(cities.get("/statements?s=city:hannover&p=cd:ags&o=%2203241001%22&lang=en", BROWSER).text))
    assert "No source is given for this statement alone." in whole
    other = cities.get("/statements?s=city:hannover&p=schema:sameAs&o=http://www.wikidata.org/entity/Q1715&lang=en")
    assert "data/links.ttl:" in text_of(other.text)
    assert "rests on" not in text_of(main_of(other.text))


def test_a_thing_is_told_in_a_sentence(cities: Web, crowded: FlaskClient) -> None:
    html = cities.get("/doc/city/hannover?lang=de", BROWSER).text
    told = (
        "Stadt (Deutschland) mit 7 Städtepartnerschaften und 15 Städtebeziehungen insgesamt; Mitglied in 5 Netzwerken."
    )
    assert f'<p class="summary">{told}</p>' in html
    assert f'<meta name="description" content="Hannover: {told}">' in html
    assert f'<meta property="og:description" content="Hannover: {told}">' in html
    relation = cities.get("/doc/relation/hannover-hiroshima?lang=en", BROWSER).text
    assert "Town twinning between Hanover and Hiroshima; start: between 1947 and 1987; status: Active." in relation
    by_keys = cities.get("/doc/membership/hannover-mayors-for-peace?lang=en", BROWSER)
    assert by_keys.status == 404 or "Network membership – " in by_keys.text
    assert "with 12,000 ties and 12,000 mentions." in page(crowded, "/doc/hub?lang=en")
    assert "mit 12.000 Bändern und 12.000 Erwähnungen." in page(crowded, "/doc/hub?lang=de")
    assert "with 3 ties; first 1968 and May 1999." in page(crowded, "/doc/few?lang=en")


def test_what_a_table_says_is_not_listed_again(cities: Web) -> None:
    html = cities.get("/doc/city/hannover?lang=de", BROWSER).text
    parts, _, folded = main_of(html).partition('<details class="repeated">')
    assert "verschwistert mit" not in facts_of(parts)
    summary = text_of(folded.partition("</summary>")[0])
    assert "verschwistert mit (7), verpartnert mit (9), hat Beziehung mit (13)" in summary
    names = [text_of(name).strip() for name in re.findall(r"<dt>(.*?)</dt>", main_of(html), re.DOTALL)]
    assert "Geometrie" not in names
    assert names.count("findet dort statt") == 1
    assert "Ort" not in names
    assert "GND-Nummer" not in names
    assert "GeoNames 2910831 GND 4023349-2 Wikidata Q1715" in facts_of(parts)["dasselbe wie"]


def test_graphs_have_names(cities: Web) -> None:
    html = cities.get("/doc/city/hannover?lang=de", BROWSER).text
    assert "Datei „hannover“" not in text_of(html)
    assert "Datei „places“, Datei „links“" in text_of(html) or "Datei „links“, Datei „places“" in text_of(html)
    assert "<h1>Abgeleitete Aussagen</h1>" in cities.get("/graph/inferred?lang=de", BROWSER).text
    assert "<h1>Data file “places”</h1>" in cities.get("/graph/data/places?lang=en", BROWSER).text


DOCUMENT = "https://w3id.org/city-diplomacy/id/document/"


def test_a_thing_can_be_cited(cities: Web, library: Web) -> None:
    iri = "https://w3id.org/city-diplomacy/id/city/poznan"
    html = cities.get("/doc/city/poznan?lang=de", BROWSER).text
    assert "City Diplomacy contributors (2026): Posen. In: Städtediplomatie" in text_of(html)
    reply = cities.get(f"/cite.json?of={quote(iri)}&lang=en")
    assert reply.media_type == "application/vnd.citationstyles.csl+json"
    (record,) = json.loads(reply.body)
    assert (record["title"], record["URL"], record["container-title"]) == ("Poznań", iri, "City diplomacy")
    assert "url = {https://w3id.org/city-diplomacy/id/city/poznan}" in cities.get(f"/cite.bib?of={quote(iri)}").text
    odd = library.get("/cite.bib?of=" + quote("https://data.example.org/lib/book/42") + "&lang=en").text
    assert odd.startswith("@misc{42,\n")
    (work,) = json.loads(cities.get(f"/cite.json?of={quote(DOCUMENT)}s2&lang=de").body)
    assert work["author"] == [{"literal": "Martin van der Pütten"}]
    assert (work["publisher"], work["issued"]) == (
        "Internationale Politik (Redaktion)",
        {"date-parts": [[2025, 1, 24]]},
    )
    assert work["URL"].startswith("https://internationalepolitik.de/")
    assert "version" not in work
    bib = cities.get(f"/cite.bib?of={quote(DOCUMENT)}s1&lang=de").text
    assert "author = {{Hannover}}" in bib
    assert "ldpub" not in bib
    assert cities.get("/cite.bib").status == 400
    assert cities.get("/cite.ris?of=" + quote(iri)).status == 404
    assert cities.get("/cite.bib?of=urn:none").status == 404
    assert (
        cities.get(
            f"/cite.bib?of={quote(iri)}", If_None_Match=str(cities.get(f"/cite.bib?of={quote(iri)}").headers["ETag"])
        ).status
        == 304
    )


def test_a_foreign_project_has_it_all(library: Web) -> None:
    html = library.get("/doc/book/42?lang=fr", BROWSER).text
    assert "statements?s=book:42" in html
    assert 'data-copy="https://data.example.org/lib/book/42"' in html
    wrote = library.get("/statements?s=person:ada&p=lib:wrote&o=book:42&lang=en", BROWSER)
    assert wrote.status == 200
    assert "prp-inv" in wrote.text
    assert "data/books.ttl:" in wrote.text


def test_the_script_is_the_sites_own(library: Web) -> None:
    reply = library.get("/static/copy.js")
    assert reply.status == 200
    assert "script-src 'self'" in str(library.get("/doc/book/42", BROWSER).headers["Content-Security-Policy"])
