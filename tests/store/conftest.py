"""A small dataset, and each back end of the promise over it."""

from __future__ import annotations

import http.server
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from ldpub.errors import QueryError
from ldpub.formats import BOOLEAN_FORMATS, GRAPH_FORMATS, SOLUTION_FORMATS, Format
from ldpub.store import Limits, Query, Store
from ldpub.store.embedded import EmbeddedStore, open_read_only
from ldpub.store.remote import RemoteStore
from ldpub.store.workers import WorkerStore

EX = "http://example.org/"
PREFIXES = {"ex": EX, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}
PARTS = """
<http://example.org/a> <http://example.org/knows> <http://example.org/b> <http://example.org/graph/1> .
<http://example.org/b> <http://example.org/knows> <http://example.org/c> <http://example.org/graph/1> .
<http://example.org/a> <http://example.org/label> "A, \\"quoted\\"\\tand\\nbroken" <http://example.org/graph/2> .
<http://example.org/c> <http://example.org/label> "Käse"@de <http://example.org/graph/2> .
"""
HARMFUL = """
<http://example.org/c> <http://example.org/control> "one\\u0001two" <http://example.org/graph/3> .
<http://example.org/c> <http://example.org/123> "no name" <http://example.org/graph/3> .
"""
ROWS = 20_000


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as a release holds it: parts in named graphs, their union as default graph; and a graph of many rows."""
    path = tmp_path_factory.mktemp("release") / "store"
    engine = ox.Store(str(path))
    quads = list(ox.parse(PARTS + HARMFUL, ox.RdfFormat.N_QUADS))
    engine.bulk_extend(quads)
    engine.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    many = ox.NamedNode(EX + "graph/many")
    value = ox.NamedNode(EX + "value")
    engine.bulk_extend(
        ox.Quad(ox.NamedNode(f"{EX}row/{n}"), value, ox.Literal(f"value number {n}"), many) for n in range(ROWS)
    )
    engine.flush()
    del engine
    return path


class Endpoint(http.server.BaseHTTPRequestHandler):
    """A SPARQL endpoint for tests, over the store that its server carries."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = urllib.parse.parse_qs(sent, keep_blank_values=True)
        wanted = self.headers["Accept"]
        query = Query(
            fields["query"][0],
            _wanted(wanted, SOLUTION_FORMATS),
            _wanted(wanted, BOOLEAN_FORMATS),
            _wanted(wanted, GRAPH_FORMATS),
            tuple(fields.get("default-graph-uri", ())),
            tuple(fields.get("named-graph-uri", ())),
        )
        store: Store = self.server.store  # type: ignore[attr-defined]
        try:
            answer = store.query(query)
        except QueryError as error:
            self._send(error.status, "text/plain", str(error).encode())
        else:
            self._send(200, answer.format.content_type, answer.read())

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for at in range(0, len(body), 10_000):
            piece = body[at : at + 10_000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


def _wanted(media_type: str, formats: tuple[Format, ...]) -> Format:
    return next((f for f in formats if media_type in f.media_types), formats[0])


@pytest.fixture(scope="session")
def embedded(directory: Path) -> Iterator[Store]:
    store = EmbeddedStore(open_read_only(directory), Limits(), PREFIXES)
    yield store
    store.close()


@pytest.fixture(scope="session")
def worker(directory: Path) -> Iterator[WorkerStore]:
    store = WorkerStore(directory, Limits(), 2, PREFIXES)
    yield store
    store.close()


@pytest.fixture(scope="session")
def remote(directory: Path) -> Iterator[Store]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        server.store = EmbeddedStore(open_read_only(directory), Limits(), PREFIXES)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        store = RemoteStore(f"http://127.0.0.1:{server.server_port}/sparql")
        yield store
        store.close()
        server.shutdown()
        thread.join()


@pytest.fixture(params=["embedded", "worker", "remote"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each back end in turn."""
    found: Store = request.getfixturevalue(request.param)
    return found
