"""RDF 1.1 triples from plain strings: what the graphs that a build writes itself are made of."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.config import Text
from ldpub.namespaces import RDF, XSD


def typed(node: str, *names: str) -> Iterator[Triple]:
    """That a node is of classes."""
    for name in names:
        yield link(node, RDF + "type", name)


def link(node: str, name: str, target: str) -> Triple:
    """A property whose value is an IRI."""
    return Triple(NamedNode(node), NamedNode(name), NamedNode(target))


def plain(node: str, name: str, value: str) -> Triple:
    """A property whose value is a string."""
    return Triple(NamedNode(node), NamedNode(name), Literal(value))


def texts(node: str, name: str, values: Text) -> Iterator[Triple]:
    """A property whose values are texts, one in each language; empty ones are left out."""
    for tag, value in values.items():
        if value:
            yield Triple(NamedNode(node), NamedNode(name), Literal(value, language=tag) if tag else Literal(value))


def value_of(node: str, name: str, value: str, datatype: str) -> Triple:
    """A property whose value is of a datatype of XML Schema, by its local name, or of any other, by its IRI."""
    iri = datatype if ":" in datatype else XSD + datatype
    return Triple(NamedNode(node), NamedNode(name), Literal(value, datatype=NamedNode(iri)))


def count(node: str, name: str, number: int) -> Triple:
    """A property whose value is a number of things."""
    return value_of(node, name, str(number), "integer")
