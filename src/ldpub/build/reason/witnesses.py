"""The premises of all that a project rule made, from the solutions of its pattern (SPARQL 1.1, 16.2) in one pass.

To ask for each triple by itself would run the pattern as often as it made triples, and aggregates whole each time.
Most rules match triples and nothing else: what those match is said by the solution itself, and need not be searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    names, template = [variable.value for variable in answer.variables], rule.template
    plain = _plain(rule.algebra.p.p, frozenset(names))
    for row in answer:
        for triple in [ids for pattern in template if (ids := _instance(pattern, row, fixpoint)) in wanted]:
            premises = plain.premises(row, fixpoint, wanted[triple]) if plain else ()
            if not premises:
                solution: Solution = {name: row[name] for name in names}
                premises = Witness(fixpoint, store, wanted[triple]).of_solution(rule, solution)
            if premises:
                yield triple, premises
                del wanted[triple]
        if not wanted:
            return


@dataclass(frozen=True)
class _Plain:
    """What a pattern of triples matches: those of every solution, and groups of those that need not be there."""

    always: tuple[Pattern, ...]
    perhaps: tuple[tuple[Pattern, ...], ...] = ()

    def premises(self, row: QuerySolution, fixpoint: Fixpoint, born: int) -> Premises:
        """The triples that a solution matched; none where one of them is younger, or written in another way."""
        patterns = [*self.always]
        for group in self.perhaps:
            if all(row[slot.value] is not None for one in group for slot in one if isinstance(slot, Variable)):
                patterns += group
        premises = tuple(dict.fromkeys(_instance(pattern, row, fixpoint) for pattern in patterns))
        ages = map(fixpoint.relations.born, premises)
        return premises if all(age is not None and age < born for age in ages) else ()


def _plain(part: CompValue, names: frozenset[str]) -> _Plain | None:
    """A pattern as triples, or None where more than triples says what matched: paths, unions, subqueries."""
    if part.name == "BGP":
        patterns = tuple((node(s), node(p), node(o)) for s, p, o in part.triples if isinstance(p, RdflibNode))
        known = all(slot.value in names for one in patterns for slot in one if isinstance(slot, Variable))
        return _Plain(patterns) if known and len(patterns) == len(part.triples) else None
    if part.name in ("Filter", "Extend"):
        return _plain(part.p, names)
    if part.name == "ToMultiSet" and part.p.name == "values":
        return _Plain(())
    return _joined(part, names) if part.name in ("Join", "LeftJoin") else None


def _joined(part: CompValue, names: frozenset[str]) -> _Plain | None:
    one, other = _plain(part.p1, names), _plain(part.p2, names)
    if one is None or other is None:
        return None
    if part.name == "Join":
        return _Plain(one.always + other.always, one.perhaps + other.perhaps)
    return None if other.perhaps else _Plain(one.always, (*one.perhaps, other.always))


def _instance(pattern: Pattern, row: QuerySolution, fixpoint: Fixpoint) -> Ids:
    """The triple that a solution makes of a pattern; -1 for a term that the graph does not know."""
    numbers = fixpoint.terms.numbers
    s, p, o = (numbers.get(row[slot.value] if isinstance(slot, Variable) else slot, -1) for slot in pattern)
    return s, p, o
