"""What is claimed about a thing: where claims of different sources disagree, and which statements claims agree with.

Which properties of a claim say so is told by RDF reification (RDF Schema 1.1, 5.3) and by the project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.serve.describe import SOURCES, Describer
from ldpub.serve.described import Value
from ldpub.serve.periods import Dates, names_of, role_of

_CLAIMS_READ = 200

Term = NamedNode | Literal


@dataclass(frozen=True)
class Claim:
    """What a claim says: its IRI and page, the values by the first property that has any, its documents, its rank."""

    node: NamedNode
    page: Value
    values: tuple[Term, ...]
    documents: tuple[NamedNode, ...]
    ranks: tuple[Value, ...]


@dataclass(frozen=True)
class Claims:
    """The claims about a thing, by the property that is claimed; of some the value is not given."""

    thing: NamedNode
    by_property: Mapping[NamedNode, Sequence[Claim]]

    @property
    def disputed(self) -> dict[NamedNode, list[Claim]]:
        """The properties for which the claims give different values."""
        valued = {name: [c for c in told if c.values] for name, told in self.by_property.items()}
        return {name: told for name, told in valued.items() if len({frozenset(c.values) for c in told}) > 1}

    def supporting(self, triple: Triple, dates: Dates) -> list[Claim]:
        """The claims that agree with a statement: that give its value, or say without a value when the thing was."""
        role = role_of(triple.predicate.value, dates)
        found = list(self.by_property.get(triple.predicate, ()))
        if role is not None:
            names = map(NamedNode, names_of(role, dates))
            found += [claim for name in names for claim in self.by_property.get(name, ()) if not claim.values]
        agreed = (claim for claim in found if triple.object in claim.values or (role is not None and not claim.values))
        return list({claim.node: claim for claim in agreed}.values())


def claims_about(describer: Describer, thing: NamedNode) -> Claims:
    """What is claimed about a thing, in the order of the claims' IRIs."""
    statements, terms = describer.snapshot.statements, describer.snapshot.claims
    nodes = [
        node for name in terms.subject for node in statements.links(thing, name, is_forward=False, limit=_CLAIMS_READ)
    ]
    said: dict[object, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for quad in statements.facts(nodes, [*terms.property, *terms.value, *terms.rank, *SOURCES]):
        if isinstance(quad.object, NamedNode | Literal) and quad.object not in said[quad.subject][quad.predicate.value]:
            said[quad.subject][quad.predicate.value].append(quad.object)
    describer.learn([*nodes, *(term for one in said.values() for values in one.values() for term in values)])
    found: dict[NamedNode, list[Claim]] = defaultdict(list)
    for node in dict.fromkeys(nodes):
        claim = Claim(
            node,
            describer.value(node),
            next(filter(None, (tuple(said[node].get(name, ())) for name in terms.value)), ()),
            tuple(term for term in _of(said[node], SOURCES) if isinstance(term, NamedNode)),
            tuple(map(describer.value, _of(said[node], terms.rank))),
        )
        for name in _of(said[node], terms.property):
            if isinstance(name, NamedNode):
                found[name].append(claim)
    return Claims(thing, found)


def _of(said: Mapping[str, Sequence[Term]], names: Sequence[str]) -> list[Term]:
    return [term for name in names for term in said.get(name, ())]
