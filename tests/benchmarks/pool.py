"""What the worker processes cost: a point query and a stream of 100,000 rows, in process against in workers.

Run by hand: `python tests/benchmarks/pool.py`. The two are measured in turns, and medians are compared.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from ldpub.errors import QueryError
from ldpub.store import Limits, Query
from ldpub.store.embedded import EmbeddedStore, open_read_only
from ldpub.store.workers import WorkerStore

EX = "http://example.org/"
POINT = Query(f"SELECT ?o WHERE {{ <{EX}row/4711> <{EX}value> ?o }}")
ROWS = Query("SELECT * { ?s ?p ?o } LIMIT 100000")
HEAVY = Query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def build(path: Path) -> Path:
    """A store of 100,000 triples."""
    engine = ox.Store(str(path))
    value = ox.NamedNode(EX + "value")
    engine.bulk_extend(
        ox.Quad(ox.NamedNode(f"{EX}row/{n}"), value, ox.Literal(f"value number {n}")) for n in range(100_000)
    )
    engine.flush()
    engine.optimize()
    return path


def seconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def compare(name: str, in_process: Callable[[], object], in_workers: Callable[[], object], times: int) -> None:
    """Print the medians of both, measured in turns, and their ratio."""
    pairs = [(seconds(in_process), seconds(in_workers)) for _ in range(times)]
    one, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    say(f"{name}: in process {one * 1e6:,.0f} us, in workers {other * 1e6:,.0f} us, ratio {other / one:.2f}")


def first_byte(store: WorkerStore) -> float:
    """Seconds until the first bytes of a long answer are there."""
    started = time.perf_counter()
    with store.query(ROWS) as answer:
        next(answer.chunks)
        return time.perf_counter() - started


def flood(store: WorkerStore, heavy: int, points: int) -> None:
    """Point queries while so many threads ask a heavy one, again at once whenever it is refused."""
    stop = threading.Event()

    def press() -> None:
        while not stop.is_set():
            with contextlib.suppress(QueryError):
                store.query(HEAVY).read()

    pressing = [threading.Thread(target=press) for _ in range(heavy)]
    for thread in pressing:
        thread.start()
    times, failures = [], 0
    for _ in range(points):
        started = time.perf_counter()
        try:
            store.query(POINT).read()
        except QueryError:
            failures += 1
        times.append(time.perf_counter() - started)
        time.sleep(0.05)
    stop.set()
    for thread in pressing:
        thread.join()
    times.sort()
    p99 = times[int(len(times) * 0.99)]
    middle = times[len(times) // 2]
    say(f"{heavy} heavy at once: point p50 {middle:.3f} s, p99 {p99:.3f} s, {failures} of {points} failed")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = build(Path(folder) / "store")
        embedded = EmbeddedStore(open_read_only(path))
        with contextlib.closing(WorkerStore(path, Limits(seconds=5))) as store:
            compare("point query", lambda: embedded.query(POINT).read(), lambda: store.query(POINT).read(), 3000)
            compare("100,000 rows", lambda: embedded.query(ROWS).read(), lambda: store.query(ROWS).read(), 7)
            say(f"first byte of 100,000 rows: {statistics.median(first_byte(store) for _ in range(7)) * 1e3:.0f} ms")
            for heavy in map(int, sys.argv[1:] or ("8",)):
                flood(store, heavy, 100)


if __name__ == "__main__":
    main()
