"""What is known of each query afterwards: one structured log line, and counters for Prometheus.

A line holds the digest of the query and never its text, and no address of who asked.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from dataclasses import dataclass

from prometheus_client import Counter, Histogram

LOG = logging.getLogger("ldpub.queries")

_QUERIES = Counter("ldpub_queries", "Queries by what came of them.", ["outcome"])
_SECONDS = Histogram(
    "ldpub_query_seconds",
    "Time from a query's arrival to the last byte of its answer.",
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)
_BYTES = Counter("ldpub_answer_bytes", "Bytes of answers, before any content coding.")


@dataclass
class Entry:
    """One query on its way; `end` writes it down, once."""

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
        _QUERIES.labels(outcome).inc()
        _SECONDS.observe(seconds)
        _BYTES.inc(self.size)
        if LOG.isEnabledFor(logging.INFO):
            line = {
                "query": hashlib.sha256(self.text.encode(errors="replace")).hexdigest()[:16],
                "seconds": round(seconds, 4),
                "outcome": outcome,
                "status": status,
                "form": self.form,
                "format": self.format,
                "rows": self.rows,
                "bytes": self.size,
            }
            LOG.info(json.dumps(line))


def begin(text: str) -> Entry:
    """A query has arrived."""
    return Entry(text, time.monotonic())
