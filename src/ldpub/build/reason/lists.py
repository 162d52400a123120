"""The ways to read an RDF list: LIST[h, e1, ..., en] of OWL 2 Profiles, section 4.3.

A node with two rdf:first or two rdf:rest (things the same as each other make them) has several readings. Rules about
each element or each pair take a list as far as it goes; rules about all elements take it only if it ends in rdf:nil.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

from ldpub.build.reason.relations import Ids, Relations
from ldpub.build.reason.terms import FIRST, NIL, REST

MAX_READINGS = 10_000
"""Readings of one list that are followed; what is beyond is no list that a person wrote."""


@dataclass(frozen=True)
class Reading:
    """Elements of a list at their positions, and the nodes of the list, shared by its readings."""

    nodes: tuple[int, ...]
    places: tuple[tuple[int, int], ...]
    whole: bool = False

    @property
    def elements(self) -> tuple[int, ...]:
        """The elements read."""
        return tuple(element for _, element in self.places)

    @property
    def triples(self) -> tuple[Ids, ...]:
        """The triples that say so: rdf:rest up to the last element read (of a whole list, to rdf:nil), rdf:first."""
        last = len(self.nodes) - 1 if self.whole else self.places[-1][0]
        rests = tuple((self.nodes[i], REST, self.nodes[i + 1]) for i in range(last))
        return rests + tuple((self.nodes[i], FIRST, element) for i, element in self.places)


def each(relations: Relations, head: int) -> Iterator[Reading]:
    """One reading for each element."""
    first = relations.by_subject(FIRST)
    for path in paths(relations, head):
        for i, node in enumerate(path):
            for element in first.get(node, ()):
                yield Reading(path, ((i, element),))


def pair(relations: Relations, head: int) -> Iterator[Reading]:
    """One reading for each two elements, the earlier first."""
    first = relations.by_subject(FIRST)
    for path in paths(relations, head):
        for i, j in combinations(range(len(path)), 2):
            for one, other in product(first.get(path[i], ()), first.get(path[j], ())):
                yield Reading(path, ((i, one), (j, other)))


def whole(relations: Relations, head: int) -> Iterator[Reading]:
    """The readings of a list that ends and is not empty, all elements at once."""
    first = relations.by_subject(FIRST)
    for path in paths(relations, head):
        if path[-1] == NIL and len(path) > 1:
            for elements in islice(product(*(first.get(node, ()) for node in path[:-1])), MAX_READINGS):
                yield Reading(path, tuple(enumerate(elements)), whole=True)


def paths(relations: Relations, head: int) -> Iterator[tuple[int, ...]]:
    """The nodes from a list's head along rdf:rest, as far as they go without coming back; rdf:nil included."""
    return islice(_paths(relations, head), MAX_READINGS)


def _paths(relations: Relations, head: int) -> Iterator[tuple[int, ...]]:
    follow = relations.by_subject(REST)
    pending = [[head]]
    while pending:
        path = pending.pop()
        seen = set(path)
        while nodes := [node for node in follow.get(path[-1], ()) if node not in seen]:
            pending.extend([*path, node] for node in nodes[1:])
            path.append(nodes[0])
            seen.add(nodes[0])
        yield tuple(path)


READERS: dict[str, Callable[[Relations, int], Iterator[Reading]]] = {"each": each, "pair": pair, "all": whole}
"""The readings by the names that the rule table's notation has for them."""
