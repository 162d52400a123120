"""Variables out of scope (SPARQL 1.1, 18.2.1, 19.8): the one at fault is named, at its place, and no other."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from ldpub.errors import MalformedQueryError
from ldpub.store.faults import malformed, report_of

BOUND = "is bound already; take another name"
UNGROUPED = "is selected, but neither grouped nor aggregated"
WRONG = [
    ("SELECT * {BIND(1 AS ?x) BIND(2 AS ?x)}", 35, f"?x {BOUND}"),
    ("SELECT * { ?s ?p ?x BIND(2 AS ?x) }", 31, f"?x {BOUND}"),
    ("SELECT * { {SELECT ?x {?x ?y ?z}} BIND(2 AS ?x) }", 45, f"?x {BOUND}"),
    ("SELECT (1 AS ?x) (2 AS ?x) { }", 24, f"?x {BOUND}"),
    ("SELECT (1 AS ?s) { ?s ?p ?o }", 14, f"?s {BOUND}"),
    ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", 8, f"?s {UNGROUPED}"),
    ("SELECT ?p ?s { ?s ?p ?o } GROUP BY ?p", 11, f"?s {UNGROUPED}"),
    ("SELECT (?s AS ?t) (COUNT(?o) AS ?n) { ?s ?p ?o } GROUP BY ?p", 9, f"?s {UNGROUPED}"),
    ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", 8, f"?s {UNGROUPED}"),
    ("SELECT ?n { { SELECT ?s { ?s ?p ?o } GROUP BY ?p } }", 22, f"?s {UNGROUPED}"),
    ("SELECT * { ?s ?p ?o } GROUP BY ?s", 34, "SELECT * is not authorized with GROUP BY"),
    ("SELECT * {?s ?p ?o BIND(1 AS ?s) FILTER( }", 42, "did not expect } here"),
    ("SELECT ?s { ?s ?p ?o", 21, "did not expect the end of the query here"),
]
RIGHT = [
    "SELECT * { { BIND(1 AS ?x) } UNION { BIND(2 AS ?x) } }",
    "SELECT (COUNT(?o) AS ?n) (STR(?s) AS ?m) { ?s ?p ?o } GROUP BY ?s",
    "SELECT ?q (SUM(?o) AS ?n) { ?s ?p ?o } GROUP BY (STR(?p) AS ?q) HAVING(COUNT(?s) > 1) ORDER BY ?n",
]


@pytest.mark.parametrize(("text", "column", "why"), WRONG)
def test_the_variable_at_fault_is_named(text: str, column: int, why: str) -> None:
    report = report_of(text)
    assert report is not None
    error = malformed(text, report, report_of)
    assert isinstance(error, MalformedQueryError)
    assert (error.line, error.column) == (1, column)
    assert why in str(error)


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_in_scope_is_a_query(text: str) -> None:
    assert report_of(text) is None
    Store().query(text)
