"""The pages: every link leads somewhere, nothing is loaded from elsewhere, labels cannot act."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from flask import Flask

from ldpub.serve import browse, pages
from web import BROWSER, Reply, Web

LOADING = {("script", "src"), ("img", "src"), ("iframe", "src"), ("object", "data"), ("form", "action")}
VOID = {"link", "meta", "input", "br", "img", "source"}


@dataclass
class Page(HTMLParser):
    """The links, loads, anchors and headings of a page; tags must close in the order in which they opened."""

    links: list[tuple[str, bool]] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    open: list[str] = field(default_factory=list)
    title: str = ""
    heading: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        values = {name: value or "" for name, value in attrs}
        assert not [name for name in values if name.startswith("on") or name == "style"], attrs
        is_data = tag == "script" and values == {"type": "application/ld+json"}  # a data block: nothing runs it
        is_own = tag == "script" and "src" in values  # loaded from the site, as its page's policy says
        assert is_data or is_own or tag not in {"script", "iframe", "object", "base", "style"}, tag
        if "id" in values:
            assert values["id"] not in self.anchors, f"two elements have the id {values['id']}"
            self.anchors.add(values["id"])
        self.loads += [value for name, value in values.items() if (tag, name) in LOADING]
        if tag == "link" and values.get("rel") == "stylesheet":
            self.loads.append(values["href"])
        elif "href" in values:
            self.links.append((values["href"], "hreflang" in values))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["title"]:
            self.title += data
        if self.open[-1:] == ["h1"]:
            self.heading += data


def read_page(reply: Reply) -> Page:
    page = Page()
    page.feed(reply.text)
    assert page.open == []
    return page


def crawl(web: Web, start: str, at_most: int) -> Iterator[tuple[str, Reply, Page | None]]:
    """Every answer that can be reached, each once, redirections counted as answers; then all anchors are checked."""
    pending, seen = deque([start]), {start}
    anchors: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    while pending and len(seen) - len(pending) < at_most:
        target = pending.popleft()
        reply = web.get(target, BROWSER)
        page = read_page(reply) if reply.media_type == "text/html" and reply.status != 303 else None
        found = (
            [reply.headers["Location"]]
            if reply.status in (302, 303)
            else [link for link, _ in page.links]
            if page
            else []
        )
        anchors[target] = page.anchors if page else set()
        for link in found:
            absolute, fragment = urldefrag(urljoin(web.url + target, link))
            if not absolute.startswith(web.url + "/"):
                continue
            path = absolute.removeprefix(web.url)
            wanted.append((target, path, fragment))
            if path not in seen:
                seen.add(path)
                pending.append(path)
        yield target, reply, page
    for source, path, fragment in wanted:
        if fragment and anchors.get(path):
            assert fragment in anchors[path], f"{source} links to {path}#{fragment}"


@pytest.mark.parametrize(("name", "at_most"), [("foreign_site", 5000), ("site", 300)])
def test_every_link_leads_somewhere(name: str, at_most: int, request: pytest.FixtureRequest) -> None:
    count = 0
    with Web(request.getfixturevalue(name)) as web:
        for target, reply, page in crawl(web, "/", at_most):
            count += 1
            assert reply.status in (200, 302, 303, 406, 410), (target, reply.status)
            assert reply.status != 406 or ".rdf" in target or "format=xml" in target, target
            if page:
                check_page(web, target, page)
    assert count > 150


def check_page(web: Web, target: str, page: Page) -> None:
    assert page.title.startswith(page.heading), target
    for load in page.loads:
        assert urljoin(web.url + target, load).startswith(web.url + "/"), (target, load)
    for link, _ in page.links:
        assert urlsplit(link).scheme in {"", "http", "https", "mailto", "tel"}, (target, link)


def test_the_language_that_was_asked_for_is_kept(library: Web) -> None:
    for target, reply, page in crawl(library, "/?lang=fr", 120):
        if page is None or reply.status != 200 or parse_qs(urlsplit(target).query).get("lang") != ["fr"]:
            continue
        assert reply.headers["Content-Language"] == "fr", target
        for link, is_switch in page.links:
            absolute = urljoin(library.url + target, link)
            path = urlsplit(absolute).path
            is_data = (
                re.search(r"\.(ttl|jsonld|nt|rdf|gz|zst|zip|csv|json)$", path)
                or "/release/" in path
                or "/static/" in path
                or "format=" in link
            )
            if absolute.startswith(library.url + "/") and not is_switch and not is_data and not link.startswith("#"):
                assert "lang=fr" in urlsplit(absolute).query, (target, link)
    content = library.get("/doc/book/42", BROWSER).text.partition("</header>")[2]
    assert not re.search(r'(?:href|src|srcset)="[^"]*lang=', content)


def test_labels_cannot_act(library: Web) -> None:
    for target in (
        "/doc/book/44",
        "/graph/data/books",
        "/browse?class=https%3A%2F%2Fdata.example.org%2Flib%2Fterms%23Book",
    ):
        text = library.get(target, BROWSER, Accept_Language="en").markup
        assert "<script" not in text
        assert "&lt;script&gt;alert(&#39;label&#39;)&lt;/script&gt;" in text
    french = library.get("/doc/book/44?lang=fr", BROWSER).markup
    assert "<img" not in french
    table = library.query("SELECT ?o WHERE { ?s ?p ?o } ORDER BY STR(?o)", BROWSER).markup
    assert "<script" not in table
    assert "<img" not in table


def test_only_web_addresses_are_links(library: Web) -> None:
    text = library.get("/doc/book/42", BROWSER).text
    assert "<span>javascript:alert(1)</span>" in text
    assert "<span>mailto:desk@library.example.org</span>" in text
    assert '<a href="https://www.example.com/river?a=1&amp;b=2" rel="external" data-bare>' in text
    asked = library.query("SELECT ?o WHERE { BIND(<javascript:alert(2)> AS ?o) }", BROWSER)
    assert "<span>javascript:alert(2)</span>" in asked.text


def test_a_page_shows_blank_nodes_where_they_stand(library: Web) -> None:
    text = library.get("/doc/book/42", BROWSER).text
    chapters = text.partition(">chapters</a>")[2].partition("</ol>")[0]
    assert re.findall(r"<span[^>]*>([^<]*)</span>", chapters) == [
        "Source",
        "10",
        "Delta",
        "nested deeply",
        "at the bottom",
        "Afterword",
    ]


def test_parameters_come_back_as_text(library: Web) -> None:
    evil = '"><script>alert(1)</script>'
    for target in (
        f"/nothing{evil}".replace(" ", "%20"),
        "/browse?class=%22%3E%3Cscript%3E",
        "/people?lang=%22%3E%3Cscript%3E",
    ):
        assert (
            "<script"
            not in library.get(target.replace("<", "%3C").replace(">", "%3E").replace('"', "%22"), BROWSER).markup
        )
    assert "<script>" not in library.query(evil, BROWSER).markup
    assert "<script>" not in library.get("/sparql?query=ASK%20%7B%7D&x=%22%3E%3Cscript%3E", BROWSER).markup


def test_long_lists_are_paged(library_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LISTED", 3)
    client = library_app.test_client()
    things = "https%3A%2F%2Fdata.example.org%2Flib%2Fterms%23Book"
    monkeypatch.setattr(browse, "ROWS", 3)
    for path in ("/graph/data/books?lang=fr", f"/browse?class={things}", "/doc/loans/2025"):
        target: str | None = path
        listed: list[str] = []
        tags = set()
        while target is not None:
            answer = client.get(target, headers={"Accept": BROWSER})
            assert answer.status_code == 200
            tags.add(answer.headers["ETag"])
            shown = re.findall(
                r'<h3>|<li><a href|<th scope="row"><a href',
                answer.text.partition("<h1>")[2].partition("</main>")[0].partition("This page as data")[0],
            )
            assert len(shown) <= 3, (target, shown)
            listed += shown
            found = re.search(r'rel="next" href="([^"]+)"', answer.text)
            target = urljoin(target, found[1].replace("&amp;", "&")) if found else None
        expected = {"/doc/loans/2025": 1}.get(path)
        assert len(listed) == expected if expected else len(listed) > 9, (path, listed)
        assert len(tags) == -(-len(listed) // 3), path
    assert client.get("/graph/data/books?page=99", headers={"Accept": BROWSER}).status_code == 404
    assert "Notes on Turtle" in client.get("/graph/data/books.nt").text


def test_the_table_of_a_query_links_and_offers_every_format(library: Web) -> None:
    query = "SELECT ?book ?pages WHERE { ?book <https://data.example.org/lib/terms#pages> ?pages } ORDER BY ?pages"
    reply = library.query(query, BROWSER)
    page = read_page(reply)
    assert '<th scope="col">book</th>' in reply.text
    assert ("doc/book/42", False) in page.links
    offered = [link for link, _ in page.links if "format=" in link]
    assert len(offered) == 4
    for link in offered:
        assert library.get("/" + link).status == 200
    graph = library.query(
        "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }",
        BROWSER,
        **{"default-graph-uri": "https://data.example.org/lib/graph/data/books"},
    )
    assert "book:42 a lib:Book" in graph.text
    for link, _ in read_page(graph).links:
        if "format=" in link:
            assert "default-graph-uri=" in link
    assert '<p class="boolean">yes</p>' in library.query("ASK {}", BROWSER).text
    assert "No answers." in library.query("SELECT ?x WHERE { ?x a ?x }", BROWSER).text


def test_the_questions_of_the_project_can_be_asked(library: Web) -> None:
    page = read_page(library.get("/sparql", BROWSER, Accept_Language="fr"))
    asked = [link for link, _ in page.links if "query=" in link]
    assert len(asked) == 2
    for link in asked:
        assert "<tbody>\n<tr>" in library.get("/" + link, BROWSER).text
