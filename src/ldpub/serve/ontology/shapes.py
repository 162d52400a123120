"""The shapes of a release (SHACL, 2): which there are, what they target, and what came of the validation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from ldpub.iris import IriPolicy
from ldpub.namespaces import OWL, RDF, RDFS, SH
from ldpub.serve.ontology.graph import Graph, Term
from ldpub.serve.ontology.paths import properties_of
from ldpub.serve.statements import Statements

TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_CLASSES = {NamedNode(OWL + "Class"), NamedNode(RDFS + "Class")}
_PARAMETERS = ("property", "path", "node", "or", "and", "xone", "not", "sparql", "closed", "pattern", "nodeKind", "in")


class Shapes:
    """The shapes graph of a release; `results` are those of validation by shape and severity, each by its IRI."""

    def __init__(self, statements: Statements, iris: IriPolicy, groups: Iterable[Mapping[str, Any]]) -> None:
        """`groups` are the groups of results with their counts, as the report begins with them."""
        self.iri = iris.graph("shapes")
        self._base = iris.base
        self.graph = Graph(quad.triple for quad in statements.of_graph(NamedNode(self.iri)))
        self.results = _results(groups)

    @cached_property
    def node_shapes(self) -> list[Term]:
        """The shapes that have a target or a name and are no property shapes of another, those with a target first."""
        graph = self.graph
        found = [*graph.subjects(RDF + "type", NamedNode(SH + "NodeShape"))]
        found += [shape for name in (*TARGETS, *_PARAMETERS) for shape in graph.having(SH + name)]
        inner = set(_property_shapes(graph))
        shown = dict.fromkeys(s for s in found if self._is_shown(s) and s not in inner)
        return sorted(shown, key=lambda shape: (not self.is_targeted(shape), str(shape)))

    def _is_shown(self, shape: Term) -> bool:
        return isinstance(shape, NamedNode) or self.is_targeted(shape)

    def is_targeted(self, shape: Term) -> bool:
        """Whether a shape has a target."""
        return bool(self.classes(shape)) or any(self.graph.objects(shape, SH + name) for name in TARGETS)

    def classes(self, shape: Term) -> list[Term]:
        """The classes that a shape targets, itself if it is one (SHACL, 2.1.3.3)."""
        found = list(self.graph.objects(shape, SH + "targetClass"))
        is_class = _CLASSES & set(self.graph.objects(shape, RDF + "type"))
        return [*found, shape] if is_class and shape not in found else found

    def properties(self, shape: Term) -> Sequence[Term]:
        """The property shapes of a shape; a property shape with a target is its own."""
        if self.graph.value(shape, SH + "path") is not None:
            return (shape,)
        return self.graph.objects(shape, SH + "property")

    @cached_property
    def of_class(self) -> Mapping[Term, Sequence[Term]]:
        """The shapes that target each class."""
        found: dict[Term, list[Term]] = defaultdict(list)
        for shape in self.node_shapes:
            for one in self.classes(shape):
                found[one].append(shape)
        return found

    @cached_property
    def of_property(self) -> Mapping[Term, Sequence[tuple[Term, Term]]]:
        """The property shapes in whose path each property is, with the shape that they belong to."""
        found: dict[Term, list[tuple[Term, Term]]] = defaultdict(list)
        for shape in self.node_shapes:
            for part in self.properties(shape):
                path = self.graph.value(part, SH + "path")
                for one in properties_of(self.graph, path) if path is not None else ():
                    found[one].append((shape, part))
            for name in ("targetSubjectsOf", "targetObjectsOf"):
                for one in self.graph.objects(shape, SH + name):
                    found[one].append((shape, shape))
        return found

    @cached_property
    def anchors(self) -> Mapping[Term, str]:
        """The fragment by which each shape and property shape is found on the page of shapes."""
        named = [*self.node_shapes, *(part for shape in self.node_shapes for part in self.properties(shape))]
        return {term: self._anchor(term.value) for term in named if isinstance(term, NamedNode)}

    def _anchor(self, iri: str) -> str:
        """What follows the base and `id/`; the whole IRI where that is not unique, or is an identifier of the page."""
        short = iri.removeprefix(self._base)
        return iri if short == iri or not short or short.startswith("page-") else short.removeprefix("id/")


def _property_shapes(graph: Graph) -> list[Term]:
    return [part for shape in graph.having(SH + "property") for part in graph.objects(shape, SH + "property")]


def _results(groups: Iterable[Mapping[str, Any]]) -> Mapping[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in groups:
        found[one["shape"]][SH + one["severity"]] += one["count"]
    return found
