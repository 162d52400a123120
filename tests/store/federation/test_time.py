"""However an endpoint waits or drips, the deadline holds; and whoever goes away ends what was under way for them."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
import pytest

from ldpub.errors import BusyError, FederationTimeoutError, QueryAbandonedError
from ldpub.store import Query
from ldpub.store.addresses import Resolve, resolve
from ldpub.store.deadline import Deadline
from ldpub.store.embedded import EmbeddedStore
from ldpub.store.federation import Federation
from peers import EMPTY, JSON, Speak, allowing, endpoint, ok


def asking(url: str, silent: str = "") -> Query:
    return Query(f"SELECT * {{ SERVICE {silent} <{url}> {{ ?s ?p ?o }} }}")


def dripping(head: bytes, piece: bytes) -> Speak:
    def speak(connection: socket.socket) -> None:
        connection.sendall(head)
        until = time.monotonic() + 8
        while piece and time.monotonic() < until:
            connection.sendall(piece)
            time.sleep(0.02)
        connection.settimeout(8)
        connection.recv(1)

    return speak


SLOW = {
    "silence": dripping(b"", b""),
    "fields": dripping(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
    "continue": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": dripping(b"HTTP/1.1 200 OK\r\n" + JSON + b"\r\n", b" "),
    "length": dripping(b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: 5000\r\n\r\n", b" "),
    "chunks": dripping(b"HTTP/1.1 200 OK\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "end": dripping(b"HTTP/1.1 200 OK\r\n" + JSON + b"\r\n" + EMPTY, b" "),
    "refusal": dripping(b"HTTP/1.1 400 No\r\n\r\n", b" "),
}


@contextlib.contextmanager
def unconnected() -> Iterator[str]:
    """A URL where a connection is neither taken nor refused."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening, contextlib.ExitStack() as fillers:
        for _ in range(3):  # the queue is full: further connections wait
            filler = fillers.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


@contextlib.contextmanager
def unshaken() -> Iterator[str]:
    """A URL where TLS begins and goes no further."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/"


@contextlib.contextmanager
def unread() -> Iterator[str]:
    """A URL where a request is not read."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


@contextlib.contextmanager
def speaking(speak: Speak) -> Iterator[str]:
    with endpoint(speak) as (url, _):
        yield url


def never(host: str, port: int) -> list[str]:
    """A resolver whose answer does not come in time."""
    time.sleep(3)
    return ["127.0.0.1"]


Place = Callable[[], contextlib.AbstractContextManager[str]]
WAITS: dict[str, tuple[Place, Resolve]] = {
    **{name: (lambda speak=speak: speaking(speak), resolve) for name, speak in SLOW.items()},  # type: ignore[misc]
    "resolver": (lambda: contextlib.nullcontext("http://endpoint.invalid/"), never),
    "connection": (unconnected, resolve),
    "handshake": (unshaken, resolve),
    "request": (unread, resolve),
}


def long_asking(url: str) -> Query:
    """As long as a query may be, so that it does not fit into the buffers of a connection."""
    return Query(
        f"SELECT * {{ SERVICE <{url}> {{ ?s ?p '{'x' * 900_000}' }} }}" if url.endswith("/") else asking(url).text
    )


@pytest.mark.parametrize("wait", WAITS)
def test_every_wait_meets_the_deadline(wait: str) -> None:
    place, resolver = WAITS[wait]
    with place() as url:
        federation = Federation(allowing(url, service_seconds=0.4), resolver)
        started = time.monotonic()
        with (
            pytest.raises(FederationTimeoutError, match=r"line 1, column 12.*in time"),
            federation.inlined(long_asking(url)),
        ):
            pass
        assert 0.3 < time.monotonic() - started < 2.4  # 0.5 on an idle machine


@pytest.mark.parametrize("silent", ["", "SILENT"])
@pytest.mark.parametrize("wait", WAITS)
def test_every_wait_ends_when_the_client_goes_away(wait: str, silent: str) -> None:
    place, resolver = WAITS[wait]
    with place() as url, ThreadPoolExecutor(1) as pool:
        query = Query(long_asking(url).text.replace("SERVICE", f"SERVICE {silent}"))
        inlining = Federation(allowing(url, service_seconds=6.0), resolver).inlined(query)
        entering = pool.submit(inlining.ask)
        time.sleep(0.3)
        assert not entering.done()
        started = time.monotonic()
        inlining.cut()
        with pytest.raises(QueryAbandonedError):
            entering.result()
        assert time.monotonic() - started < 2.0  # a hundredth of a second on an idle machine


