"""Which terms a project's ontology defines and which its statements use (OWL 2 Structural Specification, 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.naming import namespace_of
from ldpub.namespaces import OWL, RDF, RDFS

Term = NamedNode | BlankNode | Literal | Triple

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
        first: dict[tuple[str, type], Triple] = {}
        counts: dict[tuple[str, type], list[int]] = {}
        types: list[Triple] = []
        for triple in dataset.asserted:
            predicate = triple.predicate.value
            key = (predicate, type(triple.object))
            count = counts.get(key)
            if count is None:
                first[key], counts[key] = triple, [1]
            else:
                count[0] += 1
            if predicate == _TYPE:
                types.append(triple)
        self.values: Mapping[tuple[NamedNode, type], Used] = {
            (triple.predicate, kind): Used(triple, counts[predicate, kind][0])
            for (predicate, kind), triple in first.items()
        }
        """Properties, with the kind of their values."""
        self.classes: Mapping[NamedNode, Used] = _by_object(types)
        """Classes that things are said to be of."""
        for triple in types:
            kind = triple.object
            if isinstance(triple.subject, NamedNode) and isinstance(kind, NamedNode) and kind in _DEFINING:
                self._types.setdefault(triple.subject, set()).add(kind)

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
        return frozenset(map(attrgetter("subject"), self._stated))

    @cached_property
    def all_classes(self) -> frozenset[Term]:
        """Every class that a thing is of, inferred or not."""
        inferred = (t.object for t in self._dataset.graph("inferred") if t.predicate.value == _TYPE)
        return frozenset((*self.classes, *inferred))

    @cached_property
    def all_predicates(self) -> frozenset[NamedNode]:
        """Every property that is used, inferred or not."""
        inferred = map(attrgetter("predicate"), self._dataset.graph("inferred"))
        return frozenset((*(predicate for predicate, _ in self.values), *inferred))

    @property
    def _stated(self) -> Iterable[Triple]:
        yield from self._dataset.asserted
        yield from self._dataset.graph("inferred")


def _by_object(triples: Iterable[Triple]) -> dict[NamedNode, Used]:
    first: dict[NamedNode, Triple] = {}
    counts: Counter[NamedNode] = Counter()
    for triple in triples:
        if isinstance(triple.object, NamedNode):
            first.setdefault(triple.object, triple)
            counts[triple.object] += 1
    return {term: Used(triple, counts[term]) for term, triple in first.items()}
