"""Reconciliation in the test's own process: what is found and why, when it is a match, and what no request may do."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ldpub.serve.app import create_app
from ldpub.serve.budget import Budget
from ldpub.serve.reconcile.queries import BATCH
from ldpub.serve.reconcile.views import Reconciliation
from ldpub.serve.snapshot import Snapshots
from serve.conftest import AppOf, open_embedded
from small import built

FORM = "application/x-www-form-urlencoded"
PLACES = """
@prefix e: <https://example.org/set/id/> .
@prefix o: <https://example.org/set/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <http://schema.org/> .
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:uk a o:Country ; rdfs:label "United Kingdom"@en, "Vereinigtes Königreich"@de ; o:code "GB" .
e:us a o:Country ; rdfs:label "United States"@en, "Vereinigte Staaten"@de ; o:code "US" .
e:bristol a o:City ; rdfs:label "Bristol" ; o:country e:uk ; geo:lat 51.45 ; geo:long -2.6 ; o:people 480000 ;
  o:founded "1155"^^xsd:gYear ; schema:sameAs <http://www.wikidata.org/entity/Q23154> ; o:near e:bath .
e:bristol-us a o:City ; rdfs:label "Bristol" ; o:country e:us ; geo:lat 41.68 ; geo:long -72.94 ; o:people 60000 .
e:bath a o:City ; rdfs:label "Bath" ; skos:altLabel "Aquae Sulis"@la ; o:country e:uk ; geo:lat 51.38 ; geo:long -2.36 .
e:koeln a o:City ; rdfs:label "Köln"@de, "Cologne"@en ; o:opened "2020-05-17"^^xsd:date ; o:share 0.5 ;
  rdfs:comment "<b>&" ; o:seen "2020-05-17T10:00:00Z"^^xsd:dateTime .
