"""The home page over HTTP: about the data, whatever the project has or has not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from ldpub.release import open_release
from small import built
from web import BROWSER, Web

ONE_THING = "@prefix e: <https://example.org/set/id/> . e:a a e:Book .\n"


@pytest.fixture(scope="module")
def one_thing(tmp_path_factory: pytest.TempPathFactory, app_of: Callable[[Path], Flask]) -> Flask:
    """A site without ontology, shapes, labels, places and questions."""
    return app_of(built(tmp_path_factory.mktemp("one"), {"data/x.ttl": ONE_THING}, "").release.path)


def part(text: str, name: str) -> str:
    """The section of a page with a heading of that id."""
    return text.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def test_it_counts_what_is_in_it(site: str, shipped_release: Path) -> None:
    with Web(site) as web:
        text = web.get("/?lang=en", BROWSER).text
        cards = re.findall(
            r'<li><a href="([^"]+)"><strong>([0-9,]+)</strong> <span>([^<]+)</span>', part(text, "home-content")
        )
        wanted = open_release(shipped_release).manifest.classes
        assert [parse_qs(urlsplit(href.replace("&amp;", "&")).query)["class"][0] for href, *_ in cards] == list(wanted)
        for href, count, _ in cards:
            listed = web.get("/" + href.replace("&amp;", "&") + "&format=csv").text
            assert listed.count("\r\n") - 1 == int(count)
    manifest = open_release(shipped_release).manifest
    assert f"{manifest.counts['triples']:,} statements" in text


def test_it_speaks_the_visitors_language(site: str, shipped_release: Path) -> None:
    with Web(site) as web:
        german = web.get("/", BROWSER, Accept_Language="de").text
    triples = f"{open_release(shipped_release).manifest.counts['triples']:,}".replace(",", ".")
    assert f"{triples} Aussagen" in german
    for words in ("Was darin steht", "Wege zu den Daten", "Lizenz und Zitierweise", ">Städte<", "Für Programme"):
        assert words in german


def test_it_shows_the_map_the_doors_and_how_to_cite(site: str) -> None:
    with Web(site) as web:
        text = web.get("/?lang=en", BROWSER).text
        picture = re.search(r'<img src="(picture/map[^"]*)" alt="([^"]+)"', part(text, "home-map"))
        assert picture
        assert len(picture[2]) > 20
        assert web.get("/" + picture[1].replace("&amp;", "&")).media_type == "image/svg+xml"
        doors = part(text, "home-doors")
        for path in ("questions", "catalog", "sparql", "ontology", "changes", "quality", "picture/classes.html"):
            assert f'href="{path}?lang=en"' in doors
            assert web.get(f"/{path}", BROWSER).status == 200
        asked = re.findall(r'href="(questions/[^"]+)"', doors)
        assert len(asked) == 3
        assert all(web.get("/" + path, BROWSER).status == 200 for path in asked)
        assert re.search(r'<time datetime="2026-11-22[^"]*">22 November 2026</time>', doors)
        use = part(text, "home-use")
        assert "https://w3id.org/city-diplomacy/dataset/city-diplomacy" in use
        assert "CC BY 4.0" in use


def test_a_project_without_settings_shows_the_best_linked_classes(library: Web) -> None:
    text = library.get("/?lang=en", BROWSER).text
    content = part(text, "home-content")
    assert "terms%23Book" in content
    assert "owl%23" not in content
    assert 'aria-labelledby="home-map"' not in text
    assert "/id/organisation" not in text


def test_a_project_of_one_thing_has_a_home_page(one_thing: Flask) -> None:
    reply = one_thing.test_client().get("/", headers={"Accept": BROWSER, "Accept-Language": "de"})
    assert reply.status_code == 200
    assert "<h1>Kleine Menge</h1>" in reply.text
    (card,) = re.findall(r"<strong>1</strong> <span>([^<]+)</span>", part(reply.text, "home-content"))
    assert card.endswith("Book")
    assert 'aria-labelledby="home-map"' not in reply.text
    assert 'class="search"' in reply.text
    assert 'href="questions/' not in reply.text


def test_the_search_forms_ask_for_suggestions_with_their_own_addresses(library: Web) -> None:
    for path, prefix in (("/?lang=fr", ""), ("/doc/book/42?lang=fr", "../../")):
        text = library.get(path, BROWSER).text
        assert f'action="{prefix}search"' in text
        assert f'data-suggest="{prefix}search/suggest"' in text
        assert text.count('id="page-search"') == 1
