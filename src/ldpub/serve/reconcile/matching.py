"""Candidates for a query: found by name, identifier or condition, weighed, and called a match only where one is alone.

The score runs from 0 to 100 and is the mean of the likeness of the name (weight 1) and of each condition (weight 0.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ldpub.serve.reconcile.conditions import IDENTIFYING, Judge, Verdict, joined_axes, read_point
from ldpub.serve.reconcile.finding import with_property
from ldpub.serve.reconcile.index import NAMESAKES, Entity, Form, Numbers, ReconciliationIndex
from ldpub.serve.reconcile.likeness import SAME_NAME, Asked
from ldpub.serve.reconcile.queries import Condition, Query
from ldpub.serve.reconcile.vocabulary import POINT, Vocabulary
from ldpub.serve.snapshot import Snapshot

_CONDITION = 0.4
_UNKNOWN = 0.3
"""What a condition counts of which nothing is known: less than one that is met, more than one that is not."""

_OTHER_NAME = 0.004
"""What a name that is not the label takes off: of two things called so, the one whose label it is comes first."""

_POOL = 60
_NAMESAKES = 150
_LEAST = 0.4
_MET = 0.8
_FAILED = 0.5
_GAP = 8.0
_NEAR = 1.5  # degrees


@dataclass(frozen=True)
class Candidate:
    """An entity with its score and the reasons: the name that is alike and how much, the verdicts on conditions.

    `likeness` is None where no name was asked for; `is_identified` says that an identifier was given.
    """

    entity: Entity
    score: float
    form: Form | None
    likeness: float | None
    verdicts: tuple[Verdict, ...]
    is_identified: bool
    has_type: bool | None
    is_match: bool = False


class Matcher:
    """Answers queries from one release."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._index: ReconciliationIndex = snapshot.reconciliation
        self._statements = snapshot.statements
        self._languages = snapshot.manifest.languages
        self.vocabulary = Vocabulary(snapshot)
        self._judge = Judge(snapshot.statements, self._index, self.vocabulary)

    def candidates(self, query: Query) -> list[Candidate]:
        """The best candidates, the best first."""
        conditions = joined_axes([replace(c, property=self.vocabulary.property(c.property)) for c in query.conditions])
        typed = self._of_types(query)
        allowed = typed if query.strictness != "should" else None
        direct = self._identified(query)
        named = self._named(query.names, allowed)
        numbers = set(direct) | _best(named)
        numbers |= self._by_conditions(conditions, by_all=not (query.names or query.ids))
        entities = [e for e in self._index.entities(numbers).values() if allowed is None or _holds(allowed, e.id)]
        verdicts = self._judge.verdicts(conditions, entities)
        found = []
        for entity in entities:
            likeness, form = named.get(entity.id, (None, None))
            has_type = None if typed is None else _holds(typed, entity.id)
            is_identified = entity.id in direct
            if likeness is None and query.names and not is_identified:
                likeness, form = 0.0, None
            score = _score(likeness, verdicts[entity.id], is_identified, has_type)
            found.append(Candidate(entity, score, form, likeness, tuple(verdicts[entity.id]), is_identified, has_type))
        kept = sorted((c for c in found if _is_kept(c, query)), key=lambda c: (-c.score, c.entity.id))
        if kept and _is_match(kept):
            kept[0] = replace(kept[0], is_match=True)
        return kept[: query.limit]

    def _of_types(self, query: Query) -> Numbers | None:
        """The entities of the types that are asked for; None where none are."""
        if not query.types:
            return None
        members = [self._index.members(self.vocabulary.type(name)) for name in query.types]
        if query.strictness == "all":
            found = members[0]
            for other in members[1:]:
                found = np.intersect1d(found, other)
            return found
        return np.unique(np.concatenate(members))

    def _identified(self, query: Query) -> set[int]:
        """What is given by an identifier: the site's own, or one of another's."""
        iris = [self.vocabulary.iri(text.strip()) for text in (*query.ids, *query.names)]
        found = set(self._index.numbers(iris).values())
        for text in (*query.ids, *query.names):
            found.update(self._index.identified(text.strip()))
        return found

    def _named(self, names: Iterable[str], allowed: Numbers | None) -> dict[int, tuple[float, Form]]:
        """Entities by the name that is most alike to one that is asked for."""
        found: dict[int, tuple[float, Form]] = {}
        for name in names:
            asked = Asked(name)
            for form, sounds_same in self._forms(asked, allowed):
                if allowed is not None and not _holds(allowed, form.entity):
                    continue
                likeness = max(0.0, asked.likeness(form, sounds_same) - _OTHER_NAME * form.rank)
                if likeness >= _LEAST and (form.entity not in found or likeness > found[form.entity][0]):
                    found[form.entity] = (likeness, form)
        return found

    def _forms(self, asked: Asked, allowed: Numbers | None) -> Iterable[tuple[Form, bool | None]]:
        """The forms that may be meant, each with whether it sounds as what is asked; None where so many do that not
        all were read."""
        if not asked.forms:
            return ()
        forms = {form.id: form for form in self._index.same(asked.forms)}
        sounding = {form.id: form for form in self._index.of_one_sound(asked.forms[-1])}
        forms.update(sounding)
        for text in dict.fromkeys((asked.forms[0], asked.forms[-1])):
            forms.update((form.id, form) for form in self._index.alike(text, allowed))
        is_known = len(sounding) < NAMESAKES
        return [(form, number in sounding if is_known else None) for number, form in forms.items()]

    def _by_conditions(self, conditions: Sequence[Condition], *, by_all: bool) -> set[int]:
        """What conditions themselves lead to: identifiers always, others where no name is given."""
        found: set[int] = set()
        for condition in conditions:
            if condition.quantifier == "none":
                continue
            texts = [str(value) for value, _ in condition.values]
            if condition.property in IDENTIFYING:
                found.update(number for text in texts for number in self._index.identified(text.strip()))
            elif by_all and condition.property == POINT:
                points = [point for text in texts if (point := read_point(text)) is not None]
                found.update(number for point in points for number in self._index.near(*point, _NEAR, _POOL))
            elif by_all:
                found.update(self._with_property(condition))
        return found

    def _with_property(self, condition: Condition) -> set[int]:
        return with_property(self._statements, self._index, self.vocabulary, condition, self._languages)


