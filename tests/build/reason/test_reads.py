"""Which predicates a project rule reads: all that its syntax names, or none that can be told."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from ldpub.build.reason import ConstructRule, close
from ldpub.build.reason.reads import read_by, reads
from ontologies import turtle

NESTED = """PREFIX : <urn:x:> CONSTRUCT { ?a :made ?b } WHERE {
  VALUES (?p ?q) { (:b 1) (:c UNDEF) } ?a ?p ?b ; a :C . VALUES ?z { 3 }
  OPTIONAL { ?a :d ?d FILTER NOT EXISTS { ?a :e ?e FILTER EXISTS { ?e :f+ ?f } } }
  BIND(EXISTS { ?a :g ?g } AS ?k)
  { SELECT ?a { ?a :h ?t } GROUP BY ?a HAVING (EXISTS { ?a :i ?x }) ORDER BY (EXISTS { ?a :j ?l }) }
  MINUS { ?a :k ?n } FILTER(?b IN (?c, EXISTS { ?a :l ?b }) || IF(EXISTS { ?a :m/^:n|:o ?b }, 1, 2))
  { ?a :p [] } UNION { [ :q ?k ] } }"""
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def read(query: str) -> set[str] | None:
    found = reads(ConstructRule("rule", query))
    return None if found is None else {name.value.removeprefix("urn:x:") for name in found}


def test_predicates_are_found_wherever_a_pattern_may_stand() -> None:
    assert read(NESTED) == {*"bcdefghijklmnopq", TYPE}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("{ ?a <urn:x:b> ?b }", {"b"}),
        ("{ ?a ?p ?b VALUES ?p { <urn:x:b> <urn:x:c> } }", {"b", "c"}),
        ("{ ?a ?p ?b }", None),
        ("{ ?a ?p ?b VALUES ?p { <urn:x:b> UNDEF } }", None),
        ("{ { ?a ?p ?b } VALUES ?p { <urn:x:b> } }", None),
        ("{ VALUES ?p { <urn:x:b> } ?a <urn:x:c> ?b FILTER NOT EXISTS { ?a ?p ?b } }", None),
        ("{ ?a <urn:x:b>* ?b }", None),
        ("{ ?a <urn:x:b>? ?b }", None),
        ("{ ?a !<urn:x:b> ?b }", None),
        ("{ }", set()),
    ],
)
def test_what_is_left_open_may_be_anything(where: str, expected: set[str] | None) -> None:
    assert read(f"CONSTRUCT {{ <urn:x:a> <urn:x:p> <urn:x:o> }} WHERE {where}") == expected


def test_the_short_form_reads_what_it_makes() -> None:
    assert read("CONSTRUCT WHERE { ?a <urn:x:b> ?b }") == {"b"}


def test_rules_together_read_what_each_does() -> None:
    one, other, any_ = (
        ConstructRule(path, f"CONSTRUCT {{ ?a <urn:x:p> ?b }} WHERE {{ ?a {path} ?b }}")
        for path in ("<urn:x:b>", "<urn:x:c>", "?p")
    )
    assert read_by([one, other]) == frozenset({NamedNode("urn:x:b"), NamedNode("urn:x:c")})
    assert read_by([one, any_]) is None


def test_a_rule_that_reads_what_another_makes_runs_again() -> None:
    first = ConstructRule("1-b", "CONSTRUCT { ?a <urn:x:c> ?b } WHERE { ?a <urn:x:b> ?b }")
    again = ConstructRule("1-a", "CONSTRUCT { ?b <urn:x:d> ?a } WHERE { ?a <urn:x:c> ?b }")
    closure = close(turtle("<urn:x:1> <urn:x:b> <urn:x:2> ."), [again, first])
    assert set(turtle("<urn:x:1> <urn:x:c> <urn:x:2> . <urn:x:2> <urn:x:d> <urn:x:1> .")) <= closure.inferred
