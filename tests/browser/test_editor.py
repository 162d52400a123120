"""The query editor in a real Chromium, driven by Playwright: what people do with it, and without a script."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser

from conftest import Serve

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
NAMES = "SELECT ?name ?n { VALUES (?name ?n) { ('a' 3) ('b' 2) } }"
PAUSE = 15_000

Open = Callable[..., Any]
"""Opens a page of the site in a browser of its own: path, and options of the browser's context."""


@pytest.fixture(scope="module")
def own_site(serve: Serve, shipped_release: Path) -> str:
    """The site, of which no other test runs queries."""
    return serve(shipped_release)


@pytest.fixture
def open_page(chromium: Browser, own_site: str) -> Iterator[Open]:
    """What a page asks of another host, what is not there, and what the console says fails the test; but not that an
    answer is an error, which the console says of queries that are meant to be wrong."""
    contexts, said, asked, missing = [], [], [], []

    def opened(path: str = "/sparql", **options: Any) -> Any:
        context = chromium.new_context(base_url=own_site, viewport={"width": 1200, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PAUSE)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda response: missing.extend([response.url] if response.status in (404, 500) else []))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in said if not text.startswith("Failed to load resource: ")] == []
    assert [url for url in missing if not url.endswith("/favicon.ico")] == []
    assert [url for url in asked if not url.startswith(own_site + "/")] == []


