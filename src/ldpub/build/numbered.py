"""Statements as rows of numbers, one for each term: in the order in which they were read, or in that of N-Triples.

Passes over many statements look at 32-bit numbers instead of making terms again and again, and a whole graph takes a
few bytes a statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

Term = NamedNode | BlankNode | Literal
"""A term of RDF 1.1."""

Numbers = npt.NDArray[np.int32]

IRI, BLANK, LITERAL = range(3)
KINDS = 3
_KINDS = {NamedNode: IRI, BlankNode: BLANK, Literal: LITERAL}
_LINES_AT_ONCE = 50_000
_BEYOND = re.compile(r"[^\x00-\x7f]")


class Terms(Sequence[Term]):
    """Terms by their numbers, from 0."""

    def __init__(self, terms: Sequence[Term], texts: Sequence[str]) -> None:
        """`texts` are those of the terms in N-Triples syntax."""
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
class Listed(Sequence[Triple]):
    """Triples in the order in which they were read: `numbers` has a row of subject, predicate and object for each."""

    terms: Terms
    numbers: Numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Triple]:
        return map(self._triple, self.numbers.tolist())

    def __getitem__(self, place: int) -> Triple:  # type: ignore[override]
        return self._triple(self.numbers[place].tolist())

    def _triple(self, row: Sequence[int]) -> Triple:
        s, p, o = row
        return Triple(self.terms[s], self.terms[p], self.terms[o])  # type: ignore[arg-type]

    def where(self, rows: npt.NDArray[np.bool_]) -> Listed:
        """Some of them."""
        return Listed(self.terms, self.numbers[rows])

    def column(self, place: int) -> frozenset[Term]:
        """What stands at a place: all subjects (0), predicates (1) or objects (2)."""
        return frozenset(self.terms[number] for number in np.unique(self.numbers[:, place]).tolist())

    def ascii(self) -> str:
        """The triples as N-Triples without a character beyond ASCII: a text of one byte a character."""
        texts = [text if text.isascii() else _escaped(text) for text in self.terms.texts]
        lines = (f"{texts[s]} {texts[p]} {texts[o]} .\n" for s, p, o in self.numbers.tolist())
        return "".join(piece.decode("ascii") for piece in _pieces(lines))


def _escaped(text: str) -> str:
    """A term with UCHAR in place of what is not ASCII (RDF 1.1 N-Triples, 7: in IRIs and literals alike)."""
    return _BEYOND.sub(lambda found: f"\\U{ord(found[0]):08X}", text)


@dataclass(frozen=True, eq=False)
class Triples:
    """An RDF graph: subjects, predicates and objects by number, each triple once.

    Terms are numbered in the order of N-Triples, and the triples are in that order.
    """

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
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The same piece by piece, so that it need never be whole in memory."""
        texts = self.terms.texts
        return _pieces(f"{texts[s]} {texts[p]} {texts[o]} .\n" for s, p, o in self.rows())


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
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The same piece by piece, so that it need never be whole in memory."""
        texts = self.terms.texts
        return _pieces(f"{texts[s]} {texts[p]} {texts[o]} {texts[g]} .\n" for s, p, o, g in self.rows())


_NONE = np.zeros(0, np.int64)


def _pieces(lines: Iterator[str]) -> Iterator[bytes]:
    """The lines in UTF-8, many at once."""
    while batch := "".join(islice(lines, _LINES_AT_ONCE)):
        yield batch.encode()
