"""Every kind of answer of the reconciliation service over HTTP, held to the official schemas of both versions.

The schemas and examples stand in the folder `reconciliation` of $LDPUB_CONFORMANCE.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from jsonschema import ValidationError
from reconciliation_schemas import FOLDER, VERSIONS, check, examples

from web import FORM, Reply, Web

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no schemas at {FOLDER}: set LDPUB_CONFORMANCE"),
]

ROOTS = {"0.2": "/reconcile", "1.0-draft": "/reconcile/v1"}
NAMES = ["Hannover", "Mykolajiw", "Diyarbakir", "Poznam", "Q1715", "", "Ĥ", "no such thing at all", "Kansas City"]
COUNTRY = "https://w3id.org/city-diplomacy/ontology#country"
CITY = "https://w3id.org/city-diplomacy/ontology#City"


@pytest.fixture(scope="module")
def cities(site: str) -> Iterator[Web]:
    with Web(site) as web:
        yield web


@pytest.fixture(scope="module")
def sites(site: str, foreign_site: str) -> Iterator[list[Web]]:
    with Web(site) as one, Web(foreign_site) as other:
        yield [one, other]


def content(reply: Reply) -> Any:
    assert reply.status == 200, reply.text
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    return json.loads(reply.body)


def post_form(web: Web, field: str, document: Any) -> Reply:
    return web.post("/reconcile", urlencode({field: json.dumps(document)}), FORM)


def post_json(web: Web, path: str, document: Any) -> Reply:
    return web.post(f"/reconcile/v1/{path}", json.dumps(document), "application/json")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_manifest(sites: list[Web], version: str, language: str) -> None:
    for web in sites:
        document = content(web.get(f"{ROOTS[version]}?lang={language}"))
        check(version, "manifest", document)
        assert document["versions"] == [version]
        with pytest.raises(ValidationError):
            check(next(other for other in VERSIONS if other != version), "manifest", document)


def test_results_0_2(cities: Web) -> None:
    batch: dict[str, Any] = {f"q{number}": {"query": name} for number, name in enumerate(NAMES)}
    batch["typed"] = {"query": "Hanover", "type": CITY, "type_strict": "should", "limit": 3}
    batch["where"] = {
        "query": "Bristol",
        "properties": [{"pid": COUNTRY, "v": ["Großbritannien", {"id": "x"}, 3, True]}],
    }
    batch["near"] = {"properties": [{"pid": "coordinates", "v": "52.4,9.7"}]}
    check("0.2", "reconciliation-query-batch", batch)
    for reply in (
        post_form(cities, "queries", batch),
        cities.get("/reconcile?" + urlencode({"queries": json.dumps(batch)})),
    ):
        document = content(reply)
        check("0.2", "reconciliation-result-batch", document)
        assert list(document) == list(batch)
        assert document["q0"]["result"][0]["id"] == "id/city/hannover"
        assert document["near"]["result"][0]["id"] == "id/city/hannover"


def test_results_1_0(cities: Web) -> None:
    queries: list[dict[str, Any]] = [{"conditions": [{"matchType": "name", "propertyValue": name}]} for name in NAMES]
    queries.append(
        {"type": CITY, "conditions": [{"matchType": "id", "propertyValue": "id/city/hannover"}], "lang": "de"}
    )
    country = {"matchType": "property", "propertyId": COUNTRY, "propertyValue": "DE", "required": True}
    queries.append(
        {"conditions": [country, {"matchType": "name", "propertyValue": ["Hannover", "Hanover"]}], "limit": 1}
    )
    check("1.0-draft", "reconciliation-query-batch", {"queries": queries})
    for path in ("match", "reconcile"):
        document = content(post_json(cities, path, {"queries": queries}))
        check("1.0-draft", "reconciliation-result-batch", document)
        assert len(document["results"]) == len(queries)
        assert document["results"][-1]["candidates"][0]["id"] == "id/city/hannover"
        assert all(0 <= c["score"] <= 100 for r in document["results"] for c in r["candidates"])


@pytest.mark.parametrize("version", VERSIONS)
def test_official_examples_of_queries_are_answered(sites: list[Web], version: str) -> None:
    batches = examples(version, "reconciliation-query-batch")
    assert batches
    for web in sites:
        for batch in batches:
            reply = post_form(web, "queries", batch) if version == "0.2" else post_json(web, "match", batch)
            check(version, "reconciliation-result-batch", content(reply))


@pytest.mark.parametrize("version", VERSIONS)
def test_official_examples_of_what_is_wrong_are_refused(cities: Web, version: str) -> None:
    batches = examples(version, "reconciliation-query-batch", "invalid")
    lenient = []
    for batch in batches:
        reply = post_form(cities, "queries", batch) if version == "0.2" else post_json(cities, "match", batch)
        assert reply.status in (200, 400)
        if reply.status == 200:
            lenient.append(batch)
        else:
            assert reply.media_type == "application/problem+json"
    assert not lenient


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("kind", "schema"), [("entity", "entities"), ("type", "types"), ("property", "properties")])
@pytest.mark.parametrize(
    "prefix", ["", "h", "hanno", "Hanover", "city", "Städte", "zzzz", "Q1715", "%00", "(", "id/city"]
)
def test_suggestions(cities: Web, version: str, kind: str, schema: str, prefix: str) -> None:
    for cursor in (0, 3):
        document = content(cities.get(f"{ROOTS[version]}/suggest/{kind}?prefix={quote(prefix)}&cursor={cursor}"))
        check(version, f"suggest-{schema}-response", document)


@pytest.mark.parametrize("version", VERSIONS)
def test_proposals_and_extension(cities: Web, version: str) -> None:
    path = "/reconcile/propose" if version == "0.2" else "/reconcile/v1/extend/propose"
    for target in (path, f"{path}?type={quote(CITY)}&limit=7", f"{path}?type=none"):
        document = content(cities.get(target))
        check(version, "data-extension-property-proposal", document)
    properties = [each["id"] for each in content(cities.get(f"{path}?type={quote(CITY)}"))["properties"]]
    assert COUNTRY in properties
    ids = ["id/city/hannover", "id/city/mykolaiv", "id/relation/hannover-blantyre", "id/none"]
    asked = {"ids": ids, "properties": [{"id": key} for key in properties]}
    check(version, "data-extension-query", asked)
    for given in (asked, *examples(version, "data-extension-query")):
        reply = post_form(cities, "extend", given) if version == "0.2" else post_json(cities, "extend", given)
        document = content(reply)
        check(version, "data-extension-response", document)
        assert [each["id"] for each in document["meta"]] == [each["id"] for each in given["properties"]]
