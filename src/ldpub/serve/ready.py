"""Pages, documents and files that were made before, sent again without being made: ASGI 3, before the door.

An answer is kept under what the request says that it depends on (its target, and the fields that its Vary may name),
for the release under which it was made, and only if it says itself that it may be shared (RFC 9111, 3).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from ldpub.serve.answers import Answers, KeptAnswer
from ldpub.serve.message import Message, Receive, Scope, Send
from ldpub.serve.recalling import SENT
from ldpub.serve.snapshot import Snapshot

_SELECTING = frozenset((b"accept", b"accept-language", b"accept-encoding"))
_VARY = frozenset((b"accept", b"accept-language", b"accept-encoding"))
_PASSED = frozenset((b"range", b"if-range", b"if-match", b"if-modified-since", b"if-unmodified-since"))
_NOT_KEPT = ("sparql", "health/", "metrics", "releases")
"""What depends on more than the release being served: its own cache, the moment, what else lies beside the release."""

_ASKED_BYTES = 4096
_REQUESTS = 2048
_KEPT_STATUS = frozenset((200, 302, 303))
_OF_CONTENT = frozenset((b"content-length", b"content-type", b"content-encoding"))

Asked = tuple[bytes, ...]


class Application(Protocol):
    """What makes the answers (ASGI 3)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""


class Settling(Protocol):
    """What says which release is served."""

    @property
    def settled(self) -> Snapshot | None:
        """The release that the next request gets, None before a change."""


@dataclass(frozen=True)
class _Ready(KeptAnswer):
    """An answer as it is sent: the start and the body, and what is sent to who has it already."""

    start: Message
    whole: Message
    etag: bytes
    unchanged: Message


@dataclass(frozen=True)
class _Known:
    """What is sent to a request of certain bytes, if the answer is still kept."""

    key: Hashable
    answer: _Ready
    head: bytes