def type_anew(page: Any, text: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def put(page: Any, text: str) -> None:
    """The text at once, as from the clipboard: nothing is completed or closed."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def until(page: Any, condition: str) -> None:
    """Wait for what Playwright would have the page itself evaluate, which its policy forbids."""
    end = time.monotonic() + PAUSE / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        time.sleep(0.02)


def offered(page: Any, first: str) -> list[str]:
    """The completions, once one of them has this text."""
    page.locator(".cm-tooltip-autocomplete li", has_text=first).first.wait_for()
    page.wait_for_timeout(120)  # who accepts within 75 ms is taken not to have seen them
    return [" ".join(text.split()) for text in page.locator(".cm-tooltip-autocomplete li").all_inner_texts()]


def text_of(page: Any) -> str:
    return str(page.locator("#query").input_value())


def test_typing_completing_running(open_page: Open) -> None:
    page = open_page("/sparql?lang=de")
    type_anew(page, "SELECT * WHERE {\n?stadt a Stad")
    assert offered(page, "cd:City")[0].startswith("Stadt")
    page.keyboard.press("Enter")
    assert text_of(page) == (
        "PREFIX cd: <https://w3id.org/city-diplomacy/ontology#>\nSELECT * WHERE {\n?stadt a cd:City\n}"
    )
    page.keyboard.type(" ; verschwi")
    assert "verschwistert mit cd:twinnedWith" in offered(page, "cd:twinnedWith")
    page.keyboard.press("Enter")
    page.keyboard.type(" Poznan")
    offered(page, "Posen (Pozna")
    page.keyboard.press("Enter")
    page.keyboard.type(" . ?s")
    assert offered(page, "?stadt") == ["?stadt"]
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+Enter")
    page.locator("#result table").wait_for()
    assert page.locator("#result td").all_inner_texts() == ["Hannover"]
    assert re.fullmatch(r"Fertig in [0-9,]+ s\.", page.locator("#status").inner_text())
    assert parse_qs(urlsplit(page.url).query)["query"] == [text_of(page)]
    assert "cd:twinnedWith city:poznan ." in text_of(page)


def test_prefixes_bring_their_line_and_local_names_their_label(open_page: Open) -> None:
    page = open_page("/sparql?lang=en")
    type_anew(page, "# a comment\nSELECT * WHERE { ?s sko")
    offered(page, "skos:")
    page.keyboard.press("Enter")
    assert text_of(page).startswith("# a comment\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nSELECT")
    type_anew(page, "SELECT * WHERE { ?s cd:twin")
    assert any("cd:twinnedWith" in text for text in offered(page, "cd:twinnedWith"))
    page.keyboard.press("Enter")
    assert text_of(page).endswith("SELECT * WHERE { ?s cd:twinnedWith}")
    type_anew(page, "sel")
    assert offered(page, "SELECT")[0] == "SELECT"
    type_anew(page, 'ASK { ?s ?p "Han')
    page.wait_for_timeout(700)
    assert page.locator(".cm-tooltip-autocomplete").count() == 0


def test_an_error_is_marked_at_its_place(open_page: Open) -> None:
    page = open_page()
    put(page, "SELECT ?x WHERE {\n  ?x a ?y .\n  ?x ?? }")
    page.locator("#run").click()
    page.locator(".cm-fault").wait_for()
    assert page.locator(".cm-faultLine").inner_text() == "  ?x ?? }"
    assert page.locator(".cm-faultPlace").inner_text() == "?"
    assert "Line 3, column 6" in page.locator("#result [role=alert]").inner_text()
    assert page.locator("#status").inner_text() == ""
    page.reload()
    page.locator(".cm-fault").wait_for()
    put(page, "ASK {}")
    assert page.locator(".cm-fault").count() == 0
    page.locator("#run").click()
    page.locator("#result .boolean").wait_for()


def test_stop_ends_the_query_on_the_server(open_page: Open, own_site: str) -> None:
    page = open_page()
    before = abandoned(own_site)
    put(page, HEAVY)
    page.keyboard.press("Control+Enter")
    page.locator("#stop").wait_for()
    assert page.locator("#result").get_attribute("aria-busy") == "true"
    page.wait_for_timeout(500)
    page.locator("#stop").click()
    page.locator("#status", has_text="Stopped.").wait_for()
    assert page.locator("#stop").is_hidden()
    until = time.monotonic() + 10
    while abandoned(own_site) == before:
        assert time.monotonic() < until, "the query went on"
        time.sleep(0.1)
    assert page.url.endswith("/sparql")


def abandoned(site: str) -> float:
    """How many queries the server has given up because nobody waited for them."""
    with urllib.request.urlopen(f"{site}/metrics", timeout=10) as answer:
        found = re.search(r'ldpub_queries_total\{outcome="abandoned"\} ([0-9.]+)', answer.read().decode())
    return float(found[1]) if found else 0.0


def test_the_link_is_copied_and_leads_back(open_page: Open) -> None:
    page = open_page("/sparql?lang=de", permissions=["clipboard-read", "clipboard-write"])
    put(page, NAMES)
    page.locator("#share").click()
    page.locator("#status", has_text="Der Link ist kopiert.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto(link)
    assert text_of(page) == NAMES
    assert page.locator("#result td").first.inner_text() == "a"
    assert page.locator("html").get_attribute("lang") == "de"


def test_questions_are_filtered_and_loaded(open_page: Open) -> None:
    page = open_page("/sparql?lang=en")
    questions = page.locator("#themes li:visible")
    every = questions.count()
    page.locator("#filter").fill("TWIN hanover")
    assert 0 < questions.count() < every
    assert all("twin" in text.lower() for text in questions.all_inner_texts())
    page.locator("#filter").fill("no such words")
    assert (questions.count(), page.locator("#none").is_visible()) == (0, True)
    page.locator("#filter").fill("")
    assert questions.count() == every
    questions.first.locator("a").click()
    page.locator("#result table").wait_for()
    assert "cd:twinnedWith" in text_of(page)
    assert not text_of(page).startswith("#")
    assert page.locator("#result tbody tr").count() == 7


def test_views_history_and_back(open_page: Open) -> None:
    page = open_page("/sparql?lang=en")
    put(page, NAMES)
    page.keyboard.press("Control+Enter")
    page.locator("#result table").wait_for()
    page.locator(".views a", has_text="bars").click()
    picture = page.locator("#result figure img")
    picture.wait_for()
    until(page, "document.querySelector('#result figure img').complete")
    assert picture.evaluate("image => image.naturalWidth") == 840
    assert text_of(page) == f"#defaultView:BarChart\n{NAMES}"
    page.go_back()
    until(page, "!document.querySelector('#result figure')")
    assert text_of(page) == NAMES
    page.locator("#recent summary").click()
    assert page.locator("#recent button").all_inner_texts() == [NAMES, NAMES]
    page.locator("#recent button").first.click()
    picture.wait_for()
    kept = page.evaluate("[Object.keys(sessionStorage), Object.keys(localStorage), document.cookie]")
    assert kept == [["ldpub-queries"], [], ""]


def test_a_map_from_points(open_page: Open) -> None:
    query = (
        "#defaultView:Map\nPREFIX geo: <http://www.opengis.net/ont/geosparql#>\n"
        "SELECT ?thing ?wkt { ?thing geo:hasGeometry/geo:asWKT ?wkt }"
    )
    page = open_page("/sparql?" + urlencode({"query": query, "lang": "en"}), color_scheme="dark")
    until(page, "document.querySelector('#result figure img').complete")
    assert page.locator("#result figure img").evaluate("image => image.naturalWidth") == 840
    assert page.locator("#result figure img").get_attribute("alt").startswith("Map of the answers: ")
    assert page.locator("#result tbody tr").count() > 10


def test_long_queries_are_posted(open_page: Open) -> None:
    page = open_page("/sparql?lang=de")
    put(page, f"# {'x' * 20_000}\n{NAMES}")
    page.keyboard.press("Control+Enter")
    page.locator("#result table").wait_for()
    assert page.locator("#result h2").inner_text().startswith("Antworten")
    assert page.url.endswith("/sparql?lang=de")
    assert page.locator("#result button[value=csv]").is_visible()


def test_the_keyboard_is_enough(open_page: Open) -> None:
    page = open_page("/sparql?lang=en")
    editor = page.locator(".cm-content")
    assert "Ctrl+Enter" in editor.get_attribute("aria-label")
    editor.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("ASK {}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#result .boolean").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_phone_never_scrolls_sideways(open_page: Open, scheme: str, language: str) -> None:
    for query in (None, NAMES, "#defaultView:BarChart\n" + NAMES, "SELECT * { ?s ?p ?o } LIMIT 30", "SELECT ?x {"):
        values = {"lang": language} | ({"query": query} if query else {})
        page = open_page("/sparql?" + urlencode(values), color_scheme=scheme, screen={"width": 360, "height": 740})
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_a_script_it_is_a_form(open_page: Open) -> None:
    page = open_page("/sparql?lang=de", java_script_enabled=False)
    assert page.locator("#share").is_hidden()
    assert page.locator("#filter").is_hidden()
    page.locator("#query").fill("#defaultView:BarChart\n" + NAMES)
    page.locator("#run").click()
    page.locator("#result table").wait_for()
    assert page.locator("#result figure img").is_visible()
    assert page.locator("html").get_attribute("lang") == "de"
    page.locator("#query").fill("SELECT ?x {")
    page.locator("#run").click()
    assert page.locator("#result [role=alert] h2").inner_text() == "Die Abfrage ist fehlerhaft"
    assert page.locator("#query").input_value() == "SELECT ?x {"
    page.locator("#themes a").first.click()
    page.locator("#result table").wait_for()


def test_nothing_is_broken_while_the_search_does_not_answer(open_page: Open) -> None:
    page = open_page("/sparql?lang=en")
    page.route("**/search/suggest*", lambda route: route.abort())
    page.route("**/sparql?*", lambda route: route.abort())
    type_anew(page, "ASK { ?s a Cit")
    assert any("cd:City" in text for text in offered(page, "cd:City"))
    page.keyboard.press("Escape")
    page.locator("#run").click()
    page.locator("#status", has_text="The server cannot be reached.").wait_for()
    page.unroute("**/sparql?*")


def test_its_words_are_json_that_other_programs_read_too(own_site: str) -> None:
    with urllib.request.urlopen(f"{own_site}/sparql/terms?lang=de", timeout=10) as answer:
        found = json.load(answer)
    labels = {term["name"]: term["label"] for term in found["terms"]}
    assert (labels["cd:City"], labels["cd:twinnedWith"]) == ("Stadt", "verschwistert mit")
