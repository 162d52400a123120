"""Every inferred triple can be walked back to what was asserted, in finitely many steps."""

from __future__ import annotations

from hypothesis import given, settings
from pyoxigraph import Triple

from ldpub.build.reason import Closure, Contradiction, Derivation, close
from ontologies import turtle, worlds

GROUNDLESS = {"prp-ap", "cls-thing", "cls-nothing1", "dt-type1"}


def depths(closure: Closure, graph: set[Triple], triples: frozenset[Triple]) -> dict[Triple, int]:
    """The height of each triple's explanation; RecursionError or KeyError if one has no end or no ground."""
    known = dict.fromkeys(graph, 0)

    def depth(triple: Triple, above: frozenset[Triple]) -> int:
        assert triple not in above, f"{triple} is explained by itself"
        if triple not in known:
            derivation = closure.explain(triple)
            assert derivation is not None, f"{triple} is neither asserted nor explained"
            below = [depth(premise, above | {triple}) for premise in derivation.premises]
            assert below or derivation.rule in GROUNDLESS, f"{derivation.rule} has premises"
            known[triple] = 1 + max(below, default=0)
        return known[triple]

    return {triple: depth(triple, frozenset()) for triple in triples}


@settings(max_examples=150, deadline=None)
@given(worlds(identity=True))
def test_explanations_are_well_founded(text: str) -> None:
    graph = turtle(text)
    for publish in ("instance", "all"):
        try:
            closure = close(graph, publish=publish)
        except Contradiction as contradiction:
            closure = contradiction.closure
            for one in contradiction.found:
                assert set(closure.asserted(one.premises)) <= set(graph)
        assert all(depth > 0 for depth in depths(closure, set(graph), closure.inferred).values())


@settings(max_examples=150, deadline=None)
@given(worlds(identity=True))
def test_what_a_triple_rests_on_suffices_to_infer_it(text: str) -> None:
    graph = turtle(text)
    try:
        closure = close(graph)
    except Contradiction:
        return
    for triple in sorted(closure.inferred, key=str)[:3]:
        assert triple in close(closure.asserted([triple])).inferred


@settings(max_examples=60, deadline=None)
@given(worlds(identity=False))
def test_closing_again_adds_nothing(text: str) -> None:
    graph = turtle(text)
    try:
        closure = close(graph, publish="all")
    except Contradiction:
        return
    again = close([*graph, *closure.inferred], publish="all")
    assert not again.inferred


def test_asserted_and_unknown_triples_have_no_explanation() -> None:
    graph = turtle(":a :p :b . :p rdfs:subPropertyOf :q .")
    closure = close(graph)
    assert closure.explain(graph[0]) is None
    assert closure.explain(turtle(":z :q :y .")[0]) is None


def test_premises_are_the_axiom_first_then_the_data() -> None:
    graph = turtle(":p rdfs:subPropertyOf :q . :a :p :b .")
    (inferred,) = turtle(":a :q :b .")
    assert close(graph).explain(inferred) == Derivation(inferred, "prp-spo1", tuple(graph))


def test_a_premise_that_rdf_cannot_say_is_replaced_by_its_own() -> None:
    graph = turtle(":p rdfs:range :C . :D owl:someValuesFrom :C ; owl:onProperty :p . :a :p 1 .")
    (inferred,) = turtle(":a a :D .")
    derivation = close(graph).explain(inferred)
    assert derivation is not None
    assert derivation.rule == "cls-svf1"
    assert set(derivation.premises) == set(graph)


def test_an_unpublished_triple_is_explained_too() -> None:
    closure = close(turtle(":C a owl:Class . :a a :C ."))
    derivation = closure.explain(turtle(":a a owl:Thing .")[0])
    assert derivation is not None
    assert derivation.rule == "cax-sco"
