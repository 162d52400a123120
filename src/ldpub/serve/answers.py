"""Answers kept for the next one who asks the same: bounded by bytes, the least recently used goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class HasBody(Protocol):
    """What is kept: something of which the body takes the room."""

    @property
    def body(self) -> bytes: ...  # noqa: D102 - as the class says


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A whole answer: its headers and its body as they were sent."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


Kept = TypeVar("Kept", bound=HasBody)

ENTRY_BYTES = 2048
"""What an answer takes besides its body, key and header fields among it, in round figures: many small ones count."""


class Answers(Generic[Kept]):
    """A cache of answers. A key holds the release's digest, so nothing in it is ever out of date."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def get(self, key: Hashable) -> Kept | None:
        """The answer kept under a key."""
        with self._lock:
            answer = self._kept.get(key)
            if answer is not None:
                self._kept.move_to_end(key)
            return answer

    @property
    def largest(self) -> int:
        """The bytes of the largest answer that is kept: a quarter of the room."""
        return self._most // 4

    def keep(self, key: Hashable, answer: Kept) -> None:
        """Keep an answer, unless it is too large."""
        if len(answer.body) > self.largest:
            return
        with self._lock:
            former = self._kept.pop(key, None)
            self._size += _room(answer) - (_room(former) if former else 0)
            self._kept[key] = answer
            while self._size > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._size -= _room(oldest)


def _room(answer: HasBody) -> int:
    return ENTRY_BYTES + len(answer.body)
