"""Other endpoints for SERVICE: one that answers SPARQL, and one that says whatever a test wants said."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

import pyoxigraph as ox

from ldpub.store import Limits, Query, Store
from ldpub.store.embedded import EmbeddedStore

LOCAL = """
<x:a> <x:knows> <x:b> . <x:b> <x:knows> <x:c> . <x:c> <x:knows> <x:d> . <x:a> <x:code> "1" . <x:b> <x:code> "2" .
<x:c> <x:label> "C"@de-CH .
"""
REMOTE = """
<x:b> <x:name> "B"@de . <x:c> <x:name> "C, \\"quoted\\"\\n\\\\{}" . <x:e> <x:name> "E" . <x:b> <x:size> 7 .
<x:c> <x:label> "C"@de-ch . _:z <x:name> "nobody" . _:z <x:size> 9 .
"""
PREFIX = "PREFIX x: <x:> "
JSON = b"Content-Type: application/sparql-results+json\r\n"
EMPTY = b'{"head":{"vars":[]},"results":{"bindings":[]}}'

Speak = Callable[[socket.socket], None]
"""What an endpoint does with a connection, once it has read the request."""


class Peer(http.server.BaseHTTPRequestHandler):
    """An endpoint that answers from a store, and remembers what it was asked."""

    def do_POST(self) -> None:
        text = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"][0]
        self.server.asked.append((text, dict(self.headers)))  # type: ignore[attr-defined]
        body = self.server.store.query(Query(text)).read()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


class PeerServer(http.server.ThreadingHTTPServer):
    """The server of a Peer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Peer)
        self.store = EmbeddedStore(loaded(REMOTE))
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql?a=b"

    @contextlib.contextmanager
    def serving(self) -> Iterator[PeerServer]:
        thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


@contextlib.contextmanager
def endpoint(speak: Speak, times: int = 1) -> Iterator[tuple[str, list[bytes]]]:
    """The URL of an endpoint that reads so many requests and does with each as told; and what it received."""
    received: list[bytes] = []

    def serve() -> None:
        for _ in range(times):
            with contextlib.suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    received.append(b"")
                    while b"query=" not in received[-1]:
                        piece = connection.recv(65536)
                        if not piece:
                            break
                        received[-1] += piece
                    speak(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/sparql", received
        with contextlib.suppress(OSError):  # for a request that was not made
            socket.create_connection(listening.getsockname()).close()
        thread.join()


def says(*pieces: bytes) -> Speak:
    def speak(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return speak


def ok(body: bytes, *fields: bytes) -> bytes:
    """A response with this body."""
    return b"HTTP/1.1 200 OK\r\n" + JSON + b"".join(fields) + b"Content-Length: %d\r\n\r\n" % len(body) + body


def allowing(*urls: str, **more: Any) -> Limits:
    """Limits under which SERVICE may name these, wherever they stand."""
    return Limits(services=frozenset(urls), private_services=frozenset(urls), **more)


def loaded(turtle: str, graph: str | None = None) -> ox.Store:
    """A store that holds this, in the default graph or a named one."""
    store = ox.Store()
    store.extend(
        ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(graph) if graph else ox.DefaultGraph())
        for q in ox.parse(turtle, ox.RdfFormat.TURTLE)
    )
    return store


def answered(store: Store, text: str) -> Any:
    """The JSON document that answers a query."""
    return json.loads(store.query(Query(PREFIX + text)).read())


def rows(store: Store, text: str) -> list[tuple[tuple[str, str], ...]]:
    """The solutions as a sorted list, blank nodes being alike."""

    def written(term: dict[str, str]) -> str:
        return "a blank node" if term["type"] == "bnode" else json.dumps(term, sort_keys=True)

    bindings = answered(store, text)["results"]["bindings"]
    return sorted(tuple(sorted((name, written(term)) for name, term in row.items())) for row in bindings)
