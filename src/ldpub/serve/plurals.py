"""What several things of a class are called, as its ontology says (label:plural), else by the label of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from ldpub.labels import PLURAL, find_language
from ldpub.serve.describe import Describer


def plurals(describer: Describer, classes: Sequence[str]) -> dict[str, str]:
    """The plural name of each of some classes, in the language of a page whose labels the describer has learnt.

    A plural in another language than the label's would mix languages: then it is the label.
    """
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in describer.snapshot.statements.facts([*map(NamedNode, classes)], (PLURAL,)):
        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            texts[quad.subject.value][quad.object.language or ""] = quad.object.value
    language = describer.language
    return {iri: _told(texts[iri], language) or describer.name(NamedNode(iri)) for iri in classes}


def _told(texts: dict[str, str], language: str) -> str | None:
    """The text in a language or without one."""
    tag = find_language(language, sorted(texts))
    return texts[tag] if tag is not None else texts.get("")


def counted_name(describer: Describer, class_iri: str, count: int) -> str:
    """What so many things of a class are called."""
    return describer.name(NamedNode(class_iri)) if count == 1 else plurals(describer, [class_iri])[class_iri]
