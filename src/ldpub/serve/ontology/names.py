"""What terms are called in a page's language, and where links to them go: to an anchor of the page where it has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.iris import path_of
from ldpub.labels import choose_text
from ldpub.namespaces import DCT, OWL, RDF, RDFS, SH, XSD
from ldpub.serve.describe import DESCRIPTIONS, Describer
from ldpub.serve.exchange import Exchange
from ldpub.serve.literals import tell
from ldpub.serve.ontology.graph import Graph, Term
from ldpub.serve.ontology.phrase import Phrase, Piece, piece

_WORDS = {
    **{XSD + name: f"onto_type_{key}" for name, key in (
        ("anyURI", "uri"), ("boolean", "boolean"), ("date", "date"), ("dateTime", "date_time"), ("decimal", "decimal"),
        ("double", "number"), ("float", "number"), ("gYear", "year"), ("gYearMonth", "year_month"), ("int", "integer"),
        ("integer", "integer"), ("nonNegativeInteger", "natural"), ("positiveInteger", "positive"), ("string", "text"),
        ("time", "time"), ("duration", "duration"),
    )},
    RDF + "langString": "onto_type_lang_string",
    RDFS + "Literal": "onto_kind_literal",
    OWL + "Thing": "onto_anything",
    OWL + "Nothing": "onto_nothing",
}  # fmt: skip
"""Datatypes and classes of the standards that have words of their own (XML Schema 1.1-2; OWL 2, 4 and 5)."""

MESSAGES = (SH + "message", RDFS + "label", SH + "name", DCT + "description", RDFS + "comment")


class Names:
    """Names terms for one page: `anchors` are the terms that have their place on it, `away` those on another page."""

    def __init__(
        self, exchange: Exchange, describer: Describer, anchors: Mapping[Term, str], away: Mapping[Term, str]
    ) -> None:
        self.describer = describer
        self._anchors = anchors
        self._away = away
        self._words = exchange.words
        self._language = exchange.language
        self._languages = exchange.snapshot.manifest.languages
        self._known: dict[Term, Phrase] = {}

    def __call__(self, term: Term) -> Phrase:
        """A term as a phrase of one piece."""
        phrase = self._known.get(term)
        if phrase is None:
            phrase = self._known[term] = (self._piece(term),)
        return phrase

    def _piece(self, term: Term) -> Piece:
        if isinstance(term, Literal):
            language = (term.language or "").lower()
            known = ("", self._language.lower())
            return piece(tell(term, self._words).text, language=language if language not in known else None)
        if isinstance(term, BlankNode | Triple):
            return piece("…")
        key = _WORDS.get(term.value)
        text = self._words[key] if key else self.describer.name(term)
        return piece(text, self.href(term))

    def href(self, term: NamedNode) -> str | None:
        """Where a link to a term goes."""
        if term in self._anchors:
            return "#" + self._anchors[term]
        if term in self._away:
            return self._away[term]
        return self.describer.href(term)

    def text(self, graph: Graph, term: Term, names: Iterable[str]) -> Phrase:
        """The first of some properties that has texts, in the page's language if there is one."""
        for name in names:
            texts = graph.texts(term, name)
            text = texts.get(self._language) or choose_text(texts, self._language, self._languages)
            if text is not None:
                tag = next(tag for tag in sorted(texts) if texts[tag] == text)
                is_own = not tag or tag.lower() == self._language.lower()
                return (piece(text, language=None if is_own else tag),)
        return ()

    def definition(self, graph: Graph, term: Term) -> Phrase:
        """What a term is said to be."""
        return self.text(graph, term, DESCRIPTIONS)

    def others(self, texts: Mapping[str, str], shown: str) -> list[tuple[str, str]]:
        """A name in the site's other languages: language and text."""
        own = self._language.lower()
        return [
            (tag, texts[tag])
            for tag in self._languages
            if tag.lower() != own and tag in texts and (texts[tag] != shown or own in texts)
        ]


def term_reference(exchange: Exchange, term: NamedNode) -> str:
    """Where the document of a hash namespace tells one term alone: the same path with a query."""
    kept = [("lang", exchange.language)] if exchange.kept_language else []
    return "?" + urlencode([("term", term.value.partition("#")[2]), *kept])


def away(exchange: Exchange, describer: Describer) -> dict[Term, str]:
    """The shapes, by where the page of shapes has them."""
    shapes = exchange.snapshot.schema.shapes
    page = describer.link(path_of(shapes.iri, exchange.snapshot.iris.base))
    return {term: f"{page}#{anchor}" for term, anchor in shapes.anchors.items()}
