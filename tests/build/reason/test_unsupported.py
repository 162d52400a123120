"""What an ontology says without effect under OWL 2 RL is reported, and what has its full effect is not."""

from __future__ import annotations

import pytest

from ldpub.build.reason import unsupported_axioms
from ontologies import turtle

ONE_WAY = "no inference in that direction"

REPORTED = [
    (":C rdfs:subClassOf [ owl:unionOf ( :D :E ) ] .", ONE_WAY),
    (":C rdfs:subClassOf [ owl:oneOf ( :a :b ) ] .", ONE_WAY),
    (":C rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :D ] .", ONE_WAY),
    (":C rdfs:subClassOf [ owl:intersectionOf ( :D [ owl:onProperty :p ; owl:someValuesFrom :E ] ) ] .", ONE_WAY),
    (":C rdfs:subClassOf [ owl:complementOf [ owl:complementOf :D ] ] .", ONE_WAY),
    ("[ owl:complementOf :D ] rdfs:subClassOf :C .", ONE_WAY),
    ("[ owl:onProperty :p ; owl:allValuesFrom :D ] rdfs:subClassOf :C .", ONE_WAY),
    (":C owl:equivalentClass [ owl:onProperty :p ; owl:someValuesFrom :D ] .", ONE_WAY),
    (":C owl:unionOf ( :D :E ) .", ONE_WAY),
    (":p rdfs:range [ owl:unionOf ( :D :E ) ] .", ONE_WAY),
    (":a a [ owl:unionOf ( :D :E ) ] .", ONE_WAY),
    (":p a owl:ReflexiveProperty .", "owl:ReflexiveProperty"),
    (":C owl:disjointUnionOf ( :D :E ) .", "a disjoint union"),
    (
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:hasSelf true ] .",
        "<https://example.org/x#C> says a self restriction",
    ),
    (":C rdfs:subClassOf [ owl:onProperty :p ; owl:minCardinality 1 ] .", "a minimum cardinality"),
    (":C rdfs:subClassOf [ owl:onProperty :p ; owl:cardinality 1 ] .", "an exact cardinality"),
    (":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 2 ] .", "only 0 and 1"),
    (":p rdfs:range [ owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 0 ] ) ] .", "facets"),
    (":p rdfs:range xsd:duration .", "values are not checked"),
    (":o a owl:Ontology ; owl:imports :other .", "imports are not fetched"),
]

MORE = [
    ("[] a owl:AllDisjointClasses ; owl:members ( :C [ owl:complementOf :D ] ) .", ONE_WAY),
    (
        (
            ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onClass _:d ] ."
            "_:d owl:complementOf :D ."
        ),
        ONE_WAY,
    ),
]

HONOURED = [
    ":C rdfs:subClassOf :D , [ owl:intersectionOf ( :D :E ) ] , [ owl:onProperty :p ; owl:allValuesFrom :D ] .",
    ":C rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :a ] , [ owl:complementOf [ owl:unionOf ( :D :E ) ] ] .",
    ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 1 ] , [ owl:onProperty :p ; owl:maxCardinality 0 ] .",
    "[ owl:unionOf ( :D [ owl:onProperty :p ; owl:someValuesFrom :E ] ) ] rdfs:subClassOf :C .",
    ":C owl:equivalentClass [ owl:onProperty :p ; owl:hasValue :a ] . :C owl:disjointWith [ owl:oneOf ( :a ) ] .",
    ":p rdfs:range xsd:gYear , :C ; rdfs:domain :D ; a owl:TransitiveProperty ; owl:propertyChainAxiom ( :q :r ) .",
    ":o a owl:Ontology ; owl:imports :other . :other a owl:Ontology .",
    ":a :p :b ; a :C .",
]


@pytest.mark.parametrize(("text", "message"), REPORTED + MORE)
def test_reported(text: str, message: str) -> None:
    graph = turtle(text)
    (found,) = unsupported_axioms(graph)
    assert message in found.message
    assert found.triple in graph


@pytest.mark.parametrize("text", HONOURED)
def test_honoured(text: str) -> None:
    assert unsupported_axioms(turtle(text)) == []


def test_in_the_order_of_the_input() -> None:
    found = unsupported_axioms(
        turtle(":p a owl:ReflexiveProperty . :C owl:disjointUnionOf ( :D ) . :q a owl:ReflexiveProperty .")
    )
    assert [axiom.message.split()[0] for axiom in found] == [f"<https://example.org/x#{name}>" for name in "pCq"]
