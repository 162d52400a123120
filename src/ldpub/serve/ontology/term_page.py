"""The page of one term of a hash namespace: its entry alone, at the document's path with `?term=` and its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyoxigraph import NamedNode

from ldpub.iris import path_of
from ldpub.serve.describe import Describer
from ldpub.serve.exchange import Exchange
from ldpub.serve.ontology.entries import Entries
from ldpub.serve.ontology.graph import Term
from ldpub.serve.ontology.names import Names, away, term_reference
from ldpub.serve.ontology.page import rules_naming
from ldpub.serve.ontology.phrase import text_of
from ldpub.serve.ontology.vocabulary import Vocabulary
from ldpub.serve.schema_org import CONTEXT
from ldpub.serve.snapshot import Snapshot


def term_named(vocabulary: Vocabulary, local: str) -> NamedNode | None:
    """The term `document#local` of a vocabulary, or None where it has none of that name."""
    return next((one for one in vocabulary.terms if one in vocabulary.own and _local(one) == local), None)


def _local(term: NamedNode) -> str:
    return term.value.partition("#")[2]


def term_values(
    exchange: Exchange, vocabulary: Vocabulary, term: NamedNode, current: Snapshot, url: str
) -> dict[str, Any]:
    """What the template of a term's page shows; `url` is the page's own address, below the site's."""
    snapshot, words = exchange.snapshot, exchange.words
    describer = Describer(snapshot, exchange.language, exchange.path, exchange.kept_language)
    describer.know(snapshot.schema.labels_of(vocabulary))
    beside: dict[Term, str] = {one: term_reference(exchange, one) for one in vocabulary.terms if one in vocabulary.own}
    names = Names(exchange, describer, {}, {**away(exchange, describer), **beside})
    section = next(name for name, terms in vocabulary.sections.items() if term in terms)
    one = Entries(exchange, vocabulary, names, dict.fromkeys(vocabulary.terms, "")).entry(section, term)
    summary = text_of(names.definition(vocabulary.graph, term))
    document = path_of(vocabulary.document, snapshot.iris.base)
    return {
        "title": one.title,
        "one": one,
        "kind": words[f"onto_one_{section}"],
        "summary": summary,
        "above": describer.name(vocabulary.ontology) if vocabulary.ontology else document,
        "whole": f"{describer.page(exchange.path)}#{_local(term)}",
        "rules": rules_naming(exchange, {term.value}, names),
        "is_former": snapshot is not current,
        "latest": describer.href(term),
        "release": snapshot.manifest.id,
        "schema": _defined_term(vocabulary, term, one.title, summary, current.manifest.url + url),
    }


def _defined_term(vocabulary: Vocabulary, term: NamedNode, title: str, summary: str, url: str) -> Mapping[str, str]:
    """The term as search engines read it (schema.org, DefinedTerm)."""
    values = {
        "@context": CONTEXT,
        "@type": "DefinedTerm",
        "@id": term.value,
        "name": title,
        "termCode": _local(term),
        "description": summary,
        "inDefinedTermSet": vocabulary.ontology.value if vocabulary.ontology else vocabulary.document,
        "url": url,
    }
    return {key: value for key, value in values.items() if value}
