"""One backward step, on demand: which rule and which premises, all of earlier rounds, made a triple."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ldpub.build.reason.compile import Instance
from ldpub.build.reason.equality import Additions
from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.notation import Pattern, Slot
from ldpub.build.reason.relations import Ids, pack
from ldpub.build.reason.terms import DIFFERENT_FROM, SAME_AS, TYPE

Step = tuple[str, tuple[Ids, ...]]
"""The rule's name and its premises."""


class Explanations:
    """Backward steps through a run that is finished when they are asked for."""

    def __init__(self, fixpoint: Fixpoint, axiomatic: dict[Ids, str]) -> None:
        self._fixpoint = fixpoint
        self._relations = fixpoint.relations
        self._axiomatic = axiomatic

    def axioms(self) -> Additions:
        """The axiomatic triples, to begin with."""
        made: Additions = {}
        for s, p, o in self._axiomatic:
            made.setdefault(p, set()).add(pack(s, o))
        return made

    @cached_property
    def _makers(self) -> dict[tuple[int, int | None], list[Instance]]:
        """The rules by the predicate of their heads, and the object where they fix it."""
        makers: dict[tuple[int, int | None], list[Instance]] = {}
        for instance in self._fixpoint.instances.values():
            if instance.head is not None:
                _, p, o = instance.head
                assert isinstance(p, int), "the axioms have fixed the predicate"
                makers.setdefault((p, o if isinstance(o, int) else None), []).append(instance)
        return makers

    def step(self, triple: Ids) -> Step | None:
        """The rule of OWL 2 RL that made an inferred triple; None if it is asserted, unknown or a project rule's."""
        if triple in self._axiomatic:
            return self._axiomatic[triple], ()
        born = self._relations.born(triple)
        if not born or self._relations.rounds[born - 1].maker is not None:
            return None
        return next(self._steps(triple, born), None)

    def _steps(self, triple: Ids, born: int) -> Iterator[Step]:
        yield from self._by_datatypes(triple)
        for instance in self._instances(triple):
            if instance.since >= born:
                continue
            if same := instance.of_same_subject:
                only = triple[0], *same
                if self._before(only, born):
                    yield instance.name, (*instance.axioms, only)
            else:
                yield from self._by_instance(instance, triple, born)
        yield from self._by_equality(triple, born)

    def _instances(self, triple: Ids) -> list[Instance]:
        _, p, o = triple
        return self._makers.get((p, o), []) + self._makers.get((p, None), [])

    def _by_instance(self, instance: Instance, triple: Ids, born: int) -> Iterator[Step]:
        assert instance.head is not None, "only rules with a head are looked up"
        binding: dict[str, int] = {}
        if not all(_fits(slot, term, binding) for slot, term in zip(instance.head, triple, strict=True)):
            return
        for premises in self._proofs(instance.body, binding, born):
            yield instance.name, instance.axioms + premises

    def _proofs(self, body: tuple[Pattern, ...], binding: dict[str, int], born: int) -> Iterator[tuple[Ids, ...]]:
        """The ways to match a body with triples of rounds before `born`, in the order of the patterns."""
        if not body:
            yield ()
            return
        at = max(range(len(body)), key=lambda i: sum(_known(slot, binding) is not None for slot in body[i]))
        s, p, o = body[at]
        assert isinstance(p, int), "the axioms have fixed the predicate"
        rest = body[:at] + body[at + 1 :]
        for found in self._relations.match(_known(s, binding), p, _known(o, binding)):
            triple = found[0], p, found[1]
            wider = dict(binding)
            if not (_fits(s, found[0], wider) and _fits(o, found[1], wider) and self._before(triple, born)):
                continue
            for others in self._proofs(rest, wider, born):
                yield (*others[:at], triple, *others[at:])

    def _by_equality(self, triple: Ids, born: int) -> Iterator[Step]:
        s, p, o = triple
        if p == SAME_AS and s == o:
            yield "eq-ref", (self._mention(s, born),)
        for rule, end, moved in (
            ("eq-rep-s", s, lambda name: (name, p, o)),
            ("eq-rep-p", p, lambda name: (s, name, o)),
            ("eq-rep-o", o, lambda name: (s, p, name)),
        ):
            for name, _ in self._relations.match(None, SAME_AS, end):
                premises = (name, SAME_AS, end), moved(name)
                if name != end and all(self._before(premise, born) for premise in premises):
                    yield rule, premises

    def _mention(self, term: int, born: int) -> Ids:
        """A triple of an earlier round that has the term; eq-ref saw one."""
        return next(
            triple
            for p, pairs in self._relations.pairs.items()
            for s, o in self._relations.match(None, p, None)
            if pairs and term in (triple := (s, p, o)) and self._before(triple, born)
        )

    def _by_datatypes(self, triple: Ids) -> Iterator[Step]:
        s, p, o = triple
        datatypes = self._fixpoint.datatypes
        if not self._fixpoint.terms.is_literal(s):
            return
        if p == SAME_AS and s != o and datatypes.equal(s, o):
            yield "dt-eq", ()
        if p == DIFFERENT_FROM and datatypes.differ(s, o):
            yield "dt-diff", ()
        if p == TYPE and datatypes.has_type(s, o):
            yield "dt-type2", ()

    def _before(self, triple: Ids, born: int) -> bool:
        found = self._relations.born(triple)
        return found is not None and found < born


def _known(slot: Slot, binding: dict[str, int]) -> int | None:
    return slot if isinstance(slot, int) else binding.get(slot)


def _fits(slot: Slot, term: int, binding: dict[str, int]) -> bool:
    return slot == term if isinstance(slot, int) else binding.setdefault(slot, term) == term
