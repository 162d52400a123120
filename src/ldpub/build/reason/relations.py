"""The graph as relations: per predicate a set of packed pairs, indexes where a rule asks for them, and its rounds.

A pair (s, o) is packed as `o << 28 | s`: one small integer instead of a tuple, with the varied part in the low bits,
which Python's sets hash best. The triples that a round adds become visible together at its end, so a triple of
round k has premises of rounds before k only: that is what makes every explanation well-founded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

BITS = 28
MASK = (1 << BITS) - 1

Ids = tuple[int, int, int]
"""A triple of term numbers: subject, predicate, object."""

Index = dict[int, list[int]]


def pack(s: int, o: int) -> int:
    """The pair as one integer."""
    return o << BITS | s


def unpack(pair: int) -> tuple[int, int]:
    """Subject and object of a packed pair."""
    return pair & MASK, pair >> BITS


@dataclass
class Round:
    """What one round added, by predicate; `maker` is the project rule that made it, or None for OWL 2 RL."""

    added: dict[int, set[int]]
    maker: str | None = None


class Relations:
    """All triples of the graph, asserted (round 0) and inferred, by predicate."""

    def __init__(self) -> None:
        self.pairs: dict[int, set[int]] = {}
        self.rounds: list[Round] = []
        self._added: dict[int, list[tuple[int, set[int]]]] = {}
        self._by_subject: dict[int, Index] = {}
        self._by_object: dict[int, Index] = {}

    def extent(self, p: int) -> set[int]:
        """The packed pairs of a predicate; the same set object for ever, empty if nothing is said with it."""
        return self.pairs.setdefault(p, set())

    def by_subject(self, p: int) -> Index:
        """The objects of each subject under a predicate; built when first asked for, then kept up to date."""
        index = self._by_subject.get(p)
        if index is None:
            index = self._by_subject[p] = {}
            _index_subjects(index, self.extent(p))
        return index

    def by_object(self, p: int) -> Index:
        """The subjects of each object under a predicate; built when first asked for, then kept up to date."""
        index = self._by_object.get(p)
        if index is None:
            index = self._by_object[p] = {}
            _index_objects(index, self.extent(p))
        return index

    def assert_triples(self, triples: Iterable[Ids]) -> None:
        """Take the asserted triples in (before any index or round exists)."""
        pairs = self.pairs
        for s, p, o in triples:
            extent = pairs.get(p)
            if extent is None:
                extent = pairs[p] = set()
            extent.add(o << BITS | s)

    def add_round(self, added: dict[int, set[int]], maker: str | None = None) -> None:
        """Make the pairs of a round visible; they must be new and not empty."""
        self.rounds.append(Round(added, maker))
        for p, new in added.items():
            self._added.setdefault(p, []).append((len(self.rounds), new))
            self.extent(p).update(new)
            if p in self._by_subject:
                _index_subjects(self._by_subject[p], new)
            if p in self._by_object:
                _index_objects(self._by_object[p], new)

    def born(self, triple: Ids) -> int | None:
        """The round that added a triple: 0 if asserted, None if it is not in the graph."""
        s, p, o = triple
        pair = o << BITS | s
        if pair not in self.pairs.get(p, ()):
            return None
        for number, added in self._added.get(p, ()):
            if pair in added:
                return number
        return 0

    def match(self, s: int | None, p: int, o: int | None) -> Iterator[tuple[int, int]]:
        """The pairs (s, o) of a predicate, either end given or free."""
        if s is not None and o is not None:
            if o << BITS | s in self.pairs.get(p, ()):
                yield s, o
        elif s is not None:
            for found in self.by_subject(p).get(s, ()):
                yield s, found
        elif o is not None:
            for found in self.by_object(p).get(o, ()):
                yield found, o
        else:
            for pair in self.pairs.get(p, ()):
                yield pair & MASK, pair >> BITS

    def inferred(self) -> Iterator[Ids]:
        """Every inferred triple, once."""
        for one in self.rounds:
            for p, pairs in one.added.items():
                for pair in pairs:
                    yield pair & MASK, p, pair >> BITS


def _index_subjects(index: Index, pairs: Iterable[int]) -> None:
    for pair in pairs:
        s = pair & MASK
        if s in index:
            index[s].append(pair >> BITS)
        else:
            index[s] = [pair >> BITS]


def _index_objects(index: Index, pairs: Iterable[int]) -> None:
    for pair in pairs:
        o = pair >> BITS
        if o in index:
            index[o].append(pair & MASK)
        else:
            index[o] = [pair & MASK]
