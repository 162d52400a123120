"""The reconciliation index: what is an entity, by what it is found, and that the same triples give the same bytes."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ldpub.build.reconciliation import write_reconciliation
from ldpub.build.rows import numbered
from ldpub.iris import IriPolicy
from ldpub.release import RECONCILIATION
from small import BASE, built, turtle

WGS = "http://www.w3.org/2003/01/geo/wgs84_pos#"
GEO = "http://www.opengis.net/ont/geosparql#"
TEXT = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <http://schema.org/> .
e:City a owl:Class ; rdfs:label "City" .
e:in a owl:ObjectProperty ; rdfs:label "in" .
e:north rdfs:label "North" ; a e:Land ; e:code "N" .
e:south rdfs:label "South" ; a e:Land ; e:code "S" .
e:koeln a e:City ; rdfs:label "Köln"@de ; skos:altLabel "Cologne"@en ; skos:hiddenLabel "Kolle" ; e:in e:north ;
  e:key "05315000" ; e:kind "big" ; <{WGS}lat> 50.94 ; <{WGS}long> 6.96 ;
  schema:sameAs <http://www.wikidata.org/entity/Q365> .
e:kiev a e:City ; rdfs:label "Київ"@uk ; e:in e:south ; e:key "UA80" ; e:kind "big" ; <{GEO}hasGeometry> e:kiev-shape .
e:kiev-shape rdfs:label "Where it is" ; <{GEO}asWKT> "POINT(30.52 50.45)"^^<{GEO}wktLiteral> .
e:ulm a e:City ; rdfs:label "Ulm" ; e:in e:north ; e:key "08421000" .
e:gone a e:City ; rdfs:label "Gone" ; owl:deprecated true .
<https://example.org/set/dataset/set> rdfs:label "The data set" .
<https://example.com/far> rdfs:label "Elsewhere" .
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("index") / "reconciliation.sqlite"
    write_reconciliation(path, numbered(turtle(TEXT)), IriPolicy(BASE))
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def rows(index: sqlite3.Connection, query: str, *values: Any) -> list[Any]:
    return index.execute(query, values).fetchall()


def test_things_are_entities_and_terms_shapes_geometries_and_the_catalogue_are_not(index: sqlite3.Connection) -> None:
    names = [iri.removeprefix(f"{BASE}id/") for (iri,) in rows(index, "select iri from entity order by id")]
    assert names == ["north", "south", "kiev", "koeln", "ulm"]


def test_each_has_its_class_coordinates_and_what_tells_it_from_namesakes(index: sqlite3.Connection) -> None:
    found = {
        iri.rpartition("/")[2]: rest
        for iri, *rest in rows(index, "select iri, latitude, longitude, class, place from entity")
    }
    assert found["koeln"] == [50.94, 6.96, f"{BASE}id/City", f"{BASE}id/north"]
    assert found["kiev"] == [50.45, 30.52, f"{BASE}id/City", f"{BASE}id/south"]
    assert found["north"] == [None, None, f"{BASE}id/Land", ""]


def test_names_are_folded_written_out_and_romanised(index: sqlite3.Connection) -> None:
    query = "select folded, made, rank from form join entity e on e.id = entity where iri = ? order by folded"
    assert rows(index, query, f"{BASE}id/koeln") == [
        ("cologne", 0, 1),
        ("koeln", 1, 0),
        ("kolle", 0, 2),
        ("koln", 0, 0),
    ]
    assert rows(index, query, f"{BASE}id/kiev") == [("kiiv", 2, 0), ("киiв".replace("i", "і"), 0, 0)]


def test_keys_and_links_to_the_same_are_identifiers(index: sqlite3.Connection) -> None:
    query = "select value from identifier join entity e on e.id = entity where iri = ? order by value"
    found = {value for (value,) in rows(index, query, f"{BASE}id/koeln")}
    assert found == {"05315000", "q365", "http://www.wikidata.org/entity/q365"}, "`big` is no key: two have it"
    assert rows(index, query, f"{BASE}id/north") == [("n",)]


def test_the_same_triples_give_the_same_bytes(tmp_path: Path) -> None:
    triples = turtle(TEXT)
    contents = set()
    for seed in range(4):
        random.Random(seed).shuffle(triples)
        write_reconciliation(tmp_path / str(seed), numbered(triples), IriPolicy(BASE))
        contents.add((tmp_path / str(seed)).read_bytes())
    assert len(contents) == 1


def test_nothing_gives_an_index(tmp_path: Path) -> None:
    write_reconciliation(tmp_path / "index", numbered([]), IriPolicy(BASE))
    with sqlite3.connect(tmp_path / "index") as connection:
        assert connection.execute("select count(*) from form").fetchone() == (0,)
    connection.close()


def test_a_release_has_one(tmp_path: Path) -> None:
    made = built(tmp_path, {"data/a.ttl": '<https://example.org/set/id/a> <http://schema.org/name> "A" .'})
    assert RECONCILIATION in made.release.manifest.files
