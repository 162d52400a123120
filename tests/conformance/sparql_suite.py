"""The W3C SPARQL test manifests (rdf-tests: sparql10, sparql11, sparql12) as cases, and what is not counted and why."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rdflib
from rdflib.namespace import RDF
from rdflib.term import Node

from ldpub.store.tokens import tokens

HERE = Path(__file__).parent
TESTS = Path(os.environ.get("LDPUB_CONFORMANCE", HERE.parents[1] / "../shared/conformance")) / "rdf-tests" / "sparql"
BASE = "https://w3c.github.io/rdf-tests/sparql/"
"""Where the suites are published: the base of queries, data and expected results alike."""

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")

SUITES = {
    "W3C SPARQL 1.0": "sparql10/manifest.ttl",
    "W3C SPARQL 1.1": "sparql11/manifest-all.ttl",
    "W3C SPARQL 1.2": "sparql12/manifest.ttl",
}
KINDS = {
    "QueryEvaluationTest": "evaluation",
    "CSVResultFormatTest": "evaluation",
    "PositiveSyntaxTest": "positive",
    "PositiveSyntaxTest11": "positive",
    "NegativeSyntaxTest": "negative",
    "NegativeSyntaxTest11": "negative",
}
UPDATE = "SPARQL Update: the endpoint is read-only"
GRAPH_STORE = "Graph Store HTTP Protocol: the endpoint is read-only"
PROTOCOL = "SPARQL 1.1 Protocol: read and run by test_protocol.py"
DESCRIPTION = "SPARQL 1.1 Service Description: prose; tests/serve holds the endpoint to it"
ENTAILMENT = "entailment regimes: inference happens when a release is built"
FEDERATION = "federated query: tests/conformance/test_federation.py holds the store to it, with endpoints for the tests"
NOT_COUNTED = {
    "UpdateEvaluationTest": UPDATE,
    "PositiveUpdateSyntaxTest": UPDATE,
    "PositiveUpdateSyntaxTest11": UPDATE,
    "NegativeUpdateSyntaxTest": UPDATE,
    "NegativeUpdateSyntaxTest11": UPDATE,
    "GraphStoreProtocolTest": GRAPH_STORE,
    "ProtocolTest": PROTOCOL,
    "ServiceDescriptionTest": DESCRIPTION,
}
NOT_COUNTED_FOLDERS = {
    "sparql11/entailment": ENTAILMENT,
    "sparql11/service": FEDERATION,
    "sparql11/syntax-fed": FEDERATION,
    "sparql11/delete-insert": UPDATE,
}


@dataclass(frozen=True)
class Case:
    """One test: its IRI, suite and kind (evaluation, positive or negative syntax), and the files it names."""

    iri: str
    suite: str
    kind: str
    query: Path
    data: tuple[Path, ...] = ()
    graphs: tuple[Path, ...] = ()
    result: Path | None = None
    lax: bool = False

    @property
    def text(self) -> str:
        """The query behind a BASE on the same line: the IRI of the file, as if it had been retrieved from there."""
        with self.query.open(encoding="utf-8", newline="") as file:
            return f"BASE <{published(self.query)}> {file.read()}"

    def named(self) -> tuple[Path, ...]:
        """The named graphs: those of the manifest, or those that FROM and FROM NAMED of the query ask for."""
        if self.kind != "evaluation" or self.data or self.graphs:
            return self.graphs
        return tuple(_asked_for(self.query))


def published(path: Path) -> str:
    """The IRI of a file of the suites."""
    return BASE + path.resolve().relative_to(TESTS.resolve()).as_posix()


def _asked_for(query: Path) -> Iterator[Path]:
    previous = ["", ""]
    for token in tokens(query.read_text(encoding="utf-8")):
        if token.kind == "trivia":
            continue
        if token.kind == "iri" and "FROM" in (previous[-1], previous[-2] if previous[-1] == "NAMED" else ""):
            yield query.parent / token.text[1:-1]
        previous.append(token.text.upper())


@cache
def cases() -> tuple[Case, ...]:
    """Every test that is counted, in the order of the manifests; none if the suites are not there."""
    return tuple(found for _, found in _entries() if isinstance(found, Case))


@cache
def not_counted() -> Counter[tuple[str, str]]:
    """How many tests of each suite are not counted, by reason."""
    return Counter((suite, found) for suite, found in _entries() if isinstance(found, str))


def _entries() -> Iterator[tuple[str, Case | str]]:
    for suite, manifest in SUITES.items():
        if (TESTS / manifest).is_file():
            for found in _read(TESTS / manifest, suite):
                yield suite, found


def _read(manifest: Path, suite: str) -> Iterator[Case | str]:
    graph = rdflib.Graph().parse(manifest, format="turtle", publicID=published(manifest))
    for included in graph.objects(None, MF.include):
        for item in graph.items(included):
            yield from _read(_path(item), suite)
    folder = manifest.parent.relative_to(TESTS).as_posix()
    for entries in graph.objects(None, MF.entries):
        for test in graph.items(entries):
            kind = str(graph.value(test, RDF.type)).rpartition("#")[2]
            out = NOT_COUNTED_FOLDERS.get(folder) or NOT_COUNTED.get(kind)
            yield out or _case(graph, test, suite, KINDS[kind])


def _case(graph: rdflib.Graph, test: Node, suite: str, kind: str) -> Case:
    action = graph.value(test, MF.action)
    query = graph.value(action, QT.query, default=action)
    result = graph.value(test, MF.result)
    return Case(
        str(test),
        suite,
        kind,
        _path(query),
        tuple(sorted(_path(item) for item in graph.objects(action, QT.data))),
        tuple(sorted(_path(item) for item in graph.objects(action, QT.graphData))),
        _path(result) if result else None,
        (test, MF.resultCardinality, MF.LaxCardinality) in graph,
    )


def _path(item: Node | None) -> Path:
    return TESTS / str(item).removeprefix(BASE)
