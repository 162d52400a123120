"""The semi-naive run: each round matches the new triples of the last with the whole graph, until a round adds none."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ldpub.build.reason import kernels
from ldpub.build.reason.compile import Instance, instances
from ldpub.build.reason.datatypes import Datatypes
from ldpub.build.reason.distinct import not_all_different
from ldpub.build.reason.equality import Additions, Equality, reflexive
from ldpub.build.reason.notation import Pattern, Rule, rules
from ldpub.build.reason.relations import BITS, MASK, Ids, Relations, pack
from ldpub.build.reason.terms import FIRST, REST, SAME_AS, TYPE, Terms


@dataclass(frozen=True)
class Clash:
    """A rule with `false` as its consequent that fired, and the triples that made it fire."""

    rule: str
    premises: tuple[Ids, ...]


@dataclass(frozen=True)
class _Trigger:
    instance: Instance
    fire: kernels.Kernel


class Fixpoint:
    """A graph under the rules of OWL 2 RL/RDF: assert, then `saturate`, then add more and saturate again.

    `reflexive_same_as` asks for eq-ref's triples too.
    """

    def __init__(self, terms: Terms, reflexive_same_as: bool = False) -> None:
        self.terms = terms
        self.relations = Relations()
        self.datatypes = Datatypes(terms)
        self.instances: dict[tuple[str, tuple[Pattern, ...], Pattern | None], Instance] = {}
        self._clashes: dict[tuple[str, frozenset[Ids]], Clash] = {}
        self._equality = Equality(self.relations)
        self._reflexive = reflexive_same_as
        self._triggers: dict[int, dict[int | None, list[_Trigger]]] = {}
        self._compiled = False

    def saturate(self, made: Additions | None = None, maker: str | None = None) -> int:
        """Run to the fixpoint, from the pairs that a project rule (`maker`) made, if any; the triples added."""
        rounds = len(self.relations.rounds)
        added = self._visible(made or {}, maker)
        if not self._compiled:
            added = {p: set(pairs) for p, pairs in self.relations.pairs.items()}
        while added or not self._compiled:
            added = self._visible(self._round(added), None)
        return sum(len(pairs) for one in self.relations.rounds[rounds:] for pairs in one.added.values())

    def clashes(self) -> list[Clash]:
        """Every inconsistency found so far, those of ill-typed literals included."""
        return [*self._clashes.values(), *self._ill_typed()]

    def _visible(self, made: Additions, maker: str | None) -> Additions:
        """Add what is new of the made pairs as a round, and answer it."""
        added = {}
        for p, pairs in made.items():
            new = pairs - self.relations.extent(p)
            if new:
                added[p] = new
        if added:
            self.relations.add_round(added, maker)
        return added

    def _round(self, added: Additions) -> Additions:
        into: Additions = {}
        _merge(into, self.datatypes.observe())
        newcomers = list(self._compile(added))
        self._wake(added, into)
        for instance in newcomers:
            self._start(instance, into)
        self._equality.replace(added, into)
        self._check_literals(added, into)
        for rule, premises in not_all_different(self.relations, added):
            self._clash(rule, premises)
        if self._reflexive:
            _merge(into, reflexive(added))
        self._compiled = True
        return into

    def _compile(self, added: Additions) -> Iterator[Instance]:
        """The rules that the axioms make now and did not make before."""
        for rule in rules():
            if self._compiled and not _touches(rule, added):
                continue
            for instance in instances(rule, self.relations, self.datatypes.is_cardinality):
                key = instance.name, instance.body, instance.head
                if key not in self.instances:
                    self.instances[key] = instance
                    yield instance

    def _start(self, instance: Instance, into: Additions) -> None:
        """Run a new rule over the whole graph, and have new triples wake it from now on."""
        if not instance.body:
            self._take(instance, [()] if instance.head is None else [pack(*_ends(instance.head))], into)
            return
        sizes = []
        for position, (_, p, o) in enumerate(instance.body):
            assert isinstance(p, int), "the axioms have fixed the predicate"
            given = o if isinstance(o, int) else None
            fire = kernels.kernel(instance.body, instance.head, position, self.relations)
            self._triggers.setdefault(p, {}).setdefault(given, []).append(_Trigger(instance, fire))
            extent = self._extent(p, given)
            sizes.append((len(extent), position, fire, extent))
            if p == TYPE and given is not None:
                _merge(into, self.datatypes.ask([given]))
        _, _, fire, extent = min(sizes, key=lambda size: size[:2])
        self._take(instance, fire(extent), into)

    def _extent(self, p: int, o: int | None) -> Collection[int]:
        if o is None:
            return self.relations.extent(p)
        return [o << BITS | s for s in self.relations.by_object(p).get(o, ())]

    def _wake(self, added: Additions, into: Additions) -> None:
        """Give the new pairs to every rule that waits for their predicate, or for their predicate and object."""
        for p, pairs in added.items():
            waiting = self._triggers.get(p, {})
            for trigger in waiting.get(None, ()):
                self._take(trigger.instance, trigger.fire(pairs), into)
            for o, group in _by_object(pairs, waiting).items():
                for trigger in waiting[o]:
                    self._take(trigger.instance, trigger.fire(group), into)

    def _take(self, instance: Instance, made: Collection[int] | Collection[tuple[int, ...]], into: Additions) -> None:
        if not made:
            return
        if instance.head is None:
            for found in made:
                assert isinstance(found, tuple), "a rule for `false` answers with its variables"
                binding = dict(zip(kernels.variables(instance.body), found, strict=True))
                self._clash(instance.name, instance.axioms + tuple(_ground(t, binding) for t in instance.body))
            return
        p = instance.head[1]
        assert isinstance(p, int), "the axioms have fixed the predicate"
        into.setdefault(p, set()).update(made)  # type: ignore[arg-type]  # a rule with a head answers with pairs

    def _clash(self, rule: str, premises: tuple[Ids, ...]) -> None:
        self._clashes.setdefault((rule, frozenset(premises)), Clash(rule, premises))

    def _check_literals(self, added: Additions, into: Additions) -> None:
        _merge(into, self.datatypes.differences(added.get(SAME_AS, ())))
        for triple in self.datatypes.mistyped(added.get(TYPE, ())):
            self._clash("dt-not-type", (triple,))

    def _ill_typed(self) -> Iterator[Clash]:
        wanted = set(self.datatypes.ill_typed)
        if not wanted:
            return
        for p, pairs in self.relations.pairs.items():
            for pair in pairs:
                triple = pair & MASK, p, pair >> BITS
                if triple[2] in wanted and self.relations.born(triple) == 0:
                    yield Clash("dt-not-type", (triple,))


def _touches(rule: Rule, added: Additions) -> bool:
    """Whether a round may have changed what the rule's axioms match."""
    if rule.elements is not None and (FIRST in added or REST in added):
        return True
    return any(
        p in added and (p != TYPE or not isinstance(o, int) or any(pair >> BITS == o for pair in added[p]))
        for _, p, o in rule.axioms
        if isinstance(p, int)
    )


def _by_object(pairs: set[int], wanted: dict[int | None, list[_Trigger]]) -> dict[int, list[int]]:
    """The pairs grouped by object, for the objects that rules wait for."""
    groups: dict[int, list[int]] = {}
    if not (wanted.keys() - {None}):
        return groups
    for pair in pairs:
        o = pair >> BITS
        if o in wanted:
            groups.setdefault(o, []).append(pair)
    return groups


def _ends(pattern: Pattern) -> tuple[int, int]:
    s, _, o = _ground(pattern, {})
    return s, o


def _ground(pattern: Pattern, binding: dict[str, int]) -> Ids:
    s, p, o = (slot if isinstance(slot, int) else binding[slot] for slot in pattern)
    return s, p, o


def _merge(into: Additions, more: Additions) -> None:
    for p, pairs in more.items():
        into.setdefault(p, set()).update(pairs)
