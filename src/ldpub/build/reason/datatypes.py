"""Table 8, the semantics of datatypes: literals of one value, of two values, and of the types that rules ask for.

dt-eq relates the literals of the graph that write one value differently. dt-type2 and dt-diff would be quadratic if
made for all: a literal is typed when a rule asks for a datatype, and two literals are told apart when something makes
them the same. dt-not-type is the check of the literals that rules have typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from ldpub.build.reason import values
from ldpub.build.reason.relations import Ids, pack, unpack
from ldpub.build.reason.terms import DIFFERENT_FROM, ONE, SAME_AS, TYPE, ZERO, Terms

Additions = dict[int, set[int]]

_CARDINALITY = {ZERO: 0, ONE: 1}


class Datatypes:
    """What is known of the literals of a graph; `terms` may grow, `observe` takes the newcomers in."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._seen = 0
        self._of_value: dict[values.Value, int] = {}
        self._writings: dict[int, list[int]] = {}
        self._strings: list[int] | None = []
        self._asked: dict[int, str] = {}
        self.ill_typed: list[int] = []

    def observe(self) -> Additions:
        """Take in the literals that came since the last call; what dt-eq and dt-type2 say of them."""
        fresh = self._terms.literal_numbers[self._seen :]
        self._seen += len(fresh)
        into: Additions = {}
        for number in self._grouped(fresh):
            self._group(number, into)
        for datatype, iri in self._asked.items():
            self._type(fresh, datatype, iri, into)
        return into

    def ask(self, datatypes: Iterable[int]) -> Additions:
        """Type the literals seen with those datatypes, now and from now on (dt-type2)."""
        into: Additions = {}
        for number in datatypes:
            term = self._terms.terms[number]
            if isinstance(term, NamedNode) and term.value in values.KNOWN_DATATYPES and number not in self._asked:
                self._asked[number] = term.value
                self._type(self._terms.literal_numbers[: self._seen], number, term.value, into)
        return into

    def differences(self, same: Iterable[int]) -> Additions:
        """dt-diff for the pairs of literals that were made the same: those of two values."""
        found = {pair for pair in same if self.differ(*unpack(pair))}
        return {DIFFERENT_FROM: found} if found else {}

    def differ(self, one: int, other: int) -> bool:
        """Whether both are literals with known values that are not the same."""
        first, second = self._value(one), self._value(other)
        return first is not None and second is not None and first != second

    def equal(self, one: int, other: int) -> bool:
        """Whether both are literals of one known value."""
        found = self._value(one)
        return found is not None and found == self._value(other)

    def same_valued(self, number: int) -> list[int]:
        """The literals of the graph with the value of this one, itself included."""
        return self._writings.get(number, [number])

    def find(self, literal: Literal) -> list[int]:
        """The literals of the graph with the value of a literal that need not be of the graph, strings aside."""
        found = values.value(literal)
        first = None if found is None else self._of_value.get(found)
        return [] if first is None else self.same_valued(first)

    def mistyped(self, typed: Iterable[int]) -> Iterator[Ids]:
        """dt-not-type: of the new pairs of rdf:type, those of a literal with a datatype that its value is not in."""
        for pair in typed:
            s, o = unpack(pair)
            if self._terms.is_literal(s) and self.has_type(s, o) is False:
                yield s, TYPE, o

    def has_type(self, number: int, datatype: int) -> bool | None:
        """Whether a literal's value is in a datatype; None where that is not known."""
        literal, term = self._terms.terms[number], self._terms.terms[datatype]
        if not isinstance(literal, Literal) or not isinstance(term, NamedNode):
            return None
        return values.has_type(literal, term.value)

    def is_cardinality(self, number: int, cardinality: int) -> bool:
        """Whether a term is a literal of the number 0 or 1 that a rule of the table names."""
        return self._value(number) == ("decimal", _CARDINALITY[cardinality])

    def _value(self, number: int) -> values.Value | None:
        term = self._terms.terms[number]
        return values.value(term) if isinstance(term, Literal) else None

    def _grouped(self, fresh: list[int]) -> list[int]:
        """The literals to compare by value: strings, which are most, only once there is another way to write one."""
        if self._strings is None:
            return fresh
        others: list[int] = []
        for number in fresh:
            plain = values.is_plain(self._literal(number))
            (self._strings if plain else others).append(number)
        if any(values.is_string(self._literal(number)) for number in others):
            others, self._strings = self._strings + others, None
        return others

    def _group(self, number: int, into: Additions) -> None:
        literal = self._literal(number)
        found = values.value(literal)
        if found is None:
            if values.ill_typed(literal):
                self.ill_typed.append(number)
            return
        first = self._of_value.setdefault(found, number)
        if first != number:
            group = self._writings.setdefault(first, [first])
            for other in group:
                into.setdefault(SAME_AS, set()).update((pack(number, other), pack(other, number)))
            group.append(number)
            self._writings[number] = group

    def _literal(self, number: int) -> Literal:
        term = self._terms.terms[number]
        assert isinstance(term, Literal), "observed numbers are literals'"
        return term

    def _type(self, numbers: Iterable[int], datatype: int, iri: str, into: Additions) -> None:
        typed = {
            pack(number, datatype)
            for number in numbers
            if isinstance(literal := self._terms.terms[number], Literal) and values.has_type(literal, iri)
        }
        if typed:
            into.setdefault(TYPE, set()).update(typed)
