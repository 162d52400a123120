"""The door in front of Flask (ASGI 3): SPARQL requests of programs are answered here, everything else behind it.

No client keeps a thread, however slowly it sends or reads; a query whose client goes away is cancelled.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from functools import lru_cache
from typing import IO

from ldpub.errors import LdpubError, MalformedQueryError, QueryError, RefusedQueryError
from ldpub.formats import HTML
from ldpub.serve.budget import client_of
from ldpub.serve.coding import choose_coding
from ldpub.serve.endpoint import Caller, Endpoint, Reply, Stream, problem_reply
from ldpub.serve.exchange import FIXED_HEADERS
from ldpub.serve.journal import digest_of
from ldpub.serve.known_heads import KnownHeads, Section
from ldpub.serve.message import Call, ClientGoneError, Receive, Scope, Send, lines_of, read_body
from ldpub.serve.negotiate import prefers_html
from ldpub.serve.pages_in_threads import PagesInThreads
from ldpub.serve.problems import Problem
from ldpub.serve.protocol import Operation, read_operation, wanted_formats
from ldpub.serve.replies import KeptReply, Replies
from ldpub.serve.snapshot import Snapshot, Snapshots
from ldpub.serve.sparql import PICTURE
from ldpub.serve.table import BYTES_READ
from ldpub.store.guard import form_of
from ldpub.store.rounds import Rounds

_METHODS = frozenset(("GET", "HEAD", "POST"))
_WATCHED_AFTER = 0.1  # seconds at least; most queries are over by then, and need nobody to watch their clients
_LONG_BODY = 64 << 10  # bytes from which a body is read in a thread, so that it holds nobody up
_PROLOGUE_READ = 10_000  # characters in which the form of a query must come, for its answer to be data
_IN_MEMORY = 1 << 20
_WHOLE_AT_MOST = 64 << 20  # bytes of an answer that is not sent before it is whole
_PIECE = 1 << 16
_VARYING = frozenset(("ETag", "Content-Length"))  # a number and a digest, which differ from reply to reply
_FIXED = [(name.lower().encode(), value.encode()) for name, value in FIXED_HEADERS.items()]
_FIXED_LINES = b"".join(b"%b: %b\r\n" % one for one in _FIXED)


class Door:
    """An ASGI application for HTTP requests."""

    def __init__(
        self,
        snapshots: Snapshots,
        endpoint: Endpoint,
        replies: Replies,
        behind: PagesInThreads,
        *,
        most_bytes: int,
        proxies: frozenset[str],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """`most_bytes` is the length of the longest request body that is read; requests are answered in `loop`."""
        self._snapshots = snapshots
        self._endpoint = endpoint
        self._replies = replies
        self._behind = behind
        self._most_bytes = most_bytes
        self._proxies = proxies
        self._rounds = Rounds(loop, _WATCHED_AFTER)
        self._heads = KnownHeads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what a client does not stay for is dropped."""
        if scope["path"] == "/health/live" and scope["method"] in ("GET", "HEAD"):
            return await _live(send, is_head=scope["method"] == "HEAD")
        call = Call(scope)
        refused: Problem | None = None
        body = b""
        if call.method not in ("GET", "HEAD"):
            try:
                body = await read_body(call, receive, self._most_bytes)
            except ClientGoneError:
                return None
            except Problem as problem:
                refused = problem
        watch = _Watch(receive, self._rounds)
        try:
            if call.begun is not None:
                await _send_begun(call.begun, call, send)
            else:
                await self._answer(call, body, refused, send)
        except asyncio.CancelledError:
            if not watch.is_gone:
                raise
        except _BrokenOffError:
            return None  # the server cuts the connection of an application that returns in mid-answer
        finally:
            watch.end()

    async def _answer(self, call: Call, body: bytes, refused: Problem | None, send: Send) -> None:
        path = call.path.strip("/")
        if path not in ("sparql", PICTURE) or call.method not in _METHODS:
            return await self._behind(call, body, send, refused)
        try:
            if refused is not None:
                raise refused
            if len(body) > _LONG_BODY:
                operation = await asyncio.to_thread(read_operation, call.request(body))
            else:
                operation = read_operation(call.request(body))
        except (Problem, QueryError) as error:
            if prefers_html(call.header("accept")):
                return await self._behind(call, b"", send, error)
            return await _send(problem_reply(error), call, send)
        if operation is None:
            return await self._behind(call, body, send)
        if path == PICTURE:  # is drawn from what a page reads
            operation = operation._replace(wanted=wanted_formats(HTML.media_type))
        if operation.wants_page and _is_page(operation):
            return await self._page(operation, call, body, send)
        return await self._reply(operation, call, send)

    async def _page(self, operation: Operation, call: Call, body: bytes, send: Send) -> None:
        """No thread waits for the store: the page is made when the answer, or enough of it, is there."""
        snapshot = await self._snapshots.current()
        try:
            client = self._caller(call).client
            beginning = await self._endpoint.beginning(snapshot, operation, client, BYTES_READ)
        except (Problem, LdpubError) as error:
            return await self._behind(call, body, send, error)
        finally:
            snapshot.let_go()
        return await self._behind(call, body, send, beginning=beginning)

    async def _reply(self, operation: Operation, call: Call, send: Send) -> None:
        caller = self._caller(call)
        if call.head is not None and not caller.etags and not operation.wants_page:
            section = Section(operation.wanted, caller.coding, call.header("x-forwarded-for"))
            self._heads.learn(call.head, section)
        await _send_begun(await self._made(operation, caller, call.head), call, send)

    async def _made(self, operation: Operation, caller: Caller, head: bytes | None) -> Begun:
        snapshot = await self._snapshots.current()
        try:
            reply = await self._endpoint.reply(snapshot, operation, caller)
        except (Problem, LdpubError) as error:
            return Begun(problem_reply(error), snapshot)
        except BaseException:
            snapshot.let_go()
            raise
        if reply.was_kept and head is not None and (fields := _fields(reply)) is not None:
            kept = KeptReply(snapshot.target, fields, reply.body, digest_of(operation.text))
            self._replies.keep(head, kept)
        return Begun(reply, snapshot)

    def begin(self, head: bytes, address: str) -> Coroutine[None, None, Begun] | None:
        """Makes the reply to a request of these bytes from this address, where no more than a look at them is needed.

        None where the head is to be read in full, to be answered as an application is called. Who awaits the reply ends
        it, or hands it on with the request; who is cancelled has nothing to end.
        """
        known = self._heads.read(head)
        if known is None:
            return None
        operation, section = known
        client = client_of(address, section.forwarded, self._proxies)
        return self._made(operation, Caller(client, section.coding), head)

    def _caller(self, call: Call) -> Caller:
        etags = call.header("if-none-match")
        return Caller(
            client_of(call.client, call.header("x-forwarded-for"), self._proxies),
            choose_coding(call.header("accept-encoding")),
            frozenset(tag.strip().removeprefix("W/") for tag in etags.split(",")) if etags else frozenset(),
        )


