"""What stands around a page's content: where it is, in which languages, under which URL search engines know it.

Canonical URLs (RFC 6596), hreflang with x-default, breadcrumbs (WAI-ARIA APG; schema.org/BreadcrumbList), Open Graph.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ldpub.formats import GRAPH_FORMATS
from ldpub.labels import choose_text
from ldpub.serve.exchange import Exchange
from ldpub.serve.links import to_page

Parameters = tuple[tuple[str, str], ...]

_DESCRIBED_BY = 300
"""Characters of a page's description, of which search engines show less."""

_KEPT: Mapping[str, frozenset[str] | None] = {
    "browse": None,
    "questions": None,
    "search": frozenset(("q", "page")),
    "picture": frozenset(("of",)),
}
"""The parameters that make another page of a path, by its first segment (None for all); elsewhere `page` alone."""

_MEDIA_TYPES = {form.label: form.media_type for form in GRAPH_FORMATS}


@dataclass(frozen=True)
class Crumb:
    """A page above this one: what it is called, and where it is."""

    text: str
    path: str
    parameters: Parameters = ()


@dataclass(frozen=True)
class Place:
    """Where a page stands; `path` is that of its canonical URL, where it is another than was asked for.

    `summary` is what search engines may say of it, `schema` what it is about, in the terms of schema.org. `kept` names
    parameters that make another page of the path.
    """

    trail: tuple[Crumb, ...] = ()
    path: str | None = None
    summary: str = ""
    schema: Sequence[Mapping[str, Any]] = ()
    kept: frozenset[str] = frozenset()


def framed(exchange: Exchange, title: str, place: Place, formats: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values of the frame's part of a page; `formats` are the labels and references of its alternates."""
    manifest = exchange.snapshot.manifest
    site = choose_text(manifest.title, exchange.language, manifest.languages) or ""
    about = place.summary or choose_text(manifest.description, exchange.language, manifest.languages) or ""
    trail = (Crumb(site, ""), *place.trail)
    is_home = exchange.path == ""
    return {
        "canonical": _url(exchange, place, exchange.language if exchange.kept_language else ""),
        "translations": [(tag, _url(exchange, place, tag)) for tag in (*manifest.languages, "")],
        "summary_line": _shortened(about),
        "publisher_page": _publisher_page(exchange),
        "crumbs": [] if is_home else [(c.text, to_page(exchange, c.path, c.parameters)) for c in trail],
        "structured": [script_text(one) for one in (*place.schema, *_lists(exchange, trail, title))],
        "site_sections": list(_sections(exchange)),
        "alternates": [(label, href, _MEDIA_TYPES.get(label, "")) for label, href in formats],
    }


def _publisher_page(exchange: Exchange) -> str:
    """Where the publisher is at home, if not here."""
    homepage = exchange.snapshot.manifest.publisher.get("homepage", "")
    return homepage if is_elsewhere(exchange, homepage) else ""


def is_elsewhere(exchange: Exchange, homepage: str) -> bool:
    """Whether a homepage is another than this site's first page and its imprint, to which every page leads anyway."""
    manifest = exchange.snapshot.manifest
    here = {f"{start}{path}" for start in (manifest.base, manifest.url) for path in ("", "imprint")}
    return bool(homepage) and not {homepage, f"{homepage}/"} & here


def _sections(exchange: Exchange) -> Iterator[tuple[str, str, str]]:
    """The parts of the site: name, reference, and `page` or `true` (aria-current) for that of this page."""
    snapshot, words = exchange.snapshot, exchange.words
    ontology = next(iter(snapshot.ontologies), "")
    named = [
        ("browse", words["contents"]),
        ("questions", words["questions"]),
        ("sparql", words["sparql"]),
        ("catalog", words["catalogue"]),
    ]
    named += [(ontology, words["ontology"])] if ontology else []
    for path, name in [*named, ("changes", words["changes"])]:
        parts = _PARTS.get(path, (path,))
        stem = exchange.path.removesuffix(".html")
        is_within = any(stem == part or stem.startswith(f"{part}/") for part in parts) and stem != _SHAPES
        yield name, to_page(exchange, path), "page" if stem == path else "true" if is_within else ""


_OF_CATALOGUE = ("catalog", "dataset", "releases", "graph", "void")
_SHAPES = "graph/shapes"
"""The graph of the shapes, whose page is of no section: it says what the data is held to."""

_PARTS: Mapping[str, Sequence[str]] = {"catalog": _OF_CATALOGUE}
"""The paths below which the visitor is within a section, where they are others than its own."""


def _url(exchange: Exchange, place: Place, language: str) -> str:
    """The public URL of this page in a language, or as it is negotiated."""
    path = exchange.path if place.path is None else place.path
    kept = _KEPT.get(exchange.path.partition("/")[0], frozenset(("page",)))
    arguments = [(name, value) for name, value in exchange.request.args.items(multi=True) if name != "lang"]
    parameters = [
        pair for pair in arguments if (kept is None or pair[0] in kept | place.kept) and pair != ("page", "1")
    ]
    return _public(exchange, path, (*parameters, *([("lang", language)] if language else [])))


def _public(exchange: Exchange, path: str, parameters: Sequence[tuple[str, str]]) -> str:
    return exchange.snapshot.manifest.url + path + (f"?{urlencode(parameters)}" if parameters else "")


def _lists(exchange: Exchange, crumbs: Sequence[Crumb], title: str) -> Iterator[dict[str, Any]]:
    """The breadcrumbs as a list; none on the home page."""
    if exchange.path == "":
        return
    named = [(crumb.text, {"item": _public(exchange, crumb.path, crumb.parameters)}) for crumb in crumbs]
    items = [
        {"@type": "ListItem", "position": number, "name": name, **where}
        for number, (name, where) in enumerate([*named, (title, {})], 1)
    ]
    yield {"@context": "https://schema.org/", "@type": "BreadcrumbList", "itemListElement": items}


def script_text(document: Mapping[str, Any]) -> str:
    """JSON-LD to stand in a script element: no `<` in it ends that."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _shortened(text: str) -> str:
    """A description of at most so many characters, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= _DESCRIBED_BY else line[:_DESCRIBED_BY].rpartition(" ")[0] + " …"
