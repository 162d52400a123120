"""Which inferred triples are worth publishing: those about the things described, not what holds of everything.

Left out of `instance`: reflexive owl:sameAs and reflexive axioms, membership in and subsumption by owl:Thing, what
holds of owl:Nothing and of the terms of RDF, RDFS, OWL and XSD themselves (axiomatic triples), statements about the
blank nodes of class expressions and axioms, and copies of a statement that differ only in how a value is written. Generalised triples (a literal as subject, a predicate that is
no IRI) never leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal as Choice

from pyoxigraph import BlankNode, NamedNode

from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.relations import BITS, MASK, Ids
from ldpub.build.reason.terms import NOTHING, SUB_CLASS_OF, THING, TYPE, constant
from ldpub.namespaces import OWL, RDF, RDFS, XSD

Publish = Choice["instance", "all"]

_REFLEXIVE = frozenset(
    map(
        constant,
        ("owl:sameAs", "rdfs:subClassOf", "owl:equivalentClass", "rdfs:subPropertyOf", "owl:equivalentProperty"),
    )
)

_BUILT_IN = (RDF, RDFS, OWL, XSD)

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


def published(fixpoint: Fixpoint, publish: Publish) -> Iterator[Ids]:
    """The inferred triples to publish, once each, in no particular order."""
    allowed = _sayable(fixpoint)
    if publish == "all":
        yield from (triple for triple in fixpoint.relations.inferred() if allowed(triple))
        return
    syntax, built_in = _syntax_nodes(fixpoint), _built_in(fixpoint)
    for triple in fixpoint.relations.inferred():
        s, _, o = triple
        if not (_worthwhile(triple) and allowed(triple)) or s in built_in or s in syntax or o in syntax:
            continue
        if not (fixpoint.terms.is_literal(o) and _is_copy(fixpoint, triple)):
            yield triple


def _sayable(fixpoint: Fixpoint) -> Callable[[Ids], bool]:
    """The test for triples of RDF 1.1."""
    terms = fixpoint.terms
    predicates = {p for p in fixpoint.relations.pairs if isinstance(terms.terms[p], NamedNode)}
    return lambda triple: triple[1] in predicates and not terms.is_literal(triple[0])


def _worthwhile(triple: Ids) -> bool:
    s, p, o = triple
    if s == o and p in _REFLEXIVE:
        return False
    if p == TYPE:
        return o != THING
    return p != SUB_CLASS_OF or (o != THING and s != NOTHING)


def _built_in(fixpoint: Fixpoint) -> set[int]:
    """The terms of RDF, RDFS, OWL and XSD among the subjects of inferred types and schema triples."""
    terms = fixpoint.terms.terms
    subjects = {s for s, _, _ in fixpoint.relations.inferred()}
    return {s for s in subjects if isinstance(term := terms[s], NamedNode) and term.value.startswith(_BUILT_IN)}


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
    same = fixpoint.datatypes.same_valued(o)
    if len(same) == 1:
        return False
    extent = fixpoint.relations.extent(p)
    present = [(fixpoint.relations.born((s, p, other)) or 0, other) for other in same if other << BITS | s in extent]
    return min(present)[1] != o
