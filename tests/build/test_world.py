"""The imported tables of the repository: what is committed is what the import makes, and what it must not say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from ldpub.build.importing import import_tables, write_import
from ldpub.build.importing.run import read_mappings
from ldpub.build.project import open_project

ROOT = Path(__file__).parents[2]
WORLD = ROOT / "data" / "world"
CD = "https://w3id.org/city-diplomacy/ontology#"
DCT = "http://purl.org/dc/terms/"


def test_the_import_makes_the_committed_files_byte_by_byte() -> None:
    stale = [
        fault for imported in import_tables(open_project(ROOT)) for fault in write_import(ROOT, imported, is_check=True)
    ]
    assert stale == []


def test_mappings_without_a_table_of_ours_are_disabled() -> None:
    mappings = read_mappings(open_project(ROOT))
    assert {mapping.name for mapping in mappings if not mapping.enabled} == {"95-etmun", "96-urbact"}
    assert all((ROOT / mapping.table).is_file() == mapping.enabled for mapping in mappings)
    assert {WORLD / f"{path.stem}.ttl" for path in WORLD.glob("*.ttl")} == {
        ROOT / mapping.output for mapping in mappings if mapping.enabled
    }


@pytest.mark.parametrize("path", sorted(WORLD.glob("*.ttl")), ids=lambda path: path.stem)
def test_each_graph_says_its_licence_date_and_origin_and_no_twinning(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"cd:(TownTwinning|CityRelation|twinnedWith|partneredWith|hasRelationWith|participant)\b", text
    )
    graph = NamedNode(f"https://w3id.org/city-diplomacy/graph/data/world/{path.stem}")
    head = text.split("\nacknowledged:", 1)[0]
    said = {q.predicate.value for q in parse(path=str(path), format=RdfFormat.TURTLE) if q.subject == graph}
    assert {DCT + "rights", DCT + "created", DCT + "title", "http://www.w3.org/ns/prov#wasDerivedFrom"} <= said
    assert (DCT + "license" in said) != (path.stem in ("eurocities", "declarations", "network-facts"))
    assert "Made by `ldpub import`" in head


def test_a_curated_city_keeps_its_iri() -> None:
    pairs = (WORLD / "wikidata-pairs.ttl").read_text(encoding="utf-8")
    assert "city:hannover" in pairs
    assert not re.search(r"place:q1715\b", "".join(p.read_text(encoding="utf-8") for p in WORLD.glob("*.ttl")))
