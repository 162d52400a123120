"""How often the first candidate is the right one, on the shipped data: names as `variants.py` makes them of its own."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ldpub.release import RECONCILIATION
from serve.conftest import AppOf
from variants import Variant, variants

CD = "https://w3id.org/city-diplomacy/ontology#"
BASE = "https://w3id.org/city-diplomacy/"
KINDS = [CD + name for name in ("City", "CityDistrict", "CityNetwork", "Country", "Organisation", "Person", "Region")]


@pytest.fixture(scope="module")
def answers(app_of: AppOf, shipped_release: Path) -> list[tuple[Variant, list[dict[str, object]]]]:
    client = app_of(shipped_release).test_client()
    asked, left_out = variants(shipped_release / RECONCILIATION, KINDS)
    assert len(asked) > 200
    assert left_out < len(asked) / 20
    found = []
    for start in range(0, len(asked), 50):
        batch = {str(n): _query(variant) for n, variant in enumerate(asked[start : start + 50])}
        document = client.post("/reconcile", data={"queries": json.dumps(batch)}).get_json()
        found += [document[key]["result"] for key in batch]
    return list(zip(asked, found, strict=True))


def _query(variant: Variant) -> dict[str, object]:
    given = [{"pid": CD + "country", "v": {"id": variant.place}}] if variant.place else []
    return {"query": variant.text, "properties": given, "limit": 3}


def test_the_first_is_right(answers: list[tuple[Variant, list[dict[str, object]]]]) -> None:
    asked = Counter(variant.kind for variant, _ in answers)
    missed = [(v, [c["id"] for c in found]) for v, found in answers if not found or BASE + str(found[0]["id"]) != v.iri]
    assert {"label", "slip", "folded"} <= asked.keys()
    assert len(missed) <= len(answers) / 50, missed
    assert not [each for each in missed if each[0].kind != "slip"]


def test_no_match_is_wrong(answers: list[tuple[Variant, list[dict[str, object]]]]) -> None:
    sure = [(v, found[0]) for v, found in answers if found and found[0]["match"]]
    assert len(sure) > len(answers) / 3
    assert not [(v, first["id"]) for v, first in sure if BASE + str(first["id"]) != v.iri]