class Begun:
    """A reply that is to be sent, and the release that it is of; to be ended."""

    __slots__ = ("_snapshot", "reply")

    def __init__(self, reply: Reply, snapshot: Snapshot) -> None:
        self.reply = reply
        self._snapshot = snapshot

    def fields(self) -> bytes | None:
        """The header fields of a whole reply as they are sent; None where it must be sent by messages."""
        return _fields(self.reply) if self.reply.stream is None else None

    def end(self) -> None:
        """It was sent, or cannot be."""
        if self.reply.stream is not None:
            self.reply.stream.close()
        self._snapshot.let_go()


_TOO_LARGE = f"More than {_WHOLE_AT_MOST >> 20} MiB are sent by HTTP/1.1 only; or use LIMIT."


async def _live(send: Send, *, is_head: bool) -> None:
    """The process answers, even while no thread is free."""
    fields = [(b"cache-control", b"no-store"), (b"content-type", b"text/plain"), (b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": fields + _FIXED})
    await send({"type": "http.response.body", "body": b"" if is_head else b"live\n"})


class _BrokenOffError(Exception):
    """An answer that has begun cannot be ended."""


def _is_page(operation: Operation) -> bool:
    """Whether the form of this query is wanted as a page; a malformed query's error is."""
    try:
        return operation.wanted[form_of(operation.text[:_PROLOGUE_READ])] is HTML
    except MalformedQueryError:
        return True


def _fields(reply: Reply) -> bytes | None:
    """All header fields as lines; None where one would break out of its line."""
    lines: list[bytes] = []
    for name, value in reply.headers:
        line = b"%b: %b\r\n" % (_name(name), value.encode()) if name in _VARYING else _line(name, value)
        if line is None:
            return None
        lines.append(line)
    return b"".join((*lines, _FIXED_LINES))


@lru_cache(500)
def _line(name: str, value: str) -> bytes | None:
    return lines_of([(_name(name), value.encode("latin-1"))])


def _pairs(reply: Reply) -> list[tuple[bytes, bytes]]:
    return [(_name(name), value.encode("latin-1")) for name, value in reply.headers]


@lru_cache(100)
def _name(name: str) -> bytes:
    return name.lower().encode()


async def _send_begun(begun: Begun, call: Call, send: Send) -> None:
    try:
        fields = begun.fields() if call.method != "HEAD" else None
        if fields is None or not call.reply(begun.reply.status, fields, begun.reply.body):
            await _send(begun.reply, call, send)
    finally:
        begun.end()


async def _send(reply: Reply, call: Call, send: Send) -> None:
    headers = _pairs(reply) + _FIXED
    if reply.stream is not None:
        return await _send_stream(reply.stream, headers, call, send)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else reply.body})
    return None


