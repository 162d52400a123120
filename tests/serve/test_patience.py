"""Clients that dawdle: every patience of a connection has an end, and none of it costs the others anything."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from ldpub.serve import connection
from served import served
from web import Web


async def application(scope: dict[str, object], receive: object, send: object) -> None:
    """Reads the body, then sends as many bytes as the path says."""
    assert callable(receive)
    assert callable(send)
    if scope["type"] != "http":
        for answer in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{answer}.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(int(str(scope["path"])[1:])):
        await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
    await send({"type": "http.response.body"})


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A server of little patience."""
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "STALL_SECONDS"):
        monkeypatch.setattr(connection, name, 0.4)
    with served(application) as url, Web(url) as client:
        yield client


def rest(client: socket.socket) -> bytes:
    """What comes until the server cuts the connection; raises TimeoutError if it does not."""
    received = b""
    with client, contextlib.suppress(ConnectionResetError):
        while piece := client.recv(1 << 16):
            received += piece
    return received


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /1 HTTP/1.1\r\nHost: x\r\n",
        b"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345",
        b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
    ],
    ids=["nothing", "half a head", "half a body", "half a chunked body"],
)
def test_what_never_becomes_a_request_is_cut(web: Web, sent: bytes) -> None:
    began = time.monotonic()
    assert rest(web.connect(sent)) == b""
    assert 0.3 < time.monotonic() - began < 3


def test_dripping_does_not_buy_time(web: Web) -> None:
    def drip() -> None:
        for _ in range(80):
            client.sendall(b"X: y\r\n")
            time.sleep(0.05)

    with web.connect(b"GET /1 HTTP/1.1\r\n") as client, pytest.raises(ConnectionError):
        drip()


def test_a_reader_that_takes_nothing_is_cut(web: Web) -> None:
    client = web.connect(b"GET /1000 HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(1.5)
    assert len(rest(client)) < 100_000_000


def test_a_slow_reader_that_reads_gets_all(web: Web) -> None:
    client = web.connect(b"GET /5 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    received = b""
    while piece := client.recv(20_000):
        received += piece
        time.sleep(0.02)
    client.close()
    assert received.count(b"x") == 500_000
    assert received.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"1" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /1 HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", 431),
        (b"GET /1 HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n", 431),
        (b"nonsense\r\n\r\n", 400),
        (b"GET /1 HTTP/1.1\r\n\r\n", 400),
        (b"GET /1 HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
    ],
    ids=["target", "one field", "many fields", "no HTTP", "no host", "two hosts"],
)
def test_a_head_that_cannot_be_read_is_refused_with_its_status(web: Web, request_bytes: bytes, status: int) -> None:
    client = web.connect()
    with contextlib.suppress(OSError):  # the answer may come, and the connection end, before all is sent
        client.sendall(request_bytes)
    assert rest(client).startswith(b"HTTP/1.1 %d " % status)


def test_a_kept_connection_serves_again_and_again(web: Web) -> None:
    for _ in range(5):
        assert len(web.get("/1").body) == 100_000
        time.sleep(0.1)


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket"])
def test_an_offer_of_another_protocol_is_passed_over(web: Web, protocol: bytes) -> None:
    """RFC 9110, 7.8; the offer that Java's client makes with each request by default."""
    head = b"POST /1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nupgrade: " + protocol
    client = web.connect(head + b"\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nContent-Length: 6\r\n\r\nASK {}")
    received = b""
    while not received.endswith(b"0\r\n\r\n"):
        piece = client.recv(1 << 16)
        assert piece
        received += piece
    client.close()
    assert received.startswith(b"HTTP/1.1 200 ")
    assert received.count(b"x") >= 100_000
