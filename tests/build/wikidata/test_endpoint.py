"""Wikidata's statements from a SPARQL server that others wrote; and from one that behaves badly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import Run
from peers import endpoint, ok, says
from wikibase import oxigraph

from .conftest import THEIRS
from .test_diff import EXPECTED, TOLD, UNHEARD, lines, undirected


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with oxigraph(THEIRS) as running:
        yield running


def test_the_endpoint_tells_what_the_extract_tells(run: Run, project: Path, url: str, tmp_path: Path) -> None:
    saved = tmp_path / "saved.nt"
    ran = run("wikidata", "diff", project, "--endpoint", url, "--format", "csv", "--save", saved)
    assert (ran.code, ran.err) == (1, UNHEARD)
    assert {undirected(line) for line in lines(ran.out)} == EXPECTED
    told = run("wikidata", "diff", project, "--endpoint", url, "--format", "quickstatements").out
    assert told.splitlines() == TOLD
    again = run("wikidata", "diff", project, "--extract", saved, "--format", "csv")
    assert again.out == ran.out
    first = saved.read_bytes()
    run("wikidata", "diff", project, "--endpoint", url, "--save", saved)
    assert saved.read_bytes() == first
    assert b"P361" not in first, "only what was asked is kept"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "it answers 500"),
        (ok(b'{"head":{}}'), "no solutions as SPARQL JSON has them"),
        (ok(b'{"results":{"bindings":[{"s":1}]}}'), "no solutions as"),
        (ok(b'{"results":{"bindings":[{"s":{"type":"uri","value":"no iri"}}]}}'), "no solutions as"),
        (ok(b'{"results":{"bindings":[') + b"", "its answer is no JSON"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", "ends 499 bytes too early"),
        (b"", "it cannot be asked"),
    ],
)
def test_a_bad_endpoint_is_told(run: Run, project: Path, tmp_path: Path, said: bytes, told: str) -> None:
    saved = tmp_path / "saved.nt"
    with endpoint(says(said)) as (url, received):
        ran = run("wikidata", "diff", project, "--endpoint", url, "--save", saved)
    assert (ran.code, ran.out, saved.exists()) == (2, "", False)
    assert f"{url}: " in ran.err
    assert told in ran.err
    assert ("--extract FILE" in ran.err) == (not said), "where nobody answers, there is a way without"
    assert b"User-Agent: ldpub/" in received[0]


def test_names_and_places_become_a_graph_of_the_release(run: Run, project: Path, url: str) -> None:
    ran = run("wikidata", "extract", project, "--endpoint", url, "--date", "2026-01-31")
    told = f"Wrote {project}/data/wikidata.ttl: 23 statements about 25 items, of 2026-01-31.\n"
    assert (ran.code, ran.out) == (0, told)
    written = (project / "data/wikidata.ttl").read_bytes()
    assert run("wikidata", "extract", project, "--endpoint", url, "--date", "2026-01-31").code == 0
    assert (project / "data/wikidata.ttl").read_bytes() == written
    assert run("build", project).code == 0
    graph = "GRAPH <https://example.org/set/graph/data/wikidata>"
    asked = f"SELECT ?p ?o {{ {graph} {{ <https://example.org/set/graph/data/wikidata> ?p ?o }} }}"
    about = json.loads(run("query", asked, "--project", project, "--format", "json").out)["results"]["bindings"]
    values = {row["p"]["value"].rpartition("/")[2]: row["o"]["value"] for row in about}
    assert values["source"] == "http://www.wikidata.org/"
    assert values["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert values["date"] == "2026-01-31"
    item, label = "<http://www.wikidata.org/entity/Q10>", "<http://www.w3.org/2000/01/rdf-schema#label>"
    asked = f"SELECT ?n {{ {graph} {{ {item} {label} ?n }} }} ORDER BY ?n"
    names = run("query", asked, "--project", project, "--format", "csv")
    assert names.out.split() == ["n", "Ten", "Zehn"]


def test_the_day_of_an_extract(run: Run, project: Path, extract: Path) -> None:
    ran = run("wikidata", "extract", project, "--extract", extract)
    assert (ran.code, "does not say of which day it is" in ran.err) == (2, True)
    with extract.open("a") as file:
        file.write('wd:Q10 schema:dateModified "2025-12-24T01:02:03Z"^^xsd:dateTime .\n')
    ran = run("wikidata", "extract", project, "--extract", extract)
    assert (ran.code, ran.out.endswith("of 2025-12-24.\n")) == (0, True)
    assert run("wikidata", "extract", project, "--extract", extract, "--date", "Christmas").code == 2


def test_what_no_build_would_read_is_not_written(run: Run, project: Path, extract: Path) -> None:
    settings = (project / "ldpub.toml").read_text()
    (project / "ldpub.toml").write_text(settings.replace("[wikidata]\n", '[wikidata]\nfile = "elsewhere/x.ttl"\n'))
    ran = run("wikidata", "extract", project, "--extract", extract, "--date", "2026-01-31")
    assert (ran.code, "matched by no glob of sources.data" in ran.err) == (2, True)
    assert not (project / "elsewhere/x.ttl").exists()
    extract.write_text("<http://www.wikidata.org/entity/Q77777> <x:p> 1 .")
    (project / "ldpub.toml").write_text(settings)
    ran = run("wikidata", "extract", project, "--extract", extract, "--date", "2026-01-31")
    assert (ran.code, "nothing about the linked items" in ran.err) == (2, True)
    assert not (project / "data/wikidata.ttl").exists()
