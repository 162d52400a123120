"""The page of the validation report: by shape and severity, in the visitor's language, paged where it is long."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from ldpub.serve import report
from small import PREFIXES, built
from web import BROWSER, Web

SHAPES = """\
e:shape a sh:NodeShape ; sh:targetClass e:Book ; sh:property e:shape-name , e:shape-year .
e:shape-name rdfs:label "Name of a book"@en , "Name eines Buchs"@de ; sh:path e:name ; sh:minCount 1 ;
  sh:severity sh:Warning ; sh:message "A book has no name."@en , "Ein Buch hat keinen Namen."@de .
e:shape-year sh:path e:year ; sh:minCount 1 ; sh:severity sh:Info .
"""
BOOKS = 7


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, app_of: Callable[[Path], Flask]) -> Flask:
    """Seven books without name and year."""
    data = "".join(f'e:b{n} a e:Book ; rdfs:label "Book <{n}>" .\n' for n in range(BOOKS))
    files = {"data/x.ttl": PREFIXES + data, "shapes/s.ttl": PREFIXES + SHAPES}
    return app_of(built(tmp_path_factory.mktemp("report"), files, "").release.path)


def page(app: Flask, target: str) -> str:
    reply = app.test_client().get(target, headers={"Accept": BROWSER})
    assert reply.status_code == 200
    return reply.text.partition("<main")[2].partition("</main>")[0]


SAID = {
    "en": ("Name of a book", "Warning", "A book has no name.", "there are too few values"),
    "de": ("Name eines Buchs", "Warnung", "Ein Buch hat keinen Namen.", "es gibt zu wenige Werte"),
}


@pytest.mark.parametrize("tag", SAID)
def test_results_are_grouped_by_shape(app: Flask, tag: str) -> None:
    shape, tier, message, constraint = SAID[tag]
    text = page(app, f"/report?lang={tag}")
    rows = re.findall(r'<td class="number">([0-9]+)</td>', text)
    assert rows == [str(BOOKS), str(BOOKS)]
    first, second = text.split("<section")[1:]
    assert shape in first
    assert f'href="doc/shape-name?lang={tag}"' in first
    assert tier in first
    assert first.count(message) == BOOKS
    assert second.count(constraint) == BOOKS
    assert f'<a href="doc/b3?lang={tag}">Book &lt;3&gt;</a>' in first
    assert "<code>data/x.ttl:6</code>" in first
    assert 'href="graph/report.ttl"' in text


def test_a_long_report_has_pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESULTS", 5)
    seen = []
    for number in (1, 2, 3):
        text = page(app, f"/report?page={number}&lang=en")
        assert re.findall(r'<td class="number">([0-9]+)</td>', text) == ["7", "7"]
        assert f"page {number} of 3" in text
        seen += re.findall(r"<li><a href=\"doc/(b[0-9])", text)
    assert sorted(seen) == sorted(2 * [f"b{n}" for n in range(BOOKS)])
    overview = page(app, "/report?lang=en").partition("</table>")[0]
    assert re.findall(r'href="([^"]*#group-[12])"', overview) == ["#group-1", "report?page=2&amp;lang=en#group-2"]
    assert 'id="group-2"' in page(app, "/report?page=2&lang=en")
    assert app.test_client().get("/report?page=4", headers={"Accept": BROWSER}).status_code == 404


def test_the_query_of_the_page_gives_its_rows(app: Flask) -> None:
    text = page(app, "/report?lang=en")
    (href,) = re.findall(r'href="(sparql\?query=[^"]+)"', text)
    reply = app.test_client().get("/" + href.replace("&amp;", "&"), headers={"Accept": BROWSER})
    assert len(re.findall(r"<tbody>\s*<tr>", reply.text)) == 1
    assert reply.text.count("</tr>") - 1 == 3 * BOOKS, "each name's message is there in two languages"


def test_where_there_is_nothing_to_complain_it_says_so(library: Web) -> None:
    text = library.get("/report?lang=en", BROWSER).text
    assert "There is nothing to complain about" in text
    assert 'class="results"' not in text