e:evil a o:City ; rdfs:label "<script>alert(1)</script>" ; rdfs:comment "\\"><img src=x onerror=1>" .
e:bristol-club a o:Club ; rdfs:label "Bristol Rovers" .
"""
ONTOLOGY = """
@prefix o: <https://example.org/set/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
o:Place a owl:Class ; rdfs:label "Place"@en, "Ort"@de .
o:City a owl:Class ; rdfs:label "City"@en, "Stadt"@de ; rdfs:subClassOf o:Place ; rdfs:comment "A town."@en .
o:country a owl:ObjectProperty ; rdfs:label "country"@en, "Staat"@de .
"""
O = "https://example.org/set/ontology#"  # noqa: E741


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("places")
    return built(folder, {"data/places.ttl": PLACES, "ontology/o.ttl": ONTOLOGY}).release.path


@pytest.fixture(scope="module")
def app(app_of: AppOf, places: Path) -> Flask:
    return app_of(places)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(client: FlaskClient, query: dict[str, Any]) -> list[dict[str, Any]]:
    """The candidates of one query of version 0.2."""
    reply = client.post("/reconcile", data={"queries": json.dumps({"q": query})})
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.get_json()["q"]["result"]
    return found


def match(client: FlaskClient, **query: Any) -> list[dict[str, Any]]:
    """The candidates of one query of the draft of 1.0."""
    reply = client.post("/reconcile/v1/match", json={"queries": [query]})
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.get_json()["results"][0]["candidates"]
    return found


def features(candidate: dict[str, Any]) -> dict[str, Any]:
    keys = [feature["id"] for feature in candidate["features"]]
    assert len(set(keys)) == len(keys)
    return {feature["id"]: feature["value"] for feature in candidate["features"]}


@pytest.mark.parametrize(
    ("typed", "first", "is_match"),
    [
        ("Köln", "koeln", True),
        ("KOELN", "koeln", True),
        ("koln", "koeln", True),
        ("Cologne", "koeln", True),
        ("Colgone", "koeln", False),
        ("aquae sulis", "bath", True),
        ("Bristol", "bristol", False),
        ("Q23154", "bristol", True),
        ("http://www.wikidata.org/entity/Q23154", "bristol", True),
        ("id/bristol-us", "bristol-us", True),
        ("https://example.org/set/id/bristol-us", "bristol-us", True),
        ("GB", "uk", True),
        ("Vereinigtes Koenigreich", "uk", True),
    ],
)
def test_names_and_identifiers(client: FlaskClient, typed: str, first: str, is_match: bool) -> None:
    candidates = ask(client, {"query": typed})
    assert candidates[0]["id"] == f"id/{first}"
    assert candidates[0]["match"] is is_match
    assert not any(candidate["match"] for candidate in candidates[1:])
    scores = [candidate["score"] for candidate in candidates]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("pid", "value", "first"),
    [
        (O + "country", "United States", "bristol-us"),
        (O + "country", "Vereinigte Staaten", "bristol-us"),
        (O + "country", "us", "bristol-us"),
        (O + "country", {"id": "id/us"}, "bristol-us"),
        ("country", "GB", "bristol"),
        ("Staat", ["France", "GB"], "bristol"),
        (O + "people", 60000, "bristol-us"),
        (O + "people", "60000", "bristol-us"),
        ("coordinates", "41.7, -72.9", "bristol-us"),
        ("http://www.w3.org/2003/01/geo/wgs84_pos#lat_long", "POINT(-72.9 41.7)", "bristol-us"),
        ("http://schema.org/sameAs", "Q23154", "bristol"),
    ],
)
def test_properties_tell_namesakes_apart(client: FlaskClient, pid: str, value: Any, first: str) -> None:
    candidates = ask(client, {"query": "Bristol", "properties": [{"pid": pid, "v": value}]})
    assert candidates[0]["id"] == f"id/{first}"
    assert candidates[0]["match"] is True
    assert candidates[0]["score"] > candidates[1]["score"]


def test_scores_say_why(client: FlaskClient) -> None:
    asked = [{"pid": O + "country", "v": "GB"}, {"pid": "coordinates", "v": "51.4,-2.6"}, {"pid": "none", "v": 1}]
    found = features(ask(client, {"query": "bristol", "type": "City", "properties": asked})[0])
    assert found["name_similarity"] == 100
    assert found["name_same"] is found["name_is_label"] is found["type_match"] is True
    assert found[f"property {O}country"] == 100
    assert 5 < found["distance_km"] < 6
    assert found["property none"] is False
    candidate = match(client, conditions=[{"matchType": "name", "propertyValue": "Bristl"}])[0]
    assert "Bristol" in next(f["name"] for f in candidate["features"] if f["id"] == "name_similarity")
    assert features(candidate)["name_same"] is False


def test_latitude_and_longitude_make_one_point(client: FlaskClient) -> None:
    axes = "http://www.w3.org/2003/01/geo/wgs84_pos#"
    asked = [{"pid": axes + "lat", "v": 41.7}, {"pid": axes + "long", "v": "-72.9"}]
    first = ask(client, {"query": "Bristol", "properties": asked})[0]
    assert first["id"] == "id/bristol-us"
    assert features(first)["distance_km"] < 10


def test_a_slip_matches_where_a_place_nearby_confirms_it(client: FlaskClient) -> None:
    near = [{"pid": "coordinates", "v": "51.45,-2.6"}]
    first = ask(client, {"query": "Bristoll", "properties": near})[0]
    assert (first["id"], first["match"]) == ("id/bristol", True)
    far = [{"pid": "coordinates", "v": "10,10"}]
    assert not any(c["match"] for c in ask(client, {"query": "Bath", "properties": far}))


def test_types(client: FlaskClient) -> None:
    assert ask(client, {"query": "Bristol Rovers", "type": O + "City"})[0]["id"] != "id/bristol-club"
    assert ask(client, {"query": "Bristol Rovers", "type": [O + "Club", O + "City"]})[0]["id"] == "id/bristol-club"
    assert ask(client, {"query": "Köln", "type": O + "Place"})[0]["id"] == "id/koeln", "a subclass is of the class"
    assert ask(client, {"query": "Köln", "type": "Stadt"})[0]["id"] == "id/koeln"
    assert ask(client, {"query": "Köln", "type": "nothing"}) == []
    assert ask(client, {"query": "Köln", "type": [O + "City", O + "Club"], "type_strict": "all"}) == []
    should = ask(client, {"query": "Köln", "type": O + "Club", "type_strict": "should"})
    assert should[0]["id"] == "id/koeln"
    assert features(should[0])["type_match"] is False


def test_conditions_alone_find(client: FlaskClient) -> None:
    def ids(**condition: Any) -> list[str]:
        return [c["id"] for c in match(client, conditions=[{"matchType": "property", **condition}])]

    assert ids(propertyId=O + "country", propertyValue="GB") == ["id/bath", "id/bristol"]
    assert ids(propertyId=O + "people", propertyValue=480000) == ["id/bristol"]
    assert ids(propertyId=O + "founded", propertyValue="1155") == ["id/bristol"]
    assert ids(propertyId="coordinates", propertyValue="51.38,-2.36")[0] == "id/bath"
    assert ids(propertyId=O + "near", propertyValue={"id": "id/bath"}) == ["id/bristol"]
    assert ids(propertyId="unknown", propertyValue="x") == []
    by_id = match(client, conditions=[{"matchType": "id", "propertyValue": "id/bath"}])
    assert [(c["id"], c["match"]) for c in by_id] == [("id/bath", True)]


def test_required_and_quantifiers(client: FlaskClient) -> None:
    name = {"matchType": "name", "propertyValue": "Bristol"}
    country = {"matchType": "property", "propertyId": O + "country", "propertyValue": ["GB", "US"]}

    def ids(**more: Any) -> list[str]:
        return [c["id"] for c in match(client, conditions=[name, {**country, **more}]) if c["name"] == "Bristol"]

    assert ids(required=True) == ["id/bristol", "id/bristol-us"]
    assert ids(required=True, matchQuantifier="all") == []
    assert ids(required=True, matchQuantifier="none") == []
    assert ids(required=True, matchQuantifier="none", propertyValue="GB") == ["id/bristol-us"]
    slip = {"matchType": "name", "propertyValue": "Brxxxl", "required": True}
    assert match(client, conditions=[slip]) == []


def test_limits_of_candidates(client: FlaskClient) -> None:
    assert len(ask(client, {"query": "Bristol", "limit": 1})) == 1
    assert len(ask(client, {"query": "Bristol", "limit": 1e9})) >= 2


def test_extension_keeps_what_a_value_is(client: FlaskClient) -> None:
    asked = {
        "ids": ["id/bristol", "id/koeln", "https://example.org/set/id/bath"],
        "properties": [{"id": O + key} for key in ("country", "people", "founded", "opened", "share", "seen")],
    }
    rows = client.get("/reconcile?" + urlencode({"extend": json.dumps(asked)})).get_json()["rows"]
    assert rows["id/bristol"][O + "country"] == [{"id": "id/uk", "name": "United Kingdom"}]
    assert rows["id/bristol"][O + "people"] == [{"int": 480000}]
    assert rows["id/bristol"][O + "founded"] == [{"str": "1155"}]
    assert rows["id/koeln"][O + "opened"] == [{"date": "2020-05-17T00:00:00"}]
    assert rows["id/koeln"][O + "share"] == [{"float": 0.5}]
    assert rows["id/koeln"][O + "seen"] == [{"date": "2020-05-17T10:00:00Z"}]
    assert rows["https://example.org/set/id/bath"][O + "country"][0]["id"] == "id/uk"


@pytest.mark.parametrize("name", ["coordinates", "http://www.w3.org/2003/01/geo/wgs84_pos#lat_long"])
def test_extension_gives_coordinates_as_conditions_take_them(client: FlaskClient, name: str) -> None:
    counted = {"id": name, "settings": {"count": True}}
    asked = {"ids": ["id/bath", "id/uk", "id/none"], "properties": [{"id": name}]}
    reply = client.post("/reconcile/v1/extend?lang=de", json=asked).get_json()
    assert reply["meta"] == [{"id": name, "name": "Koordinaten (Breite, Länge)"}]
    rows = reply["rows"]
    (bath, *others) = [row["properties"][0]["values"] for row in rows]
    assert others == [[], []]
    near = [{"matchType": "property", "propertyId": name, "propertyValue": bath[0]["str"]}]
    assert features(match(client, conditions=near)[0])["distance_km"] == 0
    meta = client.post("/reconcile/v1/extend", json=asked).get_json()["meta"]
    assert [column["name"] for column in meta] == ["coordinates (latitude, longitude)"]
    counts = client.post("/reconcile/v1/extend", json={**asked, "properties": [counted]}).get_json()["rows"]
    assert [row["properties"][0]["values"] for row in counts] == [[{"int": 1}], [{"int": 0}], [{"int": 0}]]


def test_extension_settings(client: FlaskClient) -> None:
    label = "http://www.w3.org/2000/01/rdf-schema#label"

    def values(key: str, name: str, **settings: Any) -> list[dict[str, Any]]:
        document = {"ids": [key], "properties": [{"id": name, "settings": settings}]}
        reply = client.post("/reconcile/v1/extend", json=document)
        found: list[dict[str, Any]] = reply.get_json()["rows"][0]["properties"][0]["values"]
        return found

    assert values("id/koeln", label, lang="de") == [{"str": "Köln", "lang": "de"}]
    assert len(values("id/koeln", label, limit="1")) == 1
    assert values("id/koeln", label, count=True) == [{"int": 2}]
    assert values("id/bristol", O + "country", content="id") == [{"str": "id/uk"}]
    kind = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    assert {"str": O + "Place"} in values("id/koeln", kind)
    assert values("id/koeln", kind, inferred=False) == [{"str": O + "City"}]


def test_suggestions_go_on_at_the_cursor(client: FlaskClient) -> None:
    def ids(target: str) -> list[str]:
        return [each["id"] for each in client.get(f"/reconcile/suggest/{target}").get_json()["result"]]

    everything = ids("entity?prefix=")
    assert len(everything) == 9, "with the publisher"
    assert ids("entity?prefix=&cursor=3") == everything[3:]
    assert ids("entity?prefix=bri")[:1] == ["id/bristol"]
    assert ids("entity?prefix=Bristoll") != []
    assert ids("entity?prefix=id/bath") == ["id/bath"]
    assert ids("type?prefix=sta") == [O + "City"]
    assert ids("property?prefix=coord") == ["http://www.w3.org/2003/01/geo/wgs84_pos#lat_long"]
    assert ids("type?prefix=city") == [O + "City"], "words of IRIs are not those of names"
    assert ids("type?prefix=set") == ids("property?prefix=example") == []
    assert set(ids(f"type?prefix={O}C".replace("#", "%23"))) == {O + "City", O + "Country", O + "Club"}
    city = client.get("/reconcile/suggest/type?prefix=city").get_json()["result"][0]
    assert (city["description"], city["broader"]) == ("A town.", [{"id": O + "Place", "name": "Place"}])


def test_terms_whose_names_begin_so_come_first(client: FlaskClient) -> None:
    """Before those with words that do."""
    found = client.get("/reconcile/suggest/type?prefix=c").get_json()["result"]
    assert [each["name"] for each in found][:3] == ["City", "Country", "Club"], "of equals those with most things"
    found = client.get("/reconcile/suggest/type?prefix=Ort&lang=de").get_json()["result"]
    assert [each["name"] for each in found] == ["Ort"]


def test_the_preview_may_be_framed_and_is_escaped(client: FlaskClient) -> None:
    reply = client.get("/reconcile/preview?id=id/evil")
    assert reply.status_code == 200
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors *" in policy
    assert "script" not in policy
    assert "X-Frame-Options" not in reply.headers
    assert "<script" not in reply.text
    assert "<img" not in reply.text
    assert "&lt;script&gt;" in reply.text
    assert len(reply.data) < 5000
    assert "frame-ancestors 'none'" in client.get("/reconcile").headers["Content-Security-Policy"]
    german = client.get("/reconcile/preview?id=id/bristol", headers={"Accept-Language": "de"}).text
    assert "Stadt, Vereinigtes Königreich" in german


def test_identifiers_lead_to_the_thing(client: FlaskClient) -> None:
    reply = client.get("/reconcile/view?id=id%2Fbath")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/id/bath")
    for path in ("view", "preview", "v1/preview"):
        assert client.get(f"/reconcile/{path}?id=none").status_code == 404
        assert client.get(f"/reconcile/{path}").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1", "10.0.0.1", "999.1.1.1"])
def test_no_foreign_host_comes_into_the_manifest(client: FlaskClient, host: str) -> None:
    document = client.get("/reconcile", headers={"Host": host}).text
    assert host not in document
    assert '"https://example.org/set/reconcile/preview?id={{id}}"' in document


def test_on_this_machine_the_manifest_leads_to_it(client: FlaskClient) -> None:
    document = client.get("/reconcile/v1", headers={"Host": "127.0.0.1:8000"}).get_json()
    assert document["view"]["url"] == "http://127.0.0.1:8000/{+id}"


@pytest.mark.parametrize(
    "path", ["/reconcile", "/reconcile/v1", "/reconcile/suggest/type?prefix=", "/reconcile/propose"]
)
def test_head_and_options_and_validators(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Length"] == got.headers["Content-Length"]
    assert client.get(path, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304
    preflight = client.options(path, headers={"Access-Control-Request-Headers": "content-type"})
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type"
    assert "Access-Control-Allow-Credentials" not in preflight.headers


def test_there_is_no_jsonp(client: FlaskClient) -> None:
    reply = client.get("/reconcile?callback=alert")
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert b"alert" not in reply.data


QUERIES = [
    ("/reconcile", FORM, "queries=" + "[" * 100_000, 400),
    ("/reconcile", FORM, "queries=nonsense", 400),
    ("/reconcile", FORM, "queries=[]", 400),
    ("/reconcile", FORM, 'queries={"q":3}', 400),
    ("/reconcile", FORM, 'queries={"q":{}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":3}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":"a","limit":"x"}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":"a","limit":-1}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":"a","limit":NaN}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":"a","limit":1e999}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":"a","type":3}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":"a","type_strict":"x"}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":"a","properties":{}}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":"a","properties":[{"pid":"x"}]}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":"a","properties":[{"pid":"x","v":null}]}}', 400),
    ("/reconcile", FORM, 'queries={"q":{"query":"a","properties":[{"pid":"x","v":{"name":"y"}}]}}', 400),
    ("/reconcile", FORM, "nothing=1", 400),
    ("/reconcile", FORM, "queries={}&extend={}", 400),
    ("/reconcile", FORM, "extend=[]", 400),
    ("/reconcile", FORM, 'extend={"ids":[1],"properties":[]}', 400),
    ("/reconcile", FORM, 'extend={"ids":["a"],"properties":["x"]}', 400),
    ("/reconcile", FORM, 'extend={"ids":["a"],"properties":[{"id":"x","settings":{"limit":[]}}]}', 200),
    ("/reconcile", FORM, 'extend={"ids":["a"],"properties":[{"id":"x","settings":{"limit":"many"}}]}', 400),
    ("/reconcile", FORM, "queries=" + json.dumps({str(n): {"query": "a"} for n in range(BATCH + 1)}), 413),
    ("/reconcile", FORM, "queries=" + "a" * 1_000_001, 413),
    ("/reconcile", "application/json", "{}", 415),
    ("/reconcile", "text/plain", "queries={}", 415),
    ("/reconcile/v1/match", "application/json", "{", 400),
    ("/reconcile/v1/match", "application/json", "[" * 200_000, 400),
    ("/reconcile/v1/match", "application/json", '{"queries":{}}', 400),
    (
        "/reconcile/v1/match",
        "application/json",
        '{"queries":[{"conditions":[{"matchType":"x","propertyValue":1}]}]}',
        400,
    ),
    ("/reconcile/v1/match", "application/json", json.dumps({"queries": [{}] * (BATCH + 1)}), 413),
    ("/reconcile/v1/match", FORM, "queries={}", 415),
    ("/reconcile/v1/extend", "application/json", json.dumps({"ids": ["a"] * 501, "properties": []}), 413),
    ("/reconcile/v1/extend", "application/json", "\udcff".encode("utf-8", "surrogateescape"), 400),
]


@pytest.mark.parametrize(("path", "kind", "body", "status"), QUERIES, ids=range(len(QUERIES)))
def test_what_is_wrong_is_told(client: FlaskClient, path: str, kind: str, body: str | bytes, status: int) -> None:
    began = time.perf_counter()
    reply = client.post(path, data=body, content_type=kind)
    assert reply.status_code == status, reply.text[:300]
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    if status >= 400:
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.get_json()["detail"]
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "target",
    [
        "suggest/entity?cursor=x",
        "suggest/entity?cursor=-1",
        "suggest/entity?cursor=99999999",
        "propose?limit=0",
        "propose?limit=x",
        "?queries=",
        "?query=old",
    ],
)
def test_wrong_parameters_are_told(client: FlaskClient, target: str) -> None:
    assert client.get(f"/reconcile{'' if target[0] == '?' else '/'}{target}").status_code == 400
    assert client.get("/reconcile/suggest/nothing").status_code == 404


@pytest.mark.parametrize(
    "name", ["a" * 900_000, "ab " * 300_000, "ł" * 400_000, "\U0001f600" * 200_000, "Köln" * 200_000]
)
def test_long_names_take_bounded_time(client: FlaskClient, name: str) -> None:
    began = time.perf_counter()
    reply = client.post(
        "/reconcile/v1/match", json={"queries": [{"conditions": [{"matchType": "name", "propertyValue": name}]}]}
    )
    assert reply.status_code in (200, 413)
    assert time.perf_counter() - began < 5


def test_a_client_has_a_budget(places: Path) -> None:
    clock = [0.0]

    def now() -> float:
        clock[0] += 1.0
        return clock[0]

    snapshots = Snapshots(places, open_embedded)
    bounded = create_app(snapshots, reconciliation=Reconciliation(Budget(1, 0.5, now))).test_client()
    statuses = [bounded.get("/reconcile/suggest/type?prefix=").status_code for _ in range(4)]
    assert statuses[0] == 200
    assert 429 in statuses
    refused = bounded.get("/reconcile/suggest/type?prefix=")
    assert refused.headers["Retry-After"]
    assert bounded.get("/reconcile").status_code == 200, "the manifest costs nothing"
    snapshots.close()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
VALUES = (
    st.text(max_size=60)
    | st.floats()
    | st.booleans()
    | st.integers()
    | st.fixed_dictionaries({"id": st.text(max_size=20)})
)
CONDITIONS = st.fixed_dictionaries(
    {"matchType": st.sampled_from(["name", "id", "property"]), "propertyValue": VALUES | st.lists(VALUES, max_size=3)},
    optional={
        "propertyId": st.sampled_from([O + "country", O + "people", "coordinates", "http://schema.org/sameAs"])
        | st.text(max_size=20),
        "required": st.booleans(),
        "matchQuantifier": st.sampled_from(["any", "all", "none"]),
    },
)
BOUNDED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@BOUNDED
@given(document=JSON, extra=JSON)
def test_no_json_makes_an_error_of_ours(client: FlaskClient, document: Any, extra: Any) -> None:
    for body in (document, {"queries": document}, {"queries": [extra]}, {"ids": document, "properties": extra}):
        text = json.dumps(body)
        for path in ("match", "extend"):
            reply = client.post(f"/reconcile/v1/{path}", data=text, content_type="application/json")
            assert reply.status_code in (200, 400, 413)
        for field in ("queries", "extend"):
            assert client.post("/reconcile", data={field: text}).status_code in (200, 400, 413)


@BOUNDED
@given(conditions=st.lists(CONDITIONS, min_size=1, max_size=3), limit=st.integers(1, 20))
def test_any_query_has_candidates_in_order(client: FlaskClient, conditions: list[Any], limit: int) -> None:
    text = json.dumps({"queries": [{"conditions": conditions, "limit": limit}]})
    reply = client.post("/reconcile/v1/match", data=text, content_type="application/json")
    assert reply.status_code in (200, 400), reply.text
    if reply.status_code == 200:
        candidates = reply.get_json()["results"][0]["candidates"]
        scores = [candidate["score"] for candidate in candidates]
        assert scores == sorted(scores, reverse=True)
        assert len(scores) <= limit
        assert all(0 <= score <= 100 for score in scores)
        assert sum(candidate["match"] for candidate in candidates) <= 1


@BOUNDED
@given(text=st.text(max_size=80))
def test_any_text_may_be_asked_for(client: FlaskClient, text: str) -> None:
    key = text or "q"
    batch = {key: {"query": text}}
    reply = client.post("/reconcile", data={"queries": json.dumps(batch)})
    assert reply.status_code == 200
    assert list(reply.get_json()) == [key]
    parameters = {"prefix": text, "type": text, "id": text}
    for path in ("suggest/entity", "suggest/type", "suggest/property", "propose", "view", "preview"):
        reply = client.get(f"/reconcile/{path}?" + urlencode(parameters, errors="surrogatepass"))
        assert reply.status_code in (200, 303, 404)
