"""The limits of a public SPARQL endpoint: every number that bounds one query, in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one query may cost; each default was measured against hostile queries.

    The text, judged before the engine sees it:
        query_bytes     length of the query in UTF-8 bytes
        depth           nesting of brackets, and runs of unary operators (an engine parser dies at about 1000)
        patterns        of each kind: triples, operators, path steps, UNION, OPTIONAL, FILTER, BIND, GRAPH, sub-SELECT
        values_rows     rows of all VALUES blocks together, and members of one list of arguments
        services        IRIs that SERVICE may name; this process asks them, since a worker has no network
    The evaluation:
        seconds         wall-clock time from the moment a worker begins to the last byte it writes; a slow reader's
                        time does not count, because the answer is taken off the worker as fast as it is made
        memory_mb       address space (MiB) that a query may take beyond what the open store takes
        buffer_bytes    the beginning of each answer that is held back, so that an error there can still be a status
        spool_mb        MiB of unread answers that may wait on disk, in equal shares; beyond its share a worker waits
    The endpoints that SERVICE names:
        private_services  those of `services` that may stand at an address of this machine or of an inner network
        service_seconds   for all SERVICE clauses of a query together; they count as seconds of the query, too
        service_bytes     of all their answers together
        service_rows      of all their answers together
        service_clauses   SERVICE clauses in one query
        service_queries   queries that ask other endpoints at once; others wait as for a worker (queue_seconds)
    The crowd:
        queue           queries that may wait for a worker, and queue_seconds how long each may wait
        quick_seconds   a query that runs longer is a long one: all workers but one may be taken by long ones
    """

    query_bytes: int = 1_000_000
    depth: int = 100
    patterns: int = 500
    values_rows: int = 10_000
    services: frozenset[str] = frozenset()
    seconds: float = 20.0
    memory_mb: int = 512
    buffer_bytes: int = 1 << 16
    spool_mb: int = 256
    private_services: frozenset[str] = frozenset()
    service_seconds: float = 10.0
    service_bytes: int = 8 << 20
    service_rows: int = 10_000
    service_clauses: int = 10
    service_queries: int = 8
    queue: int = 32
    queue_seconds: float = 5.0
    quick_seconds: float = 0.5
