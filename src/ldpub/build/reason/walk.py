"""Property paths (SPARQL 1.1, 9) with their evidence: the triples that lead from one end to the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.term import URIRef

from ldpub.build.reason.construct import node
from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.relations import BITS, MASK, Ids

Premises = tuple[Ids, ...]

Way = tuple[int, int, Premises]
"""Where a path starts, where it ends, and the triples along it."""

End = int | None


class Walk:
    """Paths through the triples of rounds before `born`."""

    def __init__(self, fixpoint: Fixpoint, born: int) -> None:
        self._terms = fixpoint.terms
        self._relations = fixpoint.relations
        self._born = born

    def along(self, path: object, start: End, end: End) -> Iterator[Way]:
        """The ways of a path, a predicate or a variable predicate's any; each end given or free."""
        if isinstance(path, URIRef):
            return self._edge(self._terms.numbers.get(NamedNode(str(path)), -1), start, end)
        if isinstance(path, InvPath):
            return ((s, o, premises) for o, s, premises in self.along(path.arg, end, start))
        if isinstance(path, SequencePath):
            return self._sequence(path.args, start, end)
        if isinstance(path, AlternativePath):
            return (way for arg in path.args for way in self.along(arg, start, end))
        if isinstance(path, MulPath):
            return self._repeated(path, start, end)
        excluded = path.args if isinstance(path, NegatedPath) else []
        return self._other(excluded, start, end)

    def _edge(self, p: int, start: End, end: End) -> Iterator[Way]:
        for s, o in self._relations.match(start, p, end) if p in self._relations.pairs else ():
            born = self._relations.born((s, p, o))
            if born is not None and born < self._born:
                yield s, o, ((s, p, o),)

    def _sequence(self, args: Sequence[object], start: End, end: End) -> Iterator[Way]:
        if len(args) == 1:
            yield from self.along(args[0], start, end)
        elif start is None and end is not None:
            for middle, last, after in self.along(args[-1], None, end):
                for first, _, before in self._sequence(args[:-1], None, middle):
                    yield first, last, before + after
        else:
            for first, middle, before in self.along(args[0], start, None):
                for _, last, after in self._sequence(args[1:], middle, end):
                    yield first, last, before + after

    def _repeated(self, path: MulPath, start: End, end: End) -> Iterator[Way]:
        """`?`, `*` and `+`: the shortest way to each end, from one end or from every term."""
        if start is None and end is not None:
            for way in self._repeated(MulPath(InvPath(path.path), path.mod), end, None):
                yield way[1], way[0], way[2][::-1]
            return
        for first in [start] if start is not None else self._every_term():
            for last, premises in self._reached(path, first):
                if end is None or last == end:
                    yield first, last, premises

    def _reached(self, path: MulPath, first: int) -> Iterator[tuple[int, Premises]]:
        if path.mod in {"*", "?"}:
            yield first, ()
        seen: set[int] = set() if path.mod == "+" else {first}
        pending: deque[tuple[int, Premises]] = deque([(first, ())])
        while pending:
            at, so_far = pending.popleft()
            for _, following, premises in self.along(path.path, at, None):
                if following not in seen:
                    seen.add(following)
                    yield following, so_far + premises
                    if path.mod != "?":
                        pending.append((following, so_far + premises))

    def _other(self, excluded: Sequence[object], start: End, end: End) -> Iterator[Way]:
        """Any predicate but the excluded; rdflib does not tell which inverse is excluded, so that has no evidence."""
        forward = {node(arg) for arg in excluded if isinstance(arg, URIRef)}
        if len(forward) < len(excluded):
            if start is not None and end is not None:
                yield start, end, ()
            return
        for p in list(self._relations.pairs):
            if self._terms.terms[p] not in forward:
                yield from self._edge(p, start, end)

    def _every_term(self) -> set[int]:
        return {
            end for pairs in self._relations.pairs.values() for pair in pairs for end in (pair & MASK, pair >> BITS)
        }
