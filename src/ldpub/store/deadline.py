"""A moment at which whatever waits for others must end, and which any thread may bring forward: `cut` makes it now."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator

from ldpub.errors import FederationTimeoutError, QueryAbandonedError


class Deadline:
    """The time that all requests of one query to other endpoints have together; endless until `begin`. Thread-safe."""

    def __init__(self) -> None:
        self._at = math.inf
        self._is_cut = False
        self._lock = threading.Lock()
        self._ends: list[Callable[[], None]] = []

    def begin(self, seconds: float) -> None:
        """Let the deadline be so many seconds from now."""
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds left; raises FederationTimeoutError if there are none, QueryAbandonedError after `cut`."""
        if self._is_cut:
            raise QueryAbandonedError("Nobody waits for the answer any more.")
        left = self._at - time.monotonic()
        if left <= 0:
            raise FederationTimeoutError("it did not answer in time.")
        return left

    def cut(self) -> None:
        """End everything that waits, from any thread and at any time; returns at once."""
        with self._lock:
            self._is_cut = True
            for end in self._ends:
                end()

    @contextlib.contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """While the block runs, a cut calls `end`, which must wake what the block waits for; raises as `left` does."""
        with self._lock:
            self._ends.append(end)
        try:
            self.left()
            yield
        finally:
            with self._lock:
                self._ends.remove(end)
