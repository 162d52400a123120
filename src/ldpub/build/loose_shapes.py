"""Shapes that do nothing: their target, their path or a shape that they name is not there (SHACL, 2.1.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.locate import Locator
from ldpub.build.naming import Names, nearest
from ldpub.build.numbered import Term
from ldpub.build.shape_faults import slip_fault
from ldpub.build.shape_syntax import Shapes, unknown_datatypes
from ldpub.build.usage import Usage
from ldpub.errors import Fault
from ldpub.namespaces import RDF, SH


def loose_shapes(dataset: Dataset, usage: Usage, names: Names, locator: Locator) -> Iterator[Fault]:
    """A warning for each statement of the shapes that leads nowhere."""
    triples = dataset.graph("shapes")
    shapes = Shapes(triples)
    for slip in unknown_datatypes(shapes, names):
        yield slip_fault(slip, locator, severity="warning")
    ends, listed = _Ends(shapes, usage, names), _listed(shapes)
    for triple in triples:
        predicate = triple.predicate.value
        name = predicate.removeprefix(SH) if predicate.startswith(SH) else listed.get(triple)
        if name and isinstance(triple.object, NamedNode) and (told := ends.told(name, triple.object)):
            yield locator.warning(triple, triple.object, *told)


def _listed(shapes: Shapes) -> dict[Triple, str]:
    """The statements that make a member of a list, each with the property of SHACL whose value the list is."""
    found: dict[Triple, str] = {}
    for triple in shapes.triples:
        name = triple.predicate.value.removeprefix(SH)
        node = triple.object
        while name in _LISTS and node in shapes.by and (first := shapes.by[node].get(RDF + "first")):
            if first[0] in found:
                break
            found[first[0]] = name
            node = shapes.by[node][RDF + "rest"][0].object
    return found


class _Ends:
    """Says of the values in shapes which lead nowhere, and what was probably meant."""

    def __init__(self, shapes: Shapes, usage: Usage, names: Names) -> None:
        self._usage = usage
        self._names = names
        self._shapes = {term.value for term in shapes.by if isinstance(term, NamedNode)}

    def told(self, name: str, term: NamedNode) -> tuple[str, str] | None:
        """What is wrong with the value of a property of SHACL, and the mend; None where it leads somewhere."""
        usage, iri = self._usage, term.value
        shown = self._names.iri(iri)
        if name == "targetClass" and term not in usage.all_classes and iri not in usage.defined:
            return f"sh:targetClass targets nothing: no thing is of the class {shown}", self._mend(
                iri, usage.class_names
            )
        if name in _OF_PROPERTIES and term not in usage.all_predicates and iri not in usage.defined:
            return f"sh:{name} targets nothing: no statement has the property {shown}", self._mend(
                iri, usage.property_names
            )
        if name == "targetNode" and term not in usage.subjects:
            return f"sh:targetNode targets {shown}, of which nothing is said", self._mend(iri, _iris(usage.subjects))
        if name in _SHAPES and iri not in self._shapes:
            return f"sh:{name} names {shown}, which is no shape, so nothing is asked", self._mend(iri, self._shapes)
        if name in _TERMS and usage.is_undefined(iri):
            known = usage.class_names if name in ("class", "datatype") else usage.property_names
            return f"sh:{name} names {shown}, which the ontology does not define", self._mend(iri, known)
        return None

    def _mend(self, iri: str, known: Iterable[str]) -> str:
        near = nearest(iri, known)
        return f"did you mean {self._names.iri(near)}?" if near else "mend the name, or define it"


def _iris(terms: Iterable[Term]) -> Iterator[str]:
    return (term.value for term in terms if isinstance(term, NamedNode))


_OF_PROPERTIES = frozenset(("targetSubjectsOf", "targetObjectsOf"))
_LISTS_OF_SHAPES = ("and", "or", "xone")
_SHAPES = frozenset((*_LISTS_OF_SHAPES, "node", "property", "not", "qualifiedValueShape"))
_PATHS = ("path", "alternativePath", "inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals", "ignoredProperties")
_LISTS = frozenset((*_LISTS_OF_SHAPES, "path", "alternativePath", "ignoredProperties"))
_TERMS = frozenset((*_PATHS, *_PAIRS, "class", "datatype"))