async def _send_stream(stream: Stream, headers: list[tuple[bytes, bytes]], call: Call, send: Send) -> None:
    if call.method == "HEAD":
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    if call.http_version == "1.0":
        await _send_whole(stream, headers, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async with aclosing(stream.pieces()) as pieces:
        await _send_pieces(pieces, stream, send)


async def _send_pieces(pieces: AsyncGenerator[bytes, None], stream: Stream, send: Send) -> None:
    try:
        async for piece in pieces:
            with stream.excuse():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
    except QueryError as error:
        raise _BrokenOffError from error
    await send({"type": "http.response.body", "body": b""})


async def _send_whole(stream: Stream, headers: list[tuple[bytes, bytes]], send: Send) -> None:
    """For HTTP/1.0, which has no chunks: nothing is sent before the length is known."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        try:
            async with aclosing(stream.pieces()) as pieces:
                async for piece in pieces:
                    spool.write(piece)
                    if spool.tell() > _WHOLE_AT_MOST:
                        raise RefusedQueryError(_TOO_LARGE)
        except OSError as error:
            await _send_problem(QueryError(f"The answer cannot be kept: {error}"), send)
            return
        except QueryError as error:
            await _send_problem(error, send)
            return
        length = (b"content-length", str(spool.tell()).encode())
        spool.seek(0)
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, length]})
        with stream.excuse():
            await _send_file(spool, send)


async def _send_file(spool: IO[bytes], send: Send) -> None:
    while piece := spool.read(_PIECE):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _send_problem(error: QueryError, send: Send) -> None:
    reply = problem_reply(error)
    await send({"type": "http.response.start", "status": reply.status, "headers": _pairs(reply) + _FIXED})
    await send({"type": "http.response.body", "body": reply.body})


class _Watch:
    """Cancels the task of a request when its client goes away; begins to look only at requests that take a while."""

    def __init__(self, receive: Receive, rounds: Rounds) -> None:
        self._receive = receive
        self._rounds = rounds
        self._task = asyncio.current_task()
        self._watching: asyncio.Task[None] | None = None
        self._over = False
        self.is_gone = False
        rounds.add(self._start)

    def _start(self) -> None:
        if not self._over:
            self._watching = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_gone = True
        if self._task is not None:
            self._task.cancel()

    def end(self) -> None:
        """The request is over."""
        self._over = True
        self._rounds.drop(self._start)
        if self._watching is not None:
            self._watching.cancel()
