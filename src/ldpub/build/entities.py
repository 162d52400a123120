"""A graph as the entities it describes, its blank nodes named by their content, so that graphs compare by triples.

An entity is an IRI that is a subject, with the blank nodes that hang below it (Concise Bounded Description, W3C 2005).
The names of blank nodes are those of RDFC-1.0, given to each group of connected blank nodes by itself: the canonical
names of a whole graph would all change with any of them. Takes linear time where groups are small.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from ldpub.build.load import STEPS
from ldpub.build.numbered import Quads, Triples
from ldpub.iris import IriPolicy

Entity = NamedNode | BlankNode
"""What is described: an IRI, or a blank node that does not hang below exactly one."""


@dataclass(frozen=True)
class Entities:
    """A graph. Equal graphs (RDF 1.1 Concepts, 3.6: isomorphic ones) have equal `triples`.

    `owners` leads from each blank node of a tree below one IRI to that IRI.
    """

    triples: frozenset[Triple]
    owners: Mapping[BlankNode, NamedNode]

    def entity(self, triple: Triple) -> Entity:
        """The entity that a triple of the graph describes."""
        subject = triple.subject
        if isinstance(subject, BlankNode):
            return self.owners.get(subject, subject)
        assert isinstance(subject, NamedNode), "subjects are IRIs or blank nodes"
        return subject

    @cached_property
    def by_entity(self) -> Mapping[Entity, Sequence[Triple]]:
        """The triples of each entity, in no order."""
        found: dict[Entity, list[Triple]] = defaultdict(list)
        for triple in self.triples:
            found[self.entity(triple)].append(triple)
        return dict(found)


def entities(triples: Iterable[Triple]) -> Entities:
    """The entities of a graph."""
    named: set[Triple] = set()
    with_blanks: dict[Triple, None] = {}
    for triple in triples:
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
            with_blanks[triple] = None
        else:
            named.add(triple)
    owners: dict[BlankNode, NamedNode] = {}
    copies: Counter[str] = Counter()
    for group in _groups(tuple(with_blanks)):
        renamed = _renamed(group, copies)
        named.update(renamed)
        if owner := _owner(renamed):
            owners.update((node, owner) for triple in renamed for node in _blanks(triple))
    return Entities(frozenset(named), owners)


def asserted(quads: Quads, default_graphs: Iterable[str], iris: IriPolicy, *, inferred: bool) -> Triples:
    """What a release asserts: the triples of ontology and data, each once; with what is inferred, if that is wanted."""
    hidden = {iris.graph(step) for step in STEPS} - {iris.graph("ontology")}
    names = {name for name in default_graphs if name not in hidden}
    return quads.within(names | {iris.graph("inferred")} if inferred else names).merged()


def _blanks(triple: Triple) -> Iterator[BlankNode]:
    return (term for term in (triple.subject, triple.object) if isinstance(term, BlankNode))


def _groups(triples: Sequence[Triple]) -> Iterable[list[Triple]]:
    """The triples in groups that share no blank node (union-find, with paths halved)."""
    parents: dict[BlankNode, BlankNode] = {}

    def root(node: BlankNode) -> BlankNode:
        parents.setdefault(node, node)
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for triple in triples:
        first, *others = _blanks(triple)
        for other in others:
            parents[root(first)] = root(other)
    groups: dict[BlankNode, list[Triple]] = defaultdict(list)
    for triple in triples:
        groups[root(next(_blanks(triple)))].append(triple)
    return groups.values()


def _renamed(group: Sequence[Triple], copies: Counter[str]) -> list[Triple]:
    """The triples of a group with canonical names: of what it says, which of several equal groups, which node in it."""
    canonical = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in group)
    canonical.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    digest = hashlib.sha256("\n".join(sorted(map(str, canonical))).encode()).hexdigest()[:32]
    prefix = f"b{digest}n{copies[digest]}x"
    copies[digest] += 1
    return [_triple(quad, prefix) for quad in canonical]


def _triple(quad: Quad, prefix: str) -> Triple:
    subject, target = quad.subject, quad.object
    if isinstance(subject, BlankNode):
        subject = BlankNode(prefix + subject.value.removeprefix("c14n"))
    if isinstance(target, BlankNode):
        target = BlankNode(prefix + target.value.removeprefix("c14n"))
    return Triple(subject, quad.predicate, target)


def _owner(group: Sequence[Triple]) -> NamedNode | None:
    """The IRI below which the blank nodes of a group form a tree, or None.

    One triple leads in from an IRI and one to each node: as the nodes are connected, that is a tree.
    """
    leading = Counter(triple.object for triple in group if isinstance(triple.object, BlankNode))
    above = [triple.subject for triple in group if isinstance(triple.subject, NamedNode)]
    is_tree = len(above) == 1 and all(leading[node] == 1 for triple in group for node in _blanks(triple))
    return above[0] if is_tree else None
