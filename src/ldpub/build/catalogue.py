"""Catalogue: adds the graph that describes the data set: DCAT 3 for portals, VoID for those who ask SPARQL.

Nothing here depends on the clock: the same input gives the same triples. No node is blank.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from ldpub import formats
from ldpub.build.dataset import Dataset
from ldpub.build.distributions import DUMPS, dump_name
from ldpub.config import Config, Text
from ldpub.iris import IriPolicy
from ldpub.namespaces import DCAT, DCT, FOAF, OWL, PREFIXES, RDF, RDFS, SD, VOID, XSD

_VCARD = "http://www.w3.org/2006/vcard/ns#"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPE = "http://www.iana.org/assignments/media-types/"
_EU_LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
_LANGUAGES = {"de": "DEU", "en": "ENG", "fr": "FRA", "es": "SPA", "it": "ITA", "nl": "NLD", "pl": "POL", "uk": "UKR"}
_FILE_TYPES = {"N_TRIPLES": "RDF_N_TRIPLES", "TURTLE": "RDF_TURTLE"}


def catalogue(dataset: Dataset) -> Dataset:
    """The dataset with its graph `catalogue`."""
    triples = (*_dcat(dataset.project.config, dataset.project.iris), *_void(dataset))
    return dataset.with_graph(dataset.project.iris.graph("catalogue"), triples)


def _dcat(config: Config, iris: IriPolicy) -> Iterator[Triple]:
    catalogue_iri, dataset_iri, service = iris.catalogue, iris.dataset, iris.sparql
    yield _type(catalogue_iri, DCAT + "Catalog")
    yield _type(dataset_iri, DCAT + "Dataset")
    yield _type(service, DCAT + "DataService")
    yield _link(catalogue_iri, DCAT + "dataset", dataset_iri)
    yield _link(catalogue_iri, DCAT + "service", service)
    yield _link(catalogue_iri, FOAF + "homepage", iris.base)
    yield _link(service, DCAT + "endpointURL", service)
    yield _link(service, DCAT + "servesDataset", dataset_iri)
    yield _link(service, DCT + "conformsTo", "http://www.w3.org/TR/sparql11-protocol/")
    yield _link(dataset_iri, DCAT + "landingPage", iris.base)
    yield _text(dataset_iri, DCT + "identifier", iris.dataset)
    for node in (catalogue_iri, dataset_iri, service):
        yield from _described(node, config)
        yield from _published(node, config, iris)
    yield from _dated(config, dataset_iri)
    for theme in config["project.themes"]:
        yield _link(dataset_iri, DCAT + "theme", theme)
    yield from _contact(config, iris)
    yield from _distributions(config, iris)


def _described(node: str, config: Config) -> Iterator[Triple]:
    yield from _texts(node, DCT + "title", config.text("project.title"))
    yield from _texts(node, DCT + "description", config.text("project.description"))
    if license_iri := config["project.license"]:
        yield _link(node, DCT + "license", license_iri)
    for tag in config.languages:
        if tag in _LANGUAGES:
            yield _link(node, DCT + "language", _EU_LANGUAGE + _LANGUAGES[tag])


def _dated(config: Config, node: str) -> Iterator[Triple]:
    for key in ("issued", "modified"):
        if value := config[f"project.{key}"]:
            yield Triple(NamedNode(node), NamedNode(DCT + key), Literal(value, datatype=NamedNode(XSD + "date")))
    if version := config["project.version"]:
        yield _text(node, DCAT + "version", version)
    for tag, words in config["project.keywords"].items():
        for word in words:
            yield Triple(NamedNode(node), NamedNode(DCAT + "keyword"), Literal(word, language=tag))


def _published(node: str, config: Config, iris: IriPolicy) -> Iterator[Triple]:
    publisher: Mapping[str, str] = config["project.publisher"]
    if not publisher:
        return
    agent = publisher.get("iri") or iris.base + "id/publisher"
    yield _link(node, DCT + "publisher", agent)
    yield _type(agent, FOAF + "Agent")
    yield _text(agent, FOAF + "name", publisher["name"])
    if homepage := publisher.get("homepage"):
        yield _link(agent, FOAF + "homepage", homepage)


def _contact(config: Config, iris: IriPolicy) -> Iterator[Triple]:
    contact: Mapping[str, str] = config["project.contact"]
    if not contact:
        return
    node = contact.get("iri") or iris.base + "id/contact"
    yield _link(iris.dataset, DCAT + "contactPoint", node)
    yield _type(node, _VCARD + "Organization")
    yield _type(node, _VCARD + "Kind")
    yield _text(node, _VCARD + "fn", contact["name"])
    if homepage := contact.get("homepage"):
        yield _link(node, _VCARD + "hasURL", homepage)
    if email := contact.get("email"):
        yield _link(node, _VCARD + "hasEmail", "mailto:" + email)


def _distributions(config: Config, iris: IriPolicy) -> Iterator[Triple]:
    for syntax in DUMPS:
        node = f"{iris.dataset}/dist/{syntax.name}-gz"
        url = f"{iris.base}dump/{dump_name(iris.slug, syntax)}"
        yield from _distribution(node, config, iris, f"{syntax.label} (gzip)")
        yield _link(node, DCAT + "accessURL", iris.base)
        yield _link(node, DCAT + "downloadURL", url)
        yield _link(node, DCT + "format", _FILE_TYPE + _FILE_TYPES[syntax.engine])
        yield _link(node, DCAT + "mediaType", _MEDIA_TYPE + syntax.media_type)
        yield _link(node, DCAT + "compressFormat", _MEDIA_TYPE + "application/gzip")
    node = f"{iris.dataset}/dist/sparql"
    yield from _distribution(node, config, iris, "SPARQL")
    yield _link(node, DCAT + "accessURL", iris.sparql)
    yield _link(node, DCT + "format", _FILE_TYPE + "JSON")
    yield _link(node, DCAT + "mediaType", _MEDIA_TYPE + formats.RESULTS_JSON.media_type)


def _distribution(node: str, config: Config, iris: IriPolicy, name: str) -> Iterator[Triple]:
    yield _link(iris.dataset, DCAT + "distribution", node)
    yield _type(node, DCAT + "Distribution")
    yield from _texts(node, DCT + "title", {t: f"{text} – {name}" for t, text in config.text("project.title").items()})
    if license_iri := config["project.license"]:
        yield _link(node, DCT + "license", license_iri)


def _void(dataset: Dataset) -> Iterator[Triple]:
    """VoID statistics of everything but the catalogue itself (VoID, 4)."""
    iris, config = dataset.project.iris, dataset.project.config
    node = iris.base + "void#dataset"
    triples = dataset.union
    yield _type(iris.base + "void", VOID + "DatasetDescription")
    yield _link(iris.base + "void", FOAF + "primaryTopic", node)
    yield from _texts(
        iris.base + "void", DCT + "title", {t: f"VoID: {x}" for t, x in config.text("project.title").items()}
    )
    yield _type(node, VOID + "Dataset")
    yield from _texts(node, DCT + "title", config.text("project.title"))
    yield _link(node, RDFS + "seeAlso", iris.dataset)
    yield _link(node, VOID + "sparqlEndpoint", iris.sparql)
    yield _text(node, VOID + "uriSpace", iris.base)
    for syntax in DUMPS:
        yield _link(node, VOID + "dataDump", f"{iris.base}dump/{dump_name(iris.slug, syntax)}")
    if license_iri := config["project.license"]:
        yield _link(node, DCT + "license", license_iri)
    for example in config["project.examples"]:
        yield _link(node, VOID + "exampleResource", example)
    for vocabulary in sorted({v for t in triples if (v := _namespace(t.predicate.value))}):
        yield _link(node, VOID + "vocabulary", vocabulary)
    yield from _statistics(node, triples, iris)


def _statistics(node: str, triples: Iterable[Triple], iris: IriPolicy) -> Iterator[Triple]:
    subjects: set[object] = set()
    objects: set[object] = set()
    properties: Counter[str] = Counter()
    instances: dict[str, set[object]] = defaultdict(set)
    total = 0
    for triple in triples:
        total += 1
        subjects.add(triple.subject)
        objects.add(triple.object)
        properties[triple.predicate.value] += 1
        if triple.predicate == _TYPE and isinstance(triple.object, NamedNode):
            instances[triple.object.value].add(triple.subject)
    entities = {s for s in subjects if isinstance(s, NamedNode) and s.value.startswith(iris.base)}
    yield _count(node, VOID + "triples", total)
    yield _count(node, VOID + "entities", len(entities))
    yield _count(node, VOID + "classes", len(instances))
    yield _count(node, VOID + "properties", len(properties))
    yield _count(node, VOID + "distinctSubjects", len(subjects))
    yield _count(node, VOID + "distinctObjects", len(objects))
    for name in sorted(instances):
        part = f"{iris.base}void#class-{_local(name)}"
        yield _link(node, VOID + "classPartition", part)
        yield _type(part, VOID + "Dataset")
        yield _link(part, VOID + "class", name)
        yield _count(part, VOID + "entities", len(instances[name]))
    for name in sorted(properties):
        part = f"{iris.base}void#property-{_local(name)}"
        yield _link(node, VOID + "propertyPartition", part)
        yield _type(part, VOID + "Dataset")
        yield _link(part, VOID + "property", name)
        yield _count(part, VOID + "triples", properties[name])


def _local(iri: str) -> str:
    """A readable and unique fragment for a term: its prefix and local name, else its IRI with dashes and a digest."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[\w.-]+", local := iri.removeprefix(namespace)):
            return f"{prefix}-{local}"
    digest = hashlib.sha256(iri.encode()).hexdigest()[:8]
    return re.sub(r"[^A-Za-z0-9]+", "-", iri.split("://", 1)[-1]).strip("-") + "-" + digest


def _namespace(iri: str) -> str | None:
    """The namespace of a term, unless it is one of the standards that every data set uses."""
    namespace = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
    return None if namespace in (RDF, RDFS, OWL, SD) or namespace.endswith("://") else namespace or None


_TYPE = NamedNode(RDF + "type")


def _type(node: str, name: str) -> Triple:
    return Triple(NamedNode(node), _TYPE, NamedNode(name))


def _link(node: str, name: str, target: str) -> Triple:
    return Triple(NamedNode(node), NamedNode(name), NamedNode(target))


def _text(node: str, name: str, value: str) -> Triple:
    return Triple(NamedNode(node), NamedNode(name), Literal(value))


def _texts(node: str, name: str, texts: Text) -> Iterator[Triple]:
    for tag, value in texts.items():
        if value:
            yield Triple(NamedNode(node), NamedNode(name), Literal(value, language=tag) if tag else Literal(value))


def _count(node: str, name: str, number: int) -> Triple:
    return Triple(NamedNode(node), NamedNode(name), Literal(str(number), datatype=NamedNode(XSD + "integer")))
