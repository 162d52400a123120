"""What is taken for plain at one glance needs no second look, however it is put together."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.errors import MalformedQueryError
from ldpub.store.geography import GEOF, functions
from ldpub.store.objections import object_to
from ldpub.store.plain import is_plain
from ldpub.store.repairs import repair, spell
from ldpub.store.tokens import may_hold

PLAIN = [
    "SELECT ?p ?o { <https://example.org/id/city> ?p ?o } #7",
    "PREFIX ex: <http://example.org/> SELECT * WHERE { ?s a ex:City ; ex:name ?n FILTER(?n != 'x') } LIMIT 10",
    "ASK { ?s ?p ?o OPTIONAL { ?o ?q 'it' } }",
    "SELECT ?p ?o { <https://example.org/graph/country> ?p ?o FILTER(?o != <http://example.org/sum/true>) }",
]
PIECES = [
    *("SELECT ", "ASK", "{", "}", "(", ")", " ", "\n", "?p", "?o ", "a", ".", ";", "'x'", "7", "<x:a>", "<x:a&b>", "<"),
    *("<<(", "<< ", "<?b", "<7", "*", "+", "?", "/", "|", "count", "Sum", "GROUP_concat(", "bnode(", "GRAPH ?g {"),
    *(
        "TRUE",
        "true",
        "False",
        "FILTER(",
        "BIND(",
        "AS ?x)",
        "MINUS {",
        "é",
        "ſ",
        f"<{GEOF}distance>(",
        "\\u0041",
        "# ",
        "<http://x/",
        "<http://x/count>",
        "'<http://",
        '"',
        "'",
        ">",
    ),
]


class Empty:
    """Data that hold nothing, so that everything that may be repaired is."""

    def holds(self, iri: str) -> bool:
        del iri
        return False

    def graphs(self, at_most: int) -> list[str]:
        return ["x:g"][:at_most]


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_queries_are_plain(text: str) -> None:
    assert is_plain(text)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_in_what_is_plain_nothing_is_found(text: str) -> None:
    if is_plain(text):
        object_to(text)
        assert (spell(text), repair(text, Empty()), functions(text)) == (text, text, {})


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?a ?b ?c FILTER(?a<?b&&?c>?d) }",
        "SELECT (SUM(COUNT(?x)) AS ?n) { ?x ?p ?o }",
        "SELECT * { <x:a> <x:p>* ?o }",
        "SELECT * { <x:a> (<x:p>|<x:q>)? ?o }",
        "SELECT * { ?s ?p True }",
        f"SELECT * {{ ?s ?p ?o FILTER(<{GEOF}sfWithin>(?o, ?o)) }}",
        "SELECT * { GRAPH ?g { VALUES ?x { 1 } } }",
    ],
)
def test_what_is_objected_to_or_mended_is_not_plain(text: str) -> None:
    assert not is_plain(text)
    try:
        object_to(text)
    except MalformedQueryError:
        return
    assert (spell(text), repair(text, Empty()), functions(text)) != (text, text, {})


@given(st.text(alphabet="aAsSkKiIſKıİ ", max_size=12), st.sampled_from(["ask", "kiss", "is", "a"]))
def test_no_word_is_missed_in_any_case(text: str, word: str) -> None:
    assert may_hold(text, [word]) or not re.search(word, text, re.IGNORECASE)
    assert not may_hold("xyz", [word])