class ReadyAnswers:
    """The answers of an application, made once for each release; used in one event loop."""

    def __init__(self, behind: Application, snapshots: Settling, answers: Answers) -> None:
        self._behind = behind
        self._snapshots = snapshots
        self._answers = answers
        self._generation = 0
        self._served: Snapshot | None = None
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def recall(self, sent: bytes) -> tuple[bytes, bytes] | None:
        """The head, up to the server's own fields, and the body for a request of these bytes; None to have it read."""
        known = self._known.get(sent)
        if known is None:
            return None
        if self._snapshots.settled is not self._served or self._answers.get(known.key) is not known.answer:
            del self._known[sent]
            return None
        return known.head, known.answer.body

    def _learn(self, scope: Scope, key: Hashable, answer: _Ready, etags: bytes | None) -> None:
        """From now on the bytes of this request lead to its answer; not those of one that is to end its connection."""
        sent: bytes | None = scope.get(SENT)
        is_last = any(name == b"connection" for name, _ in scope["headers"]) or scope["http_version"] != "1.1"
        if sent is None or is_last or etags is not None or scope["method"] != "GET":
            return
        lines = (b"%b: %b\r\n" % field for field in answer.start["headers"])
        self._known[sent] = _Known(key, answer, b"".join((STATUS_LINE[answer.start["status"]], *lines)))
        if len(self._known) > _REQUESTS:
            self._known.popitem(last=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, from what is kept where that is possible."""
        asked, etags = _asked_by(scope)
        served = self._snapshots.settled if asked is not None else None
        if asked is None or served is None or not _is_of(served, scope["path"]):
            return await self._behind(scope, receive, send)
        if served is not self._served:
            self._served, self._generation = served, self._generation + 1
            self._known.clear()
        key = (self._generation, asked)
        ready = self._answers.get(key)
        if isinstance(ready, _Ready):
            self._learn(scope, key, ready, etags)
            return await _send(ready, scope["method"], etags, send)
        if scope["method"] != "GET" or etags is not None:
            return await self._behind(scope, receive, send)
        heard = _Heard(send, self._answers.largest)
        await self._behind(scope, receive, heard)
        made = heard.ready()
        if made is not None and self._snapshots.settled is served:
            self._answers.keep(key, made)
        return None


def _is_of(served: Snapshot, path: str) -> bool:
    """Whether what stands at a path follows from the release being served."""
    name = path.lstrip("/")
    is_own = not name.startswith("release/") or name.startswith(f"release/{served.manifest.id}/")
    return is_own and served.answers_for_ever


async def _send(ready: _Ready, method: str, etags: bytes | None, send: Send) -> None:
    if etags is not None and ready.etag and _names(etags, ready.etag):
        await send(ready.unchanged)
        await send({"type": "http.response.body", "body": b""})
        return
    await send(ready.start)
    await send(ready.whole if method == "GET" else {"type": "http.response.body", "body": b""})


def _names(etags: bytes, etag: bytes) -> bool:
    """Whether a field If-None-Match names an entity tag, compared weakly (RFC 9110, 13.1.2)."""
    return etags == etag or etag in {tag.strip().removeprefix(b"W/") for tag in etags.split(b",")} or etags == b"*"


def _asked_by(scope: Scope) -> tuple[Asked | None, bytes | None]:
    """What a request asks, as it was sent, and its If-None-Match; no asking where its answer may depend on more."""
    is_read = scope["method"] in ("GET", "HEAD")
    if not is_read or scope["path"].lstrip("/").startswith(_NOT_KEPT):
        return None, None
    asked = [scope["raw_path"], scope["query_string"], scope.get("root_path", "").encode()]
    etags: bytes | None = None
    for name, value in scope["headers"]:
        if name in _SELECTING:
            asked += (name, value)
        elif name == b"if-none-match":
            etags = value if etags is None else etags + b", " + value
        elif name in _PASSED or name in (b"content-length", b"transfer-encoding"):
            return None, None
    return (tuple(asked), etags) if sum(map(len, asked)) <= _ASKED_BYTES else (None, None)


class _Heard:
    """Passes an answer on, and hears it, as long as it may be kept."""

    def __init__(self, send: Send, most_bytes: int) -> None:
        self._send = send
        self._left = most_bytes
        self._start: Message | None = None
        self._pieces: list[bytes] = []
        self._is_whole = False

    async def __call__(self, message: Message) -> None:
        """One message of the application."""
        if message["type"] == "http.response.start":
            self._start = message if _may_be_kept(message) else None
        elif self._start is not None and message["type"] == "http.response.body":
            self._hear(message)
        await self._send(message)

    def _hear(self, message: Message) -> None:
        piece = message.get("body", b"")
        self._left -= len(piece)
        if self._left < 0:
            self._start = None
            self._pieces.clear()
            return
        self._pieces.append(piece)
        self._is_whole = not message.get("more_body", False)

    def ready(self) -> _Ready | None:
        """The answer, if it came to its end and may be kept."""
        if self._start is None or not self._is_whole:
            return None
        body = b"".join(self._pieces)
        fields = [(name, value) for name, value in self._start["headers"] if name != b"content-length"]
        fields.append((b"content-length", str(len(body)).encode()))
        etag = dict(fields).get(b"etag", b"")
        start = {"type": "http.response.start", "status": self._start["status"], "headers": fields}
        kept = [field for field in fields if field[0] not in _OF_CONTENT]
        unchanged = {"type": "http.response.start", "status": 304, "headers": kept}
        return _Ready((), body, start, {"type": "http.response.body", "body": body}, etag, unchanged)


def _may_be_kept(start: Message) -> bool:
    """Whether an answer may be shared, and depends on nothing but what requests are told apart by."""
    fields = dict(start["headers"])
    vary = {name.strip().lower() for name in fields.get(b"vary", b"").split(b",")} - {b""}
    shared = fields.get(b"cache-control", b"").startswith(b"public")
    return start["status"] in _KEPT_STATUS and shared and vary <= _VARY and b"set-cookie" not in fields
