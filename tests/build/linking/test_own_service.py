"""`ldpub link` asks the site's own reconciliation service over HTTP, in both versions of its specification."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from commands import Run
from conftest import ROOT, Serve
from small import ANY_FILE, BASE, write

CITIES = "https://w3id.org/city-diplomacy/"
MINE = "https://mine.example.org/"
SETTINGS = """\
[project]
title = { en = "Mine" }
base = "%s"
license = "https://creativecommons.org/licenses/by/4.0/"
publisher = { name = "N", homepage = "https://example.org/" }

[project.prefixes]
cd = "%sontology#"
rdfs = "http://www.w3.org/2000/01/rdf-schema#"
skos = "http://www.w3.org/2004/02/skos/core#"

[link]
target = "%s"
country = "cd:country"

[[link.kinds]]
class = "cd:City"
type = "%s"
fits = ["city"]
other = ["country", "region", "district", "county"]
"""
HEAD = f"""\
@prefix cd: <{MINE}ontology#> . @prefix i: <{MINE}id/> . @prefix schema: <http://schema.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix w: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
"""
NEWPORTS = f"""\
@prefix cd: <{BASE}ontology#> . @prefix i: <{BASE}id/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix w: <http://www.w3.org/2003/01/geo/wgs84_pos#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
cd:City a owl:Class ; rdfs:label "City"@en . cd:County a owl:Class ; rdfs:label "County"@en .
cd:Country a owl:Class ; rdfs:label "Country"@en . cd:country a owl:ObjectProperty ; rdfs:label "country"@en .
i:gb a cd:Country ; rdfs:label "Britain"@en . i:us a cd:Country ; rdfs:label "America"@en .
i:newport-gb a cd:City ; rdfs:label "Newport"@en ; cd:country i:gb ; w:lat 51.58 ; w:long -3.0 .
i:newport-us a cd:City ; rdfs:label "Newport"@en ; cd:country i:us ; w:lat 41.49 ; w:long -71.31 .
i:newport-county a cd:County ; rdfs:label "Newport"@en ; cd:country i:gb ; w:lat 51.6 ; w:long -2.99 .
i:twin a cd:City ; rdfs:label "Twinham"@en ; cd:country i:gb ; w:lat 52.0 ; w:long -1.0 .
i:twin-too a cd:City ; rdfs:label "Twinham"@en ; cd:country i:gb ; w:lat 52.1 ; w:long -1.1 .
"""
MY_NEWPORT = (
    HEAD
    + """
i:gb a cd:Country ; schema:sameAs <{THEIRS}id/gb> . i:a a cd:City ; rdfs:label "Newport"@en ; cd:country i:gb ;
  w:lat 51.58 ; w:long -3.0 .
i:b a cd:City ; rdfs:label "Twinham"@en ; cd:country i:gb ; w:lat 52.05 ; w:long -1.05 .
i:c a cd:City ; rdfs:label "Nowhere at all"@en ; cd:country i:gb .
"""
).replace("{THEIRS}", BASE)


@pytest.fixture(params=["reconcile", "reconcile/v1"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def newports(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A site whose places share their names."""
    return serve(write(tmp_path_factory.mktemp("newports") / "project", {"data/towns.ttl": NEWPORTS}))


def mine(folder: Path, data: str, target: str, *, kind: str = "City") -> Path:
    """A project of its own base that links to a site."""
    write(folder, {"data/places.ttl": data})
    (folder / "ldpub.toml").write_text(SETTINGS % (MINE, MINE, target, kind) + "\n" + ANY_FILE, encoding="utf-8")
    return folder


def table_of(path: Path) -> dict[str, list[dict[str, str]]]:
    """The lines of a table by the thing's local name."""
    found: dict[str, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["thing"].removeprefix(f"{MINE}id/"), []).append(row)
    return found


def our_places() -> str:
    """The places of the shipped project as if they were another's: no links, but those of countries."""
    text = (ROOT / "data/places.ttl").read_text(encoding="utf-8").replace(CITIES, MINE)
    countries = sorted(set(re.findall(r"^country:(\S+)$", text, re.MULTILINE)))
    assert len(countries) > 10
    links = [f"country:{c} <http://schema.org/sameAs> <{CITIES}id/country/{c}> ." for c in countries]
    return "\n".join([text, *links])


