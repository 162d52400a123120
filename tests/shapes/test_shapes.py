"""The shapes by example (SHACL, 3.4): a valid thing for each node shape, one thing that breaks it for each shape.

The examples are validated all in one graph by pyshacl, and results are told apart by the file that describes the focus
node; where pyshacl-turbo is installed, it must agree, and each example is validated once more on its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import RdfFormat, Triple, parse
from rdflib import RDF, RDFS
from rdflib.namespace import SH

from ldpub.build.shacl import to_rdflib

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SHAPE = "https://w3id.org/city-diplomacy/id/shape/"
PARTS = SHAPE + "part/"
DASH = rdflib.Namespace("http://datashapes.org/dash#")
DESCRIBING = {SH.property, SH.name, SH.message, SH.severity, SH.group, SH.order, SH.path, SH.targetClass}
DESCRIBING |= {DASH.viewer, DASH.propertyRole}
DESCRIBING |= {SH.targetSubjectsOf, SH.targetNode, RDF.type, RDFS.label}

Result = tuple[str, str, str, str, str]
"""Severity, shape, focus node, value and constraint component."""


def read(*paths: Path) -> list[Triple]:
    """The triples of Turtle files."""
    quads = (quad for path in paths for quad in parse(path=str(path), format=RdfFormat.TURTLE))
    return list(dict.fromkeys(quad.triple for quad in quads))


@cache
def shapes() -> rdflib.Graph:
    """All shapes of the project."""
    return to_rdflib(read(*sorted((ROOT / "shapes").glob("*.ttl"))))


@cache
def ontology() -> tuple[Triple, ...]:
    """The ontology and its concept schemes."""
    return tuple(read(*sorted((ROOT / "ontology").glob("*.ttl"))))


@cache
def known() -> tuple[Triple, ...]:
    """Of the ontology, what shapes look up about other things: superclasses, and the schemes of concepts."""
    return tuple(t for t in ontology() if t.predicate.value.endswith(("#subClassOf", "#inScheme")))


@cache
def base() -> tuple[Triple, ...]:
    """What the examples build on."""
    return tuple(read(HERE / "base.ttl"))


@cache
def example(path: Path) -> tuple[Triple, ...]:
    """The triples of one example."""
    return tuple(read(path))


def examples(folder: str) -> list[Path]:
    """The example files of a folder."""
    return sorted((HERE / folder).glob("*.ttl"))


def shape_of(path: Path) -> str:
    """The shape that an example names in its first line, after `# shape:`."""
    match = re.match(r"# shape:(\S+)\n", path.read_text(encoding="utf-8"))
    assert match, f"{path.name} names no shape in its first line"
    return SHAPE + match[1]


def run(engine: Any, triples: Iterable[Triple]) -> list[Result]:
    """The results of a validation by pyshacl, or by pyshacl-turbo in its place."""
    _, report, _ = engine.validate(
        to_rdflib(triples), shacl_graph=shapes(), inference="none", do_owl_imports=False, advanced=False
    )
    return results(report)


def results(report: rdflib.Graph) -> list[Result]:
    """The results of a report, sorted."""
    asked = (SH.resultSeverity, SH.sourceShape, SH.focusNode, SH.value, SH.sourceConstraintComponent)
    found = [[str(report.value(result, one)) for one in asked] for result in report.objects(None, SH.result)]
    return sorted((tier.rsplit("#", 1)[1], shape, focus, value, part) for tier, shape, focus, value, part in found)


@cache
def compiled() -> Any:
    """The shapes as pyshacl-turbo keeps them for many graphs."""
    import pyshacl_turbo

    turbo: Any = pyshacl_turbo
    return turbo.compile_shapes(shapes())


def together() -> list[Triple]:
    """All examples, what they build on, and the ontology."""
    paths = [*examples("valid"), *examples("invalid")]
    return list(dict.fromkeys([*ontology(), *base(), *(t for p in paths for t in example(p))]))


@cache
def by_pyshacl() -> tuple[Result, ...]:
    """What pyshacl finds in all examples together."""
    import pyshacl

    return tuple(run(pyshacl, together()))


@cache
def by_focus() -> Mapping[str, list[Result]]:
    """What pyshacl finds, by focus node."""
    found: dict[str, list[Result]] = defaultdict(list)
    for result in by_pyshacl():
        found[result[2]].append(result)
    return found


def foci(triples: Iterable[Triple]) -> set[str]:
    """The subjects as they stand in a report."""
    nodes = (triple.subject for triple in triples)
    return {node.value for node in nodes if not isinstance(node, Triple)}


def described_in(path: Path) -> set[str]:
    """The things that an example describes and the base does not."""
    return foci(example(path)) - foci(base())


def results_of(path: Path) -> list[Result]:
    """What pyshacl finds about the things of one example."""
    return sorted(result for focus in described_in(path) for result in by_focus().get(focus, []))


def broken(results: Iterable[Result], named: str) -> set[str]:
    """The shapes that are broken; hints (sh:Info) count only where the example is about them."""
    return {shape for tier, shape, *_ in results if tier != "Info" or shape == named}


def all_shapes() -> list[str]:
    """All shapes, parts of shapes included."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    return sorted(str(shape) for kind in kinds for shape in shapes().subjects(RDF.type, kind))


