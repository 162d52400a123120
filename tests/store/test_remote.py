"""Another endpoint as the store: what it answers wrongly, late, or not to the end."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ldpub.errors import MalformedQueryError, QueryTimeoutError, RemoteError
from ldpub.formats import RESULTS_CSV
from ldpub.store import Limits, Query, open_store
from ldpub.store.remote import RemoteStore

LIMITS = Limits(seconds=1.0, buffer_bytes=1000)
ASK = Query("ASK { }")
JSON = b"Content-Type: application/sparql-results+json\r\n"
Speak = Callable[[socket.socket], None]


@contextlib.contextmanager
def endpoint(speak: Speak) -> Iterator[RemoteStore]:
    """A server that reads one request and then does as told."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            while b"query=" not in connection.recv(65536):
                continue
            speak(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield RemoteStore(f"http://127.0.0.1:{listening.getsockname()[1]}/sparql", LIMITS)
        thread.join()


def says(*pieces: bytes) -> Speak:
    def speak(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return speak


def test_a_whole_answer() -> None:
    with endpoint(says(b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: 2\r\n\r\n{}")) as store:
        answer = store.query(ASK)
        assert (answer.form, answer.body) == ("boolean", b"{}")


def test_the_request_is_a_form_with_one_media_type() -> None:
    seen: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            received = b""
            while b"named-graph-uri" not in received:
                received += connection.recv(65536)
            seen.append(received)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/csv; charset=utf-8\r\nContent-Length: 1\r\n\r\nx"
            )

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        store = open_store(f"http://127.0.0.1:{listening.getsockname()[1]}/a/b?c=d")
        query = Query("SELECT * { }", RESULTS_CSV, default_graphs=("x:a",), named_graphs=("x:b",))
        assert store.query(query).body == b"x"
        thread.join()
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a/b?c=d HTTP/1.1\r\n")
    assert b"Accept: text/csv\r\n" in head
    assert body == b"query=SELECT+%2A+%7B+%7D&default-graph-uri=x%3Aa&named-graph-uri=x%3Ab"


@pytest.mark.parametrize(
    ("said", "error", "word"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 9\r\n\r\nno query!", MalformedQueryError, "no query!"),
        (b"HTTP/1.1 500 Broken\r\nContent-Length: 3\r\n\r\nwhy", RemoteError, "500 Broken. why"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", RemoteError, "302"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n", RemoteError, "text/html"),
        (b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: 9\r\n\r\n{}", RemoteError, "7 bytes too early"),
        (b"HTTP/1.1 200 OK\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", RemoteError, "breaks off"),
        (b"HTTP/1.1 200 OK\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", RemoteError, "breaks off"),
        (b"nonsense\r\n\r\n", RemoteError, "reached"),
        (b"", RemoteError, "reached"),
    ],
)
def test_wrong_answers(said: bytes, error: type[Exception], word: str) -> None:
    with endpoint(says(said)) as store, pytest.raises(error, match=word):
        store.query(ASK)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(RemoteError, match="cannot be reached"):
        RemoteStore(f"http://127.0.0.1:{port}/", LIMITS).query(ASK)


def test_a_cut_after_the_beginning_raises_from_the_answer() -> None:
    head = b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: 5000\r\n\r\n"
    with endpoint(says(head, b"x" * 2000)) as store:
        answer = store.query(ASK)
        assert answer.body is None
        with pytest.raises(RemoteError, match="3000 bytes too early"):
            answer.read()


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n" + JSON + b"Connection: close\r\n\r\n"])
def test_silence_and_dripping_meet_the_deadline(head: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(head)
        until = time.monotonic() + 3
        while head and time.monotonic() < until:
            connection.sendall(b"x")
            time.sleep(0.02)
        connection.recv(1)

    with endpoint(drip) as store:
        started = time.monotonic()
        with pytest.raises(QueryTimeoutError):
            store.query(ASK).read()
        assert time.monotonic() - started < LIMITS.seconds + 0.5


def test_closing_hangs_up() -> None:
    hung_up = threading.Event()

    def speak(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: 5000\r\n\r\n" + b"x" * 2000)
        connection.settimeout(3)
        while connection.recv(65536):
            pass
        hung_up.set()

    with endpoint(speak) as store:
        with store.query(ASK) as answer:
            next(answer.chunks)
        assert hung_up.wait(3)


@pytest.mark.parametrize("url", ["ftp://example.org/", "http:///sparql", "example.org"])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(RemoteError, match="URL"):
        RemoteStore(url)
