"""close: what is published, ontologies that grow as they are reasoned over, lists and literals as they come."""

from __future__ import annotations

import pytest
from pyoxigraph import Triple

from ldpub.build.reason import Contradiction, close
from ontologies import turtle


def inferred(text: str) -> set[Triple]:
    return set(close(turtle(text)).inferred)


def test_nothing_from_nothing() -> None:
    assert close([]).inferred == frozenset()


def test_noise_is_not_published() -> None:
    closure = close(
        turtle("""
        :C a owl:Class ; rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom owl:Thing ] .
        :p a owl:ObjectProperty . :a a :C ; :p :b ; owl:sameAs :a ; :n 1 , 01 .
        """)
    )
    assert closure.inferred == frozenset()


def test_a_second_writing_of_a_value_is_no_new_statement() -> None:
    graph = ':n rdfs:subPropertyOf :m . :a :n "1.50"^^xsd:decimal . :b :n "1.5"^^xsd:decimal .'
    assert inferred(graph) == set(turtle(':a :m "1.50"^^xsd:decimal . :b :m "1.5"^^xsd:decimal .'))


def test_of_two_new_writings_one_is_published() -> None:
    assert len(inferred(":n rdfs:subPropertyOf :m . :a :n 1 , 01 .")) == 1


def test_a_schema_triple_may_be_inferred() -> None:
    graph = ":below rdfs:subPropertyOf rdfs:subClassOf . :A :below :B . :B :below :C . :x a :A ."
    assert set(turtle(":x a :B , :C .")) <= inferred(graph)


def test_a_characteristic_may_be_inferred() -> None:
    graph = "owl:SymmetricProperty owl:equivalentClass :Mutual . :p a :Mutual . :a :p :b ."
    assert set(turtle(":b :p :a .")) <= inferred(graph)


def test_a_chain_may_come_from_an_inferred_list() -> None:
    graph = """
        :tail owl:equivalentProperty rdf:rest . :r owl:propertyChainAxiom :l .
        :l rdf:first :p ; :tail [ rdf:first :q ; rdf:rest rdf:nil ] . :a :p :b . :b :q :c .
    """
    assert set(turtle(":a :r :c .")) <= inferred(graph)


def test_a_list_that_does_not_end_says_nothing() -> None:
    assert not inferred(":r owl:propertyChainAxiom :l . :l rdf:first :p ; rdf:rest :l . :a :p :b .")


def test_a_long_chain() -> None:
    properties = " ".join(f":p{i}" for i in range(30))
    steps = " ".join(f":n{i} :p{i} :n{i + 1} ." for i in range(30))
    closure = close(turtle(f":far owl:propertyChainAxiom ( {properties} ) . {steps}"))
    (triple,) = turtle(":n0 :far :n30 .")
    assert closure.inferred == {triple}
    derivation = closure.explain(triple)
    assert derivation is not None
    assert derivation.rule == "prp-spo2"


def test_a_wide_intersection() -> None:
    classes = " ".join(f":C{i}" for i in range(150))
    types = ", ".join(f":C{i}" for i in range(150))
    assert set(turtle(":a a :All .")) <= inferred(f":All owl:intersectionOf ( {classes} ) . :a a {types} .")


def test_a_transitive_path_of_three_hundred() -> None:
    steps = " ".join(f":n{i} :p :n{i + 1} ." for i in range(300))
    assert len(inferred(f":p a owl:TransitiveProperty . {steps}")) == 300 * 301 // 2 - 300


def test_transitivity_does_not_loop_on_a_circle() -> None:
    assert inferred(":p a owl:TransitiveProperty . :a :p :b . :b :p :a .") == set(turtle(":a :p :a . :b :p :b ."))


def test_cardinalities_are_read_by_value() -> None:
    graph = ':C owl:maxCardinality "01"^^xsd:int ; owl:onProperty :p . :a a :C ; :p :b , :c .'
    assert set(turtle(":b owl:sameAs :c .")) <= inferred(graph)


def test_equal_values_meet_in_keys_and_differ_in_none() -> None:
    graph = ':C owl:hasKey ( :k ) . :a a :C ; :k 1 . :b a :C ; :k "1.0"^^xsd:decimal . :c a :C ; :k 2 .'
    same = {triple for triple in inferred(graph) if triple.predicate.value.endswith("sameAs")}
    assert same == set(turtle(":a owl:sameAs :b . :b owl:sameAs :a ."))


def test_two_values_of_a_functional_property_contradict() -> None:
    with pytest.raises(Contradiction) as caught:
        close(turtle(":p a owl:FunctionalProperty . :a :p 1 , 2 ."))
    assert {one.rule for one in caught.value.found} == {"eq-diff1"}
    assert set(caught.value.closure.asserted(caught.value.found[0].premises)) == set(
        turtle(":p a owl:FunctionalProperty . :a :p 1 , 2 .")
    )


def test_two_writings_of_one_value_do_not_contradict() -> None:
    close(turtle(":p a owl:FunctionalProperty . :a :p 1 , 01 ."))


def test_a_contradiction_names_what_was_asserted() -> None:
    graph = turtle("""
        :City rdfs:subClassOf :Place . :Person owl:disjointWith :Place . :mayor rdfs:range :Person .
        :h :mayor :b . :b a :City . :x a :City .
    """)
    with pytest.raises(Contradiction, match="cax-dw") as caught:
        close(graph)
    (found,) = caught.value.found
    assert set(caught.value.closure.asserted(found.premises)) == set(graph[:-1])


def test_every_contradiction_is_reported() -> None:
    with pytest.raises(Contradiction) as caught:
        close(
            turtle(":C owl:disjointWith :D . :a a :C , :D . :b a :C , :D . :p a owl:IrreflexiveProperty . :a :p :a .")
        )
    assert sorted(one.rule for one in caught.value.found) == ["cax-dw", "cax-dw", "prp-irp"]


def test_an_anonymous_inverse_works_inside_and_stays_inside() -> None:
    graph = "[ owl:inverseOf :p ] rdfs:domain :C ; rdfs:subPropertyOf :q . :a :p :b ."
    assert inferred(graph) == set(turtle(":b a :C ; :q :a ."))


def test_quoted_triples_are_refused() -> None:
    (triple,) = turtle(":a :b :c .")
    with pytest.raises(TypeError, match=r"RDF 1\.1"):
        close([Triple(triple.subject, triple.predicate, triple)])


def test_a_thousand_different_things() -> None:
    names = " ".join(f":n{i}" for i in range(1000))
    graph = turtle(f"[] a owl:AllDifferent ; owl:members ( {names} ) . :n7 owl:sameAs :n900 .")
    with pytest.raises(Contradiction) as caught:
        close(graph)
    assert {one.rule for one in caught.value.found} == {"eq-diff2"}


def test_strings_of_other_datatypes_meet_plain_ones() -> None:
    graph = ':p a owl:FunctionalProperty . :a :p "x" , "x"^^xsd:token . :b :p "y" .'
    assert close(turtle(graph)).inferred == frozenset()
    with pytest.raises(Contradiction):
        close(turtle(graph + ' :b :p "z"^^xsd:token .'))
