"""From the rules of the standard to the rules of this ontology: the axioms are matched, their variables filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ldpub.build.reason.lists import READERS, Reading
from ldpub.build.reason.notation import ListPart, Pattern, Rule, Slot
from ldpub.build.reason.relations import Ids, Relations

Binding = dict[str, int]


@dataclass(frozen=True)
class Instance:
    """A rule for the ontology at hand: the rule's name, the axioms it came from, and what is left to match."""

    name: str
    matched: tuple[Ids, ...]
    reading: Reading | None
    body: tuple[Pattern, ...]
    head: Pattern | None
    since: int
    """The round after which the axioms stood in the graph."""

    @property
    def axioms(self) -> tuple[Ids, ...]:
        """The triples of the axioms, those of the list included."""
        return self.matched + (self.reading.triples if self.reading else ())

    @cached_property
    def of_same_subject(self) -> tuple[int, int] | None:
        """Predicate and object of the one premise, where that and the conclusion say one thing each of one subject.

        Rules for subclasses do, and are most of those that are tried when a graph is explained.
        """
        if len(self.body) != 1 or self.head is None:
            return None
        s, p, o = self.body[0]
        fixed = isinstance(p, int) and isinstance(o, int) and isinstance(self.head[2], int)
        return (p, o) if fixed and isinstance(s, str) and s == self.head[0] else None  # type: ignore[return-value]


CardinalityTest = Callable[[int, int], bool]
"""Whether a term (first) is a literal of the cardinality that a negative constant (second) stands for."""


def instances(rule: Rule, relations: Relations, is_cardinality: CardinalityTest) -> Iterator[Instance]:
    """The concrete rules that the axioms now in the graph make of a rule; those that say nothing are left out."""
    since = len(relations.rounds)
    for binding, axioms in _solutions(rule.axioms, relations, is_cardinality):
        for body, head, reading in _expansions(rule, binding, relations):
            if head is None or head not in body:
                yield Instance(rule.name, axioms, reading, body, head, since)


def _solutions(
    patterns: tuple[Pattern, ...], relations: Relations, is_cardinality: CardinalityTest
) -> Iterator[tuple[Binding, tuple[Ids, ...]]]:
    """Bindings of axiom patterns, with the triples matched; predicates of axiom patterns are constants."""
    if not patterns:
        yield {}, ()
        return
    partial: list[tuple[Binding, tuple[Ids, ...]]] = [({}, ())]
    for s, p, o in patterns:
        assert isinstance(p, int), "an axiom's predicate is fixed by the standard"
        wider = []
        for binding, axioms in partial:
            for found in _matches((s, p, o), binding, relations, is_cardinality):
                extended = dict(binding)
                if all(_bind(extended, slot, term) for slot, term in zip((s, o), found, strict=True)):
                    wider.append((extended, (*axioms, (found[0], p, found[1]))))
        partial = wider
    yield from partial


def _matches(
    pattern: tuple[Slot, int, Slot], binding: Binding, relations: Relations, is_cardinality: CardinalityTest
) -> Iterator[tuple[int, int]]:
    s, p, o = pattern
    subject = s if isinstance(s, int) else binding.get(s)
    if isinstance(o, int) and o < 0:
        yield from (pair for pair in relations.match(subject, p, None) if is_cardinality(pair[1], o))
    else:
        yield from relations.match(subject, p, o if isinstance(o, int) else binding.get(o))


def _bind(binding: Binding, slot: Slot, term: int) -> bool:
    return isinstance(slot, int) or binding.setdefault(slot, term) == term


def _fill(pattern: Pattern, binding: Binding) -> Pattern:
    s, p, o = (slot if isinstance(slot, int) else binding.get(slot, slot) for slot in pattern)
    return s, p, o


Expansion = tuple[tuple[Pattern, ...], Pattern | None, Reading | None]


def _expansions(rule: Rule, binding: Binding, relations: Relations) -> Iterator[Expansion]:
    if rule.elements is None:
        body = tuple(_fill(pattern, binding) for pattern in rule.body)
        yield body, rule.head and _fill(rule.head, binding), None
        return
    for reading in READERS[rule.elements.reading](relations, binding[rule.elements.head]):
        if reading.whole:
            yield (*_unrolled(rule, rule.elements, binding, reading.elements), reading)
            continue
        wider = binding | dict(zip(rule.elements.names, reading.elements, strict=True))
        body = tuple(_fill(pattern, wider) for pattern in rule.body)
        yield body, rule.head and _fill(rule.head, wider), reading


def _unrolled(
    rule: Rule, part: ListPart, binding: Binding, elements: tuple[int, ...]
) -> tuple[tuple[Pattern, ...], Pattern | None]:
    """The body with each pattern that names the element repeated per element, positions written out."""
    name = part.names[0]
    body: list[Pattern] = []
    for pattern in rule.body:
        if name not in pattern:
            body.append(_fill(pattern, binding))
            continue
        for position, element in enumerate(elements):
            numbered = _numbered(pattern, position)
            body.append(_fill(numbered, binding | {name: element}))
    last = {"un": f"u{len(elements)}"}
    assert rule.head is not None, "a rule over a whole list has a head"
    s, p, o = (last.get(slot, slot) if isinstance(slot, str) else slot for slot in rule.head)
    return tuple(body), _fill((s, p, o), binding)


def _numbered(pattern: Pattern, position: int) -> Pattern:
    def number(slot: Slot) -> Slot:
        if isinstance(slot, int) or "#" not in slot:
            return slot
        stem, _, step = slot.partition("#")
        return f"{stem}{position + int(step or 0)}"

    s, p, o = map(number, pattern)
    return s, p, o
