"""What search engines read of a page: the thing it is about and the site, in the terms of schema.org, as JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import NamedNode

from ldpub.iris import path_of
from ldpub.labels import choose_text
from ldpub.namespaces import OWL, RDF, SKOS
from ldpub.serve.exchange import Exchange
from ldpub.serve.quads import Quad

CONTEXT = "https://schema.org/"
_NAMESPACES = ("http://schema.org/", "https://schema.org/")
_SAME = frozenset((OWL + "sameAs", SKOS + "exactMatch", *(space + "sameAs" for space in _NAMESPACES)))
_SAME_AT_MOST = 50
_DEFINED = {SKOS + "Concept": "DefinedTerm", SKOS + "ConceptScheme": "DefinedTermSet"}


def thing_schema(exchange: Exchange, thing: NamedNode, name: str, summary: str | None, url: str) -> dict[str, Any]:
    """A thing under the classes that the ontology maps to schema.org, else as a Thing; `url` is its page's path."""
    quads = exchange.snapshot.statements.facts([thing], [RDF + "type", *sorted(_SAME)])
    kinds = _kinds(quads)
    linked = (q.object for q in quads if q.predicate.value in _SAME)
    same = sorted({term.value for term in linked if isinstance(term, NamedNode) and _is_on_the_web(term)})
    values = {
        "@context": CONTEXT,
        "@type": kinds[0] if len(kinds) == 1 else kinds,
        "@id": thing.value,
        "name": name,
        "identifier": thing.value,
        "description": summary or "",
        "url": exchange.snapshot.manifest.url + url,
        "sameAs": same[:_SAME_AT_MOST],
    }
    return {key: value for key, value in values.items() if value}


def _kinds(quads: Iterable[Quad]) -> list[str]:
    types = {q.object.value for q in quads if q.predicate.value == RDF + "type" and isinstance(q.object, NamedNode)}
    found = {t.removeprefix(space) for t in types for space in _NAMESPACES if t.startswith(space)}
    found |= {_DEFINED[t] for t in types & _DEFINED.keys()}
    return sorted(found - {"Thing"}) or ["Thing"]


def _is_on_the_web(term: NamedNode) -> bool:
    return term.value.startswith(("http://", "https://"))


def site_schema(exchange: Exchange) -> Sequence[dict[str, Any]]:
    """The site with its search, and the data set that it is about."""
    manifest, iris = exchange.snapshot.manifest, exchange.snapshot.iris

    def text(texts: Any) -> str:
        return choose_text(texts, exchange.language, manifest.languages) or ""

    name = text(manifest.title)
    dataset: dict[str, Any] = {
        "@type": "Dataset",
        "@id": iris.dataset,
        "name": name,
        "description": text(manifest.description) or name,
        "url": f"{manifest.url}{path_of(iris.dataset, iris.base)}.html",
        "license": manifest.license,
    }
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": manifest.url + "search?q={search_term_string}"},
        "query-input": "required name=search_term_string",
    }
    site = {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": name,
        "url": manifest.url,
        "inLanguage": exchange.language,
        "potentialAction": action,
        "about": dataset,
    }
    return (site,)
