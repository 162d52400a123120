"""Shapes that are none: each fault has its file, line and column and says what to write, by either validator."""

from __future__ import annotations

from pathlib import Path

import pytest

from ldpub.build.pipeline import check
from ldpub.build.shacl import has_turbo
from ldpub.errors import SourceError
from small import PREFIXES, project

HEAD = PREFIXES + "@prefix t: <https://example.org/set/ontology#> .\ne:s a sh:NodeShape ; sh:targetClass t:Town ;\n"
ONTOLOGY = (
    PREFIXES + "@prefix t: <https://example.org/set/ontology#> .\nt:Town a owl:Class .\nt:of a owl:ObjectProperty .\n"
)
DATA = PREFIXES + 'e:a a <ontology#Town> ; rdfs:label "a" .'
VALIDATORS = ["pyshacl", "pyshacl-turbo"] if has_turbo() else ["pyshacl"]


def of_property(rest: str) -> str:
    return f"  sh:property [ sh:path rdfs:label ; {rest} ] ."


FAULTS = [
    (of_property("sh:minCnt 1"), "8:38", "sh:minCnt is no term of SHACL", "did you mean sh:minCount?"),
    ("  sh:minCount 1 .", "8:3", "no sh:path", "put it into a property shape: sh:property [ sh:path ..."),
    (of_property('sh:minCount "one"'), "8:38", 'sh:minCount is "one"', "a whole number, without quotation marks"),
    (of_property("sh:minCount 1, 2"), "8:38", "sh:minCount more than once: 1, 2", "keep one"),
    ("  sh:property [ sh:path rdfs:label, t:of ] .", "8:17", "sh:path more than once: rdfs:label, t:of", "keep one"),
    ("  sh:property [ sh:minCount 1 ] .", "8:3", "the value of sh:property has no sh:path", "[ sh:path ex:property"),
    ('  sh:property [ sh:path "p" ] .', "8:17", 'sh:path is the text "p"', "without quotation marks"),
    ("  sh:property [ sh:path ( t:of ) ] .", "8:17", "a sequence of fewer than two", "( ex:one ex:two )"),
    ("  sh:property [ sh:path [ t:of t:of ] ] .", "8:17", "sh:path is a blank node with t:of", "sh:inversePath"),
    (
        "  sh:property [ sh:path [ sh:alternativePath t:of ] ] .",
        "8:17",
        "no list of two or more",
        "( ex:one ex:other )",
    ),
    (of_property("sh:nodeKind sh:Litteral"), "8:38", "sh:nodeKind is sh:Litteral", "it must be sh:Literal"),
    (of_property("sh:severity sh:Warn"), "8:38", "sh:severity is sh:Warn", "it must be sh:Warning"),
    (of_property('sh:uniqueLang "yes"'), "8:38", 'sh:uniqueLang is "yes"', "true or false"),
    (of_property("sh:minInclusive t:Town"), "8:38", "sh:minInclusive is t:Town", "a number, a date"),
    (of_property("sh:in t:Town"), "8:38", "the value of sh:in is no list", "sh:in ( ... )"),
    (of_property('sh:class "Town"'), "8:38", 'sh:class is "Town"', "an IRI, without quotation marks"),
    (of_property("sh:message 1"), "8:38", "sh:message is 1", 'a text in quotation marks: "..."@en'),
    (of_property("sh:pattern 1"), "8:38", "sh:pattern is 1", "without a language"),
    (of_property("sh:qualifiedMinCount 1"), "8:38", "counts nothing without sh:qualifiedValueShape", "sh:minCount"),
    ('  sh:node "s" .', "8:3", 'sh:node is "s"', "a shape: an IRI, or [ ... ]"),
    ("  sh:or ( e:s 3 ) .", "8:3", "sh:or lists 3, which is no shape", "list shapes"),
    ('  sh:sparql [ sh:message "m" ] .', "8:3", "the value of sh:sparql has no sh:select", "SELECT $this WHERE"),
]
QUERIES = [
    ('  sh:sparql [ sh:select """SELECT $this\nWHERE { $this ?p }""" ] .', "9:18", "did not expect } here", "sparql11"),
    (
        '  sh:sparql [ sh:select "SELECT $this { $this t:of ?x }" ] .',
        "8:47",
        "the prefix t: is not declared",
        "PREFIX t: <https://example.org/set/ontology#>",
    ),
    ('  sh:sparql [ sh:select "SELECT $this { $this ?p ?o } GROUP BY ?p" ] .', "8:33", "$this is selected", "sparql11"),
]


def told(folder: Path, shapes: str, validator: str) -> tuple[str, str, str]:
    files = {
        "ontology/o.ttl": ONTOLOGY,
        "data/d.ttl": DATA,
        "shapes/s.ttl": HEAD + shapes,
    }
    with pytest.raises(SourceError) as raised:
        check(project(folder, files, f'[build]\nvalidator = "{validator}"\n'))
    (fault,) = raised.value.faults
    assert fault.message.startswith("the shapes cannot be used: ")
    return fault.place, fault.message, fault.mend or ""


@pytest.mark.parametrize(("shapes", "place", "message", "mend"), [*FAULTS, *QUERIES])
def test_a_fault_of_shapes_has_its_place_and_mend(
    tmp_path: Path, shapes: str, place: str, message: str, mend: str
) -> None:
    found = told(tmp_path, shapes, VALIDATORS[-1])
    assert found[0] == f"shapes/s.ttl:{place}"
    assert message in found[1]
    assert mend in found[2]


@pytest.mark.parametrize("validator", VALIDATORS)
def test_what_only_the_validator_knows_has_its_place_too(tmp_path: Path, validator: str) -> None:
    shapes = of_property('sh:pattern "a*"').replace(" .", " ;\n") + of_property('\n   sh:pattern "[a"')
    place, message, mend = told(tmp_path, shapes, validator)
    assert place == "shapes/s.ttl:10:4"
    assert "unterminated character" in message
    assert "https://www.w3.org/TR/shacl/" in mend


def test_prefixes_of_shapes_are_those_of_their_queries(tmp_path: Path) -> None:
    shapes = """  sh:sparql [ sh:message "m" ; sh:prefixes e:p ; sh:select "SELECT $this { $this t:of ?x }" ] .
e:p sh:declare [ sh:prefix "t" ; sh:namespace "https://example.org/set/ontology#"^^xsd:anyURI ] .
"""
    files = {
        "ontology/o.ttl": ONTOLOGY,
        "data/d.ttl": DATA,
        "shapes/s.ttl": HEAD + shapes,
    }
    assert not [notice for notice in check(project(tmp_path, files, "")).notices if notice.code == "shapes"]
