"""The project's rules in the fixpoint: stratum by stratum, each with OWL 2 RL until nothing is new, then a check.

A rule may ask what does not hold (FILTER NOT EXISTS), so what it asks must not change after its turn. After the last
stratum every rule is run once more on the final graph: it must make nothing new, and still make what it made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryTriples, Store, Triple

from ldpub.build.reason.construct import ConstructRule, RuleError, strata
from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.relations import BITS, MASK, Ids, pack

Pairs = Mapping[int, set[int]]


class RuleRun:
    """The rules of a project over a saturated fixpoint, and the SPARQL store in which they are evaluated."""

    def __init__(self, fixpoint: Fixpoint, rules: tuple[ConstructRule, ...]) -> None:
        self.store = Store()
        self._fixpoint = fixpoint
        self._rules = rules
        self._ends: dict[str, int] = {}
        self._outputs: dict[str, tuple[int, set[Ids]]] = {}
        self._mirrored = len(fixpoint.relations.rounds)
        self.store.bulk_extend(_quads(fixpoint, fixpoint.relations.pairs))

    def run(self) -> None:
        """Run all strata; RuleError if they turn out not to be stratified."""
        for stratum in strata(self._rules):
            while sum(map(self._apply, stratum)):
                pass
            for rule in stratum:
                self._ends[rule.name] = len(self._fixpoint.relations.rounds)
        for rule in self._rules:
            self._check(rule)

    def _apply(self, rule: ConstructRule) -> bool:
        """Run a rule once, and OWL 2 RL after it; whether it made anything new."""
        made: dict[int, set[int]] = {}
        for triple in self._output(rule):
            if not self._holds(triple):
                made.setdefault(triple[1], set()).add(pack(triple[0], triple[2]))
        if made:
            self._fixpoint.saturate(made, rule.name)
        return bool(made)

    def _output(self, rule: ConstructRule) -> set[Ids]:
        """What the rule makes of the graph as it is now."""
        rounds = self._fixpoint.relations.rounds
        at, output = self._outputs.get(rule.name, (-1, set()))
        if at != len(rounds):
            for one in rounds[self._mirrored :]:
                self.store.extend(_quads(self._fixpoint, one.added))
            self._mirrored = at = len(rounds)
            output = self._construct(rule, self.store)
            self._outputs[rule.name] = at, output
        return output

    def _construct(self, rule: ConstructRule, store: Store) -> set[Ids]:
        answer = store.query(rule.query)
        assert isinstance(answer, QueryTriples), "a checked rule is a CONSTRUCT query"
        return {self._place(triple, rule) for triple in answer}

    def _place(self, triple: Triple, rule: ConstructRule) -> Ids:
        """The triple's numbers. The store rewrites literals: the graph's own writing of the value is preferred."""
        terms, datatypes = self._fixpoint.terms, self._fixpoint.datatypes
        subject, predicate, object_ = triple
        assert not isinstance(subject, Triple), "RDF 1.1 has no quoted triples"
        assert not isinstance(object_, Triple), "RDF 1.1 has no quoted triples"
        for term in (subject, object_):
            if isinstance(term, BlankNode) and term not in terms.numbers:
                raise RuleError(f"rule {rule.name} makes a blank node; give the thing an IRI")
        s, p = terms.number(subject), terms.number(predicate)
        if not isinstance(object_, Literal):
            return s, p, terms.number(object_)
        known = terms.numbers.get(object_)
        writings = ([] if known is None else [known]) + datatypes.find(object_)
        standing = [writing for writing in writings if self._holds((s, p, writing))]
        return s, p, (standing or writings or [terms.number(object_)])[0]

    def _holds(self, triple: Ids) -> bool:
        s, p, o = triple
        return pack(s, o) in self._fixpoint.relations.pairs.get(p, ())

    def _check(self, rule: ConstructRule) -> None:
        output = self._output(rule)
        more = next((triple for triple in output if not self._holds(triple)), None)
        if more is not None:
            raise RuleError(self._unstratified(rule, more, "would now also make"))
        for one in self._fixpoint.relations.rounds:
            if one.maker == rule.name:
                lost = next((triple for triple in _triples(one.added) if triple not in output), None)
                if lost is not None:
                    raise RuleError(self._unstratified(rule, lost, "would no longer make"))

    def _unstratified(self, rule: ConstructRule, triple: Ids, change: str) -> str:
        said = " ".join(str(self._fixpoint.terms.terms[number]) for number in triple)
        other = self._culprit(rule, triple, made_at_first=change != "would now also make")
        if other == rule.name:
            return (
                f"rule {rule.name} is not stratified: it denies what it makes itself, after its turn it {change} {said}"
            )
        return (
            f"rules {rule.name} and {other} are not stratified: after {other}, rule {rule.name} {change} {said}; "
            f"move {rule.name} behind {other}, or give both one leading number if neither denies what the other makes"
        )

    def _culprit(self, rule: ConstructRule, triple: Ids, made_at_first: bool) -> str:
        """The project rule after whose rounds the rule's answer about a triple changed."""
        relations = self._fixpoint.relations
        start = self._ends[rule.name]
        if made_at_first:
            start = (relations.born(triple) or 1) - 1
        store = Store()
        store.bulk_extend(_quads(self._fixpoint, self._before(start)))
        maker = rule.name
        for one in relations.rounds[start:]:
            maker = one.maker or maker
            store.extend(_quads(self._fixpoint, one.added))
            if (triple in self._construct(rule, store)) != made_at_first:
                break
        return maker

    def _before(self, rounds: int) -> Pairs:
        """The graph as it was after a number of rounds."""
        kept = {p: set(pairs) for p, pairs in self._fixpoint.relations.pairs.items()}
        for one in self._fixpoint.relations.rounds[rounds:]:
            for p, pairs in one.added.items():
                kept[p] -= pairs
        return kept


def _quads(fixpoint: Fixpoint, added: Pairs) -> Iterator[Quad]:
    """The pairs as quads of the default graph; generalised triples are left out."""
    terms = fixpoint.terms.terms
    for p, pairs in added.items():
        predicate = terms[p]
        if not isinstance(predicate, NamedNode):
            continue
        for pair in pairs:
            subject = terms[pair & MASK]
            if not isinstance(subject, Literal):
                yield Quad(subject, predicate, terms[pair >> BITS])


def _triples(added: Pairs) -> Iterator[Ids]:
    return ((pair & MASK, p, pair >> BITS) for p, pairs in added.items() for pair in pairs)
