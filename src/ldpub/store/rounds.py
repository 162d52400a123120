"""One timer for all that is looked at only where it takes a while: most is over before, and not worth its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

Look = Callable[[], None]


class Rounds:
    """Calls once what was added, between `seconds` and twice as many later, unless it is dropped before.

    What is due and dropped in the same step of the loop may still be called. Used in one loop.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self.seconds = seconds
        self._added: set[Look] = set()
        self._older: set[Look] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, look: Look) -> None:
        """Call this in a while."""
        self._added.add(look)
        if self._timer is None:
            self._timer = self._loop.call_later(self.seconds, self._go)

    def drop(self, look: Look) -> None:
        """Do not; it may have been called already."""
        self._added.discard(look)
        self._older.discard(look)

    def _go(self) -> None:
        due, self._older, self._added = self._older, self._added, set()
        self._timer = self._loop.call_later(self.seconds, self._go) if self._older else None
        for look in due:
            self._loop.call_soon(look)
