"""The protocol on the pipes between a worker and its parent: length-prefixed frames, never parsed beyond their head."""

from __future__ import annotations

import json
import marshal
import os
import struct
from collections.abc import Mapping
from typing import Any, Literal

READY = b"R"  # the store is open; payload: what the sandbox could do
QUERY = b"Q"  # parent to worker: one query, see `pack`
HEAD = b"H"  # the form of the answer, as one of FORMS
BYTES = b"B"  # a piece of the answer
END = b"E"  # the answer is whole; a payload asks for the worker's retirement
FAULT = b"F"  # no answer, or none any more; payload: the error as JSON

FORMS: Mapping[bytes, Literal["solutions", "boolean", "graph"]] = {
    b"s": "solutions",
    b"b": "boolean",
    b"g": "graph",
}
"""The forms of answers by their letters. A letter is a kind, too: a whole answer of that form, in one frame."""

_PREFIX = struct.Struct("<cI")
_READ = 1 << 13  # bytes, more than most queries have


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame as bytes."""
    return _PREFIX.pack(kind, len(payload)) + payload


def json_frame(kind: bytes, payload: Mapping[str, Any]) -> bytes:
    """One frame with a JSON object in it."""
    return frame(kind, json.dumps(payload, separators=(",", ":")).encode())


def pack(values: tuple[str | tuple[str, ...] | None, ...]) -> bytes:
    """What a parent tells its worker. Never for what a worker tells: a parent must not trust what it reads."""
    return marshal.dumps(values)


def unpack(payload: bytes) -> Any:
    """What `pack` was given."""
    return marshal.loads(payload)  # noqa: S302 - written by the parent, which started this process


class Unframer:
    """Takes bytes as they come and gives the frames that are whole."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, received: bytes) -> list[tuple[bytes, bytes]]:
        """The (kind, payload) of every frame that `received` completes."""
        if not self._pending and len(received) >= _PREFIX.size:  # most come alone and whole
            kind, length = _PREFIX.unpack_from(received)
            if len(received) == _PREFIX.size + length:
                return [(kind, received[_PREFIX.size :])]
        if self._pending:
            self._pending += received
            complete, at = _whole_frames(self._pending)
            del self._pending[:at]
        else:
            complete, at = _whole_frames(received)
            self._pending += received[at:]
        return complete


def _whole_frames(received: bytes | bytearray) -> tuple[list[tuple[bytes, bytes]], int]:
    """The frames that are whole, and where they end."""
    complete: list[tuple[bytes, bytes]] = []
    at = 0
    while len(received) - at >= _PREFIX.size:
        kind, length = _PREFIX.unpack_from(received, at)
        end = at + _PREFIX.size + length
        if len(received) < end:
            break
        complete.append((kind, bytes(received[at + _PREFIX.size : end])))
        at = end
    return complete, at


def write_all(descriptor: int, content: bytes) -> None:
    """Write everything to a blocking descriptor; raises BrokenPipeError if nobody reads."""
    written = os.write(descriptor, content)
    while written < len(content):
        content = content[written:]
        written = os.write(descriptor, content)


def read_frame(descriptor: int) -> tuple[bytes, bytes] | None:
    """The next frame from a blocking descriptor, or None at its end; one frame is written at a time."""
    unframer = Unframer()
    while piece := os.read(descriptor, _READ):
        if frames := unframer.feed(piece):
            return frames[0]
    return None
