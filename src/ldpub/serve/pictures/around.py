"""What a thing is linked to, in either direction, by kind of link; each neighbour once, under what says most of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import NamedNode

from ldpub.namespaces import OWL, RDF, RDFS
from ldpub.serve.pictures.terms import Terms
from ldpub.serve.quads import Quad
from ldpub.serve.statements import Statements

_FACTS = (RDFS + "subPropertyOf", OWL + "inverseOf", RDF + "type")


class Kind(NamedTuple):
    """A kind of link: the property, and whether it leads from the thing (or to it)."""

    property: NamedNode
    is_forward: bool


@dataclass(frozen=True)
class Neighbour:
    """A thing that another is linked to; of the kinds of link none that follows from another, the strongest first."""

    thing: NamedNode
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Surroundings:
    """The neighbours of a thing, those by the strongest kinds first, and how many of each kind were not read."""

    neighbours: tuple[Neighbour, ...]
    unread: Mapping[Kind, int]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The first kinds of the neighbours, in their order."""
        return tuple(dict.fromkeys(one.kinds[0] for one in self.neighbours))


@dataclass(frozen=True)
class _Axioms:
    """What an ontology says about some properties."""

    above: Mapping[str, frozenset[str]]
    inverse: Mapping[str, str]
    symmetric: frozenset[str]

    def kind(self, name: str, *, is_forward: bool) -> Kind:
        """The kind of link that a property is: read forwards wherever it can be said forwards."""
        if is_forward or name in self.symmetric:
            return Kind(NamedNode(name), True)
        if name in self.inverse:
            return Kind(NamedNode(self.inverse[name]), True)
        return Kind(NamedNode(name), False)


def surroundings(statements: Statements, thing: NamedNode, terms: Terms, picture: str, each: int) -> Surroundings:
    """What a thing is linked to, as far as a picture follows it; of each property at most `each` links."""
    around = statements.around(thing)
    found = [one for one in around if terms.follows(picture, one[0])]
    quads = statements.axioms(tuple(NamedNode(name) for name, _, _ in around), _FACTS)  # the same for each picture
    axioms = _axioms(quads, {name for name, _, _ in found})
    rank: dict[Kind, int] = {}
    counts: dict[Kind, int] = {}
    things: dict[NamedNode, dict[Kind, None]] = defaultdict(dict)
    for name, is_forward, count in found:
        kind = axioms.kind(name, is_forward=is_forward)
        rank[kind] = min(rank.get(kind, 10**6), terms.rank(picture, name))
        counts[kind] = max(counts.get(kind, 0), count)
        for neighbour in statements.links(thing, name, is_forward=is_forward, limit=each):
            if neighbour != thing:
                things[neighbour][kind] = None
    order = _order(counts, rank, axioms)
    strongest: dict[tuple[Kind, ...], tuple[Kind, ...]] = {}  # many neighbours are linked in the same few ways
    for kinds in map(tuple, things.values()):
        if kinds not in strongest:
            strongest[kinds] = _strongest(kinds, order, axioms)
    neighbours = [Neighbour(one, strongest[tuple(kinds)]) for one, kinds in things.items()]
    neighbours.sort(key=lambda one: (order[one.kinds[0]], one.thing.value))
    return Surroundings(tuple(neighbours), _unread(counts, neighbours, axioms, each))


def _axioms(quads: Sequence[Quad], names: Collection[str]) -> _Axioms:
    """What is said about properties; those above one are found as far as the statements say, inferred ones included."""
    above: dict[str, set[str]] = defaultdict(set)
    inverse: dict[str, str] = {}
    symmetric: set[str] = set()
    for quad in quads:
        if not (isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode)):
            continue
        if quad.subject.value not in names:
            continue
        name, value = quad.subject.value, quad.object.value
        if quad.predicate.value == RDFS + "subPropertyOf" and value != name:
            above[name].add(value)
        elif quad.predicate.value == OWL + "inverseOf":
            inverse[name] = min(value, inverse.get(name, value))
        elif value == OWL + "SymmetricProperty":
            symmetric.add(name)
    for name, value in sorted(inverse.items()):
        inverse.setdefault(value, name)
    closed = {name: frozenset(_closure(name, above)) for name in above}
    return _Axioms(closed, inverse, frozenset(symmetric))


def _closure(name: str, above: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    pending = [name]
    while pending:
        fresh = above.get(pending.pop(), set()) - seen
        seen |= fresh
        pending += fresh
    return seen - {name}


def _order(counts: Mapping[Kind, int], rank: Mapping[Kind, int], axioms: _Axioms) -> dict[Kind, int]:
    """The kinds by strength: as the project says, else the special before the general, the rare before the frequent."""
    special = {kind: len(axioms.above.get(kind.property.value, ())) for kind in counts}
    ordered = sorted(
        counts, key=lambda kind: (rank[kind], not kind.is_forward, -special[kind], counts[kind], kind.property.value)
    )
    return {kind: place for place, kind in enumerate(ordered)}


def _strongest(kinds: Sequence[Kind], order: Mapping[Kind, int], axioms: _Axioms) -> tuple[Kind, ...]:
    """The kinds of a neighbour without those that follow from another of them."""
    implied = {Kind(NamedNode(a), k.is_forward) for k in kinds for a in axioms.above.get(k.property.value, ())}
    left = [kind for kind in kinds if kind not in implied] or list(kinds)
    return tuple(sorted(left, key=lambda kind: order[kind]))


def _unread(counts: Mapping[Kind, int], neighbours: Sequence[Neighbour], axioms: _Axioms, each: int) -> dict[Kind, int]:
    """How many links of a kind were not read, without those that are counted with a more special kind."""
    read: dict[Kind, int] = defaultdict(int)
    for one in neighbours:
        for kind in one.kinds:
            read[kind] += 1
    found = {}
    for kind, count in counts.items():
        if count > each:
            name = kind.property.value
            below = sum(n for k, n in counts.items() if name in axioms.above.get(k.property.value, ()))
            found[kind] = max(count - below - read[kind], 0)
    return {kind: count for kind, count in found.items() if count}
