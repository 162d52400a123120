"""What is known of each query afterwards: one line of JSON, and counters for Prometheus.

A line holds the digest of the query and never its text, and no address of who asked.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import threading
import time
from dataclasses import dataclass
from functools import lru_cache

from prometheus_client import Counter, Histogram

_QUERIES = Counter("ldpub_queries", "Queries by what came of them.", ["outcome"])
_SECONDS = Histogram(
    "ldpub_query_seconds",
    "Time from a query's arrival to the last byte of its answer, for those that were evaluated.",
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)
_BYTES = Counter("ldpub_answer_bytes", "Bytes of answers, before any content coding.")
_KEPT = _QUERIES.labels("kept")
_KEPT_LINE = (
    '{"query": "%s", "seconds": 0.0, "outcome": "kept", "status": 200, '
    '"form": "", "format": "", "rows": null, "bytes": %d}'
)
_FLUSHED_AFTER = 0.1  # seconds that a line may wait for others: a write for each would cost more than a kept answer


class Journal:
    """Where the lines go: a file descriptor, or nowhere. Lines of a loop are written together, others at once."""

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._kept: list[tuple[str, int]] = []  # digest and bytes of kept answers

    def write(self, line: str) -> None:
        """One line, without its end."""
        with self._lock:
            self._lines.append(line)
            is_first = len(self._lines) == 1
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.flush()
        else:
            if is_first:
                loop.call_later(_FLUSHED_AFTER, self.flush)

    def kept(self, digest: str, size: int) -> None:
        """A kept answer was sent at once: what an entry that ends so would write, for a fraction of its cost.

        Called in a loop.
        """
        self._kept.append((digest, size))
        if len(self._kept) == 1:
            asyncio.get_running_loop().call_later(_FLUSHED_AFTER, self.flush)

    def flush(self) -> None:
        """Write what waits; a descriptor that takes nothing keeps no query from its answer."""
        with self._lock:
            lines, self._lines = self._lines, []
            kept, self._kept = self._kept, []
        if kept:
            _KEPT.inc(len(kept))
            _BYTES.inc(sum(size for _, size in kept))
            lines += (_KEPT_LINE % (digest, size) for digest, size in kept)
        if lines and self._descriptor is not None:
            try:
                os.write(self._descriptor, ("\n".join(lines) + "\n").encode())
            except OSError:
                return


@dataclass
class Entry:
    """One query on its way; `end` writes it down, once."""

    journal: Journal
    text: str
    began: float
    form: str = ""
    format: str = ""
    rows: int | None = None
    size: int = 0
    ended: bool = False

    def end(self, outcome: str, status: int) -> None:
        """Write down what came of it: `answered`, `kept`, `unchanged`, `abandoned`, or the error's name."""
        if self.ended:
            return
        self.ended = True
        seconds = time.monotonic() - self.began
        _outcome(outcome).inc()
        if outcome not in ("kept", "unchanged"):
            _SECONDS.observe(seconds)
        _BYTES.inc(self.size)
        rows = "null" if self.rows is None else self.rows
        self.journal.write(
            f'{{"query": "{digest_of(self.text)}", "seconds": {seconds:.4f}, "outcome": {json.dumps(outcome)}, '
            f'"status": {status}, "form": "{self.form}", "format": "{self.format}", "rows": {rows}, '
            f'"bytes": {self.size}}}'
        )


@lru_cache(100)
def _outcome(name: str) -> Counter:
    return _QUERIES.labels(name)


def digest_of(text: str) -> str:
    """By which the lines about one query are found."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
