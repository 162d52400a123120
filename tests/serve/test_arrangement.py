"""Pages say things in the order, and under the headings, that the shapes give."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from ldpub.build.documents import write_documents
from ldpub.serve.arrangement import Arrangement, Place, read_arrangement
from ldpub.serve.statements import Statements
from small import dataset_of
from web import BROWSER, Web

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix ex: <http://example.org/> .
ex:place a sh:PropertyGroup ; sh:order 20 .
ex:names a sh:PropertyGroup ; sh:order 10.5 .
ex:CityShape a sh:NodeShape ; sh:targetClass ex:City ; sh:node ex:NamedShape ;
  sh:property ex:CityShape-lat, [ sh:path ex:country ; sh:group ex:place ; sh:order 1 ], [ sh:path ex:loose ] .
ex:CityShape-lat sh:path ex:lat ; sh:group ex:place ; sh:order "two" .
ex:NamedShape sh:node ex:CityShape ; sh:property [ sh:path ex:name ; sh:group ex:names ; sh:order 1 ] .
ex:Person a owl:Class ; sh:property [ sh:path ex:name ; sh:order 3 ], [ sh:path ( ex:a ex:b ) ; sh:order 4 ] .
"""
EX = "http://example.org/"


@pytest.fixture(scope="module")
def arrangement(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arrangement]:
    path = tmp_path_factory.mktemp("arrangement") / "documents.sqlite"
    graph = NamedNode(EX + "graph/shapes")
    triples = (quad.triple for quad in parse(SHAPES, RdfFormat.TURTLE))
    write_documents(path, dataset_of(Quad(t.subject, t.predicate, t.object, graph) for t in triples))
    with closing(Statements(path)) as statements:
        yield read_arrangement(statements)


def test_places_come_from_the_shapes_of_the_classes_and_those_they_include(arrangement: Arrangement) -> None:
    assert arrangement.of([EX + "City"]) == {
        EX + "name": Place(10.5, EX + "names", 1),
        EX + "country": Place(20, EX + "place", 1),
        EX + "lat": Place(20, EX + "place", math.inf),
        EX + "loose": Place(),
    }


def test_a_class_that_is_a_shape_has_places_and_a_longer_path_has_none(arrangement: Arrangement) -> None:
    assert arrangement.of([EX + "Person"]) == {EX + "name": Place(order=3)}


def test_of_several_places_the_first_counts(arrangement: Arrangement) -> None:
    assert arrangement.of([EX + "Person", EX + "City"])[EX + "name"] == Place(10.5, EX + "names", 1)
    assert arrangement.of([EX + "Nothing"]) == {}


def test_a_page_has_the_headings_in_their_order_and_language(site: str) -> None:
    with Web(site) as web:
        german, english = (web.get(f"/doc/city/hannover?lang={code}", BROWSER).text for code in ("de", "en"))
    for page, headings in (
        (german, ("Angaben", "Verbindungen")),
        (english, ("Facts", "Connections")),
    ):
        places = [page.index(f"<h2>{heading}</h2>") for heading in headings]
        assert places == sorted(places)


def test_the_order_of_facts_is_that_of_names_first_and_identifiers_last_in_each_language(site: str) -> None:
    with Web(site) as web:
        pages = [web.get(f"/doc/city/hannover?lang={code}", BROWSER).text for code in ("de", "en")]
    orders = [
        re.findall(
            r'<dt><a href="[^"]*(?:[#/]|term=)(\w+)(?:&amp;lang=..)?"', page.partition("facts")[2].partition("</dl>")[0]
        )
        for page in pages
    ]
    assert orders[0] == orders[1]
    assert orders[0][0] == "altLabel"
    assert orders[0].index("country") < orders[0].index("lat") < orders[0].index("long") < orders[0].index("sameAs")
