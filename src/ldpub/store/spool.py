"""An answer on its way from a worker to a slow reader: memory first, then a file, so that no reader holds a worker.

One thread puts, one takes. The reader's end is an iterator that fails as the answer failed; it never just ends early.
"""

from __future__ import annotations

import tempfile
import threading
from collections import deque
from collections.abc import Callable
from typing import IO, Self

from ldpub.errors import QueryError

_IN_MEMORY = 4 << 20  # bytes of one answer that wait in memory before the rest goes to a file
_PIECE = 1 << 18


class Spool:
    """The pieces of one answer that nobody has read yet, first in first out."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._pieces: deque[bytes] = deque()
        self._in_memory = 0
        self._file: IO[bytes] | None = None
        self._read = self._written = 0
        self._ended = False
        self._error: QueryError | None = None
        self.closed = False

    @property
    def waiting(self) -> int:
        """Bytes that take room on disk."""
        return self._written if self._file is not None else 0

    def put(self, piece: bytes) -> None:
        """Add a piece; it is dropped if the reader is gone."""
        with self._changed:
            if self.closed:
                return
            if self._file is None and self._in_memory + len(piece) > _IN_MEMORY:
                self._file = tempfile.TemporaryFile(prefix="ldpub-answer-")  # noqa: SIM115 - closed by close()
            if self._file is not None:
                self._file.seek(self._written)
                self._file.write(piece)
                self._written += len(piece)
            else:
                self._pieces.append(piece)
                self._in_memory += len(piece)
            self._changed.notify()

    def end(self, error: QueryError | None = None) -> None:
        """The answer is whole, or it failed with this error; only the first end counts."""
        with self._changed:
            if not self._ended:
                self._ended, self._error = True, error
            self._changed.notify()

    def take(self) -> bytes | None:
        """The next piece, waiting for it; None at the end of a whole answer; raises the error of a failed one."""
        with self._changed:
            while True:
                piece = self._next()
                if piece:
                    return piece
                if self.closed:
                    return None
                if self._ended:
                    if self._error is not None:
                        raise self._error
                    return None
                self._changed.wait()

    def _next(self) -> bytes:
        if self._pieces:
            piece = self._pieces.popleft()
            self._in_memory -= len(piece)
            return piece
        if self._file is None or self._read == self._written:
            return b""
        self._file.seek(self._read)
        piece = self._file.read(min(_PIECE, self._written - self._read))
        self._read += len(piece)
        if self._read == self._written:  # caught up: the next pieces stay in memory again
            self._drop_file()
        return piece

    def close(self) -> None:
        """The reader goes: free the room."""
        with self._changed:
            self.closed = True
            self._pieces.clear()
            self._drop_file()
            self._changed.notify()

    def _drop_file(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file, self._read, self._written = None, 0, 0


class Reading:
    """The reader's end of a spool: the iterator inside an Answer. Closing it early ends the work behind it."""

    def __init__(self, spool: Spool, beginning: bytes, wake: Callable[[], None]) -> None:
        self._spool = spool
        self._beginning: bytes | None = beginning
        self._wake = wake
        self._over = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if self._beginning:
            piece, self._beginning = self._beginning, None
            return piece
        full = self._spool.waiting
        try:
            taken = None if self._over else self._spool.take()
        except QueryError:
            self.close()
            raise
        if taken is None:
            self.close()
            raise StopIteration
        if full and not self._spool.waiting:
            self._wake()
        return taken

    def close(self) -> None:
        """Read no more."""
        if not self._over:
            self._over = True
            self._spool.close()
            self._wake()

    def __del__(self) -> None:
        self.close()
