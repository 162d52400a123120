"""The service description of the endpoint (SPARQL 1.1 Service Description), without blank nodes."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.formats import GRAPH_FORMATS, SOLUTION_FORMATS
from ldpub.namespaces import DCT, RDF, SD, VOID, XSD
from ldpub.serve.snapshot import Snapshot
from ldpub.store.geography import EXTENSION_FUNCTIONS


def service_description(snapshot: Snapshot, *, federates: bool = False) -> list[Triple]:
    """What the endpoint is, understands, answers in, and holds; `federates` where SERVICE may name other endpoints."""
    iris = snapshot.iris
    service, dataset, default = iris.sparql, iris.sparql + "#dataset", iris.sparql + "#default-graph"
    triples = [
        _link(service, RDF + "type", SD + "Service"),
        _link(service, SD + "endpoint", service),
        _link(service, SD + "supportedLanguage", SD + "SPARQL11Query"),
        *([_link(service, SD + "feature", SD + "BasicFederatedQuery")] if federates else []),
        _link(service, SD + "defaultDataset", dataset),
        *(_link(service, SD + "extensionFunction", function) for function in EXTENSION_FUNCTIONS),
        *(_link(service, SD + "resultFormat", form.iri) for form in (*SOLUTION_FORMATS, *GRAPH_FORMATS)),
        _link(dataset, RDF + "type", SD + "Dataset"),
        _link(dataset, SD + "defaultGraph", default),
        _link(default, RDF + "type", SD + "Graph"),
        *(Triple(NamedNode(default), NamedNode(DCT + "description"), text) for text in _DEFAULT_GRAPH),
        *(_link(default, DCT + "hasPart", graph) for graph in snapshot.manifest.default_graphs),
        _count(default, snapshot.manifest.counts["triples"]),
    ]
    for number, (graph, count) in enumerate(sorted(snapshot.statements.graph_counts().items()), 1):
        node = f"{iris.sparql}#graph-{number}"
        triples += [
            _link(dataset, SD + "namedGraph", node),
            _link(node, RDF + "type", SD + "NamedGraph"),
            _link(node, SD + "name", graph),
            _link(node, SD + "graph", f"{node}-content"),
            _link(f"{node}-content", RDF + "type", SD + "Graph"),
            _count(f"{node}-content", count),
        ]
    return triples


_DEFAULT_GRAPH = (
    Literal("The union of the named graphs, but for the shapes and the report of their validation.", language="en"),
    Literal("Die Vereinigung der benannten Graphen außer den Shapes und dem Bericht ihrer Prüfung.", language="de"),
)
"""sd:UnionDefaultGraph would say that no named graph is left out."""


def _link(subject: str, predicate: str, target: str) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), NamedNode(target))


def _count(graph: str, number: int) -> Triple:
    integer = NamedNode(XSD + "integer")
    return Triple(NamedNode(graph), NamedNode(VOID + "triples"), Literal(str(number), datatype=integer))
