"""Reads the traces of a release: on which line a statement stands, and which rule inferred a triple from what."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from ldpub.serve.database import Database

_ID = "(select id from term where text = ?)"


@dataclass(frozen=True)
class Place:
    """Where a statement stands: the IRI of its named graph, and file and line (from 1) where they are known."""

    graph: str
    file: str | None
    line: int | None


@dataclass(frozen=True)
class Step:
    """What inferred a triple: the rule's name, what the rule says by language, and the triples that it matched."""

    rule: str
    titles: Mapping[str, str]
    premises: tuple[Triple, ...]


class Traces:
    """The traces in the documents' database of a release."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def close(self) -> None:
        """Close the connections of all threads."""
        self._database.close()

    def places(self, triple: Triple) -> list[Place]:
        """Where a triple is stated, in the order of the graphs' IRIs."""
        query = (
            "select g.text, file.name, place.line from statement join term g on g.id = g "
            "left join place on place.statement = statement.rowid left join file on file.id = place.file "
            f"where s = {_ID} and p = {_ID} and o = {_ID} order by g.text"
        )
        rows = self._database.rows(query, _texts(triple))
        return [Place(graph[1:-1], file, line) for graph, file, line in rows]

    def step(self, triple: Triple) -> Step | None:
        """What inferred a triple; None where it is asserted, or no step is known."""
        query = (
            "select name, titles, premises from step join rule on rule.id = step.rule "
            f"where s = {_ID} and p = {_ID} and o = {_ID}"
        )
        rows = self._database.rows(query, _texts(triple))
        if not rows:
            return None
        name, titles, numbers = rows[0]
        return Step(name, json.loads(titles), self._triples(numbers))

    def _triples(self, numbers: bytes) -> tuple[Triple, ...]:
        """Triples given by the numbers of their terms."""
        ids = array("i", numbers)
        if sys.byteorder == "big":
            ids.byteswap()
        marks = ", ".join("?" * len(ids))
        texts = dict(self._database.rows(f"select id, text from term where id in ({marks})", list(ids)))
        lines = "".join(f"{texts[s]} {texts[p]} {texts[o]} .\n" for s, p, o in zip(*[iter(ids)] * 3, strict=True))
        return tuple(quad.triple for quad in parse(lines, format=RdfFormat.N_TRIPLES))


def _texts(triple: Triple) -> tuple[str, str, str]:
    return str(triple.subject), str(triple.predicate), str(triple.object)
