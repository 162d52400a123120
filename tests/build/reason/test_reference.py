"""The reference engine: selectable, under the same contract, though it explains nothing."""

from __future__ import annotations

import pytest

from ldpub.build.reason import Contradiction, Derivation, close, close_with_owlrl
from ontologies import turtle

GRAPH = """
    :p rdfs:subPropertyOf :q . :C rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :b ] . :a a :C .
    :a :n "1.50"^^xsd:decimal ; :m "chat"@fr , 7 , "01"^^xsd:integer . :n rdfs:subPropertyOf :o .
"""


def test_same_triples() -> None:
    assert close_with_owlrl(turtle(GRAPH)).inferred == close(turtle(GRAPH)).inferred


def test_explained_by_its_name() -> None:
    (triple,) = turtle(":a :q :b .")
    closure = close_with_owlrl(turtle(GRAPH))
    assert closure.explain(triple) == Derivation(triple, "owlrl", ())
    assert closure.explain(turtle(":a a :C .")[0]) is None
    assert closure.explain(turtle(":a a :Unknown .")[0]) is None


def test_contradiction_carries_its_message() -> None:
    with pytest.raises(Contradiction, match="owlrl: Disjoint classes"):
        close_with_owlrl(turtle(":C owl:disjointWith :D . :a a :C , :D ."))
