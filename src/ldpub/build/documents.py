"""The documents' database: every statement as the sources wrote it, found by subject or object, with all labels.

Pages read this and not the SPARQL store, which rewrites literals (`1.50` becomes `1.5`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ldpub.build.numbered import LITERAL, Numbers, Quads
from ldpub.build.reason import Steps
from ldpub.build.traces import NO_TRACES, Traces
from ldpub.labels import LABEL_PROPERTIES
from ldpub.release import INDEXES, MANY
from ldpub.release import SCHEMA as TABLES

_AT_ONCE = 10_000
_ROW = 12
"""The bytes of a premise."""

_FORWARD = """
insert into linked select s, 1, p, count(distinct o) from statement
where (s, p) in (select s, p from statement group by s, p having count(*) > ?) group by s, p
"""
_BACKWARD = """
insert into linked select o, 0, p, count(distinct s) from statement join term t on t.id = s
where (o, p) in (select o, p from statement group by o, p having count(*) > ?) and t.text like '<%' and g is not ?
group by o, p
"""


def write_documents(path: Path, quads: Quads, traces: Traces = NO_TRACES, report: str | None = None) -> None:
    """Write the database; the same quads give the same bytes. `report` is the report's graph.

    A term's key is its number and one more, a statement's its place among the quads.
    """
    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.executescript(TABLES)
        connection.executemany("insert into statement values (?, ?, ?, ?)", _rows(quads.columns + 1))
        connection.executemany("insert into step values (?, ?, ?, ?, ?)", _steps(traces.steps))
        connection.executemany("insert into term values (?, ?)", enumerate((*quads.terms.texts, *traces.texts), 1))
        connection.executemany("insert into label values (?, ?, ?, ?)", sorted(_labels(quads)))
        connection.executemany("insert into place values (?, ?, ?)", _rows(traces.places.T))
        connection.executemany("insert into file values (?, ?)", enumerate(traces.files))
        connection.executemany(
            "insert into rule values (?, ?, ?)",
            (
                (n, name, json.dumps(traces.rules.get(name, {}), ensure_ascii=False))
                for n, name in enumerate(traces.steps.rules, 1)
            ),
        )
        connection.executescript(INDEXES)
        connection.execute(_FORWARD, (MANY,))
        connection.execute(_BACKWARD, (MANY, quads.terms.number(report) + 1 if report else 0))
        connection.execute("analyze")
        connection.commit()
    finally:
        connection.close()


def _rows(columns: Numbers) -> Iterator[tuple[int, ...]]:
    """The rows of a table that is given by its columns, of which few are taken out at once."""
    for start in range(0, columns.shape[1], _AT_ONCE):
        yield from zip(*columns[:, start : start + _AT_ONCE].tolist(), strict=True)


def _labels(quads: Quads) -> set[tuple[int, str, str, int]]:
    """The labels of all subjects, with their languages and the ranks of their properties."""
    terms, triples = quads.terms, quads.merged()
    values, languages, kinds = terms.values, terms.languages, terms.kinds.tolist()
    return {
        (s + 1, languages[o], values[o], rank)
        for rank, name in enumerate(LABEL_PROPERTIES)
        for s, o in triples.of(name)
        if kinds[o] == LITERAL
    }


def _steps(steps: Steps) -> Iterator[tuple[int, int, int, int, bytes]]:
    """The steps of reasoning in the order of their conclusions: rules from 1, premises as little-endian int32."""
    starts, written = steps.starts, (steps.triples + 1).astype("<i4").tobytes()
    conclusions = (steps.triples[starts[:-1]] + 1).T
    order = np.lexsort(conclusions[::-1])
    for at in range(0, len(order), _AT_ONCE):
        some = order[at : at + _AT_ONCE]
        bounds = zip((starts[some] + 1).tolist(), starts[some + 1].tolist(), strict=True)
        premises = (written[start * _ROW : end * _ROW] for start, end in bounds)
        yield from zip(*conclusions[:, some].tolist(), (steps.rule[some] + 1).tolist(), premises, strict=True)
