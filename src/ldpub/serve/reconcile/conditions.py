"""Whether candidates have properties that a query asks for: things by name or identifier, texts, numbers, places."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import OWL, SCHEMA, SKOS
from ldpub.serve.reconcile.index import Entity, Form, ReconciliationIndex
from ldpub.serve.reconcile.likeness import Asked
from ldpub.serve.reconcile.queries import Condition, Term
from ldpub.serve.reconcile.vocabulary import POINT, WGS84, Vocabulary
from ldpub.serve.statements import Statements

_AXES = (WGS84 + "lat", WGS84 + "long")
IDENTIFYING = frozenset(
    (OWL + "sameAs", SCHEMA + "sameAs", "https://schema.org/sameAs", SKOS + "exactMatch", SKOS + "closeMatch")
)
_RADIUS = 6371.0088

HALF = 50.0
"""Kilometres at which being near counts half."""

_NUMBER = r"\s*([-+]?\d{1,3}(?:\.\d{0,15})?)\s*"
_PAIR = re.compile(_NUMBER + r"[,;\s]" + _NUMBER)
_WKT = re.compile(r"\s*point\s*\(" + _NUMBER + r"\s" + _NUMBER + r"\)\s*", re.IGNORECASE)
_DATE = re.compile(r"-?\d{4,}(?:-\d\d(?:-\d\d)?)?")


@dataclass(frozen=True)
class Verdict:
    """How well a candidate meets a condition, from 0 to 1; None where nothing is known of it.

    `is_telling` says that few others would meet it; `distance` is in kilometres.
    """

    property: str
    value: float | None
    is_required: bool
    is_telling: bool = False
    distance: float | None = None


@dataclass(frozen=True)
class Judge:
    """Holds candidates to conditions."""

    statements: Statements
    index: ReconciliationIndex
    vocabulary: Vocabulary

    def verdicts(self, conditions: Sequence[Condition], entities: Sequence[Entity]) -> dict[int, list[Verdict]]:
        """The verdicts on each entity, one for each condition; latitude and longitude make one point."""
        found: dict[int, list[Verdict]] = {entity.id: [] for entity in entities}
        for condition in conditions:
            for entity, verdict in zip(entities, self._judged(condition, entities), strict=True):
                found[entity.id].append(verdict)
        return found

    def _judged(self, condition: Condition, entities: Sequence[Entity]) -> list[Verdict]:
        if condition.property == POINT:
            return _points(condition, entities)
        if condition.property in IDENTIFYING:
            return self._identified(condition, entities)
        objects = self._objects(condition.property, entities)
        values = [_Value(value, is_entity, self) for value, is_entity in condition.values]
        known = self._known({o.value for found in objects.values() for o in found if isinstance(o, NamedNode)})
        return [
            Verdict(condition.property, _met(condition, values, objects.get(e.iri, []), known), condition.is_required)
            for e in entities
        ]

    def _objects(self, name: str, entities: Sequence[Entity]) -> dict[str, list[NamedNode | Literal]]:
        found: dict[str, list[NamedNode | Literal]] = {}
        for quad in self.statements.facts([NamedNode(entity.iri) for entity in entities], (name,)):
            if isinstance(quad.object, NamedNode | Literal) and isinstance(quad.subject, NamedNode):
                found.setdefault(quad.subject.value, []).append(quad.object)
        return found

    def _known(self, iris: set[str]) -> Mapping[str, _Thing]:
        numbers = self.index.numbers(iris)
        names = self.index.names(numbers.values())
        identifiers = self.index.identifiers(sorted(numbers.values()))
        return {iri: _Thing(names.get(number, []), identifiers.get(number, set())) for iri, number in numbers.items()}

    def _identified(self, condition: Condition, entities: Sequence[Entity]) -> list[Verdict]:
        known = self.index.identifiers([entity.id for entity in entities])
        wanted = [str(value).casefold() for value, _ in condition.values]
        found = []
        for entity in entities:
            has = known.get(entity.id, set())
            met = _quantified(condition.quantifier, [float(value in has) for value in wanted])
            found.append(Verdict(condition.property, met, condition.is_required, is_telling=True))
        return found


@dataclass(frozen=True)
class _Thing:
    """What a value is known by that is an entity itself."""

    names: Sequence[Form]
    identifiers: set[str]


class _Value:
    """One value of a condition, compared with what an entity has."""

    def __init__(self, value: Term, is_entity: bool, judge: Judge) -> None:
        self._text = _text(value)
        self._iri = judge.vocabulary.iri(self._text)
        self._is_entity = is_entity
        self._asked = Asked(self._text)
        self._number = value if isinstance(value, float) else _number(self._text)
        self._seen: dict[object, float] = {}

    def compared(self, term: NamedNode | Literal, known: Mapping[str, _Thing]) -> float:
        """From 0 to 1; the same term is compared once."""
        found = self._seen.get(term)
        if found is None:
            found = self._thing(term.value, known) if isinstance(term, NamedNode) else self._literal(term)
            self._seen[term] = found
        return found

    def _thing(self, iri: str, known: Mapping[str, _Thing]) -> float:
        if iri in (self._iri, self._text):
            return 1.0
        thing = known.get(iri)
        small = self._text.casefold()
        if thing is None:
            return float(iri.rstrip("/").rpartition("/")[2].rpartition("#")[2].casefold() == small)
        if small in thing.identifiers:
            return 1.0
        if self._is_entity:
            return 0.0
        return max((self._asked.likeness(form) for form in thing.names), default=0.0)

    def _literal(self, literal: Literal) -> float:
        text = literal.value
        if text.casefold() == self._text.casefold():
            return 1.0
        number = _number(text)
        if number is not None and self._number is not None:
            return float(math.isclose(number, self._number, rel_tol=1e-9))
        if _DATE.fullmatch(text[:20]) and _DATE.fullmatch(self._text[:20]):
            return float(text.startswith(self._text) or self._text.startswith(text))
        return self._asked.likeness_to(text)


def _met(
    condition: Condition, values: Sequence[_Value], objects: Sequence[NamedNode | Literal], known: Mapping[str, _Thing]
) -> float | None:
    if not objects:
        return None
    return _quantified(condition.quantifier, [max(v.compared(o, known) for o in objects) for v in values])


def _quantified(quantifier: str, values: Sequence[float]) -> float | None:
    if not values:
        return None
    if quantifier == "none":
        return 1.0 - max(values)
    return min(values) if quantifier == "all" else max(values)


def _points(condition: Condition, entities: Sequence[Entity]) -> list[Verdict]:
    wanted = [point for value, _ in condition.values if (point := read_point(_text(value))) is not None]
    found = []
    for entity in entities:
        value: float | None = None
        distance: float | None = None
        if wanted and entity.latitude is not None and entity.longitude is not None:
            distance = min(kilometres(point, (entity.latitude, entity.longitude)) for point in wanted)
            value = 1.0 / (1.0 + (distance / HALF) ** 2)
            value = 1.0 - value if condition.quantifier == "none" else value
        found.append(Verdict(POINT, value, condition.is_required, is_telling=True, distance=distance))
    return found


def read_point(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of `52.37,9.73` or `POINT(9.73 52.37)`; None where it is neither."""
    if match := _WKT.fullmatch(text[:100]):
        longitude, latitude = float(match[1]), float(match[2])
    elif match := _PAIR.fullmatch(text[:100]):
        latitude, longitude = float(match[1]), float(match[2])
    else:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two points on a sphere of the Earth's mean radius, which is within 0.6 % of that on WGS 84."""
    (north, east), (other_north, other_east) = (map(math.radians, point) for point in (one, other))
    across = math.sin((other_north - north) / 2) ** 2
    along = math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(across + along)))


def joined_axes(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """The conditions, one latitude and one longitude among them made one point."""
    axes = {c.property: c for c in conditions if c.property in _AXES and len(c.values) == 1}
    if len(axes) < 2:
        return tuple(conditions)
    latitude, longitude = (axes[name] for name in _AXES)
    text = f"{_text(latitude.values[0][0])},{_text(longitude.values[0][0])}"
    if read_point(text) is None:
        return tuple(conditions)
    point = Condition(POINT, ((text, False),), latitude.is_required or longitude.is_required)
    return (*(c for c in conditions if c not in (latitude, longitude)), point)


def _text(value: Term) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else value.strip()


def _number(text: str) -> float | None:
    try:
        return float(text[:40])
    except ValueError:
        return None
