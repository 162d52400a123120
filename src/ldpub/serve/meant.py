"""What a search means: things by an identifier or a name; where none has such a name, those of names spelt nearly so.

The reconciliation index knows identifiers (of the site, of what a thing is linked to) and how alike names are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import chain, islice

from ldpub.serve.reconcile.matching import Matcher
from ldpub.serve.reconcile.queries import Query
from ldpub.serve.search_index import CHARACTERS, Hit
from ldpub.serve.snapshot import Snapshot

GUESSES = 10
"""How many things a search shows of which none has the name."""

_ALIKE = 0.6
"""How alike (`likeness`, 0 to 1) a name must be for its thing to be meant: about two letters in six may differ."""

_GAP = 0.15
"""How much less alike than the best another may be to be shown beside it."""

_HIDDEN = 2  # the rank of skos:hiddenLabel, which is never shown


Guessing = Callable[[], AbstractContextManager[object]]
"""Begins a guess, which takes far longer than to look a name up; may refuse it by raising."""


def meant(snapshot: Snapshot, text: str, limit: int, guessing: Guessing) -> tuple[list[Hit], bool]:
    """The things that a text names, the best first and each once; and whether they are only guessed.

    What the text identifies comes first: `Q1715`, a number of GeoNames, an IRI, or what stands after the base. A guess
    is made within `guessing`.
    """
    typed = text.strip()[:CHARACTERS]
    if not typed:
        return [], False
    hits = list(islice(_each_once(chain(_identified(snapshot, typed), snapshot.search.each(typed))), limit))
    if hits:
        return hits, False
    with guessing():
        guessed = list(islice(_alike(snapshot, typed), min(limit, GUESSES)))
    return guessed, bool(guessed)


def _identified(snapshot: Snapshot, text: str) -> Iterator[Hit]:
    index = snapshot.reconciliation
    own = index.numbers([Matcher(snapshot).vocabulary.iri(text)]).values()
    for entity in index.entities([*own, *index.identified(text)]).values():
        yield Hit(entity.iri, entity.class_iri, text)


def _alike(snapshot: Snapshot, text: str) -> Iterator[Hit]:
    found = Matcher(snapshot).candidates(Query((text,), limit=GUESSES))
    least = max(_ALIKE, max((one.likeness or 0.0 for one in found), default=0.0) - _GAP)
    for candidate in found:
        form = candidate.form
        if form is not None and (candidate.likeness or 0.0) >= least:
            name = "" if form.rank >= _HIDDEN else form.text
            yield Hit(candidate.entity.iri, candidate.entity.class_iri, name)


def _each_once(hits: Iterator[Hit]) -> Iterator[Hit]:
    seen: set[str] = set()
    for hit in hits:
        if hit.iri not in seen:
            seen.add(hit.iri)
            yield hit
