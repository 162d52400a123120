"""What the editor completes: the prefixes of the project, and the classes and properties of the release by label."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from functools import partial

from flask import Response
from pyoxigraph import Literal, NamedNode

from ldpub.formats import Format
from ldpub.labels import choose_text
from ldpub.namespaces import OWL, RDF, RDFS
from ldpub.serve.describe import DESCRIPTIONS, Describer
from ldpub.serve.exchange import REVALIDATE, Exchange
from ldpub.serve.statements import Statements

JSON = Format("json", "JSON", ("application/json",), "json", "", "")

AT_MOST = 2000
"""Classes, and properties; of more the least used are left to the search."""

_CLASSES = (OWL + "Class", RDFS + "Class")
_PROPERTIES = (
    OWL + "ObjectProperty",
    OWL + "DatatypeProperty",
    OWL + "AnnotationProperty",
    RDF + "Property",
)
_LOCAL = re.compile(r"(?:[^\W_]|_)(?:[\w-]|\.(?=[\w-]))*")
"""A local name that needs no escapes (SPARQL 1.1, 19.8, PN_LOCAL; not all of them)."""

_DEFINITION = 240
_KEPT = 32


class Vocabulary:
    """The view of `/sparql/terms?lang=`; what it says of a release is kept in each language."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, bytes] = {}

    def __call__(self, exchange: Exchange) -> Response:
        """JSON: `prefixes`, and `terms` with name, IRI, label, kind and definition, the most used first."""
        etag = exchange.etag("terms", exchange.language)
        headers = {"Vary": "Accept-Language", "Cache-Control": REVALIDATE, "Content-Language": exchange.language}
        if exchange.unchanged(etag):
            return exchange.not_modified(etag, headers)
        body = self._kept.get(etag)
        if body is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            body = self._kept[etag] = json.dumps(_document(exchange), ensure_ascii=False).encode()
        return exchange.representation(body, JSON, etag, headers)


def _document(exchange: Exchange) -> dict[str, object]:
    statements = exchange.snapshot.statements
    used = partial(_used, exchange.snapshot.iris.base, statements)
    kinds = {NamedNode(iri): "property" for iri in used(statements.property_counts(), _PROPERTIES)}
    kinds |= {NamedNode(iri): "class" for iri in used(statements.class_counts(), _CLASSES)}
    describer = Describer(exchange.snapshot, exchange.language, exchange.path)
    describer.learn(kinds)
    definitions = _definitions(exchange, list(kinds))
    terms = [
        {
            "name": _name(term.value, exchange.snapshot.manifest.prefixes),
            "iri": term.value,
            "label": describer.label(term) or "",
            "kind": kind,
            "definition": definitions.get(term, ""),
        }
        for term, kind in kinds.items()
    ]
    return {"prefixes": dict(sorted(exchange.snapshot.manifest.prefixes.items())), "terms": terms}


def _used(base: str, statements: Statements, counts: list[tuple[str, int]], classes: tuple[str, ...]) -> list[str]:
    """The site's own terms, then others; by use, and last those that are declared and not used."""
    declared = (thing.value for name in classes for thing in statements.instances(name, AT_MOST))
    found = dict.fromkeys([*(iri for iri, _ in counts), *declared])
    return sorted(found, key=lambda iri: not iri.startswith(base))[:AT_MOST]


def _definitions(exchange: Exchange, terms: list[NamedNode]) -> dict[NamedNode, str]:
    """The definition of each term that has one, by the strongest property, cut to a few lines."""
    texts: dict[NamedNode, dict[str, dict[str, str]]] = {}
    for quad in exchange.snapshot.statements.facts(terms, DESCRIPTIONS):
        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            by_property = texts.setdefault(quad.subject, {})
            by_property.setdefault(quad.predicate.value, {})[quad.object.language or ""] = quad.object.value
    languages = exchange.snapshot.manifest.languages
    chosen = {
        term: choose_text(next(found[name] for name in DESCRIPTIONS if name in found), exchange.language, languages)
        for term, found in texts.items()
    }
    return {
        term: text if len(text) <= _DEFINITION else text[:_DEFINITION] + "…" for term, text in chosen.items() if text
    }


def _name(iri: str, prefixes: Mapping[str, str]) -> str:
    """The prefixed name of an IRI by the longest prefix that leaves a plain local name, else the IRI in brackets."""
    for prefix, start in sorted(prefixes.items(), key=lambda entry: -len(entry[1])):
        if iri.startswith(start) and _LOCAL.fullmatch(iri.removeprefix(start)):
            return f"{prefix}:{iri.removeprefix(start)}"
    return f"<{iri}>"