def test_what_was_cut_before_it_began_asks_nobody() -> None:
    def unasked(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    inlining = Federation(allowing("http://x/"), unasked).inlined(asking("http://x/", "SILENT"))
    inlining.cut()
    with pytest.raises(QueryAbandonedError), inlining:
        pass


def test_the_next_clause_of_a_silent_query_is_not_asked_after_a_cut() -> None:
    def late(connection: socket.socket) -> None:
        inlining.cut()
        connection.sendall(ok(EMPTY))

    with endpoint(late, 2) as (url, received):
        clause = f"SERVICE SILENT <{url}> {{ ?s ?p ?o }} "
        inlining = Federation(allowing(url)).inlined(Query(f"SELECT * {{ {clause * 2} }}"))
        with pytest.raises(QueryAbandonedError), inlining:
            pass
        assert len(received) == 1


def test_a_cut_after_the_end_does_nothing() -> None:
    with endpoint(lambda connection: connection.sendall(ok(EMPTY))) as (url, _):
        inlining = Federation(allowing(url)).inlined(asking(url))
        with inlining as query:
            inlining.cut()
            assert "VALUES" in query.text


def test_the_time_of_one_clause_is_not_there_for_the_next() -> None:
    with endpoint(SLOW["silence"]) as (slow, _), endpoint(lambda c: c.sendall(ok(EMPTY))) as (quick, received):
        store = EmbeddedStore(ox.Store(), allowing(slow, quick, service_seconds=0.4))
        text = f"SELECT * {{ SERVICE SILENT <{slow}> {{ ?s ?p ?o }} SERVICE <{quick}> {{ ?s ?p ?o }} }}"
        with pytest.raises(FederationTimeoutError, match=quick):
            store.query(Query(text))
        assert received == []


def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of two addresses takes half of the time at most."""
    with endpoint(lambda connection: connection.sendall(ok(EMPTY))) as (url, _), unconnected() as silent:
        real, port = socket.getaddrinfo, int(silent.rsplit(":", 1)[1].strip("/"))

        def elsewhere(host: str, *rest: object, **more: object) -> object:
            found = real(host, *rest, **more)  # type: ignore[arg-type]
            return [(*entry[:4], ("127.0.0.1", port)) for entry in found] if host == "127.0.0.9" else found

        monkeypatch.setattr(socket, "getaddrinfo", elsewhere)
        federation = Federation(allowing(url, service_seconds=2.0), lambda *_: ["127.0.0.9", "127.0.0.1"])
        with federation.inlined(asking(url)) as query:
            assert "VALUES" in query.text


def test_only_so_many_queries_ask_at_once_and_a_cut_ends_the_wait() -> None:
    asked, answer = threading.Event(), threading.Event()

    def late(connection: socket.socket) -> None:
        asked.set()
        answer.wait(5)
        connection.sendall(ok(EMPTY))

    with endpoint(late) as (url, _), ThreadPoolExecutor(2) as pool:
        federation = Federation(allowing(url, service_queries=1, queue_seconds=0.5))
        first = pool.submit(federation.inlined(asking(url)).ask)
        assert asked.wait(5)
        waiting = federation.inlined(asking(url))
        second = pool.submit(waiting.ask)
        with pytest.raises(BusyError), federation.inlined(asking(url)):
            pass
        with pytest.raises(BusyError):
            second.result()
        third = Federation(allowing(url, service_queries=1, queue_seconds=30.0))
        third.places.acquire()
        waiting = third.inlined(asking(url))
        entering = pool.submit(waiting.ask)
        waiting.cut()
        with pytest.raises(QueryAbandonedError):
            entering.result(1)
        answer.set()
        assert "VALUES" in first.result().text
    assert federation.places.acquire(timeout=0)


def settles(count: Callable[[], int], most: int) -> bool:
    """Whether there are soon no more than that."""
    until = time.monotonic() + 5
    while count() > most and time.monotonic() < until:
        time.sleep(0.02)
    return count() <= most


def test_a_cut_at_any_moment_is_a_cut() -> None:
    with endpoint(SLOW["chunks"], 30) as (url, _), ThreadPoolExecutor(1) as pool:
        federation = Federation(allowing(url, service_seconds=20.0))
        for n in range(30):
            inlining = federation.inlined(asking(url, "SILENT"))
            asked = pool.submit(inlining.ask)
            time.sleep(n / 2000)
            inlining.cut()
            with pytest.raises(QueryAbandonedError):
                asked.result(5)


def test_failures_leave_neither_threads_nor_sockets_nor_places() -> None:
    open_before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - Path.iterdir holds one open
    with endpoint(SLOW["silence"], 20) as (url, _):
        federation = Federation(allowing(url, service_seconds=0.05, service_queries=2))
        before = threading.active_count()
        for _ in range(20):
            with pytest.raises(FederationTimeoutError), federation.inlined(asking(url)):
                pass
        assert settles(threading.active_count, before)
    assert settles(lambda: len(os.listdir("/proc/self/fd")), open_before)  # noqa: PTH208
    assert [federation.places.acquire(timeout=0) for _ in range(3)] == [True, True, False]


def test_a_deadline_tells_a_cut_from_an_end() -> None:
    deadline = Deadline()
    assert deadline.left() > 1e9
    deadline.begin(0)
    with pytest.raises(FederationTimeoutError):
        deadline.left()
    ended: list[int] = []
    deadline.begin(60)
    with deadline.ending(lambda: ended.append(1)):
        deadline.cut()
    deadline.cut()
    assert ended == [1]
    with pytest.raises(QueryAbandonedError), deadline.ending(lambda: ended.append(2)):
        ended.append(3)
    assert ended == [1]
