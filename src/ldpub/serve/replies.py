"""Replies to requests that were answered before, found by the very bytes of their heads: nothing is read again.

What a server sends depends on the bytes of a request's head and on the release alone, where the reply may be kept at
all (RFC 9111, 3). So the same bytes get the same reply for as long as the release is current.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from ldpub.serve.journal import Journal
from ldpub.serve.message import HEAD_BYTES

_BODY_BYTES = 1 << 20
_ENTRY_BYTES = 1024  # for what an entry takes besides its bytes, in round figures


@dataclass(frozen=True)
class KeptReply:
    """A reply with status 200: its header fields as lines, and its body.

    It holds for one release, named by what the link `current` says. `query` is the digest of a query that it answers.
    """

    release: str | None
    fields: bytes = field(repr=False)
    body: bytes = field(repr=False)
    query: str | None = None


class Replies:
    """The replies of one server process; bounded by bytes, the least recently used goes first. Used in one loop."""

    def __init__(self, most_bytes: int, journal: Journal, release: Callable[[], str | None]) -> None:
        """`release` says which release is current now."""
        self._most = most_bytes
        self._journal = journal
        self._release = release
        self._size = 0
        self._kept: OrderedDict[bytes, KeptReply] = OrderedDict()

    def find(self, head: bytes) -> KeptReply | None:
        """What was sent for a head of these bytes under the current release."""
        reply = self._kept.get(head)
        if reply is None:
            return None
        if reply.release != self._release():
            self._drop(head)
            return None
        self._kept.move_to_end(head)
        if reply.query is not None:
            self._journal.kept(reply.query, len(reply.body))
        return reply

    def keep(self, head: bytes, reply: KeptReply) -> None:
        """Send this from now on to who sends these bytes, unless it is too large."""
        if len(reply.body) > _BODY_BYTES or len(head) > HEAD_BYTES:
            return
        if head in self._kept:
            self._drop(head)
        self._kept[head] = reply
        self._size += _room(head, reply)
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, head: bytes) -> None:
        self._size -= _room(head, self._kept.pop(head))


def _room(head: bytes, reply: KeptReply) -> int:
    return _ENTRY_BYTES + len(head) + len(reply.fields) + len(reply.body)
