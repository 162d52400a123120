"""What a picture shows of a project: links, places and times by standards and settings, and no more than fits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from serve.conftest import AppOf
from serve.pictures.seen import SVG, marks, read, texts
from small import ANY_FILE, BASE, PREFIXES, built
from web import without_own

TERMS = """
<#> a owl:Ontology .
e:Thing a owl:Class ; rdfs:label "Thing"@en .
e:Town a owl:Class ; rdfs:label "Town"@en ; rdfs:subClassOf e:Thing .
e:Ring1 a owl:Class ; rdfs:label "Ring one"@en ; rdfs:subClassOf e:Ring2 .
e:Ring2 a owl:Class ; rdfs:label "Ring two"@en ; rdfs:subClassOf e:Ring1 .
e:related a owl:ObjectProperty, owl:SymmetricProperty ; rdfs:label "related to"@en .
e:near a owl:ObjectProperty ; rdfs:subPropertyOf e:related ; rdfs:label "near"@en .
e:owns a owl:ObjectProperty ; rdfs:label "owns"@en ; rdfs:domain e:Town ; rdfs:range e:Thing .
e:ownedBy a owl:ObjectProperty ; owl:inverseOf e:owns ; rdfs:label "owned by"@en .
e:kept a owl:ObjectProperty ; rdfs:label "kept by"@en .
"""

DATA = """
@prefix wgs84: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix schema: <http://schema.org/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix time: <http://www.w3.org/2006/time#> .
@prefix org: <http://www.w3.org/ns/org#> .

e:middle a e:Town ; rdfs:label "Middle"@en, "Mitte"@de ; wgs84:lat 50.0 ; wgs84:long 10.0 ;
  e:near e:schema ; e:related e:wkt, e:swapped ; e:owns e:thing1 .
e:schema a e:Town ; rdfs:label "By schema"@en ; schema:geo [ schema:latitude "51.5" ; schema:longitude 11.5 ] .
e:wkt a e:Town ; rdfs:label "By WKT"@en ; geo:hasGeometry e:geometry .
e:geometry rdfs:label "A geometry" ; geo:asWKT "POINT(12 52)"^^geo:wktLiteral .
e:swapped a e:Town ; rdfs:label "Latitude first"@en ;
  geo:asWKT "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(53 13)"^^geo:wktLiteral .
e:other a e:Town ; rdfs:label "Keeper"@en ; dcat:centroid "POINT(14.5 54)"^^geo:wktLiteral .
e:middle e:kept e:other .
e:off a e:Town ; rdfs:label "Off the Earth"@en ; wgs84:lat 95 ; wgs84:long 10 ; e:owns e:middle .
e:area a e:Town ; rdfs:label "An area"@en ; geo:asWKT "POLYGON((0 0, 1 0, 1 1, 0 0))"^^geo:wktLiteral .

e:thing1 a e:Thing ; rdfs:label "Owned"@en ; e:owns e:event1, e:event2, e:event3, e:event4, e:event5 ;
  e:begun "1968"^^xsd:gYear ; e:begunAfter "1968-03-01"^^xsd:date ; e:begunBefore "1968-12-31"^^xsd:date ;
  e:seen "2020"^^xsd:gYear .
e:event1 rdfs:label "By schema"@en ; schema:startDate "2001-02"^^xsd:gYearMonth ; schema:endDate "2003"^^xsd:gYear .
e:event2 rdfs:label "By OWL-Time"@en ; dct:temporal
  [ time:hasBeginning [ time:inXSDDate "2004-05-06"^^xsd:date ] ; time:hasEnd [ time:inXSDgYear "2005"^^xsd:gYear ] ] .
e:event3 rdfs:label "By DCAT"@en ; dct:temporal [ dcat:startDate "2006"^^xsd:gYear ] .
e:event4 rdfs:label "Issued"@en ; dct:issued "2007-08-09"^^xsd:date .
e:event5 rdfs:label "Never"@en ; dct:issued "soon" .
"""
SETTINGS = (
    ANY_FILE
    + f"""