def _best(named: dict[int, tuple[float, Form]]) -> set[int]:
    """The most alike; of those of one name more, for conditions to tell apart."""
    ranked = sorted(named, key=lambda number: (-named[number][0], number))
    same = [number for number in ranked if named[number][0] >= SAME_NAME][:_NAMESAKES]
    return {*same, *ranked[:_POOL]}


def _score(likeness: float | None, verdicts: Sequence[Verdict], is_identified: bool, has_type: bool | None) -> float:
    parts = [(1.0, 1.0)] if is_identified else [(likeness, 1.0)] if likeness is not None else []
    parts += [(_UNKNOWN if v.value is None else v.value, _CONDITION) for v in verdicts]
    if has_type is not None:
        parts.append((float(has_type), _CONDITION / 2))
    weight = sum(part[1] for part in parts)
    return round(100 * sum(value * share for value, share in parts) / weight, 2) if weight else 0.0


def _is_kept(candidate: Candidate, query: Query) -> bool:
    if any(v.is_required and (v.value is None or v.value < _MET) for v in candidate.verdicts):
        return False
    if query.needs_name and not candidate.is_identified and (candidate.likeness or 0.0) < _MET:
        return False
    return candidate.score >= 100 * _LEAST / 2


def _is_match(candidates: Sequence[Candidate]) -> bool:
    """Whether the first is it beyond doubt: identified, or of that name as no other is, and contradicted by nothing.

    A name that is only alike counts where something that few others have, as a place nearby, confirms it.
    """
    first, *others = candidates
    if _is_contradicted(first):
        return False
    if first.is_identified:
        return not any(other.is_identified for other in others)
    if first.likeness is None:
        telling = any(v.is_telling and v.distance is None and (v.value or 0) >= _MET for v in first.verdicts)
        return telling and not (others and others[0].score > first.score - _GAP)
    if first.likeness >= SAME_NAME:
        return not any(_is_rival(first, other) for other in others)
    confirmed = any(v.is_telling and (v.value or 0.0) >= _MET for v in first.verdicts)
    alone = not others or others[0].score <= first.score - _GAP
    return first.likeness >= _MET and confirmed and alone


def _is_rival(first: Candidate, other: Candidate) -> bool:
    """Whether another of the same name is as likely."""
    is_same = (other.likeness or 0.0) >= SAME_NAME or other.is_identified
    return is_same and not _is_contradicted(other) and other.score > first.score - _GAP


def _is_contradicted(candidate: Candidate) -> bool:
    return any(v.value is not None and v.value < _FAILED for v in candidate.verdicts)


def _holds(numbers: Numbers, number: int) -> bool:
    """Whether a number is one of sorted numbers."""
    at = int(np.searchsorted(numbers, number))
    return at < len(numbers) and int(numbers[at]) == number
