"""The documents' database: every statement as the sources wrote it, found by subject or object, with all labels.

Pages read this and not the SPARQL store, which rewrites literals (`1.50` becomes `1.5`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Literal, Quad

from ldpub.labels import LABEL_PROPERTIES
from ldpub.release import INDEXES
from ldpub.release import SCHEMA as TABLES


def write_documents(path: Path, quads: Iterable[Quad]) -> None:
    """Write the database; the same quads in the same order give the same bytes."""
    terms: dict[str, int] = {}
    labels: list[tuple[int, str, str, int]] = []
    ranks = {name: rank for rank, name in enumerate(LABEL_PROPERTIES)}

    def number(text: str) -> int:
        return terms.setdefault(text, len(terms) + 1)

    def row(quad: Quad) -> tuple[int, int, int, int]:
        subject = number(str(quad.subject))
        rank = ranks.get(quad.predicate.value)
        if rank is not None and isinstance(quad.object, Literal):
            labels.append((subject, quad.object.language or "", quad.object.value, rank))
        return subject, number(str(quad.predicate)), number(str(quad.object)), number(str(quad.graph_name))

    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.executescript(TABLES)
        connection.executemany("insert into statement values (?, ?, ?, ?)", map(row, quads))
        connection.executemany("insert into term values (?, ?)", ((key, text) for text, key in terms.items()))
        connection.executemany("insert into label values (?, ?, ?, ?)", sorted(set(labels)))
        connection.executescript(INDEXES + "analyze;")
        connection.commit()
    finally:
        connection.close()
