"""The feed: catalogue, data sets, distributions, services in DCAT-AP 3.0.1 and DCAT-AP.de 3.0.

What harvesters do decides its form. No node is blank (data.europa.eu tells changes by hashes of the bytes); nothing
leads from a data set back to the catalogue or to other data sets (GovData copies all that can be reached); no node of
a licence, format, right or provenance has an rdfs:label (ckanext-dcat stores the label in place of the IRI); no
distribution names an accessService (ckanext-dcat cannot export what it imports then).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pyoxigraph import Triple

from ldpub.build.authority import (
    DATA_THEME,
    EU,
    FILE_TYPE,
    LICENCE_SCHEME,
    LICENCE_TYPES,
    MEDIA_TYPE,
    PUBLISHER_TYPES,
    SHA256,
    THEMES,
    code_of,
    language_of,
    licence_of,
    readable,
)
from ldpub.build.distributions import Dump
from ldpub.build.products import Product
from ldpub.build.services import Service, services_of
from ldpub.build.triples import link, plain, texts, typed, value_of
from ldpub.config import Config, Text
from ldpub.iris import IriPolicy
from ldpub.namespaces import ADMS, DCAT, DCATAP, DCATDE, DCT, FOAF, GEO, SKOS, SPDX, VCARD

_TITLE_OF = {"de": "{title} als {form}", "en": "{title} as {form}"}
_TITLE_AT = {"en": "{title} – {form}"}
_ABOUT = {
    "de": "Alle Aussagen des Datensatzes in einer Datei: {form}.",
    "en": "All statements of the data set in one file: {form}.",
}
_TABLES_ABOUT = {
    "de": "Eine Tabelle für jede Klasse, mit Metadaten nach CSV on the Web: {form}.",
    "en": "A table of each class, with metadata as CSV on the Web: {form}.",
}
_ENDPOINT_ABOUT = {
    "de": "Der Datensatz an einem Endpunkt für Abfragen: {form}.",
    "en": "The data set behind an endpoint for queries: {form}.",
}


def feed(
    config: Config, iris: IriPolicy, offered: Sequence[tuple[Product, Sequence[Dump]]], standards: Sequence[str]
) -> Iterator[Triple]:
    """Every triple of the feed: the products, all of the data first, with their dumps, and the services of the site.

    `standards` are the IRIs of the project's ontologies.
    """
    products = [product for product, _ in offered]
    services = services_of(iris)
    yield from _catalogue(config, iris, products, services)
    for service in services:
        yield from _service(service, config, iris, products[0])
    for product, dumps in offered:
        yield from _dataset(product, config, iris, standards)
        for dump in dumps:
            yield from _dump(dump, product, config, iris)
        if product is products[0]:
            for service in services:
                if service.gives_data:
                    yield from _endpoint(service, product, config)


def _catalogue(
    config: Config, iris: IriPolicy, products: Sequence[Product], services: Sequence[Service]
) -> Iterator[Triple]:
    node = iris.catalogue
    yield from typed(node, DCAT + "Catalog")
    yield from texts(node, DCT + "title", config.text("project.title"))
    yield from texts(node, DCT + "description", _described(config.text("project.description"), config))
    yield from _common(node, config, iris)
    yield link(node, FOAF + "homepage", iris.base)
    yield from typed(iris.base, FOAF + "Document")
    yield from _days(node, config.values)
    yield from _places(node, config.values)
    yield link(node, DCAT + "themeTaxonomy", DATA_THEME)
    yield from typed(DATA_THEME, SKOS + "ConceptScheme")
    yield from texts(DATA_THEME, DCT + "title", {"en": "Data theme", "de": "Themenkategorie"})
    for product in products:
        yield link(node, DCAT + "dataset", product.iri)
    for service in services:
        yield link(node, DCAT + "service", service.iri)


def _service(service: Service, config: Config, iris: IriPolicy, product: Product) -> Iterator[Triple]:
    node = service.iri
    yield from typed(node, DCAT + "DataService")
    yield from texts(node, DCT + "title", _in_each(config.text("project.title"), _TITLE_AT, service.name))
    yield from texts(node, DCT + "description", _of_languages(service.description, config))
    yield link(node, DCAT + "endpointURL", service.iri)
    yield link(node, DCAT + "endpointDescription", service.described_by)
    yield link(node, DCAT + "servesDataset", product.iri)
    yield link(node, DCT + "conformsTo", service.standard)
    yield from typed(service.standard, DCT + "Standard")
    yield from _common(node, config, iris)
    yield from _rights(node, config)
    yield from _contact(node, config, iris)
    yield from _subjects(node, config.values)


def _dataset(product: Product, config: Config, iris: IriPolicy, standards: Sequence[str]) -> Iterator[Triple]:
    node, settings = product.iri, product.settings
    yield from typed(node, DCAT + "Dataset")
    yield from texts(node, DCT + "title", product.title)
    yield from texts(node, DCT + "description", _described(product.description, config))
    yield plain(node, DCT + "identifier", node)
    for name in (DCAT + "landingPage", FOAF + "page"):
        yield link(node, name, f"{node}.html")
    yield from typed(f"{node}.html", FOAF + "Document")
    yield from _publisher(node, config, iris)
    yield from _contact(node, config, iris)
    yield from _languages(node, config)
    yield from _subjects(node, settings)
    yield from _days(node, settings)
    yield from _places(node, settings)
    yield from _period(node, settings)
    config = replace(config, values=settings)
    yield from _rights(node, config)
    if version := config["project.version"]:
        yield plain(node, DCAT + "version", version)
    yield from texts(node, ADMS + "versionNotes", config.text("catalogue.version_notes"))
    yield from _concept(node, DCATAP + "availability", config["catalogue.availability"])
    if frequency := config["catalogue.frequency"]:
        yield link(node, DCT + "accrualPeriodicity", frequency)
        yield from typed(frequency, DCT + "Frequency")
    for key, name in (("contributor", "contributorID"), ("geocoding_level", "politicalGeocodingLevelURI")):
        if value := config[f"catalogue.{key}"]:
            yield link(node, DCATDE + name, value)
    for standard in standards:
        yield link(node, DCT + "conformsTo", standard)
        yield from typed(standard, DCT + "Standard")
    yield from _statement(node, "provenance", DCT + "ProvenanceStatement", config)


def _dump(dump: Dump, product: Product, config: Config, iris: IriPolicy) -> Iterator[Triple]:
    node = f"{product.iri}/dist/{dump.key}"
    url = f"{iris.base}dump/{dump.name}"
    yield from _distribution(node, product, config, dump.label, _TABLES_ABOUT if dump.packed else _ABOUT)
    yield link(node, DCAT + "accessURL", product.iri)
    yield link(node, DCAT + "downloadURL", url)
    yield from _format(node, dump.file_type, dump.media_type)
    for name, media_type in (("compressFormat", dump.compressed), ("packageFormat", dump.packed)):
        if media_type:
            yield link(node, DCAT + name, MEDIA_TYPE + media_type)
            yield from typed(MEDIA_TYPE + media_type, DCT + "MediaType")
    yield value_of(node, DCAT + "byteSize", str(dump.size), "nonNegativeInteger")
    yield link(node, SPDX + "checksum", f"{node}#sha256")
    yield from typed(f"{node}#sha256", SPDX + "Checksum")
    yield link(f"{node}#sha256", SPDX + "algorithm", SHA256)
    yield from typed(SHA256, SPDX + "ChecksumAlgorithm")
    yield value_of(f"{node}#sha256", SPDX + "checksumValue", dump.sha256, "hexBinary")


def _endpoint(service: Service, product: Product, config: Config) -> Iterator[Triple]:
    """A service as portal users find it: among the distributions."""
    node = f"{product.iri}/dist/{service.key}"
    yield from _distribution(node, product, config, service.name, _ENDPOINT_ABOUT)
    yield link(node, DCAT + "accessURL", service.iri)
    yield from _format(node, "JSON", service.media_type)


def _distribution(node: str, product: Product, config: Config, form: str, about: Text) -> Iterator[Triple]:
    """What all distributions have: the licence is theirs, for portals look for it there."""
    config = replace(config, values=product.settings)
    yield link(product.iri, DCAT + "distribution", node)
    yield from typed(node, DCAT + "Distribution")
    yield from texts(node, DCT + "title", _in_each(product.title, _TITLE_OF, form))
    yield from texts(node, DCT + "description", _in_each(product.title, about, form))
    yield from _licence(node, config)
    yield from texts(node, DCATDE + "licenseAttributionByText", config.text("catalogue.attribution"))
    yield from _statement(node, "rights", DCT + "RightsStatement", config, product.iri)
    yield from _days(node, product.settings)
    yield from _languages(node, config)
    yield from _concept(node, DCATAP + "availability", config["catalogue.availability"])
    yield from _concept(node, ADMS + "status", EU + "distribution-status/COMPLETED")


def _common(node: str, config: Config, iris: IriPolicy) -> Iterator[Triple]:
    yield from _publisher(node, config, iris)
    yield from _licence(node, config)
    yield from _languages(node, config)


def _publisher(node: str, config: Config, iris: IriPolicy) -> Iterator[Triple]:
    publisher: Mapping[str, str] = config["project.publisher"]
    if not publisher:
        return
    agent = publisher.get("iri") or iris.base + "id/publisher"
    yield link(node, DCT + "publisher", agent)
    yield from typed(agent, FOAF + "Agent", FOAF + "Organization")
    yield plain(agent, FOAF + "name", publisher["name"])
    if homepage := publisher.get("homepage"):
        yield link(agent, FOAF + "homepage", homepage)
        yield from typed(homepage, FOAF + "Document")
    if kind := publisher.get("type"):
        yield from _concept(agent, DCT + "type", kind, PUBLISHER_TYPES + "1.0")


def _contact(node: str, config: Config, iris: IriPolicy) -> Iterator[Triple]:
    contact: Mapping[str, str] = config["project.contact"]
    if not contact:
        return
    office = contact.get("iri") or iris.base + "id/contact"
    yield link(node, DCAT + "contactPoint", office)
    yield from typed(office, VCARD + "Organization", VCARD + "Kind")
    yield plain(office, VCARD + "fn", contact["name"])
    for key, name, scheme in _WAYS:
        if value := contact.get(key):
            yield link(office, VCARD + name, scheme + value)


_WAYS = (("homepage", "hasURL", ""), ("telephone", "hasTelephone", "tel:"), ("email", "hasEmail", "mailto:"))


def _licence(node: str, config: Config) -> Iterator[Triple]:
    """The licence by its IRI of the German list, where it has one: portals there and in Europe know that."""
    given = config["project.license"]
    if not given:
        return
    known = licence_of(given)
    iri = known.iri if known else given
    yield link(node, DCT + "license", iri)
    yield from typed(iri, DCT + "LicenseDocument")
    if known:
        yield plain(iri, DCT + "title", known.name)
        yield link(iri, SKOS + "inScheme", LICENCE_SCHEME)
        yield link(iri, SKOS + "exactMatch", known.page)
        yield from _concept(iri, DCT + "type", LICENCE_TYPES + known.kind, LICENCE_TYPES + "1.0")


def _languages(node: str, config: Config) -> Iterator[Triple]:
    for tag in config.languages:
        if language := language_of(tag):
            yield link(node, DCT + "language", language)
            yield from typed(language, DCT + "LinguisticSystem")


def _subjects(node: str, settings: Mapping[str, object]) -> Iterator[Triple]:
    keywords, themes = settings["project.keywords"], settings["project.themes"]
    assert isinstance(keywords, Mapping)
    for tag, words in keywords.items():
        for word in words:
            yield from texts(node, DCAT + "keyword", {tag: word})
    assert isinstance(themes, Sequence)
    for theme in themes:
        yield link(node, DCAT + "theme", theme)
        yield from typed(theme, SKOS + "Concept")
        yield from texts(theme, SKOS + "prefLabel", THEMES.get(code_of(theme)) or readable(code_of(theme)))
        yield link(theme, SKOS + "inScheme", theme.rpartition("/")[0])


def _days(node: str, settings: Mapping[str, object]) -> Iterator[Triple]:
    for key in ("issued", "modified"):
        if day := settings[f"project.{key}"]:
            yield value_of(node, DCT + key, str(day), "date")


def _places(node: str, settings: Mapping[str, object]) -> Iterator[Triple]:
    """Each dct:Location with its bounding box and centre as WKT (GeoSPARQL, 8.5): longitude first."""
    places = settings["catalogue.spatial"]
    assert isinstance(places, Sequence)
    for place in places:
        yield link(node, DCT + "spatial", place["iri"])
        yield from typed(place["iri"], DCT + "Location")
        name = place.get("name", {})
        yield from texts(place["iri"], SKOS + "prefLabel", {"": name} if isinstance(name, str) else name)
        if box := place.get("bbox"):
            west, south, east, north = (f"{number:g}" for number in box)
            ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
            corners = ", ".join(f"{x} {y}" for x, y in ring)
            yield value_of(place["iri"], DCAT + "bbox", f"POLYGON(({corners}))", GEO + "wktLiteral")
            centre = f"POINT({(box[0] + box[2]) / 2:g} {(box[1] + box[3]) / 2:g})"
            yield value_of(place["iri"], DCAT + "centroid", centre, GEO + "wktLiteral")


def _period(node: str, settings: Mapping[str, object]) -> Iterator[Triple]:
    period = settings["catalogue.temporal"]
    assert isinstance(period, Mapping)
    ends = {name: day for name, day in period.items() if day}
    if ends:
        yield link(node, DCT + "temporal", f"{node}/period")
        yield from typed(f"{node}/period", DCT + "PeriodOfTime")
    for name, day in ends.items():
        yield value_of(f"{node}/period", f"{DCAT}{name}Date", day, "date")


def _rights(node: str, config: Config) -> Iterator[Triple]:
    access = config["catalogue.access_rights"]
    yield link(node, DCT + "accessRights", access)
    yield from typed(access, DCT + "RightsStatement")


def _format(node: str, file_type: str, media_type: str) -> Iterator[Triple]:
    yield link(node, DCT + "format", FILE_TYPE + file_type)
    yield from typed(FILE_TYPE + file_type, DCT + "MediaTypeOrExtent")
    yield link(node, DCAT + "mediaType", MEDIA_TYPE + media_type)
    yield from typed(MEDIA_TYPE + media_type, DCT + "MediaType")


def _statement(node: str, key: str, kind: str, config: Config, owner: str = "") -> Iterator[Triple]:
    """A text of the settings as a node of the data set's own."""
    words = config.text(f"catalogue.{key}")
    if any(words.values()):
        yield link(node, DCT + key, f"{owner or node}/{key}")
        yield from typed(f"{owner or node}/{key}", kind)
        yield from texts(f"{owner or node}/{key}", DCT + "description", words)


def _concept(node: str, name: str, iri: str, scheme: str = "") -> Iterator[Triple]:
    """A value from an authority table, typed and named as DCAT-AP's range shapes want it."""
    yield link(node, name, iri)
    yield from typed(iri, SKOS + "Concept")
    yield from texts(iri, SKOS + "prefLabel", readable(code_of(iri)))
    yield link(iri, SKOS + "inScheme", scheme or iri.rpartition("/")[0])


def _described(text: Text, config: Config) -> Text:
    """A description, or the title where there is none: DCAT-AP takes no data set without one."""
    return text if any(text.values()) else config.text("project.title")


def _of_languages(words: Text, config: Config) -> Text:
    """The texts in the languages of the site, in English where it has none of them."""
    found = {tag: words[tag.partition("-")[0]] for tag in config.languages if tag.partition("-")[0] in words}
    return found or {"en": words["en"]}


def _in_each(title: Text, pattern: Text, form: str) -> Text:
    """A pattern filled in for each language of the title."""
    return {
        tag: pattern.get(tag.partition("-")[0], pattern["en"]).format(title=text, form=form)
        for tag, text in title.items()
        if text
    }
