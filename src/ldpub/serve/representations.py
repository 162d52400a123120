"""A document of the site as RDF: what is said about its things, what links to them, and the labels to read it by."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.formats import GRAPH_FORMATS, HTML, Format
from ldpub.iris import DOCUMENT, THING
from ldpub.namespaces import DCT, FOAF, RDF, RDFS
from ldpub.serve.quads import Quad
from ldpub.serve.snapshot import Snapshot
from ldpub.store.embedded import write_graph

NEGOTIATED = (*GRAPH_FORMATS, HTML)
"""What a document comes in; the first is what `*/*` gets."""

INCOMING_AT_MOST = 10_000
"""How many links to its things a document holds; whoever wants more asks SPARQL or takes a dump."""


def document_triples(snapshot: Snapshot, document: str, things: Sequence[NamedNode]) -> list[Triple]:
    """The triples of a document about things (Linked Data: both directions, with the labels that make it readable).

    A thing that is a named graph brings what it holds.
    """
    statements = snapshot.statements
    report = NamedNode(snapshot.iris.graph("report"))
    quads = [quad for thing in things for quad in statements.closure(statements.about(thing))]
    quads += _incoming(snapshot, things)
    quads += [quad for thing in things for quad in statements.of_graph(thing)]
    triples = dict.fromkeys(quad.triple for quad in quads if quad.graph_name != report)
    labels = statements.labels(str(term) for triple in triples for term in (triple.subject, triple.object))
    for term, texts in labels.items():
        if term.startswith("<"):
            for language, text in texts.items():
                subject = NamedNode(term[1:-1])
                literal = Literal(text, language=language) if language else Literal(text)
                triples.setdefault(Triple(subject, _LABEL, literal))
    return [*_about_document(snapshot, document, things), *triples]


def graph_triples(snapshot: Snapshot, graph: str) -> list[Triple]:
    """The triples of a named graph."""
    return [quad.triple for quad in snapshot.statements.of_graph(NamedNode(graph))]


def write_triples(triples: Iterable[Triple], form: Format, prefixes: Mapping[str, str]) -> bytes:
    """Serialize triples, with the prefixes that they use; raises UnwritableError where the syntax cannot say them."""
    output = io.BytesIO()
    write_graph(iter(triples), form, prefixes, output)
    return output.getvalue()


def suffixed(snapshot: Snapshot, path: str) -> tuple[Format, ...]:
    """The formats whose suffix, put to a document's path, names its representation and not another thing."""
    base = snapshot.iris.base
    named = {form: _named(snapshot, f"{path}.{form.suffix}") for form in NEGOTIATED}
    known = snapshot.statements.known_terms(tuple(base + name for names in named.values() for name in names))
    return tuple(form for form, names in named.items() if not any(base + name in known for name in names))


def _named(snapshot: Snapshot, path: str) -> tuple[str, ...]:
    """The paths of the IRIs that a request for a path may mean."""
    paths = [iri.removeprefix(snapshot.iris.base) for iri in snapshot.iris.iris(path)]
    return (*paths, *(p.replace(DOCUMENT, s, 1) for p in paths if p.startswith(DOCUMENT) for s in ("", THING)))


def _incoming(snapshot: Snapshot, things: Sequence[NamedNode]) -> list[Quad]:
    """What links to the things; where they are many, as in a vocabulary, only what is of the vocabulary itself."""
    statements = snapshot.statements
    if len(things) > 1:
        return []
    quads: list[Quad] = []
    for thing in things:
        quads += statements.linking_to(thing, INCOMING_AT_MOST - len(quads), "")
    return [*quads, *statements.context(quads)]


def _about_document(snapshot: Snapshot, document: str, things: Sequence[NamedNode]) -> list[Triple]:
    node = NamedNode(document)
    if node in things:
        return []
    triples = [Triple(node, NamedNode(RDF + "type"), NamedNode(FOAF + "Document"))]
    triples += [Triple(node, NamedNode(FOAF + "primaryTopic"), thing) for thing in things[:1]]
    triples.append(Triple(node, NamedNode(DCT + "isPartOf"), NamedNode(snapshot.iris.dataset)))
    if snapshot.manifest.license:
        triples.append(Triple(node, NamedNode(DCT + "license"), NamedNode(snapshot.manifest.license)))
    return triples


_LABEL = NamedNode(RDFS + "label")
