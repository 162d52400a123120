"""The W3C tests of the SPARQL 1.1 Protocol, request by request, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node
from sparql_suite import MF, TESTS

from ldpub.formats import GRAPH_FORMATS, SOLUTION_FORMATS
from ldpub.store import Store
from ldpub.store.embedded import EmbeddedStore
from shelf import Shelf, site_of
from web import Reply, Web

FOLDER = TESTS / "sparql11" / "protocol"
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the W3C tests are not there: set LDPUB_CONFORMANCE"),
]


@dataclass(frozen=True)
class Request:
    """One request of a test, and what its answer must be."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    form: str | None


@dataclass(frozen=True)
class Case:
    """One test: its requests and its named graphs."""

    name: str
    title: str
    requests: tuple[Request, ...]
    graphs: tuple[tuple[str, Path], ...]

    @property
    def updates(self) -> bool:
        """Whether the test wants an update to succeed."""
        return self.name.startswith("update_")


@cache
def cases() -> tuple[Case, ...]:
    """The tests of the manifest, in its order; none if the suite is not there."""
    manifest = FOLDER / "manifest.ttl"
    if not manifest.is_file():
        return ()
    graph = rdflib.Graph().parse(manifest, publicID="http://example.org/")
    (entries,) = graph.objects(None, MF.entries)
    return tuple(_case(graph, test) for test in graph.items(entries))


def _case(graph: rdflib.Graph, test: Node) -> Case:
    (requests,) = graph.objects(graph.value(test, MF.action), HT.requests)
    data = [(graph.value(g, RDFS.label), graph.value(g, UT.graph)) for g in graph.objects(test, UT.graphData)]
    return Case(
        str(test).rpartition("#")[2],
        str(graph.value(test, MF.name)),
        tuple(_request(graph, request) for request in graph.items(requests)),
        tuple((str(name), FOLDER / str(file).rpartition("/")[2]) for name, file in data),
    )


def _request(graph: rdflib.Graph, request: Node) -> Request:
    body = graph.value(request, HT.body)
    headers = graph.value(request, HT.headers) or RDF.nil
    answer = graph.value(request, HT.resp)
    boolean, form = graph.value(answer, MF.expectedBoolean), graph.value(answer, MF.expectedFormat)
    return Request(
        str(graph.value(request, HT.methodName)),
        str(graph.value(request, HT.absolutePath)).replace("/sparql/", "/sparql", 1),
        tuple((str(graph.value(h, HT.fieldName)), str(graph.value(h, HT.fieldValue))) for h in graph.items(headers)),
        None if body is None else _content(graph, body),
        tuple(str(status)[-3] for status in graph.objects(answer, MF.expectedStatus)),
        None if boolean is None else bool(boolean),
        None if form is None else str(form),
    )


def _content(graph: rdflib.Graph, body: Node) -> bytes:
    encoding = str(graph.value(body, CNT.characterEncoding) or "UTF-8")
    return str(graph.value(body, CNT.chars)).encode(encoding)


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="module")
def web(shelf: Shelf) -> Iterator[Web]:
    with site_of(shelf) as client:
        yield client


def store_of(case: Case) -> Store:
    engine = ox.Store()
    for name, path in case.graphs:
        engine.load(path=path, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))
    return EmbeddedStore(engine)


TYPES = {
    "boolean": {t for form in SOLUTION_FORMATS for t in form.media_types},
    "tabular": {t for form in SOLUTION_FORMATS for t in form.media_types},
    "RDF": {t for form in GRAPH_FORMATS for t in form.media_types},
}


QUERIES = [case for case in cases() if not case.updates]


@pytest.mark.parametrize("case", QUERIES or [None], ids=lambda case: case.name if case else "none")
def test_case(case: Case, shelf: Shelf, web: Web) -> None:
    shelf.put(case.name, store_of(case))
    for request in case.requests:
        reply = web.ask(request.method, request.path, dict(request.headers), request.body)
        assert str(reply.status)[0] in request.statuses, f"{case.title}: {reply.status} {reply.text[:500]}"
        _check_content(request, reply)


def _check_content(request: Request, reply: Reply) -> None:
    if request.form is not None:
        assert reply.media_type in TYPES[request.form]
    if request.boolean is not None:
        assert json.loads(reply.body)["boolean"] is request.boolean


def test_all_but_the_updates_are_counted() -> None:
    assert (len(cases()), sum(case.updates for case in cases())) == (34, 7)


def test_an_update_is_refused_with_the_reason(shelf: Shelf, web: Web) -> None:
    """What the tests with updates meet here, which is why they are not passed: the endpoint is read-only."""
    for case in cases():
        if case.updates:
            shelf.put(case.name, store_of(case))
            request = case.requests[0]
            reply = web.ask(request.method, request.path, dict(request.headers), request.body)
            assert reply.status == 400
            assert "read-only" in json.loads(reply.body)["detail"]
