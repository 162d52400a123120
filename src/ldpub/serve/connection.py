"""One client's connection, with an end to every patience (RFC 9112, 9.5, 9.8): heads, bodies and slow readers.

Nothing here waits in a thread; a connection costs some kilobytes, and each of these times is one timer of the loop.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from ldpub.serve.clock import Clock
from ldpub.serve.message import EXTENSION, HEAD_BYTES

if TYPE_CHECKING:  # the counters there must not be made before it is known whether other processes add to them
    from collections.abc import Coroutine

    from ldpub.serve.door import Begun, Door
    from ldpub.serve.replies import Replies

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


LEFT_SECONDS: Final = 0.1
"""For an answer whose client has left: most are made by then, and to end a worker costs more than any of these."""

_CORKED_AT_MOST = 16 << 10
_UNREAD_AT_MOST = 1 << 20  # bytes that may wait for a client which asks on without reading
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
        self.get_write_buffer_size = transport.get_write_buffer_size  # what each request asks for
        self.is_closing = transport.is_closing
        self.resume_reading = transport.resume_reading

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

    def write_whole(self, pieces: tuple[bytes, ...]) -> None:
        """Write a reply that needs no waiting for more of it."""
        if self._pending:
            self._flush()
        self._transport.write(b"".join(pieces))

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Connection(HttpToolsProtocol):
    """The server's protocol with bounds, and with a way past the application for what it has answered before."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._clock = Clock(self.loop)
        self._stall: asyncio.TimerHandle | None = None
        self._fields_bytes = 0
        self._hosts = 0
        self._in_head = True
        self._between = True  # two requests: no byte of the next one has come
        self._expects_head: bool | None = None  # the part of a request whose time runs, and not the body
        self._refused: _RefusedError | None = None
        self._dated: tuple[object, bytes] = (None, b"")
        self._extension: dict[object, object] | None = None  # what the application is told of the last request
        self._asked: asyncio.Task[None] | None = None  # makes a reply before the head is read in full, if at all
        self._held = b""  # what has come meanwhile
        self._is_ending = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The head of the first request is due."""
        self._corked = _Corked(transport, self.loop)
        super().connection_made(self._corked)  # type: ignore[arg-type]
        self._clock.set(HEAD_SECONDS, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """No timer outlives it."""
        self._clock.end()
        self._flows()
        self._held = b""
        if self._asked is not None:
            self.loop.call_later(LEFT_SECONDS, self._asked.cancel)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """What the client sends; an offer to speak another protocol is not taken up, and is no part of a head then."""
        if self._asked is not None:
            self._held += data
            self.flow.pause_reading()
            return
        head = data if self._may_be_known(data) else None
        if head is not None and (self._answer_again(head) or self._ask_again(head)):
            return
        self._read(data, head)

    def _read(self, data: bytes, head: bytes | None, begun: Begun | None = None) -> None:
        """Read what the client sends in full, and have it answered, perhaps by what was begun."""
        if self._in_head and b"pgrade" in data:
            start, end, rest = data.partition(b"\r\n\r\n")
            data = _UPGRADE.sub(rb"\1x-upgrade:", start) + end + rest
        former = self._extension
        super().data_received(data)
        if not self._between:
            self._expect_rest()
        if head is data and self._between and self._extension is not None and self.cycle.keep_alive:
            self._extension["head"] = head
        if begun is not None and self._extension is not None and self._extension is not former:
            self._extension["begun"] = begun
        elif begun is not None:
            begun.end()

    def _expect_rest(self) -> None:
        """The rest of the head or of the body is due, in a time that begins with each; most requests come at once."""
        if self._expects_head is not self._in_head:
            self._expects_head = self._in_head
            self._clock.set(HEAD_SECONDS if self._in_head else BODY_SECONDS, self.transport.abort)

    def _may_be_known(self, data: bytes) -> bool:
        """Whether this is all of a request that has no body, while nothing else is under way."""
        return (
            self._between
            and len(data) <= HEAD_BYTES
            and (self._extension is None or self.cycle.response_complete)
            and data.startswith(b"GET ")
            and data.find(b"\r\n\r\n") == len(data) - 4
        )

    def _answer_again(self, head: bytes) -> bool:
        """Send what was sent for the same bytes before; False where that is not known."""
        replies: Replies | None = getattr(self.app, "replies", None)
        takes_more = self._corked.get_write_buffer_size() < _UNREAD_AT_MOST
        reply = replies.find(head) if replies is not None and takes_more else None
        if reply is None or self.transport.is_closing():
            return False
        self._corked.write_whole((STATUS_LINE[200], self._date(), reply.fields, b"\r\n", reply.body))
        self.server_state.total_requests += 1
        self._clock.set(self.timeout_keep_alive, self.transport.close)
        return True

    def _ask_again(self, head: bytes) -> bool:
        """Have the reply made where a look at the bytes of the head says what is asked; False where it does not."""
        door: Door | None = getattr(self.app, "door", None)
        if door is None or self.client is None or self.flow.write_paused or self.transport.is_closing():
            return False
        begun = door.begin(head, self.client[0])
        if begun is None:
            return False
        self._clock.stop()
        self._asked = task = self.loop.create_task(self._await(begun, head))
        self.tasks.add(task)
        return True

    async def _await(self, coming: Coroutine[None, None, Begun], head: bytes) -> None:
        """Send the reply that is coming; one that is no whole, or cannot be sent at once, by way of the application."""
        begun: Begun | None = None
        try:
            begun = await coming
        except asyncio.CancelledError:  # the client has left, or the server ends
            self.transport.close()
            raise
        except Exception:  # the application fails in the same way, and is heard by the server
            begun = None
        finally:
            self.tasks.discard(self._asked)
            self._asked = None
        if self.transport.is_closing():
            if begun is not None:
                begun.end()
        else:
            self._send(begun, head)

    def _send(self, begun: Begun | None, head: bytes) -> None:
        fields = begun.fields() if begun is not None and not self.flow.write_paused else None
        if begun is None or fields is None:  # what failed unforeseen fails there again, and is told
            self._read(head, head, begun)
        else:
            last = b"connection: close\r\n\r\n" if self._is_ending else b"\r\n"
            reply = begun.reply
            self._corked.write_whole((STATUS_LINE[reply.status], self._date(), fields, last, reply.body))
            self.server_state.total_requests += 1
            begun.end()
            if self._is_ending:
                self.transport.close()
                return
            self._clock.set(self.timeout_keep_alive, self.transport.close)
        if self._held:
            held, self._held = self._held, b""
            self.flow.resume_reading()
            self.data_received(held)

    def shutdown(self) -> None:
        """The server ends: what is being answered is answered yet, and the connection closed."""
        if self._asked is None:
            super().shutdown()
        else:
            self._is_ending = True

    def _reply(self, cycle: RequestResponseCycle, status: int, fields: bytes, body: bytes) -> bool:
        """Send a whole reply; False where something was sent already, or the client takes nothing for now."""
        if cycle.response_started or cycle.disconnected or self.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        last = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        self._corked.write_whole((STATUS_LINE[status], self._date(), fields, last, body))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def _date(self) -> bytes:
        """The fields that the server gives every reply, the date among them: it makes a list of them each second."""
        given = self.server_state.default_headers
        if self._dated[0] is not given:
            self._dated = (given, b"".join([b"%b: %b\r\n" % one for one in given]))
        return self._dated[1]

    def on_message_begin(self) -> None:
        """The rest of the head may be due."""
        super().on_message_begin()
        self._between = False
        self._fields_bytes = 0
        self._hosts = 0

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

    def on_headers_complete(self) -> None:
        """The body may be due."""
        self._in_head = False
        if self._hosts != 1 and self.parser.get_http_version() == "1.1":
            self._refuse(400, "A request of HTTP/1.1 has one field Host (RFC 9112, 3.2).")
        super().on_headers_complete()
        self._extension = {"reply": partial(self._reply, self.cycle)}
        self.cycle.scope["extensions"] = {EXTENSION: self._extension}

    def on_message_complete(self) -> None:
        """The request is whole: from here on the server is at work, and nothing is due."""
        self._clock.stop()
        self._expects_head = None
        self._in_head = True
        self._between = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The next request is due; it may have come already. A timer for each would cost more than one for all."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._between:
            self._clock.set(self.timeout_keep_alive, self.transport.close)

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
