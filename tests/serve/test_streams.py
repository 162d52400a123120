"""Answers that are sent while they are made: whole ones are equal to stored ones, broken ones never look whole."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
from collections.abc import AsyncGenerator, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import brotli
import pyoxigraph as ox
import pytest

from codings import decode
from ldpub.errors import QueryTimeoutError
from ldpub.formats import GRAPH_FORMATS, SOLUTION_FORMATS, Format
from ldpub.serve import site
from ldpub.store import Answer, AsyncAnswer, Query
from ldpub.store.embedded import EmbeddedStore
from shelf import Shelf, site_of
from web import Reply, Web

SELECT = "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
CODINGS = [None, "gzip", "br", "zstd"]


class Piecemeal:
    """A store that gives its answers in pieces, and may break off behind so many bytes (of all, if it is negative)."""

    def __init__(self) -> None:
        engine = ox.Store()
        predicate = ox.NamedNode("http://example.org/p")
        for number in range(500):
            subject = ox.NamedNode(f"http://example.org/s/{number:03}")
            engine.add(ox.Quad(subject, predicate, ox.Literal(f"value number {number}")))
        self._store = EmbeddedStore(engine)
        self.breaks_at: int | None = None

    def query(self, query: Query) -> Answer:
        return self._store.query(query)

    async def ask(self, query: Query) -> AsyncAnswer:
        whole = self._store.query(query)
        assert whole.body is not None
        return AsyncAnswer(whole.form, whole.format, self._pieces(whole.body))

    async def _pieces(self, body: bytes) -> AsyncGenerator[bytes, None]:
        end = len(body) if self.breaks_at is None else min(self.breaks_at, len(body))
        for at in range(0, end, 1000):
            yield body[at : min(at + 1000, end)]
        if self.breaks_at is not None:
            raise QueryTimeoutError("The query did not end in time.")

    def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture(scope="module")
def store() -> Piecemeal:
    return Piecemeal()


@pytest.fixture(scope="module")
def web(store: Piecemeal) -> Iterator[Web]:
    """A site whose every answer is a stream; nothing is kept, so that each is made anew."""
    shelf = Shelf()
    shelf.put("d", store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "Answers", lambda _: site_answers())
        with site_of(shelf) as client:
            yield client


def site_answers() -> Any:
    """A cache that keeps nothing."""
    return SimpleNamespace(get=lambda _: None, keep=lambda *_: None, largest=0)


@pytest.fixture(autouse=True)
def _whole(store: Piecemeal) -> None:
    store.breaks_at = None


FORMATS = [*((SELECT, f) for f in SOLUTION_FORMATS), *((CONSTRUCT, f) for f in GRAPH_FORMATS)]
NAMES = [f"{query.split()[0]}-{written.name}" for query, written in FORMATS]


def expected(store: Piecemeal, query: str, written: Format) -> bytes:
    asked = Query(query)
    asked = asked._replace(solutions=written) if query == SELECT else asked._replace(graph=written)
    return store.query(asked).read()


def get(web: Web, query: str, written: Format, coding: str | None) -> Reply:
    fields = {"Accept_Encoding": coding} if coding else {}
    return web.get("/sparql?query=" + quote(query), written.media_type, **fields)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize(("query", "written"), FORMATS, ids=NAMES)
def test_a_stream_is_the_whole_answer(
    web: Web, store: Piecemeal, query: str, written: Format, coding: str | None
) -> None:
    reply = web.get(
        "/sparql?query=" + quote(query), written.media_type, **({"Accept_Encoding": coding} if coding else {})
    )
    assert reply.status == 200
    assert reply.headers["Transfer-Encoding"] == "chunked"
    assert reply.headers["Content-Encoding"] == coding
    assert reply.media_type == written.media_type
    assert sorted(decode(reply.body, coding)) == sorted(expected(store, query, written))


def cuts(body: bytes) -> list[int]:
    """Where an answer may break off and still look whole in its format: behind a line, behind all; and anywhere."""
    half = body.find(b"\n", len(body) // 2) + 1
    return [1, len(body) // 3, half or len(body) // 2, len(body)]


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize(("query", "written"), FORMATS, ids=NAMES)
def test_an_answer_that_breaks_off_is_cut(
    web: Web, store: Piecemeal, query: str, written: Format, coding: str | None
) -> None:
    """No client that knows HTTP takes what it has for an answer: the last chunk never comes (RFC 9112, 8)."""
    for cut in cuts(expected(store, query, written)):
        store.breaks_at = cut
        with pytest.raises(http.client.IncompleteRead):
            get(web, query, written, coding)


@pytest.mark.parametrize("coding", CODINGS[1:])
def test_a_coding_that_breaks_off_is_not_ended(web: Web, store: Piecemeal, coding: str) -> None:
    """So it does not decode for those who never look at HTTP, either."""
    store.breaks_at = len(expected(store, SELECT, SOLUTION_FORMATS[0]))
    with pytest.raises(http.client.IncompleteRead) as cut:
        get(web, SELECT, SOLUTION_FORMATS[0], coding)
    with pytest.raises((EOFError, ValueError, brotli.error)):
        decode(cut.value.partial, coding)


def test_curl_fails_on_a_cut_answer(web: Web, store: Piecemeal) -> None:
    store.breaks_at = 5000
    curl = ["curl", "-s", "-o", "/dev/null", f"{web.url}/sparql?query={quote(SELECT)}"]
    try:
        assert subprocess.run(curl, check=False, timeout=30).returncode == 18
    except FileNotFoundError:
        pytest.skip("there is no curl on this machine")


def ask_1_0(web: Web, method: str = "GET") -> tuple[bytes, bytes]:
    """Head and body of an answer to an HTTP/1.0 client, which reads until the connection ends."""
    host, _, port = web.address.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(f"{method} /sparql?query={quote(SELECT)}&format=csv HTTP/1.0\r\n\r\n".encode())
        answer = b""
        while piece := client.recv(1 << 16):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.lower(), body


def test_an_http_1_0_client_gets_the_length_instead_of_chunks(web: Web, store: Piecemeal) -> None:
    head, body = ask_1_0(web)
    csv = next(f for f in SOLUTION_FORMATS if f.name == "csv")
    assert body == expected(store, SELECT, csv)
    assert b"transfer-encoding" not in head
    assert f"content-length: {len(body)}".encode() in head
    assert ask_1_0(web, "HEAD")[1] == b""


def test_an_http_1_0_client_is_told_of_a_failure_by_the_status(web: Web, store: Piecemeal) -> None:
    store.breaks_at = 5000
    head, body = ask_1_0(web)
    assert head.startswith(b"http/1.1 503 ")
    assert json.loads(body)["title"] == "The query took too long"


def test_head_has_the_fields_of_a_stream_and_no_body(web: Web) -> None:
    got, head = (web.ask(method, "/sparql?query=" + quote(SELECT)) for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "ETag", "Vary", "Cache-Control"):
        assert head.headers[name] == got.headers[name]


def test_a_stream_has_a_validator(web: Web) -> None:
    first = web.get("/sparql?query=" + quote(SELECT))
    again = web.get("/sparql?query=" + quote(SELECT), If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
