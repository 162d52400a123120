"""Few statements are copied to memory, where the engine answers a lookup in half the time, while nobody waits.

Nothing but a step of some milliseconds is ever in the way of a query, and a worker that lives for few queries copies
nothing: the whole takes 10 us and 700 bytes a statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ldpub.store import frames, sandbox

_AT_MOST: Final = 8 << 20  # bytes on disk, which are some 50,000 statements in all graphs together
_ROOM: Final = 8  # times as many bytes of memory are enough
_AFTER: Final = 300  # queries
_STEP: Final = 200  # statements


class Copying:
    """The way of one store from disk to memory. Used in the one thread that asks the store."""

    def __init__(self, engine: ox.Store, path: Path) -> None:
        """`path` is the folder of the store."""
        size = sum(file.stat().st_size for file in path.glob("*.sst"))
        self.engine = engine
        """The store to ask: that on disk, and the copy from when it is whole."""
        self.room = _ROOM * size if size <= _AT_MOST else 0
        """The bytes of memory that a copy takes at most, which are not for queries; 0 where none is made."""
        self._is_over = not self.room
        self._answered = 0
        self._copy: ox.Store | None = None
        self._statements: Iterator[ox.Quad] = iter(())

    def go_on(self, requests: int) -> None:
        """A query was answered: copy until there is another to read from the descriptor, or nothing to copy."""
        if self._is_over:
            return
        self._answered += 1
        if self._answered > _AFTER and not frames.has_more(requests):
            with sandbox.beyond_bound():
                self._steps(requests)

    def _steps(self, requests: int) -> None:
        if self._copy is None:
            self._copy, self._statements = ox.Store(), self.engine.quads_for_pattern(None, None, None, None)
        while some := list(islice(self._statements, _STEP)):
            self._copy.bulk_extend(some)
            if frames.has_more(requests):
                return
        self.engine, self._copy, self._statements, self._is_over = self._copy, None, iter(()), True
