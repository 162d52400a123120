"""A file written as gzip (RFC 1952) and zstd (RFC 8878) at once, while it is made: it is never whole in memory."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self

import zstandard

_AT_ONCE = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS
_LEVEL, _OF_LARGE = 10, 4
"""zstd's levels: the higher one takes three times as long for a tenth less."""


class _Coder(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class Packed(io.BufferedIOBase):
    """What is written to it, in each coding, when it is left; the codings work beside the one who writes.

    The same bytes give the same files, however they are parted.
    """

    def __init__(self, *, is_large: bool) -> None:
        level = _OF_LARGE if is_large else _LEVEL
        self._coders: dict[str, _Coder] = {
            "gz": zlib.compressobj(6, zlib.DEFLATED, _GZIP),
            "zst": zstandard.ZstdCompressor(level=level, write_checksum=True).compressobj(),
        }
        self._coded = {suffix: [b""] for suffix in self._coders}
        self._batch = bytearray()
        self._pool = ThreadPoolExecutor(len(self._coders))
        self._pending: list[Future[None]] = []

    @property
    def files(self) -> Mapping[str, bytes]:
        """The content of the file in each coding, by its suffix."""
        return {suffix: b"".join(pieces) for suffix, pieces in self._coded.items()}

    def writable(self) -> bool:
        """Whether it can be written to, as writers of the engine ask."""
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        """Take a piece of the file."""
        self._batch += piece
        while len(self._batch) >= _AT_ONCE:
            self._code(bytes(self._batch[:_AT_ONCE]))
            del self._batch[:_AT_ONCE]
        return len(piece)

    def _code(self, batch: bytes) -> None:
        """Give a batch to the codings, once they are done with the one before."""
        self._wait()
        self._pending = [
            self._pool.submit(_append, self._coded[suffix], coder.compress, batch)
            for suffix, coder in self._coders.items()
        ]

    def _wait(self) -> None:
        for pending in self._pending:
            pending.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._pool:
            if kind is None:
                self._code(bytes(self._batch))
                self._wait()
                for suffix, coder in self._coders.items():
                    self._coded[suffix].append(coder.flush())


def _append(pieces: list[bytes], compress: Callable[[bytes], bytes], batch: bytes) -> None:
    pieces.append(compress(batch))
