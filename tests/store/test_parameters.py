"""Values are bound as terms: whatever is typed, the query keeps its form and the variable has exactly that value."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from ldpub.errors import QueryError
from ldpub.namespaces import XSD
from ldpub.store import Limits
from ldpub.store.guard import check
from ldpub.store.parameters import KINDS, Value, bind, blocks, read_value
from ldpub.store.tokens import tokens

QUERY = """# param: x
PREFIX e: <http://e.example/>
SELECT ?x ?y WHERE {
  VALUES ?x { "default" }
  values $y { e:y } # VALUES ?x { "not this" }
  FILTER(?y != "VALUES ?x { 1 }")
}
"""
HOSTILE = [
    '" } } ; DROP ALL #',
    "\\",
    '\\"',
    "x\n} SELECT * { ?s ?p ?o",
    "'''",
    '"""',
    "\r\n#",
    "> } . ?s ?p ?o . <",
    "http://e.example/> } UNION { ?s ?p ?o",
    "http://e.example/\\u003E",
    "http://e.example/{}",
    "javascript:alert(1)",
    "1 } 2",
    "1e400",
    "UNDEF",
    "?y",
    "$1",
    "\\1",
    "\u2028",
    "𝄞",
    "",
    "\x1b",
    "¹²³⁴",
    "٢٠٢٠",
]
text = st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE), st.text(alphabet="\\\"'{}<>#?\n\ru0aé1", max_size=12))


def solution(query: str) -> tuple[Value, Value]:
    solutions = Store().query(query)
    assert isinstance(solutions, QuerySolutions)
    (row,) = solutions
    return row["x"], row["y"]


@given(st.sampled_from(KINDS), text)
@example("string", "\\u0022 } SELECT * {")
@example("string", "\\\\u0022")
@example("string", "\x00")
def test_whatever_is_typed_is_one_term_or_refused(kind: str, typed: str) -> None:
    try:
        value = read_value(kind, typed)
    except ValueError:
        return
    assert value.value == (typed.lower() if kind == "language" else typed)
    bound = bind(QUERY, {"x": value})
    check(bound, Limits())
    found, other = solution(bound)
    assert (found, other) == (value, NamedNode("http://e.example/y"))
    assert [t.kind for t in tokens(bound) if t.kind != "trivia"][:11] == KEPT[:11]
    assert bound.startswith(QUERY.partition('"default"')[0])
    assert bound.endswith(QUERY.partition('"default"')[2])
    assert blocks(bind(QUERY, {"x": None}))["x"].value is None


KEPT = [token.kind for token in tokens(QUERY) if token.kind != "trivia"]


@given(text, text)
def test_several_values_are_bound_at_once(one: str, other: str) -> None:
    try:
        values: dict[str, Value] = {"x": read_value("string", one), "y": read_value("string", other)}
    except ValueError:
        return
    query = 'SELECT * { VALUES ?y { UNDEF } VALUES ?x { "a" } }'
    assert solution(bind(query, values)) == (values["x"], values["y"])


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("integer", "-5", Literal("-5", datatype=NamedNode(XSD + "integer"))),
        ("decimal", "1.50", Literal("1.50", datatype=NamedNode(XSD + "decimal"))),
        ("year", "1968", Literal("1968", datatype=NamedNode(XSD + "integer"))),
        ("date", "2024-02-29", Literal("2024-02-29", datatype=NamedNode(XSD + "date"))),
        ("string", 'O\'Brien "x"', Literal('O\'Brien "x"')),
        ("iri", "http://e.example/é", NamedNode("http://e.example/é")),
        ("language", "de", Literal("de")),
        ("language", "pt-BR", Literal("pt-br")),
    ],
)
def test_values_by_kind(kind: str, typed: str, value: Value) -> None:
    assert read_value(kind, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("integer", "1.0"),
        ("integer", " 1"),
        ("integer", "1\n"),
        ("integer", "9" * 30),
        ("decimal", "1e5"),
        ("year", "68"),
        ("year", "٢٠٢٠"),
        ("date", "2023-02-29"),
        ("date", "20230228"),
        ("language", "d"),
        ("language", "de_DE"),
        ("language", "de-"),
        ("language", '"de"'),
        ("iri", "relative"),
        ("iri", "http://e.example/ x"),
        ("iri", ""),
        ("string", "x" * 1001),
        ("string", "\\u0022"),
    ],
)
def test_what_is_of_no_such_kind(kind: str, typed: str) -> None:
    with pytest.raises(ValueError, match="it m"):
        read_value(kind, typed)


@given(st.dates())
def test_every_day_is_a_date(day: date) -> None:
    assert read_value("date", day.isoformat()).value == day.isoformat()


@pytest.mark.parametrize(
    ("block", "value"),
    [
        ("VALUES ?x { UNDEF }", None),
        ("VALUES ?x{<http://e.example/a>}", NamedNode("http://e.example/a")),
        ("values $x # one\n { e:a }", NamedNode("http://e.example/a")),
        ("VALUES ?x { 5 }", Literal("5", datatype=NamedNode(XSD + "integer"))),
        ("VALUES ?x { 'a' }", Literal("a")),
        (
            'VALUES ?x { "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> }',
            Literal("1.5", datatype=NamedNode(XSD + "decimal")),
        ),
    ],
)
def test_blocks_with_one_value_are_found(block: str, value: Value) -> None:
    query = f"PREFIX e: <http://e.example/> SELECT ?x ?y {{ {block} BIND(1 AS ?y) }}"
    assert blocks(query)["x"].value == value
    assert solution(query)[0] == value
    assert solution(bind(query, {"x": Literal("}")}))[0] == Literal("}")


@pytest.mark.parametrize(
    "block",
    [
        "VALUES ?x { 1 2 }",
        "VALUES ?x { }",
        "VALUES (?x) { (1) }",
        "VALUES ?x { 1 } VALUES ?x { 1 }",
        'VALUES ?x { "a"@en }',
        "VALUES ?x { f:a }",
        "?x e:a 1",
        "VALUES",
        "VALUES ?x {",
        "VALUES ?x { + }",
    ],
)
def test_what_is_no_such_block(block: str) -> None:
    query = f"SELECT ?x {{ {block} }}"
    assert "x" not in blocks(query)
    with pytest.raises(KeyError):
        bind(query, {"x": None})


def test_a_string_without_end_is_told() -> None:
    with pytest.raises(QueryError):
        blocks('SELECT * { VALUES ?x { "a } }')
