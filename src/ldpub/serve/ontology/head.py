"""What an ontology says about itself: title, version, who made it, licence, imports, and how to cite it."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from ldpub.labels import LABEL_PROPERTIES
from ldpub.namespaces import DCT, OWL, RDF, SCHEMA, VANN
from ldpub.serve.describe import DESCRIPTIONS
from ldpub.serve.exchange import Exchange
from ldpub.serve.ontology.graph import Term
from ldpub.serve.ontology.names import Names
from ldpub.serve.ontology.phrase import text_of
from ldpub.serve.ontology.rows import Row, row, titled
from ldpub.serve.ontology.vocabulary import Vocabulary

_DC = "http://purl.org/dc/elements/1.1/"
ABSTRACTS = (DCT + "abstract", *DESCRIPTIONS, _DC + "description")
_ROWS = (
    ("onto_version", (OWL + "versionInfo",)),
    ("onto_version_iri", (OWL + "versionIRI",)),
    ("onto_prior_version", (OWL + "priorVersion",)),
    ("onto_compatible", (OWL + "backwardCompatibleWith",)),
    ("onto_incompatible", (OWL + "incompatibleWith",)),
    ("onto_created", (DCT + "created", DCT + "issued", SCHEMA + "dateCreated")),
    ("onto_modified", (DCT + "modified", SCHEMA + "dateModified")),
    ("onto_creator", (DCT + "creator", _DC + "creator", SCHEMA + "creator", SCHEMA + "author")),
    ("onto_contributor", (DCT + "contributor", _DC + "contributor", SCHEMA + "contributor")),
    ("publisher", (DCT + "publisher", _DC + "publisher", SCHEMA + "publisher")),
    ("licence", (DCT + "license", DCT + "rights", SCHEMA + "license", "http://creativecommons.org/ns#license")),
    ("onto_prefix", (VANN + "preferredNamespacePrefix",)),
    ("onto_namespace", (VANN + "preferredNamespaceUri",)),
    ("onto_imports", (OWL + "imports",)),
)
_TOLD = frozenset((RDF + "type", *LABEL_PROPERTIES, *ABSTRACTS, *(name for _, names in _ROWS for name in names)))


def head_rows(exchange: Exchange, vocabulary: Vocabulary, ontology: NamedNode, names: Names) -> list[Row]:
    """The rows about an ontology: those of every ontology in their order, then whatever else it says."""
    graph, words = vocabulary.graph, exchange.words
    rows: list[Row] = []
    for key, properties in _ROWS:
        rows += row(words, key, [names(value) for name in properties for value in graph.objects(ontology, name)])
    for name in graph.about(ontology):
        if name not in _TOLD:
            values = [one for one in graph.objects(ontology, name) if not (isinstance(one, Literal) and one.language)]
            told = [names.text(graph, ontology, (name,)), *(names(one) for one in values)]
            rows += titled(words, names.describer.name(NamedNode(name)), told)
    return rows


def citation(exchange: Exchange, vocabulary: Vocabulary, ontology: NamedNode, names: Names) -> str:
    """How to cite an ontology: who made it (the year): its title, version, and its address, that of the version."""
    graph = vocabulary.graph

    def said(key: str) -> Iterator[Term]:
        return (value for name in dict(_ROWS)[key] for value in graph.objects(ontology, name))

    makers = dict.fromkeys(text_of(names(one)) for key in ("onto_creator", "publisher") for one in said(key))
    who = ", ".join(list(makers)[:5]) or exchange.snapshot.manifest.publisher.get("name", "")
    dates = [one.value for key in ("onto_modified", "onto_created") for one in said(key) if isinstance(one, Literal)]
    year = (dates or [exchange.snapshot.manifest.date])[0][:4]
    version = next((one.value for one in said("onto_version") if isinstance(one, Literal)), "")
    address = next((one.value for one in said("onto_version_iri") if isinstance(one, NamedNode)), ontology.value)
    title = names.describer.name(ontology)
    told = exchange.words["onto_cited_version"].format(version=version) if version else ""
    return " ".join(part for part in (f"{who} ({year}):" if who else "", f"{title}.", told, address) if part)
