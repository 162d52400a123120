"""From terms to numbers: graphs are added one by one, and come out as they came, or in canonical order."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter

import numpy as np
from pyoxigraph import NamedNode, Quad, Triple

from ldpub.build.numbered import Listed, Numbers, Quads, Term, Terms, Triples


class Rows:
    """Graphs on their way to be numbered: terms have numbers in the order in which they come."""

    def __init__(self, quads: Quads | None = None) -> None:
        """Those of a dataset to begin with, or none."""
        self._former = quads
        self._numbers: dict[Term, int] = dict(quads.terms.numbers) if quads is not None else {}
        self._new: dict[str, array[int]] = {}

    @classmethod
    def of(cls, graphs: Mapping[str, Iterable[Triple]]) -> Rows:
        """Named graphs; those that were listed together keep their numbers."""
        rows = cls()
        listed = {name: graph for name, graph in graphs.items() if isinstance(graph, Listed)}
        if len(listed) == len(graphs) and (terms := _shared(listed.values())) is not None:
            rows._numbers = dict(terms.numbers)
            for name, graph in listed.items():
                rows._of(name).frombytes(graph.numbers.tobytes())
            return rows
        for name, triples in graphs.items():
            rows.add(name, triples)
        return rows

    def add(self, graph: str, triples: Iterable[Triple]) -> None:
        """Triples of a graph."""
        numbers, add = self._numbers, self._of(graph).extend
        for s, p, o in triples:
            i = numbers.setdefault(s, len(numbers))
            j = numbers.setdefault(p, len(numbers))
            add((i, j, numbers.setdefault(o, len(numbers))))

    def add_quads(self, quads: Iterable[Quad]) -> None:
        """Quads of named graphs."""
        for graph, listed in groupby(quads, key=attrgetter("graph_name")):
            self.add(graph.value, (quad.triple for quad in listed))

    def _of(self, graph: str) -> array[int]:
        self._numbers.setdefault(NamedNode(graph), len(self._numbers))
        return self._new.setdefault(graph, array("i"))

    def listed(self) -> dict[str, Listed]:
        """The new graphs as they came."""
        return {name: Listed(self._terms, _rows(numbers)) for name, numbers in self._new.items()}

    @cached_property
    def _terms(self) -> Terms:
        texts = list(self._former.terms.texts) if self._former is not None else []
        terms = list(self._numbers)
        texts += map(str, terms[len(texts) :])
        return Terms(terms, texts)

    def quads(self) -> Quads:
        """All of them, each once, the terms numbered by their texts."""
        terms, texts = self._terms, self._terms.texts
        tables = [np.zeros((0, 4), np.int32)] if self._former is None else [self._former.columns.T]
        for name, numbers in self._new.items():
            rows = _rows(numbers)
            tables.append(np.column_stack((rows, np.full(len(rows), self._numbers[NamedNode(name)], np.int32))))
        table = np.concatenate(tables)
        order = np.array(sorted(np.unique(table).tolist(), key=texts.__getitem__), np.int64)
        places = np.full(len(terms), -1, np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        columns = places[table].T
        columns = columns[:, np.lexsort(columns[::-1])]
        first = (np.diff(columns, prepend=-1) != 0).any(axis=0)
        listed = order.tolist()
        return Quads(Terms([terms[n] for n in listed], [texts[n] for n in listed]), columns[:, first])


def _rows(numbers: array[int]) -> Numbers:
    return np.array(numbers, np.int32).reshape(-1, 3)


def listed(triples: Iterable[Triple]) -> Listed:
    """Triples by numbers, as they come."""
    (found,) = Rows.of({_SOME: triples}).listed().values()
    return found


def joined(graphs: Sequence[Sequence[Triple]]) -> Listed:
    """Graphs one after the other; those that were listed together share their terms, and nothing is made anew."""
    shared = [graph for graph in graphs if isinstance(graph, Listed)]
    terms = _shared(shared) if len(shared) == len(graphs) else None
    if terms is None:
        return listed(triple for graph in graphs for triple in graph)
    return Listed(terms, np.concatenate([graph.numbers for graph in shared]))


def each_once(listed: Listed) -> Listed:
    """The triples without those that came before."""
    order = np.lexsort(listed.numbers.T[::-1])
    rows = listed.numbers[order]
    is_first = (np.diff(rows, axis=0, prepend=-1) != 0).any(axis=1)
    return Listed(listed.terms, listed.numbers[np.sort(order[is_first])])


def together(graphs: Mapping[str, Sequence[Triple]]) -> dict[str, Listed]:
    """Named graphs by the same numbers; those that were listed together stay as they are."""
    found = {name: graph for name, graph in graphs.items() if isinstance(graph, Listed)}
    return found if len(found) == len(graphs) and _shared(found.values()) else Rows.of(graphs).listed()


def with_numbers(graphs: Mapping[str, Listed], name: str, terms: Sequence[Term], numbers: Numbers) -> dict[str, Listed]:
    """Graphs that were listed together, and one more, whose triples are by the numbers of other `terms`."""
    shared = _shared(graphs.values()) or Terms([], [])
    used = np.unique(numbers)
    known = dict(shared.numbers)
    places = np.zeros(len(terms), np.int32)
    places[used] = [known.setdefault(terms[number], len(known)) for number in used.tolist()]
    more = list(known)[len(shared) :]
    wider = Terms([*shared, *more], [*shared.texts, *map(str, more)])
    return {key: Listed(wider, graph.numbers) for key, graph in graphs.items()} | {name: Listed(wider, places[numbers])}


def _shared(graphs: Iterable[Listed]) -> Terms | None:
    """The terms of graphs that have the same."""
    found = {id(graph.terms): graph.terms for graph in graphs}
    return next(iter(found.values())) if len(found) == 1 else None


def numbered(triples: Iterable[Triple]) -> Triples:
    """A graph by numbers, its blank nodes by the names that they have."""
    return Rows.of({_SOME: triples}).quads().merged()


_SOME = "urn:x-ldpub:graph"
