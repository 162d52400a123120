"""Quads as the site reads them, and what is told of a thing put in order: by property, graph and blank node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.namespaces import RDF


class Quad(NamedTuple):
    """A statement in a named graph (RDF 1.1 Concepts, 4): the engine's makes its terms anew whenever it is asked."""

    subject: NamedNode | BlankNode
    predicate: NamedNode
    object: NamedNode | BlankNode | Literal | Triple
    graph_name: NamedNode | BlankNode

    @property
    def triple(self) -> Triple:
        """The statement without its graph."""
        return Triple(self.subject, self.predicate, self.object)


About = Mapping[object, Sequence[Quad]]
"""The quads about each blank node."""

_CELL = {RDF + "first", RDF + "rest"}


def distinct_triples(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The quads without those whose triple came before in another graph."""
    seen = set()
    for quad in quads:
        if (triple := quad[:3]) not in seen:
            seen.add(triple)
            yield quad


def grouped(quads: Iterable[Quad]) -> dict[str, list[Quad]]:
    """The quads of each property."""
    found: dict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        found[quad.predicate.value].append(quad)
    return found


def graphs_of(quads: Sequence[Quad]) -> list[NamedNode]:
    """The named graphs that they are in."""
    names = {q.graph_name.value for q in quads if isinstance(q.graph_name, NamedNode)}
    return [NamedNode(name) for name in sorted(names)]


def classes_of(said: Mapping[str, Sequence[Quad]]) -> list[str]:
    """The classes that a thing is said to be of, by what is said of it by property."""
    return [q.object.value for q in said.get(RDF + "type", ()) if isinstance(q.object, NamedNode)]


def about_blanks(quads: Iterable[Quad]) -> About:
    """The statements about each blank node."""
    found: dict[object, list[Quad]] = defaultdict(list)
    for quad in distinct_triples(quads):
        if isinstance(quad.subject, BlankNode):
            found[quad.subject].append(quad)
    return found


def members_of(node: BlankNode, about: About) -> list[Quad]:
    """The statements that give the members of an RDF collection (RDF Schema 1.1, 5.2), none where a node is no list."""
    found: list[Quad] = []
    seen: set[object] = set()
    rest: object = node
    while rest not in seen and (cell := {q.predicate.value: q for q in about.get(rest, ())}).keys() >= _CELL:
        seen.add(rest)
        found.append(cell[RDF + "first"])
        rest = cell[RDF + "rest"].object
    return found
