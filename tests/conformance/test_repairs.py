"""Repairs in front of the engine: they mend what they name, leave all else byte for byte, and never move an error."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sparql_suite import cases

from ldpub.errors import MalformedQueryError, QueryError
from ldpub.store import Query
from ldpub.store.embedded import EmbeddedStore
from ldpub.store.objections import object_to
from ldpub.store.repairs import repair, spell

DATA = """
GRAPH <x:g1> { <x:a> <x:p> <x:b> . <x:b> <x:p> <x:c> . <x:a> <x:in> <x:g1> }
GRAPH <x:g2> { <x:d> <x:p> <x:e> }
<x:a> <x:p> <x:b> .
"""


class Holdings:
    """Two graphs, and one IRI that stands in the data."""

    def holds(self, iri: str) -> bool:
        return iri == "x:a"

    def graphs(self, at_most: int) -> list[str]:
        return ["x:g1", "x:g2"][:at_most]


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    engine = ox.Store()
    engine.load(DATA, ox.RdfFormat.TRIG)
    return EmbeddedStore(engine)


def rows(store: EmbeddedStore, text: str) -> list[dict[str, str]]:
    answer = json.loads(store.query(Query(text)).read())
    found = [{name: term["value"] for name, term in row.items()} for row in answer["results"]["bindings"]]
    return sorted(found, key=in_order)


def in_order(row: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(row.items())


REPAIRED = {
    "SELECT (TRUE AS ?t) {}": [{"t": "true"}],
    'SELECT (LANG(GROUP_CONCAT(?x)) AS ?l) { VALUES ?x { "a"@en "b"@en } }': [{"l": ""}],
    "SELECT * { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s <x:p> ?o } } }": [
        {"n": "1", "g": "x:g2"},
        {"n": "2", "g": "x:g1"},
    ],
    "SELECT * { GRAPH ?g { { SELECT ?s { ?s <x:p> ?o } ORDER BY ?s LIMIT 1 } } }": [
        {"s": "x:a", "g": "x:g1"},
        {"s": "x:d", "g": "x:g2"},
    ],
    "SELECT * { VALUES ?g { <x:g2> } GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s <x:p> ?o } } }": [{"n": "1", "g": "x:g2"}],
    "SELECT * { GRAPH ?g { VALUES ?v { 1 } } }": [{"g": "x:g1", "v": "1"}, {"g": "x:g2", "v": "1"}],
    "SELECT ?s { GRAPH ?g { ?s <x:p> <x:e> MINUS { ?t <x:p> <x:e> } } }": [{"s": "x:d"}],
    "SELECT ?s { GRAPH ?g { ?s <x:p> <x:e> MINUS { ?s <x:p> <x:e> } } }": [],
    "SELECT ?g { GRAPH ?g { <x:a> <x:p> <x:b> OPTIONAL { <x:a> <x:in> ?g } } }": [{"g": "x:g1"}],
    "SELECT * { <x:none> <x:p>* ?o }": [{"o": "x:none"}],
    "PREFIX x: <x:> SELECT * { ?o x:p? x:none . FILTER(isIRI(?o)) }": [{"o": "x:none"}],
    "SELECT * { <x:none> (<x:p>|<x:q>)* ?o . }": [{"o": "x:none"}],
    "SELECT * { <x:b> <x:p>* ?o }": [{"o": "x:b"}],
    "SELECT ?o FROM NAMED <x:g2> { GRAPH ?g { SELECT (COUNT(*) AS ?o) { ?s <x:p> ?e } } }": [{"o": "1"}],
}


@pytest.mark.parametrize("text", REPAIRED)
def test_repaired(store: EmbeddedStore, text: str) -> None:
    assert rows(store, text) == sorted(REPAIRED[text], key=in_order)


def test_blank_nodes_of_a_solution_are_its_own(store: EmbeddedStore) -> None:
    text = 'SELECT (BNODE("x y") AS ?a) (BNODE("x y") AS ?b) (BNODE(?n) AS ?none) { VALUES ?n { 1 2 } }'
    first, second = rows(store, text)
    assert first["a"] == first["b"] != second["a"] == second["b"]
    assert "none" not in first


LEFT_ALONE = [
    "SELECT * { ?s ?p ?o }",
    "SELECT ?true { ?true <x:TRUE> 'TRUE' . <x:none> <x:p>* <x:o> } # TRUE",
    "SELECT * { <x:a> <x:p>* ?o }",
    "SELECT * { <x:none> <x:p>+ ?o . ?a ?b ?c . FILTER(?c * 2 > 3) }",
    "SELECT * { GRAPH ?g { ?s ?p ?o FILTER(?g = <x:g1>) } }",
    "SELECT * { GRAPH ?g { VALUES ?s { <x:a> } ?s ?p ?o } }",
    "SELECT * { GRAPH ?g { SELECT ?g (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?g } }",
    "SELECT * { GRAPH ?g { ?s ?p ?o OPTIONAL { ?s <x:p> ?l } MINUS { ?s <x:p> ?x } } }",
    "SELECT * { GRAPH <x:g1> { VALUES ?v { 1 } } }",
    "SELECT (BNODE() AS ?b) { }",
    "SELECT (EXISTS { ?s ?p ?o } AS ?e) (BNODE('a') AS ?b) { }",
    "SELECT (GROUP_CONCAT) { 'GROUP_CONCAT(?x)' }",
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_left_alone(text: str) -> None:
    assert repair(spell(text), Holdings()) == text


PIECES = st.sampled_from(
    [
        *("SELECT", "ASK", "(", ")", "{", "}", "{", "}", ".", ";", "*", "?", "+", "?g", "?s", "?o", "AS", "a", "1"),
        *("<x:a>", "<x:none>", "<x:p>*", "<x:p>?", "x:p", "x:none", "PREFIX x: <x:>", "#true\n", "<<", ">>", "[", "]"),
        *("GRAPH", "GRAPH", "VALUES", "MINUS", "OPTIONAL", "FILTER(false)", "UNION", "LATERAL", "GROUP BY", "EXISTS"),
        *("BNODE(", "GROUP_CONCAT(", "STR(", "COUNT(", "TRUE", "False", "'TRUE'", '"a"@en'),
    ]
)
SOUP = st.lists(PIECES, max_size=40).map(" ".join)
PATTERN = st.sampled_from(
    [
        "?s <x:p> ?o",
        "<x:none> <x:p>* ?o",
        "?s <x:p>? <x:none>",
        "<x:a> <x:p>* ?o",
        "VALUES (?s ?g) { (<x:a> UNDEF) }",
        "{ SELECT (COUNT(*) AS ?n) { ?s ?p ?o } }",
        "SELECT ?s { ?s <x:p> ?o }",
        "{ SELECT (GROUP_CONCAT(STR(?o)) AS ?c) { ?s ?p ?o } GROUP BY ?s }",
        "FILTER(True || ?s = <x:a>)",
    ]
)
GROUPS = st.recursive(
    st.lists(PATTERN, min_size=1, max_size=3).map(" . ".join),
    lambda inner: st.one_of(
        inner.map("GRAPH ?g {{ {} }}".format),
        inner.map("GRAPH <x:g1> {{ {} }}".format),
        st.tuples(inner, inner).map(lambda two: f"{{ {two[0]} }} MINUS {{ {two[1]} }}"),
        st.tuples(inner, inner).map(lambda two: f"{{ {two[0]} }} OPTIONAL {{ {two[1]} }}"),
    ),
    max_leaves=4,
)
QUERIES = st.one_of(
    SOUP, GROUPS.map("SELECT * {{ {} }}".format), GROUPS.map("SELECT (BNODE(?s) AS ?b) {{ {} }}".format)
)


def is_query(text: str) -> bool:
    try:
        ox.Store().query(text)
    except SyntaxError:
        return False
    except RuntimeError:  # a function nobody knows
        return True
    return True


@settings(deadline=None, max_examples=300)
@given(QUERIES)
def test_what_is_repaired_is_whole(text: str) -> None:
    try:
        spelled = spell(text)
        repaired = repair(spelled, Holdings())
    except MalformedQueryError:
        return
    assert spelled.lower() == text.lower()
    assert spell(spelled) == spelled
    assert repair(repaired, Holdings()) == repaired
    if is_query(spelled) and "BNODE" not in text:  # no repair makes of a query what is none
        assert is_query(repaired)


@settings(deadline=None, max_examples=200)
@given(SOUP)
def test_errors_stand_where_the_text_has_them(text: str) -> None:
    error = error_of(text)
    if error is not None and error.line is not None and error.column is not None:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1


def error_of(text: str) -> MalformedQueryError | None:
    try:
        EmbeddedStore(ox.Store()).query(Query(text))
    except MalformedQueryError as error:
        return error
    except QueryError:
        return None
    return None


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("SELECT (TRUE AS ?t) { ?s ?p }", 29),
        ('SELECT (GROUP_CONCAT(?o) AS ?c) { GRAPH ?g { VALUES ?o { "a" } } ?s ?p }', 72),
        ("SELECT * { <x:none> <x:p>* ?o . ?s ?p FALSE FALSE }", 45),
        ("SELECT * { ?x ?y ?z FILTER (?x<?y&&?y>?z) }", 31),
        ("SELECT (COUNT(SUM(?x)) AS ?n) { }", 15),
        ("SELECT * { BIND(<<( 'a' <x:p> <x:o> )>> AS ?t) }", 21),
    ],
)
def test_place_of_an_error(store: EmbeddedStore, text: str, column: int) -> None:
    with pytest.raises(MalformedQueryError) as raised:
        store.query(Query(text))
    assert (raised.value.line, raised.value.column) == (1, column)


def test_a_triple_term_in_an_expression_is_not_taken_for_operators(store: EmbeddedStore) -> None:
    text = "SELECT (1 AS ?one) { BIND(<<( ?s <x:p,q> ?o )>> AS ?t) FILTER(?u IN (<x:a,b>, <x:c>) || true) }"
    assert rows(store, text) == [{"one": "1"}]


@pytest.mark.conformance
@pytest.mark.skipif(not cases(), reason="the W3C SPARQL tests are not there: set LDPUB_CONFORMANCE")
def test_no_valid_query_of_the_suites_is_objected_to() -> None:
    for case in cases():
        if case.kind != "negative":
            object_to(case.text)
