"""The datatype map: which literals denote one value, and in which datatypes it lies."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from ldpub.build.reason.values import has_type, ill_typed, value
from ldpub.namespaces import RDF, XSD
from ontologies import turtle


def literal(text: str) -> Literal:
    term = turtle(f":s :p {text} .")[0].object
    assert isinstance(term, Literal)
    return term


EQUAL = [
    ("1", '"01"^^xsd:integer'),
    ("1", '"1.0"^^xsd:decimal'),
    ("1", '" 1 "^^xsd:byte'),
    ('"+1.50"^^xsd:decimal', '"1.5"^^xsd:decimal'),
    ("true", '"1"^^xsd:boolean'),
    ('"1.0E1"^^xsd:double', '"10"^^xsd:double'),
    ('"INF"^^xsd:float', '"1e400"^^xsd:float'),
    ('"a b"', '" a   b "^^xsd:token'),
    ('"0a"^^xsd:hexBinary', '"0A"^^xsd:hexBinary'),
    ('"YQ=="^^xsd:base64Binary', '"Y Q = ="^^xsd:base64Binary'),
    ('"2020-01-01T00:00:00.00Z"^^xsd:dateTime', '"2020-01-01T00:00:00+00:00"^^xsd:dateTime'),
    ('"NaN"^^xsd:double', '"NaN"^^xsd:double'),
]

DIFFERENT = [
    ("1", "2"),
    ("1", '"1"'),
    ("1", '"1"^^xsd:double'),
    ('"1"^^xsd:float', '"1"^^xsd:double'),
    ('"0"^^xsd:double', '"-0"^^xsd:double'),
    ('"a"', '"a"@en'),
    ('"2020-01-01T00:00:00Z"^^xsd:dateTime', '"2020-01-01T01:00:00+01:00"^^xsd:dateTime'),
    ('"2020"^^xsd:gYear', '"2020"^^xsd:integer'),
]

ILL_TYPED = [
    '"one"^^xsd:integer',
    '"1.5"^^xsd:integer',
    '"300"^^xsd:byte',
    '"-1"^^xsd:nonNegativeInteger',
    '"1e3"^^xsd:decimal',
    '"yes"^^xsd:boolean',
    '"2020-13-01"^^xsd:date',
    '"2020-01-01T25:00:00"^^xsd:dateTime',
    '"2020-01-01T00:00:00"^^xsd:dateTimeStamp',
    '"20"^^xsd:gYear',
    '"abc"^^xsd:hexBinary',
    '"a"^^xsd:base64Binary',
    '"1 2"^^xsd:NCName',
    '"much"^^xsd:double',
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal(one: str, other: str) -> None:
    assert value(literal(one)) == value(literal(other)) is not None


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one: str, other: str) -> None:
    assert value(literal(one)) != value(literal(other))


@pytest.mark.parametrize("text", ILL_TYPED)
def test_ill_typed(text: str) -> None:
    assert ill_typed(literal(text))
    assert value(literal(text)) is None


def test_unknown_datatypes_have_no_known_value() -> None:
    coordinates = Literal("POINT(1 2)", datatype=NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral"))
    assert value(coordinates) is None
    assert not ill_typed(coordinates)
    assert has_type(coordinates, XSD + "integer") is None
    assert has_type(Literal(1), "https://example.org/x#own") is None


@pytest.mark.parametrize(
    ("text", "datatype", "expected"),
    [
        ("1", XSD + "byte", True),
        ("300", XSD + "byte", False),
        ("300", XSD + "unsignedShort", True),
        ("-1", XSD + "nonNegativeInteger", False),
        ('"5.0"^^xsd:decimal', XSD + "integer", True),
        ('"5.5"^^xsd:decimal', XSD + "integer", False),
        ('"a"', XSD + "NCName", True),
        ('"a b"', XSD + "NCName", False),
        ('"a"@en', RDF + "PlainLiteral", True),
        ('"a"@en', RDF + "langString", True),
        ('"a"@en', XSD + "string", False),
        ('"2020-01-01T00:00:00Z"^^xsd:dateTime', XSD + "dateTimeStamp", True),
        ('"2020-01-01T00:00:00"^^xsd:dateTime', XSD + "dateTimeStamp", False),
        ('"2020"^^xsd:gYear', XSD + "date", False),
        ('"one"^^xsd:integer', XSD + "string", False),
        ('"a"', "http://www.w3.org/2000/01/rdf-schema#Literal", True),
    ],
)
def test_has_type(text: str, datatype: str, expected: bool) -> None:
    assert has_type(literal(text), datatype) is expected
