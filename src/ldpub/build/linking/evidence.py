"""Whether an item is the thing: what its names, its place, its country and its kind say, each by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ldpub.build.linking.items import Item, folded, kilometres
from ldpub.build.linking.things import Kind, Linking, Thing
from ldpub.folding import fold

FITS, OTHER, MIXED = "fits", "other", "mixed"


@dataclass(frozen=True)
class Evidence:
    """What speaks for an item and what against it; None where one of the two sides says nothing.

    `name` is "label" where the item has one of the thing's labels, "alias" where it has one of its other names (or the
    thing's label is one of the item's), "" where no name fits. `kind` is "fits", "other" or "mixed", which is both.
    """

    name: str
    matched: str
    distance: float | None
    too_far: bool
    same_country: bool | None
    kind: str | None
    levels: tuple[str, ...]

    @property
    def speaks_against(self) -> bool:
        """Whether it cannot be the thing: it is too far away, in another country or of another kind."""
        return self.too_far or self.same_country is False or self.kind == OTHER


def judge(thing: Thing, item: Item, linking: Linking) -> Evidence:
    """The evidence for an item being the thing."""
    name, matched = _name(thing, item)
    distance = kilometres(thing.place, item.place) if thing.place and item.place else None
    both = thing.countries and item.countries
    kind, levels = _kind(thing.kind, item)
    return Evidence(
        name,
        matched,
        distance,
        distance is not None and distance > linking.distance,
        bool(thing.countries & item.countries) if both else None,
        kind,
        levels,
    )


def _name(thing: Thing, item: Item) -> tuple[str, str]:
    """How a name fits, and which of the thing's names it is."""
    main, all_of_them = folded([item.name]), folded([item.name, *item.names])
    for label in thing.labels:
        if folded([label]) & main:
            return "label", label
    for name in (*thing.labels, *thing.others):
        if folded([name]) & all_of_them:
            return "alias", name
    return "", ""


def _kind(kind: Kind | None, item: Item) -> tuple[str | None, tuple[str, ...]]:
    """Whether the types of an item fit a kind, and the names of those types that say that it is of another."""
    if kind is None or not (kind.fits or kind.other or kind.type):
        return None, ()
    fits = [one for one in item.types if one[0] == kind.type or _is_one_of(one, kind.fits)]
    others = [one for one in item.types if one not in fits and _is_one_of(one, kind.other)]
    levels = tuple(name or identifier for identifier, name in others)
    if fits:
        return (MIXED if others else FITS), levels
    return (OTHER if others else None), levels


def _is_one_of(type_: tuple[str, str], words: Sequence[str]) -> bool:
    """Whether a type is among these identifiers, or its name has one of these as words of it."""
    identifier, name = type_
    return any(word == identifier or re.search(rf"\b{re.escape(fold(word))}\b", fold(name)) for word in words)


@dataclass(frozen=True)
class Candidate:
    """An item that may be the thing, the evidence, and the namesakes that have a better or nearly the same score."""

    item: Item
    evidence: Evidence
    namesakes: tuple[str, ...]
    rivals: tuple[str, ...]
    """Those of the namesakes against which nothing speaks."""

    @property
    def is_clear(self) -> bool:
        """Whether it may be accepted unseen: name, place, country and kind all known and fitting, and no rival."""
        evidence = self.evidence
        known = evidence.distance is not None and evidence.same_country is True and evidence.kind == FITS
        return bool(evidence.name) and known and not evidence.speaks_against and not self.rivals


def candidates(thing: Thing, items: Sequence[Item], linking: Linking) -> list[Candidate]:
    """The candidates for a thing, the best score first, those against which something speaks last."""
    judged = [(item, judge(thing, item, linking)) for item in items]
    judged.sort(key=lambda one: (one[1].speaks_against, -one[0].score, one[0].id))
    return [
        Candidate(item, evidence, _near(item, judged, linking.margin), _rivals(item, judged, linking.margin))
        for item, evidence in judged
    ]


def _near(item: Item, judged: Sequence[tuple[Item, Evidence]], margin: float) -> tuple[str, ...]:
    """The others that have a fitting name and a score as good as the item's, or short of it by the margin (percent)."""
    least = item.score * (1 - margin / 100)
    return tuple(
        other.id for other, evidence in judged if other.id != item.id and evidence.name and other.score >= least
    )


def _rivals(item: Item, judged: Sequence[tuple[Item, Evidence]], margin: float) -> tuple[str, ...]:
    against = {other.id for other, evidence in judged if evidence.speaks_against}
    return tuple(id_ for id_ in _near(item, judged, margin) if id_ not in against)
