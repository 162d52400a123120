"""Search over HTTP: a form and a page that need no script, suggestions, and how programs learn of them."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from ldpub.serve import search
from ldpub.serve.app import create_app
from ldpub.serve.budget import Budget
from ldpub.serve.reconcile.views import Reconciliation
from ldpub.serve.snapshot import Snapshots
from serve.conftest import LIB, AppOf, open_embedded
from small import PREFIXES, built
from web import BROWSER, Web


@pytest.fixture(scope="module")
def cities(site: str) -> Iterator[Web]:
    with Web(site) as web:
        yield web


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("Poznan", "doc/city/poznan"),
        ("posen", "doc/city/poznan"),
        ("Mykolajiw", "doc/city/mykolaiv"),
        ("MYKOLAYIV", "doc/city/mykolaiv"),
        ("hanno", "doc/city/hannover"),
        ("Hanover", "doc/city/hannover"),
        ("diyarbakir", "doc/city/diyarbakir"),
        ("Q1715", "doc/city/hannover"),
        ("http://www.wikidata.org/entity/Q1715", "doc/city/hannover"),
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_first_that_is_found(cities: Web, typed: str, path: str, language: str) -> None:
    reply = cities.get(f"/search?q={quote(typed)}&lang={language}", BROWSER)
    assert reply.status == 200
    assert reply.headers["Content-Language"] == language
    first = reply.text.partition('<ol class="found"')[2].partition("</li>")[0]
    assert f'<li><a href="{path}?lang={language}">' in first
    assert "<script" not in reply.markup


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("Q1715", "doc/city/hannover"),
        ("q1715", "doc/city/hannover"),
        ("http://www.wikidata.org/entity/Q1715", "doc/city/hannover"),
        ("3088171", "doc/city/poznan"),
        ("https://sws.geonames.org/3088171/", "doc/city/poznan"),
        ("id/city/poznan", "doc/city/poznan"),
        ("https://w3id.org/city-diplomacy/id/city/poznan", "doc/city/poznan"),
    ],
)
def test_an_identifier_finds_its_thing(cities: Web, typed: str, path: str) -> None:
    text = cities.get(f"/search?q={quote(typed)}", BROWSER, Accept_Language="en").text
    assert f'<a href="{path}">' in text.partition('<ol class="found"')[2].partition("</li>")[0]
    assert "Did you mean" not in text
    (result,) = json.loads(cities.get(f"/search/suggest?q={quote(typed)}&format=json").text)["results"]
    assert (result["page"].rpartition("/")[2], result["matched"]) == (path.rpartition("/")[2], typed)


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("Hannovr", "doc/city/hannover"),
        ("Dortmnud", "doc/city/dortmund"),
        ("Poznnan", "doc/city/poznan"),
        ("Nikolaev", "doc/city/mykolaiv"),
        ("Nikolajew", "doc/city/mykolaiv"),
    ],
)
@pytest.mark.parametrize(("language", "words"), [("en", "Did you mean:"), ("de", "Meinten Sie:")])
def test_a_slip_is_guessed_and_called_a_guess(cities: Web, typed: str, path: str, language: str, words: str) -> None:
    text = cities.get(f"/search?q={typed}", BROWSER, Accept_Language=language).text
    assert words in text
    assert f'<a href="{path}">' in text.partition('<ol class="found"')[2].partition("</li>")[0]
    assert cities.get(f"/search?q={typed}&page=2", BROWSER).status == 404
    document = json.loads(cities.get(f"/search/suggest?q={typed}&format=json").text)
    assert document["guessed"]
    assert document["results"][0]["page"].endswith(path.rpartition("/")[2])
    assert not json.loads(cities.get(f"/search/suggest?q={typed[:4]}&format=json").text)["guessed"]


def test_hidden_names_are_not_shown_by_a_guess(app_of: AppOf, tmp_path: Path) -> None:
    """The thing is found by them, and called by its label."""
    hidden = '@prefix skos: <http://www.w3.org/2004/02/skos/core#> . e:a skos:hiddenLabel "Gotham" .'
    town = f'{PREFIXES}e:a a e:Town ; rdfs:label "New York"@en .\n{hidden}'
    client = app_of(built(tmp_path, {"data/towns.ttl": town}).release.path).test_client()
    (result,) = client.get("/search/suggest?format=json&q=Gothamm&lang=en").get_json()["results"]
    assert (result["label"], result["matched"]) == ("New York", "New York")
    (result,) = client.get("/search/suggest?format=json&q=New+Yorck&lang=en").get_json()["results"]
    assert result["matched"] == "New York"


@settings(deadline=None, max_examples=50)  # other processes may hold it up
@given(st.text(max_size=300))
def test_any_text_may_be_searched_for(library_app: Flask, text: str) -> None:
    client = library_app.test_client()
    assert client.get("/search", query_string={"q": text}).status_code == 200
    document = client.get("/search/suggest", query_string={"q": text, "format": "json"}).get_json()
    assert len({one["iri"] for one in document["results"]}) == len(document["results"]) <= search.SUGGESTED


@pytest.mark.parametrize(
    ("typed", "language", "matched"),
    [("Hanover", "de", "(Hanover)"), ("Hannover", "de", ""), ("hann", "de", ""), ("Posen", "en", "(Posen)")],
)
def test_another_name_is_told_where_the_label_does_not_say_it(
    cities: Web, typed: str, language: str, matched: str
) -> None:
    reply = cities.get(f"/search?q={quote(typed)}&lang={language}", BROWSER)
    first = reply.text.partition('<ol class="found"')[2].partition("</li>")[0]
    told = re.findall(r'<span class="matched">([^<]*)</span>', first)
    assert told == ([matched] if matched else [])


def test_places_and_periods_come_after_what_they_belong_to(cities: Web) -> None:
    text = cities.get("/search?q=Hannover&lang=de", BROWSER).text.partition('<ol class="found"')[2]
    kinds = re.findall(r'<span class="kind">([^<]*)</span>', text)
    assert "Geometrie" not in kinds[:5]
    assert "Statusabschnitt" not in kinds[:5]


def test_every_page_has_the_form_and_names_the_description(library: Web) -> None:
    for target in ("/", "/doc/book/42", "/sparql", "/nothing", "/search"):
        text = library.get(target, BROWSER, Accept_Language="fr").text
        form = text.partition('<form class="search"')[2].partition("</form>")[0]
        action = form.partition('action="')[2].partition('"')[0]
        assert urljoin(library.url + target, action) == f"{library.url}/search"
        assert 'method="get"' in form
        assert 'name="q"' in form
        link = text.partition('<link rel="search" type="application/opensearchdescription+xml"')[2]
        href = link.partition('href="')[2].partition('"')[0]
        assert library.get(urljoin(library.url + target, href).removeprefix(library.url)).status == 200
    assert '<input type="hidden" name="lang" value="fr">' in library.get("/?lang=fr", BROWSER).text


def test_what_is_typed_comes_back_as_text(library: Web) -> None:
    evil = '"><script>alert(1)</script>'
    text = library.get(f"/search?q={quote(evil)}", BROWSER).markup
    assert "<script" not in text
    assert 'value="&#34;&gt;&lt;script&gt;' in text
    found = library.get("/search?q=script", BROWSER, Accept_Language="en").markup
    assert "<script" not in found
    assert "&lt;script&gt;alert(&#39;label&#39;)&lt;/script&gt;" in found


@pytest.mark.parametrize("text", ["", "%20", "%00", "%FF", "x" * 5000, "%F0%9F%98%80", '"*', "zzzz"], ids=range(8))
def test_what_names_nothing(library: Web, text: str) -> None:
    reply = library.get(f"/search?q={text}", BROWSER)
    assert reply.status == 200
    assert '<ol class="found"' not in reply.text
    assert library.get(f"/search?q={text}&page=2", BROWSER).status == 404
    assert json.loads(library.get(f"/search/suggest?q={text}").text)[1] == []


def test_pages_of_a_search_follow_each_other(cities: Web) -> None:
    page = cities.get("/search?q=s", BROWSER, Accept_Language="en").text.partition("<main")[2]
    assert page.partition("</ol>")[0].count("<li><a href") == search.SHOWN
    assert "1 to 20 of " in page
    target = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    following = cities.get("/" + target, BROWSER, Accept_Language="en").text
    assert f'<ol class="found" start="{search.SHOWN + 1}">' in following
    assert "page=1" in following.partition('rel="prev" href="')[2].partition('"')[0]
    first, second = (
        set(text.partition('<ol class="found"')[2].partition("</ol>")[0].split("<li>")[1:])
        for text in (page, following)
    )
    assert not first & second
    last = search.REACHED // search.SHOWN
    assert cities.get(f"/search?q=s&page={last + 1}", BROWSER).status == 404
    assert cities.get("/search?q=s&page=0", BROWSER).status == 400


def test_suggestions(library: Web) -> None:
    reply = library.get("/search/suggest?q=joao", Accept_Language="en")
    assert reply.media_type == "application/x-suggestions+json"
    assert json.loads(reply.text) == ["joao", ["João"], ["Person"], [f"{LIB}people#joão"]]
    assert "Accept" in reply.headers["Vary"]
    tag = reply.headers["ETag"]
    assert library.get("/search/suggest?q=joao", Accept_Language="en", If_None_Match=tag).status == 304
    assert library.get("/search/suggest?q=ada", Accept_Language="en").headers["ETag"] != tag


def test_json_says_more(library: Web) -> None:
    target = "/search/suggest?q=fleuve"
    for reply in (library.get(target, "application/json"), library.get(target + "&format=json&lang=en")):
        assert reply.media_type == "application/json"
        document = json.loads(reply.text)
        assert document["query"] == "fleuve"
        (result,) = document["results"]
        page = urljoin(library.url + target, result.pop("page"))
        assert library.get(page.removeprefix(library.url), BROWSER).status == 200
        assert result == {"iri": f"{LIB}book/42", "label": "The River", "matched": "Le Fleuve", "type": "Book"}
    french = json.loads(library.get(target + "&format=json&lang=fr").text)["results"][0]
    assert (french["label"], french["matched"]) == ("Le Fleuve", "Le Fleuve")
    assert library.get(target, "image/png").status == 406
    assert library.get(target + "&format=xml").status == 400


def test_the_description_leads_to_the_search(library: Web) -> None:
    reply = library.get("/opensearch.xml?lang=fr")
    assert reply.media_type == "application/opensearchdescription+xml"
    names = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    root = ET.fromstring(reply.text)
    assert 0 < len(root.findtext("o:ShortName", "", names)) <= 16
    assert "Bibliothèque" in root.findtext("o:LongName", "", names)
    templates = {url.get("type"): url.get("template", "") for url in root.findall("o:Url", names)}
    assert set(templates) == {"text/html", "application/x-suggestions+json"}
    for media_type, template in templates.items():
        target = template.replace("{searchTerms}", "ada").removeprefix(LIB)
        answer = library.get(f"/{target}", media_type)
        assert (answer.status, answer.media_type) == (200, media_type)
        assert "Ada" in answer.text
    assert library.get("/opensearch.xml?lang=fr", If_None_Match=reply.headers["ETag"]).status == 304


def test_withdrawn_things_are_not_found(library: Web) -> None:
    assert library.get("/book/41").status == 410
    assert f"{LIB}book/41" not in library.get("/search/suggest?q=book&format=json").text


def test_guesses_count_on_the_account_of_who_asks_and_names_do_not(foreign_release: Path) -> None:
    ticks = itertools.count()
    snapshots = Snapshots(foreign_release, open_embedded)
    budget = Budget(1, 0.5, lambda: float(next(ticks)))
    client = create_app(snapshots, reconciliation=Reconciliation(budget)).test_client()
    for path in ("/search/suggest", "/search"):
        refused = [client.get(f"{path}?q=Xyzzyx{number}") for number in range(6)]
        assert 429 in [reply.status_code for reply in refused]
        assert refused[-1].headers["Retry-After"]
        found = client.get(f"{path}?q=a")
        assert found.status_code == 200
    snapshots.close()
