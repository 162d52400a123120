"""The premises of all that a project rule made, from the solutions of its pattern (SPARQL 1.1, 16.2) in one pass.

To ask for each triple by itself would run the pattern as often as it made triples, and aggregates whole each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import QuerySolution, QuerySolutions, Store, Variable

from ldpub.build.reason.construct import ConstructRule, Node
from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.relations import Ids
from ldpub.build.reason.walk import Premises
from ldpub.build.reason.witness import Solution, Witness


def witnesses(
    fixpoint: Fixpoint, store: Store, rule: ConstructRule, made: Mapping[Ids, int]
) -> Iterator[tuple[Ids, Premises]]:
    """Triples that a rule made, with their premises; `made` leads from each of them to its round.

    Left out are those whose premises no solution in the final graph shows to be older than the triple.
    """
    wanted = dict(made)
    answer = store.query(rule.selecting())
    assert isinstance(answer, QuerySolutions), "a SELECT query has solutions"
    names, template = [variable.value for variable in answer.variables], rule.template
    for row in answer:
        for triple in [ids for pattern in template if (ids := _instance(pattern, row, fixpoint)) in wanted]:
            solution: Solution = {name: row[name] for name in names}
            if premises := Witness(fixpoint, store, wanted[triple]).of_solution(rule, solution):
                yield triple, premises
                del wanted[triple]
        if not wanted:
            return


def _instance(pattern: tuple[Node, Node, Node], row: QuerySolution, fixpoint: Fixpoint) -> Ids:
    """The triple that a solution makes of a pattern; -1 for a term that the graph does not know."""
    numbers = fixpoint.terms.numbers
    s, p, o = (numbers.get(row[slot.value] if isinstance(slot, Variable) else slot, -1) for slot in pattern)
    return s, p, o