def test_every_city_is_found_again(run: Run, tmp_path: Path, site: str, version: str) -> None:
    folder, table = mine(tmp_path / "project", our_places(), CITIES), tmp_path / "links.csv"
    ran = run("link", folder, "--service", f"{site}/{version}", "--table", table, "--accept-clear")
    assert (ran.code, ran.err) == (0, "")
    found = table_of(table)
    assert len(found) == our_places().count("\n  a cd:City ;")
    for name, (first, *others) in found.items():
        assert first["candidate"] == f"id/{name}", "the right one is the first"
        assert (first["same_country"], first["kind"]) == ("yes", "fits")
        assert first["fits"].startswith(("label: ", "alias: "))
        assert not any(row["accept"] for row in others)
        if first["distance_km"]:
            assert (float(first["distance_km"]), first["accept"]) == (0, "yes"), first
    placed = sum(bool(rows[0]["distance_km"]) for rows in found.values())
    assert placed >= 20
    ran = run("link", folder, "--write", "--table", table)
    assert ran.out == f"Wrote {folder}/data/links-accepted.ttl: {placed} links.\n"
    ran = run("link", folder, "--service", f"{site}/{version}", "--check")
    assert (ran.code, ran.out.splitlines()[-1].rpartition(": ")[2]) == (0, "0 errors, 0 warnings."), ran.out


def test_the_check_finds_what_is_wrong(run: Run, tmp_path: Path, site: str, version: str) -> None:
    wrong = {
        "hannover": "city/buffalo",
        "dortmund": "country/de",
        "leipzig": "city/no-such-city",
        "poznan": "city/poznan",
    }
    links = [f"<{MINE}id/city/{one}> <http://schema.org/sameAs> <{CITIES}id/{to}> ." for one, to in wrong.items()]
    folder = mine(tmp_path / "project", "\n".join([our_places(), *links]), CITIES)
    ran = run("link", folder, "--service", f"{site}/{version}", "--check", "--format", "csv")
    assert ran.code == 1
    codes: dict[str, set[str]] = {}
    for row in csv.DictReader(ran.out.splitlines()):
        assert row["file"] == "data/places.ttl"
        codes.setdefault(row["message"].partition(":")[0], set()).add(row["code"])
    assert codes.pop("Hanover") >= {"link.distance", "link.country", "link.name"}
    assert codes.pop("Dortmund") >= {"link.level", "link.shared", "link.name"}
    assert codes.pop("Leipzig") == {"link.deleted"}
    assert codes == {"Germany": {"link.shared"}}, "what is right is not told"


def test_namesakes_are_told_apart_or_warned_of(run: Run, tmp_path: Path, newports: str, version: str) -> None:
    folder, table = mine(tmp_path / "project", MY_NEWPORT, BASE), tmp_path / "links.csv"
    service = f"{newports}/{version}"
    assert run("link", folder, "--service", service, "--table", table, "--accept-clear").code == 0
    found = table_of(table)
    first, *others = found["a"]
    assert (first["candidate"], first["same_country"], first["kind"]) == ("id/newport-gb", "yes", "fits")
    assert [row["candidate"] for row in others] == ["id/newport-us"], "what is of another type was not asked for"
    assert {"in another country", "too far away"} <= set(others[0]["remark"].split("; "))
    assert first["accept"] == "yes", "against the only namesake two things speak"
    assert [row["accept"] for row in found["b"]] == ["", ""], "nothing tells the two of one name and country apart"
    assert "namesakes with a better or nearly the same score: id/twin" in found["b"][0]["remark"]
    assert not any(row["fits"] or row["accept"] for row in found["c"]), "what has no such name is not it"


def test_what_the_settings_call_properties_is_kept(run: Run, tmp_path: Path, newports: str, version: str) -> None:
    """A site of ldpub says that it is one: only what the settings leave as Wikidata has it becomes what it calls so."""
    folder, table = mine(tmp_path / "project", MY_NEWPORT, BASE), tmp_path / "links.csv"
    settings = (folder / "ldpub.toml").read_text()
    named = 'name_properties = ["http://www.w3.org/2004/02/skos/core#altLabel"]'
    for given in ('country_property = ""', 'place_property = ""', named):
        (folder / "ldpub.toml").write_text(settings.replace("[link]\n", f"[link]\n{given}\n"))
        table.unlink(missing_ok=True)
        assert run("link", folder, "--service", f"{newports}/{version}", "--table", table).code == 0
        first = table_of(table)["a"][0]
        assert (first["same_country"] == "", first["distance_km"] == "") == ("country" in given, "place" in given)


def test_another_level_of_the_same_name_is_warned_of(run: Run, tmp_path: Path, newports: str, version: str) -> None:
    data = MY_NEWPORT + f"i:a schema:sameAs <{BASE}id/newport-county> ."
    folder = mine(tmp_path / "project", data, BASE)
    ran = run("link", folder, "--service", f"{newports}/{version}", "--check")
    assert ran.code == 1
    assert "link.level" in run("link", folder, "--service", f"{newports}/{version}", "--check", "--format", "csv").out
    assert "is of another kind: County" in ran.err
