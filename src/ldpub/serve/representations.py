"""A document of the site as RDF: what is said about its things, what links to them, and the labels to read it by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from ldpub.formats import Format
from ldpub.namespaces import DCT, FOAF, RDF, RDFS
from ldpub.serve.snapshot import Snapshot

INCOMING_AT_MOST = 10_000
"""How many links to one thing its document holds; whoever wants more asks SPARQL or takes a dump."""


def document_triples(snapshot: Snapshot, document: str, things: Sequence[NamedNode]) -> list[Triple]:
    """The triples of a document about things (Linked Data: both directions, with the labels that make it readable)."""
    statements = snapshot.statements
    report = NamedNode(snapshot.iris.graph("report"))
    quads = [quad for thing in things for quad in statements.closure(statements.about(thing))]
    quads += [quad for thing in things for quad in statements.linking_to(thing, INCOMING_AT_MOST)]
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
    """Serialize triples; readable prefixes where the syntax has them."""
    syntax = getattr(RdfFormat, form.engine)
    ordered = list(triples)
    used = {name: iri for name, iri in prefixes.items() if any(iri in str(triple) for triple in ordered)}
    content = serialize(ordered, format=syntax, prefixes=used or None)
    assert content is not None
    return content


def parse_triples(content: bytes) -> list[Triple]:
    """Read Turtle of the release."""
    return [quad.triple for quad in parse(content, format=RdfFormat.TURTLE)]


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
