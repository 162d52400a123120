"""What the sentence of a place says of the relations that lists acknowledge: how many there are, of whichever class."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from conftest import build_project
from serve.conftest import AppOf
from web import BROWSER

ROWS = """
@prefix cd: <https://w3id.org/city-diplomacy/ontology#> .
@prefix city: <https://w3id.org/city-diplomacy/id/city/> .
@prefix country: <https://w3id.org/city-diplomacy/id/country/> .
@prefix place: <https://w3id.org/city-diplomacy/id/place/> .
@prefix pair: <https://w3id.org/city-diplomacy/id/acknowledged-relation/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
place:a a cd:City ; rdfs:label "A"@en, "A"@de ; cd:country country:de .
place:b a cd:SubnationalActor ; rdfs:label "B"@en, "B"@de .
place:c a cd:SubnationalActor ; rdfs:label "C"@en, "C"@de .
place:d a cd:City ; rdfs:label "D"@en, "D"@de .
pair:a-b a cd:AcknowledgedRelation ; rdfs:label "A-B"@en ; cd:party place:a, place:b .
pair:a-c a cd:AcknowledgedRelation ; rdfs:label "A-C"@en ; cd:party place:a, place:c .
pair:a-c2 a cd:AcknowledgedRelation ; rdfs:label "A-C again"@en ; cd:party place:a, place:c .
pair:b-c a cd:AcknowledgedRelation ; rdfs:label "B-C"@en ; cd:party place:b, place:c .
pair:h-d a cd:AcknowledgedRelation ; rdfs:label "H-D"@en ; cd:party city:hannover, place:d .
"""


@pytest.fixture(scope="module")
def client(app_of: AppOf, shipped_project: Path, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The shipped project with a few rows more, as imported tables have them."""
    folder = tmp_path_factory.mktemp("acknowledged") / "project"
    shutil.copytree(shipped_project, folder, ignore=shutil.ignore_patterns("releases"))
    (folder / "data" / "rows.ttl").write_text(ROWS, encoding="utf-8")
    settings = folder / "ldpub.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('shapes = ["shapes/*.ttl"]', "shapes = []"), encoding="utf-8")
    return app_of(build_project(folder)).test_client()


@pytest.mark.parametrize(
    ("path", "english", "german"),
    [
        (
            "place/a",
            "City (Germany) with 2 acknowledged relations.",
            "Stadt (Deutschland) mit 2 anerkannten Beziehungen.",
        ),
        ("place/d", "City with one acknowledged relation.", "Stadt mit einer anerkannten Beziehung."),
        (
            "place/b",
            "Subnational actor with 2 acknowledged relations.",
            "Subnationaler Akteur mit 2 anerkannten Beziehungen.",
        ),
    ],
)
def test_a_place_counts_them(client: FlaskClient, path: str, english: str, german: str) -> None:
    for language, told in (("en", english), ("de", german)):
        assert summary(client, path, language) == told


def test_they_stand_beside_the_relations_of_known_kinds(client: FlaskClient) -> None:
    told = summary(client, "city/hannover", "en")
    assert re.search(r"town twinnings, \d+ city relations in all,? and one acknowledged relation; member of", told)


def summary(client: FlaskClient, path: str, language: str) -> str:
    text = client.get(f"/doc/{path}?lang={language}", headers={"Accept": BROWSER}).text
    return str(re.findall(r'<p class="summary">([^<]*)</p>', text)[0])
