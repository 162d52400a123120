"""The project's own rules: in the fixpoint, in strata, explained by what they matched, refused with reasons."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import Triple

from ldpub.build.reason import Closure, ConstructRule, Contradiction, RuleError, close, close_with_owlrl
from ontologies import turtle

PREFIX = """
PREFIX : <https://example.org/x#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def rule(name: str, query: str) -> ConstructRule:
    return ConstructRule(name, PREFIX + query)


def said(closure: Closure, text: str) -> tuple[str, set[Triple]]:
    """The rule and the premises of the one triple written."""
    (triple,) = turtle(text)
    derivation = closure.explain(triple)
    assert derivation is not None, f"{text} is not inferred"
    return derivation.rule, set(derivation.premises)


TREATIES = """
    :t1 a :Twinning ; :participant :a , :b . :t2 a :Twinning ; :participant :a , :c ; :status :Ended .
    :twinned a owl:SymmetricProperty ; rdfs:subPropertyOf :related . :participant owl:inverseOf :participatesIn .
"""
TWINNED = rule(
    "20-twinned",
    """CONSTRUCT { ?x :twinned ?y } WHERE {
         ?t a :Twinning ; :participant ?x , ?y .
         FILTER (str(?x) < str(?y)) FILTER NOT EXISTS { ?t :status :Ended } }""",
)


@pytest.mark.parametrize("engine", [close, close_with_owlrl])
def test_a_rule_and_the_ontology_work_on_each_other(engine: Callable[..., Closure]) -> None:
    closure = engine(turtle(TREATIES), [TWINNED])
    expected = ":a :twinned :b ; :related :b . :b :twinned :a ; :related :a ."
    found = {triple for triple in closure.inferred if not triple.predicate.value.endswith("participatesIn")}
    assert found == set(turtle(expected))
    assert said(closure, ":a :twinned :b .") == (
        "20-twinned",
        set(turtle(":t1 a :Twinning ; :participant :a , :b .")),
    )


def test_what_a_rule_made_is_a_premise_like_any_other() -> None:
    closure = close(turtle(TREATIES), [TWINNED])
    assert said(closure, ":b :twinned :a .") == (
        "prp-symp",
        set(turtle(":twinned a owl:SymmetricProperty . :a :twinned :b .")),
    )
    grounds = set(turtle(":t1 a :Twinning ; :participant :a , :b . :twinned a owl:SymmetricProperty ."))
    assert set(closure.asserted(turtle(":b :twinned :a ."))) == grounds


def test_a_rule_uses_what_owl_infers() -> None:
    joint = rule("1", "CONSTRUCT { ?x :met ?y } WHERE { ?x :participatesIn ?t . ?y :participatesIn ?t }")
    closure = close(turtle(TREATIES), [joint])
    assert said(closure, ":c :met :a .")[1] == set(turtle(":c :participatesIn :t2 . :a :participatesIn :t2 ."))


def test_a_rule_sees_what_is_published() -> None:
    everything = rule("r", "CONSTRUCT { ?s :seen true } WHERE { ?s ?p ?o }")
    graph = turtle(':C a owl:Class . :p rdfs:subPropertyOf :q . :a a :C ; :p "1"^^xsd:integer , "01"^^xsd:integer .')
    seen = {triple.subject for triple in close(graph, [everything]).inferred if triple.predicate.value.endswith("seen")}
    assert seen == {triple.subject for triple in graph}


def test_a_rule_may_make_an_axiom() -> None:
    declare = rule("1", "CONSTRUCT { ?p rdfs:range :C } WHERE { ?p :isAbout :C }")
    closure = close(turtle(":p :isAbout :C . :a :p :b ."), [declare])
    assert set(turtle(":b a :C .")) <= closure.inferred


def test_bounds_of_dates_are_drawn_in_order_of_strata() -> None:
    graph = turtle("""
        :t :began "1990"^^xsd:gYear . :u :began "2001-05"^^xsd:gYearMonth ; :ended "2002-01-01"^^xsd:date .
    """)
    rules = [
        rule(
            "10-start",
            "CONSTRUCT { ?t :from ?d } WHERE { ?t :began ?b . BIND(xsd:integer(SUBSTR(STR(?b), 1, 4)) AS ?d) }",
        ),
        rule("20-open", "CONSTRUCT { ?t :open true } WHERE { ?t :from ?d FILTER NOT EXISTS { ?t :ended ?e } }"),
    ]
    closure = close(graph, rules)
    assert closure.inferred == frozenset(turtle(":t :from 1990 ; :open true . :u :from 2001 ."))
    assert said(closure, ":t :from 1990 .") == ("10-start", {graph[0]})
    assert said(closure, ":t :open true .") == ("20-open", set(turtle(":t :from 1990 .")))


