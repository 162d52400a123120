"""The steps of a closure in little room: what is left to say once the engine that inferred is gone."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from ldpub.build.reason.closure import Closure, Numbered
from ldpub.build.reason.terms import Term


class Steps:
    """One step for each inferred triple that is published, and for each inferred premise, each once."""

    def __init__(self, closure: Closure) -> None:
        self.terms: Sequence[Term] = closure.terms
        """The terms by their numbers."""
        self._rules: dict[str, int] = {}
        self._written = array("i")  # conclusion, rule, how many premises, and these
        for conclusion, rule, premises in closure.steps():
            self._written.extend((*conclusion, self._rules.setdefault(rule, len(self._rules)), len(premises)))
            for premise in premises:
                self._written.extend(premise)

    def __iter__(self) -> Iterator[Numbered]:
        rules, numbers = list(self._rules), iter(self._written)
        for s, p, o, rule, many in zip(*[numbers] * 5, strict=False):
            yield (s, p, o), rules[rule], tuple((next(numbers), next(numbers), next(numbers)) for _ in range(many))
