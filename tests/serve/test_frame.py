"""What stands around every page: where it is, in which languages, under which URL, what may act, and what it weighs."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, urljoin

import pytest

from ldpub.serve.assets import assets
from ldpub.serve.exchange import CONTENT_SECURITY_POLICY
from web import BROWSER, Reply, Web

BASE = "https://data.example.org/lib/"
BOOKS = f"/browse?class={quote(BASE + 'terms#Book', safe='')}"
PAGES = (
    "/",
    "/doc/book/42",
    "/people",
    "/graph/data/books",
    BOOKS,
    "/search",
    "/search?q=notes",
    "/questions",
    "/sparql",
    "/catalog.html",
    "/dataset/lib.html",
    "/releases.html",
    "/changes",
    "/quality",
    "/report",
    "/picture/classes.html",
)
MOST = 60_000


@pytest.fixture(scope="module")
def english(library: Web) -> dict[str, Reply]:
    """Every page in English, asked for by its URL."""
    return {path: library.get(f"{path}{'&' if '?' in path else '?'}lang=en", BROWSER) for path in PAGES}


def blocks(reply: Reply) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/ld\+json">\n(.*?)\n</script>', reply.text, re.DOTALL)
    return [json.loads(block) for block in found]


def attribute(reply: Reply, before: str) -> list[str]:
    return [value.replace("&amp;", "&") for value in re.findall(re.escape(before) + r'([^"]*)"', reply.text)]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_what_and_where_it_is(english: dict[str, Reply], path: str) -> None:
    reply = english[path]
    assert reply.status == 200
    assert '<html lang="en">' in reply.text
    (title,) = re.findall(r"<title>(.*?)</title>", reply.text)
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", reply.text, re.DOTALL)
    assert title.startswith(heading.partition(" <")[0])
    (description,) = attribute(reply, '<meta name="description" content="')
    assert 10 < len(description) < 320
    (canonical,) = attribute(reply, '<link rel="canonical" href="')
    assert canonical.startswith(BASE)
    assert canonical.endswith("lang=en")
    assert attribute(reply, '<meta property="og:url" content="') == [canonical]
    alternates = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', reply.text))
    assert alternates.keys() == {"en", "fr", "pt-BR", "x-default"}
    assert alternates["en"].replace("&amp;", "&") == canonical
    assert "lang=" not in alternates["x-default"]


def test_the_canonical_url_keeps_what_makes_another_page(library: Web) -> None:
    wanted = {
        "/doc/book/42?utm=x": "doc/book/42.html",
        "/doc/book/42.html": "doc/book/42.html",
        "/graph/data/books?page=1": "graph/data/books.html",
        "/?utm=x": "",
        f"{BOOKS}&sort=-name": f"{BOOKS[1:]}&sort=-name",
        "/search?q=notes&x=y": "search?q=notes",
        "/questions": "questions",
    }
    for path, expected in wanted.items():
        assert attribute(library.get(path, BROWSER), '<link rel="canonical" href="') == [BASE + expected], path


@pytest.mark.parametrize("path", PAGES)
def test_breadcrumbs_are_links_and_data(library: Web, english: dict[str, Reply], path: str) -> None:
    reply = english[path]
    lists = [one for one in blocks(reply) if one["@type"] == "BreadcrumbList"]
    if path == "/":
        assert lists == []
        return
    (crumbs,) = lists
    items = crumbs["itemListElement"]
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    nav = reply.text.partition('<nav class="crumbs"')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="([^"]+)">', nav)
    assert len(links) == len(items) - 1
    assert nav.count('aria-current="page"') == 1
    for link, item in zip(links, items, strict=False):
        target = urljoin(library.url + path, link.replace("&amp;", "&")).removeprefix(library.url)
        assert target.partition("?")[0] == "/" + item["item"].removeprefix(BASE).partition("?")[0]
        assert library.get(target, BROWSER).status == 200


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/questions", "page"),
        ("/catalog.html", "page"),
        ("/dataset/lib.html", "true"),
        ("/changes", "page"),
        ("/search", ""),
    ],
)
def test_the_navigation_says_where_one_is(english: dict[str, Reply], path: str, current: str) -> None:
    nav = english[path].text.partition("<header>")[2].partition("</nav>")[0]
    assert re.findall(r'aria-current="([^"]+)"', nav.partition("<nav")[2]) == ([current] if current else [])


def test_search_engines_read_what_a_thing_is(library: Web, site: str) -> None:
    (book,) = (one for one in blocks(library.get("/doc/book/42", BROWSER)) if one["@type"] != "BreadcrumbList")
    assert (book["@id"], book["identifier"]) == (f"{BASE}book/42", f"{BASE}book/42")
    assert book["url"] == f"{BASE}doc/book/42.html"
    with Web(site) as web:
        city = blocks(web.get("/doc/city/hannover?lang=de", BROWSER))[0]
    assert "City" in city["@type"]
    assert city["name"] == "Hannover"
    assert any("wikidata.org" in same for same in city["sameAs"])


def test_search_engines_find_search_and_data_on_the_home_page(english: dict[str, Reply]) -> None:
    (home,) = blocks(english["/"])
    assert home["@type"] == "WebSite"
    assert home["potentialAction"]["target"]["urlTemplate"] == BASE + "search?q={search_term_string}"
    assert (home["about"]["@type"], home["about"]["@id"]) == ("Dataset", f"{BASE}dataset/lib")


@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
def test_nothing_inline_may_act(library: Web, path: str) -> None:
    reply = library.get(path, BROWSER)
    assert reply.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "geolocation=()" in reply.headers["Permissions-Policy"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"]
    assert "<script" not in reply.markup
    assert not re.search(r"\s(on\w+|style)=", re.sub(r">[^<]*<", "><", reply.markup))


def test_data_is_announced_with_its_type(english: dict[str, Reply]) -> None:
    text = english["/doc/book/42"].text
    for suffix, media_type in (
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("rdf", "application/rdf+xml"),
    ):
        assert re.search(
            f'<link rel="alternate" type="{re.escape(media_type)}" title="[^"]+" href="42.{suffix}">', text
        )


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
@pytest.mark.parametrize("name", ["site", "foreign_site"])
def test_a_page_with_all_it_loads_is_light(request: pytest.FixtureRequest, name: str, coding: str) -> None:
    """Raw weights are bounded for pages that do not list a whole vocabulary or graph."""
    with Web(request.getfixturevalue(name)) as web:
        files = set(re.findall(r'(?:href|src)="(static/[^"]+)"', web.get("/", BROWSER).text))
        assert len(files) == 3
        shared = sum(len(web.get(f"/{path}", None, Accept_Encoding=coding).body) for path in files)
        for path in ("/", "/questions", "/changes", "/quality", "/report", "/search", "/catalog.html", "/nothing"):
            weight = shared + len(web.get(path, BROWSER, Accept_Encoding=coding).body)
            assert weight < MOST, (path, weight)


def test_files_are_kept_for_ever_under_the_digest_of_their_content(library: Web) -> None:
    for name, file in assets().items():
        meant = library.get(f"/static/{name}?v={file.digest}")
        assert (meant.status, meant.body) == (200, file.body)
        assert "immutable" in meant.headers["Cache-Control"]
        assert "immutable" not in library.get(f"/static/{name}").headers["Cache-Control"]
        assert library.get(f"/static/{name}", None, If_None_Match=meant.headers["ETag"]).status == 304
    assert library.get("/static/nothing.css").status == 404


def test_the_icon_is_where_browsers_look_for_it(library: Web) -> None:
    reply = library.get("/favicon.ico")
    assert reply.status == 302
    icon = library.get(urljoin("/favicon.ico", reply.headers["Location"]))
    assert (icon.status, icon.media_type) == (200, "image/svg+xml")


@pytest.mark.parametrize(
    ("tag", "missing", "wrong"), [("en", "Nothing is here", "request"), ("de", "Hier ist nichts", "Anfrage")]
)
def test_a_problem_is_told_in_the_visitors_language(site: str, tag: str, missing: str, wrong: str) -> None:
    with Web(site) as web:
        for target, status, said in (("/id/city/hanover", 404, missing), ("/picture/map?size=x", 400, wrong)):
            reply = web.get(f"{target}{'&' if '?' in target else '?'}lang={tag}", BROWSER)
            assert reply.status == status
            assert said in reply.text
            assert '<meta name="robots" content="noindex">' in reply.text
            assert 'rel="canonical"' not in reply.text
            assert reply.text.count('role="search"') == 2
            assert f'questions?lang={tag}"' in reply.text.partition('id="page-doors"')[2]


def test_a_wrong_address_offers_what_may_be_meant(site: str) -> None:
    with Web(site) as web:
        text = web.get("/id/city/hannover-blantyr?lang=en", BROWSER).text
    meant = text.partition('id="page-meant"')[2].partition("</ul>")[0]
    assert 'href="../../doc/relation/hannover-blantyre?lang=en"' in meant


def test_what_was_withdrawn_names_what_replaces_it(library: Web) -> None:
    reply = library.get("/book/41?lang=en", BROWSER)
    assert reply.status == 410
    assert "Replaced by" in reply.text
