"""Statements as numbers say what they said as terms."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from generated_rdf import graphs
from ldpub.build.handed import hand, handed
from ldpub.build.memory import uncollected
from ldpub.build.rows import Rows, each_once, joined, listed, numbered, together, with_numbers

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


@settings(max_examples=50, deadline=None)
@given(graphs, graphs)
def test_what_came_before_is_left_out(one: list[Triple], other: list[Triple]) -> None:
    assert list(each_once(listed([*one, *other, *one]))) == list(dict.fromkeys([*one, *other]))


@settings(max_examples=50, deadline=None)
@given(graphs, graphs, graphs)
def test_a_graph_by_other_numbers_is_listed_with_the_rest(
    one: list[Triple], other: list[Triple], more: list[Triple]
) -> None:
    new = listed(more)
    found = with_numbers(together({"urn:x:1": one, "urn:x:2": other}), "urn:x:3", new.terms, new.numbers)
    assert [list(graph) for graph in found.values()] == [one, other, more]
    assert len({id(graph.terms) for graph in found.values()}) == 1
    assert together(found) == found
    first = next(iter(found.values())).terms
    assert [str(term) for term in first] == list(first.texts)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graphs)
def test_quads_are_handed_over_as_they_are(tmp_path: Path, graph: list[Triple]) -> None:
    quads = Rows.of({"urn:x:1": graph}).quads()
    hand(tmp_path, quads)
    found = handed(tmp_path)
    assert list(found) == list(quads)
    assert found.text() == quads.text()
    assert not list(tmp_path.iterdir())


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
