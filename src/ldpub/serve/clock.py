"""One timer for all that a connection waits for: to move its end costs nothing, while a timer of the loop does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Clock:
    """Calls what was agreed on when its time is over, unless it is set again or stopped before."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._due: float | None = None
        self._over: Callable[[], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._rings = 0.0  # when the timer looks again; it may be set for earlier than what is due

    def set(self, seconds: float, over: Callable[[], None]) -> None:
        """Call `over` in so many seconds, and nothing that was agreed on before."""
        self._due, self._over = self._loop.time() + seconds, over
        if self._timer is None or self._rings > self._due:
            self._ring_at(self._due)

    def stop(self) -> None:
        """Call nothing."""
        self._due = None

    def end(self) -> None:
        """Call nothing any more, and keep no timer."""
        self._due = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring_at(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings = due
        self._timer = self._loop.call_later(max(0.0, due - self._loop.time()), self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._due is None or self._over is None:
            return
        if self._due > self._loop.time():
            self._ring_at(self._due)
            return
        self._due = None
        self._over()
