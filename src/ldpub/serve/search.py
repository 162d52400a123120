"""Search: a page that needs no script, and suggestions for whoever types (OpenSearch 1.1, Suggestions 1.1)."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from flask import Response
from pyoxigraph import NamedNode

from ldpub.folding import fold, written_out
from ldpub.formats import HTML, Format
from ldpub.serve import pages
from ldpub.serve.describe import Describer
from ldpub.serve.described import Value
from ldpub.serve.exchange import REVALIDATE, Exchange
from ldpub.serve.language import choose_text
from ldpub.serve.meant import meant
from ldpub.serve.negotiate import choose_format
from ldpub.serve.paging import turns
from ldpub.serve.problems import Problem
from ldpub.serve.search_index import CHARACTERS, Hit

SHOWN = 20
"""How many things a page shows."""

REACHED = 1000
"""How many things the pages of one search show in all; whoever wants more types more."""

SUGGESTED = 10

DESCRIPTION = Format(
    "opensearch", "OpenSearch", ("application/opensearchdescription+xml", "application/xml"), "xml", "", ""
)
SUGGESTIONS = Format("suggestions", "Suggestions", ("application/x-suggestions+json",), "json", "", "")
JSON = Format("json", "JSON", ("application/json",), "json", "", "")
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_SHORT = 16
"""How long an OpenSearch short name may be (OpenSearch 1.1, 4.3.1)."""


@dataclass(frozen=True)
class Found:
    """A thing that was found, as it is shown; `matched` is the name by which, where its label is another."""

    iri: str
    thing: Value
    kind: Value | None
    matched: str


@dataclass(frozen=True)
class Search:
    """The views that look things up; a guess at what is meant is made on the account of who asks, begun by `spend`."""

    spend: Callable[[Exchange], AbstractContextManager[object]]

    def page(self, exchange: Exchange) -> Response:
        """The page of a search: what was found, twenty things at a time; the form alone where nothing is asked."""
        text = exchange.request.args.get("q", "").strip()
        offset = (exchange.page - 1) * SHOWN
        every, is_guessed = meant(exchange.snapshot, text, REACHED + 1, partial(self.spend, exchange))
        hits = every[:REACHED][offset : offset + SHOWN]
        if not hits and exchange.page > 1:
            raise Problem(404, f"There is no page {exchange.page} of this search.")
        body = pages.render(
            exchange,
            "search.html",
            title=f"{text[:CHARACTERS]} – {exchange.words['search']}" if text else exchange.words["search"],
            text=text[:CHARACTERS],
            first=offset + 1,
            total=len(every[:REACHED]),
            is_cut=len(every) > REACHED,
            is_guessed=is_guessed,
            found=_found(exchange, text, hits),
            paging=turns(exchange, len(every[:REACHED]), SHOWN),
        )
        return exchange.page_response(body)

    def suggest(self, exchange: Exchange) -> Response:
        """The best known things whose names begin with `q`, else those that may be meant.

        They come as OpenSearch suggestions, or as JSON that says more. JSON is asked for by Accept or `format=json`.
        """
        offered = (SUGGESTIONS, JSON)
        asked = exchange.request.args.get("format")
        by_name = {form.name: form for form in offered}
        if asked is not None and asked not in by_name:
            raise Problem(400, f"`format` is one of {', '.join(by_name)}.")
        form = by_name[asked] if asked else choose_format(exchange.request.headers.get("Accept"), offered)
        if form is None:
            raise Problem(406, f"Suggestions come as {SUGGESTIONS.media_type} and {JSON.media_type}.")
        text = exchange.request.args.get("q", "").strip()
        headers = {
            "Vary": "Accept, Accept-Language",
            "Cache-Control": REVALIDATE,
            "Content-Language": exchange.language,
        }
        etag = exchange.etag("suggest", form.name, exchange.language, text)
        if exchange.unchanged(etag):
            return exchange.not_modified(etag, headers)
        hits, is_guessed = meant(exchange.snapshot, text, SUGGESTED, partial(self.spend, exchange))
        found = _found(exchange, text, hits)
        document = _suggestions(text, found) if form is SUGGESTIONS else _document(text, found, is_guessed=is_guessed)
        return exchange.representation(json.dumps(document, ensure_ascii=False).encode(), form, etag, headers)


def description(exchange: Exchange) -> Response:
    """How programs search here (OpenSearch 1.1, 4): the templates are public addresses, as they must be absolute."""
    headers = {"Vary": "Accept-Language", "Cache-Control": REVALIDATE, "Content-Language": exchange.language}
    etag = exchange.etag("opensearch", exchange.language)
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    manifest = exchange.snapshot.manifest
    title = choose_text(manifest.title, exchange.language, manifest.languages) or manifest.base
    root = ET.Element("OpenSearchDescription", {"xmlns": _OPENSEARCH})
    short = title if len(title) <= _SHORT else title[: _SHORT - 1] + "…"
    for name, text in (
        ("ShortName", short),
        ("LongName", title[:48]),
        ("Description", exchange.words["search_description"].format(title=title)[:1024]),
        *(("Language", language) for language in manifest.languages),
        ("InputEncoding", "UTF-8"),
        ("OutputEncoding", "UTF-8"),
    ):
        ET.SubElement(root, name).text = text
    for form, path in ((HTML, "search"), (SUGGESTIONS, "search/suggest")):
        template = f"{manifest.base}{path}?q={{searchTerms}}&lang={exchange.language}"
        relation = {} if form is HTML else {"rel": "suggestions"}
        ET.SubElement(root, "Url", {"type": form.media_type, **relation, "template": template})
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return exchange.representation(body, DESCRIPTION, etag, headers)


def _found(exchange: Exchange, text: str, hits: list[Hit]) -> list[Found]:
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    classes = {hit.class_iri: NamedNode(hit.class_iri) for hit in hits if hit.class_iri}
    things = [NamedNode(hit.iri) for hit in hits]
    describer.learn([*things, *classes.values()])
    found = []
    for hit, thing in zip(hits, things, strict=True):
        shown = describer.value(thing)
        kind = describer.value(classes[hit.class_iri]) if hit.class_iri else None
        found.append(
            Found(hit.iri, shown, kind, "" if hit.name == shown.text or _names(shown.text, text) else hit.name)
        )
    return found


def _names(label: str, text: str) -> bool:
    """Whether a label has the words that were typed, or their beginnings: then it says by itself why it was found."""
    words = {*fold(label).split(), *written_out(label).split()}
    forms = (fold(text).split(), written_out(text).split())
    return any(all(any(word.startswith(part) for word in words) for part in form) for form in forms)


def _suggestions(text: str, found: list[Found]) -> list[Any]:
    """What was typed, completions, descriptions, addresses (OpenSearch Suggestions 1.1, 3.2)."""
    kinds = [one.kind.text if one.kind else "" for one in found]
    return [text, [one.thing.text for one in found], kinds, [one.iri for one in found]]


def _document(text: str, found: list[Found], *, is_guessed: bool) -> dict[str, Any]:
    return {
        "query": text,
        "guessed": is_guessed,
        "results": [
            {
                "iri": one.iri,
                "label": one.thing.text,
                "matched": one.matched or one.thing.text,
                "type": one.kind.text if one.kind else "",
                "page": one.thing.href,
            }
            for one in found
        ],
    }
