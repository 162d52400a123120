"""What a release says about its ontologies and shapes, read once and kept while the release is served."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ldpub.iris import IriPolicy
from ldpub.namespaces import SKOS
from ldpub.release import QUESTIONS, REPORT_LINES, VOCABULARY, Release
from ldpub.serve.ontology.graph import Graph
from ldpub.serve.ontology.shapes import Shapes
from ldpub.serve.ontology.vocabulary import SCHEMES_SHOWN, Vocabulary, is_ontology, read_vocabulary
from ldpub.serve.statements import Labels, Statements

_KEPT = 16
_PREPARED = 4
_CONCEPTS_READ = 10_000

CONCEPTS_SHOWN = 40
"""How many concepts of a scheme a page shows."""

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
        self._kept_concepts = lru_cache(SCHEMES_SHOWN)(
            partial(statements.linked, name=SKOS + "inScheme", is_forward=False, limit=_CONCEPTS_READ)
        )

    def prepare(self, documents: Iterable[str]) -> None:
        """Read what the pages of the shapes and of ontologies, by the IRIs of their documents, tell."""
        shapes = self.shapes
        assert None not in (self.labels_of_shapes, shapes.of_class, shapes.of_property, shapes.anchors)
        assert None not in (self._examples, self.questions_by_term, self.rules_using, self.rules_making)
        for document in islice(documents, _PREPARED):
            things = [*map(NamedNode, self._statements.known([document])), *self._statements.fragments(document)]
            vocabulary = self.vocabulary(things) if things else None
            if vocabulary is not None:
                self.labels_of(vocabulary)

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

    def labels_of(self, vocabulary: Vocabulary) -> Labels:
        """The labels of all terms that the page of an ontology mentions; those of the last pages are kept."""
        kept = self._labels.get(vocabulary.document)
        if kept is None:
            if len(self._labels) >= _KEPT:
                self._labels.clear()
            kept = self._labels[vocabulary.document] = self._read_labels(self._mentioned(vocabulary))
        return kept

    @cached_property
    def labels_of_shapes(self) -> Labels:
        """The labels of all terms that the page of the shapes mentions."""
        return self._read_labels(_in(self.shapes.graph, self.shapes.graph.all_subjects))

    def _read_labels(self, mentioned: Iterable[object]) -> Labels:
        terms = {str(term) for term in mentioned if isinstance(term, NamedNode)}
        found = self._statements.labels(terms)
        return {term: found.get(term, {}) for term in terms}

    def _mentioned(self, vocabulary: Vocabulary) -> Iterator[object]:
        """Whatever the entry of a term may name."""
        yield from (vocabulary.ontology, *vocabulary.terms)
        yield from _in(vocabulary.graph, vocabulary.graph.all_subjects)
        yield from (NamedNode(iri) for rule in self.rules for role in ("makes", "uses") for iri in rule[role])
        for shape in self.shapes.node_shapes:
            yield shape
            yield from _in(self.shapes.graph, self.shapes.properties(shape))
        for scheme in vocabulary.sections.get("schemes", ()):
            yield from self.concepts(scheme)[:CONCEPTS_SHOWN]
        for term in vocabulary.terms:
            yield from (part for example in self.examples(term.value) for part in example)

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes."""
        with self._release.file(REPORT_LINES).open(encoding="utf-8") as lines:
            groups = json.loads(next(lines))
        return Shapes(self._statements, self._iris, groups)

    def count(self, term: str) -> int:
        """How many instances a class has, or in how many statements a property is."""
        return int(self._index["terms"].get(term, {}).get("count", 0))

    def examples(self, term: str) -> list[Example]:
        """Some instances of a class, or subject and object of some statements of a property, the best known first."""
        return self._examples.get(term, [])

    def concepts(self, scheme: NamedNode) -> Sequence[NamedNode]:
        """The concepts of a scheme (SKOS, 4), by IRI; those of the last schemes are kept."""
        return self._kept_concepts(scheme)

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


def _in(graph: Graph, subjects: Iterable[object]) -> Iterator[object]:
    """Subjects and all that is said about them."""
    for subject in subjects:
        yield subject
        for name, values in graph.about(subject).items():
            yield NamedNode(name)
            yield from values


def _by_term(queries: Sequence[Mapping[str, Any]], role: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for query in queries:
        for iri in query[role]:
            found[iri].append(query)
    return found
