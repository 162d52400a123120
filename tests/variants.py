"""A test set for reconciliation, made of a release's own names: the name itself, folded, written out, mistyped.

A name that several things bear comes with the thing that tells them apart (a city's country), where that does; else it
is left out, as nothing in it says which is meant. A slip is one edit anywhere in a name of five letters or more: one
letter left out, doubled, exchanged with its neighbour, or replaced; the dice are the name's own digest. A slip that is
another thing's name is left out, too.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ldpub.folding import fold, written_out

SLIP_FROM = 5
"""Letters that a name has at least in which a slip is made."""


@dataclass(frozen=True)
class Variant:
    """What is asked, of which kind it is, whose name it is, and what is said of it besides (empty for nothing)."""

    kind: str
    text: str
    iri: str
    place: str


def variants(index: Path, classes: Collection[str] = ()) -> tuple[list[Variant], int]:
    """The test set of the things of some classes (of all where none are given), and how many names are left out.

    `index` is the reconciliation index of a release. Hidden labels are no names here.
    """
    with sqlite3.connect(f"{index.resolve().as_uri()}?mode=ro", uri=True) as connection:
        entities = {row[0]: row[1:] for row in connection.execute("select id, iri, place, class from entity")}
        rows = connection.execute("select entity, text, language, rank, folded from form where made = 0 order by id")
        names = [row for row in rows if row[3] < 2 and any(letter.isalpha() for letter in row[4])]
    connection.close()
    bearers: dict[str, set[int]] = defaultdict(set)
    for entity, text, *_ in names:
        for form in (fold(text), written_out(text)):
            bearers[form].add(entity)
    found: list[Variant] = []
    left_out = 0
    for entity, text, language, rank, _ in names:
        iri, place, kind = entities[entity]
        if classes and kind not in classes:
            continue
        for name, asked in _made(text, "label" if rank == 0 else f"other name ({language})", bearers):
            others = bearers.get(fold(asked), set()) | bearers[fold(text)]
            if len(others) == 1:
                found.append(Variant(name, asked, iri, ""))
            elif place and [entities[other][1] for other in others].count(place) == 1:
                found.append(Variant(name, asked, iri, place))
            else:
                left_out += 1
    return found, left_out


def _made(text: str, kind: str, bearers: dict[str, set[int]]) -> Iterator[tuple[str, str]]:
    yield kind, text
    for name, form in (("folded", fold(text)), ("written out", written_out(text))):
        if form != text.casefold():
            yield name, form
    if sum(letter.isalpha() for letter in text) >= SLIP_FROM:
        slip = _slip(text)
        if fold(slip) not in bearers and fold(slip) != fold(text):
            yield "slip", slip


def _slip(text: str) -> str:
    """The text with one edit that its digest chooses."""
    digest = hashlib.sha256(text.encode()).digest()
    edit = _EDITS[digest[0] % len(_EDITS)]
    places = [at for at, letter in enumerate(text) if letter.isalpha()]
    at = places[int.from_bytes(digest[1:5], "big") % len(places)]
    return edit(text, at, places[int.from_bytes(digest[5:9], "big") % len(places)])


def _without(text: str, at: int, _: int) -> str:
    return text[:at] + text[at + 1 :]


def _doubled(text: str, at: int, _: int) -> str:
    return text[:at] + text[at] + text[at:]


def _exchanged(text: str, at: int, _: int) -> str:
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _replaced(text: str, at: int, other: int) -> str:
    """By another letter of the same name, so that it stays in its script."""
    return text[:at] + text[other] + text[at + 1 :]


_EDITS: tuple[Callable[[str, int, int], str], ...] = (_without, _doubled, _exchanged, _replaced)
