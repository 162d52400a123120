"""Lists tell when things begin, end or are: in words, sorted by day, as CSV, and as a query with the same order."""

from __future__ import annotations

import csv
import html
import io
import re
from pathlib import Path
from urllib.parse import parse_qs, quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from ldpub.release import QUADS
from serve.conftest import AppOf
from small import BASE, PREFIXES, built
from web import BROWSER

SETTINGS = f"""
[project.prefixes]
e = "{BASE}id/"
[pictures.dates]
start = ["{BASE}id/begun"]
start_earliest = ["{BASE}id/begunAfter"]
start_latest = ["{BASE}id/begunBefore"]
[[browse.facets]]
name = "decade"
label = "Decade"
path = "e:begun|e:seen"
decade = true
[[browse.facets]]
name = "end"
label = "Ending"
path = "e:ending"
"""
DATA = (
    PREFIXES
    + """
@prefix s: <http://schema.org/> .
e:begun rdfs:label "begun"@en, "begonnen"@de .
e:seen rdfs:label "seen"@en .
e:a a e:Tie ; rdfs:label "A"@en ; e:begunAfter "1947-01-01"^^xsd:date ; e:begunBefore "1987-12-31"^^xsd:date .
e:b a e:Tie ; rdfs:label "B"@en ; e:begun "1946"^^xsd:gYear ; s:endDate "1990-05-03"^^xsd:date ; e:ending "soon" .
e:c a e:Tie ; rdfs:label "C"@en ; e:begunBefore "1950-06-30"^^xsd:date .
e:d a e:Tie ; rdfs:label "D"@en ; e:begun "1960"^^xsd:gYear, "1959-03"^^xsd:gYearMonth .
e:e a e:Tie ; rdfs:label "E"@en .
e:f a e:Tie ; rdfs:label "F"@en ; e:begun "1946-12-24"^^xsd:date ; e:begunAfter "1946-12-24"^^xsd:date .
e:g a e:Bird ; rdfs:label "G"@en ; e:seen "1981"^^xsd:gYear, "1999"^^xsd:gYear , "1985"^^xsd:gYear .
e:h a e:Bird ; rdfs:label "H"@en ; e:seen "1991"^^xsd:gYear .
"""
)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dates")
    built(folder, {"data/d.ttl": DATA}, "[sources]\nontology = []\nshapes = []\n" + SETTINGS)
    return folder / "releases"


@pytest.fixture(scope="module")
def client(app_of: AppOf, releases: Path) -> FlaskClient:
    return app_of(releases).test_client()


@pytest.fixture(scope="module")
def store(releases: Path) -> ox.Store:
    """What the release says, for queries."""
    store = ox.Store()
    store.load(path=releases / "current" / QUADS, format=ox.RdfFormat.N_QUADS)
    return store


def table(client: FlaskClient, kind: str = "Tie", **parameters: str) -> list[list[str]]:
    """The list as CSV without the IRIs."""
    more = "".join(f"&{name}={value}" for name, value in {"lang": "en", **parameters}.items())
    reply = client.get(f"/browse?class={quote(f'{BASE}id/{kind}')}&format=csv{more}")
    assert reply.status_code == 200
    return [row[1:] for row in csv.reader(io.StringIO(reply.text))]


def test_dates_are_told_in_words_in_each_language(client: FlaskClient) -> None:
    english, german = table(client), table(client, lang="de")
    assert english[0] == ["Name", "Begun", "Ending"] or english[0] == ["Name", "Ending", "Begun"]
    at = english[0].index("Begun")
    assert [row[at] for row in english[1:]] == [
        *("between 1947 and 1987", "1946", "June 1950 at the latest", "March 1959 | 1960", "", "24 December 1946"),
    ]
    assert german[0][at] == "Begonnen"
    assert [row[at] for row in german[1:]] == [
        *("zwischen 1947 und 1987", "1946", "spätestens Juni 1950", "März 1959 | 1960", "", "24. Dezember 1946"),
    ]


def test_the_page_has_them_as_times(client: FlaskClient) -> None:
    text = client.get(f"/browse?class={quote(f'{BASE}id/Tie')}&lang=de", headers={"Accept": BROWSER}).text
    assert '<td data-label="Begonnen"><time datetime="1946-12-24">24. Dezember 1946</time></td>' in text
    assert '<td data-label="Begonnen"><span>zwischen 1947 und 1987</span></td>' in text


@pytest.mark.parametrize(("sort", "names"), [("start", "BFACDE"), ("-start", "DCAFBE")])
def test_they_are_sorted_by_the_first_day_and_the_query_is_in_that_order(
    client: FlaskClient, store: ox.Store, sort: str, names: str
) -> None:
    assert [row[0] for row in table(client, sort=sort)[1:]] == sorted(names, key=names.index)
    text = client.get(f"/browse?class={quote(f'{BASE}id/Tie')}&lang=en&sort={sort}", headers={"Accept": BROWSER}).text
    assert re.findall(r'aria-sort="(\w+)"><a[^>]*>Begun<', text) == ["descending" if sort[0] == "-" else "ascending"]
    query = parse_qs(html.unescape(re.findall(r'href="sparql\?([^"]*)"[^>]*>Query this', text)[0]))["query"][0]
    solutions = store.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    named = [{name: getattr(row[name], "value", "") for name in ("name", "begun")} for row in solutions]
    assert "".join(row["name"] for row in named) == names
    told = {row["name"]: row["begun"] for row in named}
    assert told == {
        "A": "1947-01-01/1987-12-31",
        "B": "1946",
        "C": "../1950-06-30",
        "D": "1959-03",
        "E": "",
        "F": "1946-12-24",
    }


def test_a_facet_of_that_name_goes_first_and_decades_stay_where_there_are_no_dates(client: FlaskClient) -> None:
    assert "Ending" in table(client)[0]
    assert "End" not in " ".join(table(client)[0]).replace("Ending", "")
    birds = table(client, "Bird")
    assert birds == [["Name", "Decade"], ["G", "1980s–1990s"], ["H", "1990s"]]
    assert client.get(f"/browse?class={quote(f'{BASE}id/Bird')}&sort=start").status_code == 400
