"""The project's rules in the fixpoint: stratum by stratum, each with OWL 2 RL until nothing is new, then a check.

A rule may ask what does not hold (FILTER NOT EXISTS), so what it asks must not change after its turn. After the last
stratum every rule is run once more on the final graph: it must make nothing new, and still make what it made. Where
nothing came under the predicates that a rule reads, it would make what it made, and is not run again.

A rule sees what is published, asserted and inferred: a query made against the published graph gives what it gives here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryTriples, Store, Triple

from ldpub.build.reason.construct import ConstructRule, RuleError, strata
from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.published import worth_publishing
from ldpub.build.reason.reads import Reads, read_by, reads
from ldpub.build.reason.relations import BITS, MASK, Ids, Round, pack

_AT_ONCE = 50_000
"""How many quads the store takes at a time: it holds each of them twice while it does."""


class RuleRun:
    """The rules of a project over a saturated fixpoint, and the SPARQL store in which they are evaluated.

    The store has what any of the rules can read.
    """

    def __init__(self, fixpoint: Fixpoint, rules: tuple[ConstructRule, ...]) -> None:
        self._fixpoint = fixpoint
        self._rules = rules
        self._ends: dict[str, int] = {}
        self._outputs: dict[str, tuple[int, set[Ids]]] = {}
        self._reads = {rule.name: reads(rule) for rule in rules}
        self._read = read_by(rules)
        self._mirrored = len(fixpoint.relations.rounds)
        self.store = self._visible(self._mirrored)

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
        if at < 0 or self._is_touched(self._reads[rule.name], rounds[at:]):
            _fill(self.store, self._quads(rounds[self._mirrored :]))
            self._mirrored = len(rounds)
            output = self._construct(rule, self.store)
        self._outputs[rule.name] = len(rounds), output
        return output

    def _is_touched(self, read: Reads, rounds: Iterable[Round]) -> bool:
        """Whether rounds added something that is read."""
        return any(self._is_read(p, read) for one in rounds for p in one.added)

    def _is_read(self, predicate: int, read: Reads) -> bool:
        return read is None or self._fixpoint.terms.terms[predicate] in read

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
        store = self._visible(start)
        maker = rule.name
        for one in relations.rounds[start:]:
            maker = one.maker or maker
            _fill(store, self._quads([one]))
            if (triple in self._construct(rule, store)) != made_at_first:
                break
        return maker

    def _visible(self, rounds: int) -> Store:
        """The graph that rules saw after a number of rounds."""
        relations = self._fixpoint.relations
        store = Store()
        for p, pairs in relations.pairs.items():
            if self._is_read(p, self._read):
                asserted = pairs.difference(*(one.added.get(p, ()) for one in relations.rounds))
                _fill(store, map(self._quad, _triples({p: asserted})))
        _fill(store, self._quads(relations.rounds[:rounds]))
        return store

    def _quads(self, rounds: Iterable[Round]) -> Iterator[Quad]:
        """What rounds added to the graph that rules see, as far as any reads it."""
        worth = worth_publishing(self._fixpoint)
        for one in rounds:
            read = {p: pairs for p, pairs in one.added.items() if self._is_read(p, self._read)}
            yield from (self._quad(triple) for triple in _triples(read) if worth(triple))

    def _quad(self, triple: Ids) -> Quad:
        s, p, o = (self._fixpoint.terms.terms[number] for number in triple)
        assert not isinstance(s, Literal), "a generalised triple is not published"
        assert isinstance(p, NamedNode), "a generalised triple is not published"
        return Quad(s, p, o)


def _fill(store: Store, quads: Iterator[Quad]) -> None:
    """Put quads into a store, some at a time."""
    while some := list(islice(quads, _AT_ONCE)):
        store.bulk_extend(some)


def _triples(added: Mapping[int, set[int]]) -> Iterator[Ids]:
    return ((pair & MASK, p, pair >> BITS) for p, pairs in added.items() for pair in pairs)
