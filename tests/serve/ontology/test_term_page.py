"""The page of one term of an ontology: what it tells, where it leads, how it is named, and what it is in RDF."""

from __future__ import annotations

import json
import re
import time
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse

from ldpub.namespaces import OWL
from ldpub.serve.ontology import vocabulary
from markup import Markup
from serve.conftest import AppOf
from serve.ontology.test_ontology_page import entry, files, page
from small import built
from web import BROWSER, Web

NAMESPACE = "https://example.org/set/terms#"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases, with a version of the ontology each."""
    folder = tmp_path_factory.mktemp("term")
    settings = '[sources]\nontology = ["ontology/*.ttl"]\n[quality]\nbroken_links = 0\n'
    built(folder, files("1"), settings)
    built(folder, files("2", "1"), settings)
    return folder


@pytest.fixture(scope="module")
def client(app_of: AppOf, project: Path) -> FlaskClient:
    return app_of(project / "releases").test_client()


def _current(project: Path) -> str:
    """The name of the release that is served."""
    return (project / "releases" / "current").readlink().name


def rows(text: str) -> dict[str, list[str]]:
    """The rows of the entry: the page has one article before those of the rules."""
    return entry(text.replace('<article class="term">', '<article id="it">', 1), "it")


def test_an_entry_alone_says_what_the_whole_says_of_the_term(client: FlaskClient) -> None:
    for language in ("en", "de"):
        whole = page(client, f"/terms?lang={language}")
        for name in re.findall(r'href="\?term=(\w+)&amp;lang=', whole):
            alone = page(client, f"/terms?term={name}&lang={language}")
            assert rows(alone) == entry(whole, name)
            assert f"<code>{NAMESPACE}{name}</code>" in alone


def test_it_has_a_title_breadcrumbs_a_description_and_says_what_kind_of_term_it_is(client: FlaskClient) -> None:
    text = page(client, "/terms?term=Thing&lang=de")
    assert '<html lang="de">' in text
    assert "<h1>Ding</h1>" in text
    assert '<meta name="description" content="Irgendetwas.">' in text
    assert '<p class="types"><span>Klasse</span><span lang="en">Thing</span></p>' in text
    assert '<li><a href="terms?lang=de">Die Wörter</a></li>' in text
    told = [json.loads(one) for one in re.findall(r'application/ld\+json">\n(.*?)\n', text)]
    assert told[0]["@type"] == "DefinedTerm"
    assert told[0]["inDefinedTermSet"] == "https://example.org/set/terms"
    assert "<span>Object property</span>" in page(client, "/terms?term=by&lang=en")


def test_it_leads_to_other_entries_to_the_whole_and_to_the_rules_below_it(client: FlaskClient) -> None:
    text = page(client, "/terms?term=near&lang=en")
    markup = Markup(text)
    assert 'href="?term=by&amp;lang=en"' in text
    assert 'href="terms?lang=en#near"' in text
    assert set(re.findall(r'href="#(page-rule[^"]*)"', text)) <= markup.ids
    assert "<h3>Neighbours of works</h3>" in text
    assert "<h3>" not in page(client, "/terms?term=code&lang=en")


def test_the_canonical_address_and_the_others_have_the_term(client: FlaskClient) -> None:
    reply = client.get("/terms?term=Work", headers={"Accept": BROWSER})
    url = "https://example.org/set/terms?term=Work"
    assert f'<link rel="canonical" href="{url}">' in reply.text
    assert f'hreflang="de" href="{url}&amp;lang=de"' in reply.text
    assert f'<{url}>; rel="canonical"' in reply.headers["Link"]
    assert '<terms.ttl?term=Work>; rel="alternate"; type="text/turtle"' in reply.headers["Link"]
    assert reply.headers["Content-Location"] == "terms.html?term=Work"
    assert 'href="terms.ttl?term=Work"' in reply.text


def test_in_rdf_it_is_the_term_and_the_head_of_the_ontology(client: FlaskClient) -> None:
    for path, headers in (("/terms.nt?term=Work", {}), ("/terms?term=Work", {"Accept": "application/n-triples"})):
        reply = client.get(path, headers=headers)
        triples = list(parse(reply.data, format=RdfFormat.N_TRIPLES))
        types = {str(t.subject) for t in triples if t.predicate.value.endswith("#type")}
        assert f"<{NAMESPACE}Work>" in types
        assert f"<{NAMESPACE}Person>" not in types
        assert any(t.object == NamedNode(OWL + "Ontology") for t in triples)


@pytest.mark.parametrize("term", ["Nothing", "", "kinds", "a b<>", "%C3%A4", "id/kinds"])
def test_what_is_no_term_of_it_is_not_found(client: FlaskClient, project: Path, term: str) -> None:
    for path in ("/terms", "/terms.ttl", "/terms/1", f"/release/{_current(project)}/terms"):
        assert client.get(f"{path}?term={term}", headers={"Accept": BROWSER}).status_code == 404
    assert client.get("/terms?term=Work&page=2", headers={"Accept": BROWSER}).status_code == 404


def test_an_older_version_has_its_own_entries(client: FlaskClient, project: Path) -> None:
    text = page(client, "/terms/1?term=Thing&lang=en")
    assert 'class="note"' in text
    assert 'href="../terms?term=Thing&amp;lang=en"' in text
    assert '<link rel="canonical" href="https://example.org/set/terms/1?term=Thing">' in text.replace(
        "&amp;lang=en", ""
    )
    copy = page(client, f"/release/{_current(project)}/terms?term=Thing&lang=en")
    assert '<link rel="canonical" href="https://example.org/set/terms/2?term=Thing&amp;lang=en">' in copy


def test_entries_revalidate_apart(client: FlaskClient) -> None:
    first = client.get("/terms?term=Work", headers={"Accept": BROWSER})
    tag = {"Accept": BROWSER, "If-None-Match": first.headers["ETag"]}
    assert client.get("/terms?term=Work", headers=tag).status_code == 304
    for other in ("/terms?term=Thing", "/terms"):
        assert client.get(other, headers=tag).status_code == 200


def test_other_pages_lead_to_the_entry_alone(client: FlaskClient) -> None:
    assert 'href="../terms?term=Work"' in page(client, "/doc/w1")
    found = client.get("/search/suggest?q=work&format=json").get_json()["results"]
    assert "../terms?term=Work" in {unescape(one["page"]) for one in found}


def test_terms_that_are_too_many_keep_their_place_in_the_whole(
    app_of: AppOf, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ldpub.serve.snapshot.TERMS_READ", 3)
    monkeypatch.setattr(vocabulary, "TERMS_READ", 3)
    client = app_of(project / "releases").test_client()
    assert 'href="../terms#Work"' in page(client, "/doc/w1")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_shipped_terms_have_short_and_quick_pages(site: str, language: str) -> None:
    with Web(site) as web:
        names = re.findall(r'href="\?term=(\w+)&amp;', web.get(f"/ontology?lang={language}", BROWSER).text)
        assert len(names) > 100
        for name in names:
            reply = web.get(f"/ontology?term={name}&lang={language}", BROWSER)
            assert reply.status == 200
            Markup(reply.text)
            assert len(reply.body) < 40_000, name


def test_an_entry_is_made_in_a_few_milliseconds(client: FlaskClient) -> None:
    began = time.process_time()
    for number in range(20):  # a language that is not kept, so that each page is made
        assert client.get(f"/terms?term=Work&x={number}", headers={"Accept": BROWSER}).status_code == 200
    assert (time.process_time() - began) / 20 < 0.05
