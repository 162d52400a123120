"""Statements as numbers say what they said as terms."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from generated_rdf import graphs
from ldpub.build.memory import uncollected
from ldpub.build.rows import Rows, joined, listed, numbered

A, P = NamedNode("https://example.org/ä"), NamedNode("https://example.org/p")


@settings(max_examples=100, deadline=None)
@given(graphs)
def test_triples_come_back_in_their_order(graph: list[Triple]) -> None:
    found = listed(graph)
    assert list(found) == graph
    assert [found[place] for place in range(len(found))] == graph
    assert found.column(1) == {triple.predicate for triple in graph}
    assert set(numbered(graph)) == set(graph)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.builds(Triple, st.just(A), st.just(P), st.builds(Literal, st.text(max_size=5))), unique=True))
def test_ascii_says_the_same(graph: list[Triple]) -> None:
    text = listed(graph).ascii()
    assert text.isascii()
    assert [quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES)] == graph


@settings(max_examples=50, deadline=None)
@given(graphs, graphs)
def test_graphs_that_were_listed_together_are_joined_and_counted_as_they_are(
    one: list[Triple], other: list[Triple]
) -> None:
    together = Rows.of({"urn:x:1": one, "urn:x:2": other}).listed()
    assert list(joined(list(together.values()))) == [*one, *other]
    assert list(joined([one, listed(other)])) == [*one, *other], "also where they were not"
    again = Rows.of(together).quads()
    assert again.text() == Rows.of({"urn:x:1": one, "urn:x:2": other}).quads().text()


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool) -> None:
    was_enabled = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with uncollected():
            assert not gc.isenabled()
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()
