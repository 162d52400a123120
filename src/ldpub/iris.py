"""The URI policy: which IRI names what under a base, and how thing, document, graph and request path go together.

Cool URIs for the Semantic Web (W3C 2008), RFC 3987 for what a request path means as an IRI.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

THING = "id/"
DOCUMENT = "doc/"

_RESERVED = re.compile(r"[:@!$&'()*+,;=]")
_RESERVED_BY_COMPONENT = re.compile(r"[:@$&+,;=]")
"""Those that ECMAScript's encodeURIComponent encodes."""

_PLAIN = re.compile(r"[A-Za-z0-9_.~/:#-]*")
"""A path that is its own encoding, as nearly all are."""

_PERCENT_UTF8 = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")


@dataclass(frozen=True)
class IriPolicy:
    """All IRIs that ldpub itself makes; `base` ends with a slash."""

    base: str

    @property
    def ontology(self) -> str:
        """The ontology, its graph's terms being `#` fragments of it."""
        return self.base + "ontology"

    @property
    def sparql(self) -> str:
        """The SPARQL endpoint."""
        return self.base + "sparql"

    @property
    def reconciliation(self) -> str:
        """The reconciliation service."""
        return self.base + "reconcile"

    @property
    def catalogue(self) -> str:
        """The dcat:Catalog."""
        return self.base + "catalog"

    @property
    def slug(self) -> str:
        """The name of the data set in paths: the last segment of the base's path, or of its host."""
        return re.sub(r"[^a-z0-9-]+", "-", self.base.rstrip("/").rsplit("/", 1)[-1].lower()).strip("-") or "dataset"

    @property
    def dataset(self) -> str:
        """The dcat:Dataset."""
        return f"{self.base}dataset/{self.slug}"

    def graph(self, name: str) -> str:
        """The named graph of a step or file: `ontology`, `inferred`, `data/books`."""
        return f"{self.base}graph/{quote(name, safe='/-._~')}"

    def document(self, iri: str) -> str | None:
        """The document that describes an IRI, or None where the IRI is not under the base.

        A fragment is described by the IRI before it; a thing under `id/` by its twin under `doc/`; pages that the
        site has anyway (ontology, catalogue, graphs) by themselves; any other IRI of the base by `doc/` + its path.
        """
        if not iri.startswith(self.base):
            return None
        if "#" in iri:
            return iri.split("#", 1)[0]
        path = iri.removeprefix(self.base)
        if path.startswith((DOCUMENT, "graph/", "dataset/", "release/", "dump/")) or path in OWN_PAGES or not path:
            return iri
        if path.startswith("ontology/"):
            return iri
        return self.base + DOCUMENT + path.removeprefix(THING)

    def is_hidden(self, iri: str) -> bool:
        """Whether the site's own pages would hide a thing of this name."""
        path = iri.removeprefix(self.base) if iri.startswith(self.base) else ""
        return re.split("[/#?]", path, maxsplit=1)[0] in SITE_PATHS

    def is_of_site(self, iri: str) -> bool:
        """Whether it names what the site adds to the project's data: the catalogue, its data sets and services."""
        path = iri.removeprefix(self.base) if iri.startswith(self.base) else ""
        return self.is_hidden(iri) or path.startswith(("dataset/", "graph/"))

    def things(self, document_path: str) -> tuple[str, str]:
        """The IRIs that `doc/<document_path>` may describe: the one under `id/`, and the one without it."""
        return self.base + THING + document_path, self.base + document_path

    def iris(self, request_path: str) -> tuple[str, ...]:
        """The IRIs that a request path (percent-encoded, without its leading slash) may mean, the likeliest first.

        As it stands; with percent-encoded UTF-8 as characters (RFC 3987, 3.2); with the reserved characters encoded,
        which a server that decodes the path can no longer tell from the bare ones (RFC 3986, 2.2); and with a `?`.
        """
        characters = _PERCENT_UTF8.sub(_decode, request_path)
        encoded = (_RESERVED.sub(_encode, request_path), _RESERVED_BY_COMPONENT.sub(_encode, request_path))
        asked = (path.replace("%3F", "?") for path in (request_path, characters))
        return tuple(dict.fromkeys(self.base + path for path in (request_path, characters, *encoded, *asked)))


SITE_PATHS = frozenset(
    (
        ".well-known",
        "browse",
        "catalog",
        "changes",
        "doc",
        "dump",
        "favicon.ico",
        "health",
        "imprint",
        "ldes",
        "metrics",
        "opensearch.xml",
        "picture",
        "quality",
        "questions",
        "reconcile",
        "release",
        "releases",
        "report",
        "robots.txt",
        "search",
        "sitemap.xml",
        "sparql",
        "static",
        "void",
    )
)
"""First segments of the paths that the site answers itself: a thing with such an IRI would never be seen."""

OWN_PAGES = frozenset({"ontology", "sparql", "catalog", "void"})
"""Paths that the site itself answers; things of the project cannot have them."""


def path_of(iri: str, base: str) -> str:
    """The request path of an IRI under the base, without a leading slash, percent-encoded (RFC 3987, 3.1)."""
    path = iri.removeprefix(base)
    return path if _PLAIN.fullmatch(path) else quote(path, safe="/:@!$&'()*+,;=-._~%#")


def uri_of(iri: str) -> str:
    """The URI of an IRI (RFC 3987, 3.1): what a header field or a link may hold."""
    return quote(iri, safe="/:@!$&'()*+,;=-._~%#?[]")


def relative(target: str, page: str) -> str:
    """A relative reference (RFC 3986, 4.2) from the page at one path of the site to another."""
    up = "../" * page.count("/")
    if not up and (":" in target.partition("/")[0] or target.startswith("/")):
        return "./" + target
    return up + target or "./"


def _encode(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"


def _decode(match: re.Match[str]) -> str:
    decoded = bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "surrogateescape")
    return re.sub(r"[\udc80-\udcff]", lambda octet: f"%{ord(octet[0]) - 0xDC00:02X}", decoded)
