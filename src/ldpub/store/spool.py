"""The pieces of one answer that nobody has read yet, in memory and then on disk: no slow reader holds a worker."""

from __future__ import annotations

import tempfile
from collections import deque
from typing import IO

_IN_MEMORY = 4 << 20  # bytes of one answer that wait in memory before the rest goes to a file
_PIECE = 1 << 18


class Spool:
    """First in, first out."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._in_memory = 0
        self._file: IO[bytes] | None = None
        self._read = self._written = 0

    @property
    def on_disk(self) -> int:
        """Bytes that take room on disk."""
        return self._written if self._file is not None else 0

    def put(self, piece: bytes) -> None:
        """Add a piece; raises OSError where the disk takes no more."""
        if self._file is None and self._in_memory + len(piece) > _IN_MEMORY:
            self._file = tempfile.TemporaryFile(prefix="ldpub-answer-")  # noqa: SIM115 - closed by close()
        if self._file is not None:
            self._file.seek(self._written)
            self._file.write(piece)
            self._written += len(piece)
        else:
            self._pieces.append(piece)
            self._in_memory += len(piece)

    def take(self) -> bytes:
        """The next piece; empty where none waits."""
        if self._pieces:
            piece = self._pieces.popleft()
            self._in_memory -= len(piece)
            return piece
        if self._file is None:
            return b""
        self._file.seek(self._read)
        piece = self._file.read(min(_PIECE, self._written - self._read))
        self._read += len(piece)
        if self._read == self._written:  # caught up: the next pieces stay in memory again
            self._drop_file()
        return piece

    def close(self) -> None:
        """Free the room; what waits is dropped."""
        self._pieces.clear()
        self._in_memory = 0
        self._drop_file()

    def _drop_file(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file, self._read, self._written = None, 0, 0
