"""Every URI answers: things by 303, documents and graphs by negotiation, withdrawn things by 410.

Cool URIs for the Semantic Web (W3C 2008), 4; RFC 9110 for status codes and negotiation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from flask import Response
from pyoxigraph import Literal, NamedNode, Triple

from ldpub.formats import GRAPH_FORMATS, HTML, Format, by_suffix
from ldpub.iris import DOCUMENT, path_of
from ldpub.namespaces import DCT, OWL
from ldpub.serve import pages
from ldpub.serve.exchange import REVALIDATE, Exchange, redirect
from ldpub.serve.negotiate import choose_format
from ldpub.serve.problems import Problem
from ldpub.serve.representations import document_triples, graph_triples, write_triples

NEGOTIATED = (*GRAPH_FORMATS, HTML)
"""What a document comes in; the first is what `*/*` gets."""

_VARY = "Accept, Accept-Language"


def resource(exchange: Exchange) -> Response:
    """Answer for any path under the base that the site does not answer otherwise."""
    path = exchange.path
    found = _document(exchange, path, None)
    stem, dot, suffix = path.rpartition(".")
    form = by_suffix(suffix) if dot else None
    if found is None and form in NEGOTIATED:
        found = _document(exchange, stem, form)
    if found is None:
        found = _frozen(exchange, path, None) or (_frozen(exchange, stem, form) if form in NEGOTIATED else None)
    if found is None:
        raise Problem(404, f"Nothing is known about <{exchange.snapshot.iris.base}{path}>.")
    return found


def _document(exchange: Exchange, path: str, form: Format | None) -> Response | None:
    """The answer for a path whose suffix, if it has one that names a format, is `form`."""
    iris = exchange.snapshot.iris
    statements = exchange.snapshot.statements
    for iri in iris.iris(path):
        if iri.startswith(iris.base + "graph/") and statements.is_graph(iri):
            return _graph(exchange, iri, form)
        if iri.startswith(iris.base + DOCUMENT):
            document_path = iri.removeprefix(iris.base + DOCUMENT)
            things = [NamedNode(t) for t in iris.things(document_path) if statements.is_subject(t)]
        else:
            things = [NamedNode(iri)] if statements.is_subject(iri) else []
        things += [part for thing in things or [NamedNode(iri)] for part in statements.fragments(thing.value)]
        if not things:
            continue
        target = iris.document(things[0].value)
        if things[0].value == iri and target != iri:
            return _see_document(exchange, things[0], str(target), form)
        return _described(exchange, iri, things, form)
    return None


def _frozen(exchange: Exchange, path: str, form: Format | None) -> Response | None:
    """An ontology by its version IRI (OWL 2 Structural Specification, 3.1), from the newest release that has it."""
    version = exchange.snapshot.iris.base + path
    snapshot = exchange.snapshot.with_version(version)
    if snapshot is None:
        return None
    document = snapshot.manifest.versions[version]
    things = [NamedNode(document), *snapshot.statements.fragments(document)]
    return _described(Exchange(exchange.request, snapshot), version, things, form)


def _see_document(exchange: Exchange, thing: NamedNode, document: str, form: Format | None) -> Response:
    """303 from a thing to its document (httpRange-14), or 410 if it was withdrawn."""
    _refuse_withdrawn(exchange, thing)
    path = quote(exchange.request.root_path, safe="/") + "/" + path_of(document, exchange.snapshot.iris.base)
    if form is not None:
        path += f".{form.suffix}"
    query = exchange.request.query_string.decode("latin-1")
    return redirect(303, f"{path}?{query}" if query else path, "Accept")


def _described(exchange: Exchange, document: str, things: Sequence[NamedNode], form: Format | None) -> Response:
    _refuse_withdrawn(exchange, things[0])
    return negotiated(
        exchange,
        form,
        lambda: document_triples(exchange.snapshot, document, things),
        lambda: pages.document_page(exchange, document, things),
        path_of(document, exchange.snapshot.iris.base),
    )


def _graph(exchange: Exchange, graph: str, form: Format | None) -> Response:
    return negotiated(
        exchange,
        form,
        lambda: graph_triples(exchange.snapshot, graph),
        lambda: pages.graph_page(exchange, graph),
        path_of(graph, exchange.snapshot.iris.base),
    )


def negotiated(
    exchange: Exchange,
    form: Format | None,
    triples: Callable[[], list[Triple]],
    page: Callable[[], str],
    path: str,
) -> Response:
    """200 in the format of the suffix or the one that Accept prefers, 304 if the client has it, 406 if none fits."""
    chosen = form or choose_format(exchange.request.headers.get("Accept"), NEGOTIATED)
    if chosen is None:
        offered = ", ".join(f.media_type for f in NEGOTIATED)
        raise Problem(406, f"This document comes as {offered}.", headers={"Vary": _VARY})
    language = exchange.language if chosen is HTML else ""
    etag = exchange.etag(path, chosen.name, language, exchange.request.root_path)
    headers = {"Cache-Control": REVALIDATE, "Link": _links(exchange, path)}
    headers["Content-Location"] = f"{_relative_here(path)}.{chosen.suffix}"
    if form is None:
        headers["Vary"] = _VARY
    elif chosen is HTML:
        headers["Vary"] = "Accept-Language"
    if language:
        headers["Content-Language"] = language
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    body = page().encode() if chosen is HTML else write_triples(triples(), chosen, exchange.snapshot.manifest.prefixes)
    return exchange.representation(body, chosen, etag, headers)


def _links(exchange: Exchange, path: str) -> str:
    """The other representations, the licence and the catalogue (RFC 8288)."""
    links = [f'<{_relative_here(path)}.{f.suffix}>; rel="alternate"; type="{f.media_type}"' for f in NEGOTIATED]
    if exchange.snapshot.manifest.license:
        links.append(f'<{exchange.snapshot.manifest.license}>; rel="license"')
    return ", ".join(links)


def _relative_here(path: str) -> str:
    """The last segment, as a reference relative to the document itself."""
    name = path.rsplit("/", 1)[-1]
    return f"./{name}" if ":" in name else name


def _refuse_withdrawn(exchange: Exchange, thing: NamedNode) -> None:
    """410 for a thing that is owl:deprecated; dct:isReplacedBy says what to use instead."""
    quads = exchange.snapshot.statements.about(thing)
    flags = [q.object for q in quads if q.predicate.value == OWL + "deprecated"]
    if not any(isinstance(flag, Literal) and flag.value in ("true", "1") for flag in flags):
        return
    replaced = [
        q.object.value for q in quads if q.predicate.value == DCT + "isReplacedBy" and isinstance(q.object, NamedNode)
    ]
    detail = f"<{thing.value}> was withdrawn."
    if replaced:
        detail += f" It is replaced by {', '.join(f'<{iri}>' for iri in replaced)}."
    links = ", ".join(f'<{iri}>; rel="successor-version"' for iri in replaced)
    raise Problem(410, detail, "Withdrawn", {"Link": links} if links else {}, {"isReplacedBy": replaced})
