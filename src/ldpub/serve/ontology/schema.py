"""What a release says about its ontologies and shapes, read once and kept while the release is served."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ldpub.iris import IriPolicy
from ldpub.release import QUESTIONS, VOCABULARY, Release
from ldpub.serve.answers import Answers, KeptAnswer
from ldpub.serve.ontology.shapes import Shapes
from ldpub.serve.ontology.vocabulary import Vocabulary, is_ontology, read_vocabulary
from ldpub.serve.statements import Labels, Statements

_KEPT = 16
_PAGES_BYTES = 8 << 20

Example = tuple[NamedNode | Literal, ...]
"""A thing, or subject and object of a statement."""


class Schema:
    """The ontologies and shapes of a release, counts and examples of their terms, and the queries that name them."""

    def __init__(self, release: Release, statements: Statements) -> None:
        self._release = release
        self._statements = statements
        self._iris = IriPolicy(release.manifest.base)
        self._vocabularies: dict[str, Vocabulary] = {}
        self._labels: dict[str, Labels] = {}
        self.pages: Answers[KeptAnswer] = Answers(_PAGES_BYTES)
        """The pages that were made last, by what tells them apart."""

    def vocabulary(self, things: Sequence[NamedNode]) -> Vocabulary | None:
        """The terms that a document about these things describes, or None where it describes no ontology.

        Those of the last ontologies that were asked for are kept.
        """
        document = things[0].value.partition("#")[0]
        kept = self._vocabularies.get(document)
        if kept is None and is_ontology(self._statements, things):
            if len(self._vocabularies) >= _KEPT:
                self._vocabularies.clear()
            kept = self._vocabularies[document] = read_vocabulary(self._statements, self._iris, things)
        return kept

    def labels(self, page: str, mentioned: Callable[[], Iterable[NamedNode]]) -> Labels:
        """The labels of all terms that a page mentions, read once; those of the last pages are kept."""
        kept = self._labels.get(page)
        if kept is None:
            if len(self._labels) >= _KEPT:
                self._labels.clear()
            terms = {str(term) for term in mentioned()}
            found = self._statements.labels(terms)
            kept = self._labels[page] = {term: found.get(term, {}) for term in terms}
        return kept

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes."""
        return Shapes(self._statements, self._iris)

    def count(self, term: str) -> int:
        """How many instances a class has, or in how many statements a property is."""
        return int(self._index["terms"].get(term, {}).get("count", 0))

    def examples(self, term: str) -> list[Example]:
        """Some instances of a class, or subject and object of some statements of a property, the best known first."""
        return self._examples.get(term, [])

    def targets(self, shape: object) -> int:
        """How many nodes a shape targets."""
        return int(self._index["targets"].get(str(shape), 0))

    @property
    def rules(self) -> Sequence[Mapping[str, Any]]:
        """The rules: name, titles, text, and the IRIs that they use and make."""
        rules: Sequence[Mapping[str, Any]] = self._index["rules"]
        return rules

    @cached_property
    def questions_by_term(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The questions whose query names a term; their titles have the defaults in their places."""
        listed = json.loads(self._release.file(QUESTIONS).read_text(encoding="utf-8"))
        titles = {question["name"]: question["titles"] for question in listed}
        questions = [{**one, "titles": titles[one["name"]]} for one in self._index["questions"]]
        return _by_term(questions, "uses")

    @cached_property
    def rules_using(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The rules in whose condition a term is."""
        return _by_term(self.rules, "uses")

    @cached_property
    def rules_making(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The rules whose conclusion has a term."""
        return _by_term(self.rules, "makes")

    @cached_property
    def _index(self) -> dict[str, Any]:
        index: dict[str, Any] = json.loads(self._release.file(VOCABULARY).read_text(encoding="utf-8"))
        return index

    @cached_property
    def _examples(self) -> dict[str, list[Example]]:
        """The examples as terms: all are parsed at once, each as the object of a statement of its own."""
        texts = [text for said in self._index["terms"].values() for one in said["examples"] for text in one]
        lines = "".join(f"_:e <x:x> {text} .\n" for text in dict.fromkeys(texts))
        parsed = (quad.object for quad in parse(lines, format=RdfFormat.N_TRIPLES))
        terms = dict(zip(dict.fromkeys(texts), parsed, strict=True))
        return {
            iri: [tuple(terms[text] for text in one) for one in said["examples"]]
            for iri, said in self._index["terms"].items()
        }


def _by_term(queries: Sequence[Mapping[str, Any]], role: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for query in queries:
        for iri in query[role]:
            found[iri].append(query)
    return found
