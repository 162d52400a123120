"""The steps of a closure in little room: what is left to say once the engine that inferred is gone."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
import numpy.typing as npt

from ldpub.build.numbered import Numbers
from ldpub.build.reason.closure import Closure, Numbered
from ldpub.build.reason.terms import Term


def _none() -> Numbers:
    return np.zeros(0, np.int32)


@dataclass(frozen=True, eq=False)
class Steps:
    """One step for each inferred triple that is published, and for each inferred premise, each once.

    `triples` has a row of three numbers for the conclusion of each step, and after it one for each of its premises;
    `rule` says by which of `rules` each step is, `premises` how many it has. `terms` are those of the numbers.
    """

    terms: Sequence[Term] = ()
    rules: Sequence[str] = ()
    triples: Numbers = field(default_factory=lambda: _none().reshape(-1, 3))
    rule: Numbers = field(default_factory=_none)
    premises: Numbers = field(default_factory=_none)

    @classmethod
    def of(cls, closure: Closure) -> Steps:
        """The steps of a closure, in its order."""
        rules: dict[str, int] = {}
        triples, rule, many = array("i"), array("i"), array("i")
        for conclusion, name, premises in closure.steps():
            triples.extend(conclusion)
            for premise in premises:
                triples.extend(premise)
            rule.append(rules.setdefault(name, len(rules)))
            many.append(len(premises))
        made = (np.array(numbers, np.int32) for numbers in (triples, rule, many))
        return cls(closure.terms, list(rules), next(made).reshape(-1, 3), *made)

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """The row of each conclusion, and after all of them the number of rows."""
        return np.concatenate(([0], np.cumsum(self.premises + 1, dtype=np.int64)))

    def renumbered(self, numbers: Numbers) -> Steps:
        """The same by other numbers of the terms."""
        return replace(self, terms=(), triples=numbers[self.triples])

    def __iter__(self) -> Iterator[Numbered]:
        rows = map(_ids, self.triples.tolist())
        for rule, many in zip(self.rule.tolist(), self.premises.tolist(), strict=True):
            yield next(rows), self.rules[rule], tuple(islice(rows, many))


def _ids(row: Sequence[int]) -> tuple[int, int, int]:
    s, p, o = row
    return s, p, o
