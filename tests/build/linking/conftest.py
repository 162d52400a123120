"""A small project of towns with namesakes, and a service that knows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import Run
from reconciler import NEW, OLD, Known, Reconciler
from small import ANY_FILE, PREFIXES, write

SETTINGS = (
    ANY_FILE
    + """
[project.prefixes]
e = "https://example.org/set/id/"

[link]
country = "e:in"
name_properties = ["names"]
batch = 2
seconds = 5

[[link.kinds]]
class = "e:Town"
type = "Q515"
fits = ["city", "town"]
other = ["state", "province"]
"""
)
HEAD = (
    PREFIXES
    + "@prefix schema: <http://schema.org/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    + "@prefix wd: <http://www.wikidata.org/entity/> .\n@prefix w: <http://www.w3.org/2003/01/geo/wgs84_pos#> .\n"
)
TOWNS = (
    HEAD
    + """
e:land a e:Country ; rdfs:label "Land"@en ; schema:sameAs wd:Q1 .
e:Harbour rdfs:subClassOf e:Town .
e:north a e:Town ; rdfs:label "Northford"@en, "Nordfurt"@de ; w:lat 50.0 ; w:long 10.0 ; e:in e:land .
e:twin a e:Town ; rdfs:label "Twinham"@en ; schema:latitude 51.0 ; schema:longitude 11.0 ; e:in e:land .
e:port a e:Harbour ; rdfs:label "Porto Novo"@en ; skos:altLabel "Neuhafen"@de ; w:lat 52.0 ; w:long 12.0 ; e:in e:land .
e:lost a e:Town ; rdfs:label "Nowhere"@en ; e:in e:land .
"""
)
CITY, PROVINCE = ("Q515", "city"), ("Q9901", "province of Land")
KNOWN = {
    "Q101": Known("Northford", (CITY,), "Point(10.001 50.001)", "Q1"),
    "Q102": Known("Northford", (PROVINCE,), "Point(10.1 50.2)", "Q1", score=97),
    "Q103": Known("Northford", (CITY,), "40.0,-80.0", "Q2", score=96),
    "Q201": Known("Twinham", (CITY,), "51.0,11.0", "Q1"),
    "Q202": Known("Twinham", (CITY,), "51.02,11.02", "Q1", score=95),
    "Q301": Known("=Novo Porto", (CITY,), "52.0,12.0", "Q1", aliases=("Neuhafen", "Porto Novo"), score=80),
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(capsys, monkeypatch)


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    return write(tmp_path / "project", {"data/towns.ttl": TOWNS}, SETTINGS)


@pytest.fixture(params=[OLD, NEW])
def service(request: pytest.FixtureRequest) -> Iterator[Reconciler]:
    """The service in each version of the specification; what it was asked and answered conforms to the schemas."""
    with Reconciler(KNOWN, request.param).serving() as server:
        yield server
        assert server.invalid == []
