"""The event stream over HTTP: a first page that leads to all others, which hold the members (LDES 1.0, TREE).

The pages name themselves and each other by relative references, in syntaxes that have them, as the stream's pages are
where the client asks: under the public base, behind a redirection, or on a host of its own. Members and the stream
itself have their public IRIs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask import Response
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ldpub import __version__
from ldpub.events import HISTORY, PAGES, EventPage, History, events_iri, page_iri, read_history, stream_iri
from ldpub.formats import EVENT_FORMATS, HTML, JSON_LD, N_TRIPLES, Format
from ldpub.iris import relative, uri_of
from ldpub.namespaces import AS, DCT, LDES, PROV, RDF, TREE, XSD
from ldpub.serve.exchange import IMMUTABLE, REVALIDATE, Exchange, redirect
from ldpub.serve.negotiate import choose_format
from ldpub.serve.problems import Problem
from ldpub.serve.representations import write_triples

_TYPE = NamedNode(RDF + "type")


def entry(exchange: Exchange, suffix: str = "") -> Response:
    """The description of the stream and the root of its search tree; browsers are sent to the page of changes."""
    form = _format(exchange, suffix, (*EVENT_FORMATS, HTML))
    if form is HTML:
        return redirect(303, f"{exchange.request.root_path}/changes", "Accept")
    history, base = read_history(exchange.snapshot.release.path), exchange.snapshot.iris.base
    iris = [events_iri(base), *(page_iri(base, one.name) for one in history.pages)]
    nodes = {NamedNode(iri): relative(iri.removeprefix(base), PAGES) for iri in iris}
    head = [*_stream(exchange, history), *(t for one in history.pages for t in _relations(one, base))]
    return _answer(exchange, form, HISTORY, suffix, lambda: _written(exchange, form, head, nodes, ()))


def page(exchange: Exchange, name: str) -> Response:
    """One page of members; 410 for one that a former stream of the site had."""
    stem, _, suffix = name.partition(".")
    history, base = read_history(exchange.snapshot.release.path), exchange.snapshot.iris.base
    found = history.page(stem)
    if found is None:
        gone = history.had(stem)
        has = "no longer has" if gone else "has no"
        raise Problem(410 if gone else 404, f"The event stream {has} page {stem}; it begins at {events_iri(base)}.")
    form = _format(exchange, suffix, EVENT_FORMATS)
    file = f"{PAGES}/{stem}.nt"
    node = NamedNode(page_iri(base, stem))
    head = [Triple(node, _TYPE, NamedNode(TREE + "Node"))]
    if found.is_full:
        head.append(Triple(node, NamedNode(LDES + "immutable"), Literal("true", datatype=NamedNode(XSD + "boolean"))))

    def body() -> bytes:
        quads = parse(path=exchange.snapshot.release.file(file), format=RdfFormat.N_TRIPLES)
        return _written(exchange, form, head, {node: stem}, (quad.triple for quad in quads))

    return _answer(exchange, form, file, suffix, body, is_immutable=found.is_full)


def _format(exchange: Exchange, suffix: str, offered: Sequence[Format]) -> Format:
    """The format of the suffix, or the one that Accept prefers; raises Problem where there is none."""
    if suffix:
        form = next((one for one in EVENT_FORMATS if one.suffix == suffix), None)
        if form is None:
            raise Problem(404, f"The event stream does not come as .{suffix}.")
        return form
    form = choose_format(exchange.request.headers.get("Accept"), offered)
    if form is None:
        names = ", ".join(one.media_type for one in EVENT_FORMATS)
        raise Problem(406, f"The event stream comes as {names}.", headers={"Vary": "Accept"})
    return form


def _answer(
    exchange: Exchange, form: Format, file: str, suffix: str, body: Callable[[], bytes], *, is_immutable: bool = False
) -> Response:
    """200 or 304; the validator follows from the file of the release that the answer is made of."""
    release = exchange.snapshot.release
    text = "\0".join((release.manifest.files[file]["sha256"], form.name, __version__))
    etag = hashlib.sha256(text.encode()).hexdigest()[:32]
    headers = {"Cache-Control": IMMUTABLE if is_immutable else REVALIDATE}
    if not suffix:
        headers["Vary"] = "Accept"
    name = exchange.path.rsplit("/", 1)[-1].removesuffix(f".{form.suffix}" if suffix else "")
    links = [f'<{name}.{one.suffix}>; rel="alternate"; type="{one.media_type}"' for one in EVENT_FORMATS]
    if release.manifest.license:
        links.append(f'<{uri_of(release.manifest.license)}>; rel="license"')
    headers["Link"] = ", ".join(links)
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    return exchange.representation(body(), form, etag, headers)


def _stream(exchange: Exchange, history: History) -> Iterator[Triple]:
    """What a client must know of the stream and of its one view (LDES server primer, root node)."""
    manifest, iris = exchange.snapshot.manifest, exchange.snapshot.iris
    stream, root = stream_iri(iris.base), events_iri(iris.base)
    yield _link(stream, RDF + "type", LDES + "EventStream")
    for tag, title in manifest.title.items():
        literal = Literal(title, language=tag) if tag else Literal(title)
        yield Triple(NamedNode(stream), NamedNode(DCT + "title"), literal)
    if manifest.license:
        yield _link(stream, DCT + "license", manifest.license)
    yield _link(stream, DCT + "source", iris.dataset)
    yield _link(stream, LDES + "timestampPath", PROV + "generatedAtTime")
    yield _link(stream, LDES + "versionOfPath", DCT + "isVersionOf")
    yield _link(stream, LDES + "versionDeletePath", RDF + "type")
    yield _link(stream, LDES + "versionDeleteObject", AS + "Delete")
    yield _link(stream, TREE + "view", root)
    yield _link(root, RDF + "type", TREE + "Node")
    yield _link(root, RDF + "type", LDES + "EventSource")
    if history.pages:
        yield _link(root, LDES + "retentionPolicy", f"{root}#retention")
        yield _link(f"{root}#retention", RDF + "type", LDES + "RetentionPolicy")
        yield _time(f"{root}#retention", LDES + "startingFrom", history.pages[0].first)


def _relations(one: EventPage, base: str) -> Iterator[Triple]:
    """The relations from the root to a page: no member is older than its first, none of a full page newer than its
    last (TREE, 4.1: relations to the same node hold together)."""
    root = events_iri(base)
    bounds = {"from": ("GreaterThanOrEqualToRelation", one.first)}
    if one.is_full:
        bounds["until"] = ("LessThanOrEqualToRelation", one.last)
    for name, (kind, moment) in bounds.items():
        relation = f"{root}#{name}-{one.name}"
        yield _link(root, TREE + "relation", relation)
        yield _link(relation, RDF + "type", TREE + kind)
        yield _link(relation, TREE + "path", PROV + "generatedAtTime")
        yield _time(relation, TREE + "value", moment)
        yield _link(relation, TREE + "node", page_iri(base, one.name))


def _link(subject: str, name: str, target: str) -> Triple:
    return Triple(NamedNode(subject), NamedNode(name), NamedNode(target))


def _time(subject: str, name: str, moment: str) -> Triple:
    return Triple(NamedNode(subject), NamedNode(name), Literal(moment, datatype=NamedNode(XSD + "dateTime")))


def _written(
    exchange: Exchange, form: Format, head: Sequence[Triple], nodes: Mapping[NamedNode, str], members: Iterable[Triple]
) -> bytes:
    """Head and members in a syntax; the references of `nodes` stand for their IRIs where the syntax knows relative
    ones. N-Triples does not."""
    prefixes = exchange.snapshot.manifest.prefixes
    if form is N_TRIPLES:
        return write_triples([*head, *members], form, prefixes)
    body = write_triples(members, form, prefixes)
    if form is JSON_LD:
        references = {node.value: reference for node, reference in nodes.items()}
        objects = _referring(json.loads(write_triples(head, form, {})), references)
        return json.dumps([*objects, *json.loads(body)], ensure_ascii=False, separators=(",", ":")).encode()

    def text(term: object) -> str:
        return f"<{nodes[term]}>" if isinstance(term, NamedNode) and term in nodes else str(term)

    lines = (f"{text(t.subject)} {t.predicate} {text(t.object)} .\n" for t in head)
    return "".join(lines).encode() + body


def _referring(value: Any, references: Mapping[str, str]) -> Any:
    """Expanded JSON-LD with some identifiers replaced."""
    if isinstance(value, list):
        return [_referring(one, references) for one in value]
    if isinstance(value, dict):
        return {key: references.get(v, v) if key == "@id" else _referring(v, references) for key, v in value.items()}
    return value
