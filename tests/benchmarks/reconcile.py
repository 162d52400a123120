"""How fast and how right the reconciliation service is (Reconciliation Service API 1.0-draft), over HTTP; run by hand.

    python tests/benchmarks/reconcile.py PROJECT-OR-RELEASE [--names 4000] [--class IRI]

Serves what is given, asks it names of its own things (`variants.py` says how the test set is made), and prints p50 and
p99 of single queries and of batches, and by kind of name how often the first candidate is the right one. Before that it
finds the same candidates in this process, and prints the time of a core, which other processes disturb less.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from ldpub.release import RECONCILIATION, STORE, Release, open_release
from ldpub.serve.reconcile.matching import Matcher
from ldpub.serve.reconcile.queries import Condition, Query
from ldpub.serve.snapshot import Snapshot
from ldpub.store.embedded import EmbeddedStore, open_read_only
from processes import busy_seconds
from variants import Variant, variants

_BATCH = 50


@contextmanager
def serving(path: Path) -> Iterator[tuple[int, int]]:
    """The port of a server of its own for a project or release, and the number of its process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "ldpub.cli", "serve", str(path), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise SystemExit(f"the server did not begin to serve {path}: {server.poll()}")
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


class Asker:
    """Sends batches and takes their times."""

    def __init__(self, port: int, place_property: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._property = place_property

    def ask(self, batch: Sequence[Variant]) -> tuple[list[list[dict[str, Any]]], float]:
        """The candidates of each, and the seconds that it took; waits where the client's budget is spent."""
        body = json.dumps({"queries": [self._query(variant) for variant in batch]})
        while True:
            began = time.perf_counter()
            self._connection.request("POST", "/reconcile/v1/match", body, {"Content-Type": "application/json"})
            response = self._connection.getresponse()
            content = response.read()
            seconds = time.perf_counter() - began
            if response.status != 429:
                break
            time.sleep(float(response.headers["Retry-After"]))
        assert response.status == 200, content
        return [result["candidates"] for result in json.loads(content)["results"]], seconds

    def _query(self, variant: Variant) -> dict[str, Any]:
        conditions: list[dict[str, Any]] = [{"matchType": "name", "propertyValue": variant.text}]
        if variant.place:
            value = {"id": variant.place}
            conditions.append({"matchType": "property", "propertyId": self._property, "propertyValue": value})
        return {"conditions": conditions, "limit": 5}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--names", type=int, default=4000, help="how many names are asked, chosen by dice")
    parser.add_argument("--class", dest="classes", action="append", default=[], help="only things of this class")
    parser.add_argument("--place", default="country", help="the property that tells namesakes apart")
    parser.add_argument("--missed", type=int, default=0, help="how many wrong answers are printed")
    options = parser.parse_args()
    current = options.path / "releases" / "current"
    release = open_release(current if current.exists() else options.path)
    everything, left_out = variants(release.file(RECONCILIATION), options.classes)
    chosen = random.Random(1).sample(everything, min(options.names, len(everything)))
    say(f"{release.manifest.id}: {len(everything)} names, {len(chosen)} asked; {left_out} left out as ambiguous")
    _print_own_times(release, chosen, options.place)
    with serving(options.path) as (port, process):
        asker = Asker(port, options.place)
        asker.ask(chosen[:1])
        before = _worked(process)
        _print_times("single", [asker.ask([variant])[1] for variant in chosen[:2000]])
        say(f"single, server's CPU: {1000 * (_worked(process) - before) / len(chosen[:2000]):.1f} ms each, on the mean")
        batches = [chosen[start : start + _BATCH] for start in range(0, len(chosen), _BATCH)]
        answers = [asker.ask(batch) for batch in batches]
        _print_times(f"batch of {_BATCH}", [seconds for _, seconds in answers])
    found = [candidates for answer, _ in answers for candidates in answer]
    _print_shares(chosen, found, release.manifest.base, options.missed)


def _worked(process: int) -> float:
    """The processor time that a server and its processes have taken, in seconds."""
    return sum(busy_seconds(process).values())


def _print_own_times(release: Release, chosen: Sequence[Variant], place: str) -> None:
    """The CPU time of finding candidates, without HTTP and without writing them."""
    store = EmbeddedStore(open_read_only(release.file(STORE)))
    snapshot = Snapshot(release, store)
    queries = [
        Query((v.text,), conditions=(Condition(place, ((v.place, True),)),) if v.place else (), limit=5) for v in chosen
    ]
    for name, size in (("first", 1), ("single, CPU", 1), ("batch, CPU", _BATCH)):
        listed = queries[:1] if name == "first" else queries[:2000]
        seconds = []
        for start in range(0, len(listed), size):
            began = time.process_time()
            matcher = Matcher(snapshot)
            for query in listed[start : start + size]:
                matcher.candidates(query)
            seconds.append(time.process_time() - began)
        _print_times(name, seconds)
    snapshot.let_go()


def _print_times(name: str, seconds: Sequence[float]) -> None:
    ranked = sorted(seconds)
    p50, p99 = (1000 * ranked[min(len(ranked) - 1, int(share * len(ranked)))] for share in (0.5, 0.99))
    say(f"{name:14} p50 {p50:7.1f} ms  p99 {p99:7.1f} ms  ({len(ranked)} requests)")


def _print_shares(asked: Sequence[Variant], found: Sequence[list[dict[str, Any]]], base: str, missed: int) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for variant, candidates in zip(asked, found, strict=True):
        first = candidates[0] if candidates else None
        is_right = first is not None and base + first["id"] == variant.iri
        for kind in (variant.kind, "all", *(["with place"] if variant.place else [])):
            counts[kind, "asked"] += 1
            counts[kind, "right"] += is_right
            if first is not None and first["match"]:
                counts[kind, "sure"] += 1
                counts[kind, "wrongly sure"] += not is_right
        if not is_right and missed:
            missed -= 1
            say(f"  missed: {variant} {[(c['id'], c['name'], c['score']) for c in candidates[:2]]}")
    for kind in sorted({kind for kind, _ in counts}):
        total, right = counts[kind, "asked"], counts[kind, "right"]
        sure, wrong = counts[kind, "sure"], counts[kind, "wrongly sure"]
        share = f"{kind:18} {right:6} of {total:6} right, {right / total:7.2%}"
        say(f"{share}; {sure} called a match, {wrong} of them wrong")


def say(line: str) -> None:
    """Print a line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
