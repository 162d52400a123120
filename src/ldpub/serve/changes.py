"""What changed from release to release: a page for people, and the same as a feed (Atom, RFC 4287)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from flask import Response
from pyoxigraph import NamedNode

from ldpub.events import DETAILS, PAGES, Edition, read_history
from ldpub.formats import ATOM, EVENT_FORMATS, HTML
from ldpub.serve import pages
from ldpub.serve.describe import Describer
from ldpub.serve.described import Row, Value
from ldpub.serve.exchange import REVALIDATE, Exchange, redirect
from ldpub.serve.language import choose_text
from ldpub.serve.negotiate import choose_format
from ldpub.serve.problems import Problem

EDITIONS_SHOWN = 10
"""How many releases a page shows."""

EDITIONS_FED = 50
"""How many releases the feed has."""

_NAMES_FED = 20
_ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no Char of XML 1.0 (2.2)."""


@dataclass(frozen=True)
class Changed:
    """An entity that an edition added, changed or removed: its name, where it is, and its statements before and after
    by property."""

    kind: str
    name: Value
    rows: tuple[tuple[Row, tuple[Value, ...]], ...]


@dataclass(frozen=True)
class Told:
    """An edition as a page shows it; `left_off` entities are in the event stream only, as those of the first are."""

    edition: Edition
    date: str
    summary: str
    entities: tuple[Changed, ...]
    left_off: int
    is_first: bool


def changes(exchange: Exchange) -> Response:
    """The page of changes; a program that asks for RDF is sent to the event stream."""
    form = choose_format(exchange.request.headers.get("Accept"), (*EVENT_FORMATS, HTML))
    if form is None:
        raise Problem(406, f"The changes come as {HTML.media_type}, the event stream as RDF.")
    if form is not HTML:
        return redirect(303, f"{exchange.request.root_path}/{PAGES}", "Accept, Accept-Language")
    every = read_history(exchange.snapshot.release.path).editions
    editions = every[::-1][(exchange.page - 1) * EDITIONS_SHOWN :]
    if not editions and exchange.page > 1:
        raise Problem(404, f"There is no page {exchange.page}.")
    told = [_told(exchange, edition, every[0].number) for edition in editions[:EDITIONS_SHOWN]]
    return exchange.page_response(pages.changes_page(exchange, told, more=len(editions) > EDITIONS_SHOWN))


def latest(exchange: Exchange) -> tuple[Edition, str] | None:
    """The last edition and, in words, what it changed; None where nothing was published yet."""
    editions = read_history(exchange.snapshot.release.path).editions
    return (editions[-1], _summary(exchange, editions[-1])) if editions else None


def feed(exchange: Exchange) -> Response:
    """The Atom feed of the releases that changed something, in the language that is asked for."""
    headers = {"Vary": "Accept-Language", "Cache-Control": REVALIDATE, "Content-Language": exchange.language}
    etag = exchange.etag("feed", *(one.timestamp for one in _editions(exchange)), exchange.language)
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    body = ET.tostring(_feed(exchange), encoding="utf-8", xml_declaration=True)
    return exchange.representation(body, ATOM, etag, headers)


def _editions(exchange: Exchange) -> Sequence[Edition]:
    return read_history(exchange.snapshot.release.path).editions[::-1][:EDITIONS_FED]


def _told(exchange: Exchange, edition: Edition, first: int) -> Told:
    listed = _details(exchange, edition)
    iris = [NamedNode(entity["value"]) for entity in listed]
    known = exchange.snapshot.statements.known(iri.value for iri in iris)
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    entities = tuple(_changed(exchange, describer, entity, entity["value"] in known) for entity in listed)
    left_off = sum(edition.counts[kind] for kind in ("added", "changed", "removed")) - len(listed)
    return Told(
        edition,
        exchange.words.date(edition.timestamp),
        _summary(exchange, edition),
        entities,
        left_off,
        edition.number == first,
    )


def _details(exchange: Exchange, edition: Edition) -> list[dict[str, Any]]:
    path = exchange.snapshot.release.file(f"{DETAILS}/{edition.number}.json")
    listed: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return listed


