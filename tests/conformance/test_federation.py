"""W3C SPARQL 1.1 Federated Query tests, with an endpoint on this machine for each that the manifest names."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from sparql_results import expected, read_json, same
from sparql_suite import MF, QT, TESTS, published

from ldpub.errors import RefusedQueryError
from ldpub.store import Query
from ldpub.store.embedded import EmbeddedStore
from peers import PeerServer, allowing

FOLDER = TESTS / "sparql11" / "service"
NESTED = "SERVICE within SERVICE"
REFUSED = {"service3": NESTED, "service5": "a variable cannot say whom to ask", "service6": NESTED}
"""What is refused, and why: the first two need an endpoint that itself asks others, a variable is not normative."""
MANIFEST = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/service/manifest#"
NOBODY = "http://127.0.0.1:9/sparql"

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"THE W3C SPARQL TESTS ARE NOT AT {TESTS}: set LDPUB_CONFORMANCE"),
]


def engine_of(path: rdflib.term.Node | None) -> ox.Store:
    engine = ox.Store()
    if path is not None:
        file = FOLDER / Path(str(path)).name
        engine.load(file.read_bytes(), ox.RdfFormat.TURTLE, base_iri=published(file))
    return engine


@contextlib.contextmanager
def endpoints(graph: rdflib.Graph, action: rdflib.term.Node | None) -> Iterator[dict[str, str]]:
    """The endpoints that a test names, and the URLs where they are."""
    with contextlib.ExitStack() as servers:
        urls = {"http://invalid.endpoint.org/sparql": NOBODY}
        for served in graph.objects(action, QT.serviceData):
            server = servers.enter_context(PeerServer().serving())
            server.store = EmbeddedStore(engine_of(graph.value(served, QT.data)))
            urls[str(graph.value(served, QT.endpoint))] = server.url
        yield urls


@pytest.mark.parametrize("name", ["service1", "service2", "service3", "service4a", "service5", "service6", "service7"])
def test_service(name: str) -> None:
    manifest = FOLDER / "manifest.ttl"
    graph = rdflib.Graph().parse(manifest, format="turtle", publicID=published(manifest))
    test = rdflib.URIRef(MANIFEST + name)
    action = graph.value(test, MF.action)
    text = (FOLDER / Path(str(graph.value(action, QT.query))).name).read_text(encoding="utf-8")
    with endpoints(graph, action) as urls:
        for endpoint, url in urls.items():
            text = text.replace(f"<{endpoint}>", f"<{url}>")
        store = EmbeddedStore(engine_of(graph.value(action, QT.data)), allowing(*urls.values()))
        if name in REFUSED:
            with pytest.raises(RefusedQueryError, match=REFUSED[name]):
                store.query(Query(text))
        else:
            given = read_json(store.query(Query(text)).read())
            assert same(expected(FOLDER / Path(str(graph.value(test, MF.result))).name), given), given
