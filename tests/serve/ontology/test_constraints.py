"""SHACL paths and constraints in words, in both languages, however they nest."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.namespaces import RDF, SH
from ldpub.serve.ontology.constraints import is_deactivated
from ldpub.serve.ontology.graph import Graph
from ldpub.serve.ontology.paths import properties_of
from ldpub.serve.ontology.phrase import text_of
from told import EX, constraints, paths, read, the

PATHS = [
    ("ex:p", "p", "p", "p"),
    ("( ex:p ex:q )", "p, then q", "p, dann q", "pq"),
    ("[ sh:alternativePath ( ex:p ex:q ex:r ) ]", "p, q or r", "p, q oder r", "pqr"),
    ("[ sh:inversePath ex:p ]", "p the other way round", "p in Gegenrichtung", "p"),
    ("[ sh:zeroOrMorePath ex:p ]", "p, any number of times", "p, beliebig oft", "p"),
    ("[ sh:oneOrMorePath ex:p ]", "p, once or more", "p, einmal oder öfter", "p"),
    ("[ sh:zeroOrOnePath ex:p ]", "p, once or not at all", "p, einmal oder gar nicht", "p"),
    (
        "( ex:p [ sh:zeroOrMorePath [ sh:alternativePath ( ex:q [ sh:inversePath ex:r ] ) ] ] )",
        "p, then ((q or (r the other way round)), any number of times)",
        "p, dann ((q oder (r in Gegenrichtung)), beliebig oft)",
        "pqr",
    ),
    ("()", "…", "…", ""),
    ("[]", "…", "…", ""),
]


@pytest.mark.parametrize(("turtle", "english", "german", "names"), PATHS)
def test_paths(turtle: str, english: str, german: str, names: str) -> None:
    graph = read(f"ex:X sh:path {turtle} .")
    node = the(graph, SH + "path")
    assert text_of(paths(graph).path(node)) == english
    assert text_of(paths(graph, "de").path(node)) == german
    assert properties_of(graph, node) - {NamedNode(RDF + "nil")} == {NamedNode(EX + name) for name in names}


CONSTRAINTS = [
    ("sh:minCount 1 ; sh:maxCount 1", "exactly 1", "genau 1"),
    ("sh:minCount 1", "at least 1", "mindestens 1"),
    ("sh:maxCount 3", "at most 3", "höchstens 3"),
    ("sh:minCount 2 ; sh:maxCount 3", "2 to 3", "2 bis 3"),
    ("sh:class ex:A", "A", "A"),
    ("sh:datatype ex:date", "date", "date"),
    ("sh:nodeKind sh:IRI", "a thing with an IRI", "ein Ding mit IRI"),
    ("sh:nodeKind sh:BlankNodeOrLiteral", "a value or a node without an IRI", "ein Wert oder ein Knoten ohne IRI"),
    ("sh:minInclusive 1 ; sh:maxInclusive 9", "not below 1, not above 9", "nicht unter 1, nicht über 9"),
    ("sh:minExclusive 1 ; sh:maxExclusive 9", "above 1, below 9", "über 1, unter 9"),
    (
        "sh:minLength 1 ; sh:maxLength 9",
        "at least 1 characters, at most 9 characters",
        "mindestens 1 Zeichen, höchstens 9 Zeichen",
    ),
    ('sh:pattern "^a" ; sh:flags "i"', "of the form ^a (flags i)", "von der Form ^a (Schalter i)"),
    ('sh:languageIn ( "de" "en" )', "in the language de or en", "in der Sprache de oder en"),
    ("sh:uniqueLang true", "one text per language", "je Sprache ein Text"),
    ("sh:uniqueLang false", "", ""),
    ("sh:equals ex:q", "the same values as “q”", "dieselben Werte wie „q“"),
    ("sh:disjoint ex:q", "no value that is also one of “q”", "kein Wert, der auch einer von „q“ ist"),
    ("sh:lessThan ex:q", "before “q”", "vor „q“"),
    ("sh:lessThanOrEquals ex:q", "not after “q”", "nicht nach „q“"),
    ("sh:not ex:S", "not S", "nicht S"),
    ("sh:or ( ex:S [ sh:class ex:A ] )", "S or A", "S oder A"),
    ("sh:and ( ex:S ex:T )", "S and T", "S und T"),
    ("sh:xone ( ex:S ex:T )", "exactly one of: S, T", "genau eines von: S, T"),
    ("sh:or ()", "nothing", "nichts"),
    ("sh:node ex:S", "as “S” asks", "wie „S“ es verlangt"),
    (
        "sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ; sh:class ex:A ] ]",
        "as “(q: at least 1, A)” asks",
        "wie „(q: mindestens 1, A)“ es verlangt",
    ),
    ("sh:property [ sh:path ex:q ; sh:datatype ex:date ]", "q: date", "q: date"),
    (
        "sh:qualifiedValueShape ex:S ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 2",
        "at least 1 that fit “S”, at most 2 that fit “S”",
        "mindestens 1 passend zu „S“, höchstens 2 passend zu „S“",
    ),
    (
        "sh:qualifiedValueShape ex:S ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true",
        "at least 1 that fit “S”, counting none that also fits a neighbouring shape",
        "mindestens 1 passend zu „S“, ohne solche, die auch zu einem benachbarten Shape passen",
    ),
    ("sh:closed true", "no other properties", "keine anderen Eigenschaften"),
    (
        "sh:closed true ; sh:ignoredProperties ( ex:q ex:r )",
        "no other properties but q, r",
        "keine anderen Eigenschaften außer q, r",
    ),
    ("sh:hasValue 7", "with the value 7", "mit dem Wert 7"),
    ("sh:in ( ex:a 7 )", "one of: a, 7", "eines von: a, 7"),
    ("sh:in ()", "one of: nothing", "eines von: nichts"),
    ('sh:sparql [ sh:message "Not so." ]', "condition in SPARQL: Not so.", "Bedingung in SPARQL: Not so."),
    ("sh:sparql []", "condition in SPARQL: …", "Bedingung in SPARQL: …"),
]


@pytest.mark.parametrize(("turtle", "english", "german"), CONSTRAINTS)
def test_every_component_of_shacl_core(turtle: str, english: str, german: str) -> None:
    graph = read(f"ex:X sh:path ex:p ; {turtle} .")
    shape = NamedNode(EX + "X")
    assert text_of(constraints(graph).whole(shape)) == english
    assert text_of(constraints(graph, "de").whole(shape)) == german


def test_parts_of_a_table() -> None:
    graph = read("ex:X sh:path ex:p ; sh:minCount 1 ; sh:maxCount 1 ; sh:class ex:A ; sh:in ( ex:a ) .")
    tell, shape = constraints(graph), NamedNode(EX + "X")
    parts = (tell.path(shape), tell.cardinality(shape), tell.kind(shape), *tell.further(shape))
    assert [text_of(part) for part in parts] == ["p", "exactly 1", "A", "one of: a"]
    assert constraints(read("ex:X a sh:NodeShape .")).path(shape) == ()


def test_circles_end() -> None:
    graph = read("_:a sh:not _:b . _:b sh:or ( ex:S _:a ) . ex:X sh:not _:a .")
    assert text_of(constraints(graph).whole(NamedNode(EX + "X"))) == "not (not (S or …))"
    loop = read("ex:X sh:property _:a . _:a sh:path ex:p ; sh:property _:a .")
    assert text_of(constraints(loop).whole(NamedNode(EX + "X"))) == "p: p: …"


def test_a_shape_may_be_switched_off() -> None:
    graph = read("ex:X sh:deactivated true . ex:Y sh:deactivated false .")
    assert [is_deactivated(graph, NamedNode(EX + name)) for name in "XYZ"] == [True, False, False]


NODES = [BlankNode(f"n{i}") for i in range(7)]
NAMES = [NamedNode(EX + name) for name in "abc"]
PREDICATES = [
    *(SH + name for name in (
        "path", "inversePath", "alternativePath", "zeroOrMorePath", "class", "datatype", "nodeKind", "node", "property",
        "minCount", "maxCount", "or", "and", "xone", "not", "in", "hasValue", "pattern", "flags", "languageIn",
        "qualifiedValueShape", "qualifiedMinCount", "closed", "ignoredProperties", "sparql", "equals", "minLength",
    )),
    RDF + "first", RDF + "rest",
]  # fmt: skip
OBJECTS = st.sampled_from(
    [*NODES, *NAMES, NamedNode(RDF + "nil"), NamedNode(SH + "IRI"), Literal("1"), Literal("true")]
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), OBJECTS), max_size=30),
    st.sampled_from(["en", "de"]),
)
def test_any_nesting_is_told_and_no_blank_node_is_named(
    triples: list[tuple[BlankNode, str, NamedNode | BlankNode | Literal]], language: str
) -> None:
    graph = Graph(Triple(s, NamedNode(p), o) for s, p, o in triples)
    tell = constraints(graph, language)
    for node in NODES:
        told = [tell.path(node), tell.cardinality(node), tell.kind(node), tell.whole(node), *tell.further(node)]
        for phrase in (*told, paths(graph, language).path(node)):
            assert not re.search(r"_:|\bn\d|\{", text_of(phrase))
            assert len(text_of(phrase)) < 200_000
        assert not any(isinstance(one, BlankNode) for one in properties_of(graph, node))
