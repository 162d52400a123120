"""What leads nowhere though each part is well-formed: names that nothing defines. Warnings, for a slip passes silently.

Only the namespaces of the project's own ontologies are held to it, since only they are known to be whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.build.dataset import Dataset
from ldpub.build.locate import Locator
from ldpub.build.loose_settings import loose_queries, loose_settings
from ldpub.build.loose_shapes import loose_shapes
from ldpub.build.naming import Names, nearest
from ldpub.build.usage import Usage, Used
from ldpub.errors import Fault
from ldpub.namespaces import OWL


def loose_ends(dataset: Dataset, locator: Locator, names: Names) -> list[Fault]:
    """A warning for each, at the first place where it stands, with what was probably meant."""
    usage = Usage(dataset)
    return [
        *_undefined(usage, names, locator),
        *_wrong_values(usage, names, locator),
        *loose_shapes(dataset, usage, names, locator),
        *loose_queries(dataset, usage, names),
        *loose_settings(dataset, usage, names),
    ]


def _undefined(usage: Usage, names: Names, locator: Locator) -> Iterator[Fault]:
    """Classes and properties of statements that the ontology does not define."""
    uses: tuple[tuple[Iterable[tuple[NamedNode, Used]], tuple[str, ...], str], ...] = (
        (usage.classes.items(), usage.class_names, "a owl:Class"),
        (usage.predicates.items(), usage.property_names, "a owl:ObjectProperty (or owl:DatatypeProperty)"),
    )
    for used_terms, known, kind in uses:
        for term, used in used_terms:
            if usage.is_undefined(term.value):
                near = nearest(term.value, known)
                define = f"define it in the ontology: {names.iri(term.value)} {kind} ."
                mend = f"did you mean {names.iri(near)}? Otherwise {define}" if near else define
                yield _at(used, term, f"the ontology does not define {names.iri(term.value)}", mend, locator)


def _wrong_values(usage: Usage, names: Names, locator: Locator) -> Iterator[Fault]:
    """Literals of object properties, and things as values of datatype properties (OWL 2 Structural Spec., 5.3, 5.4)."""
    for (predicate, kind), used in usage.values.items():
        kinds = usage.kinds(predicate)
        if _OBJECT in kinds and _DATATYPE not in kinds and kind is Literal:
            said, mend = "a literal", "write an IRI, or make it an owl:DatatypeProperty"
            name = "an owl:ObjectProperty"
        elif _DATATYPE in kinds and _OBJECT not in kinds and kind in (NamedNode, BlankNode):
            said, mend = "a thing", "write a literal, or make it an owl:ObjectProperty"
            name = "an owl:DatatypeProperty"
        else:
            continue
        value = names.term(used.triple.object)
        message = f"{names.iri(predicate.value)} is {name}, but its value here is {said}: {value}"
        yield _at(used, predicate, message, mend, locator)


def _at(used: Used, term: NamedNode, message: str, mend: str, locator: Locator) -> Fault:
    more = f" ({used.count} statements)" if used.count > 1 else ""
    return locator.warning(used.triple, term, message + more, mend)


_OBJECT, _DATATYPE = NamedNode(OWL + "ObjectProperty"), NamedNode(OWL + "DatatypeProperty")
