"""VoID (W3C 2011): what is in the data set, in numbers that SPARQL confirms, and to which others it links.

The numbers count the union of the graphs that are named as subsets: all but the catalogue, which holds them itself.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from pyoxigraph import Triple

from ldpub.build.authority import licence_of
from ldpub.build.distributions import SYNTAXES, Dump
from ldpub.build.numbered import IRI, Triples
from ldpub.build.triples import count, link, plain, texts, typed, value_of
from ldpub.config import Config
from ldpub.iris import IriPolicy
from ldpub.namespaces import DCT, FOAF, OWL, PREFIXES, RDF, RDFS, SD, VOID


def void(
    config: Config, iris: IriPolicy, triples: Triples, dumps: Sequence[Dump], graphs: Mapping[str, int]
) -> Iterator[Triple]:
    """The description of everything but the catalogue itself (VoID, 2 to 5), at `{base}void`.

    `graphs` are the named graphs whose union `triples` are, each with the number of its triples.
    """
    page, node = iris.base + "void", iris.base + "void#dataset"
    title = config.text("project.title")
    yield from typed(page, VOID + "DatasetDescription")
    yield link(page, FOAF + "primaryTopic", node)
    yield from texts(page, DCT + "title", {tag: f"VoID: {text}" for tag, text in title.items()})
    yield from typed(node, VOID + "Dataset")
    yield from texts(node, DCT + "title", title)
    yield from texts(node, DCT + "description", _counted(config))
    for graph in sorted(graphs):
        yield link(node, VOID + "subset", graph)
        yield from typed(graph, VOID + "Dataset")
        yield count(graph, VOID + "triples", graphs[graph])
    yield link(node, RDFS + "seeAlso", iris.dataset)
    yield link(node, FOAF + "homepage", iris.base)
    yield link(node, VOID + "sparqlEndpoint", iris.sparql)
    yield plain(node, VOID + "uriSpace", iris.base)
    for syntax in SYNTAXES:
        yield link(node, VOID + "feature", syntax.iri)
    for dump in dumps:
        yield link(node, VOID + "dataDump", f"{iris.base}dump/{dump.name}")
    if given := config["project.license"]:
        known = licence_of(given)
        yield link(node, DCT + "license", known.page if known else given)
    for key in ("issued", "modified"):
        if day := config[f"project.{key}"]:
            yield value_of(node, DCT + key, day, "date")
    for example in config["project.examples"]:
        yield link(node, VOID + "exampleResource", example)
    for vocabulary in sorted(_vocabularies(triples)):
        yield link(node, VOID + "vocabulary", vocabulary)
    yield from _statistics(node, triples, iris)
    yield from _linksets(node, triples, iris, config["catalogue.targets"])


_COUNTED = {
    "de": "Gezählt ist die Vereinigung der benannten Graphen, die hier Teilmengen sind, ohne den Graphen des Katalogs.",
    "en": "Counted is the union of the named graphs that are subsets here, without the graph of the catalogue.",
}


def _counted(config: Config) -> dict[str, str]:
    """The project's description, and which graphs the numbers are of, in the languages of description and title."""
    described = config.text("project.description")
    return {
        tag: f"{described.get(tag, '')} {_COUNTED.get(tag.partition('-')[0], _COUNTED['en'])}".strip()
        for tag in {**described, **config.text("project.title")}
    }


def _statistics(node: str, triples: Triples, iris: IriPolicy) -> Iterator[Triple]:
    terms = triples.terms
    properties = {terms.values[number]: triples.count(number) for number in triples.predicates}
    instances = _instances(triples)
    yield count(node, VOID + "triples", len(triples))
    yield count(node, VOID + "entities", sum(iri.startswith(iris.base) for iri in triples.iris(triples.s)))
    yield count(node, VOID + "classes", len(instances))
    yield count(node, VOID + "properties", len(properties))
    yield count(node, VOID + "distinctSubjects", len(np.unique(triples.s)))
    yield count(node, VOID + "distinctObjects", len(np.unique(triples.o)))
    for name in sorted(instances):
        part = f"{iris.base}void#class-{_local(name)}"
        yield link(node, VOID + "classPartition", part)
        yield from typed(part, VOID + "Dataset")
        yield link(part, VOID + "class", name)
        yield count(part, VOID + "entities", instances[name])
    for name in sorted(properties):
        part = f"{iris.base}void#property-{_local(name)}"
        yield link(node, VOID + "propertyPartition", part)
        yield from typed(part, VOID + "Dataset")
        yield link(part, VOID + "property", name)
        yield count(part, VOID + "triples", properties[name])


def _instances(triples: Triples) -> Counter[str]:
    """How many things each class has."""
    terms = triples.terms
    return Counter(terms.values[kind] for _, kind in triples.of(RDF + "type") if terms.kinds[kind] == IRI)


def _linksets(node: str, triples: Triples, iris: IriPolicy, targets: Mapping[str, str]) -> Iterator[Triple]:
    """A void:Linkset for each data set that is linked to and each property that links (VoID, 5)."""
    found = {name: _links(triples, start) for name, start in targets.items()}
    for name, links in found.items():
        target = f"{iris.base}void#target-{name.lower()}"
        if links:
            yield from typed(target, VOID + "Dataset")
            yield plain(target, DCT + "title", name)
            yield plain(target, VOID + "uriSpace", targets[name])
        for predicate in sorted(links):
            part = f"{iris.base}void#links-{name.lower()}-{_local(predicate)}"
            yield link(node, VOID + "subset", part)
            yield from typed(part, VOID + "Linkset")
            yield link(part, VOID + "subjectsTarget", node)
            yield link(part, VOID + "objectsTarget", target)
            yield link(part, VOID + "linkPredicate", predicate)
            yield count(part, VOID + "triples", links[predicate])


def _links(triples: Triples, start: str) -> dict[str, int]:
    """How many triples of each property lead to an IRI that begins so."""
    terms = triples.terms
    begins = np.fromiter((value.startswith(start) for value in terms.values), bool, len(terms))
    found = np.unique(triples.p[(begins & (terms.kinds == IRI))[triples.o]], return_counts=True)
    return {terms.values[number]: many for number, many in zip(*map(np.ndarray.tolist, found), strict=True)}


def _local(iri: str) -> str:
    """A readable and unique fragment for a term: its prefix and local name, else its IRI with dashes and a digest."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[\w.-]+", local := iri.removeprefix(namespace)):
            return f"{prefix}-{local}"
    digest = hashlib.sha256(iri.encode()).hexdigest()[:8]
    return re.sub(r"[^A-Za-z0-9]+", "-", iri.split("://", 1)[-1]).strip("-") + "-" + digest


def _vocabularies(triples: Triples) -> set[str]:
    """The namespaces of the properties and classes in use, without those that every data set has."""
    terms = {triples.terms.values[number] for number in triples.predicates} | _instances(triples).keys()
    spaces = {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms}
    return {space for space in spaces if space and space not in (RDF, RDFS, OWL, SD) and not space.endswith("://")}
