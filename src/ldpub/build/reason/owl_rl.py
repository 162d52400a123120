"""OWL 2 RL/RDF compiled for the ontology at hand, run semi-naively with the project's rules, and its explanations."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from pyoxigraph import Literal, NamedNode, Triple

from ldpub.build.numbered import Numbers
from ldpub.build.reason.axiomatic import axiomatic_triples, classes
from ldpub.build.reason.closure import Closure, Contradicted, Contradiction, Derivation, Numbered
from ldpub.build.reason.construct import ConstructRule, check
from ldpub.build.reason.explain import Explanations, Step
from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.published import Publish, published
from ldpub.build.reason.reference import OwlrlFixpoint, Unexplained
from ldpub.build.reason.relations import BITS, MASK, Ids
from ldpub.build.reason.strata import RuleRun
from ldpub.build.reason.terms import Term, Terms
from ldpub.build.reason.walk import Premises
from ldpub.build.reason.witness import Witness
from ldpub.build.reason.witnesses import witnesses


def close(
    triples: Iterable[Triple],
    rules: Sequence[ConstructRule] = (),
    *,
    publish: Publish = "instance",
    unstated: Iterable[NamedNode] = (),
) -> Closure:
    """Infer what follows from a graph under OWL 2 RL/RDF and the project's rules, in the rules' order.

    `publish` chooses the inferred triples: `instance`, those worth publishing, or `all` that the rule table yields,
    axiomatic and reflexive ones included; of the former none says that something is of a class `unstated`. Raises
    Contradiction if the graph is inconsistent, RuleError if a project rule is refused.
    """
    fixpoint = Fixpoint(Terms(), reflexive_same_as=publish == "all")
    axioms = axiomatic_triples() if publish == "all" else classes()
    axiomatic = {fixpoint.terms.triple(triple): rule for rule, triple in axioms}
    chosen = _Chosen(publish, frozenset(unstated))
    return _closed(fixpoint, Explanations(fixpoint, axiomatic), triples, tuple(rules), chosen)


def close_with_owlrl(
    triples: Iterable[Triple],
    rules: Sequence[ConstructRule] = (),
    *,
    publish: Publish = "instance",
    unstated: Iterable[NamedNode] = (),
) -> Closure:
    """The same by owlrl, the reference: its inferences are explained by the rule `owlrl` without premises.

    A Contradiction carries owlrl's messages in the rules' place. Of `all`, axiomatic triples are left out.
    """
    fixpoint = OwlrlFixpoint()
    chosen = _Chosen(publish, frozenset(unstated))
    return _closed(fixpoint, Unexplained(fixpoint.relations), triples, tuple(rules), chosen)


@dataclass(frozen=True)
class _Chosen:
    """Which inferred triples are published."""

    publish: Publish
    unstated: frozenset[NamedNode]

    def of(self, fixpoint: Fixpoint) -> Iterator[Ids]:
        """Those triples, once each."""
        return published(fixpoint, self.publish, self.unstated)


def _closed(
    fixpoint: Fixpoint,
    explanations: Explanations | Unexplained,
    triples: Iterable[Triple],
    rules: tuple[ConstructRule, ...],
    chosen: _Chosen,
) -> Closure:
    check(rules)
    fixpoint.relations.assert_triples(fixpoint.terms.rows(triples))
    fixpoint.saturate(explanations.axioms())
    closure = OwlRlClosure(fixpoint, explanations, chosen)
    closure.raise_contradictions()
    if rules:
        closure.apply(rules)
        closure.raise_contradictions()
    return closure


class OwlRlClosure(Closure):
    """The closure of a saturated fixpoint; triples are made and explained when asked for."""

    def __init__(self, fixpoint: Fixpoint, explanations: Explanations | Unexplained, chosen: _Chosen) -> None:
        self._fixpoint = fixpoint
        self._explanations = explanations
        self._chosen = chosen
        self._run: RuleRun | None = None
        self._rules: dict[str, ConstructRule] = {}
        self._witnessed: dict[Ids, Premises] = {}

    def apply(self, rules: tuple[ConstructRule, ...]) -> None:
        """Run the project's rules on top (before anything is asked)."""
        self._run = RuleRun(self._fixpoint, rules)
        self._rules = {rule.name: rule for rule in rules}
        self._run.run()

    def raise_contradictions(self) -> None:
        """Raise Contradiction if a rule with `false` as its consequent has fired."""
        found = {Contradicted(clash.rule, self._said(clash.premises)) for clash in self._fixpoint.clashes()}
        if found:
            raise Contradiction(tuple(sorted(found, key=lambda one: (one.rule, str(one.premises)))), self)

    @property
    def inferred(self) -> frozenset[Triple]:
        """The inferred triples to publish, made anew each time."""
        return frozenset(self._triple(ids) for ids in self._chosen.of(self._fixpoint))

    def numbers(self) -> Numbers:
        """The inferred triples to publish, a row of three numbers for each."""
        found = array("i", chain.from_iterable(self._chosen.of(self._fixpoint)))
        rows = np.array(found, np.int32).reshape(-1, 3)
        return rows[np.lexsort(rows.T[::-1])]

    def explain(self, triple: Triple) -> Derivation | None:
        """Why a triple was inferred, also one that is not published; None if it is asserted or does not hold."""
        numbers = self._fixpoint.terms.numbers
        s, p, o = (numbers.get(term, -1) for term in triple)
        step = self._step((s, p, o))
        return None if step is None else Derivation(triple, step[0], self._said(step[1]))

    @property
    def terms(self) -> Sequence[Term]:
        """The terms by their numbers."""
        return self._fixpoint.terms.terms

    def steps(self) -> Iterator[Numbered]:
        """One step for each inferred triple that is published, and for each inferred premise, each once."""
        self._witnessed = {}
        rounds = self._fixpoint.relations.rounds
        for rule in self._rules.values() if self._run else ():
            made = {
                (pair & MASK, p, pair >> BITS): number
                for number, one in enumerate(rounds, 1)
                if one.maker == rule.name
                for p, pairs in one.added.items()
                for pair in pairs
            }
            assert self._run is not None, "there are rules"
            self._witnessed.update(witnesses(self._fixpoint, self._run.store, rule, made))
        yield from self._numbered(sorted(self._chosen.of(self._fixpoint)))

    def _numbered(self, pending: list[Ids]) -> Iterator[Numbered]:
        seen = set(pending)
        for ids in pending:
            step = self._step(ids)
            if step is not None:
                premises = tuple(dict.fromkeys(self._sayable(step[1])))
                new = [premise for premise in premises if premise not in seen]
                seen.update(new)
                pending += new
                yield ids, step[0], premises

    def _step(self, ids: Ids) -> Step | None:
        born = self._fixpoint.relations.born(ids)
        maker = self._fixpoint.relations.rounds[born - 1].maker if born else None
        if maker is None:
            return self._explanations.step(ids)
        assert self._run is not None, "a project rule made the triple"
        assert born is not None, "a round made the triple"
        if ids in self._witnessed:
            return maker, self._witnessed[ids]
        return maker, Witness(self._fixpoint, self._run.store, born).premises(self._rules[maker], ids)

    def _said(self, premises: Iterable[Ids]) -> tuple[Triple, ...]:
        """The premises as triples of RDF 1.1; one that is generalised is replaced by its own premises."""
        return tuple(self._triple(ids) for ids in dict.fromkeys(self._sayable(premises)))

    def _sayable(self, premises: Iterable[Ids]) -> Iterator[Ids]:
        terms = self._fixpoint.terms
        for ids in premises:
            if isinstance(terms.terms[ids[1]], NamedNode) and not terms.is_literal(ids[0]):
                yield ids
            elif step := self._step(ids):
                yield from self._sayable(step[1])

    def _triple(self, ids: Ids) -> Triple:
        s, p, o = (self._fixpoint.terms.terms[number] for number in ids)
        assert not isinstance(s, Literal), "a generalised triple never leaves"
        assert isinstance(p, NamedNode), "a generalised triple never leaves"
        return Triple(s, p, o)
