"""SPARQL 1.1 Protocol, 2.1: another endpoint as the store, asked by POST, under the same promise and limits.

The answer passes through as it comes, in the format that was wanted. It counts as whole only if HTTP says so (RFC 9112,
8): by the last chunk or by Content-Length; an answer that stops before is an error. The deadline counts the time spent
waiting for the endpoint, not the time of a slow reader: what that holds is a connection, not a worker.
"""

from __future__ import annotations

import http.client
import socket
import time
import urllib.parse
from collections.abc import Iterator

from ldpub.errors import MalformedQueryError, QueryTimeoutError, RemoteError
from ldpub.formats import Format
from ldpub.store.federation import Federation
from ldpub.store.guard import check, form_of
from ldpub.store.in_thread import AskedInThread
from ldpub.store.limits import Limits
from ldpub.store.replies import too_slow
from ldpub.store.store import Answer, Form, Query, whole

_PIECE = 1 << 16
_EXPLAINED = 2000  # characters of the endpoint's own words that an error quotes


class RemoteStore(AskedInThread):
    """A Store whose queries another SPARQL endpoint answers; `url` comes from the configuration, never from a visitor.

    Redirects are not followed. Each query has a connection of its own.
    """

    def __init__(self, url: str, limits: Limits | None = None) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise RemoteError(f"{url} is not the URL of a SPARQL endpoint: it begins with https:// or http://.")
        self._https = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        self._limits = limits or Limits()
        self._federation = Federation(self._limits)

    def query(self, query: Query) -> Answer:
        """Answer the query; raises QueryError. What it asks of others is asked here, and not by that endpoint."""
        check(query.text, self._limits)
        form = form_of(query.text)
        with self._federation.inlined(query) as local:
            return self._answer(local, form)

    def _answer(self, query: Query, form: Form) -> Answer:
        exchange = _Exchange(self._connect(), self._limits)
        try:
            exchange.ask(self._target, query, query.format_of(form))
            return exchange.answer(form, query.format_of(form))
        except BaseException:
            exchange.close()
            raise

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._https else http.client.HTTPConnection
        return kind(self._host, self._port, timeout=self._limits.seconds)

    def close(self) -> None:
        """There is nothing to release: no connection outlives its answer."""


class _Exchange:
    """One request and its response."""

    def __init__(self, connection: http.client.HTTPConnection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._left = limits.seconds
        self._socket: socket.socket | None = None
        self._response: http.client.HTTPResponse | None = None

    def ask(self, target: str, query: Query, wanted: Format) -> None:
        """Send the query and read the head of the response; raises QueryError."""
        fields = [("query", query.text)]
        fields += [("default-graph-uri", graph) for graph in query.default_graphs]
        fields += [("named-graph-uri", graph) for graph in query.named_graphs]
        headers = {"Accept": wanted.media_type, "Content-Type": "application/x-www-form-urlencoded"}
        started = time.monotonic()
        try:
            self._connection.request("POST", target, urllib.parse.urlencode(fields), headers)
            self._socket = self._connection.sock  # the connection forgets it when the response is the last
            self._response = self._connection.getresponse()
        except TimeoutError as error:
            raise QueryTimeoutError(too_slow(self._limits.seconds)) from error
        except (OSError, http.client.HTTPException) as error:
            raise RemoteError(f"The endpoint cannot be reached: {error}") from error
        self._left -= time.monotonic() - started
        self._judge(self._response, wanted)

    def _judge(self, response: http.client.HTTPResponse, wanted: Format) -> None:
        if response.status == 400:
            raise MalformedQueryError(self._words(response) or "The endpoint calls the query malformed.")
        if response.status != 200:
            raise RemoteError(f"The endpoint answers {response.status} {response.reason}. {self._words(response)}")
        media_type = response.headers.get_content_type()
        if media_type not in wanted.media_types:
            raise RemoteError(f"The endpoint answers in {media_type} where {wanted.media_type} was asked for.")

    @staticmethod
    def _words(response: http.client.HTTPResponse) -> str:
        try:
            return response.read(_EXPLAINED).decode("utf-8", "replace").strip()
        except (OSError, http.client.HTTPException) as error:
            return f"(and no reason: {error})"

    def answer(self, form: Form, written: Format) -> Answer:
        """The answer, with its beginning read."""
        beginning: list[bytes] = []
        size = 0
        pieces = self._pieces()
        for piece in pieces:
            beginning.append(piece)
            size += len(piece)
            if size >= self._limits.buffer_bytes:
                return Answer(form, written, _following(b"".join(beginning), pieces))
        return whole(form, written, b"".join(beginning))

    def _pieces(self) -> Iterator[bytes]:
        response = self._response
        assert response is not None
        # `length` counts down; it is None in chunked coding, where an early end raises IncompleteRead by itself.
        try:
            while piece := self._read(response):
                yield piece
            if response.length:
                raise RemoteError(f"The endpoint's answer ends {response.length} bytes too early.")
        finally:
            self.close()

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        if self._left <= 0 or self._socket is None:
            raise QueryTimeoutError(too_slow(self._limits.seconds))
        started = time.monotonic()
        try:
            self._socket.settimeout(self._left)
            return response.read1(_PIECE)
        except TimeoutError as error:
            raise QueryTimeoutError(too_slow(self._limits.seconds)) from error
        except (OSError, http.client.HTTPException) as error:
            raise RemoteError(f"The endpoint's answer breaks off: {error}") from error
        finally:
            self._left -= time.monotonic() - started

    def close(self) -> None:
        """Hang up."""
        if self._response is not None:
            self._response.close()
        self._connection.close()


def _following(beginning: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces after what was read ahead; closing it closes the connection."""
    try:
        yield beginning
        yield from rest
    finally:
        close = getattr(rest, "close", None)
        if close is not None:
            close()
