"""Which terms a project's ontology defines and which its statements use (OWL 2 Structural Specification, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from pyoxigraph import NamedNode, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.naming import namespace_of
from ldpub.build.numbered import KINDS, Listed, Term
from ldpub.build.rows import joined
from ldpub.namespaces import OWL, RDF, RDFS

_TYPE = RDF + "type"
_CLASSES = frozenset(
    NamedNode(iri) for iri in (OWL + "Class", RDFS + "Class", RDFS + "Datatype", OWL + "DeprecatedClass")
)
_PROPERTIES = frozenset(
    NamedNode(iri)
    for iri in (
        RDF + "Property",
        *(OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty", "OntologyProperty")),
        *(OWL + kind for kind in ("FunctionalProperty", "InverseFunctionalProperty", "TransitiveProperty")),
        *(OWL + kind for kind in ("SymmetricProperty", "AsymmetricProperty", "ReflexiveProperty")),
        *(OWL + kind for kind in ("IrreflexiveProperty", "DeprecatedProperty")),
    )
)
_ONTOLOGY = NamedNode(OWL + "Ontology")
_DEFINING = frozenset((*_CLASSES, *_PROPERTIES, _ONTOLOGY))


@dataclass(frozen=True)
class Used:
    """How a term is used: the first statement that does so, and how many do."""

    triple: Triple
    count: int


class Usage:
    """The terms of a dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._types: dict[NamedNode, set[NamedNode]] = {}
        self._asserted = joined([dataset.graphs[name] for name in dataset.asserted_graphs])
        self._inferred = joined([dataset.graph("inferred")])
        self.values: Mapping[tuple[NamedNode, type], Used] = self._values()
        """Properties, with the kind of their values."""
        self.classes: Mapping[NamedNode, Used] = self._classes()
        """Classes that things are said to be of."""

    def _values(self) -> dict[tuple[NamedNode, type], Used]:
        listed = self._asserted
        kinds = listed.terms.kinds[listed.numbers[:, 2]]
        found = _first(listed, listed.numbers[:, 1].astype(np.int64) * KINDS + kinds)
        return {(used.triple.predicate, type(used.triple.object)): used for used in found}

    def _classes(self) -> dict[NamedNode, Used]:
        listed = _typing(self._asserted)
        defining = [listed.terms.numbers.get(kind, -1) for kind in _DEFINING]
        for triple in listed.where(np.isin(listed.numbers[:, 2], defining)):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode):
                self._types.setdefault(triple.subject, set()).add(triple.object)
        found = _first(listed, listed.numbers[:, 2].astype(np.int64))
        return {used.triple.object: used for used in found if isinstance(used.triple.object, NamedNode)}

    @property
    def predicates(self) -> dict[NamedNode, Used]:
        """Properties, whatever the kind of their values."""
        found: dict[NamedNode, Used] = {}
        for (predicate, _), used in self.values.items():
            other = found.get(predicate)
            found[predicate] = Used(other.triple, other.count + used.count) if other else used
        return found

    @cached_property
    def defined(self) -> frozenset[str]:
        """The IRIs of which the files of the ontology say something, and those that data says to be terms."""
        said = {t.subject.value for t in self._dataset.graph("ontology") if isinstance(t.subject, NamedNode)}
        return frozenset(said | {term.value for term in self._types})

    @cached_property
    def own(self) -> frozenset[str]:
        """The namespaces of the project's own ontologies: of its owl:Ontology, and of terms under its base."""
        base = self._dataset.project.config.base
        found = {namespace_of(iri) for iri in (*self.class_names, *self.property_names) if iri.startswith(base)}
        for term, types in self._types.items():
            if _ONTOLOGY in types:
                found |= {term.value + end for end in ("#", "/")} | ({term.value} if term.value[-1] in "#/" else set())
        return frozenset(found & {namespace_of(iri) for iri in (*self.class_names, *self.property_names)})

    @cached_property
    def class_names(self) -> tuple[str, ...]:
        """Classes and datatypes that are defined."""
        return tuple(term.value for term, types in self._types.items() if types & _CLASSES)

    @cached_property
    def property_names(self) -> tuple[str, ...]:
        """Properties that are defined."""
        return tuple(term.value for term, types in self._types.items() if types & _PROPERTIES)

    def kinds(self, term: NamedNode) -> set[NamedNode]:
        """What a term is said to be: owl:Class, owl:ObjectProperty and so on."""
        return self._types.get(term, set())

    def is_undefined(self, iri: str) -> bool:
        """Whether an IRI is in a namespace of the project's own ontologies, and they say nothing of it."""
        return namespace_of(iri) in self.own and iri not in self.defined

    @cached_property
    def subjects(self) -> frozenset[Term]:
        """Everything of which something is said, by the project or by its rules; found only where it is asked for."""
        return self._asserted.column(0) | self._inferred.column(0)

    @cached_property
    def all_classes(self) -> frozenset[Term]:
        """Every class that a thing is of, inferred or not."""
        return _typing(self._asserted).column(2) | _typing(self._inferred).column(2)

    @cached_property
    def all_predicates(self) -> frozenset[Term]:
        """Every property that is used, inferred or not."""
        return self._asserted.column(1) | self._inferred.column(1)


def _typing(listed: Listed) -> Listed:
    """The triples that say of what classes things are."""
    return listed.where(listed.numbers[:, 1] == listed.terms.number(_TYPE))


def _first(listed: Listed, keys: npt.NDArray[np.int64]) -> list[Used]:
    """Of the triples with one key each the first, and how many there are; in the order of these."""
    _, places, counts = np.unique(keys, return_index=True, return_counts=True)
    found = sorted(zip(places.tolist(), counts.tolist(), strict=True))
    return [Used(listed[place], count) for place, count in found]
