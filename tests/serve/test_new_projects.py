"""Projects that say the least: each page of their sites answers, and so does whatever a page links to."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ldpub.build.pipeline import build
from ldpub.build.project import open_project
from ldpub.build.starter import write_starter
from ldpub.namespaces import RDFS
from small import write
from web import BROWSER

_LEAST = """\
[project]
title = "T"
base = "https://example.org/set/"
license = "https://creativecommons.org/licenses/by/4.0/"
"""
_PUBLISHERS = {
    "nobody": "",
    "name": 'publisher = { name = "N" }\n',
    "homepage": 'publisher = { name = "N", homepage = "https://example.org/" }\n',
    "iri": 'publisher = { name = "N", iri = "https://example.org/set/id/n" }\ncontact = { name = "C" }\n',
    "one language": 'languages = ["fr"]\ndescription = "D"\n',
}
_PAGES = (
    *("/", "/sparql", "/questions", "/catalog", "/quality", "/report", "/releases", "/changes", "/void", "/search"),
    *("/search?q=a", "/search?q=nothing", "/ldes", "/reconcile", "/metrics", "/robots.txt", "/sitemap.xml"),
    *("/sparql?query=ASK+%7B%7D", "/sparql?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D", "/changes/feed.atom"),
    *("/sparql?query=CONSTRUCT+WHERE+%7B+%3Fs+%3Fp+%3Fo+%7D", "/graph/inferred", "/graph/catalogue", "/graph/report"),
    *("/picture/classes.html", "/opensearch.xml"),
)
_NOT_OF_THE_LEAST = ("/picture/classes.html", "/graph/inferred")
_MISTAKES = {
    "/nope": 404,
    "/questions/nope": 404,
    "/release/nope": 404,
    "/sparql?query=SELEC": 400,
    "/search?lang=nope": 200,
    "/browse?class=nope": 404,
    "/statements": 400,
}
_SOME = 4
"""How many targets of one path are asked for, which differ in their queries."""
_LINK = re.compile(r' (?:href|src)="([^"]*)"')

AppOf = Callable[[Path], Flask]


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory, app_of: AppOf) -> Flask:
    """The site of what `ldpub init` writes."""
    folder = tmp_path_factory.mktemp("new")
    write_starter(folder)
    return app_of(build(open_project(folder)).release.path)


def least(folder: Path, settings: str) -> Path:
    """A release of one thing, with no ontology, no shapes, and these settings besides the three that must be."""
    write(folder, {"data/a.ttl": f'<id/a> <{RDFS}label> "A" .\n', "ldpub.toml": _LEAST + settings})
    return build(open_project(folder)).release.path


def crawl(client: FlaskClient, headers: Mapping[str, str], absent: Sequence[str] = ()) -> list[str]:
    """The pages to which links lead from the pages of the site, some of each path; all but the absent must answer."""
    todo, seen, pages = [page for page in _PAGES if page not in absent], set[str](), list[str]()
    asked = Counter[str]()
    while todo:
        target = todo.pop()
        path = target.partition("?")[0]
        if target in seen or asked[path] >= _SOME:
            continue
        seen.add(target)
        asked[path] += 1
        answer = client.get(target, headers=headers, follow_redirects=True, buffered=True)
        assert answer.status_code == 200, (target, answer.text[:500])
        if answer.mimetype == "text/html":
            pages.append(target)
            here = answer.request.full_path.rstrip("?")
            links = (urldefrag(urljoin(here, html.unescape(link)))[0] for link in _LINK.findall(answer.text))
            todo += [link for link in links if link.startswith("/") and not re.search("(format|lang)=", link)]
    return pages


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_of_a_new_project_answers(new: Flask, language: str) -> None:
    pages = crawl(new.test_client(), {"Accept": BROWSER, "Accept-Language": language})
    assert {"/", "/id/book/aeneid", "/ontology", "/questions", "/sparql", "/catalog", "/graph/shapes"} <= set(pages)
    assert len(pages) > 40


@pytest.mark.parametrize("settings", _PUBLISHERS.values(), ids=_PUBLISHERS)
def test_every_page_of_the_least_project_answers(settings: str, tmp_path: Path, app_of: AppOf) -> None:
    client = app_of(least(tmp_path, settings)).test_client()
    assert len(crawl(client, {"Accept": BROWSER}, _NOT_OF_THE_LEAST)) > 20


@pytest.mark.parametrize(("target", "status"), _MISTAKES.items())
def test_mistakes_are_told_on_a_page(new: Flask, target: str, status: int) -> None:
    answer = new.test_client().get(target, headers={"Accept": BROWSER})
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
