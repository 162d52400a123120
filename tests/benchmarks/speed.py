"""How fast the endpoint answers while nobody disturbs it: point queries, repeated ones, large answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from asking import Burst, Course, Single, burst, once
from figures import AT_LEAST, AT_MOST, Bound, Row
from framing import Ask, Target
from servers import OXIGRAPH, RDFLIB
from stage import Stage, counted

ROWS = 100_000
_WARM = 0.5
_PATIENCE = 120.0
_SLOW = 10.0
"""A peer that takes longer for one answer is asked once only."""

Asks = Callable[[Target], Sequence[Ask]]


def point(stage: Stage) -> list[Row]:
    """Point queries, each text asked once: right answers a second on one connection, and on four."""
    rows = []
    for connections in (1, 4):
        rates = _rates(stage, f"point, c={connections}", stage.points, connections)
        title = f"point query, uncached, {connections} at a time"
        rows.append(Row(title, "/s", rates, Bound(AT_LEAST, 0.25, 0.4, OXIGRAPH)))
        rows.append(Row(title, "/s", rates, Bound(AT_LEAST, 12, 20, RDFLIB)))
    return rows


def repeated(stage: Stage) -> list[Row]:
    """One point query again and again, with the same text."""

    def same(target: Target) -> Sequence[Ask]:
        return [stage.points(target)[0].fixed()]

    rates = _rates(stage, "repeated, c=4", same, 4)
    return [Row("repeated query, 4 at a time", "/s", rates, Bound(AT_LEAST, 3, 4, OXIGRAPH))]


def _rates(stage: Stage, name: str, asks: Asks, connections: int) -> dict[str, list[float]]:
    """Right answers a second of each server, a figure a round, after a warm-up."""
    rates: dict[str, list[float]] = defaultdict(list)
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    busy: dict[str, list[float]] = defaultdict(list)
    for server in stage.present():
        stage.asking(server.name).run(
            burst, server.target, asks(server.target), Course(connections, _WARM, stage.first())
        )
    for _ in range(stage.rounds):
        for server in stage.present():
            course = Course(connections, stage.seconds, stage.first())
            came: Burst = stage.asking(server.name).run(burst, server.target, asks(server.target), course)
            rates[server.name].append(came.rate)
            wrong[server.name] += came.wrong
            busy[server.name].append(came.busy / came.seconds)
    for server_name, seen in wrong.items():
        if seen:
            stage.note(f"{name}: {server_name} also gave {counted(seen)}")
    shares = ", ".join(f"{name} {max(shares):.0%}" for name, shares in busy.items())
    stage.note(f"{name}: the client itself took of a core at most {shares}")
    return rates


def rows(stage: Stage) -> list[Row]:
    """A SELECT of 100,000 rows as JSON: time to the last byte, and to the first one of the body."""
    first: dict[str, list[float]] = defaultdict(list)
    last: dict[str, list[float]] = defaultdict(list)
    left_out: set[str] = set()
    for _ in range(stage.rounds):
        for server in stage.present():
            if server.name in left_out:
                continue
            ask = server.target.ask(stage.world.rows(ROWS), ROWS)
            came: Single = stage.asking(server.name).run(once, server.target, ask, stage.first(), _PATIENCE)
            if came.outcome != "200":
                stage.note(f"rows: {server.name} gave {came.outcome} with {came.rows} rows after {came.last:.1f} s")
                left_out.add(server.name)
                continue
            first[server.name].append(came.first * 1000)
            last[server.name].append(came.last * 1000)
            if came.last > _SLOW:
                left_out.add(server.name)
    return [
        Row("100,000 rows, last byte", "ms", last, Bound(AT_MOST, 1.5, 1.2, OXIGRAPH)),
        Row("100,000 rows, first byte", "ms", first, Bound(AT_MOST, 50, 20)),
    ]
