"""A graph closed under OWL 2 RL/RDF and the project's rules, each inferred triple with its rule and premises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Triple

from ldpub.build.numbered import Numbers
from ldpub.build.reason.relations import Ids
from ldpub.build.reason.terms import Term

Numbered = tuple[Ids, str, tuple[Ids, ...]]
"""Conclusion, rule and premises of a step, the triples by the numbers of their terms."""


@dataclass(frozen=True)
class Derivation:
    """Why a triple holds: the rule's name in the standard (`prp-symp`) or the project, and the triples it matched.

    Premises are asserted, or inferred in turn. A rule without premises, or one whose premises cannot be said in
    RDF 1.1 and come from nothing, has none.
    """

    triple: Triple
    rule: str
    premises: tuple[Triple, ...]


class Closure(ABC):
    """The outcome of reasoning."""

    @property
    @abstractmethod
    def inferred(self) -> frozenset[Triple]:
        """The inferred triples to publish; none of them is asserted."""

    @abstractmethod
    def numbers(self) -> Numbers:
        """The same by the numbers of their terms: a row of subject, predicate and object for each, in their order."""

    @abstractmethod
    def explain(self, triple: Triple) -> Derivation | None:
        """Why a triple was inferred; None if it is asserted or does not hold.

        Explaining the premises in turn ends at asserted triples.
        """

    @property
    @abstractmethod
    def terms(self) -> Sequence[Term]:
        """The terms by their numbers."""

    @abstractmethod
    def steps(self) -> Iterator[Numbered]:
        """One step for each inferred triple that is published, and for each inferred premise, each once.

        In an order that the input determines.
        """

    def asserted(self, triples: Iterable[Triple]) -> tuple[Triple, ...]:
        """The triples of the input on which the given ones rest, each once, in the order in which they are met."""
        found: dict[Triple, None] = {}
        seen: set[Triple] = set()
        pending = list(triples)[::-1]
        while pending:
            triple = pending.pop()
            if triple in seen:
                continue
            seen.add(triple)
            derivation = self.explain(triple)
            if derivation is None:
                found[triple] = None
            else:
                pending.extend(derivation.premises[::-1])
        return tuple(found)


@dataclass(frozen=True)
class Contradicted:
    """A rule with `false` as its consequent that fired, and the triples that it matched."""

    rule: str
    premises: tuple[Triple, ...]


class Contradiction(Exception):  # noqa: N818  it is what logic calls it, and becomes an InconsistentError
    """The graph is inconsistent: every rule with `false` as its consequent that fired.

    `closure` walks the premises back to the input: `closure.asserted(found.premises)`.
    """

    def __init__(self, found: tuple[Contradicted, ...], closure: Closure) -> None:
        shown = "; ".join(f"{one.rule}: {' and '.join(map(str, one.premises))}" for one in found[:3])
        super().__init__(f"{shown}; and {len(found) - 3} more" if len(found) > 3 else shown)
        self.found = found
        self.closure = closure
