"""How a term is used: counts and examples from the data, shapes that apply, rules and questions that name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from pyoxigraph import NamedNode

from ldpub.namespaces import SH
from ldpub.serve.exchange import Exchange
from ldpub.serve.language import choose_text
from ldpub.serve.links import to_page
from ldpub.serve.ontology.constraints import Constraints
from ldpub.serve.ontology.graph import Graph, Term, superclasses
from ldpub.serve.ontology.names import MESSAGES, Names
from ldpub.serve.ontology.phrase import Phrase, fill, joined, piece, plain, text_of, without_links
from ldpub.serve.ontology.rows import Row, row

_SHAPES_SHOWN = 12
_QUERIES_SHOWN = 12
_PARTS_SHOWN = 12


class Usage:
    """Tells how terms are used, for one page."""

    def __init__(self, exchange: Exchange, names: Names, graph: Graph) -> None:
        self._exchange = exchange
        self._schema = exchange.snapshot.schema
        self._name = names
        self._graph = graph
        self._words = exchange.words
        self._languages = exchange.snapshot.manifest.languages
        shapes = self._schema.shapes.graph
        self._asked_in: dict[Term, Phrase] = {}
        self._queries: dict[str, Phrase] = {}
        self._told: dict[Term, Phrase] = {}
        self._constraints = Constraints(shapes, names, exchange.words, lambda term: names.text(shapes, term, MESSAGES))

    def rows(self, section: str, term: NamedNode) -> Iterator[Row]:
        """The rows about the use of a term of a section."""
        schema = self._schema
        yield from self._examples(section, term)
        shapes = self._shapes_of_class(term) if section == "classes" else self._shapes_of_property(term)
        yield from row(self._words, "shapes", shapes, _SHAPES_SHOWN)
        above = superclasses(self._graph, term) if section == "classes" else []
        named = [self._name(shape) for one in above for shape in schema.shapes.of_class.get(one, ())]
        yield from row(self._words, "onto_shapes_above", [joined(list(dict.fromkeys(named)), ", ")] if named else [])
        for key, queries in (("onto_made_by", schema.rules_making), ("onto_used_by", schema.rules_using)):
            yield from row(self._words, key, [self._rule(one) for one in queries.get(term.value, ())], _QUERIES_SHOWN)
        asked = [self._question(one) for one in schema.questions_by_term.get(term.value, ())]
        yield from row(self._words, "questions", asked, _QUERIES_SHOWN)

    def concepts(self, scheme: NamedNode, shown: int) -> tuple[list[Phrase], int]:
        """The concepts of a scheme that are shown, and how many it has."""
        concepts = self._schema.concepts(scheme)
        self._name.describer.learn(concepts[:shown])
        left_out: list[Phrase] = [plain(one.value) for one in concepts[shown:]]
        return [*(self._name(one) for one in concepts[:shown]), *left_out], len(concepts)

    def _examples(self, section: str, term: NamedNode) -> Iterator[Row]:
        count, words = self._schema.count(term.value), self._words
        shown = [joined([self._name(part) for part in example], " → ") for example in self._schema.examples(term.value)]
        if section == "classes":
            reference = to_page(self._exchange, "browse", [("class", term.value)])
            counted: Phrase = (piece(words.counted("onto_instances_n", count), reference if count else None),)
        elif section.endswith("properties"):
            counted = plain(words.counted("statements_n", count))
        else:
            return
        yield from row(words, "onto_in_the_data", [counted, *shown])

    def _shapes_of_class(self, term: NamedNode) -> list[Phrase]:
        """The shapes that target a class, each with what it asks of which property."""
        shapes, told = self._schema.shapes, []
        for shape in shapes.of_class.get(term, ()):
            parts = [part for one in shapes.properties(shape) if (part := self._asked(one))]
            if len(parts) > _PARTS_SHOWN:
                parts = [*parts[:_PARTS_SHOWN], plain(self._words["and_more"].format(n=len(parts) - _PARTS_SHOWN))]
            told.append(self._with(self._name(shape), joined(parts, "; ")))
        return told

    def _with(self, named: Phrase, asked: Phrase) -> Phrase:
        return fill(self._words["onto_path_asks"], path=named, x=asked) if asked else named

    def _brief(self, part: Term) -> Phrase:
        """How many values, and what they are; kept, because many terms are in one property shape."""
        if part not in self._told:
            tell = self._constraints
            told = [phrase for phrase in (tell.cardinality(part), tell.kind(part)) if phrase]
            self._told[part] = without_links(joined(told, ", "))
        return self._told[part]

    def _asked(self, part: Term) -> Phrase:
        """A property shape in a few words: `country (at most 1, Country)`; kept, because many classes have it."""
        if part not in self._asked_in:
            path, asked = without_links(self._constraints.path(part)), self._brief(part)
            self._asked_in[part] = fill(self._words["onto_asked"], path=path, x=asked) if asked else path
        return self._asked_in[part]

    def _shapes_of_property(self, term: NamedNode) -> list[Phrase]:
        """The shapes in which a property is, each with what it asks of the values."""
        tell, told = self._constraints, []
        for shape, part in self._schema.shapes.of_property.get(term, ()):
            asked = joined([one for one in (self._brief(part), *tell.further(part)) if one], ", ")
            path = self._schema.shapes.graph.value(part, SH + "path")
            if path is not None and path != term:
                asked = self._with(tell.path(part), asked)
            place = next((self._name.href(one) for one in (part, shape) if isinstance(one, NamedNode)), None)
            told.append(self._with((piece(text_of(self._name(shape)), place),), asked))
        return told

    def _rule(self, rule: Mapping[str, Any]) -> Phrase:
        anchor = f"#{rule_anchor(rule)}"
        if anchor not in self._queries:
            self._queries[anchor] = (piece(self._title(rule), anchor),)
        return self._queries[anchor]

    def _question(self, question: Mapping[str, Any]) -> Phrase:
        path = f"questions/{quote(question['name'])}"
        if path not in self._queries:
            self._queries[path] = (piece(self._title(question), to_page(self._exchange, path)),)
        return self._queries[path]

    def _title(self, query: Mapping[str, Any]) -> str:
        return choose_text(query["titles"], self._exchange.language, self._languages) or str(query["name"])


def rule_anchor(rule: Mapping[str, Any]) -> str:
    """The fragment by which a rule is found on an ontology's page."""
    return f"page-rule-{quote(str(rule['name']))}"
