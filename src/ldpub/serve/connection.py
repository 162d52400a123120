"""One client's connection, with an end to every patience (RFC 9112, 9.5, 9.8): heads, bodies and slow readers.

Nothing here waits in a thread; a connection costs some kilobytes, and each of these times is one timer of the loop.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEAD_SECONDS: Final = 20.0
"""For the head of a request, from the connection's opening, or from the head's first byte."""

BODY_SECONDS: Final = 60.0
"""For the body of a request."""

STALL_SECONDS: Final = 60.0
"""For a client that takes nothing of what is sent to it."""

TARGET_BYTES: Final = 64 << 10
"""The length of a request's target (RFC 9110, 15.5.15): longer queries are posted."""

FIELDS_BYTES: Final = 64 << 10
"""The length of all its header fields together (RFC 6585, 5)."""


_CORKED_AT_MOST = 16 << 10
_UPGRADE = re.compile(rb"(^|\n)upgrade:", re.IGNORECASE)


class _RefusedError(Exception):
    """The head of a request is too large."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class _Corked:
    """A transport that writes at once what comes in one step of the loop: head and body, one packet for the client."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pending: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        if not self._pending:
            self._loop.call_soon(self._flush)
        self._pending.append(data)
        self._size += len(data)
        if self._size > _CORKED_AT_MOST:  # so that the transport can say that it is full
            self._flush()

    def _flush(self) -> None:
        pending, self._pending, self._size = self._pending, [], 0
        if pending and not self._transport.is_closing():
            self._transport.write(pending[0] if len(pending) == 1 else b"".join(pending))

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Connection(HttpToolsProtocol):
    """The server's protocol with bounds."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._impatience: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._fields_bytes = 0
        self._hosts = 0
        self._in_head = True
        self._refused: _RefusedError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The head of the first request is due."""
        super().connection_made(_Corked(transport, self.loop))  # type: ignore[arg-type]
        self._wait_at_most(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """No timer outlives it."""
        self._wait_no_more()
        self._flows()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The rest of the head is due."""
        super().on_message_begin()
        self._fields_bytes = 0
        self._hosts = 0
        self._wait_at_most(HEAD_SECONDS)

    def on_url(self, url: bytes) -> None:
        """A piece of the target; raises where it is too long."""
        super().on_url(url)
        if len(self.url) > TARGET_BYTES:
            self._refuse(414, f"A request's target may have {TARGET_BYTES} bytes; POST a longer query.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header field; raises where they are too long."""
        self._fields_bytes += len(name) + len(value) + 4  # `: ` and the end of the line
        if self._fields_bytes > FIELDS_BYTES:
            self._refuse(431, f"The header fields of a request may have {FIELDS_BYTES} bytes.")
        self._hosts += name.lower() == b"host"
        super().on_header(name, value)

    def data_received(self, data: bytes) -> None:
        """What the client sends; an offer to speak another protocol is not taken up, and is no part of a head then."""
        if self._in_head and b"pgrade" in data:
            head, end, rest = data.partition(b"\r\n\r\n")
            data = _UPGRADE.sub(rb"\1x-upgrade:", head) + end + rest
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """The body is due."""
        self._in_head = False
        if self._hosts != 1 and self.parser.get_http_version() == "1.1":
            self._refuse(400, "A request of HTTP/1.1 has one field Host (RFC 9112, 3.2).")
        self._wait_at_most(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole: from here on the server is at work, and nothing is due."""
        self._wait_no_more()
        self._in_head = True
        super().on_message_complete()

    def _refuse(self, status: int, detail: str) -> None:
        """The parser ends at the error, and with it the connection."""
        self._refused = self._refused or _RefusedError(status, detail)
        raise self._refused

    def send_400_response(self, msg: str) -> None:
        """What the parser stopped at: a refusal of ours, or what is no HTTP."""
        if self._refused is None:
            super().send_400_response(msg)
            return
        body = str(self._refused).encode()
        head = b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[self._refused.status] + head + body)
        self.transport.close()

    def pause_writing(self) -> None:
        """The client takes nothing for now."""
        super().pause_writing()
        if self._stall is None:
            self._stall = self.loop.call_later(STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It takes what is sent."""
        self._flows()
        super().resume_writing()

    def _flows(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _wait_at_most(self, seconds: float) -> None:
        self._wait_no_more()
        self._impatience = self.loop.call_later(seconds, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None