[pictures.dates]
start = ["{BASE}id/begun"]
start_earliest = ["{BASE}id/begunAfter"]
start_latest = ["{BASE}id/begunBefore"]
attested = ["{BASE}id/seen"]

[[catalogue.spatial]]
iri = "http://publications.europa.eu/resource/authority/country/FRA"
name = {{ en = "France" }}
bbox = [-62, -22, 56, 52]
"""
)
FILES = {"ontology/terms.ttl": PREFIXES + TERMS, "data/things.ttl": PREFIXES + DATA}


@pytest.fixture(scope="module")
def small_app(app_of: AppOf, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return app_of(built(tmp_path_factory.mktemp("small"), FILES, SETTINGS).release.path)


@pytest.fixture
def client(small_app: Flask) -> FlaskClient:
    return small_app.test_client()


def drawn(client: FlaskClient, name: str, of: str = "", **more: str) -> str:
    about = {"of": f"{BASE}id/{of}"} if of else {}
    reply = client.get(f"/picture/{name}", query_string={**about, "lang": "en", **more})
    assert reply.status_code == 200, reply.text
    return reply.text


def table(client: FlaskClient, name: str, of: str = "") -> list[list[str]]:
    """The rows of the table beside a picture."""
    html = drawn(client, f"{name}.html", of)
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.split("<td[^>]*>", row)[1:] for row in body.split("<tr>")[1:]]
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: str) -> str:
    return "".join(part.partition(">")[2] for part in f">{cell}".split("<")).strip()


def test_places_by_every_standard(client: FlaskClient) -> None:
    """What the catalogue covers is no place."""
    assert table(client, "map") == [
        ["By schema", "51.5", "11.5"],
        ["By WKT", "52", "12"],
        ["Keeper", "54", "14.5"],
        ["Latitude first", "53", "13"],
        ["Middle", "50", "10"],
    ]


def test_a_map_shows_a_thing_and_what_it_is_linked_to_by_the_strongest_kind(client: FlaskClient) -> None:
    assert table(client, "map", "middle") == [
        ["Middle", "", "50", "10"],
        ["By schema", "near", "51.5", "11.5"],
        ["Keeper", "kept by", "54", "14.5"],
        ["Latitude first", "related to", "53", "13"],
        ["By WKT", "related to", "52", "12"],
    ]
    svg = drawn(client, "map", "middle")
    assert {"Middle", "By schema", "By WKT", "Latitude first", "Keeper"} <= set(texts(svg))
    assert read(svg).findtext(f"{SVG}title") == "Places of Middle"
    assert "An area" not in svg


def test_a_network_reads_links_in_either_direction(client: FlaskClient) -> None:
    assert table(client, "network", "middle") == [
        ["near", "By schema"],
        ["kept by", "Keeper"],
        ["owned by", "Off the Earth"],
        ["owns", "Owned"],
        ["related to", "By WKT"],
        ["related to", "Latitude first"],
    ]
    assert table(client, "network", "other") == [["kept by: Keeper", "Middle"]]
    assert "near (1)" in texts(drawn(client, "network", "middle"))


def test_times_by_every_standard_and_by_the_settings(client: FlaskClient) -> None:
    assert table(client, "timeline", "thing1") == [
        ["Owned", "", "start: between March 1968 and 1968; attested: 2020"],
        ["By schema", "owns", "start: February 2001; end: 2003"],
        ["By OWL-Time", "owns", "start: 6 May 2004; end: 2005"],
        ["By DCAT", "owns", "start: 2006"],
        ["Issued", "owns", "9 August 2007"],
        ["Never", "owns", "no date known"],
    ]
    svg = drawn(client, "timeline", "thing1")
    assert "Never" not in svg
    assert "1 more has no date and is not in the picture: it is in the table." in texts(svg)
    assert read(svg).findtext(f"{SVG}title") == "Timeline of Owned"
    page = drawn(client, "timeline.html", "thing1")
    assert re.search('<a href="#page-table">All 6 in the table</a>', page)


def test_the_class_diagram_counts_instances(client: FlaskClient) -> None:
    assert table(client, "classes") == [
        ["Thing", "13", ""],
        ["Town", "8", "Thing"],
        ["Ring one", "0", "Ring two"],
        ["Ring two", "0", "Ring one"],
    ]
    lines = texts(drawn(client, "classes"))
    assert {"Thing", "13", "Town", "8", "Ring one", "Ring two", "owns → Thing"} <= set(lines)


def test_settings_choose_what_is_followed(app_of: AppOf, tmp_path: Path) -> None:
    chosen = SETTINGS + f'[pictures]\nnetwork = ["{BASE}id/related", "{BASE}id/kept"]\nmap = ["{BASE}id/kept"]\n'
    client = app_of(built(tmp_path, FILES, chosen).release.path).test_client()
    kinds = [kind for kind, _ in table(client, "network", "middle")]
    assert list(dict.fromkeys(kinds)) == ["related to", "kept by"]
    assert [row[0] for row in table(client, "map", "middle")] == ["Middle", "Keeper"]


def test_the_language_is_the_one_asked_for(client: FlaskClient) -> None:
    svg = drawn(client, "map", "middle", lang="de")
    assert read(svg).attrib["lang"] == "de"
    assert read(svg).findtext(f"{SVG}title") == "Orte zu Mitte"
    assert client.get(f"/picture/map?of={BASE}id/middle", headers={"Accept-Language": "de"}).text == svg


def test_a_crowd_is_bounded_and_counted(app_of: AppOf, tmp_path: Path) -> None:
    """A thing with 5,000 neighbours: few are drawn, how many more there are is said."""
    crowd = "".join(
        f'e:n{n} e:related e:hub ; rdfs:label "Neighbour {n}" ; wgs84:lat {n % 80} ; wgs84:long {n % 170} ;'
        f' schema:startDate "{1000 + n % 1000}"^^xsd:gYear .\n'
        for n in range(5000)
    )
    files: Mapping[str, Any] = {**FILES, "data/crowd.ttl": PREFIXES + DATA.partition("e:middle")[0] + crowd}
    client = app_of(built(tmp_path, files, SETTINGS).release.path).test_client()
    network = drawn(client, "network", "hub")
    assert "related to (5000)" in texts(network)
    assert "and 4956 more" in texts(network)
    assert marks(network) == 44
    assert "4,956 more are not in the picture: they are in the table." in texts(network)
    assert marks(drawn(client, "map", "hub")) <= 62
    assert len(table(client, "timeline", "hub")) == 60
    every = drawn(client, "map")
    assert len(every) < 150_000
    assert "4,805 more are not listed." in drawn(client, "map.html")


def test_hostile_labels_stay_text(app_of: AppOf, tmp_path: Path) -> None:
    label = '</title><script>alert(1)</script>\\u0007\\"'
    more = (
        f'e:evil e:related e:evil2 ; rdfs:label "{label}" ; wgs84:lat 1 ; wgs84:long 2 . e:evil2 rdfs:label "{label}" .'
    )
    files: Mapping[str, Any] = {**FILES, "data/evil.ttl": PREFIXES + DATA.partition("e:middle")[0] + more}
    client = app_of(built(tmp_path, files, SETTINGS).release.path).test_client()
    for name, of in (("map", "evil"), ("network", "evil"), ("map", "")):
        svg = drawn(client, name, of)
        assert "<script" not in svg
        assert '</title><script>alert(1)</script>\ufffd"' in " ".join(read(svg).itertext())
        assert "<script" not in without_own(drawn(client, f"{name}.html", of))


def test_drawing_is_deterministic(app_of: AppOf, tmp_path: Path, client: FlaskClient) -> None:
    again = app_of(built(tmp_path, FILES, SETTINGS).release.path).test_client()
    for name, of in (("map", "middle"), ("map", ""), ("timeline", "thing1"), ("network", "middle"), ("classes", "")):
        for size in ("wide", "narrow"):
            assert drawn(client, name, of, size=size) == drawn(again, name, of, size=size)
