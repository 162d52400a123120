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
from collections import Counter as Counts
from collections.abc import Collection
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
_KEPT_LINE = (
    '{"query": "%s", "seconds": 0.0, "outcome": "kept", "status": 200, '
    '"form": "", "format": "", "rows": null, "bytes": %d}'
)
_FLUSHED_AFTER = 0.1  # seconds that a line may wait for others: a write for each would cost more than a kept answer


class Journal:
    """Where the lines go: a file descriptor, or nowhere. Those of a loop wait for others, and take them along; where
    none waits, one of another thread is written at once."""

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._ended: list[Entry] = []
        self._kept: list[tuple[str, int]] = []  # digest and bytes of kept answers

    def write(self, entry: Entry) -> None:
        """Write down a query that has ended, and count it."""
        with self._lock:
            self._ended.append(entry)
            is_first = len(self._ended) == 1
        if is_first:
            try:
                asyncio.get_running_loop().call_later(_FLUSHED_AFTER, self.flush)
            except RuntimeError:
                self.flush()

    def kept(self, digest: str, size: int) -> None:
        """A kept answer was sent at once: what an entry that ends so would write, for a fraction of its cost.

        Called in a loop.
        """
        self._kept.append((digest, size))
        if len(self._kept) == 1:
            asyncio.get_running_loop().call_later(_FLUSHED_AFTER, self.flush)

    def flush(self) -> None:
        """Write and count what waits; a descriptor that takes nothing keeps no query from its answer."""
        with self._lock:
            ended, self._ended = self._ended, []
            kept, self._kept = self._kept, []
        _count(ended, kept)
        lines = [entry.line() for entry in ended]
        lines += [_KEPT_LINE % (digest, size) for digest, size in kept]
        if lines and self._descriptor is not None:
            try:
                os.write(self._descriptor, ("\n".join(lines) + "\n").encode())
            except OSError:
                return


@dataclass(slots=True)
class Entry:
    """One query on its way; `end` writes it down, once."""

    journal: Journal
    text: str
    began: float
    form: str = ""
    format: str = ""
    rows: int | None = None
    size: int = 0
    outcome: str = ""
    status: int = 0
    seconds: float = 0.0

    def end(self, outcome: str, status: int) -> None:
        """Write down what came of it: `answered`, `kept`, `unchanged`, `abandoned`, or the error's name."""
        if self.outcome:
            return
        self.outcome, self.status = outcome, status
        self.seconds = time.monotonic() - self.began
        self.journal.write(self)

    def line(self) -> str:
        """What is written of it."""
        rows = "null" if self.rows is None else self.rows
        return (
            f'{{"query": "{digest_of(self.text)}", "seconds": {self.seconds:.4f}, '
            f'"outcome": {json.dumps(self.outcome)}, "status": {self.status}, "form": "{self.form}", '
            f'"format": "{self.format}", "rows": {rows}, "bytes": {self.size}}}'
        )


def _count(ended: Collection[Entry], kept: Collection[tuple[str, int]]) -> None:
    """Add to the counters: once for all that waited, since each addition writes to a file that processes share."""
    outcomes = Counts(entry.outcome for entry in ended)
    outcomes["kept"] += len(kept)
    for outcome, number in outcomes.items():
        _outcome(outcome).inc(number)
    _BYTES.inc(sum(entry.size for entry in ended) + sum(size for _, size in kept))
    for entry in ended:
        if entry.outcome not in ("kept", "unchanged"):
            _SECONDS.observe(entry.seconds)


@lru_cache(100)
def _outcome(name: str) -> Counter:
    return _QUERIES.labels(name)


def digest_of(text: str) -> str:
    """By which the lines about one query are found."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
