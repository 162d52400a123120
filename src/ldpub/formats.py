"""The one table of formats: RDF 1.1 syntaxes and SPARQL 1.1 result formats, and all that any room needs of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Format:
    """One representation: its name in URLs, its media types (the first is the one sent), suffix and W3C format IRI.

    `engine` is the name of the constant in pyoxigraph's RdfFormat or QueryResultsFormat that parses and serializes it.
    """

    name: str
    label: str
    media_types: tuple[str, ...]
    suffix: str
    iri: str
    engine: str

    @property
    def media_type(self) -> str:
        """The media type sent in Content-Type."""
        return self.media_types[0]

    @property
    def content_type(self) -> str:
        """The Content-Type field, with the charset where the media type's registration has that parameter."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


_W3C = "http://www.w3.org/ns/formats/"

TURTLE = Format("turtle", "Turtle", ("text/turtle", "application/x-turtle"), "ttl", _W3C + "Turtle", "TURTLE")
JSON_LD = Format("jsonld", "JSON-LD", ("application/ld+json",), "jsonld", _W3C + "JSON-LD", "JSON_LD")
N_TRIPLES = Format("ntriples", "N-Triples", ("application/n-triples",), "nt", _W3C + "N-Triples", "N_TRIPLES")
RDF_XML = Format("rdfxml", "RDF/XML", ("application/rdf+xml",), "rdf", _W3C + "RDF_XML", "RDF_XML")
TRIG = Format("trig", "TriG", ("application/trig",), "trig", _W3C + "TriG", "TRIG")
N_QUADS = Format("nquads", "N-Quads", ("application/n-quads",), "nq", _W3C + "N-Quads", "N_QUADS")
HTML = Format("html", "HTML", ("text/html", "application/xhtml+xml"), "html", "http://www.w3.org/1999/xhtml", "")

ATOM = Format("atom", "Atom", ("application/atom+xml",), "atom", "http://www.w3.org/2005/Atom", "")

SVG = Format("svg", "SVG", ("image/svg+xml",), "svg", "http://www.w3.org/2000/svg", "")

GRAPH_FORMATS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
"""The RDF syntaxes in which a graph is served, in the order of preference when a client accepts them equally."""

EVENT_FORMATS = (TURTLE, TRIG, N_TRIPLES, JSON_LD)
"""The RDF syntaxes in which the pages of the event stream are served."""

SOURCE_FORMATS = {f".{f.suffix}": f for f in (*GRAPH_FORMATS, TRIG, N_QUADS)} | {".owl": RDF_XML, ".xml": RDF_XML}
"""The syntaxes in which a project's files may stand, by file suffix."""

RESULTS_JSON = Format(
    "json",
    "JSON",
    ("application/sparql-results+json", "application/json"),
    "json",
    _W3C + "SPARQL_Results_JSON",
    "JSON",
)
RESULTS_XML = Format(
    "xml", "XML", ("application/sparql-results+xml", "application/xml"), "srx", _W3C + "SPARQL_Results_XML", "XML"
)
RESULTS_CSV = Format("csv", "CSV", ("text/csv",), "csv", _W3C + "SPARQL_Results_CSV", "CSV")
RESULTS_TSV = Format("tsv", "TSV", ("text/tab-separated-values",), "tsv", _W3C + "SPARQL_Results_TSV", "TSV")

SOLUTION_FORMATS = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
"""The formats of SELECT answers, in the order of preference."""

BOOLEAN_FORMATS = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
"""The formats of ASK answers; CSV and TSV carry `true` or `false` as their only line."""


def by_suffix(suffix: str) -> Format | None:
    """The format of a document URL's suffix (without the dot), or None."""
    return next((f for f in (*GRAPH_FORMATS, HTML, TRIG, N_QUADS) if f.suffix == suffix), None)
