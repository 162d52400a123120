"""One term of an ontology: what it is, how it lies to others, how the data, the shapes and the queries use it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.labels import LABEL_PROPERTIES
from ldpub.namespaces import DCT, OWL, PROV, RDF, RDFS, SCHEMA, SKOS
from ldpub.serve.describe import DESCRIPTIONS
from ldpub.serve.exchange import Exchange
from ldpub.serve.ontology.expressions import Expressions
from ldpub.serve.ontology.graph import Graph, Term, superclasses
from ldpub.serve.ontology.names import Names, term_reference
from ldpub.serve.ontology.phrase import Phrase, fill, html_of, joined
from ldpub.serve.ontology.rows import Entry, Row, facts, row, titled
from ldpub.serve.ontology.schema import CONCEPTS_SHOWN
from ldpub.serve.ontology.usage import Usage
from ldpub.serve.ontology.vocabulary import STATUS, Vocabulary, is_deprecated

_ABOVE = {"classes": RDFS + "subClassOf", "datatypes": RDFS + "subClassOf"}
_MARKS = {
    f"{OWL}{kind}Property": f"onto_mark_{key}"
    for kind, key in (
        ("Functional", "functional"),
        ("InverseFunctional", "inverse_functional"),
        ("Transitive", "transitive"),
        ("Symmetric", "symmetric"),
        ("Asymmetric", "asymmetric"),
        ("Reflexive", "reflexive"),
        ("Irreflexive", "irreflexive"),
    )
}
_MATCHES = {
    **{f"{SKOS}{kind}Match": f"onto_match_{kind}" for kind in ("exact", "close", "broad", "narrow", "related")},
    OWL + "sameAs": "onto_match_exact",
    SCHEMA + "sameAs": "onto_match_exact",
}
_EQUIVALENT = (OWL + "equivalentClass", OWL + "equivalentProperty")
_DISJOINT = (OWL + "disjointWith", OWL + "propertyDisjointWith")
_SOURCES = (DCT + "source", RDFS + "isDefinedBy", PROV + "hadPrimarySource", PROV + "wasDerivedFrom")
_TOLD = frozenset(
    (
        RDF + "type", RDFS + "subClassOf", RDFS + "subPropertyOf", RDFS + "domain", RDFS + "range", OWL + "inverseOf",
        OWL + "propertyChainAxiom", OWL + "hasKey", OWL + "disjointUnionOf", OWL + "deprecated", STATUS, OWL + "oneOf",
        OWL + "unionOf", OWL + "intersectionOf", OWL + "complementOf", OWL + "onDatatype", OWL + "withRestrictions",
        *LABEL_PROPERTIES, *DESCRIPTIONS, *_MATCHES, *_EQUIVALENT, *_DISJOINT, *_SOURCES,
    )
)  # fmt: skip
"""The properties that an entry tells in words of its own; all others come as they are."""


@dataclass
class Leads:
    """Which properties have a class in their domain or range, unions taken apart, and which groups are disjoint."""

    domains: dict[Term, list[NamedNode]] = field(default_factory=lambda: defaultdict(list))
    ranges: dict[Term, list[NamedNode]] = field(default_factory=lambda: defaultdict(list))
    disjoint: dict[Term, list[Term]] = field(default_factory=lambda: defaultdict(list))


class Entries:
    """Tells the terms of a vocabulary in the language of an exchange."""

    def __init__(self, exchange: Exchange, vocabulary: Vocabulary, names: Names, anchors: Mapping[Term, str]) -> None:
        self._exchange = exchange
        self._vocabulary = vocabulary
        self._graph = vocabulary.graph
        self._name = names
        self._anchors = anchors
        self._words = exchange.words
        self._base = exchange.snapshot.iris.base
        self._expressions = Expressions(vocabulary.graph, names, exchange.words)
        self._usage = Usage(exchange, names, vocabulary.graph)
        self._leads = _leads(vocabulary)

    def entry(self, section: str, term: NamedNode) -> Entry:
        """A term of a section."""
        title = self._name.describer.name(term)
        labels = next((texts for name in LABEL_PROPERTIES if (texts := self._graph.texts(term, name))), {})
        is_own = term in self._vocabulary.own
        return Entry(
            iri=term.value,
            anchor=self._anchors[term],
            page=None if is_own else self._name.describer.href(term),
            title=title,
            others=self._name.others(labels, title),
            marks=tuple(self._marks(term)),
            is_deprecated=is_deprecated(self._graph, term),
            definition=html_of(self._name.definition(self._graph, term)),
            facts=facts(list(self._rows(section, term))),
            alone=term_reference(self._exchange, term) if is_own else "",
        )

    def _marks(self, term: NamedNode) -> Iterator[str]:
        types = {str(getattr(kind, "value", "")) for kind in self._graph.objects(term, RDF + "type")}
        yield from (self._words[key] for kind, key in _MARKS.items() if kind in types)
        status = self._graph.value(term, STATUS)
        if isinstance(status, Literal):
            yield self._words.get(f"onto_status_{status.value}", status.value)

    def _rows(self, section: str, term: NamedNode) -> Iterator[Row]:
        if section in ("classes", "datatypes"):
            yield from self._class_rows(term)
        elif section.endswith("properties"):
            yield from self._property_rows(term)
        elif section == "schemes":
            yield from self._scheme_rows(term)
        else:
            types = [kind for kind in self._graph.objects(term, RDF + "type") if kind != _NAMED]
            yield from row(self._words, "onto_types", [self._name(kind) for kind in types])
        yield from self._mappings(section, term)
        yield from self._usage.rows(section, term)
        yield from self._further(term)

    def _class_rows(self, term: NamedNode) -> Iterator[Row]:
        graph, words, told = self._graph, self._words, self._expressions.class_expression
        yield from row(words, "onto_above", self._own(told, graph.objects(term, RDFS + "subClassOf")))
        below = [one for one in graph.subjects(RDFS + "subClassOf", term) if isinstance(one, NamedNode)]
        yield from row(words, "onto_below", [self._name(one) for one in below])
        defined = [told(one) for one in self._equivalent(term) if self._is_ours(one)]
        yield from row(words, "onto_equivalent", [*defined, *self._itself(term)])
        unions = graph.objects(term, OWL + "disjointUnionOf")
        yield from row(words, "onto_disjoint_union", [self._expressions.listed(head) for head in unions])
        yield from row(words, "onto_disjoint_with", self._disjoint(term))
        keys = [self._expressions.listed(head) for head in graph.objects(term, OWL + "hasKey")]
        yield from row(words, "onto_key", keys)
        yield from row(words, "onto_properties", [self._name(one) for one in self._leads.domains.get(term, ())], 40)
        yield from row(words, "onto_inherited", self._inherited(term))
        yield from row(words, "onto_values_of", [self._name(one) for one in self._leads.ranges.get(term, ())], 40)

    def _itself(self, term: NamedNode) -> list[Phrase]:
        """The expression that a named class is itself: `ex:A owl:unionOf ( ... )`."""
        for name, key in ((OWL + "unionOf", "onto_or"), (OWL + "intersectionOf", "onto_and")):
            for head in self._graph.objects(term, name):
                parts = [self._expressions.class_expression(one) for one in self._graph.members(head)]
                return [joined(parts, ", ", self._words[key])]
        for head in self._graph.objects(term, OWL + "oneOf"):
            return [fill(self._words["onto_one_of"], list=joined([*map(self._name, self._graph.members(head))], ", "))]
        return []

    def _property_rows(self, term: NamedNode) -> Iterator[Row]:
        graph, words, tell = self._graph, self._words, self._expressions
        above = graph.objects(term, RDFS + "subPropertyOf")
        yield from row(words, "onto_above", self._own(tell.property_expression, above))
        below = [one for one in graph.subjects(RDFS + "subPropertyOf", term) if isinstance(one, NamedNode)]
        yield from row(words, "onto_below", [self._name(one) for one in below])
        inverse = (*graph.objects(term, OWL + "inverseOf"), *graph.subjects(OWL + "inverseOf", term))
        yield from row(words, "onto_inverse_property", [self._name(x) for x in inverse if isinstance(x, NamedNode)])
        equivalent = [tell.property_expression(one) for one in self._equivalent(term) if self._is_ours(one)]
        yield from row(words, "onto_equivalent", equivalent)
        yield from row(words, "onto_disjoint_with", self._disjoint(term))
        chains = graph.objects(term, OWL + "propertyChainAxiom")
        yield from row(words, "onto_chain", [tell.chain(head) for head in chains])
        for name, key in ((RDFS + "domain", "onto_domain"), (RDFS + "range", "onto_range")):
            told = [tell.class_expression(one) for one in graph.objects(term, name)]
            yield from row(words, key, [joined(told, ", ", words["onto_and"])] if told else [])

    def _scheme_rows(self, term: NamedNode) -> Iterator[Row]:
        concepts, count = self._usage.concepts(term, CONCEPTS_SHOWN)
        title = f"{self._words['onto_concepts']} ({count})"
        yield from titled(self._words, title, concepts, CONCEPTS_SHOWN)

    def _inherited(self, term: NamedNode) -> list[Phrase]:
        """The properties of the classes above, by class."""
        told = [(one, self._leads.domains.get(one, ())) for one in superclasses(self._graph, term)]
        word = self._words["onto_from_class"]
        return [
            fill(word, x=self._name(one), list=joined([self._name(name) for name in names], ", "))
            for one, names in told
            if names
        ]

    def _own(self, tell: Callable[[Term], Phrase], terms: Sequence[Term]) -> list[Phrase]:
        return [tell(one) for one in terms if self._is_ours(one)]

    def _is_ours(self, term: Term) -> bool:
        """Whether a term is no mapping to another vocabulary."""
        return not isinstance(term, NamedNode) or term in self._anchors or term.value.startswith(self._base)

    def _equivalent(self, term: NamedNode) -> list[Term]:
        graph = self._graph
        return [one for name in _EQUIVALENT for one in (*graph.objects(term, name), *graph.subjects(name, term))]

    def _disjoint(self, term: NamedNode) -> list[Phrase]:
        graph = self._graph
        found = [one for name in _DISJOINT for one in (*graph.objects(term, name), *graph.subjects(name, term))]
        return [self._expressions.class_expression(one) for one in (*found, *self._leads.disjoint.get(term, ()))]

    def _mappings(self, section: str, term: NamedNode) -> Iterator[Row]:
        """How the term lies to those of other vocabularies."""
        graph, words = self._graph, self._words
        above = graph.objects(term, _ABOVE.get(section, RDFS + "subPropertyOf"))
        pairs = [("onto_match_above", one) for one in above if not self._is_ours(one)]
        pairs += [("onto_match_equivalent", one) for one in self._equivalent(term) if not self._is_ours(one)]
        pairs += [(key, one) for name, key in _MATCHES.items() for one in graph.objects(term, name)]
        phrases = [fill(words["onto_path_asks"], path=words[key], x=self._name(one)) for key, one in pairs]
        yield from row(words, "onto_mappings", phrases)

    def _further(self, term: NamedNode) -> Iterator[Row]:
        """Everything else that is said, texts in the page's language where there are any, and the sources."""
        for name, values in self._graph.about(term).items():
            if name not in _TOLD:
                texts = self._name.text(self._graph, term, (name,))
                others = [one for one in values if not (isinstance(one, Literal) and one.language)]
                told = [self._expressions.class_expression(one) for one in others]
                heading = self._name.describer.name(NamedNode(name))
                yield from titled(self._words, heading, [*([texts] if len(others) < len(values) else []), *told])
        sources = [one for name in _SOURCES for one in self._graph.objects(term, name)]
        ours = self._vocabulary.ontology  # that a term is defined by what the page is about goes without saying
        yield from row(self._words, "onto_source", [self._name(one) for one in sources if one != ours])


_NAMED = NamedNode(OWL + "NamedIndividual")


def _leads(vocabulary: Vocabulary) -> Leads:
    graph, found = vocabulary.graph, Leads()
    for section, terms in vocabulary.sections.items():
        for term in terms if section.endswith("properties") else ():
            for name, known in ((RDFS + "domain", found.domains), (RDFS + "range", found.ranges)):
                for one in {x for value in graph.objects(term, name) for x in _parts(graph, value)}:
                    known[one].append(term)
    for name in ("members", "distinctMembers"):
        for node in graph.having(OWL + name):
            members = [one for head in graph.objects(node, OWL + name) for one in graph.members(head)]
            for one in members:
                found.disjoint[one] += [other for other in members if other != one]
    return found


def _parts(graph: Graph, value: Term) -> list[Term]:
    """A class, or the classes of a union."""
    if not isinstance(value, BlankNode):
        return [value]
    return [one for head in graph.objects(value, OWL + "unionOf") for one in graph.members(head)]
