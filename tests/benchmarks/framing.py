"""Requests as bytes, and responses taken apart as they arrive: the framing of HTTP/1.1 (RFC 9112, section 6)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

JSON_RESULTS = "application/sparql-results+json"
ANY_ROWS = -1
"""How many rows an answer has is not known; then it is parsed whole."""

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_LAST = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"


class BrokenResponseError(Exception):
    """What came is no response, or only the beginning of one."""


class Response:
    """One response; `feed` it what arrives until `done`. Its body is what was framed, without chunk sizes."""

    __slots__ = ("_chunked", "_left", "_pending", "body", "done", "last", "status")

    def __init__(self) -> None:
        self.status = 0
        self.done = False
        self.last = False  # the connection closes after it
        self.body: list[bytes] = []
        self._pending = b""
        self._chunked = False
        self._left: int | None = 0  # bytes to come of the body or of a chunk; None: all until the connection closes

    def feed(self, piece: bytes) -> None:
        """Take in some bytes. Raises BrokenResponseError where they cannot go on what came before."""
        if self.done:
            raise BrokenResponseError("there are bytes after the end of the response")
        self._pending = self._pending + piece if self._pending else piece
        if not self.status and not self._take_head():
            return
        if self._chunked:
            self._take_chunks()
        else:
            self._take_plain()

    def close(self) -> None:
        """The connection has closed. Raises BrokenResponseError where more was to come (RFC 9112, section 8)."""
        if self.status and self._left is None:
            self.done = True
        if not self.done:
            raise BrokenResponseError("the connection closed before the end of the response")

    def _take_head(self) -> bool:
        end = self._pending.find(_HEAD_END)
        if end < 0:
            return False
        head, self._pending = self._pending[: end + 2], self._pending[end + 4 :]
        if not head.startswith(b"HTTP/1.") or not head[9:12].isdigit():
            raise BrokenResponseError(f"no status line: {head[:40]!r}")
        status = int(head[9:12])
        if status < 200:
            return self._take_head()
        self.status = status
        self.last = _LAST.search(head) is not None
        if _CHUNKED.search(head):
            self._chunked = True
        elif length := _LENGTH.search(head):
            self._left = int(length[1])
        else:
            self._left = 0 if status in (204, 304) else None
        return True

    def _take_plain(self) -> None:
        if self._left is None:
            self._keep(len(self._pending))
            return
        if len(self._pending) > self._left:
            raise BrokenResponseError("there are bytes after the end of the response")
        self._left -= len(self._pending)
        self._keep(len(self._pending))
        self.done = self._left == 0

    def _take_chunks(self) -> None:
        """Section 7.1; `_left` counts what is to come of a chunk and of the line end after it."""
        at, pending = 0, self._pending
        while True:
            if self._left:
                piece = pending[at : at + self._left]
                self._take_piece(piece)
                at += len(piece)
                if self._left:
                    break
            end = pending.find(b"\r\n", at)
            if end < 0:
                break
            size = _chunk_size(pending[at:end])
            if size == 0:
                self.done = self._ends_at(end)
                break
            at, self._left = end + 2, size + 2
        self._pending = pending[at:]

    def _take_piece(self, piece: bytes) -> None:
        assert self._left is not None
        content = piece[: max(0, self._left - 2)]
        if content:
            self.body.append(content)
        self._left -= len(piece)

    def _ends_at(self, end: int) -> bool:
        """Whether the last chunk is followed by its empty line (trailers, which nobody here sends, are skipped)."""
        rest = self._pending[end:]
        if rest.endswith(_HEAD_END):
            return True
        if len(rest) > 65536:
            raise BrokenResponseError("there are bytes after the end of the response")
        return False

    def _keep(self, count: int) -> None:
        if count:
            self.body.append(self._pending)
            self._pending = b""


def _chunk_size(line: bytes) -> int:
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError as error:
        raise BrokenResponseError(f"no size of a chunk: {line[:40]!r}") from error


@dataclass(frozen=True)
class Ask:
    """A request but for a number, which makes its query text one of its own, and the rows of its right answer.

    With nothing after the number there is none: the request is always the same.
    """

    before: bytes
    after: bytes
    rows: int = ANY_ROWS

    def bytes(self, number: int) -> bytes:
        """The request whose query ends with this number in a comment."""
        return b"%b%d%b" % (self.before, number, self.after) if self.after else self.before

    def fixed(self) -> Ask:
        """The same request again and again."""
        return Ask(self.bytes(0), b"", self.rows)


@dataclass(frozen=True)
class Target:
    """Where a server answers queries."""

    host: str
    port: int
    path: str

    def ask(self, query: str, rows: int = ANY_ROWS) -> Ask:
        """The GET request of a query (SPARQL 1.1 Protocol, 2.1.1)."""
        line = f"GET {self.path}?query={quote(query + ' #', safe='')}"
        head = f" HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAccept: {JSON_RESULTS}\r\n\r\n"
        return Ask(line.encode(), head.encode(), rows)

    def post_head(self, length: int) -> bytes:
        """The head of a POST request (2.1.3) whose body is to follow."""
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAccept: {JSON_RESULTS}\r\n"
            f"Content-Type: application/sparql-query\r\nContent-Length: {length}\r\n\r\n"
        ).encode()


def rows_of(body: bytes) -> int:
    """Rows of JSON results in which each row binds ?o: inside a string the quotation mark would be escaped."""
    return body.count(b'"o":')


def is_right(response: Response, rows: int) -> bool:
    """Whether a response is a 200 whose JSON results are whole, with that many rows."""
    if response.status != 200:
        return False
    body = b"".join(response.body)
    if rows == ANY_ROWS:
        return _is_json(body)
    return rows_of(body) == rows and body.rstrip().endswith(b"}")


def _is_json(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False
