"""The rules without premises: prp-ap, cls-thing, cls-nothing1 and dt-type1 (Tables 5, 6 and 8)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Triple

from ldpub.build.reason.values import RL_DATATYPES
from ldpub.namespaces import OWL, RDF, RDFS

ANNOTATION_PROPERTIES = tuple(
    NamedNode(iri)
    for iri in (
        RDFS + "label",
        RDFS + "comment",
        RDFS + "seeAlso",
        RDFS + "isDefinedBy",
        OWL + "deprecated",
        OWL + "versionInfo",
        OWL + "priorVersion",
        OWL + "backwardCompatibleWith",
        OWL + "incompatibleWith",
    )
)
"""The built-in annotation properties of OWL 2 RL (OWL 2 Structural Specification, section 5.5)."""

_TYPE = NamedNode(RDF + "type")


def classes() -> Iterator[tuple[str, Triple]]:
    """cls-thing and cls-nothing1, from which other rules infer."""
    yield "cls-thing", Triple(NamedNode(OWL + "Thing"), _TYPE, NamedNode(OWL + "Class"))
    yield "cls-nothing1", Triple(NamedNode(OWL + "Nothing"), _TYPE, NamedNode(OWL + "Class"))


def axiomatic_triples() -> Iterator[tuple[str, Triple]]:
    """Each axiomatic triple, with the name of its rule."""
    for annotation in ANNOTATION_PROPERTIES:
        yield "prp-ap", Triple(annotation, _TYPE, NamedNode(OWL + "AnnotationProperty"))
    yield from classes()
    for datatype in sorted(RL_DATATYPES):
        yield "dt-type1", Triple(NamedNode(datatype), _TYPE, NamedNode(RDFS + "Datatype"))
