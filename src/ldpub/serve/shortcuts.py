"""Requests that were made before, answered without being read again: most of a kept answer's time is its request's.

A shortcut leads from the fields of a request on which the answer depends, as they were sent, to a kept answer. It holds
for the release under which it was learnt, and only as long as the answer is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from ldpub.serve.answers import Answers, KeptAnswer
from ldpub.serve.journal import Journal, digest_of, kept
from ldpub.serve.message import Message, Scope, Send

_SHORTCUTS = 4096
_ASKED_BYTES = 4096  # of query string and selecting fields, beyond which none is learnt
_SELECTING = frozenset((b"accept", b"accept-encoding"))
_CONDITIONS = frozenset((b"if-none-match", b"if-match", b"if-modified-since", b"if-unmodified-since"))

Asked = tuple[bytes, ...]
"""The query string and the selecting fields of a request, in the order in which they came."""


@dataclass(frozen=True)
class _Shortcut:
    """What is sent, if the answer is still kept and the release is still the current one."""

    release: str | None
    key: Hashable
    answer: KeptAnswer
    start: Message
    body: Message
    digest: str


class Shortcuts:
    """The shortcuts to a cache of answers; used in one event loop."""

    def __init__(self, answers: Answers[KeptAnswer], journal: Journal) -> None:
        self._answers = answers
        self._journal = journal
        self._known: OrderedDict[Asked, _Shortcut] = OrderedDict()

    async def answered(self, scope: Scope, release: str | None, send: Send) -> bool:
        """Whether the request was one that is known; then it has been answered."""
        asked = asked_by(scope)
        known = self._known.get(asked) if asked is not None else None
        if known is None or asked is None:
            return False
        if known.release != release or self._answers.get(known.key) is not known.answer:
            del self._known[asked]
            return False
        self._known.move_to_end(asked)
        await send(known.start)
        await send(known.body)
        kept(self._journal, known.digest, len(known.answer.body))
        return True

    def learn(
        self, scope: Scope, release: str | None, key: Hashable, query: str, fixed: list[tuple[bytes, bytes]]
    ) -> None:
        """From now on this request leads to the answer kept under a key; `fixed` are the fields of every answer."""
        asked, answer = asked_by(scope), self._answers.get(key)
        if asked is None or answer is None:
            return
        fields = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
        start = {"type": "http.response.start", "status": 200, "headers": fields + fixed}
        body = {"type": "http.response.body", "body": answer.body}
        self._known[asked] = _Shortcut(release, key, answer, start, body, digest_of(query))
        if len(self._known) > _SHORTCUTS:
            self._known.popitem(last=False)


def asked_by(scope: Scope) -> Asked | None:
    """What a request asks, as it was sent; None where its answer may depend on more, or it is too long to remember."""
    if scope["method"] != "GET":
        return None
    asked = [scope["query_string"]]
    for name, value in scope["headers"]:
        if name in _SELECTING:
            asked += (name, value)
        elif name in _CONDITIONS:
            return None
    return tuple(asked) if sum(map(len, asked)) <= _ASKED_BYTES else None
