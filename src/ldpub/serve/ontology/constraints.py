"""SHACL Core in words: what a shape asks of a node or of the values of a property (SHACL, 4)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.namespaces import RDF, RDFS, SH
from ldpub.serve.ontology.expressions import DEEPEST, LONGEST, Above
from ldpub.serve.ontology.graph import Graph, Term
from ldpub.serve.ontology.paths import Paths
from ldpub.serve.ontology.phrase import Names, Phrase, Words, code, fill, joined, plain

_NUMBERED = (
    ("minInclusive", "onto_min_inclusive"),
    ("minExclusive", "onto_min_exclusive"),
    ("maxInclusive", "onto_max_inclusive"),
    ("maxExclusive", "onto_max_exclusive"),
    ("minLength", "onto_min_length"),
    ("maxLength", "onto_max_length"),
)
_COMPARED = (
    ("equals", "onto_equals"),
    ("disjoint", "onto_disjoint"),
    ("lessThan", "onto_less_than"),
    ("lessThanOrEquals", "onto_less_or_equal"),
)
_NODE_KINDS = {
    SH + kind: f"onto_kind_{key}"
    for kind, key in (
        ("IRI", "iri"),
        ("Literal", "literal"),
        ("BlankNode", "blank"),
        ("IRIOrLiteral", "iri_or_literal"),
        ("BlankNodeOrIRI", "blank_or_iri"),
        ("BlankNodeOrLiteral", "blank_or_literal"),
    )
}


_APART = {
    *(RDF + "type", RDFS + "label", RDFS + "comment"),
    *(SH + name for name in ("path", "name", "description", "group", "order", "message", "severity", "deactivated")),
    *(SH + name for name in ("property", "minCount", "maxCount", "class", "datatype", "nodeKind", "node")),
}
"""What is no constraint, or is told apart from the others."""


class Constraints:
    """Tells the constraints of the shapes of a graph in one language."""

    def __init__(self, graph: Graph, name: Names, words: Words, languages: Names) -> None:
        """`languages` names the texts of a message or label that a term has, in the page's language."""
        self._graph = graph
        self._name = name
        self._words = words
        self._text = languages
        self._paths = Paths(graph, name, words)
        self._told_paths: dict[Term, Phrase] = {}
        self._left = 0

    def path(self, shape: Term) -> Phrase:
        """The path of a property shape; nothing for a node shape."""
        found = self._graph.value(shape, SH + "path")
        if found is None:
            return ()
        if found not in self._told_paths:
            self._told_paths[found] = self._paths.path(found)
        return self._told_paths[found]

    def cardinality(self, shape: Term) -> Phrase:
        """How many values a property shape asks for: `exactly 1`; nothing where it does not say."""
        least, most = (self._number(shape, name) for name in ("minCount", "maxCount"))
        if least == most and least is not None:
            return fill(self._words["onto_exactly_n"], n=least)
        if least is not None and most is not None:
            return fill(self._words["onto_n_to_m"], n=least, m=most)
        if least is not None:
            return fill(self._words["onto_at_least_n"], n=least)
        return () if most is None else fill(self._words["onto_at_most_n"], n=most)

    def kind(self, shape: Term) -> Phrase:
        """What a value is: class, datatype, kind of node, or as another shape says; nothing where it is not said."""
        self._left = LONGEST
        return joined(list(self._kinds(shape, ())), ", ")

    def further(self, shape: Term) -> list[Phrase]:
        """All other constraints of a shape but those of its property shapes, one phrase each."""
        if self._graph.about(shape).keys() <= _APART:  # as of most
            return []
        self._left = LONGEST
        return list(self._others(shape, ()))

    def whole(self, shape: Term) -> Phrase:
        """All constraints of a shape, its property shapes included, in one phrase; nothing where it has none."""
        self._left = LONGEST
        return self._whole(shape, ())

    def _whole(self, shape: Term, above: Above) -> Phrase:
        self._left -= 1
        if shape in above or len(above) >= DEEPEST or self._left < 0:
            return plain("…")
        inside = (*above, shape)
        parts = [
            self.cardinality(shape),
            *self._kinds(shape, inside),
            *self._others(shape, inside),
            *(self._property(one, inside) for one in self._graph.objects(shape, SH + "property")),
        ]
        return joined([part for part in parts if part], ", ")

    def _property(self, shape: Term, above: Above) -> Phrase:
        """A property shape within a shape: `author: exactly 1, Person`."""
        path = self.path(shape) or plain("…")
        asked = self._whole(shape, above)
        return fill(self._words["onto_path_asks"], path=path, x=asked) if asked else path

    def _part(self, shape: Term, above: Above) -> Phrase:
        """A shape that a constraint names: by its name, or what it asks."""
        if isinstance(shape, NamedNode):
            return self._name(shape)
        is_property = self._graph.value(shape, SH + "path") is not None and shape not in above
        asked = self._property(shape, above) if is_property else self._whole(shape, above)
        return (*plain("("), *asked, *plain(")")) if len(asked) > 1 else asked or plain(self._words["onto_anything"])

    def _kinds(self, shape: Term, above: Above) -> Iterator[Phrase]:
        graph = self._graph
        for name in ("class", "datatype"):
            for value in graph.objects(shape, SH + name):
                yield self._name(value)
        for value in graph.objects(shape, SH + "nodeKind"):
            key = _NODE_KINDS.get(value.value) if isinstance(value, NamedNode) else None
            yield plain(self._words[key]) if key else self._name(value)
        for value in graph.objects(shape, SH + "node"):
            yield fill(self._words["onto_as"], x=self._part(value, above))

    def _others(self, shape: Term, above: Above) -> Iterator[Phrase]:
        yield from self._values(shape)
        yield from self._strings(shape)
        yield from self._logical(shape, above)
        yield from self._qualified(shape, above)
        yield from self._closed(shape)
        for constraint in self._graph.objects(shape, SH + "sparql"):
            yield fill(self._words["onto_sparql"], x=self._text(constraint) or plain("…"))

    def _values(self, shape: Term) -> Iterator[Phrase]:
        """Lists of values, ranges and comparisons (SHACL, 4.3, 4.5, 4.8)."""
        graph, words = self._graph, self._words
        for head in graph.objects(shape, SH + "in"):
            members = [self._name(one) for one in graph.members(head)]
            yield fill(words["onto_one_of"], list=joined(members, ", ") or plain(words["onto_nothing"]))
        for value in graph.objects(shape, SH + "hasValue"):
            yield fill(words["onto_with_value"], x=self._name(value))
        for name, key in _NUMBERED:
            for value in graph.objects(shape, SH + name):
                yield fill(words[key], n=_lexical(value))
        for name, key in _COMPARED:
            for value in graph.objects(shape, SH + name):
                yield fill(words[key], x=self._name(value))

    def _strings(self, shape: Term) -> Iterator[Phrase]:
        """Patterns and languages (SHACL, 4.4)."""
        graph, words = self._graph, self._words
        flags = "".join(_lexical(value) for value in graph.objects(shape, SH + "flags"))
        for value in graph.objects(shape, SH + "pattern"):
            phrase = fill(words["onto_pattern"], n=code(_lexical(value)))
            yield fill(words["onto_with_flags"], x=phrase, flags=code(flags)) if flags else phrase
        for head in graph.objects(shape, SH + "languageIn"):
            tags = [plain(_lexical(one)) for one in graph.members(head)]
            yield fill(words["onto_language"], n=joined(tags, ", ", words["onto_or"]) or plain(words["onto_nothing"]))
        if any(_is_true(value) for value in graph.objects(shape, SH + "uniqueLang")):
            yield plain(words["onto_unique_lang"])

    def _logical(self, shape: Term, above: Above) -> Iterator[Phrase]:
        """Logical constraints (SHACL, 4.6)."""
        graph, words = self._graph, self._words
        for value in graph.objects(shape, SH + "not"):
            yield fill(words["onto_not"], x=self._part(value, above))
        for name, key, empty in (
            ("and", "onto_and", "anything"),
            ("or", "onto_or", "nothing"),
            ("xone", "", "nothing"),
        ):
            for head in graph.objects(shape, SH + name):
                parts = [self._part(one, above) for one in graph.members(head)] or [plain(words[f"onto_{empty}"])]
                yield (
                    joined(parts, ", ", words[key])
                    if key
                    else fill(words["onto_exactly_one_of"], list=joined(parts, ", "))
                )

    def _qualified(self, shape: Term, above: Above) -> Iterator[Phrase]:
        """Qualified value shapes (SHACL, 4.7.3)."""
        words = self._words
        asked = [self._part(value, above) for value in self._graph.objects(shape, SH + "qualifiedValueShape")]
        is_apart = any(_is_true(value) for value in self._graph.objects(shape, SH + "qualifiedValueShapesDisjoint"))
        for name, key in (("qualifiedMinCount", "onto_at_least"), ("qualifiedMaxCount", "onto_at_most")):
            count = self._number(shape, name)
            for part in asked if count is not None else ():
                value = fill(words["onto_value_as"], x=part)
                phrase = fill(words[key], n=count or "", x=value)
                yield fill(words["onto_apart"], x=phrase) if is_apart else phrase

    def _closed(self, shape: Term) -> Iterator[Phrase]:
        """Closed shapes (SHACL, 4.8.1)."""
        if not any(_is_true(value) for value in self._graph.objects(shape, SH + "closed")):
            return
        ignored = [
            self._name(one)
            for head in self._graph.objects(shape, SH + "ignoredProperties")
            for one in self._graph.members(head)
        ]
        if ignored:
            yield fill(self._words["onto_closed_but"], list=joined(ignored, ", "))
        else:
            yield plain(self._words["onto_closed"])

    def _number(self, shape: Term, name: str) -> str | None:
        value = self._graph.value(shape, SH + name)
        return None if value is None else _lexical(value)


def is_deactivated(graph: Graph, shape: Term) -> bool:
    """Whether a shape is switched off (SHACL, 2.1.2.3)."""
    return any(_is_true(value) for value in graph.objects(shape, SH + "deactivated"))


def _lexical(value: Term) -> str:
    return "…" if isinstance(value, BlankNode) else str(getattr(value, "value", value))


def _is_true(value: Term) -> bool:
    return isinstance(value, Literal) and value.value in ("true", "1")
