"""W3C SPARQL 1.0, 1.1 and 1.2 query tests over HTTP: one case per test, named by the test's IRI.

Each is a request to the application, guard and engine as they are, with the test's files as the release that is served
at the moment. A deviation stands in sparql_deviations.tsv with its reason; one that begins to pass fails the suite.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from sparql_results import Result, expected, read_csv, read_graph, read_json, read_tsv, read_xml, same
from sparql_suite import (
    DESCRIPTION,
    ENTAILMENT,
    FEDERATION,
    GRAPH_STORE,
    PROTOCOL,
    SUITES,
    TESTS,
    UPDATE,
    Case,
    cases,
    not_counted,
    published,
)

from ldpub.formats import N_TRIPLES, RESULTS_CSV, RESULTS_JSON, RESULTS_TSV, RESULTS_XML, TURTLE, Format
from ldpub.store.embedded import EmbeddedStore
from shelf import Shelf, site_of
from web import Reply, Web

HERE = Path(__file__).parent
ABSENT = f"THE W3C SPARQL TESTS ARE NOT AT {TESTS}: set LDPUB_CONFORMANCE"
SOLUTIONS = {".srx": RESULTS_XML, ".csv": RESULTS_CSV, ".tsv": RESULTS_TSV}
GRAPHS = {".ttl": TURTLE}
READERS = {RESULTS_JSON: read_json, RESULTS_XML: read_xml, RESULTS_CSV: read_csv, RESULTS_TSV: read_tsv}
SYNTAXES: dict[str, Format] = {f.media_type: f for f in (TURTLE, N_TRIPLES)}

pytestmark = pytest.mark.conformance
present = pytest.mark.skipif(not cases(), reason=ABSENT)


def deviations() -> dict[str, str]:
    with (HERE / "sparql_deviations.tsv").open(encoding="utf-8", newline="") as file:
        return {row["test"]: row["reason"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


DEVIATIONS = deviations()


def table() -> list[tuple[str, int, int]]:
    """Suite, tests counted, deviations listed: the rows of the README's table."""
    listed = [case.suite for case in cases() if case.iri in DEVIATIONS]
    return [(suite, sum(case.suite == suite for case in cases()), listed.count(suite)) for suite in SUITES]


SHELF = Shelf()


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    """The whole application behind its server, with the shelf in the place of a folder of releases."""
    with site_of(SHELF) as client:
        yield client


def put(case: Case) -> None:
    """Serve this test's data from now on."""
    names = (case.data, case.named())
    SHELF.put(repr(names), EmbeddedStore(engine_of(*names)))


@cache
def engine_of(data: tuple[Path, ...], graphs: tuple[Path, ...]) -> ox.Store:
    """A store with these files as default graph (TriG as it says), and each of those as a graph of its own IRI."""
    engine = ox.Store()
    for path in data:
        engine.load(path=path, base_iri=published(path))
    for path in graphs:
        engine.load(path=path, base_iri=published(path), to_graph=ox.NamedNode(published(path)))
    return engine


def verdict(case: Case, web: Web) -> str | None:
    """What is wrong, or None."""
    put(case)
    if case.kind == "evaluation":
        return evaluation(case, web)
    reply = web.post("/sparql", case.text, "application/sparql-query")
    if case.kind == "positive":
        return None if reply.status == 200 else shown(reply)
    malformed = reply.status == 400 and json.loads(reply.body)["title"] == "The query is malformed"
    return None if malformed else shown(reply)


def evaluation(case: Case, web: Web) -> str | None:
    assert case.result is not None
    suffix = case.result.suffix
    wanted = SOLUTIONS.get(suffix, RESULTS_JSON).media_type, GRAPHS.get(suffix, N_TRIPLES).media_type
    reply = web.get("/sparql?" + urlencode({"query": case.text}), ", ".join(wanted))
    if reply.status != 200:
        return shown(reply)
    given, hoped = read(reply), expected(case.result)
    return None if same(hoped, given, case.lax) else f"{given}\nwanted {hoped}"


def read(reply: Reply) -> Result:
    for form, reader in READERS.items():
        if reply.media_type == form.media_type:
            return reader(reply.body)
    return read_graph(reply.body, getattr(ox.RdfFormat, SYNTAXES[reply.media_type].engine))


def shown(reply: Reply) -> str:
    return f"{reply.status} {reply.text[:2000]}"


@present
@pytest.mark.parametrize("case", cases() or [None], ids=lambda case: case.iri if case else "none")
def test_case(case: Case, web: Web) -> None:
    wrong = verdict(case, web)
    if case.iri in DEVIATIONS:
        assert wrong, f"{case.iri} passes now: strike it from sparql_deviations.tsv"
        return
    assert not wrong, wrong


@present
def test_deviations_are_of_known_tests() -> None:
    assert DEVIATIONS.keys() <= {case.iri for case in cases()}
    assert all(DEVIATIONS.values())


@present
def test_every_test_is_counted_or_left_out_for_a_reason() -> None:
    assert [row[:2] for row in table()] == [("W3C SPARQL 1.0", 482), ("W3C SPARQL 1.1", 338), ("W3C SPARQL 1.2", 246)]
    assert Counter((case.suite, case.kind) for case in cases()) == KINDS_COUNTED
    assert not_counted() == LEFT_OUT


KINDS_COUNTED = {
    ("W3C SPARQL 1.0", "evaluation"): 283,
    ("W3C SPARQL 1.0", "positive"): 149,
    ("W3C SPARQL 1.0", "negative"): 50,
    ("W3C SPARQL 1.1", "evaluation"): 235,
    ("W3C SPARQL 1.1", "positive"): 63,
    ("W3C SPARQL 1.1", "negative"): 40,
    ("W3C SPARQL 1.2", "evaluation"): 63,
    ("W3C SPARQL 1.2", "positive"): 102,
    ("W3C SPARQL 1.2", "negative"): 81,
}
LEFT_OUT = {
    ("W3C SPARQL 1.1", UPDATE): 157,
    ("W3C SPARQL 1.1", ENTAILMENT): 70,
    ("W3C SPARQL 1.1", FEDERATION): 10,
    ("W3C SPARQL 1.1", DESCRIPTION): 3,
    ("W3C SPARQL 1.1", PROTOCOL): 34,
    ("W3C SPARQL 1.1", GRAPH_STORE): 13,
    ("W3C SPARQL 1.2", UPDATE): 23,
}
"""Tests of the manifests that are no cases: how many of each suite, by reason."""
