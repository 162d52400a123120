"""Suggestions while one types (Reconciliation Service API 0.2, 6): entities, types, properties, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from ldpub.folding import fold, written_out
from ldpub.serve.exchange import Exchange
from ldpub.serve.problems import Problem
from ldpub.serve.reconcile.matching import Matcher
from ldpub.serve.reconcile.queries import Query
from ldpub.serve.reconcile.vocabulary import POINT, Term, Vocabulary

SHOWN = 20
"""How many suggestions a page has."""

_SKIPPED_AT_MOST = 5000
_CHUNK = 50
_PREFIX = 200

Document = dict[str, Any]


def cursor_of(exchange: Exchange) -> int:
    """How many suggestions to skip; raises Problem 400 where it is no number that may be."""
    asked = exchange.request.args.get("cursor", "0")
    if not re.fullmatch("[0-9]{1,9}", asked) or int(asked) > _SKIPPED_AT_MOST:
        raise Problem(400, f"`cursor` is a whole number from 0 to {_SKIPPED_AT_MOST}, not {asked[:50]}.")
    return int(asked)


def suggest_entities(exchange: Exchange, matcher: Matcher, prefix: str, cursor: int) -> list[Document]:
    """The best known things whose names begin so, after the one whose identifier it is; else those that are alike."""
    iris = list(islice(_iris(exchange, matcher.vocabulary, prefix[:_PREFIX]), cursor, cursor + SHOWN))
    if not iris and not cursor and prefix.strip():
        iris = [found.entity.iri for found in matcher.candidates(Query((prefix[:_PREFIX],)))]
    return _told(exchange, matcher.vocabulary, iris)


def _iris(exchange: Exchange, vocabulary: Vocabulary, prefix: str) -> Iterator[str]:
    index = exchange.snapshot.reconciliation
    if not prefix.strip():
        yield from index.best_known(_SKIPPED_AT_MOST + SHOWN, 0)
        return
    iri = vocabulary.iri(prefix.strip())
    own = set(index.numbers([iri]).values()) | set(index.identified(prefix.strip()))
    direct = [entity.iri for entity in index.entities(own).values()]
    yield from direct
    hits = exchange.snapshot.search.each(prefix)
    while chunk := [hit.iri for hit in islice(hits, _CHUNK)]:
        known = index.numbers(chunk)
        yield from (iri for iri in chunk if iri in known and iri not in direct)


def _told(exchange: Exchange, vocabulary: Vocabulary, iris: Sequence[str]) -> list[Document]:
    index = exchange.snapshot.reconciliation
    numbers = index.numbers(iris)
    entities = {entity.iri: entity for entity in index.entities(numbers.values()).values()}
    wanted = {name for e in entities.values() for name in (e.iri, e.class_iri, e.place) if name}
    names = vocabulary.names(sorted(wanted), exchange.language)
    found = []
    for entity in (entities[iri] for iri in iris):
        described = ", ".join(dict.fromkeys(names[name] for name in (entity.class_iri, entity.place) if name))
        types = [{"id": entity.class_iri, "name": names[entity.class_iri]}] if entity.class_iri else []
        text = {"description": described} if described else {}
        found.append({"id": vocabulary.id(entity.iri), "name": names[entity.iri], **text, "notable": types})
    return found


def suggest_types(exchange: Exchange, vocabulary: Vocabulary, prefix: str, cursor: int) -> list[Document]:
    """The types of which a name begins so, then those with words that do, each with the types above it.

    Of equals those with most things come first.
    """
    iris = _beginning(vocabulary, exchange.snapshot.reconciliation.classes, prefix)
    shown = vocabulary.described(iris[cursor : cursor + SHOWN], exchange.language)
    above = vocabulary.broader([term.iri for term in shown])
    names = vocabulary.names(sorted({iri for listed in above.values() for iri in listed}), exchange.language)
    return [
        {
            **told(term),
            **({"broader": [{"id": iri, "name": names[iri]} for iri in above[term.iri]]} if term.iri in above else {}),
        }
        for term in shown
    ]


def suggest_properties(exchange: Exchange, vocabulary: Vocabulary, prefix: str, cursor: int) -> list[Document]:
    """The properties in the same order, the most used first; coordinates as one text, too."""
    iris = _beginning(vocabulary, exchange.snapshot.reconciliation.properties, prefix)
    found = [told(term) for term in vocabulary.described(iris, exchange.language)]
    point = {"id": POINT, "name": exchange.words["recon_point"]}
    fits = _rank(prefix, POINT, (point["name"], "lat_long")) is not None
    if exchange.snapshot.reconciliation.has_places and fits:
        found.append(point)
    return found[cursor : cursor + SHOWN]


def told(term: Term) -> Document:
    """A type or property."""
    return {"id": term.iri, "name": term.name, **({"description": term.description} if term.description else {})}


def _beginning(vocabulary: Vocabulary, iris: Iterable[str], prefix: str) -> list[str]:
    wanted = list(iris)
    labels = vocabulary.labels(wanted)
    local = {iri: iri.rpartition("/")[2].rpartition("#")[2] for iri in wanted}
    ranks = {iri: _rank(prefix, iri, (*labels[iri].values(), local[iri])) for iri in wanted}
    return [iri for _, iri in sorted(((rank, iri) for iri, rank in ranks.items() if rank is not None), key=_first)]


def _first(ranked: tuple[int, str]) -> int:
    return ranked[0]


def _rank(prefix: str, iri: str, names: Iterable[str]) -> int | None:
    """How well a term fits what was typed: 0 where a name is that, 1 where one begins so, 2 where each word of it
    begins a word of a name, or the IRI begins so; None where it does not fit.

    The words of an IRI are no words of a name: all IRIs of a site share some.
    """
    typed = prefix.strip()[:_PREFIX]
    forms = list(filter(None, (fold(typed), written_out(typed))))
    known = [form for name in names for form in (fold(name), written_out(name))]
    if not typed or any(form in known for form in forms):
        return 0
    if any(name.startswith(form) for form in forms for name in known):
        return 1
    has_words = any(_has_words(form, name) for form in forms for name in known)
    return 2 if has_words or iri.startswith(typed) else None


def _has_words(form: str, name: str) -> bool:
    words = name.split()
    return all(any(word.startswith(part) for word in words) for part in form.split())
