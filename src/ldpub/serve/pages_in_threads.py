"""The WSGI application behind the door (PEP 3333), called in threads that no slow client ever holds.

The request's body is whole before the application begins, and its answer is taken in pieces; each thread is free again
while a piece is on its way.
"""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote_to_bytes

from ldpub.serve.flights import Flights, Whole
from ldpub.serve.message import Call, Send, lines_of
from ldpub.serve.replies import KeptReply, Replies
from ldpub.serve.snapshot import Snapshots

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

BEGINNING = "ldpub.beginning"
"""The key under which the application finds the beginning of the answer to a query that a page shows."""

REFUSED = "ldpub.refused"
"""The key under which the application finds what was already found wrong with a request."""

_OWN_KEYS = frozenset(("content-length", "content-type", "transfer-encoding"))
_THREADS = 16
_PIECE = 1 << 18


class PagesInThreads:
    """Carries requests to a WSGI application and its answers back."""

    def __init__(self, application: Application, snapshots: Snapshots, replies: Replies) -> None:
        """What the application answers to be kept is kept in `replies`."""
        self._application = application
        self._snapshots = snapshots
        self._replies = replies
        self._flights = Flights()
        self._threads = ThreadPoolExecutor(_THREADS, "ldpub-pages")

    async def __call__(
        self, call: Call, body: bytes, send: Send, refused: Exception | None = None, beginning: object = None
    ) -> None:
        """Answer one request; `refused` is what the door has against it, to be said by a page.

        Who asks for the same as another who is being answered gets the same, where it may be kept.
        """
        loop = asyncio.get_running_loop()
        environ = {**environ_of(call, body), REFUSED: refused, BEGINNING: beginning}
        answer = _PageAnswer(self._application, environ)
        is_plain = refused is None and beginning is None
        flight = await self._flights.board(call.head if is_plain else None)
        if isinstance(flight, Whole):
            await send({"type": "http.response.start", "status": 200, "headers": flight.headers})
            await send({"type": "http.response.body", "body": flight.body})
            return
        release = self._snapshots.served
        try:
            with flight:
                piece = await loop.run_in_executor(self._threads, answer.begin)
                if release != self._snapshots.served:
                    flight.lose()
                elif release == self._snapshots.target:
                    flight.land(self._kept(call, answer, piece, release))
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            while not answer.over:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await loop.run_in_executor(self._threads, answer.next_piece)
            await send({"type": "http.response.body", "body": piece})
        finally:
            self._threads.submit(answer.close)

    def _kept(self, call: Call, answer: _PageAnswer, body: bytes, release: str | None) -> Whole | None:
        """A whole page that has a validator and may be kept by anybody (RFC 9111, 5.2.2.9), and is from now on."""
        if call.head is None or answer.status != 200 or not answer.over:
            return None
        fields = dict(answer.headers)
        if b"etag" not in fields or not fields.get(b"cache-control", b"").startswith(b"public"):
            return None
        lines = lines_of(answer.headers)
        if lines is None or int(fields.get(b"content-length", -1)) != len(body):
            return None
        self._replies.keep(call.head, KeptReply(release, lines, body))
        return Whole(answer.headers, body)

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class _PageAnswer:
    """One run of the application."""

    def __init__(self, application: Application, environ: Environ) -> None:
        self._application = application
        self._environ = environ
        self._lock = threading.Lock()  # whoever closes waits for a piece that is still being made
        self._body: Iterable[bytes] = ()
        self._chunks: Iterator[bytes] = iter(())
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.over = False

    def begin(self) -> bytes:
        """Run the application, up to the first piece of its answer."""
        with self._lock:
            self._body = self._application(self._environ, self._start_response)
            self._chunks = iter(self._body)
        return self.next_piece()

    def _start_response(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        fields = ((name.lower(), value) for name, value in headers)
        # The server dates every answer; a second Date would make the field invalid (RFC 9110, 6.6.1).
        self.headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields if name != "date"]

    def next_piece(self) -> bytes:
        """About _PIECE bytes, or all that is left; then `over` is set."""
        pieces: list[bytes] = []
        size = 0
        with self._lock:
            for chunk in self._chunks:
                pieces.append(chunk)
                size += len(chunk)
                if size >= _PIECE:
                    return b"".join(pieces)
        self.over = True
        return b"".join(pieces)

    def close(self) -> None:
        """The answer was sent, or cannot be."""
        with self._lock:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()


def environ_of(call: Call, body: bytes) -> Environ:
    """The environment of PEP 3333 for a request; a path's bytes stand in it as Latin-1, as they do there."""
    scope = call.scope
    host, port = scope.get("server") or ("localhost", 80)
    environ: Environ = {
        "REQUEST_METHOD": call.method,
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{call.http_version}",
        "REMOTE_ADDR": call.client,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": call.headers.get("content-type", ""),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in call.headers.items():
        if name not in _OWN_KEYS and "_" not in name:  # `X_Y` would pass for `X-Y`
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ
