"""Every rule of the standard's table (OWL 2 Profiles, section 4.3) by itself: what it infers, under its name."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from ldpub.build.reason import Contradiction, close, rule_names
from ldpub.build.reason.explain import Explanations
from ldpub.build.reason.fixpoint import Fixpoint
from ldpub.build.reason.terms import DIFFERENT_FROM, SAME_AS, TYPE, Terms
from ldpub.namespaces import XSD
from ontologies import turtle

TABLES_4_TO_9 = """
eq-ref eq-sym eq-trans eq-rep-s eq-rep-p eq-rep-o eq-diff1 eq-diff2 eq-diff3
prp-ap prp-dom prp-rng prp-fp prp-ifp prp-irp prp-symp prp-asyp prp-trp prp-spo1 prp-spo2 prp-eqp1 prp-eqp2 prp-pdw
prp-adp prp-inv1 prp-inv2 prp-key prp-npa1 prp-npa2
cls-thing cls-nothing1 cls-nothing2 cls-int1 cls-int2 cls-uni cls-com cls-svf1 cls-svf2 cls-avf cls-hv1 cls-hv2
cls-maxc1 cls-maxc2 cls-maxqc1 cls-maxqc2 cls-maxqc3 cls-maxqc4 cls-oo
cax-sco cax-eqc1 cax-eqc2 cax-dw cax-adc
dt-type1 dt-type2 dt-eq dt-diff dt-not-type
scm-cls scm-sco scm-eqc1 scm-eqc2 scm-op scm-dp scm-spo scm-eqp1 scm-eqp2 scm-dom1 scm-dom2 scm-rng1 scm-rng2
scm-hv scm-svf1 scm-svf2 scm-avf1 scm-avf2 scm-int scm-uni
"""
STANDARD = TABLES_4_TO_9.split()

ONE = '"1"^^xsd:nonNegativeInteger'
ZERO = '"0"^^xsd:nonNegativeInteger'

INFERENCES = [
    ("eq-ref", ":a :p :b .", ":a owl:sameAs :a . :p owl:sameAs :p . :b owl:sameAs :b ."),
    ("eq-sym", ":a owl:sameAs :b .", ":b owl:sameAs :a ."),
    ("eq-trans", ":a owl:sameAs :b . :b owl:sameAs :c .", ":a owl:sameAs :c ."),
    ("eq-rep-s", ":a owl:sameAs :b . :a :p :c .", ":b :p :c ."),
    ("eq-rep-p", ":p owl:sameAs :q . :a :p :c .", ":a :q :c ."),
    ("eq-rep-o", ":b owl:sameAs :c . :a :p :b .", ":a :p :c ."),
    ("prp-ap", "", "rdfs:label a owl:AnnotationProperty . owl:versionInfo a owl:AnnotationProperty ."),
    ("prp-dom", ":p rdfs:domain :C . :a :p :b .", ":a a :C ."),
    ("prp-rng", ":p rdfs:range :C . :a :p :b .", ":b a :C ."),
    ("prp-fp", ":p a owl:FunctionalProperty . :a :p :b , :c .", ":b owl:sameAs :c . :c owl:sameAs :b ."),
    ("prp-ifp", ":p a owl:InverseFunctionalProperty . :b :p :a . :c :p :a .", ":b owl:sameAs :c ."),
    ("prp-symp", ":p a owl:SymmetricProperty . :a :p :b .", ":b :p :a ."),
    ("prp-trp", ":p a owl:TransitiveProperty . :a :p :b . :b :p :c .", ":a :p :c ."),
    ("prp-spo1", ":p rdfs:subPropertyOf :q . :a :p :b .", ":a :q :b ."),
    ("prp-spo2", ":r owl:propertyChainAxiom ( :p :q ) . :a :p :b . :b :q :c .", ":a :r :c ."),
    ("prp-spo2", ":r owl:propertyChainAxiom ( :p :q :p ) . :a :p :b . :b :q :c . :c :p :d .", ":a :r :d ."),
    ("prp-eqp1", ":p owl:equivalentProperty :q . :a :p :b .", ":a :q :b ."),
    ("prp-eqp2", ":p owl:equivalentProperty :q . :a :q :b .", ":a :p :b ."),
    ("prp-inv1", ":p owl:inverseOf :q . :a :p :b .", ":b :q :a ."),
    ("prp-inv2", ":p owl:inverseOf :q . :a :q :b .", ":b :p :a ."),
    ("prp-key", ":C owl:hasKey ( :p :q ) . :a a :C ; :p 1 ; :q :x . :b a :C ; :p 1 ; :q :x .", ":a owl:sameAs :b ."),
    ("cls-thing", "", "owl:Thing a owl:Class ."),
    ("cls-nothing1", "", "owl:Nothing a owl:Class ."),
    ("cls-int1", ":C owl:intersectionOf ( :D :E ) . :a a :D , :E .", ":a a :C ."),
    ("cls-int2", ":C owl:intersectionOf ( :D :E ) . :a a :C .", ":a a :D , :E ."),
    ("cls-uni", ":C owl:unionOf ( :D :E ) . :a a :D . :b a :E .", ":a a :C . :b a :C ."),
    ("cls-svf1", ":C owl:someValuesFrom :D ; owl:onProperty :p . :a :p :b . :b a :D .", ":a a :C ."),
    ("cls-svf2", ":C owl:someValuesFrom owl:Thing ; owl:onProperty :p . :a :p :b .", ":a a :C ."),
    ("cls-avf", ":C owl:allValuesFrom :D ; owl:onProperty :p . :a a :C ; :p :b .", ":b a :D ."),
    ("cls-hv1", ":C owl:hasValue :b ; owl:onProperty :p . :a a :C .", ":a :p :b ."),
    ("cls-hv2", ":C owl:hasValue :b ; owl:onProperty :p . :a :p :b .", ":a a :C ."),
    ("cls-maxc2", f":C owl:maxCardinality {ONE} ; owl:onProperty :p . :a a :C ; :p :b , :c .", ":b owl:sameAs :c ."),
    (
        "cls-maxqc3",
        (
            f":C owl:maxQualifiedCardinality {ONE} ; owl:onProperty :p ; owl:onClass :D ."
            ":a a :C ; :p :b , :c . :b a :D . :c a :D ."
        ),
        ":b owl:sameAs :c .",
    ),
    (
        "cls-maxqc4",
        f":C owl:maxQualifiedCardinality {ONE} ; owl:onProperty :p ; owl:onClass owl:Thing . :a a :C ; :p :b , :c .",
        ":b owl:sameAs :c .",
    ),
    ("cls-oo", ":C owl:oneOf ( :a :b ) .", ":a a :C . :b a :C ."),
    ("cax-sco", ":C rdfs:subClassOf :D . :a a :C .", ":a a :D ."),
    ("cax-eqc1", ":C owl:equivalentClass :D . :a a :C .", ":a a :D ."),
    ("cax-eqc2", ":C owl:equivalentClass :D . :a a :D .", ":a a :C ."),
    ("dt-type1", "", "xsd:byte a rdfs:Datatype . rdf:PlainLiteral a rdfs:Datatype ."),
    ("scm-cls", ":C a owl:Class .", ":C rdfs:subClassOf :C , owl:Thing ; owl:equivalentClass :C ."),
    ("scm-cls", ":C a owl:Class .", "owl:Nothing rdfs:subClassOf :C ."),
    ("scm-sco", ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E .", ":C rdfs:subClassOf :E ."),
    ("scm-eqc1", ":C owl:equivalentClass :D .", ":C rdfs:subClassOf :D . :D rdfs:subClassOf :C ."),
    ("scm-eqc2", ":C rdfs:subClassOf :D . :D rdfs:subClassOf :C .", ":C owl:equivalentClass :D ."),
    ("scm-op", ":p a owl:ObjectProperty .", ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p ."),
    ("scm-dp", ":p a owl:DatatypeProperty .", ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p ."),
    ("scm-spo", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", ":p rdfs:subPropertyOf :r ."),
    ("scm-eqp1", ":p owl:equivalentProperty :q .", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p ."),
    ("scm-eqp2", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .", ":p owl:equivalentProperty :q ."),
    ("scm-dom1", ":p rdfs:domain :C . :C rdfs:subClassOf :D .", ":p rdfs:domain :D ."),
    ("scm-dom2", ":q rdfs:domain :C . :p rdfs:subPropertyOf :q .", ":p rdfs:domain :C ."),
    ("scm-rng1", ":p rdfs:range :C . :C rdfs:subClassOf :D .", ":p rdfs:range :D ."),
    ("scm-rng2", ":q rdfs:range :C . :p rdfs:subPropertyOf :q .", ":p rdfs:range :C ."),
    (
        "scm-hv",
        ":C owl:hasValue :a ; owl:onProperty :p . :D owl:hasValue :a ; owl:onProperty :q . :p rdfs:subPropertyOf :q .",
        ":C rdfs:subClassOf :D .",
    ),
    (
        "scm-svf1",
        (
            ":C owl:someValuesFrom :A ; owl:onProperty :p . :D owl:someValuesFrom :B ; owl:onProperty :p ."
            ":A rdfs:subClassOf :B ."
        ),
        ":C rdfs:subClassOf :D .",
    ),
    (
        "scm-svf2",
        (
            ":C owl:someValuesFrom :A ; owl:onProperty :p . :D owl:someValuesFrom :A ; owl:onProperty :q ."
            ":p rdfs:subPropertyOf :q ."
        ),
        ":C rdfs:subClassOf :D .",
    ),
    (
        "scm-avf1",
        (
            ":C owl:allValuesFrom :A ; owl:onProperty :p . :D owl:allValuesFrom :B ; owl:onProperty :p ."
            ":A rdfs:subClassOf :B ."
        ),
        ":C rdfs:subClassOf :D .",
    ),
    (
        "scm-avf2",
        (
            ":C owl:allValuesFrom :A ; owl:onProperty :p . :D owl:allValuesFrom :A ; owl:onProperty :q ."
            ":p rdfs:subPropertyOf :q ."
        ),
        ":D rdfs:subClassOf :C .",
    ),
    ("scm-int", ":C owl:intersectionOf ( :D :E ) .", ":C rdfs:subClassOf :D , :E ."),
    ("scm-uni", ":C owl:unionOf ( :D :E ) .", ":D rdfs:subClassOf :C . :E rdfs:subClassOf :C ."),
]

CONTRADICTIONS = [
    ("eq-diff1", ":a owl:sameAs :b ; owl:differentFrom :b ."),
    ("eq-diff1", ":a owl:differentFrom :a ."),
    ("eq-diff2", "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :a owl:sameAs :c ."),
    ("eq-diff2", "[] a owl:AllDifferent ; owl:members ( :a :b :a ) ."),
    ("eq-diff3", "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :c ) . :b owl:sameAs :c ."),
    ("prp-irp", ":p a owl:IrreflexiveProperty . :a :p :a ."),
    ("prp-asyp", ":p a owl:AsymmetricProperty . :a :p :b . :b :p :a ."),
    ("prp-pdw", ":p owl:propertyDisjointWith :q . :a :p :b ; :q :b ."),
    ("prp-adp", "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) . :a :p :b ; :r :b ."),
    ("prp-npa1", "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b . :a :p :b ."),
    ("prp-npa2", "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 5 . :a :p 5 ."),
    ("cls-nothing2", ":a a owl:Nothing ."),
    ("cls-com", ":C owl:complementOf :D . :a a :C , :D ."),
    ("cls-maxc1", f":C owl:maxCardinality {ZERO} ; owl:onProperty :p . :a a :C ; :p :b ."),
    (
        "cls-maxqc1",
        f":C owl:maxQualifiedCardinality {ZERO} ; owl:onProperty :p ; owl:onClass :D . :a a :C ; :p :b . :b a :D .",
    ),
    (
        "cls-maxqc2",
        f":C owl:maxQualifiedCardinality {ZERO} ; owl:onProperty :p ; owl:onClass owl:Thing . :a a :C ; :p :b .",
    ),
    ("cax-dw", ":C owl:disjointWith :D . :a a :C , :D ."),
    ("cax-adc", "[] a owl:AllDisjointClasses ; owl:members ( :C :D :E ) . :a a :C , :E ."),
    ("dt-not-type", ':p rdfs:range xsd:integer . :a :p "one" .'),
    ("dt-not-type", ':a :p "one"^^xsd:integer .'),
]


@pytest.mark.parametrize(("rule", "premises", "conclusions"), INFERENCES)
def test_rule_infers(rule: str, premises: str, conclusions: str) -> None:
    graph = turtle(premises)
    closure = close(graph, publish="all")
    for triple in turtle(conclusions):
        assert triple in closure.inferred
        derivation = closure.explain(triple)
        assert derivation is not None
        assert derivation.rule == rule
        assert set(derivation.premises) <= {*graph, *closure.inferred}


@pytest.mark.parametrize(("rule", "premises"), CONTRADICTIONS)
def test_rule_contradicts(rule: str, premises: str) -> None:
    graph = turtle(premises)
    with pytest.raises(Contradiction) as caught:
        close(graph)
    assert {one.rule for one in caught.value.found} == {rule}
    for one in caught.value.found:
        assert one.premises
        assert set(caught.value.closure.asserted(one.premises)) <= set(graph)


@pytest.mark.parametrize(
    ("rule", "subject", "predicate", "object_"),
    [
        ("dt-eq", Literal("01", datatype=NamedNode(XSD + "integer")), SAME_AS, Literal(1)),
        ("dt-diff", Literal(1), DIFFERENT_FROM, Literal(2)),
        ("dt-type2", Literal(1), TYPE, NamedNode(XSD + "byte")),
    ],
)
def test_rule_about_literals_is_made_where_it_matters(
    rule: str, subject: Literal, predicate: int, object_: Literal | NamedNode
) -> None:
    graph = turtle("""
        :p a owl:FunctionalProperty . :a :p 1 , 2 . :b :q "01"^^xsd:integer .
        :C owl:someValuesFrom xsd:byte ; owl:onProperty :p .
    """)
    fixpoint = Fixpoint(Terms())
    fixpoint.relations.assert_triples(map(fixpoint.terms.triple, graph))
    fixpoint.saturate()
    number = fixpoint.terms.number
    assert Explanations(fixpoint, {}).step((number(subject), predicate, number(object_))) == (rule, ())


def test_every_rule_of_the_standard_is_here_and_no_other() -> None:
    assert len(STANDARD) == 78
    assert rule_names() == set(STANDARD)


def test_every_rule_has_its_case_above() -> None:
    tested = {case[0] for case in INFERENCES} | {case[0] for case in CONTRADICTIONS} | {"dt-eq", "dt-diff", "dt-type2"}
    assert tested == set(STANDARD)
