"""What a project rule's pattern matched when it made a triple: found again on demand, through rdflib's algebra.

Patterns in filters (NOT EXISTS, EXISTS) and under MINUS are no premises; an OPTIONAL part is one where it matched.
Of an aggregate all that it counted is a premise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import rdflib
from pyoxigraph import Literal, QuerySolutions, Store, Triple, Variable
from rdflib.plugins.sparql.parserutils import CompValue

from ldpub.build.reason.construct import ConstructRule, Node, node
from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.relations import Ids
from ldpub.build.reason.terms import Term
from ldpub.build.reason.walk import Premises, Walk

Binding = dict[str, int]

Match = tuple[Binding, Premises]

Solution = dict[str, Term | None]
"""A solution of a rule's pattern: variable to term, None where it is unbound."""


class Witness:
    """The search for the premises of one triple, all of which are of rounds before `born`."""

    def __init__(self, fixpoint: Fixpoint, store: Store, born: int) -> None:
        self._fixpoint = fixpoint
        self._store = store
        self._walk = Walk(fixpoint, born)
        self._unbound: set[str] = set()

    def premises(self, rule: ConstructRule, triple: Ids) -> Premises:
        """The triples that the rule's pattern matched, each once; none if the rule has no positive pattern."""
        return next(filter(None, (self.of_solution(rule, solution) for solution in self._solutions(rule, triple))), ())

    def of_solution(self, rule: ConstructRule, solution: Solution) -> Premises:
        """The triples of earlier rounds that the pattern matched in one solution; none where there are no such."""
        self._unbound = {name for name, term in solution.items() if term is None}
        binding = {name: writings[0] for name, term in solution.items() if (writings := self._numbers(term))}
        _, found = next(self._match(rule.algebra.p.p, binding), ({}, ()))
        return tuple(dict.fromkeys(found))

    def _solutions(self, rule: ConstructRule, triple: Ids) -> Iterator[Solution]:
        """The solutions of the rule's pattern that make the triple."""
        terms = [self._fixpoint.terms.terms[number] for number in triple]
        matched = _matched_variables(rule.algebra.p)
        for pattern in rule.template:
            if not all(self._agrees(slot, number) for slot, number in zip(pattern, triple, strict=True)):
                continue
            given = {slot: term for slot, term in zip(pattern, terms, strict=True) if isinstance(slot, Variable)}
            answer = self._store.query(
                rule.selecting(), substitutions={v: term for v, term in given.items() if v.value in matched}
            )
            assert isinstance(answer, QuerySolutions), "a SELECT query has solutions"
            names = [variable.value for variable in answer.variables]
            for row in answer:
                solution = {name: _term(term) for name, term in zip(names, row, strict=True)}
                if all(self._agrees(slot, number, solution) for slot, number in zip(pattern, triple, strict=True)):
                    yield solution

    def _agrees(self, slot: Node, number: int, solution: dict[str, Term | None] | None = None) -> bool:
        """Whether a template's term, or its variable's value in a solution, is the given one."""
        if not isinstance(slot, Variable):
            return number in self._numbers(slot)
        return solution is None or number in self._numbers(solution.get(slot.value))

    def _numbers(self, term: Term | None) -> list[int]:
        """The numbers of a term: of all literals of its value, its own first."""
        if term is None:
            return []
        known = self._fixpoint.terms.numbers.get(term)
        own = [] if known is None else [known]
        return own + self._fixpoint.datatypes.find(term) if isinstance(term, Literal) else own

    def _match(self, part: CompValue, binding: Binding) -> Iterator[Match]:
        """The ways to match a pattern with triples of earlier rounds, given what the solution binds."""
        return _PARTS.get(part.name, Witness._inner)(self, part, binding)

    def _inner(self, part: CompValue, binding: Binding) -> Iterator[Match]:
        if isinstance(part.get("p"), CompValue):
            return self._match(part.p, binding)
        return iter([(binding, ())])

    def _minus(self, part: CompValue, binding: Binding) -> Iterator[Match]:
        return self._match(part.p1, binding)

    def _join(self, part: CompValue, binding: Binding) -> Iterator[Match]:
        for one, first in self._match(part.p1, binding):
            for both, second in self._match(part.p2, one):
                yield both, first + second

    def _optional(self, part: CompValue, binding: Binding) -> Iterator[Match]:
        if _names(part.p2) & self._unbound:
            yield from self._match(part.p1, binding)
            return
        for one, first in self._match(part.p1, binding):
            found = False
            for both, second in self._match(part.p2, one):
                found = True
                yield both, first + second
            if not found:
                yield one, first

    def _union(self, part: CompValue, binding: Binding) -> Iterator[Match]:
        for branch in (part.p1, part.p2):
            if not _names(branch) & self._unbound:
                yield from self._match(branch, binding)

    def _subquery(self, part: CompValue, binding: Binding) -> Iterator[Match]:
        visible = set(map(str, part.PV))
        for found, premises in self._match(part.p, {k: v for k, v in binding.items() if k in visible}):
            yield binding | {k: v for k, v in found.items() if k in visible}, premises

    def _aggregate(self, part: CompValue, binding: Binding) -> Iterator[Match]:
        keys = set(map(str, part.p.expr or ()))
        inner = {k: v for k, v in binding.items() if k in keys}
        yield binding, tuple(t for _, premises in self._match(part.p.p, inner) for t in premises)

    def _basic(self, part: CompValue, binding: Binding) -> Iterator[Match]:
        triples = [(node(s), p, node(o)) for s, p, o in part.triples]
        return self._all(triples, binding)

    def _all(self, triples: list[tuple[Node, object, Node]], binding: Binding) -> Iterator[Match]:
        if not triples:
            yield binding, ()
            return
        at = max(range(len(triples)), key=lambda i: sum(self._known(triples[i][end], binding) != [] for end in (0, 2)))
        s, path, o = triples[at]
        rest = triples[:at] + triples[at + 1 :]
        free: list[int | None] = [None]
        for subject in self._known(s, binding) or free:
            for object_ in self._known(o, binding) or free:
                for start, end, premises in self._walk.along(path, subject, object_):
                    ends = [(s, start), (o, end)]
                    if isinstance(path, rdflib.Variable):
                        ends.append((Variable(str(path)), premises[0][1]))
                    wider = self._bound(binding, ends)
                    for found, others in () if wider is None else self._all(rest, wider):
                        yield found, premises + others

    def _bound(self, binding: Binding, ends: list[tuple[Node, int]]) -> Binding | None:
        """The binding with the variables of a matched pattern, or None if it says otherwise already."""
        wider = dict(binding)
        for slot, number in ends:
            if isinstance(slot, Variable):
                known = wider.setdefault(slot.value, number)
                if known != number and number not in self._fixpoint.datatypes.same_valued(known):
                    return None
        return wider

    def _known(self, slot: Node | object, binding: Binding) -> list[int]:
        """What a slot may be, by the binding; a literal may stand in the graph in another writing."""
        if isinstance(slot, Variable):
            return self._fixpoint.datatypes.same_valued(binding[slot.value]) if slot.value in binding else []
        return self._numbers(slot) or [-1]  # type: ignore[arg-type]  # a term; -1 is no term of the graph


def _term(term: object) -> Term | None:
    assert not isinstance(term, Triple), "RDF 1.1 has no quoted triples"
    return term  # type: ignore[return-value]  # what is left of pyoxigraph's union


def _names(part: CompValue) -> set[str]:
    return set(map(str, part["_vars"]))


def _matched_variables(part: object) -> set[str]:
    """The variables that triple patterns outside subqueries bind: those that may be given beforehand."""
    if not isinstance(part, CompValue):
        return set()
    if part.name == "BGP":
        return {slot.value for s, _, o in part.triples for slot in (node(s), node(o)) if isinstance(slot, Variable)}
    if part.name in {"ToMultiSet", "AggregateJoin"}:
        return set()
    return {name for key in ("p", "p1", "p2") for name in _matched_variables(part.get(key))}


_PARTS: dict[str, Callable[[Witness, CompValue, Binding], Iterator[Match]]] = {
    "BGP": Witness._basic,
    "Join": Witness._join,
    "LeftJoin": Witness._optional,
    "Union": Witness._union,
    "Minus": Witness._minus,
    "Project": Witness._subquery,
    "AggregateJoin": Witness._aggregate,
}
