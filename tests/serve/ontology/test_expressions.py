"""OWL expressions in words, in both languages, however they nest."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.namespaces import OWL, RDF, RDFS, XSD
from ldpub.serve.ontology.expressions import FACETS
from ldpub.serve.ontology.graph import Graph
from ldpub.serve.ontology.phrase import html_of, text_of
from told import EX, expressions, read, the

ABOVE = RDFS + "subClassOf"
CLASSES = [
    ("ex:A", "A", "A"),
    ("[ owl:unionOf ( ex:A ex:B ex:C ) ]", "A, B or C", "A, B oder C"),
    ("[ owl:intersectionOf ( ex:A ex:B ) ]", "A and B", "A und B"),
    ("[ owl:complementOf ex:A ]", "not A", "nicht A"),
    ("[ owl:complementOf [ owl:unionOf ( ex:A ex:B ) ] ]", "not (A or B)", "nicht (A oder B)"),
    ("[ owl:oneOf ( ex:a ex:b ) ]", "one of: a, b", "eines von: a, b"),
    ("[ owl:oneOf () ]", "one of: nothing", "eines von: nichts"),
    ("[ owl:onProperty ex:p ; owl:someValuesFrom ex:A ]", "at least 1 p of the kind A", "mindestens 1 p der Art A"),
    ("[ owl:onProperty ex:p ; owl:allValuesFrom ex:A ]", "p only of the kind A", "p nur der Art A"),
    ("[ owl:onProperty ex:p ; owl:hasValue 7 ]", "p with the value 7", "p mit dem Wert 7"),
    ("[ owl:onProperty ex:p ; owl:hasSelf true ]", "p leads to itself", "p führt zu sich selbst"),
    ("[ owl:onProperty ex:p ; owl:minCardinality 1 ]", "at least 1 p", "mindestens 1 p"),
    ("[ owl:onProperty ex:p ; owl:maxCardinality 2 ]", "at most 2 p", "höchstens 2 p"),
    ("[ owl:onProperty ex:p ; owl:cardinality 1 ]", "exactly 1 p", "genau 1 p"),
    (
        "[ owl:onProperty ex:p ; owl:qualifiedCardinality 1 ; owl:onClass ex:A ]",
        "exactly 1 p of the kind A",
        "genau 1 p der Art A",
    ),
    (
        "[ owl:onProperty [ owl:inverseOf ex:p ] ; owl:minQualifiedCardinality 3 ; owl:onDataRange ex:D ]",
        "at least 3 p the other way round of the kind D",
        "mindestens 3 p in Gegenrichtung der Art D",
    ),
    (
        "[ owl:onProperty ex:p ; owl:someValuesFrom [ owl:unionOf ( ex:A [ owl:intersectionOf ( ex:B ex:C ) ] ) ] ]",
        "at least 1 p of the kind (A or (B and C))",
        "mindestens 1 p der Art (A oder (B und C))",
    ),
    (
        "[ owl:onProperties ( ex:p ex:q ) ; owl:allValuesFrom ex:D ]",
        "p and q only of the kind D",
        "p und q nur der Art D",
    ),
    (
        "[ owl:onDatatype ex:int ; owl:withRestrictions ( [ xsd:minInclusive 1 ] [ xsd:maxExclusive 9 ] ) ]",
        "int, not below 1, below 9",
        "int, nicht unter 1, unter 9",
    ),
    (
        '[ owl:onDatatype ex:text ; owl:withRestrictions ( [ xsd:pattern "[a-z]+" ] [ rdf:langRange "de" ] ) ]',
        "text, of the form [a-z]+, in the language de",
        "text, von der Form [a-z]+, in der Sprache de",
    ),
    ("[ owl:datatypeComplementOf ex:D ]", "not D", "nicht D"),
    ("[ a owl:Class ]", "a class without a name", "eine Klasse ohne Namen"),
    ("[ owl:unionOf 7 ]", "nothing", "nichts"),
]


@pytest.mark.parametrize(("turtle", "english", "german"), CLASSES)
def test_class_expressions(turtle: str, english: str, german: str) -> None:
    graph = read(f"ex:X rdfs:subClassOf {turtle} .")
    node = the(graph, ABOVE)
    assert text_of(expressions(graph).class_expression(node)) == english
    assert text_of(expressions(graph, "de").class_expression(node)) == german


def test_chains_keys_and_inverses() -> None:
    graph = read("ex:X owl:propertyChainAxiom ( ex:p [ owl:inverseOf ex:q ] ) ; owl:hasKey ( ex:a ex:b ) .")
    tell = expressions(graph)
    assert text_of(tell.chain(the(graph, OWL + "propertyChainAxiom"))) == "p, then q the other way round"
    assert text_of(tell.listed(the(graph, OWL + "hasKey"))) == "a and b"
    assert (
        text_of(expressions(graph, "de").chain(the(graph, OWL + "propertyChainAxiom"))) == "p, dann q in Gegenrichtung"
    )


def test_circles_end() -> None:
    graph = read("_:a owl:complementOf _:b . _:b owl:unionOf ( ex:A _:a ) . ex:X rdfs:subClassOf _:a .")
    assert text_of(expressions(graph).class_expression(the(graph, ABOVE))) == "not (A or …)"
    endless = read("_:l rdf:first ex:A ; rdf:rest _:l . ex:X rdfs:subClassOf [ owl:unionOf _:l ] .")
    assert text_of(expressions(endless).class_expression(the(endless, ABOVE))) == "A"
    inverse = read("_:i owl:inverseOf _:i . ex:X rdfs:subClassOf [ owl:onProperty _:i ; owl:minCardinality 1 ] .")
    assert "…" in text_of(expressions(inverse).class_expression(the(inverse, ABOVE)))


def test_what_is_shared_by_many_is_not_told_for_ever() -> None:
    lines = [f"_:n{i} owl:unionOf ( _:n{i + 1} _:n{i + 1} _:n{i + 1} ) ." for i in range(11)]
    graph = read("\n".join(lines) + "ex:X rdfs:subClassOf _:n0 .")
    assert len(text_of(expressions(graph).class_expression(the(graph, ABOVE)))) < 20_000


def test_names_cannot_act() -> None:
    graph = read('ex:X rdfs:subClassOf [ owl:onProperty ex:p ; owl:hasValue "<script>" ] .')
    told = html_of(expressions(graph).class_expression(the(graph, ABOVE)))
    assert told == "p with the value &lt;script&gt;"


NODES = [BlankNode(f"n{i}") for i in range(7)]
NAMES = [NamedNode(EX + name) for name in "abc"]
SUBJECTS = st.sampled_from(NODES)
PREDICATES = st.sampled_from(
    [
        *(OWL + name for name in (
            "unionOf", "intersectionOf", "complementOf", "oneOf", "onProperty", "onProperties", "someValuesFrom",
            "allValuesFrom", "hasValue", "hasSelf", "minCardinality", "maxQualifiedCardinality", "cardinality",
            "onClass", "onDataRange", "onDatatype", "withRestrictions", "datatypeComplementOf", "inverseOf",
        )),
        RDF + "first", RDF + "rest", *(name for name, _ in FACETS),
    ]
)  # fmt: skip
OBJECTS = st.sampled_from(
    [*NODES, *NAMES, NamedNode(RDF + "nil"), Literal("7"), Literal("x", datatype=NamedNode(XSD + "date"))]
)


@settings(deadline=None)
@given(st.lists(st.tuples(SUBJECTS, PREDICATES, OBJECTS), max_size=30), st.sampled_from(["en", "de"]))
def test_any_nesting_is_told_and_no_blank_node_is_named(
    triples: list[tuple[BlankNode, str, NamedNode | BlankNode | Literal]], language: str
) -> None:
    graph = Graph(Triple(s, NamedNode(p), o) for s, p, o in triples)
    tell = expressions(graph, language)
    for node in NODES:
        for told in (tell.class_expression(node), tell.property_expression(node), tell.chain(node), tell.listed(node)):
            assert not re.search(r"_:|\bn\d|\{", text_of(told))
            assert len(text_of(told)) < 100_000
