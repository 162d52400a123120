"""The premises of all that a project rule made, from the solutions of its pattern (SPARQL 1.1, 16.2) in one pass.

To ask for each triple by itself would run the pattern as often as it made triples, and aggregates whole each time.
Most rules match triples and nothing else: what those match is said by the solution itself, and need not be searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import QuerySolution, QuerySolutions, Store, Variable
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node as RdflibNode

from ldpub.build.reason.construct import ConstructRule, Node, node
from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.relations import Ids
from ldpub.build.reason.walk import Premises
from ldpub.build.reason.witness import Solution, Witness

Pattern = tuple[Node, Node, Node]

_UNBOUND, _UNKNOWN = -2, -1
"""In place of numbers: of what a solution leaves open, and of a term that the graph does not know."""


def witnesses(
    fixpoint: Fixpoint, store: Store, rule: ConstructRule, made: Mapping[Ids, int]
) -> Iterator[tuple[Ids, Premises]]:
    """Triples that a rule made, with their premises; `made` leads from each of them to its round.

    Left out are those whose premises no solution in the final graph shows to be older than the triple.
    """
    wanted = dict(made)
    if not wanted:
        return
    answer = store.query(rule.selecting())
    assert isinstance(answer, QuerySolutions), "a SELECT query has solutions"
    places = _Places(fixpoint, [variable.value for variable in answer.variables])
    template = [places.of(pattern) for pattern in rule.template]
    plain = _plain(rule.algebra.p.p, places)
    for row in answer:
        numbers = places.numbers(row)
        for triple in [ids for pattern in template if (ids := _at(pattern, numbers)) in wanted]:
            premises = plain.premises(numbers, fixpoint, wanted[triple]) if plain else ()
            if not premises:
                solution: Solution = {name: row[name] for name in places.names}
                premises = Witness(fixpoint, store, wanted[triple]).of_solution(rule, solution)
            if premises:
                yield triple, premises
                del wanted[triple]
        if not wanted:
            return


class _Places:
    """Where the terms of patterns stand: among the values of a solution, each numbered once, or the constants after."""

    def __init__(self, fixpoint: Fixpoint, names: Sequence[str]) -> None:
        self.names = names
        self._numbers = fixpoint.terms.numbers
        self._constants: list[int] = []

    def of(self, pattern: Pattern) -> Ids:
        """The places of a pattern's terms, whose variables the solutions have."""
        s, p, o = map(self._of, pattern)
        return s, p, o

    def _of(self, slot: Node) -> int:
        if isinstance(slot, Variable):
            return self.names.index(slot.value)
        self._constants.append(self._numbers.get(slot, _UNKNOWN))
        return len(self.names) + len(self._constants) - 1

    def numbers(self, row: QuerySolution) -> list[int]:
        """What stands at each place."""
        get = self._numbers.get
        return [_UNBOUND if term is None else get(term, _UNKNOWN) for term in row] + self._constants


@dataclass(frozen=True)
class _Plain:
    """What a pattern of triples matches, by places: those of every solution, and groups that need not be there."""

    always: tuple[Ids, ...]
    perhaps: tuple[tuple[Ids, ...], ...] = ()

    def premises(self, numbers: Sequence[int], fixpoint: Fixpoint, born: int) -> Premises:
        """The triples that a solution matched; none where one of them is younger, or written in another way."""
        found = [_at(pattern, numbers) for pattern in self.always]
        for group in self.perhaps:
            matched = [_at(pattern, numbers) for pattern in group]
            if not any(_UNBOUND in triple for triple in matched):
                found += matched
        premises = tuple(dict.fromkeys(found))
        ages = map(fixpoint.relations.born, premises)
        return premises if all(age is not None and age < born for age in ages) else ()


def _at(pattern: Ids, numbers: Sequence[int]) -> Ids:
    """The triple that stands at the places of a pattern."""
    s, p, o = pattern
    return numbers[s], numbers[p], numbers[o]


def _plain(part: CompValue, places: _Places) -> _Plain | None:
    """A pattern as triples, or None where more than triples says what matched: paths, unions, subqueries."""
    if part.name == "BGP":
        patterns = tuple((node(s), node(p), node(o)) for s, p, o in part.triples if isinstance(p, RdflibNode))
        known = all(slot.value in places.names for one in patterns for slot in one if isinstance(slot, Variable))
        return _Plain(tuple(map(places.of, patterns))) if known and len(patterns) == len(part.triples) else None
    if part.name in ("Filter", "Extend"):
        return _plain(part.p, places)
    if part.name == "ToMultiSet" and part.p.name == "values":
        return _Plain(())
    return _joined(part, places) if part.name in ("Join", "LeftJoin") else None


def _joined(part: CompValue, places: _Places) -> _Plain | None:
    one, other = _plain(part.p1, places), _plain(part.p2, places)
    if one is None or other is None:
        return None
    if part.name == "Join":
        return _Plain(one.always + other.always, one.perhaps + other.perhaps)
    return None if other.perhaps else _Plain(one.always, (*one.perhaps, other.always))