def test_rules_of_one_number_feed_each_other() -> None:
    rules = [
        rule("1-even", "CONSTRUCT { ?y :even true } WHERE { ?x :odd true ; :next ?y }"),
        rule("1-odd", "CONSTRUCT { ?y :odd true } WHERE { ?x :even true ; :next ?y }"),
    ]
    closure = close(turtle(":n0 :even true ; :next :n1 . :n1 :next :n2 . :n2 :next :n3 ."), rules)
    assert closure.inferred == frozenset(turtle(":n1 :odd true . :n2 :even true . :n3 :odd true ."))
    assert len(closure.asserted(turtle(":n3 :odd true ."))) == 4


def test_a_recursive_rule_is_explained_without_going_round() -> None:
    reach = rule("1", "CONSTRUCT { ?x :reaches ?z } WHERE { { ?x :to ?z } UNION { ?x :reaches ?y . ?y :reaches ?z } }")
    graph = turtle(":a :to :b . :b :to :c . :c :to :a .")
    closure = close(graph, [reach])
    assert len(closure.inferred) == 9
    for triple in closure.inferred:
        assert set(closure.asserted([triple])) <= set(graph)


PATTERNS = [
    ("?x :p/:q ?y", ":a :p :b . :b :q :c ."),
    ("?x :p [ :q ?y ]", ":a :p :b . :b :q :c ."),
    ("?x (:p|:q)+ ?y . ?y a :End", ":a :p :b . :b :q :c . :c a :End ."),
    ("?y ^:q/^:p ?x", ":a :p :b . :b :q :c ."),
    ("?x :p* ?z . ?z :q ?y . FILTER(?x = :a)", ":a :p :b . :b :q :c ."),
    ("?x :p ?z . ?z !(:p|a) ?y", ":a :p :b . :b :q :c ."),
    ("?x :p ?z . ?z ?any ?y FILTER(?any = :q)", ":a :p :b . :b :q :c ."),
    ("?x :p ?z . ?z :q ?y OPTIONAL { ?x :absent ?w }", ":a :p :b . :b :q :c ."),
    ("?x :p ?z OPTIONAL { ?z :q ?y }", ":a :p :b . :b :q :c ."),
    ("?x :p ?z . ?z :q ?y MINUS { ?x :absent ?w }", ":a :p :b . :b :q :c ."),
    ("{ ?x :absent ?z } UNION { ?x :p ?z } ?z :q ?y", ":a :p :b . :b :q :c ."),
    ("VALUES ?z { :b :z } ?x :p ?z . ?z :q ?y", ":a :p :b . :b :q :c ."),
    ("?x :p ?z . { SELECT ?z ?y WHERE { ?z :q ?y . ?y a ?x } }", ":a :p :b . :b :q :c . :c a :End ."),
    ("?x :n ?n . [] :p+/:q ?y", ':a :n "1.50"^^xsd:decimal ; :p :b . :b :q :c .'),
    ("?x :n ?n . ?y a :End . [] :r+ []", ':a :n "1.50"^^xsd:decimal . :c a :End . :k :r :l .'),
    ("?x :n ?n . ?y a :End . ?l !(^:q|^:p|^:n|^a) ?k", ':a :n "1.50"^^xsd:decimal . :c a :End .'),
    ("?x :n ?n . ?y a :End . ?x (:r|:absent)? ?x", ':a :n "1.50"^^xsd:decimal . :c a :End .'),
    ("?x :p ?z . ?z :q ?y . ?x :n ?n FILTER(?n > 1)", ':a :p :b ; :n "1.50"^^xsd:decimal . :b :q :c .'),
]


@pytest.mark.parametrize(("pattern", "premises"), PATTERNS)
def test_premises_are_what_the_pattern_matched(pattern: str, premises: str) -> None:
    graph = turtle(':a :p :b ; :n "1.50"^^xsd:decimal . :b :q :c . :c a :End . :b :p :z . :k :r :l .')
    closure = close(graph, [rule("r", f"CONSTRUCT {{ ?x :made ?y }} WHERE {{ {pattern} }}")])
    assert said(closure, ":a :made :c .") == ("r", set(turtle(premises)))


def test_all_that_was_counted_is_a_premise() -> None:
    counted = rule("r", "CONSTRUCT { ?x :size ?n } WHERE { SELECT ?x (COUNT(?m) AS ?n) { ?x :member ?m } GROUP BY ?x }")
    graph = turtle(":a :member :b , :c . :d :member :b .")
    assert said(close(graph, [counted]), ":a :size 2 .") == ("r", set(graph[:2]))


def test_a_rule_without_a_pattern_has_no_premises() -> None:
    assert said(close([], [rule("r", "CONSTRUCT { :a :p :b } WHERE {}")]), ":a :p :b .") == ("r", set())


def test_of_two_triples_in_a_template_each_is_explained() -> None:
    both = rule("r", "CONSTRUCT { ?x :p ?y . ?y :q ?x } # the other way too\n WHERE { ?x :r ?y . FILTER(?x != ?y) }")
    closure = close(turtle(":a :r :b , :a ."), [both])
    assert said(closure, ":a :p :b .") == said(closure, ":b :q :a .") == ("r", set(turtle(":a :r :b .")))


