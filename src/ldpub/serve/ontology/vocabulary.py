"""The terms of one ontology document by kind (OWL 2 Structural Specification, 5), and what is asserted about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.iris import IriPolicy
from ldpub.namespaces import OWL, RDF, RDFS, SKOS
from ldpub.serve.ontology.graph import Graph
from ldpub.serve.quads import Quad
from ldpub.serve.statements import Statements

SECTIONS = (
    "classes",
    "object_properties",
    "datatype_properties",
    "annotation_properties",
    "other_properties",
    "datatypes",
    "schemes",
    "individuals",
)
"""The kinds of terms in the order of the page."""

_PROPERTY = OWL + "ObjectProperty"
_SECTION_OF = (
    (OWL + "Class", "classes"),
    (RDFS + "Class", "classes"),
    (OWL + "DeprecatedClass", "classes"),
    (_PROPERTY, "object_properties"),
    (OWL + "DatatypeProperty", "datatype_properties"),
    (OWL + "AnnotationProperty", "annotation_properties"),
    (OWL + "OntologyProperty", "annotation_properties"),
    *(
        (f"{OWL}{kind}Property", "object_properties")
        for kind in ("Symmetric", "Asymmetric", "Transitive", "Reflexive", "Irreflexive", "InverseFunctional")
    ),
    (OWL + "FunctionalProperty", "other_properties"),
    (OWL + "DeprecatedProperty", "other_properties"),
    (RDF + "Property", "other_properties"),
    (RDFS + "Datatype", "datatypes"),
    (SKOS + "ConceptScheme", "schemes"),
)
"""Type to section; the first that a term has counts."""

_SECTIONS = dict(_SECTION_OF)
TERMS_READ = 5000
"""How many terms of an ontology are read."""
SCHEMES_SHOWN = 100


@dataclass(frozen=True)
class Vocabulary:
    """The terms of a document: the ontology if it has one, each section's terms, and the graph of what is said.

    `own` are the terms with an IRI `document#...`; others are of it by rdfs:isDefinedBy.
    """

    document: str
    ontology: NamedNode | None
    sections: Mapping[str, tuple[NamedNode, ...]]
    graph: Graph
    own: frozenset[NamedNode]

    @property
    def terms(self) -> list[NamedNode]:
        """All terms, in the order of the sections."""
        return [term for terms in self.sections.values() for term in terms]


def is_ontology(statements: Statements, things: Sequence[NamedNode]) -> bool:
    """Whether one of the things of a document is an ontology, or a class or property that is a part of it."""
    for quad in statements.facts(things, (RDF + "type",)):
        kind = getattr(quad.object, "value", "")
        is_part = "#" in getattr(quad.subject, "value", "") and _SECTIONS.get(kind, "schemes") != "schemes"
        if kind == OWL + "Ontology" or is_part:
            return True
    return False


def read_vocabulary(statements: Statements, iris: IriPolicy, things: Sequence[NamedNode]) -> Vocabulary:
    """What a document about these things says as an ontology, at most 5000 terms of it."""
    known = set(things)
    document = things[0].value.partition("#")[0]
    ontology = _ontology(statements, things, document)
    defined = _defined_by(statements, ontology) if ontology else []
    terms = list(dict.fromkeys((*things, *defined)))[:TERMS_READ]
    hidden = {NamedNode(iris.graph(name)) for name in ("inferred", "catalogue", "report")}
    quads = _asserted(statements, terms, hidden)
    if ontology:
        quads += _disjoint_groups(statements, hidden)
        schemes = [one for one in statements.instances(SKOS + "ConceptScheme", SCHEMES_SHOWN) if one not in known]
        ours = [one for one in schemes if one.value.startswith(iris.base)]
        quads += _asserted(statements, ours, hidden)
        terms += [one for one in ours if one not in set(terms)]
    graph = Graph(quad.triple for quad in quads)
    return Vocabulary(document, ontology, _by_section(terms, graph, ontology, document), graph, frozenset(known))


def _ontology(statements: Statements, things: Sequence[NamedNode], document: str) -> NamedNode | None:
    """The owl:Ontology that a document describes: its own IRI, with or without a hash at the end."""
    named = [one for one in things if one.value.rstrip("#") == document]
    ontology = NamedNode(OWL + "Ontology")
    found = statements.facts(named, (RDF + "type",))
    return next(
        (quad.subject for quad in found if quad.object == ontology and isinstance(quad.subject, NamedNode)), None
    )


def _defined_by(statements: Statements, ontology: NamedNode) -> list[NamedNode]:
    links = statements.linking_to(ontology, 2 * TERMS_READ)
    defined = RDFS + "isDefinedBy"
    return [q.subject for q in links if q.predicate.value == defined and isinstance(q.subject, NamedNode)]


def _asserted(statements: Statements, terms: Sequence[NamedNode], hidden: set[NamedNode]) -> list[Quad]:
    quads = statements.closure(statements.about_all(terms))
    return [quad for quad in quads if quad.graph_name not in hidden]


def _disjoint_groups(statements: Statements, hidden: set[NamedNode]) -> list[Quad]:
    """Axioms that are things of their own (owl:AllDisjointClasses, owl:AllDisjointProperties)."""
    found: list[Quad] = []
    for name in ("AllDisjointClasses", "AllDisjointProperties"):
        typed = statements.linking_to(NamedNode(OWL + name), TERMS_READ)
        for quad in typed:
            if isinstance(quad.subject, NamedNode | BlankNode):
                found += statements.closure(statements.about(quad.subject))
    return [quad for quad in found if quad.graph_name not in hidden]


def _by_section(
    terms: Iterable[NamedNode], graph: Graph, ontology: NamedNode | None, document: str
) -> dict[str, tuple[NamedNode, ...]]:
    found: dict[str, list[NamedNode]] = {section: [] for section in SECTIONS}
    for term in terms:
        if term != ontology and term.value.rstrip("#") != document:
            found[_section(term, graph)].append(term)
    return {section: tuple(some) for section, some in found.items() if some}


def _section(term: NamedNode, graph: Graph) -> str:
    types = {str(getattr(kind, "value", "")) for kind in graph.objects(term, RDF + "type")}
    return next((section for kind, section in _SECTION_OF if kind in types), "individuals")


def is_deprecated(graph: Graph, term: NamedNode) -> bool:
    """Whether a term is not to be used any more (OWL 2, 5.5), by flag, by type, or by its status."""
    flags = [value.value for value in graph.objects(term, OWL + "deprecated") if isinstance(value, Literal)]
    types = {str(getattr(kind, "value", "")) for kind in graph.objects(term, RDF + "type")}
    status = graph.value(term, STATUS)
    is_flagged = bool({"true", "1"} & set(flags) or types & {OWL + "DeprecatedClass", OWL + "DeprecatedProperty"})
    return is_flagged or (isinstance(status, Literal) and status.value in ("archaic", "deprecated"))


STATUS = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"
