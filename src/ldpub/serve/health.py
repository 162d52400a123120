"""For those who operate the site: whether it lives, whether it is ready, and its counters for Prometheus."""

from __future__ import annotations

import os

from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from ldpub.serve.exchange import Exchange
from ldpub.serve.journal import Journal
from ldpub.serve.problems import Problem
from ldpub.store import Query

_FRESH = {"Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8"}


def live(_exchange: Exchange) -> Response:
    """The process answers; whoever asks need not restart it."""
    return Response("live\n", headers=_FRESH)


def ready(exchange: Exchange) -> Response:
    """The release and its store answer, too: send visitors here. Raises QueryError where the store does not."""
    with exchange.snapshot.store.query(Query("ASK {}")) as answer:
        if b"true" not in answer.read():
            raise Problem(503, "The store does not answer.", "Not ready")
    return Response(f"ready: release {exchange.snapshot.manifest.id}\n", headers=_FRESH)


class Metrics:
    """The view of the counters of all server processes, in Prometheus' text format."""

    def __init__(self, journal: Journal) -> None:
        """`journal` is where queries wait to be counted."""
        self._journal = journal

    def __call__(self, _exchange: Exchange) -> Response:
        """What was counted up to now."""
        self._journal.flush()
        registry = REGISTRY
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
        return Response(generate_latest(registry), headers=headers)
