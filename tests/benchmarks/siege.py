"""How point queries fare while others press: heavy queries, slow senders, slow readers, idle connections."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from asking import Paced
from figures import AT_MOST, Bound, Row, percentile
from framing import Ask, Target
from pacing import Pace, paced, until_normal
from pressing import flood as throw
from pressing import idle as stay_idle
from pressing import read_slowly, send_slowly
from servers import LDPUB, NAMES, Server
from stage import HEAVY, Stage, counted

SLOW, IDLE, HEAVIES = 200, 500, 200
LARGE = 20_000
"""Rows of an answer that no buffer of a socket holds."""

DEADLINE = 20.0
"""Seconds, for Oxigraph: what ldpub has by default."""

_WINDOW = 5.0
_FLOOD_WINDOW = 10.0
_PATIENCE = Pace.patience
_MOST_WAIT = 60.0

Press = Callable[..., Counter[str]]
Arguments = Callable[[Target], tuple[object, ...]]
Figures = dict[str, list[float]]


def quiet(stage: Stage) -> list[Row]:
    """The same point queries with nobody else asking: what the other figures are to be read against."""
    found: Figures = defaultdict(list)
    for _ in range(stage.rounds):
        for server in stage.present():
            found[server.name].append(p99(_paced(stage, server, _WINDOW / 2)))
    return [Row("p99 of point queries, nobody else", "ms", found)]


def senders(stage: Stage) -> list[Row]:
    """200 clients that send a byte of a query a second."""
    return _pressed(stage, f"{SLOW} slow senders", (1000, 50), send_slowly, lambda _: (SLOW,))


def readers(stage: Stage) -> list[Row]:
    """200 clients that read a byte of a large answer a second."""

    def asks(target: Target) -> tuple[object, ...]:
        return [target.ask(stage.world.rows(LARGE))] * SLOW, 30.0

    return _pressed(stage, f"{SLOW} slow readers", (1000, 50), read_slowly, asks)


def idle(stage: Stage) -> list[Row]:
    """500 connections on which nothing is said."""
    return _pressed(stage, f"{IDLE} idle connections", (2000, 250), stay_idle, lambda _: (IDLE,))


def _pressed(stage: Stage, title: str, limits: tuple[float, float], press: Press, arguments: Arguments) -> list[Row]:
    found: Figures = defaultdict(list)
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    failing: set[str] = set()
    for _ in range(stage.rounds):
        for server in stage.present():
            if server.name in failing:
                continue
            pressing = stage.pressing(server.name)
            pressing.begin(press, server.target, *arguments(server.target))
            came = _paced(stage, server, _WINDOW)
            tallies[server.name].add(came, pressing.end())
            found[server.name].append(p99(came))
            if came.wrong and server.name != LDPUB:
                failing.add(server.name)
            time.sleep(0.5)
    for name, tally in tallies.items():
        stage.note(f"{title}, {name}: {tally}")
    return [Row(f"p99 with {title}", "ms", found, Bound(AT_MOST, *limits))]


def flood(stage: Stage) -> list[Row]:
    """200 heavy queries at once, each its own text; then how long until points are answered as before."""
    stage.stop()
    latencies: Figures = defaultdict(list)
    recovery: Figures = defaultdict(list)
    for name in NAMES:
        tally = _Tally()
        with stage.fresh(name, deadline=DEADLINE) as server:
            for turn in range(stage.rounds if name == LDPUB else 1):
                if server and server.lives:
                    came, back = _flooded(stage, server, turn, tally)
                    latencies[name].append(p99(came))
                    recovery[name].append(back)
            if server:
                stage.note(f"flood, {name}: {tally}")
            if server and not server.lives:
                stage.note(f"flood: {name} ended with {server.process.returncode}")
    stage.note(f"flood: oxigraph runs with --timeout-s {DEADLINE:.0f}, rdflib-endpoint has no deadline")
    stage.note(f"a point query that fails, or is not answered within {_PATIENCE:.0f} s, counts as {_PATIENCE:.0f} s")
    return [
        Row(f"p99 with {HEAVIES} heavy queries", "ms", latencies, Bound(AT_MOST, 1000, 250)),
        Row("normal again after them", "s", recovery, Bound(AT_MOST, 10, 3)),
    ]


def _flooded(stage: Stage, server: Server, turn: int, tally: _Tally) -> tuple[Paced, float]:
    normal = max(0.05, 5 * p99(_paced(stage, server, 2.0)) / 1000)
    asking, pressing = stage.asking(server.name), stage.pressing(server.name)
    points = stage.points(server.target)
    asking.start(paced, server.target, points, Pace(_FLOOD_WINDOW, stage.first()))
    pressing.begin(throw, server.target, heavies(server.target, turn * HEAVIES))
    try:
        came: Paced = asking.result()
    except OSError:  # nobody listens there any more
        came = Paced([_PATIENCE], Counter(["no server"]))
    tally.add(came, pressing.end())
    back = asking.run(until_normal, server.target, points, stage.first(), normal, _MOST_WAIT)
    return came, back


def heavies(target: Target, first: int) -> Sequence[Ask]:
    """Heavy queries of all kinds in turn, each a text of its own."""
    kinds = islice(cycle(HEAVY.values()), HEAVIES)
    return [target.ask(f"{query} # {first + number}\n") for number, query in enumerate(kinds)]


def p99(came: Paced) -> float:
    """Milliseconds."""
    return percentile(came.latencies, 99) * 1000


def _paced(stage: Stage, server: Server, seconds: float) -> Paced:
    points, pace = stage.points(server.target), Pace(seconds, stage.first())
    return stage.asking(server.name).run(paced, server.target, points, pace)


@dataclass
class _Tally:
    """What became of those who pressed, and of the points beside them, in all rounds of one server."""

    pressed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)

    def add(self, came: Paced, pressed: Counter[str]) -> None:
        """One round more."""
        self.pressed += pressed
        self.wrong += came.wrong
        self.latencies += came.latencies

    def __str__(self) -> str:
        asked, failed = len(self.latencies), self.wrong.total()
        right = sorted(self.latencies)[: asked - failed]  # a failure counts as long as all patience
        told = f"those who press {counted(self.pressed)}; of {asked} points {failed} failed"
        told += f" ({counted(self.wrong)})" if failed else ""
        return told + (f", p99 of the others {percentile(right, 99) * 1000:,.0f} ms" if right else "")
