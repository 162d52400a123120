"""Requests that came before, byte for byte: answered as if they had been read, and everything else read."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from ldpub.serve import recalling
from served import served
from web import Web

ASK = b"GET /a HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n"
BODY = b"recalled " * 5000


Connect = Callable[..., socket.socket]


class Remembering:
    """An application that counts what it is asked, and recalls one request."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.recalled = 0

    def recall(self, sent: bytes) -> tuple[bytes, bytes] | None:
        if sent != ASK or not self.asked:
            return None
        self.recalled += 1
        head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n" % len(BODY)
        return head, BODY

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for answer in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{answer}.complete"})
            return
        self.asked.append(scope.get(recalling.SENT, b""))
        body = scope["path"].encode()
        fields = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def application() -> Remembering:
    return Remembering()


@pytest.fixture
def web(application: Remembering) -> Iterator[Web]:
    with served(application) as url, Web(url) as client:
        yield client


@pytest.fixture
def connect(web: Web) -> Iterator[Connect]:
    """Opens connections with some bytes sent; closes them in the end."""
    with ExitStack() as stack:
        yield lambda sent=b"": stack.enter_context(web.connect(sent))


def answer(client: socket.socket) -> bytes:
    """The body of one answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert head.lower().count(b"\r\ndate: ") == 1
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += client.recv(65536)
    assert len(body) == length
    return body


def test_the_same_bytes_are_recalled(connect: Connect, application: Remembering) -> None:
    client = connect(ASK)
    assert answer(client) == b"/a"
    assert application.asked == [ASK]
    for _ in range(3):
        client.sendall(ASK)
        assert answer(client) == BODY
    client.sendall(ASK.replace(b"/a", b"/b"))
    assert answer(client) == b"/b"
    client.sendall(ASK)
    assert answer(client) == BODY
    assert (len(application.asked), application.recalled) == (2, 4)


@pytest.mark.parametrize("first", [b"", b"GET /c HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_a_new_connection_may_begin_with_it(connect: Connect, application: Remembering, first: bytes) -> None:
    warm = connect(ASK)
    answer(warm)
    client = connect(first)
    if first:
        assert answer(client) == b"/c"
    client.sendall(ASK)
    assert answer(client) == BODY
    assert application.recalled == 1


def test_what_comes_in_pieces_or_together_is_read(connect: Connect, application: Remembering) -> None:
    client = connect(ASK)
    answer(client)
    client.sendall(ASK[:20])
    time.sleep(0.1)
    client.sendall(ASK[20:])
    assert answer(client) == b"/a"
    client.sendall(b"GET /d HTTP/1.1\r\nHost: x\r\n")
    time.sleep(0.1)
    client.sendall(b"X: y\r\n\r\n")
    assert answer(client) == b"/d"
    two = connect()
    two.sendall(ASK + ASK)
    time.sleep(0.2)
    data = two.recv(65536)
    assert data.count(b"HTTP/1.1 200 OK") == 2
    assert application.recalled == 0
    assert application.asked.count(b"") == len(application.asked) - 1


def test_a_body_that_looks_like_it_is_no_request(connect: Connect, application: Remembering) -> None:
    client = connect(ASK)
    answer(client)
    client.sendall(b"POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(ASK))
    time.sleep(0.1)
    client.sendall(ASK)
    assert answer(client) == b"/e"
    assert application.recalled == 0


def test_a_connection_that_recalls_stays_open_and_one_that_idles_does_not(
    connect: Connect, application: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = recalling.RecallingConnection.connection_made

    def impatient(self: Any, transport: Any) -> None:
        made(self, transport)
        self.timeout_keep_alive = 0.6

    monkeypatch.setattr(recalling.RecallingConnection, "connection_made", impatient)
    client = connect(ASK)
    answer(client)
    for _ in range(4):
        time.sleep(0.3)
        client.sendall(ASK)
        assert answer(client) == BODY
    began = time.monotonic()
    assert client.recv(1) == b""
    assert 0.4 < time.monotonic() - began < 5