def test_the_keyword_where_may_be_left_out() -> None:
    closure = close(turtle(":a :r :b ."), [rule("r", "CONSTRUCT { ?x :p ?y } { ?x :r ?y }")])
    assert said(closure, ":a :p :b .") == ("r", set(turtle(":a :r :b .")))


def test_construct_where() -> None:
    closure = close(turtle(":p rdfs:subPropertyOf :q . :a :p :b ."), [rule("r", "CONSTRUCT WHERE { ?x :q ?y }")])
    assert closure.inferred == frozenset(turtle(":a :q :b ."))


def test_a_value_keeps_the_writing_of_the_graph() -> None:
    graph = turtle(
        ':a :n "1.50"^^xsd:decimal ; :m "5"^^xsd:nonNegativeInteger ; :since "2001-01-01T00:00:00.000Z"^^xsd:dateTime .'
    )
    copy = rule("r", "CONSTRUCT { ?x :copy ?v } WHERE { ?x ?p ?v FILTER(isLiteral(?v)) }")
    assert {t.object for t in close(graph, [copy]).inferred} == {t.object for t in graph}


def test_what_stands_in_another_writing_is_not_made_again() -> None:
    same = rule("r", "CONSTRUCT { ?x :n ?v } WHERE { ?x :m ?v }")
    graph = turtle(':a :n "1.50"^^xsd:decimal ; :m "1.500"^^xsd:decimal .')
    assert not close(graph, [same]).inferred


REFUSED = [
    ("SELECT * { ?s ?p ?o }", "no CONSTRUCT query"),
    ("CONSTRUCT { ?s :p", "no SPARQL query"),
    ("CONSTRUCT { _:b :p ?s } WHERE { ?s ?p ?o }", "blank node"),
    ("CONSTRUCT { ?b :p ?s } WHERE { ?s :p ?o BIND(BNODE() AS ?b) }", "blank node"),
    ("CONSTRUCT { ?s :p ?o } FROM <https://example.org/g> WHERE { ?s :p ?o }", "FROM"),
    ("CONSTRUCT { ?s :p ?o } WHERE { SERVICE <https://example.org/> { ?s :p ?o } }", "SERVICE"),
    ("CONSTRUCT { ?s :p ?o } WHERE { GRAPH ?g { ?s :p ?o } }", "GRAPH"),
]


@pytest.mark.parametrize(("query", "reason"), REFUSED)
def test_a_rule_that_is_refused_says_why(query: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        close(turtle(":a :p :b ."), [rule("wrong", query)])


def test_two_rules_of_one_name_are_refused() -> None:
    one = rule("1", "CONSTRUCT WHERE { ?s :p ?o }")
    with pytest.raises(RuleError, match="two rules have the name 1"):
        close([], [one, one])


def test_a_denial_that_a_later_rule_belies_names_both() -> None:
    rules = [
        rule("10-lonely", "CONSTRUCT { ?x :lonely true } WHERE { ?x a :City FILTER NOT EXISTS { ?x :partner ?y } }"),
        rule("20-partner", "CONSTRUCT { ?x :partner ?y } WHERE { ?x :treatyWith ?y }"),
        rule("30-other", "CONSTRUCT { ?x :seen true } WHERE { ?x a :City }"),
    ]
    with pytest.raises(RuleError, match="rules 10-lonely and 20-partner are not stratified"):
        close(turtle(":a a :City ; :treatyWith :b ."), rules)
    assert close(turtle(":a a :City ; :treatyWith :b ."), [rules[1], rules[2], rules[0]]).inferred


def test_a_rule_that_comes_too_early_names_the_one_it_needs() -> None:
    rules = [
        rule("1", "CONSTRUCT { ?x :q ?y } WHERE { ?x :r ?y }"),
        rule("2", "CONSTRUCT { ?x :r ?y } WHERE { ?x :p ?y }"),
    ]
    with pytest.raises(RuleError, match="rules 1 and 2 are not stratified"):
        close(turtle(":a :p :b ."), rules)


def test_a_rule_that_denies_itself() -> None:
    lonely = rule("1", "CONSTRUCT { ?x :seen true } WHERE { ?x a :City FILTER NOT EXISTS { ?x :seen true } }")
    with pytest.raises(RuleError, match="it denies what it makes itself"):
        close(turtle(":a a :City ."), [lonely])


def test_a_rule_may_bring_a_contradiction_to_light() -> None:
    graph = turtle(":p a owl:IrreflexiveProperty . :a :q :a .")
    with pytest.raises(Contradiction) as caught:
        close(graph, [rule("r", "CONSTRUCT { ?x :p ?y } WHERE { ?x :q ?y }")])
    (found,) = caught.value.found
    assert found.rule == "prp-irp"
    assert set(caught.value.closure.asserted(found.premises)) == set(graph)