def _summary(exchange: Exchange, edition: Edition) -> str:
    """`3 things added, 2 things changed`: what there is none of is left out."""
    words = exchange.words
    kinds = ("added", "changed", "removed")
    return ", ".join(words.counted(f"things_{kind}", n) for kind in kinds if (n := edition.counts[kind]))


def _changed(exchange: Exchange, describer: Describer, entity: dict[str, Any], is_known: bool) -> Changed:
    name = _value(exchange, describer, entity)
    if not is_known:
        name = Value(name.text, language=name.language)
    properties = {row["property"]["value"]: row["property"] for side in ("removed", "added") for row in entity[side]}
    rows = tuple(
        (
            _row(exchange, describer, term, [r for r in entity["removed"] if r["property"]["value"] == iri]),
            _row(exchange, describer, term, [r for r in entity["added"] if r["property"]["value"] == iri]).values,
        )
        for iri, term in properties.items()
    )
    return Changed(entity["change"], name, rows)


def _row(exchange: Exchange, describer: Describer, term: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Row:
    """The values of one property, of those statements in a document of changes that have it."""
    named = _value(exchange, describer, term)
    values = []
    for row in rows:
        value = _value(exchange, describer, row["value"])
        if inner := row.get("statements"):
            below = {one["property"]["value"]: one["property"] for one in inner}
            nested = tuple(
                _row(exchange, describer, one, [r for r in inner if r["property"]["value"] == iri])
                for iri, one in below.items()
            )
            value = Value("", rows=nested)
        values.append(value)
    return Row(named.text, named.href, tuple(values))


def _value(exchange: Exchange, describer: Describer, term: dict[str, Any]) -> Value:
    if term["type"] == "literal":
        return Value(term["value"], language=term.get("xml:lang"))
    if term["type"] == "bnode":
        return Value("…")
    node = NamedNode(term["value"])
    label = choose_text(term["labels"], exchange.language, exchange.snapshot.manifest.languages)
    return Value(label or describer.short(node), describer.href(node))


def _feed(exchange: Exchange) -> ET.Element:
    manifest, base, words = exchange.snapshot.manifest, exchange.snapshot.iris.base, exchange.words
    editions = _editions(exchange)
    title = choose_text(manifest.title, exchange.language, manifest.languages) or ""
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": exchange.language})
    _add(root, "id", f"{base}changes")
    _add(root, "title", f"{title}: {words['changes']}")
    _add(root, "updated", editions[0].timestamp if editions else f"{manifest.date}T00:00:00Z")
    _add(_add(root, "author"), "name", manifest.publisher.get("name") or title)
    _add(root, "link", rel="self", type=ATOM.media_type, href=f"{base}changes/feed.atom")
    _add(root, "link", rel="alternate", type=HTML.media_type, href=f"{base}changes")
    if manifest.license:
        _add(root, "link", rel="license", href=manifest.license)
    for edition in editions:
        root.append(_entry(exchange, edition))
    return root


def _entry(exchange: Exchange, edition: Edition) -> ET.Element:
    """One edition: its identifier is that of its place on the page of changes, its content names what changed."""
    base, words = exchange.snapshot.iris.base, exchange.words
    entry = ET.Element("entry")
    version = f" ({edition.version})" if edition.version else ""
    _add(entry, "id", f"{base}changes#{edition.timestamp}")
    _add(entry, "title", f"{edition.timestamp[:10]}{version}: {_summary(exchange, edition)}")
    _add(entry, "updated", edition.timestamp)
    _add(entry, "link", rel="alternate", type=HTML.media_type, href=f"{base}changes#{edition.timestamp}")
    listed = _details(exchange, edition)
    lines = [f"{words[one['change']]}: {_name(exchange, one)}" for one in listed[:_NAMES_FED]]
    if len(listed) > _NAMES_FED:
        lines.append("…")
    _add(entry, "content", "\n".join(lines) or _summary(exchange, edition), type="text")
    return entry


def _name(exchange: Exchange, entity: dict[str, Any]) -> str:
    """Label and IRI of an entity; the IRI alone where there is no label."""
    label = choose_text(entity["labels"], exchange.language, exchange.snapshot.manifest.languages)
    return f"{label} <{entity['value']}>" if label else f"<{entity['value']}>"


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, attributes)
    child.text = _NO_XML.sub("\ufffd", text) or None
    return child
