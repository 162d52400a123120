"""Statements as rows of numbers: each term has one, in the order of N-Triples, so that its order is theirs.

Passes over many statements look at 32-bit numbers instead of making terms again and again, and a whole graph takes a
few bytes a statement.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

Term = NamedNode | BlankNode | Literal
"""A term of RDF 1.1."""

Numbers = npt.NDArray[np.int32]

IRI, BLANK, LITERAL = range(3)
_KINDS = {NamedNode: IRI, BlankNode: BLANK, Literal: LITERAL}
_LINES_AT_ONCE = 50_000


class Terms(Sequence[Term]):
    """Terms by their numbers, from 0, in the order of their texts."""

    def __init__(self, terms: Sequence[Term], texts: Sequence[str]) -> None:
        """`texts` are those of the terms in N-Triples syntax, sorted."""
        self._terms = terms
        self.texts = texts

    def __getitem__(self, number: int) -> Term:  # type: ignore[override]
        return self._terms[number]

    def __len__(self) -> int:
        return len(self._terms)

    @cached_property
    def numbers(self) -> dict[Term, int]:
        """The number of each term."""
        return {term: number for number, term in enumerate(self._terms)}

    @cached_property
    def values(self) -> list[str]:
        """The IRI, the name of the blank node or the lexical form of each."""
        return [term.value for term in self._terms]

    @cached_property
    def kinds(self) -> npt.NDArray[np.int8]:
        """IRI, BLANK or LITERAL for each."""
        return np.fromiter((_KINDS[type(term)] for term in self._terms), np.int8, len(self._terms))

    @cached_property
    def languages(self) -> list[str]:
        """The language of each, empty where it has none."""
        return [(term.language or "") if isinstance(term, Literal) else "" for term in self._terms]

    def number(self, iri: str) -> int:
        """The number of an IRI, or -1 where no statement has it."""
        return self.numbers.get(NamedNode(iri), -1)


@dataclass(frozen=True, eq=False)
class Triples:
    """An RDF graph: subjects, predicates and objects by number, each triple once, in the order of N-Triples."""

    terms: Terms
    s: Numbers
    p: Numbers
    o: Numbers

    def __len__(self) -> int:
        return len(self.s)

    def __iter__(self) -> Iterator[Triple]:
        terms = self.terms
        for s, p, o in self.rows():
            yield Triple(terms[s], terms[p], terms[o])  # type: ignore[arg-type]

    def rows(self) -> Iterator[tuple[int, int, int]]:
        """The numbers of each triple."""
        return zip(self.s.tolist(), self.p.tolist(), self.o.tolist(), strict=True)

    def where(self, rows: npt.NDArray[np.bool_]) -> Triples:
        """Some of them."""
        return Triples(self.terms, self.s[rows], self.p[rows], self.o[rows])

    def of(self, predicate: str) -> list[tuple[int, int]]:
        """Subject and object of each triple with a predicate, in order."""
        rows = self._by_predicate.get(self.terms.number(predicate), _NONE)
        return list(zip(self.s[rows].tolist(), self.o[rows].tolist(), strict=True))

    def iris(self, column: Numbers) -> set[str]:
        """The IRIs in one of the columns."""
        numbers = np.unique(column)
        return {self.terms.values[number] for number in numbers[self.terms.kinds[numbers] == IRI].tolist()}

    @property
    def predicates(self) -> list[int]:
        """The predicates in use."""
        return list(self._by_predicate)

    def count(self, predicate: int) -> int:
        """How many triples have a predicate."""
        return len(self._by_predicate.get(predicate, _NONE))

    @cached_property
    def _by_predicate(self) -> dict[int, npt.NDArray[np.int64]]:
        order = np.argsort(self.p, kind="stable")
        found = self.p[order]
        starts = np.flatnonzero(np.diff(found, prepend=-1)).tolist()
        return {int(found[start]): order[start:end] for start, end in pairwise([*starts, len(order)])}

    @cached_property
    def led_to(self) -> Numbers:
        """For each term the number of triples that lead to it."""
        return np.bincount(self.o, minlength=len(self.terms)).astype(np.int32)

    def text(self) -> bytes:
        """The graph as N-Triples (RDF 1.1 N-Triples, 4: canonical)."""
        texts = self.terms.texts
        return _joined(f"{texts[s]} {texts[p]} {texts[o]} .\n" for s, p, o in self.rows())


@dataclass(frozen=True, eq=False)
class Quads:
    """An RDF dataset of named graphs, each quad once, in the order of its canonical form (RDFC-1.0, 5).

    `columns` holds subjects, predicates, objects and names of graphs by number, a row for each.
    """

    terms: Terms
    columns: Numbers

    def __len__(self) -> int:
        return int(self.columns.shape[1])

    def __iter__(self) -> Iterator[Quad]:
        terms = self.terms
        for s, p, o, g in self.rows():
            yield Quad(terms[s], terms[p], terms[o], terms[g])  # type: ignore[arg-type]

    def rows(self) -> Iterator[tuple[int, int, int, int]]:
        """The numbers of each quad."""
        return zip(*self.columns.tolist(), strict=True)

    @property
    def graphs(self) -> list[str]:
        """The names of the graphs that hold something."""
        return [self.terms.values[number] for number in np.unique(self.columns[3]).tolist()]

    def where(self, rows: npt.NDArray[np.bool_]) -> Quads:
        """Some of them."""
        return Quads(self.terms, self.columns[:, rows])

    def within(self, graphs: Iterable[str]) -> Quads:
        """Those of some graphs."""
        wanted = np.array([self.terms.number(name) for name in graphs], np.int32)
        return self.where(np.isin(self.columns[3], wanted))

    def merged(self) -> Triples:
        """What the graphs say, as one."""
        triples = self.columns[:3]
        return Triples(self.terms, *triples[:, (np.diff(triples, prepend=-1) != 0).any(axis=0)])

    def text(self) -> bytes:
        """The dataset as N-Quads (RDF 1.1 N-Quads; canonical by RDFC-1.0, A.1)."""
        texts = self.terms.texts
        return _joined(f"{texts[s]} {texts[p]} {texts[o]} {texts[g]} .\n" for s, p, o, g in self.rows())


_NONE = np.zeros(0, np.int64)


def _joined(lines: Iterator[str]) -> bytes:
    """The lines in UTF-8, joined in pieces: as one text they would take four times the room."""
    pieces: list[bytes] = []
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == _LINES_AT_ONCE:
            pieces.append("".join(batch).encode())
            batch.clear()
    pieces.append("".join(batch).encode())
    return b"".join(pieces)


class Rows:
    """Quads on their way to be numbered: terms have numbers in the order in which they come."""

    def __init__(self, quads: Quads | None = None) -> None:
        """Those of a dataset to begin with, or none."""
        self._former = quads
        self._numbers: dict[Term, int] = dict(quads.terms.numbers) if quads is not None else {}
        self._new = array("i")

    def add(self, graph: str, triples: Iterable[Triple]) -> None:
        """The triples of one more graph."""
        numbers, add = self._numbers, self._new.extend
        g = numbers.setdefault(NamedNode(graph), len(numbers))
        for s, p, o in triples:
            i = numbers.setdefault(s, len(numbers))
            j = numbers.setdefault(p, len(numbers))
            add((i, j, numbers.setdefault(o, len(numbers)), g))

    def add_quads(self, quads: Iterable[Quad]) -> None:
        """Quads of named graphs."""
        numbers, add = self._numbers, self._new.extend
        for s, p, o, g in quads:
            i = numbers.setdefault(s, len(numbers))
            j = numbers.setdefault(p, len(numbers))
            k = numbers.setdefault(o, len(numbers))
            add((i, j, k, numbers.setdefault(g, len(numbers))))

    def quads(self) -> Quads:
        """All of them, each once, the terms numbered by their texts."""
        table = np.array(self._new, np.int32).reshape(-1, 4)
        terms, texts = list(self._numbers), list[str]()
        if self._former is not None:
            texts += self._former.terms.texts
            table = np.concatenate((self._former.columns.T, table))
        texts += map(str, terms[len(texts) :])
        order = np.array(sorted(np.unique(table).tolist(), key=texts.__getitem__), np.int64)
        places = np.full(len(terms), -1, np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        columns = places[table].T
        columns = columns[:, np.lexsort(columns[::-1])]
        first = (np.diff(columns, prepend=-1) != 0).any(axis=0)
        listed = order.tolist()
        return Quads(Terms([terms[n] for n in listed], [texts[n] for n in listed]), columns[:, first])


def numbered(triples: Iterable[Triple]) -> Triples:
    """A graph by numbers, its blank nodes by the names that they have."""
    rows = Rows()
    rows.add("urn:x-ldpub:graph", triples)
    return rows.quads().merged()
