"""The process around the engine: opens the store once, gives up what it does not need, answers one query at a time.

Run by `ldpub.store.process` as `python -m ldpub.store.worker SETTINGS`, with frames on standard input and output.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ldpub.errors import LdpubError, QueryError, QueryMemoryError
from ldpub.formats import BOOLEAN_FORMATS, GRAPH_FORMATS, SOLUTION_FORMATS, Format
from ldpub.store import frames, sandbox
from ldpub.store.embedded import answer, open_read_only
from ldpub.store.replies import describe
from ldpub.store.store import Form, Query

CHUNK = 1 << 16
_STACK = 64 << 20  # bytes; the engine's parser recurses, and 64 MiB take five times the depth that the guard lets pass
_RETIRE = 128 << 20  # bytes of peak memory beyond the open store, after which a fresh process is cheaper than this one
_BRIEF = 0.002  # seconds, in which nothing takes so much memory
_LETTERS = {form: letter for letter, form in frames.FORMS.items()}
_FORMATS: dict[str, Format] = {f.name: f for f in (*SOLUTION_FORMATS, *BOOLEAN_FORMATS, *GRAPH_FORMATS)}


class _Output:
    """A file-like that puts the writer's pieces into frames of about CHUNK bytes."""

    def __init__(self, descriptor: int, form: Form) -> None:
        self._descriptor = descriptor
        self._letter = _LETTERS[form]
        self._pieces: list[bytes] = []
        self._size = 0
        self.sent = False

    def write(self, piece: bytes) -> int:
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size >= CHUNK:
            self._send(b"")
        return len(piece)

    def flush(self) -> None:
        """The engine's writers call it at their end; the end is sent by `end`."""

    def end(self, tired: bool) -> None:
        """Send what is left; the parent takes one frame where that is all, and there is nothing else to say."""
        if self.sent or tired:
            self._send(frames.frame(frames.END, b"retire" if tired else b""))
        else:
            frames.write_all(self._descriptor, frames.frame(self._letter, b"".join(self._pieces)))

    def _send(self, last: bytes) -> None:
        head = b"" if self.sent else frames.frame(frames.HEAD, self._letter)
        piece = frames.frame(frames.BYTES, b"".join(self._pieces)) if self._pieces else b""
        frames.write_all(self._descriptor, b"".join([head, piece, last]))
        self.sent, self._size = True, 0
        self._pieces.clear()


class _Worker:
    """One open store and the two pipes."""

    def __init__(self, settings: dict[str, Any], requests: int, answers: int) -> None:
        self._requests = requests
        self._answers = answers
        self._prefixes: dict[str, str] = settings["prefixes"]
        self._engine: ox.Store = open_read_only(Path(settings["path"]))
        self._peak = sandbox.peak_memory() + _RETIRE

    def run(self) -> None:
        """Answer queries until the parent closes the pipe."""
        while (request := frames.read_frame(self._requests)) is not None:
            try:
                self._answer(_query(*frames.unpack(request[1])))
            except QueryError as error:
                frames.write_all(self._answers, frames.frame(frames.FAULT, describe(error)))
                if isinstance(error, QueryMemoryError):
                    return

    def _answer(self, query: Query) -> None:
        outputs: list[_Output] = []

        def output(form: Form) -> Any:
            if outputs and outputs[-1].sent:
                raise QueryError("The query calls a function that this endpoint does not know.")
            outputs.append(_Output(self._answers, form))
            return outputs[-1]

        began = time.monotonic()
        answer(self._engine, query, self._prefixes, output)
        is_brief = time.monotonic() - began < _BRIEF
        outputs[-1].end(tired=not is_brief and sandbox.peak_memory() > self._peak)


def _query(text: str, solutions: str, boolean: str, graph: str, *rest: Any) -> Query:
    return Query(text, _FORMATS[solutions], _FORMATS[boolean], _FORMATS[graph], *rest)


def _serve(settings: dict[str, Any], requests: int, answers: int) -> None:
    try:
        worker = _Worker(settings, requests, answers)
        bounded = sandbox.bound_memory(settings["memory_mb"] << 20)
    except LdpubError as error:
        frames.write_all(answers, frames.frame(frames.FAULT, describe(error)))
        return
    report = {"network_forbidden": settings["network_forbidden"], "memory_bounded": bounded}
    frames.write_all(answers, frames.json_frame(frames.READY, report))
    worker.run()


def main() -> None:
    """Give up the network first, so that no thread of the engine is older than the filter, then open and serve."""
    settings = json.loads(sys.argv[1])
    sandbox.die_with_parent(settings["parent"])
    requests, answers = os.dup(0), os.dup(1)
    os.dup2(2, 1)  # nothing that prints may write into the frames
    settings["network_forbidden"] = settings["sandbox"] and sandbox.forbid_network()
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve, args=(settings, requests, answers), name="engine")
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
