"""One HTTP request as an ASGI server hands it on (ASGI 3, HTTP message format): its scope, read; its body, bounded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any

from ldpub.serve.problems import Problem
from ldpub.serve.protocol import Request

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


EXTENSION = "ldpub"
"""The extension of ASGI by which the server says of which bytes a request consists (`head`, if there is nothing else to
it), sends a whole reply at once, for a fraction of what messages cost (`reply`), and hands on what was begun before the
head was read in full (`begun`)."""

HEAD_BYTES = 4096
"""The longest head that the server hands on."""

_DROPPED = 8  # times the longest body


class ClientGoneError(Exception):
    """The client went away before its request was whole."""


class Call:
    """The head of a request."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.http_version: str = scope["http_version"]
        self._extension: dict[str, Any] = scope.get("extensions", {}).get(EXTENSION, {})
        self.headers = _headers(scope["headers"])

    @property
    def client(self) -> str:
        """The address that the connection comes from."""
        address = self.scope.get("client")
        return address[0] if address else ""

    @property
    def head(self) -> bytes | None:
        """The very bytes of this request, if the server says that there is nothing else to it."""
        head: bytes | None = self._extension.get("head")
        return head

    @property
    def begun(self) -> Any:
        """The reply that was begun by a look at the head's bytes alone, if it was."""
        return self._extension.get("begun")

    def reply(self, status: int, fields: bytes, body: bytes) -> bool:
        """Send a whole reply at once, its header fields as lines; False where the server cannot do so now.

        Then nothing was sent, and it is to be sent by messages.
        """
        write: Callable[[int, bytes, bytes], bool] | None = self._extension.get("reply")
        return write is not None and write(status, fields, body)

    def header(self, name: str) -> str | None:
        """A header field, by its name in lower case; one that comes several times is one list (RFC 9110, 5.2)."""
        return self.headers.get(name)

    def request(self, body: bytes) -> Request:
        """What of it says what is asked of the endpoint."""
        query = self.scope["query_string"].decode("latin-1")
        return Request(self.method, query, self.headers.get("content-type", ""), self.headers.get("accept"), body)


def _headers(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw, value in fields:
        name = raw.decode("latin-1")
        text = value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


def lines_of(fields: Sequence[tuple[bytes, bytes]]) -> bytes | None:
    """Header fields as they are sent; None where one would break out of its line."""
    lines = b"".join([b": ".join(field) + b"\r\n" for field in fields])
    return lines if lines.count(b"\n") == lines.count(b"\r") == len(fields) else None


async def read_body(call: Call, receive: Receive, most_bytes: int) -> bytes:
    """The body of a request; raises Problem 413 or 415, and ClientGoneError.

    Of a body that is too long some more is read, and dropped: who is still sending would not read the answer.
    """
    too_long = Problem(413, f"A request may have {most_bytes} bytes.", "The query is too long", {"Connection": "close"})
    pieces: list[bytes] = []
    length = 0
    more = True
    while more and length <= _DROPPED * most_bytes:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        piece = message.get("body", b"")
        more = message.get("more_body", False)
        length += len(piece)
        if length <= most_bytes:
            pieces.append(piece)
    if length > most_bytes:
        raise too_long
    if (coding := call.header("content-encoding")) not in (None, "", "identity"):
        raise Problem(415, f"A body is sent as it is, not in {coding[:40]}.", headers={"Accept-Encoding": "identity"})
    return b"".join(pieces)
