"""OWL 2 in words: class expressions, data ranges and property expressions (Structural Specification, 6 to 8).

The syntax read is that of the Mapping to RDF Graphs, 3.2.4; what is not of it is "a class without a name".
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal

from ldpub.namespaces import OWL, RDF, XSD
from ldpub.serve.ontology.graph import Graph, Term
from ldpub.serve.ontology.phrase import Names, Phrase, Words, code, fill, joined, plain

Above = tuple[Term, ...]
"""The nodes within which a node stands."""

DEEPEST = 12
"""How deep expressions may nest before the rest is left out."""

LONGEST = 400
"""How many nodes of one expression are told."""

_CARDINALITIES = (
    ("minCardinality", "onto_at_least"),
    ("minQualifiedCardinality", "onto_at_least"),
    ("maxCardinality", "onto_at_most"),
    ("maxQualifiedCardinality", "onto_at_most"),
    ("cardinality", "onto_exactly"),
    ("qualifiedCardinality", "onto_exactly"),
)
FACETS = (
    (XSD + "minInclusive", "onto_min_inclusive"),
    (XSD + "minExclusive", "onto_min_exclusive"),
    (XSD + "maxInclusive", "onto_max_inclusive"),
    (XSD + "maxExclusive", "onto_max_exclusive"),
    (XSD + "length", "onto_length"),
    (XSD + "minLength", "onto_min_length"),
    (XSD + "maxLength", "onto_max_length"),
    (XSD + "pattern", "onto_pattern"),
    (XSD + "totalDigits", "onto_total_digits"),
    (XSD + "fractionDigits", "onto_fraction_digits"),
    (RDF + "langRange", "onto_language"),
)
"""The constraining facets of data ranges (OWL 2, 7.5)."""


class Expressions:
    """Tells class expressions of a graph in one language."""

    def __init__(self, graph: Graph, name: Names, words: Words) -> None:
        self._graph = graph
        self._name = name
        self._words = words
        self._left = 0

    def class_expression(self, node: Term) -> Phrase:
        """A class, a data range or an anonymous expression of either, in words."""
        self._left = LONGEST
        return self._expression(node, ())

    def property_expression(self, node: Term) -> Phrase:
        """A property, or the inverse of one."""
        self._left = LONGEST
        return self._property(node, ())

    def chain(self, head: Term) -> Phrase:
        """A property chain (owl:propertyChainAxiom): one property after the other."""
        self._left = LONGEST
        return joined([self._property(one, (head,)) for one in self._graph.members(head)], self._words["onto_then"])

    def listed(self, head: Term) -> Phrase:
        """The members of a list of classes or properties: `A, B and C`."""
        self._left = LONGEST
        return self._and([self._expression(one, (head,)) for one in self._graph.members(head)])

    def _expression(self, node: Term, above: Above) -> Phrase:
        if not isinstance(node, BlankNode):
            return self._name(node)
        self._left -= 1
        if node in above or len(above) >= DEEPEST or self._left < 0:
            return plain("…")
        inside = (*above, node)
        said = [phrase for phrase in (*self._boolean(node, inside), *self._restriction(node, inside)) if phrase]
        return self._and(said) if said else plain(self._words["onto_unnamed_class"])

    def _part(self, node: Term, above: Above) -> Phrase:
        """An expression within another: in brackets where it has several parts."""
        phrase = self._expression(node, above)
        return (*plain("("), *phrase, *plain(")")) if len(phrase) > 1 else phrase

    def _boolean(self, node: BlankNode, above: Above) -> Iterator[Phrase]:
        """Connectives, enumerations and data ranges (OWL 2, 7 and 8.1)."""
        graph, words = self._graph, self._words
        for head in graph.objects(node, OWL + "unionOf"):
            yield self._or([self._part(one, above) for one in graph.members(head)])
        for head in graph.objects(node, OWL + "intersectionOf"):
            yield self._and([self._part(one, above) for one in graph.members(head)])
        for name in ("complementOf", "datatypeComplementOf"):
            for one in graph.objects(node, OWL + name):
                yield fill(words["onto_not"], x=self._part(one, above))
        for head in graph.objects(node, OWL + "oneOf"):
            members = [self._part(one, above) for one in graph.members(head)]
            yield fill(words["onto_one_of"], list=joined(members, ", ") or plain(words["onto_nothing"]))
        for one in graph.objects(node, OWL + "onDatatype"):
            facets = [phrase for head in graph.objects(node, OWL + "withRestrictions") for phrase in self._facets(head)]
            yield joined([self._part(one, above), *facets], ", ")

    def _facets(self, head: Term) -> Iterator[Phrase]:
        for one in self._graph.members(head):
            for name, key in FACETS:
                for value in self._graph.objects(one, name):
                    text = value.value if isinstance(value, Literal) else "…"
                    yield fill(self._words[key], n=code(text) if key == "onto_pattern" else text)

    def _restriction(self, node: BlankNode, above: Above) -> Iterator[Phrase]:
        """Restrictions of a property (OWL 2, 8.2 to 8.5)."""
        graph, words = self._graph, self._words
        names = [self._property(one, above) for one in graph.objects(node, OWL + "onProperty")]
        names += [
            self._and([self._property(one, above) for one in graph.members(head)])
            for head in graph.objects(node, OWL + "onProperties")
        ]
        if not names:
            return
        name = self._and(names)
        for one in graph.objects(node, OWL + "someValuesFrom"):
            yield fill(words["onto_some"], property=name, x=self._part(one, above))
        for one in graph.objects(node, OWL + "allValuesFrom"):
            yield fill(words["onto_only"], property=name, x=self._part(one, above))
        for one in graph.objects(node, OWL + "hasValue"):
            yield fill(words["onto_has_value"], property=name, x=self._part(one, above))
        for _ in graph.objects(node, OWL + "hasSelf"):
            yield fill(words["onto_has_self"], property=name)
        yield from self._cardinalities(node, name, above)

    def _cardinalities(self, node: BlankNode, name: Phrase, above: Above) -> Iterator[Phrase]:
        graph = self._graph
        kinds = (*graph.objects(node, OWL + "onClass"), *graph.objects(node, OWL + "onDataRange"))
        for term, key in _CARDINALITIES:
            for number in graph.objects(node, OWL + term):
                count = number.value if isinstance(number, Literal) else "…"
                counted = fill(self._words[key], n=count, x=name)
                for kind in kinds[:1]:
                    counted = fill(self._words["onto_of_kind"], property=counted, x=self._part(kind, above))
                yield counted

    def _property(self, node: Term, above: Above) -> Phrase:
        if not isinstance(node, BlankNode):
            return self._name(node)
        self._left -= 1
        inverse = self._graph.value(node, OWL + "inverseOf")
        if inverse is None or node in above or len(above) >= DEEPEST or self._left < 0:
            return plain("…")
        return fill(self._words["onto_inverse"], x=self._property(inverse, (*above, node)))

    def _and(self, parts: list[Phrase]) -> Phrase:
        return joined(parts, ", ", self._words["onto_and"]) or plain(self._words["onto_anything"])

    def _or(self, parts: list[Phrase]) -> Phrase:
        return joined(parts, ", ", self._words["onto_or"]) or plain(self._words["onto_nothing"])
