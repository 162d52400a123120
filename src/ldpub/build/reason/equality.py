"""eq-rep-s, eq-rep-p and eq-rep-o (Table 4): what holds of a thing holds of all its names; and eq-ref, if asked for.

These rules read every predicate, so they run set at a time over a round instead of as one rule per pair of names.
"""

from __future__ import annotations

from collections.abc import Iterable

from ldpub.build.reason.relations import BITS, MASK, Relations, pack, unpack
from ldpub.build.reason.terms import SAME_AS

Additions = dict[int, set[int]]


class Equality:
    """The pairs of distinct names of one thing, and what they make of a round."""

    def __init__(self, relations: Relations) -> None:
        self._relations = relations
        self._names: dict[int, list[int]] = {}

    def replace(self, added: Additions, into: Additions) -> None:
        """Put into `into` what eq-rep-* make of the round `added`, which is in the relations already."""
        fresh = _proper(added.get(SAME_AS, ()))
        for s, o in fresh:
            self._names.setdefault(s, []).append(o)
        if not self._names:
            return
        for p, pairs in added.items():
            self._replace_ends(p, pairs, self._names, into)
            self._replace_predicate(p, pairs, self._names, into)
        if fresh:
            self._catch_up(fresh, into)

    def _catch_up(self, fresh: list[tuple[int, int]], into: Additions) -> None:
        """Apply new pairs of names to all that was said before."""
        names: dict[int, list[int]] = {}
        for s, o in fresh:
            names.setdefault(s, []).append(o)
        for p, pairs in list(self._relations.pairs.items()):
            self._replace_ends(p, pairs, names, into)
            self._replace_predicate(p, pairs, names, into)

    @staticmethod
    def _replace_ends(p: int, pairs: Iterable[int], names: dict[int, list[int]], into: Additions) -> None:
        made = [pack(name, pair >> BITS) for pair in pairs if pair & MASK in names for name in names[pair & MASK]]
        made += [pack(pair & MASK, name) for pair in pairs if pair >> BITS in names for name in names[pair >> BITS]]
        if p == SAME_AS:
            made = [pair for pair in made if pair & MASK != pair >> BITS]
        if made:
            into.setdefault(p, set()).update(made)

    @staticmethod
    def _replace_predicate(p: int, pairs: Iterable[int], names: dict[int, list[int]], into: Additions) -> None:
        for name in names.get(p, ()):
            into.setdefault(name, set()).update(pairs)


def reflexive(added: Additions) -> Additions:
    """eq-ref: every term of a round is the same as itself."""
    terms = {p for p, pairs in added.items() if pairs}
    terms |= {end for pairs in added.values() for pair in pairs for end in unpack(pair)}
    return {SAME_AS: {pack(term, term) for term in terms}}


def _proper(pairs: Iterable[int]) -> list[tuple[int, int]]:
    return [(s, o) for s, o in map(unpack, pairs) if s != o]