def targets() -> list[str]:
    """All shapes that can be broken: those that are no mere part of another one."""
    return [shape for shape in all_shapes() if not shape.startswith(PARTS)]


def is_constrained(shape: str) -> bool:
    """Whether the shape states a constraint of its own besides its property shapes."""
    return any(predicate not in DESCRIBING for predicate in shapes().predicates(rdflib.URIRef(shape)))


def short(item: str | Path) -> str:
    """The name of a test case."""
    return item.stem if isinstance(item, Path) else item.removeprefix(SHAPE)


def languages(shape: str, predicate: rdflib.URIRef) -> list[str]:
    """The languages of a shape's texts."""
    texts = shapes().objects(rdflib.URIRef(shape), predicate)
    return sorted(text.language or "" for text in texts if isinstance(text, rdflib.Literal))


@pytest.mark.parametrize("shape", all_shapes(), ids=short)
def test_a_shape_is_labelled_and_speaks_both_languages(shape: str) -> None:
    iri = rdflib.URIRef(shape)
    assert languages(shape, RDFS.label) == ["de", "en"]
    assert languages(shape, SH.message) == ["de", "en"]
    if shape in targets():
        assert shapes().value(iri, SH.severity) in {SH.Violation, SH.Warning, SH.Info}
    for constraint in shapes().objects(iri, SH.sparql):
        assert languages(str(constraint), SH.message) == ["de", "en"]


@pytest.mark.parametrize("shape", [s for s in targets() if (rdflib.URIRef(s), SH.path, None) in shapes()], ids=short)
def test_a_property_shape_has_a_name_and_its_place_on_the_page(shape: str) -> None:
    iri = rdflib.URIRef(shape)
    assert languages(shape, SH.name) == ["de", "en"]
    assert shapes().value(iri, SH.order) is not None
    group = shapes().value(iri, SH.group)
    assert (group, RDF.type, SH.PropertyGroup) in shapes()
    assert languages(str(group), RDFS.label) == ["de", "en"]


def test_every_shape_has_an_iri_and_every_part_is_used() -> None:
    graph = shapes()
    linked = {
        node
        for link in (SH.property, SH.node, SH["not"], SH.qualifiedValueShape, SH.sparql)
        for node in graph.objects(None, link)
    }
    linked |= {node for alternatives in graph.objects(None, SH["or"]) for node in graph.items(alternatives)}
    nodes = linked | {node for kind in (SH.NodeShape, SH.PropertyShape) for node in graph.subjects(RDF.type, kind)}
    assert [node for node in nodes if not isinstance(node, rdflib.URIRef)] == []
    assert [str(node) for node in linked if (node, RDF.type, None) not in graph] == []
    assert [shape for shape in all_shapes() if shape.startswith(PARTS) and rdflib.URIRef(shape) not in linked] == []


def test_every_shape_has_its_examples() -> None:
    valid = {shape_of(path) for path in examples("valid")}
    invalid = {shape_of(path) for path in examples("invalid")}
    nodes = {shape for shape in targets() if (rdflib.URIRef(shape), RDF.type, SH.NodeShape) in shapes()}
    breakable = {shape for shape in targets() if is_constrained(shape)}
    assert nodes - valid == set(), "node shapes without a valid example"
    assert breakable - invalid == set(), "shapes without an invalid example"
    assert (valid | invalid) - set(targets()) == set(), "examples of shapes that do not exist"


def test_the_base_and_the_ontology_break_no_shape() -> None:
    about = foci(base()) | foci(ontology())
    assert [result for result in by_pyshacl() if result[2] in about and result[0] != "Info"] == []


@pytest.mark.parametrize("path", examples("valid"), ids=short)
def test_a_valid_example_breaks_no_shape(path: Path) -> None:
    assert broken(results_of(path), shape_of(path)) == set()


@pytest.mark.parametrize("path", examples("invalid"), ids=short)
def test_an_invalid_example_breaks_its_shape_and_no_other(path: Path) -> None:
    assert broken(results_of(path), shape_of(path)) == {shape_of(path)}
    tier = str(shapes().value(rdflib.URIRef(shape_of(path)), SH.severity)).rsplit("#", 1)[1]
    assert {result[0] for result in results_of(path) if result[1] == shape_of(path)} == {tier}


needs_turbo = pytest.mark.skipif(find_spec("pyshacl_turbo") is None, reason="pyshacl-turbo is not installed")


@needs_turbo
def test_both_engines_agree_on_all_examples() -> None:
    import pyshacl_turbo

    assert run(pyshacl_turbo, together()) == list(by_pyshacl())


@needs_turbo
@pytest.mark.parametrize("path", examples("invalid"), ids=short)
def test_an_example_is_judged_alike_alone_and_among_the_others(path: Path) -> None:
    _, report, _ = compiled().validate(to_rdflib([*known(), *base(), *example(path)]))
    about = described_in(path)
    assert [result for result in results(report) if result[2] in about] == results_of(path)
