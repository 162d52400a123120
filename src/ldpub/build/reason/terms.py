"""Terms as small integers: the vocabulary of the rules first, under fixed numbers, then each term as it comes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.build.numbered import Listed
from ldpub.namespaces import OWL, RDF, RDFS, XSD

Term = NamedNode | BlankNode | Literal
"""A term of RDF 1.1; inside the reasoner any of them may stand anywhere (generalised RDF)."""

_NAMES = {
    RDF: "type first rest nil",
    RDFS: "subClassOf subPropertyOf domain range",
    OWL: "sameAs differentFrom Thing Nothing Class equivalentClass equivalentProperty disjointWith complementOf "
    "ObjectProperty DatatypeProperty FunctionalProperty InverseFunctionalProperty IrreflexiveProperty "
    "SymmetricProperty AsymmetricProperty TransitiveProperty inverseOf propertyChainAxiom propertyDisjointWith "
    "hasKey AllDisjointProperties AllDisjointClasses AllDifferent members distinctMembers sourceIndividual "
    "assertionProperty targetIndividual targetValue intersectionOf unionOf oneOf onProperty onClass someValuesFrom "
    "allValuesFrom hasValue maxCardinality maxQualifiedCardinality",
}

_LABELS = {RDF: "rdf:", RDFS: "rdfs:", OWL: "owl:"}

_VOCABULARY: dict[str, Term] = {
    _LABELS[namespace] + name: NamedNode(namespace + name)
    for namespace, names in _NAMES.items()
    for name in names.split()
}

_CARDINALITIES = {"0": -1, "1": -2}

_NUMBER = {label: number for number, label in enumerate(_VOCABULARY)} | {"a": 0} | _CARDINALITIES


def constant(label: str) -> int:
    """The fixed number of a term of the rules' vocabulary, by its name in the rule table (`owl:sameAs`, `a`).

    The cardinalities `0` and `1` have negative numbers: they stand for every literal of that value.
    """
    return _NUMBER[label]


TYPE = constant("a")
FIRST = constant("rdf:first")
REST = constant("rdf:rest")
NIL = constant("rdf:nil")
SUB_CLASS_OF = constant("rdfs:subClassOf")
SAME_AS = constant("owl:sameAs")
DIFFERENT_FROM = constant("owl:differentFrom")
ZERO = constant("0")
ONE = constant("1")
THING = constant("owl:Thing")
NOTHING = constant("owl:Nothing")


_BUILT_IN = (RDF, RDFS, OWL, XSD)


class Terms:
    """The two-way table of terms and their numbers."""

    def __init__(self) -> None:
        self.terms: list[Term] = list(_VOCABULARY.values())
        self.numbers: dict[Term, int] = {term: number for number, term in enumerate(self.terms)}
        self.literal_numbers: list[int] = []
        self._literals: set[int] = set()
        self._built_in: set[int] = set()
        self._looked_at = 0

    def built_in(self) -> set[int]:
        """The numbers of the terms of RDF, RDFS, OWL and XSD; each term is looked at once."""
        for number in range(self._looked_at, len(self.terms)):
            term = self.terms[number]
            if isinstance(term, NamedNode) and term.value.startswith(_BUILT_IN):
                self._built_in.add(number)
        self._looked_at = len(self.terms)
        return self._built_in

    def number(self, term: Term) -> int:
        """The number of a term, given now if it has none yet."""
        found = self.numbers.get(term)
        if found is None:
            if not isinstance(term, Term):
                raise TypeError(f"only terms of RDF 1.1 can be reasoned over, not {term}")
            found = self.numbers[term] = len(self.terms)
            self.terms.append(term)
            if isinstance(term, Literal):
                self.literal_numbers.append(found)
                self._literals.add(found)
        return found

    def rows(self, triples: Iterable[Triple]) -> Iterable[tuple[int, int, int]]:
        """The numbers of the terms of triples, which are given as the terms come."""
        if not isinstance(triples, Listed):
            return map(self.triple, triples)
        used, first = np.unique(triples.numbers, return_index=True)
        numbers = np.zeros(len(triples.terms), np.int32)
        for one in used[np.argsort(first)].tolist():
            numbers[one] = self.number(triples.terms[one])
        return zip(*numbers[triples.numbers].T.tolist(), strict=True)

    def triple(self, triple: Triple) -> tuple[int, int, int]:
        """The numbers of a triple's terms. RDF 1.1 only: a quoted triple is refused with TypeError."""
        s, p, o = triple
        get = self.numbers.get
        if (i := get(s)) is None:
            i = self.number(s)
        if (j := get(p)) is None:
            j = self.number(p)
        if (k := get(o)) is None:
            k = self.number(o)
        return i, j, k

    def is_literal(self, number: int) -> bool:
        """Whether the number is a literal's."""
        return number in self._literals

    def literals(self, numbers: set[int]) -> set[int]:
        """Those of the numbers that are literals'."""
        return numbers & self._literals
