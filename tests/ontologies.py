"""Small ontologies with data for the reasoner's tests: written as Turtle, or generated over all that OWL 2 RL knows."""

from __future__ import annotations

from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Triple, parse

NS = "https://example.org/x#"

PREFIXES = """
@prefix : <https://example.org/x#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(PREFIXES + text, RdfFormat.TURTLE)]


CLASSES = [":A", ":B", ":C", ":D"]
CLASS = st.sampled_from(CLASSES)
PROPERTY = st.sampled_from([":p", ":q", ":r"])
VALUE = st.sampled_from([":d", ":e"])
THINGS = [":a", ":b", ":c", ":f"]
THING = st.sampled_from(THINGS)
TEXT = st.sampled_from(['"x"', '"y"', '"x"@en', '"1"^^xsd:integer'])

FACTS = [
    st.builds("{} a {} .".format, THING, CLASS),
    st.builds("{} {} {} .".format, THING, PROPERTY, THING),
    st.builds("{} {} {} .".format, THING, VALUE, TEXT),
]

DENIALS = st.one_of(
    st.sampled_from(["Irreflexive", "Asymmetric"]).flatmap(
        lambda kind: st.builds("{} a owl:{}Property .".format, PROPERTY, st.just(kind))
    ),
    st.builds("{} owl:propertyDisjointWith {} .".format, PROPERTY, PROPERTY),
    # owlrl compares all but the last member, so a last one of no import is added
    st.builds("[] a owl:AllDisjointProperties ; owl:members ( {} {} :unused ) .".format, PROPERTY, PROPERTY),
    st.builds(
        "[] owl:sourceIndividual {} ; owl:assertionProperty {} ; owl:targetIndividual {} .".format,
        THING,
        PROPERTY,
        THING,
    ),
    st.builds(
        "[] owl:sourceIndividual {} ; owl:assertionProperty {} ; owl:targetValue {} .".format, THING, VALUE, TEXT
    ),
)
PROPERTY_AXIOMS = [
    st.builds("{} rdfs:domain {} .".format, PROPERTY, CLASS),
    st.builds("{} rdfs:range {} .".format, PROPERTY, CLASS),
    st.builds("{} a owl:{}Property .".format, PROPERTY, st.sampled_from(["Symmetric", "Transitive"])),
    st.builds("{} a owl:{}Property .".format, PROPERTY, st.sampled_from(["Functional", "InverseFunctional"])),
    st.builds("{} a owl:{}Property .".format, PROPERTY, st.sampled_from(["Object", "Datatype"])),
    st.builds("{} rdfs:subPropertyOf {} .".format, PROPERTY, PROPERTY),
    st.builds("{} rdfs:subPropertyOf {} .".format, VALUE, VALUE),
    st.builds("{} owl:equivalentProperty {} .".format, PROPERTY, PROPERTY),
    st.builds("{} owl:inverseOf {} .".format, PROPERTY, PROPERTY),
    st.builds("{} owl:propertyChainAxiom ( {} {} ) .".format, PROPERTY, PROPERTY, PROPERTY),
    st.builds("{} owl:propertyChainAxiom ( {} {} {} ) .".format, PROPERTY, PROPERTY, PROPERTY, PROPERTY),
    DENIALS,
]

CARDINALITY = st.integers(0, 1).map('"{}"^^xsd:nonNegativeInteger'.format)
DESCRIPTION = st.one_of(
    st.builds("owl:intersectionOf ( {} {} )".format, CLASS, CLASS),
    st.builds("owl:unionOf ( {} {} )".format, CLASS, CLASS),
    st.builds("owl:complementOf {}".format, CLASS),
    st.builds("owl:oneOf ( {} {} )".format, THING, THING),
    st.builds("owl:onProperty {} ; owl:someValuesFrom {}".format, PROPERTY, st.one_of(CLASS, st.just("owl:Thing"))),
    st.builds("owl:onProperty {} ; owl:someValuesFrom {}".format, PROPERTY, CLASS),
    st.builds("owl:onProperty {} ; owl:allValuesFrom {}".format, PROPERTY, CLASS),
    st.builds("owl:onProperty {} ; owl:hasValue {}".format, PROPERTY, THING),
    st.builds("owl:onProperty {} ; owl:hasValue {}".format, VALUE, TEXT),
    st.builds("owl:onProperty {} ; owl:maxCardinality {}".format, PROPERTY, CARDINALITY),
    st.builds(
        "owl:onProperty {} ; owl:maxQualifiedCardinality {} ; owl:onClass {}".format,
        PROPERTY,
        CARDINALITY,
        st.one_of(CLASS, st.just("owl:Thing")),
    ),
)
EXPRESSION = DESCRIPTION.map("[ {} ]".format)

DISJOINT = st.one_of(
    st.builds("{} owl:disjointWith {} .".format, CLASS, CLASS),
    st.permutations(CLASSES).map("[] a owl:AllDisjointClasses ; owl:members ( {0[0]} {0[1]} {0[2]} ) .".format),
    st.builds("{} rdfs:subClassOf owl:Nothing .".format, CLASS),
)
CLASS_AXIOMS = [
    st.builds("{} a owl:Class .".format, CLASS),
    st.builds("{} rdfs:subClassOf {} .".format, CLASS, EXPRESSION),
    st.builds("{} rdfs:subClassOf {} .".format, EXPRESSION, CLASS),
    st.builds("{} rdfs:subClassOf {} .".format, CLASS, CLASS),
    st.builds("{} owl:equivalentClass {} .".format, CLASS, st.one_of(CLASS, EXPRESSION)),
    st.builds("{} {} .".format, CLASS, DESCRIPTION),
    st.builds("{} {} .".format, CLASS, DESCRIPTION),
    DISJOINT,
]
# owlrl compares all but the last property of a key, so the last stands twice
KEYS = st.one_of(
    st.builds("{0} owl:hasKey ( {1} {1} ) .".format, CLASS, st.one_of(PROPERTY, VALUE)),
    st.builds("{0} owl:hasKey ( {1} {2} {2} ) .".format, CLASS, PROPERTY, VALUE),
)

IDENTITY = [
    st.builds("{} owl:sameAs {} .".format, THING, THING),
    st.builds("{} owl:differentFrom {} .".format, THING, THING),
    # owlrl compares all but the last member, so a last one of no import is added
    st.permutations(THINGS).map("[] a owl:AllDifferent ; owl:members ( {0[0]} {0[1]} :last ) .".format),
    st.permutations(THINGS).map("[] a owl:AllDifferent ; owl:distinctMembers ( {0[0]} {0[1]} {0[2]} :last ) .".format),
    st.builds("{} owl:sameAs {} .".format, CLASS, CLASS),
    st.builds("{} owl:sameAs {} .".format, PROPERTY, PROPERTY),
]


DECLARED = [f"{name} a owl:Class ." for name in CLASSES] + [":p a owl:ObjectProperty . :q a owl:ObjectProperty ."]
DECLARED += [":r a owl:ObjectProperty . :d a owl:DatatypeProperty . :e a owl:DatatypeProperty ."]


def worlds(identity: bool) -> st.SearchStrategy[str]:
    """Ontologies with data, with or without statements of identity and keys (which make most graphs one thing).

    Classes and properties are declared: owlrl infers that a class is its own subclass from its declaration only, not
    by scm-sco, and misses what follows by scm-svf1, scm-avf1 and their like.
    """
    facts = st.lists(st.one_of(FACTS), min_size=8, max_size=16)
    axioms = st.lists(st.one_of(*PROPERTY_AXIOMS, *CLASS_AXIOMS), min_size=5, max_size=10)
    same = st.lists(st.one_of(*IDENTITY, KEYS), max_size=2) if identity else st.just([])
    return st.builds(
        lambda *parts: "\n".join(line for part in parts for line in part), st.just(DECLARED), facts, axioms, same
    )
