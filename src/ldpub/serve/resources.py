"""Every URI answers: things by 303, documents and graphs by negotiation, withdrawn things by 410.

Cool URIs for the Semantic Web (W3C 2008), 4; RFC 9110 for status codes and negotiation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from urllib.parse import quote

from flask import Response
from pyoxigraph import Literal, NamedNode, Triple

from ldpub.formats import HTML, Format, by_suffix
from ldpub.iris import DOCUMENT, THING, IriPolicy, path_of, uri_of
from ldpub.namespaces import DCT, OWL
from ldpub.serve import pages, vocabulary_pages
from ldpub.serve.exchange import REVALIDATE, Exchange, redirect
from ldpub.serve.kept_pages import kept_page
from ldpub.serve.negotiate import choose_format
from ldpub.serve.ontology.term_page import term_named
from ldpub.serve.ontology.versions import canonical_of, version_links
from ldpub.serve.ontology.vocabulary import Vocabulary
from ldpub.serve.problems import Problem
from ldpub.serve.quads import Quad
from ldpub.serve.representations import NEGOTIATED, document_triples, graph_triples, suffixed, write_triples
from ldpub.serve.snapshot import Snapshot
from ldpub.serve.things import thing_page

_VARY = "Accept, Accept-Language"


def resource(exchange: Exchange) -> Response:
    """Answer for any path under the base that the site does not answer otherwise."""
    path = exchange.path
    stem, dot, suffix = path.rpartition(".")
    form = by_suffix(suffix) if dot else None
    found = _frozen(exchange, path, None) or _with_query(exchange, path) or _document(exchange, path, None)
    if found is None and form in NEGOTIATED:
        found = _frozen(exchange, stem, form) or _document(exchange, stem, form)
    if found is None:
        raise Problem(404, f"Nothing is known about <{exchange.snapshot.iris.base}{path}>.")
    return found


def _with_query(exchange: Exchange, path: str) -> Response | None:
    """The answer for a thing whose IRI has a query, as it was sent."""
    query = exchange.request.query_string.decode("latin-1")
    return _document(exchange, f"{path}%3F{query}", None) if query else None


def _document(exchange: Exchange, path: str, form: Format | None) -> Response | None:
    """The answer for a path whose suffix, if it has one that names a format, is `form`."""
    iris = exchange.snapshot.iris
    found = {iri: named for iri in iris.iris(path) if (named := _things(exchange.snapshot, iri))}
    if not found:
        return None
    iri = next(iter(found))
    if iri.startswith(iris.base + "graph/") and exchange.snapshot.statements.is_graph(iri):
        return _graph(exchange, iri, form)
    things = [NamedNode(thing) for thing in dict.fromkeys(chain.from_iterable(found.values()))]
    target = _document_of(things, iris)
    if things[0].value in (iri, target) and target != iri:
        return _see_document(exchange, things, target, form)
    return _described(exchange, iri, things, form)


def _document_of(things: Sequence[NamedNode], iris: IriPolicy) -> str:
    """Where things are described: what has fragments and is not under `id/` is a document itself."""
    first = things[0].value
    has_fragments = any(thing.value.startswith(first + "#") for thing in things)
    return first if has_fragments and not first.startswith(iris.base + THING) else str(iris.document(first))


def _things(snapshot: Snapshot, iri: str) -> list[str]:
    """The things that the document of an IRI is about: those it names, and their fragments."""
    iris = snapshot.iris
    named = [iri]
    if iri.startswith(iris.base + DOCUMENT):
        named = [*iris.things(iri.removeprefix(iris.base + DOCUMENT)), iri]
    known = snapshot.statements.known(named)
    fragments = [part.value for one in named for part in snapshot.statements.fragments(one)]
    return [*(one for one in named if one in known), *fragments]


def _frozen(exchange: Exchange, path: str, form: Format | None) -> Response | None:
    """An ontology by its version IRI (OWL 2 Structural Specification, 3.1), from the newest release that has it."""
    version = exchange.snapshot.iris.base + path
    snapshot = exchange.snapshot.with_version(version)
    if snapshot is None:
        return None
    document = snapshot.manifest.versions[version]
    things = [NamedNode(document), *snapshot.statements.fragments(document)]
    return _described(Exchange(exchange.request, snapshot), version, things, form, exchange.snapshot)


def released_ontology(exchange: Exchange, release_id: str, name: str) -> Response | None:
    """An ontology as a release has it, `/release/<id>/<its path>`, in any format; None where this names none."""
    snapshot = exchange.snapshot.beside(release_id)
    stem, _, suffix = name.rpartition(".")
    asked = [(name, None), *([(stem, by_suffix(suffix))] if by_suffix(suffix) in NEGOTIATED else [])]
    for path, form in asked if snapshot is not None else ():
        assert snapshot is not None
        things = [NamedNode(iri) for iri in _things(snapshot, snapshot.iris.base + path)]
        vocabulary = snapshot.schema.vocabulary(things) if things else None
        if vocabulary is not None and vocabulary.ontology is not None:
            copy = Exchange(exchange.request, snapshot)
            return _told(copy, vocabulary, things, form, served=exchange.snapshot)
    return None


def _see_document(exchange: Exchange, things: Sequence[NamedNode], document: str, form: Format | None) -> Response:
    """303 from a thing to its document (httpRange-14), or 410 if all that it describes was withdrawn."""
    _refuse_withdrawn(exchange, things)
    path = quote(exchange.request.root_path, safe="/") + "/" + path_of(document, exchange.snapshot.iris.base)
    if form is not None:
        path += f".{form.suffix}"
    query = exchange.request.query_string.decode("latin-1")
    return redirect(303, f"{path}?{query}" if query else path, "Accept")


def _described(
    exchange: Exchange,
    document: str,
    things: Sequence[NamedNode],
    form: Format | None,
    served: Snapshot | None = None,
) -> Response:
    """What a document says of things; `served` is the current release, where that of the exchange may be another."""
    _refuse_withdrawn(exchange, things)
    vocabulary = exchange.snapshot.schema.vocabulary(things)
    if vocabulary is not None:
        return _told(exchange, vocabulary, things, form, served=served or exchange.snapshot, document=document)
    return negotiated(
        exchange,
        form,
        lambda: document_triples(exchange.snapshot, document, things),
        lambda: _page(exchange, document, things),
        path_of(document, exchange.snapshot.iris.base),
    )


def _told(
    exchange: Exchange,
    vocabulary: Vocabulary,
    things: Sequence[NamedNode],
    form: Format | None,
    *,
    served: Snapshot,
    document: str = "",
) -> Response:
    """An ontology: by the IRI that was asked for, or without one as the copy of a release, below the release's path.

    With `?term=` one term of it alone.
    """
    base = exchange.snapshot.iris.base
    part = "\0".join(("copy" if not document else "", served.manifest.id, *sorted(served.versions)))
    if "term" in exchange.request.args:
        return _term(exchange, vocabulary, form, served=served, document=document, part=part)
    return negotiated(
        exchange,
        form,
        lambda: document_triples(exchange.snapshot, document or vocabulary.document, things),
        lambda: vocabulary_pages.ontology_page(exchange, document, vocabulary, served),
        path_of(document or vocabulary.document, base),
        links=version_links(vocabulary, document),
        part=part,
    )


def _term(
    exchange: Exchange, vocabulary: Vocabulary, form: Format | None, *, served: Snapshot, document: str, part: str
) -> Response:
    """The entry of one term of an ontology alone, in RDF with what the ontology says of itself."""
    local, base = exchange.request.args["term"], exchange.snapshot.iris.base
    term = term_named(vocabulary, local)
    if term is None or exchange.page > 1:
        raise Problem(404, f"Nothing is known about <{vocabulary.document}#{local[:100]}>.")
    named = [vocabulary.ontology, term] if vocabulary.ontology else [term]
    path, query = path_of(document or vocabulary.document, base), vocabulary_pages.term_query(term)
    return negotiated(
        exchange,
        form,
        lambda: document_triples(exchange.snapshot, document or vocabulary.document, named),
        lambda: vocabulary_pages.term_page(exchange, document, vocabulary, term, served),
        path,
        links=[f'<{uri_of(canonical_of(vocabulary, document))}{query}>; rel="canonical"'],
        part=f"{part}\0{term.value}",
        query=query,
    )


def _page(exchange: Exchange, document: str, things: Sequence[NamedNode]) -> str:
    if len(things) == 1:
        return thing_page(exchange, document, things[0])
    return pages.document_page(exchange, document, things)


def _graph(exchange: Exchange, graph: str, form: Format | None) -> Response:
    return negotiated(
        exchange,
        form,
        lambda: graph_triples(exchange.snapshot, graph),
        lambda: _graph_page(exchange, graph),
        path_of(graph, exchange.snapshot.iris.base),
    )


def _graph_page(exchange: Exchange, graph: str) -> str:
    """That of the shapes says what they ask."""
    shapes = exchange.snapshot.schema.shapes
    if graph == shapes.iri and shapes.node_shapes:
        return vocabulary_pages.shapes_page(exchange)
    return pages.graph_page(exchange, graph)


def negotiated(
    exchange: Exchange,
    form: Format | None,
    triples: Callable[[], list[Triple]],
    page: Callable[[], str],
    path: str,
    *,
    links: Sequence[str] = (),
    part: str = "",
    query: str = "",
) -> Response:
    """200 in the format of the suffix or the one that Accept prefers, 304 if the client has it, 406 if none fits.

    `links` are more values of the Link field; `part` tells representations of one path apart; `query` is what the URLs
    of this one in every format end with.
    """
    chosen = form or choose_format(exchange.request.headers.get("Accept"), NEGOTIATED)
    if chosen is None:
        offered = ", ".join(f.media_type for f in NEGOTIATED)
        raise Problem(406, f"This document comes as {offered}.", headers={"Vary": _VARY})
    variant = (exchange.language, exchange.kept_language, str(exchange.page)) if chosen is HTML else ()
    etag = exchange.etag(path + part, chosen.name, exchange.request.root_path, *variant)
    headers = _headers(exchange, path, chosen, links, query)
    if form is None:
        headers["Vary"] = _VARY
    elif chosen is HTML:
        headers["Vary"] = "Accept-Language"
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    if chosen is HTML:
        body = kept_page(exchange, part, page)
    else:
        body = write_triples(triples(), chosen, exchange.snapshot.manifest.prefixes)
    return exchange.representation(body, chosen, etag, headers)


def _headers(exchange: Exchange, path: str, chosen: Format, more: Sequence[str], query: str) -> dict[str, str]:
    """Caching, language, the representation's own URL and those of the others, the licence (RFC 9110, RFC 8288)."""
    own = suffixed(exchange.snapshot, path)
    links = [f'<{_relative_here(path)}.{f.suffix}{query}>; rel="alternate"; type="{f.media_type}"' for f in own]
    if exchange.snapshot.manifest.license:
        links.append(f'<{uri_of(exchange.snapshot.manifest.license)}>; rel="license"')
    headers = {"Cache-Control": REVALIDATE, "Link": ", ".join([*links, *more])}
    if chosen in own:
        is_later_page = chosen is HTML and exchange.page > 1  # of a long list that RDF has whole
        page = query or (f"?page={exchange.page}" if is_later_page else "")
        headers["Content-Location"] = f"{_relative_here(path)}.{chosen.suffix}{page}"
    if chosen is HTML:
        headers["Content-Language"] = exchange.language
    return headers


