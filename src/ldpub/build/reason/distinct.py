"""eq-diff2 and eq-diff3 (Table 4): no two of the things said to be all different may be the same.

Written out in pairs, a list of a thousand would be half a million rules; instead each pair of names of one thing is
looked up in the lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ldpub.build.reason.equality import Additions
from ldpub.build.reason.lists import Reading, paths
from ldpub.build.reason.relations import Ids, Relations
from ldpub.build.reason.terms import FIRST, REST, SAME_AS, TYPE, constant

_ALL_DIFFERENT = constant("owl:AllDifferent")
_MEMBERS = {constant("owl:members"): "eq-diff2", constant("owl:distinctMembers"): "eq-diff3"}
_READ = {SAME_AS, TYPE, FIRST, REST, *_MEMBERS}


def not_all_different(relations: Relations, added: Additions) -> Iterator[tuple[str, tuple[Ids, ...]]]:
    """After a round: each rule that fires, with its premises."""
    if _READ.isdisjoint(added):
        return
    for axiom, _ in relations.match(None, TYPE, _ALL_DIFFERENT):
        for p, rule in _MEMBERS.items():
            for _, head in relations.match(axiom, p, None):
                stated = (axiom, TYPE, _ALL_DIFFERENT), (axiom, p, head)
                for path in paths(relations, head):
                    yield from ((rule, stated + found) for found in _same(relations, path))


def _same(relations: Relations, path: tuple[int, ...]) -> Iterator[tuple[Ids, ...]]:
    """The evidence for each two elements of a list that are one thing."""
    first, same = relations.by_subject(FIRST), relations.by_subject(SAME_AS)
    places: dict[int, list[int]] = {}
    for position, node in enumerate(path):
        for element in first.get(node, ()):
            places.setdefault(element, []).append(position)
    for element, positions in places.items():
        for i, j in pairwise(positions):
            yield Reading(path, ((i, element), (j, element))).triples
        for other in same.get(element, ()):
            for j in places.get(other, ()) if other != element else ():
                if positions[0] < j:
                    listed = Reading(path, ((positions[0], element), (j, other))).triples
                    yield (*listed, (element, SAME_AS, other))
