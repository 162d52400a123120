"""The protocol on the pipes between a worker and its parent: length-prefixed frames, never parsed beyond their head."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from typing import Any

READY = b"R"  # the store is open; payload: what the sandbox could do
QUERY = b"Q"  # parent to worker: one query as JSON
HEAD = b"H"  # form and format of the answer as JSON
BYTES = b"B"  # a piece of the answer
END = b"E"  # the answer is whole; a payload asks for the worker's retirement
FAULT = b"F"  # no answer, or none any more; payload: the error as JSON

_PREFIX = struct.Struct("<cI")


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame as bytes."""
    return _PREFIX.pack(kind, len(payload)) + payload


def json_frame(kind: bytes, payload: Mapping[str, Any]) -> bytes:
    """One frame with a JSON object in it."""
    return frame(kind, json.dumps(payload, separators=(",", ":")).encode())


class Unframer:
    """Takes bytes as they come and gives the frames that are whole."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, received: bytes) -> list[tuple[bytes, bytes]]:
        """The (kind, payload) of every frame that `received` completes."""
        self._pending += received
        complete: list[tuple[bytes, bytes]] = []
        at = 0
        while len(self._pending) - at >= _PREFIX.size:
            kind, length = _PREFIX.unpack_from(self._pending, at)
            end = at + _PREFIX.size + length
            if len(self._pending) < end:
                break
            complete.append((kind, bytes(self._pending[at + _PREFIX.size : end])))
            at = end
        del self._pending[:at]
        return complete


def write_all(descriptor: int, content: bytes) -> None:
    """Write everything to a blocking descriptor; raises BrokenPipeError if nobody reads."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def read_exactly(descriptor: int, length: int) -> bytes | None:
    """So many bytes from a blocking descriptor, or None at its end."""
    pieces: list[bytes] = []
    while length:
        piece = os.read(descriptor, min(length, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def read_frame(descriptor: int) -> tuple[bytes, bytes] | None:
    """The next frame from a blocking descriptor, or None at its end."""
    head = read_exactly(descriptor, _PREFIX.size)
    if head is None:
        return None
    kind, length = _PREFIX.unpack(head)
    payload = read_exactly(descriptor, length)
    return None if payload is None else (kind, payload)
