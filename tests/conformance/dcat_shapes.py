"""The official shapes of DCAT-AP 3.0.1, DCAT-AP.de 3.0 and GovData's dashboard, read from $LDPUB_CONFORMANCE.

Their known defects are treated here, each where it is: what is left is what they demand.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl_turbo
import rdflib
from pyoxigraph import Triple
from rdflib.namespace import SH, SKOS

from ldpub.build.shacl import _quiet, to_rdflib
from ldpub.namespaces import SPDX

ROOT = Path(os.environ.get("LDPUB_CONFORMANCE", Path(__file__).parents[2] / "../shared/conformance"))
SHAPES = ROOT / "dcat-shapes"
VOCABULARIES = ROOT / "dcat-vocab"

_SHAPE = rdflib.URIRef("http://www.w3.org/ns/shacl#shape")
DCAT_AP = (
    "dcat-ap-3.0.1/shacl_dcat-ap-SHACL.ttl",
    "dcat-ap-3.0.1/html_shacl_shapes.ttl",
    "dcat-ap-3.0.1/html_shacl_range.ttl",  # in place of shacl_ranges.ttl, whose property shapes are mostly undefined
    "dcat-ap-3.0.1/html_shacl_mdr-vocabularies.shape.ttl",
    "dcat-ap-3.0.1/html_shacl_shapes_recommended.ttl",
)
DCAT_AP_DE = (
    "dcat-ap-3.0.0/dcat-ap-SHACL.ttl",
    "dcat-ap-de-3.0/dcat-ap-SHACL-DE.ttl",
    "dcat-ap-de-3.0/dcat-ap-de-controlledvocabularies.ttl",
    "dcat-ap-de-3.0/dcat-ap-de-deprecated.ttl",
    "dcat-ap-de-3.0/dcat-ap-spec-german-additions.ttl",
)
DASHBOARD = ("govdata-dashboard/db-shapes.ttl",)


@dataclass(frozen=True)
class Result:
    """One top-level result."""

    severity: str
    focus: str
    path: str
    component: str
    message: str


def are_there() -> bool:
    """Whether shapes and vocabularies can be read."""
    return SHAPES.is_dir() and VOCABULARIES.is_dir()


@cache
def shapes(names: tuple[str, ...]) -> rdflib.Graph:
    """Official shapes as one graph, without the property shapes that DCAT-AP 3.0.1 names and does not define."""
    graph = rdflib.Graph()
    for name in names:
        text = (SHAPES / name).read_text(encoding="utf-8")
        # DCAT-AP.de binds dcatap to another namespace than DCAT-AP, so that its rules about availability never fire.
        graph.parse(
            data=text.replace("<http://data.europa.eu/r5r#> .", "<http://data.europa.eu/r5r/> ."), format="turtle"
        )
    for shape, meant in list(graph.subject_objects(_SHAPE)):  # no term of SHACL; sh:node is meant
        graph.remove((shape, _SHAPE, meant))
        graph.add((shape, SH.node, meant))
    for shape, shaped in list(graph.subject_objects(SH.property)):
        if (shaped, None, None) not in graph:
            graph.remove((shape, SH.property, shaped))
    return graph


@cache
def compiled(names: tuple[str, ...]) -> Any:
    """The same, ready to be used many times."""
    return pyshacl_turbo.compile_shapes(shapes(names))  # type: ignore[no-untyped-call]


@cache
def vocabularies() -> rdflib.Graph:
    """The controlled vocabularies, that shapes look values up in."""
    graph = rdflib.Graph()
    for path in sorted(VOCABULARIES.glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


def validate(feed: Iterable[Triple], names: tuple[str, ...]) -> list[Result]:
    """What official shapes say of the nodes of a feed; the vocabularies are only there to be looked up."""
    feed = list(feed)
    graph = to_rdflib(feed)
    for node in set(graph.objects()):
        for looked_up in (node, *vocabularies().objects(node, SKOS.inScheme)):
            graph += vocabularies().triples((looked_up, None, None))
    with _quiet():
        _, report, _ = compiled(names).validate(graph)
    own = {str(getattr(triple.subject, "value", "")) for triple in feed}
    results = []
    for node in report.objects(None, SH.result):
        component = str(report.value(node, SH.sourceConstraintComponent)).rpartition("#")[2]
        severity = re.split("[#/]", str(report.value(node, SH.resultSeverity)))[-1]
        focus, path = (report.value(node, SH[name]) for name in ("focusNode", "resultPath"))
        is_looked_up = str(focus) not in own and (focus, None, None) in vocabularies()
        # spdx:algorithm must match https://spdx.org there; the namespace is http.
        is_defect = str(path) == SPDX + "algorithm" and component == "NodeConstraintComponent"
        if not is_looked_up and not is_defect:
            message = str(report.value(node, SH.resultMessage))
            results.append(Result(severity, str(focus), str(path), component, message))
    return sorted(results, key=str)
