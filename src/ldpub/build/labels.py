"""Terms without a label in a language of the site: nobody can read them there."""

from __future__ import annotations

from collections import defaultdict

from pyoxigraph import NamedNode

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
    content = dataset.content
    values, languages = content.terms.values, content.terms.languages
    tags: dict[str, set[str]] = defaultdict(set)
    for name in LABEL_PROPERTIES:
        for thing, text in content.of(name):
            tags[values[thing]].add(languages[text].lower())
    return {tag: [one for one in named if tag.lower() not in tags[one]] for tag in dataset.project.config.languages}
