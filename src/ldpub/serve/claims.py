"""Where sources disagree: claims about a thing that give one of its properties different values, each with its source.

Which properties of a claim say so is told by RDF reification (RDF Schema 1.1, 5.3) and by the project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.serve.describe import SOURCES, Describer
from ldpub.serve.described import Value

_CLAIMS_READ = 200

Term = NamedNode | Literal


@dataclass(frozen=True)
class Claim:
    """What a claim says: its page, the values by the first property that has any, its documents, its rank."""

    page: Value
    values: tuple[Term, ...]
    documents: tuple[NamedNode, ...]
    ranks: tuple[Value, ...]


@dataclass(frozen=True)
class Claims:
    """The claims about a thing, by the property that is claimed."""

    thing: NamedNode
    by_property: Mapping[NamedNode, Sequence[Claim]]

    @property
    def disputed(self) -> dict[NamedNode, Sequence[Claim]]:
        """The properties for which the claims give different values."""
        return {name: told for name, told in self.by_property.items() if len({frozenset(c.values) for c in told}) > 1}

    @property
    def documents(self) -> list[NamedNode]:
        """The documents that the claims rest on, each once."""
        return list(dict.fromkeys(d for told in self.by_property.values() for c in told for d in c.documents))

    def sources(self) -> dict[Triple, list[NamedNode]]:
        """The documents of the statements that claims agree with."""
        found: dict[Triple, list[NamedNode]] = defaultdict(list)
        for name, told in self.by_property.items():
            for claim in told:
                for value in claim.values:
                    found[Triple(self.thing, name, value)] += claim.documents
        return found


def claims_about(describer: Describer, thing: NamedNode) -> Claims:
    """What is claimed about a thing, in the order of the claims' IRIs; claims without a value are left out."""
    statements, terms = describer.snapshot.statements, describer.snapshot.claims
    nodes = [
        node for name in terms.subject for node in statements.linked(thing, name, is_forward=False, limit=_CLAIMS_READ)
    ]
    said: dict[object, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for quad in statements.facts(nodes, [*terms.property, *terms.value, *terms.rank, *SOURCES]):
        if isinstance(quad.object, NamedNode | Literal) and quad.object not in said[quad.subject][quad.predicate.value]:
            said[quad.subject][quad.predicate.value].append(quad.object)
    describer.learn([*nodes, *(term for one in said.values() for values in one.values() for term in values)])
    found: dict[NamedNode, list[Claim]] = defaultdict(list)
    for node in dict.fromkeys(nodes):
        claim = Claim(
            describer.value(node),
            next(filter(None, (tuple(said[node].get(name, ())) for name in terms.value)), ()),
            tuple(term for term in _of(said[node], SOURCES) if isinstance(term, NamedNode)),
            tuple(map(describer.value, _of(said[node], terms.rank))),
        )
        for name in _of(said[node], terms.property):
            if claim.values and isinstance(name, NamedNode):
                found[name].append(claim)
    return Claims(thing, found)


def _of(said: Mapping[str, Sequence[Term]], names: Sequence[str]) -> list[Term]:
    return [term for name in names for term in said.get(name, ())]
