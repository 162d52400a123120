"""FAIR Signposting of landing pages: typed links in the header (level 1), the same as a linkset (level 2, RFC 9264).

And the page for search engines: schema.org/Dataset as JSON-LD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ldpub.formats import GRAPH_FORMATS, HTML, Format
from ldpub.iris import path_of, relative, uri_of
from ldpub.namespaces import DCAT, DCT, FOAF, SKOS
from ldpub.release import Manifest
from ldpub.serve.exchange import Exchange
from ldpub.serve.feed import Record
from ldpub.serve.language import choose_text

LINKSET = Format("linkset", "Linkset", ("application/linkset+json",), "json", "", "")
_MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
_PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
_TYPES = ("https://schema.org/AboutPage", "https://schema.org/Dataset")


@dataclass(frozen=True)
class Signpost:
    """One typed link: its relation (IANA), its target, the media type there."""

    relation: str
    target: str
    media_type: str = ""


def signposts(record: Record, dataset: str, license_page: str) -> list[Signpost]:
    """The links of a data set's landing page."""
    posts = [Signpost("cite-as", dataset), *(Signpost("type", kind) for kind in _TYPES)]
    posts += [Signpost("describedby", f"{dataset}.{form.suffix}", form.media_type) for form in GRAPH_FORMATS]
    for node in record.values(dataset, DCAT + "distribution"):
        if url := record.value(node, DCAT + "downloadURL"):
            posts.append(Signpost("item", url, packed_as(record, node)))
    posts += [Signpost("author", agent) for agent in record.values(dataset, DCT + "publisher")]
    return posts + ([Signpost("license", license_page)] if license_page else [])


def described_posts(posts: Sequence[Signpost], dataset: str) -> list[Signpost]:
    """The links of the landing page's RDF: it is no landing page, but describes one (FAIR Signposting, level 2)."""
    kept = [post for post in posts if post.relation in ("cite-as", "license")]
    return [Signpost("describes", f"{dataset}.html", HTML.media_type), *kept]


def packed_as(record: Record, distribution: str) -> str:
    """The media type of a distribution's bytes: of the coding or package that they are in."""
    names = ("compressFormat", "packageFormat", "mediaType")
    found = (record.value(distribution, DCAT + name) for name in names)
    return next((iri.removeprefix(_MEDIA_TYPES) for iri in found if iri), "application/octet-stream")


def header_links(posts: Sequence[Signpost], exchange: Exchange) -> list[str]:
    """The links as values of the Link field (RFC 8288); those of the site are relative, whatever its host.

    What names the data set or who made it is a public IRI and stays whole. The licence stands there anyway.
    """
    base = exchange.snapshot.iris.base
    whole = {"cite-as", "author", "type"}
    found = []
    for post in posts:
        if post.relation != "license":
            is_own = post.relation not in whole and post.target.startswith(base)
            target = relative(path_of(post.target, base), exchange.path) if is_own else uri_of(post.target)
            kind = f'; type="{post.media_type}"' if post.media_type else ""
            found.append(f'<{target}>; rel="{post.relation}"{kind}')
    return found


def linkset(posts: Sequence[Signpost], dataset: str) -> bytes:
    """The links as application/linkset+json (RFC 9264, 4.2), with those back from each item and each description."""
    landing = f"{dataset}.html"
    own: dict[str, Any] = {"anchor": landing}
    for post in posts:
        own.setdefault(post.relation, []).append(_target(post.target, post.media_type))
    items = [
        {"anchor": post.target, "collection": [_target(landing, HTML.media_type)]}
        for post in posts
        if post.relation == "item"
    ]
    descriptions: list[dict[str, Any]] = []
    for post in posts:
        if post.relation == "describedby":
            descriptions.append({"anchor": post.target})
            for back in described_posts(posts, dataset):
                descriptions[-1].setdefault(back.relation, []).append(_target(back.target, back.media_type))
    return (json.dumps({"linkset": [own, *items, *descriptions]}, ensure_ascii=False, indent=1) + "\n").encode()


