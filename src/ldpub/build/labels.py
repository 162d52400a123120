"""Terms without a label in a language of the site: nobody can read them there."""

from __future__ import annotations

from collections import defaultdict

from pyoxigraph import Literal, NamedNode

from ldpub.build.dataset import Dataset
from ldpub.labels import LABEL_PROPERTIES
from ldpub.namespaces import RDF

_TYPE = NamedNode(RDF + "type")


def terms(dataset: Dataset) -> list[str]:
    """The terms of the project's own ontologies: what is said to be something there, under the base."""
    base = dataset.project.config.base
    found = {
        t.subject.value
        for t in dataset.graph("ontology")
        if t.predicate == _TYPE and isinstance(t.subject, NamedNode) and t.subject.value.startswith(base)
    }
    return sorted(found)


def unlabelled(dataset: Dataset, named: list[str]) -> dict[str, list[str]]:
    """For each language of the site, those of the terms that have no label in it; `pt` is none in `pt-BR`'s stead."""
    tags: dict[str, set[str]] = defaultdict(set)
    for triple in dataset.union:
        value = triple.object
        if isinstance(value, Literal) and value.language and triple.predicate.value in LABEL_PROPERTIES:
            tags[str(triple.subject)].add(value.language.lower())
    languages = dataset.project.config.languages
    return {tag: [term for term in named if tag.lower() not in tags[f"<{term}>"]] for tag in languages}
