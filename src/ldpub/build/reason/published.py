"""Which inferred triples are worth publishing: those about the things described, not what holds of everything.

Left out of `instance`: reflexive owl:sameAs and reflexive axioms, what says no more than owl:Thing, what holds of
owl:Nothing and of the terms of RDF, RDFS, OWL and XSD themselves (axiomatic triples), statements about the blank
nodes of class expressions and axioms, and copies of a statement that differ only in how a value is written.
Generalised triples (a literal as subject, a predicate that is no IRI) never leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal as Choice

from pyoxigraph import BlankNode, NamedNode

from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.relations import MASK, Ids, pack
from ldpub.build.reason.terms import THING, TYPE, constant
from ldpub.namespaces import OWL, RDF

Publish = Choice["instance", "all"]

_REFLEXIVE = frozenset(
    map(
        constant,
        ("owl:sameAs", "rdfs:subClassOf", "owl:equivalentClass", "rdfs:subPropertyOf", "owl:equivalentProperty"),
    )
)

_CLASS_OBJECTS = frozenset(map(constant, ("a", "rdfs:subClassOf", "rdfs:domain", "rdfs:range")))
"""Predicates that say nothing with owl:Thing."""

_STRUCTURE = tuple(
    NamedNode(namespace + name)
    for namespace, names in {
        RDF: "first",
        OWL: "onProperty onProperties intersectionOf unionOf complementOf oneOf members distinctMembers inverseOf "
        "sourceIndividual onDatatype withRestrictions datatypeComplementOf annotatedSource",
    }.items()
    for name in names.split()
)
"""Predicates whose subject, if blank, is a piece of OWL's syntax and no thing that data describe."""


def published(fixpoint: Fixpoint, publish: Publish, unstated: Iterable[NamedNode] = ()) -> Iterator[Ids]:
    """The inferred triples to publish, once each, in no particular order."""
    return filter(worth_publishing(fixpoint, publish, unstated), fixpoint.relations.inferred())


def worth_publishing(
    fixpoint: Fixpoint, publish: Publish = "instance", unstated: Iterable[NamedNode] = ()
) -> Callable[[Ids], bool]:
    """The test for inferred triples, for the graph as it is now; none says that something is of a class `unstated`."""
    terms, datatypes = fixpoint.terms, fixpoint.datatypes
    sayable = {p for p in fixpoint.relations.pairs if isinstance(terms.terms[p], NamedNode)}
    literals = set(terms.literal_numbers)
    if publish == "all":
        return lambda triple: triple[1] in sayable and triple[0] not in literals
    syntax = _syntax_nodes(fixpoint)
    silent = syntax | terms.built_in() | literals
    classes = {terms.numbers[name] for name in unstated if name in terms.numbers}

    def test(triple: Ids) -> bool:
        s, p, o = triple
        if s in silent or p not in sayable or o in syntax or not _worthwhile(triple):
            return False
        if p == TYPE and o in classes:
            return False
        return len(datatypes.same_valued(o)) == 1 or not _is_copy(fixpoint, triple)

    return test


def _worthwhile(triple: Ids) -> bool:
    s, p, o = triple
    return (s != o or p not in _REFLEXIVE) and (o != THING or p not in _CLASS_OBJECTS)


def _syntax_nodes(fixpoint: Fixpoint) -> set[int]:
    terms, relations = fixpoint.terms, fixpoint.relations
    return {
        pair & MASK
        for term in _STRUCTURE
        if term in terms.numbers
        for pair in relations.extent(terms.numbers[term])
        if isinstance(terms.terms[pair & MASK], BlankNode)
    }


def _is_copy(fixpoint: Fixpoint, triple: Ids) -> bool:
    """Whether another writing of the same value says the same, from an earlier round or by a smaller number."""
    s, p, o = triple
    extent = fixpoint.relations.extent(p)
    same = (other for other in fixpoint.datatypes.same_valued(o) if pack(s, other) in extent)
    return min((fixpoint.relations.born((s, p, other)) or 0, other) for other in same)[1] != o
