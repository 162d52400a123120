"""`ldpub link --check`: what is wrong with links that stand, at file and line, by a service and by a local extract."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from commands import Run
from reconciler import Known, Reconciler
from small import write

from .conftest import CITY, HEAD, KNOWN, PROVINCE, SETTINGS

LINKED = (
    HEAD
    + """
e:land a e:Country ; rdfs:label "Land"@en ; schema:sameAs wd:Q1 .
e:good a e:Town ; rdfs:label "Northford"@en ; w:lat 50.0 ; w:long 10.0 ; e:in e:land ; schema:sameAs wd:Q101 .
e:level a e:Town ; rdfs:label "Northford"@en ; e:in e:land ; schema:sameAs wd:Q102 .
e:far a e:Town ; rdfs:label "Northford"@en ; w:lat 50.0 ; w:long 10.0 ; e:in e:land ; schema:sameAs wd:Q103 .
e:named a e:Town ; rdfs:label "Otherwise"@en ; e:in e:land ; schema:sameAs wd:Q201 .
e:moved a e:Town ; rdfs:label "Moved"@en ; schema:sameAs wd:Q401 .
e:gone a e:Town ; rdfs:label "Gone"@en ; schema:sameAs wd:Q501 .
e:mixed a e:Town ; rdfs:label "Mixed"@en ; schema:sameAs wd:Q601 .
e:one a e:Town ; rdfs:label "Shared"@en ; schema:sameAs wd:Q701 .
e:two a e:Suburb ; rdfs:label "Shared"@en ; schema:sameAs wd:Q701 .
e:elsewhere a e:Town ; rdfs:label "Elsewhere"@en ; schema:sameAs <http://other.example/Q1> .
"""
)
KNOWN_NOW = {
    **KNOWN,
    "Q1": Known("Land"),
    "Q401": Known("", became="Q402"),
    "Q402": Known("Moved", (CITY,)),
    "Q601": Known("Mixed", (CITY, PROVINCE)),
    "Q701": Known("Shared", (CITY,)),
}
FIRST = 11
"""The line of e:land."""


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    return write(tmp_path / "project", {"data/towns.ttl": LINKED}, SETTINGS)


@pytest.fixture
def known(service: Reconciler) -> Reconciler:
    service.known = KNOWN_NOW
    return service


def found(text: str) -> dict[int, set[tuple[str, str]]]:
    """Severity and code of the findings, by the number of the thing's line after the first."""
    lines: dict[int, set[tuple[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        assert row["file"] == "data/towns.ttl"
        lines.setdefault(int(row["line"]) - FIRST, set()).add((row["severity"], row["code"]))
    return lines


EXPECTED = {
    2: {("error", "link.level")},
    3: {("error", "link.distance"), ("error", "link.country")},
    4: {("warning", "link.name")},
    5: {("error", "link.redirected")},
    6: {("error", "link.deleted")},
    7: {("warning", "link.level")},
    8: {("error", "link.shared")},
    9: {("error", "link.shared")},
}


def test_each_fault_has_its_place_and_code(run: Run, linked: Path, known: Reconciler) -> None:
    ran = run("link", linked, "--check", "--service", known.url, "--format", "csv")
    assert (ran.code, found(ran.out)) == (1, EXPECTED)


def test_text_and_json_say_the_same(run: Run, linked: Path, known: Reconciler) -> None:
    text = run("link", linked, "--check", "--service", known.url)
    assert text.out == "Checked 10 links: 7 errors, 2 warnings.\n"
    assert "data/towns.ttl:16: error: Moved: Q401 was merged into Q402\n" in text.err
    assert "    mend: link to Q402\n" in text.err
    assert "(Northford) is of another kind: province of Land" in text.err
    faults = json.loads(run("link", linked, "--check", "--service", known.url, "--format", "json").out)
    assert len(faults) == 9
    assert {"file", "line", "code", "severity", "message", "mend"} <= set(faults[0])
    annotated = run("link", linked, "--check", "--service", known.url, "--format", "github").out
    assert annotated.count("::error file=") == 7


def test_good_links_are_no_fault(run: Run, tmp_path: Path, known: Reconciler) -> None:
    good = "\n".join(line for line in LINKED.splitlines() if not line.startswith("e:") or "e:good" in line)
    project = write(tmp_path / "good", {"data/towns.ttl": good}, SETTINGS)
    ran = run("link", project, "--check", "--service", known.url)
    assert (ran.code, ran.out, ran.err) == (0, "Checked 1 link: 0 errors, 0 warnings.\n", "")


RDF = """\
@prefix wd: <http://www.wikidata.org/entity/> . @prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
wd:Q1 rdfs:label "Land"@en .
wd:Q101 rdfs:label "Nordfurt"@de, "Northford"@en ; wdt:P31 wd:Q515 ; wdt:P17 wd:Q1 ;
  wdt:P625 "Point(10.001 50.001)"^^geo:wktLiteral .
wd:Q102 rdfs:label "Northford"@en ; wdt:P31 wd:Q9901 ; wdt:P17 wd:Q1 .
wd:Q103 rdfs:label "Northford"@en ; wdt:P31 wd:Q515 ; wdt:P17 wd:Q2 ; wdt:P625 "Point(-80 40)"^^geo:wktLiteral .
wd:Q201 rdfs:label "Twinham"@en ; wdt:P31 wd:Q515 ; wdt:P17 wd:Q1 .
wd:Q301 rdfs:label "Novo Porto"@en ; skos:altLabel "Neuhafen"@de ; wdt:P31 wd:Q515 ; wdt:P17 wd:Q1 ;
  wdt:P625 "<http://www.wikidata.org/entity/Q405> Point(12 52)"^^geo:wktLiteral .
wd:Q401 owl:sameAs wd:Q402 .
wd:Q601 rdfs:label "Mixed"@en ; wdt:P31 wd:Q515, wd:Q9901 .
wd:Q701 rdfs:label "Shared"@en ; wdt:P31 wd:Q515 .
wd:Q515 rdfs:label "city"@en, "Stadt"@de .
wd:Q9901 rdfs:label "Provinz"@de, "province of Land"@en .
"""


def snak(value: object) -> dict[str, object]:
    return {"mainsnak": {"datavalue": {"value": value}}, "rank": "normal"}


def entity(id_: str, label: str, types: list[str], country: str = "", place: object = None) -> dict[str, object]:
    claims = {"P31": [snak({"id": type_}) for type_ in types]}
    claims |= {"P17": [snak({"id": country})]} if country else {}
    claims |= {"P625": [snak(place), {"mainsnak": {}, "rank": "normal"}]} if place else {}
    return {"id": id_, "labels": {"en": {"value": label}} if label else {}, "aliases": {}, "claims": claims}


ENTITIES = {
    "Q1": entity("Q1", "Land", []),
    "Q101": entity("Q101", "Northford", ["Q515"], "Q1", {"latitude": 50.001, "longitude": 10.001}),
    "Q102": entity("Q102", "Northford", ["Q9901"], "Q1"),
    "Q103": entity("Q103", "Northford", ["Q515"], "Q2", {"latitude": 40, "longitude": -80}),
    "Q201": entity("Q201", "Twinham", ["Q515"], "Q1"),
    "Q401": entity("Q402", "Moved", ["Q515"]),
    "Q501": {"id": "Q501", "missing": ""},
    "Q601": entity("Q601", "Mixed", ["Q515", "Q9901"]),
    "Q701": entity("Q701", "Shared", ["Q515"]),
    "Q515": entity("Q515", "city", []),
    "Q9901": entity("Q9901", "province of Land", []),
}
TABLE = """\
qid	label_en	name_de	alias	lat	lon	types	country_qid	moved_to
Q1	Land
Q101	Northford	Nordfurt		50.001	10.001	city	Q1
Q102	Northford				  	province of "Land"	Q1
Q103	Northford			40	-80	city	Q2
Q201	Twinham					city	Q1
Q401								Q402
Q601	Mixed					city|province
Q701	Shared					city
Q301	Novo Porto		Neuhafen|Porto Novo			city	Q1
Q801	Once
Q801	Twice
"""
EXTRACTS = {"extract.ttl": RDF, "extract.json": json.dumps({"entities": ENTITIES}), "extract.tsv": TABLE}
UNKNOWN = {**EXPECTED, 6: {("warning", "link.unknown")}}


@pytest.mark.parametrize("name", EXTRACTS)
def test_a_local_extract_tells_the_same_but_for_what_it_lacks(
    run: Run, linked: Path, tmp_path: Path, name: str
) -> None:
    extract = tmp_path / name
    extract.write_text(EXTRACTS[name], encoding="utf-8")
    ran = run("link", linked, "--check", "--extract", extract, "--format", "csv")
    assert (ran.code, found(ran.out)) == (1, UNKNOWN)
    assert ran.err == f"No service is asked: candidates and items are those of {extract}.\n"


@pytest.mark.parametrize("name", ["extract.ttl", "extract.tsv"])
def test_candidates_from_a_local_extract(run: Run, towns: Path, tmp_path: Path, name: str) -> None:
    extract, table = tmp_path / name, tmp_path / "links.csv"
    extract.write_text(EXTRACTS[name], encoding="utf-8")
    ran = run("link", towns, "--extract", extract, "--table", table, "--accept-clear")
    assert (ran.code, "No service is asked" in ran.err) == (0, True)
    lines = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    north = {line["candidate"]: line for line in lines if line["thing"].endswith("north")}
    assert list(north) == ["Q101", "Q102", "Q103"]
    assert north["Q101"]["accept"] == "yes"
    port = next(line for line in lines if line["thing"].endswith("port"))
    assert (port["candidate"], port["fits"].partition(":")[0], port["score"]) == ("Q301", "alias", "90")
    assert port["distance_km"] == "", "a place on another globe is none"
    assert port["accept"] == ""


def test_a_name_with_an_error_is_near_and_never_clear(run: Run, tmp_path: Path) -> None:
    town = HEAD + 'e:x a e:Town ; rdfs:label "Northfrod"@en ; w:lat 50.0 ; w:long 10.0 .\n'
    project = write(tmp_path / "project", {"data/x.ttl": town}, SETTINGS)
    extract, table = tmp_path / "extract.ttl", tmp_path / "links.csv"
    extract.write_text(RDF, encoding="utf-8")
    run("link", project, "--extract", extract, "--table", table)
    lines = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert {line["candidate"] for line in lines} == {"Q101", "Q102", "Q103"}
    assert {line["clear"] for line in lines} == {"no"}
    assert all("no name fits" in line["remark"] and float(line["score"]) < 80 for line in lines)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.ttl", "<a> <b"),
        ("x.json", "{"),
        ("x.json", "[]"),
        ("x.json", '{"entities": {"Q1": {"labels": {"en": 1}}}}'),
        ("x.tsv", "a\tb\n1\t2\n"),
        ("x.txt", "Q1"),
    ],
)
def test_an_extract_that_cannot_be_read(run: Run, linked: Path, tmp_path: Path, name: str, content: str) -> None:
    extract = tmp_path / name
    extract.write_text(content, encoding="utf-8")
    ran = run("link", linked, "--check", "--extract", extract)
    assert (ran.code, str(extract) in ran.err) == (2, True)


def test_service_and_extract_exclude_each_other(run: Run, linked: Path, tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("qid\n")
    ran = run("link", linked, "--check", "--extract", tmp_path / "x.tsv", "--service", "http://127.0.0.1:9/")
    assert (ran.code, "exclude each other" in ran.err) == (2, True)
