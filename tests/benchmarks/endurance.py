"""What stays of a query: time beyond its deadline, work after its client has gone, memory, threads, files."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence

from asking import Burst, Course, Single, burst, once
from figures import AT_MOST, Bound, Row
from framing import Ask, Target
from pressing import flood as throw
from processes import Usage, seconds_until_quiet, usage
from servers import LDPUB, NAMES, NO_BUDGET, OXIGRAPH, RDFLIB, Server
from stage import HEAVY, POINT, STREAM, Stage, counted, progress

DEADLINE = 2.0
DISTINCT = 1500

_PATIENCE = 15.0
_MOST_WORK = 30.0
_WARM = 200

MIXED = (
    "SELECT ?p (COUNT(?o) AS ?n) { <%s> ?p ?o } GROUP BY ?p",
    "SELECT * { <%s> ?p ?o . OPTIONAL { ?o ?q ?r } }",
    "SELECT ?s ?p { ?s ?p <%s> } LIMIT 100",
    "SELECT DISTINCT ?class { <%s> ?p ?o . ?o a ?class } ORDER BY ?class",
    "ASK { <%s> ?p ?o . ?o ?q ?r }",
)
"""Small queries of other forms than points; a third of each run."""


def deadline(stage: Stage) -> list[Row]:
    """Heavy queries of each kind, one at a time, where two seconds are allowed."""
    stage.stop()
    beyond: dict[str, list[float]] = defaultdict(list)
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for turn in range(stage.rounds):
        for name in (LDPUB, OXIGRAPH) if turn == 0 else (LDPUB,):
            for kind, query in (HEAVY | STREAM).items():
                with stage.fresh(name, {**NO_BUDGET, "query_seconds": DEADLINE}, DEADLINE) as server:
                    if server:
                        came: Single = _asked_once(stage, server, query)
                        seen[name][f"{kind} {came.outcome}"] += 1
                        beyond[name].append(max(0.0, came.last - DEADLINE))
                        progress(f"{name}: {kind} ended with {came.outcome} after {came.last:.2f} s")
    for name, outcomes in seen.items():
        stage.note(f"deadline, {name}: {counted(outcomes)}")
    stage.note(f"deadline: a client of oxigraph goes away after {_PATIENCE:.0f} s; rdflib-endpoint has no deadline")
    return [Row("beyond a deadline of 2 s, at worst", "s", beyond, Bound(AT_MOST, 1, 0.3), worst=True)]


def _asked_once(stage: Stage, server: Server, query: str) -> Single:
    ask = server.target.ask(query)
    return stage.asking(server.name).run(once, server.target, ask, stage.first(), _PATIENCE)


def disconnect(stage: Stage) -> list[Row]:
    """Clients ask something heavy and leave after a second: how long anything goes on working."""
    stage.stop()
    worked: dict[str, list[float]] = defaultdict(list)
    for turn in range(stage.rounds):
        for name in (LDPUB, OXIGRAPH) if turn == 0 else (LDPUB,):
            for kind, query in (HEAVY | STREAM).items():
                with stage.fresh(name) as server:
                    if server:
                        took = _left(stage, server, query)
                        worked[name].append(took)
                        progress(f"{name}: {kind} worked on for {took:.1f} s")
    stage.note(f"disconnect: watched for {_MOST_WORK:.0f} s")
    return [Row("work after the client has left, at worst", "s", worked, Bound(AT_MOST, 5, 1), worst=True)]


def _left(stage: Stage, server: Server, query: str) -> float:
    seconds_until_quiet(server.process.pid, 10.0)
    pressing = stage.pressing(server.name)
    pressing.begin(throw, server.target, [server.target.ask(f"{query} # {stage.first()}\n")])
    time.sleep(1)
    pressing.end()
    return seconds_until_quiet(server.process.pid, _MOST_WORK)


_SETTLED_AFTER = 8.0
"""Seconds after which a server is done with what it makes ready at its beginning."""


def growth(stage: Stage) -> list[Row]:
    """1,500 queries that all differ, after a warm-up: memory of all processes of a server, before and after."""
    stage.stop()
    grown: dict[str, list[float]] = defaultdict(list)
    for turn in range(stage.rounds):
        for name in NAMES:
            if turn and name == RDFLIB:
                continue
            with stage.fresh(name) as server:
                if server:
                    before, after = _worn(stage, server)
                    grown[name].append((after.memory - before.memory) / 1e6)
                    stage.note(f"growth, {name}: {_told(before)}, then {_told(after)}") if turn == 0 else None
    return [Row("memory after 1,500 distinct queries", "MB", grown, Bound(AT_MOST, 60, 20))]


def _worn(stage: Stage, server: Server) -> tuple[Usage, Usage]:
    asks = _mixed(stage, server.target)
    asking = stage.asking(server.name)
    asking.run(burst, server.target, asks, Course(4, 60.0, stage.first(), _WARM))
    time.sleep(_SETTLED_AFTER)
    before = usage(server.process.pid)
    came: Burst = asking.run(burst, server.target, asks, Course(4, 120.0, stage.first(), DISTINCT))
    time.sleep(2)
    if came.right < DISTINCT:
        stage.note(f"growth, {server.name}: {came.right} right, else {counted(came.wrong)}")
    return before, usage(server.process.pid)


def _mixed(stage: Stage, target: Target) -> Sequence[Ask]:
    """Two points and one query of another form, by turns."""
    asks = []
    for number, (subject, rows) in enumerate(stage.world.subjects):
        if number % 3:
            asks.append(target.ask(POINT % subject, rows))
        else:
            query = MIXED[number // 3 % len(MIXED)]
            asks.append(target.ask(query.replace("%s", subject)))
    return asks


def _told(taken: Usage) -> str:
    return f"{taken.memory / 1e6:.0f} MB, {taken.threads} threads, {taken.files} files"