def _creators(manifest: Manifest) -> list[dict[str, str]]:
    """Who made the data, where that is another than its publisher."""
    if not manifest.creator:
        return []
    members = {"@id": manifest.creator.get("iri"), "url": manifest.creator.get("homepage")}
    known = {key: value for key, value in members.items() if value}
    return [{"@type": "Organization", "name": manifest.creator["name"], **known}]


def schema_org(record: Record, dataset: str, exchange: Exchange) -> dict[str, Any]:
    """The data set as schema.org/Dataset."""
    manifest = exchange.snapshot.manifest

    def text(texts: Mapping[str, str]) -> str:
        return choose_text(texts, exchange.language, manifest.languages) or ""

    agents = [
        {
            "@type": "Organization",
            "@id": agent,
            "name": text(record.names(agent)),
            "url": record.value(agent, FOAF + "homepage"),
        }
        for agent in record.values(dataset, DCT + "publisher")
    ]
    values = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": dataset,
        "name": text(record.texts(dataset, DCT + "title")),
        "description": text(record.texts(dataset, DCT + "description")),
        "url": f"{dataset}.html",
        "identifier": dataset,
        "inLanguage": exchange.language,
        "license": _license_page(record, dataset) or manifest.license,
        "keywords": _keywords(record, dataset, exchange.language),
        "creator": _creators(manifest) or agents,
        "publisher": agents,
        "version": record.value(dataset, DCAT + "version"),
        "datePublished": record.value(dataset, DCT + "issued"),
        "dateModified": record.value(dataset, DCT + "modified"),
        "isAccessibleForFree": record.value(dataset, DCT + "accessRights") == _PUBLIC,
        "temporalCoverage": _period(record, dataset),
        "spatialCoverage": [_place(record, place) for place in record.values(dataset, DCT + "spatial")],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": exchange.snapshot.iris.catalogue,
            "name": text(manifest.title),
        },
        "distribution": list(_downloads(record, dataset)),
    }
    return {name: _pruned(value) for name, value in values.items() if value not in ("", [], {})}


def _target(href: str, media_type: str) -> dict[str, str]:
    return {"href": href, "type": media_type} if media_type else {"href": href}


def _pruned(value: Any) -> Any:
    if isinstance(value, list):
        return [_pruned(one) for one in value]
    return {k: v for k, v in value.items() if v not in ("", {}, None)} if isinstance(value, dict) else value


def _license_page(record: Record, dataset: str) -> str:
    """The licence's own page, which search engines know, and not the German list's IRI, which portals know."""
    licences = (record.value(node, DCT + "license") for node in record.values(dataset, DCAT + "distribution"))
    return next((page for licence in licences if (page := record.value(licence, SKOS + "exactMatch"))), "")


def _keywords(record: Record, dataset: str, language: str) -> list[str]:
    keywords = record.keywords(dataset)
    return keywords.get(language, keywords.get("", next(iter(keywords.values()), [])))


def _period(record: Record, dataset: str) -> str:
    """An ISO 8601 interval, open where an end is not known."""
    period = record.value(dataset, DCT + "temporal")
    ends = [record.value(period, DCAT + name) for name in ("startDate", "endDate")] if period else []
    return "/".join(day or ".." for day in ends)


def _place(record: Record, place: str) -> dict[str, Any]:
    """A place with its box as `south west north east`, from the WKT of its dcat:bbox."""
    corners = re.findall(r"(-?[0-9.]+(?:e-?[0-9]+)?) (-?[0-9.]+(?:e-?[0-9]+)?)", record.value(place, DCAT + "bbox"))
    found: dict[str, Any] = {"@type": "Place", "@id": place}
    if len(corners) > 2:
        (west, south), (east, north) = corners[0], corners[2]
        found["geo"] = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
    return found


def _downloads(record: Record, dataset: str) -> Iterator[dict[str, Any]]:
    for node in record.values(dataset, DCAT + "distribution"):
        if url := record.value(node, DCAT + "downloadURL"):
            yield {
                "@type": "DataDownload",
                "contentUrl": url,
                "encodingFormat": record.value(node, DCAT + "mediaType").removeprefix(_MEDIA_TYPES),
                "contentSize": f"{record.value(node, DCAT + 'byteSize')} B",
            }
