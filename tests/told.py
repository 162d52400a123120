"""Graphs of a few lines of Turtle, told in words."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from ldpub.serve.language import words
from ldpub.serve.ontology.constraints import Constraints
from ldpub.serve.ontology.expressions import Expressions
from ldpub.serve.ontology.graph import Graph, Term
from ldpub.serve.ontology.paths import Paths
from ldpub.serve.ontology.phrase import Phrase, plain

EX = "http://example.org/"
PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def read(text: str) -> Graph:
    """The graph of Turtle with the prefixes above."""
    return Graph(quad.triple for quad in parse(PREFIXES + text, RdfFormat.TURTLE))


def named(term: Term) -> Phrase:
    """The local name of an IRI, the text of a literal; a blank node has none."""
    assert not isinstance(term, Triple)
    return plain("…" if isinstance(term, BlankNode) else term.value.removeprefix(EX))


def expressions(graph: Graph, language: str = "en") -> Expressions:
    return Expressions(graph, named, words(language))


def paths(graph: Graph, language: str = "en") -> Paths:
    return Paths(graph, named, words(language))


def constraints(graph: Graph, language: str = "en") -> Constraints:
    return Constraints(graph, named, words(language), lambda term: plain(_message(graph, term)))


def _message(graph: Graph, term: Term) -> str:
    value = graph.value(term, "http://www.w3.org/ns/shacl#message")
    return value.value if isinstance(value, Literal) else ""


def the(graph: Graph, name: str, subject: str = "X") -> Term:
    """The value of a property of ex:X."""
    value = graph.value(NamedNode(EX + subject), name)
    assert value is not None
    return value
