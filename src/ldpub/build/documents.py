"""The documents' database: every statement as the sources wrote it, found by subject or object, with all labels.

Pages read this and not the SPARQL store, which rewrites literals (`1.50` becomes `1.5`).
"""

from __future__ import annotations

import json
import sqlite3
import sys
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, Quad

from ldpub.build.traces import NO_TRACES, Traces
from ldpub.labels import LABEL_PROPERTIES
from ldpub.release import INDEXES, MANY
from ldpub.release import SCHEMA as TABLES

_RANKS = {name: rank for rank, name in enumerate(LABEL_PROPERTIES)}

_FORWARD = """
insert into linked select s, 1, p, count(distinct o) from statement
where (s, p) in (select s, p from statement group by s, p having count(*) > ?) group by s, p
"""
_BACKWARD = """
insert into linked select o, 0, p, count(distinct s) from statement join term t on t.id = s
where (o, p) in (select o, p from statement group by o, p having count(*) > ?) and t.text like '<%' and g is not ?
group by o, p
"""


class _Tables:
    """The rows of the tables, each term numbered when it is first met."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self.labels: set[tuple[int, str, str, int]] = set()
        self.places: list[tuple[int, int, int]] = []
        self.files: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self.terms.setdefault(text, len(self.terms) + 1)

    def statements(self, quads: Iterable[Quad], traces: Traces) -> Iterator[tuple[int, int, int, int]]:
        """The statements, whose rowids count from 1; their labels and places are noted by the way."""
        for rowid, quad in enumerate(quads, 1):
            subject = self.number(str(quad.subject))
            rank = _RANKS.get(quad.predicate.value)
            if rank is not None and isinstance(quad.object, Literal):
                self.labels.add((subject, quad.object.language or "", quad.object.value, rank))
            if place := traces.places.get(quad):
                name, line = place
                self.places.append((rowid, self.files.setdefault(name, len(self.files) + 1), line))
            yield (
                subject,
                self.number(str(quad.predicate)),
                self.number(str(quad.object)),
                self.number(str(quad.graph_name)),
            )

    def steps(self, traces: Traces, rules: dict[str, int]) -> Iterator[tuple[int, int, int, int, bytes]]:
        """The steps of reasoning, with numbers for rules."""
        for step in traces.steps:
            s, p, o = map(self.number, step.conclusion)
            premises = array("i", [self.number(term) for premise in step.premises for term in premise])
            if sys.byteorder == "big":
                premises.byteswap()
            yield s, p, o, rules.setdefault(step.rule, len(rules) + 1), premises.tobytes()


def write_documents(path: Path, quads: Iterable[Quad], traces: Traces = NO_TRACES, report: str = "") -> None:
    """Write the database; the same quads in the same order give the same bytes. `report` is the report's graph."""
    tables, rules = _Tables(), dict[str, int]()
    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.executescript(TABLES)
        connection.executemany("insert into statement values (?, ?, ?, ?)", tables.statements(quads, traces))
        connection.executemany("insert into step values (?, ?, ?, ?, ?)", sorted(tables.steps(traces, rules)))
        connection.executemany("insert into term values (?, ?)", ((key, text) for text, key in tables.terms.items()))
        connection.executemany("insert into label values (?, ?, ?, ?)", sorted(tables.labels))
        connection.executemany("insert into place values (?, ?, ?)", tables.places)
        connection.executemany("insert into file values (?, ?)", ((key, name) for name, key in tables.files.items()))
        connection.executemany(
            "insert into rule values (?, ?, ?)",
            ((n, name, json.dumps(traces.rules.get(name, {}), ensure_ascii=False)) for name, n in rules.items()),
        )
        connection.executescript(INDEXES)
        connection.execute(_FORWARD, (MANY,))
        connection.execute(_BACKWARD, (MANY, tables.terms.get(f"<{report}>")))
        connection.execute("analyze")
        connection.commit()
    finally:
        connection.close()
