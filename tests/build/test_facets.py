"""Facets from shapes and settings, and the lists that are built of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ldpub.build.facets import Facet, Graph, Step, facets, read_path, values
from ldpub.build.lists import write_lists
from ldpub.build.rows import numbered
from ldpub.errors import SourceError
from ldpub.namespaces import PREFIXES
from small import BASE, project, turtle

E = f"{BASE}id/"
SHAPES = """
e:shape a sh:NodeShape ; sh:targetClass e:Thing ; sh:property e:s-colour, e:s-topic, e:s-open, e:s-note, e:s-kind .
e:s-colour sh:path e:colour ; sh:in ( "red" "green" ) ; sh:name "colour"@en, "Farbe"@de ; sh:order 3 .
e:s-topic sh:path e:topic ; sh:node e:of-scheme ; sh:order 2 .
e:of-scheme sh:property [ sh:path <http://www.w3.org/2004/02/skos/core#inScheme> ; sh:hasValue e:topics ] .
e:s-kind sh:path e:class ; sh:class <http://www.w3.org/2004/02/skos/core#Concept> ; sh:order 1 .
e:s-open sh:path e:open ; sh:datatype xsd:boolean ; sh:group e:last .
e:last sh:order 1 .
e:s-note sh:path e:note ; sh:datatype xsd:string ; sh:node [ sh:property [ sh:path e:x ; sh:hasValue 1 ] ] .
e:part sh:property e:s-aim .
e:s-aim sh:path e:aim ; sh:in ( 1 2 ) .
e:other a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:property [ sh:path e:colour ; sh:in ( 1 ) ; sh:order 9 ],
  [ sh:path [ sh:inversePath e:colour ] ; sh:in ( 1 ) ], [ sh:path <https://example.com/topic> ; sh:in ( 1 ) ] .
"""


def test_shapes_with_closed_lists_of_values_make_facets_in_their_order() -> None:
    content = Graph(numbered(turtle('e:topic rdfs:label "topic"@en, "Thema"@de .')))
    found = facets(numbered(turtle(SHAPES)), content, [], PREFIXES)
    assert [facet.name for facet in found] == ["class-value", "open", "topic", "colour", "topic-2"]
    assert found[2].labels == {"en": "topic", "de": "Thema"}
    assert found[3].labels == {"en": "colour", "de": "Farbe"}
    assert found[3].path == f"<{E}colour>"
    assert found[1].labels == {"": "open"}


def test_settings_come_first_and_stand_alone() -> None:
    settings: list[dict[str, object]] = [
        {"name": "topic", "label": {"en": "Of"}, "path": "e:about/^e:topic"},
        {"name": "hue", "label": "Hue", "path": "e:colour"},
        {"name": "decade", "label": "D", "path": "e:open", "decade": True},
    ]
    found = facets(numbered(turtle(SHAPES)), Graph(numbered([])), settings, {"e": E})
    assert [facet.name for facet in found] == ["topic", "hue", "decade", "class-value", "open", "topic-2"]
    assert found[0].path == f"<{E}about>/^<{E}topic>"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("e:a", ((Step(f"{E}a"),),)),
        (
            " e:a / ^ e:b | <http://x.example/y|z> ",
            ((Step(f"{E}a"), Step(f"{E}b", True)), (Step("http://x.example/y|z"),)),
        ),
        ("<http://x.example/a/b>/e:c", ((Step("http://x.example/a/b"), Step(f"{E}c")),)),
    ],
)
def test_paths(text: str, path: object) -> None:
    if "|z" in text:
        with pytest.raises(ValueError, match="IRI"):
            read_path(text, {"e": E})
        text, path = text.replace("|z", ""), (path[0], (Step("http://x.example/y"),))  # type: ignore[index]
    assert read_path(text, {"e": E}) == path


@pytest.mark.parametrize(
    "path", ["", "a", "f:a", "e:a/", "|e:a", "e:a//e:b", "<a>", "<http://x.example/ >", "(e:a)", "e:a|"]
)
def test_what_is_no_path_is_told_with_its_facet(tmp_path: Path, path: str) -> None:
    facet = f'\n[[browse.facets]]\nname = "hue"\nlabel = "Hue"\npath = "{path}"\n'
    settings = f'[project.prefixes]\ne = "{E}"\n{facet}'
    with pytest.raises(SourceError, match=r"ldpub\.toml.*browse\.facets: hue"):
        project(tmp_path, {"data/a.ttl": ""}, settings)


def test_a_name_that_the_page_needs_is_refused(tmp_path: Path) -> None:
    facet = '\n[[browse.facets]]\nname = "sort"\nlabel = "S"\npath = "rdfs:label"\n'
    with pytest.raises(SourceError, match="this name is taken"):
        project(tmp_path, {"data/a.ttl": ""}, facet)


@pytest.mark.parametrize(
    ("value", "decades"),
    [
        ('"1968"^^xsd:gYear', {"1960"}),
        ('"1968-05-01"^^xsd:date, "2001-05-01T00:00:00Z"^^xsd:dateTime', {"1960", "2000"}),
        ('"1970Z"^^xsd:gYear', {"1970"}),
        ('"-0044"^^xsd:gYear, "12000"^^xsd:gYear, "196"^^xsd:gYear, "then", e:y', set()),
    ],
)
def test_decades(value: str, decades: set[str]) -> None:
    facet = Facet("d", {}, read_path("e:on", {"e": E}), by_decade=True)
    assert {
        text for texts in values(facet, Graph(numbered(turtle(f"e:a e:on {value} .")))).values() for text in texts
    } == decades


def test_values_along_a_path_are_those_of_things_with_iris() -> None:
    text = 'e:a e:has [ e:c "1"^^xsd:boolean ], e:b . e:b e:c true, e:x, [] . [] e:has e:b . e:d e:c 5 .'
    graph = Graph(numbered(turtle(text)))
    along = Facet("f", {}, read_path("e:has/e:c|^e:has/^e:none|e:c", {"e": E}))
    boolean = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    found = {thing.value.removeprefix(E): texts for thing, texts in values(along, graph).items()}
    integer = '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert found == {"a": {boolean, f"<{E}x>"}, "b": {boolean, f"<{E}x>"}, "d": {integer}}


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path) -> None:
    triples = turtle('e:a a e:C, e:D ; e:topic e:x, e:y ; rdfs:label "Ä"@de . e:b a e:C ; e:topic e:y .')
    found = facets(numbered(turtle(SHAPES)), Graph(numbered([])), [], PREFIXES)
    for name, ordered in (("1", triples), ("2", triples[::-1])):
        write_lists(tmp_path / name, Graph(numbered(ordered)), found, ("en", "de"))
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
