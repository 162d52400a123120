"""Lookups are told from what may take long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.store.outlook import is_lookup

LOOKUPS = [
    "SELECT ?p ?o { <x:a> ?p ?o }",
    "SELECT * WHERE { ?s ?p <x:a> }",
    "SELECT ?s WHERE{ ?s a <x:a> . } ORDER BY ?s LIMIT 7 # point",
    "ASK { <x:a> <x:b> <x:c> }",
    "PREFIX ex: <x:> SELECT ?l { ex:a ex:knows ?b . ?b ex:label ?l ; ex:in ?c . ?c ex:name ?n }",
    "PREFIX ex: <x:> SELECT ?l { ex:a ex:knows ?b , ?c . FILTER(?b != ?c) OPTIONAL { ?c ex:label ?l } }",
    "PREFIX ex: <x:> SELECT ?l { ?b ex:knows/ex:label ?l ; ex:name 'Ada'@en } ORDER BY ?l",
    "PREFIX ex: <x:> SELECT ?s { ?s a ex:City } LIMIT 10",
    "SELECT * { VALUES ?s { <x:a> <x:b> } ?s ?p ?o }",
    "SELECT * { { <x:a> ?p ?o } UNION { ?o ?p <x:a> } }",
    "SELECT * { GRAPH ?g { <x:a> ?p ?o } }",
    "CONSTRUCT { ?a ?p ?o } WHERE { ?a <x:id> 7 ; ?p ?o }",
]
OTHERS = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { ?s ?p ?o }",
    "SELECT * { <x:a> ?p ?o . ?d ?e ?f }",
    "SELECT * { <x:a> (<x:p>|!<x:p>)* ?b }",
    "PREFIX ex: <x:> SELECT * { ex:a ex:partOf+ ?b }",
    "SELECT * { ?s <x:label> ?o }",
    "SELECT * { ?s <x:label> ?o . } # <x:a>",
    "SELECT * { <x:a> ?p ?o . ?d ?e ?f } # { <x:a> ?p ?o }",
    "SELECT * { <x:a> <x:p>* ?o }",
    "SELECT * { ?s ?p [ <x:a> ?o ] . ?d ?e ?f }",
    "ASK { BIND(1 AS ?a) }",
    "SELECT * { <x:a> ?p ?o " + "BIND(CONCAT(?o, ?o) AS ?x) " * 3 + "}",
    "SELECT * { <x:a> ?p ?o } # " + "x" * 5000,
    "SELECT * { <x:a> ?p 'open }",
    "",
]


@pytest.mark.parametrize("text", LOOKUPS)
def test_what_hangs_on_something_named_is_a_lookup(text: str) -> None:
    assert is_lookup(text)


@pytest.mark.parametrize("text", OTHERS)
def test_what_floats_is_none(text: str) -> None:
    assert not is_lookup(text)


@given(st.lists(st.sampled_from([*"{}().;,[]*+a", "?s", "?p", "<x:a>", "VALUES", "FILTER", "SELECT", "'x'", "_:b"])))
def test_any_text_is_read(words: list[str]) -> None:
    is_lookup("SELECT * { " + " ".join(words))


PRODUCTS = st.lists(st.sampled_from(["?a ?b ?c", "?d ?e ?f", "<x:a> ?g ?h", "?i <x:p> 'x'"]), min_size=1)


@given(PRODUCTS)
def test_a_product_with_a_floating_part_is_none(parts: list[str]) -> None:
    floats = "?a ?b ?c" in parts or "?d ?e ?f" in parts
    assert is_lookup("SELECT * { " + " . ".join(parts) + " }") is not floats
