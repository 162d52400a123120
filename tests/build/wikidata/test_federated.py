"""The project's questions to Wikidata: answered from the release alone, and by SERVICE where the list allows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Run
from conftest import ROOT, copy_project
from ldpub.config import read_config
from ldpub.errors import RefusedQueryError
from ldpub.store import Limits, Query
from ldpub.store.embedded import EmbeddedStore
from peers import allowing, loaded
from wikibase import PREFIXES, label, oxigraph, statement

FOLDER = ROOT / "ontology/questions/federated"
ENDPOINT = "https://query.wikidata.org/sparql"
WIKIDATA = (
    PREFIXES
    + label("Q1715", "Hanover@en", "Hannover@de", "Hanovre@fr", "Hanôver@pt", place=(52.374444, 9.738611))
    + label("Q188693", "Blantyre@en")
    + label("Q340", "Montreal@en", "Montréal@fr")
    + statement("Q1715", "P190", "Q340")
    + statement("Q1715", "P190", "Q188693")
)


def test_the_release_alone_answers(run: Run, tmp_path: Path) -> None:
    project = copy_project(ROOT, tmp_path / "project")
    settings = (project / "ldpub.toml").read_text(encoding="utf-8")
    with_them = 'questions = ["ontology/questions/*.rq", "ontology/questions/federated/names-from-the-release.rq"]'
    (project / "ldpub.toml").write_text(settings.replace('questions = ["ontology/questions/*.rq"]', with_them))
    extract = tmp_path / "wikidata.ttl"
    extract.write_text(WIKIDATA, encoding="utf-8")
    assert run("wikidata", "extract", project, "--extract", extract, "--date", "2026-01-31").code == 0
    ran = run("build", project)
    assert (ran.code, " 0 violations" in ran.out) == (0, True)
    text = (FOLDER / "names-from-the-release.rq").read_text(encoding="utf-8")
    found = json.loads(run("query", text, "--project", project, "--format", "json").out)["results"]["bindings"]
    assert [(row["name"]["value"], row["day"]["value"]) for row in found] == [
        ("Hannover", "2026-01-31"),
        ("Hanover", "2026-01-31"),
        ("Hanovre", "2026-01-31"),
    ]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("names-from-wikidata.rq", ["Hannover", "Hanover", "Hanovre", "Hanôver"]),
        ("partners-only-in-wikidata.rq", ["Montreal"]),
    ],
)
def test_service_answers_where_it_is_allowed(name: str, names: list[str]) -> None:
    ours = """
        @prefix c: <https://w3id.org/city-diplomacy/id/city/> . @prefix schema: <http://schema.org/> .
        @prefix cd: <https://w3id.org/city-diplomacy/ontology#> . @prefix wd: <http://www.wikidata.org/entity/> .
        c:hannover schema:sameAs wd:Q1715 ; cd:hasRelationWith c:blantyre . c:blantyre schema:sameAs wd:Q188693 .
    """
    text = (FOLDER / name).read_text(encoding="utf-8")
    with oxigraph(WIKIDATA) as url:
        store = EmbeddedStore(loaded(ours), allowing(url))
        answer = json.loads(store.query(Query(text.replace(ENDPOINT, url))).read())
    assert sorted(row["name"]["value"] for row in answer["results"]["bindings"]) == sorted(names)
    with pytest.raises(RefusedQueryError, match="SERVICE"):
        EmbeddedStore(loaded(ours), Limits()).query(Query(text))


def test_the_list_is_empty_by_default() -> None:
    assert read_config(ROOT / "ldpub.toml")["serve.services"] == []