def _relative_here(path: str) -> str:
    """The last segment, as a reference relative to the document itself."""
    name = path.rsplit("/", 1)[-1]
    return f"./{name}" if ":" in name else name


def _refuse_withdrawn(exchange: Exchange, things: Sequence[NamedNode]) -> None:
    """410 where all things of a document are owl:deprecated; dct:isReplacedBy says what to use instead."""
    quads = exchange.snapshot.statements.facts(things, [OWL + "deprecated", DCT + "isReplacedBy"])
    if not {quad.subject for quad in quads if _deprecates(quad)}.issuperset(things):
        return
    replaced = [
        q.object.value
        for q in quads
        if q.subject == things[0] and q.predicate.value == DCT + "isReplacedBy" and isinstance(q.object, NamedNode)
    ]
    detail = f"<{things[0].value}> was withdrawn."
    if replaced:
        detail += f" It is replaced by {', '.join(f'<{iri}>' for iri in replaced)}."
    links = ", ".join(f'<{uri_of(iri)}>; rel="successor-version"' for iri in replaced)
    raise Problem(410, detail, "Withdrawn", {"Link": links} if links else {}, {"isReplacedBy": replaced})


def _deprecates(quad: Quad) -> bool:
    flag = quad.object
    return quad.predicate.value == OWL + "deprecated" and isinstance(flag, Literal) and flag.value in ("true", "1")
