"""The source documents as a reader meets them: by title and short name, never by the name of a file."""

from __future__ import annotations

import re

import pytest

from client import select
from web import BROWSER, Web

FILES = {
    "s0": "000_f7469af2ac467d76.txt",
    "s1": "001_102149af5d190495.txt",
    "s2": "002_2e8eb4ce74bcbfd6.txt",
    "s3": "003_db2f8bd6259c7380.txt",
    "s4": "004_5d4d1894f557d6a9.txt",
}
DOCUMENT = "https://w3id.org/city-diplomacy/id/document/"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_document_says_what_it_is(site: str, name: str, language: str) -> None:
    with Web(site) as web:
        page = web.get(f"/doc/document/{name}?lang={language}", BROWSER).text
        assert FILES[name] not in page
        assert {"en": ">German<", "de": ">Deutsch<"}[language] in page
        said = {"en": "Short name in this data set: ", "de": "Kürzel in diesem Datensatz: "}[language]
        assert f"{said}{name.upper()}." in page
        found = web.get(f"/search?q={FILES[name]}&lang={language}", BROWSER).text
        assert re.search(rf'href="doc/document/{name}\?', found), "one who has the file finds it"


def test_passages_are_named_after_their_document(site: str) -> None:
    query = """
        PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?document ?short ?label {
          ?passage prov:hadPrimarySource ?document ; rdfs:label ?label . ?document skos:notation ?short
        }
    """
    found = select(site, query)
    assert {row["document"] for row in found} == {DOCUMENT + name for name in FILES}
    assert all(row["label"].startswith(f"{row['short']}: ") for row in found)


def test_addresses_and_dates_of_the_documents_are_those_that_are_known(site: str) -> None:
    query = """
        PREFIX cd: <https://w3id.org/city-diplomacy/ontology#> PREFIX dct: <http://purl.org/dc/terms/>
        PREFIX schema: <http://schema.org/>
        SELECT ?document ?issued ?host {
          ?document a cd:SourceDocument
          OPTIONAL { ?document dct:issued ?issued }
          OPTIONAL { ?document schema:url ?url BIND(STRBEFORE(STRAFTER(STR(?url), "//"), "/") AS ?host) }
        }
    """
    known = {
        row["document"].removeprefix(DOCUMENT): (row.get("issued"), row.get("host")) for row in select(site, query)
    }
    assert {name: told for name, told in known.items() if re.fullmatch(r"s\d", name)} == {
        "s0": (None, None),
        "s1": (None, None),
        "s2": ("2025-01-24", "internationalepolitik.de"),
        "s3": (None, None),
        "s4": ("2021-02", "www.stadtvonmorgen.de"),
    }
