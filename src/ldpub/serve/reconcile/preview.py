"""The preview of a thing (Reconciliation Service API 0.2, 5): a small page that any site may show in a frame.

No script, no form, one stylesheet; framing is allowed here alone, as there is nothing to click that does anything.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

from ldpub.iris import path_of
from ldpub.serve import pages
from ldpub.serve.describe import Describer
from ldpub.serve.described import Description
from ldpub.serve.exchange import Exchange

SECURITY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""Its Content-Security-Policy."""

_ROWS = 5
_VALUES = 3
_LONG = 160


def preview_page(exchange: Exchange, iri: str, kind: str) -> str:
    """The preview of a thing; `kind` says in words what it is."""
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    thing = describer.describe(NamedNode(iri))
    document = exchange.snapshot.iris.document(iri) or iri
    fragment = iri.partition("#")[2]
    page = describer.link(path_of(document, exchange.snapshot.iris.base)) + (f"#{fragment}" if fragment else "")
    return pages.bare(
        "preview.html",
        title=thing.title,
        language=exchange.language,
        stylesheet=describer.link("static/preview.css"),
        page=page,
        kind=kind,
        summary=_cut(thing.summary or ""),
        rows=_rows(thing),
        iri=iri,
    )


def _rows(thing: Description) -> list[tuple[str, str]]:
    """The first rows of what its page says, as texts."""
    found = []
    for row in (row for section in thing.sections for row in section.rows):
        texts = [value.text for value in row.values if value.text]
        if texts:
            more = f" … (+{len(texts) - _VALUES})" if len(texts) > _VALUES else ""
            found.append((row.name, _cut(", ".join(texts[:_VALUES])) + more))
    return found[:_ROWS]


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else text[:_LONG].rstrip() + "…"
