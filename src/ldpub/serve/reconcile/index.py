"""Asks the reconciliation index of a release: entities by the forms of their names, by sound, likeness, identifier.

The answers to a fuzzy question come from pairs of letters: what a slip of the pen leaves of a name are most of its
pairs, so the names that share most of them are few, and only these are compared letter by letter.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ldpub.errors import ReleaseError
from ldpub.serve.database import Database
from ldpub.spelling import pairs, sound

Numbers = NDArray[np.int32]

NAMESAKES = 400
"""How many forms of names are read that are one, at most."""

ALIKE = 150
"""How many forms that share most pairs are compared."""

_FORM = "select id, entity, folded, made, text, language, rank from form"
_BATCH = 500


@dataclass(frozen=True)
class Form:
    """A form of a name: as it is folded, how it was made (0 folded, 1 written out, 2 romanised), of which name."""

    id: int
    entity: int
    folded: str
    made: int
    text: str
    language: str
    rank: int


@dataclass(frozen=True)
class Entity:
    """An entity: its number, by which the best known come first, and what tells it from others."""

    id: int
    iri: str
    links: int
    latitude: float | None
    longitude: float | None
    class_iri: str
    place: str


class ReconciliationIndex:
    """The reconciliation index of one release."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def close(self) -> None:
        """Close it."""
        self._database.close()

    def check(self) -> None:
        """Raises ReleaseError where this is no index that can be read."""
        try:
            for table in ("entity", "form", "sound", "pair", "identifier", "class", "property", "used"):
                self._database.rows(f"select * from {table} limit 1")  # noqa: S608 - the names stand here
        except sqlite3.Error as error:
            raise ReleaseError(
                f"The reconciliation index of the release is damaged: {error}. Build it again."
            ) from error

    def same(self, folded: Iterable[str]) -> list[Form]:
        """The forms that are one of these."""
        wanted = [text for text in dict.fromkeys(folded) if text]
        where = f"where folded in ({_marks(wanted)}) order by id limit {NAMESAKES}"
        return self._forms(f"{_FORM} {where}", wanted)

    def of_one_sound(self, folded: str) -> list[Form]:
        """The forms that sound like this one."""
        chosen = "where id in (select form from sound where key = ? order by form limit ?) order by id"
        return self._forms(f"{_FORM} {chosen}", (sound(folded), NAMESAKES))

    def alike(self, folded: str, among: Numbers | None = None) -> list[Form]:
        """The forms that share most pairs of letters with this one; of some entities only, where these are given."""
        letters = pairs(folded)
        rows = [forms for pair in letters if (forms := self._forms_of_pairs.get(pair)) is not None]
        if not rows:
            return []
        shared = np.bincount(np.concatenate(rows), minlength=len(self._sizes))
        if among is not None:
            is_wanted = np.zeros(self._count, dtype=bool)
            is_wanted[among] = True
            shared *= is_wanted[self._entities_of_forms]
        best = _largest(shared, self._sizes + np.float32(len(letters)), ALIKE, least=0.1)
        where = f"where id in ({_marks(best)}) order by id"
        return self._forms(f"{_FORM} {where}", best)

    def identified(self, value: str) -> list[int]:
        """The entities that have an identifier."""
        query = "select entity from identifier where value = ? order by entity limit 20"
        return [number for (number,) in self._database.rows(query, (value.casefold(),))]

    def identifiers(self, entities: Sequence[int]) -> dict[int, set[str]]:
        """The identifiers of entities, in small letters."""
        found: dict[int, set[str]] = {}
        for batch in _batches(entities):
            query = f"select entity, value from identifier where entity in ({_marks(batch)})"  # noqa: S608
            for number, value in self._database.rows(query, batch):
                found.setdefault(number, set()).add(value)
        return found

    def entities(self, numbers: Iterable[int]) -> dict[int, Entity]:
        """Entities by their numbers."""
        rows: list[Any] = []
        for batch in _batches(sorted(set(numbers))):
            rows += self._database.rows(f"select * from entity where id in ({_marks(batch)})", batch)  # noqa: S608
        return {row[0]: Entity(*row) for row in rows}

    def numbers(self, iris: Iterable[str]) -> dict[str, int]:
        """The numbers of those of some IRIs that are entities."""
        found: dict[str, int] = {}
        for batch in _batches(sorted(set(iris))):
            rows = self._database.rows(f"select iri, id from entity where iri in ({_marks(batch)})", batch)  # noqa: S608
            found.update(rows)
        return found

    def names(self, entities: Iterable[int]) -> dict[int, list[Form]]:
        """The forms of entities' names."""
        found: dict[int, list[Form]] = {}
        for batch in _batches(sorted(set(entities))):
            for form in self._forms(f"{_FORM} where entity in ({_marks(batch)}) order by id", batch):
                found.setdefault(form.entity, []).append(form)
        return found

    def best_known(self, limit: int, offset: int) -> list[str]:
        """The IRIs of the best known entities."""
        query = "select iri from entity order by id limit ? offset ?"
        return [iri for (iri,) in self._database.rows(query, (limit, offset))]

    def near(self, latitude: float, longitude: float, degrees: float, limit: int) -> list[int]:
        """Entities within so many degrees of a point, as a box."""
        wide = degrees / max(0.1, float(np.cos(np.radians(latitude))))
        query = (
            "select id from entity where latitude between ? and ? and longitude between ? and ? "
            "order by (latitude - ?) * (latitude - ?) + (longitude - ?) * (longitude - ?), id limit ?"
        )
        box = (latitude - degrees, latitude + degrees, longitude - wide, longitude + wide)
        point = (latitude, latitude, longitude, longitude)
        return [number for (number,) in self._database.rows(query, (*box, *point, limit))]

    def members(self, class_iri: str) -> Numbers:
        """The entities of a class."""
        rows = self._database.rows("select entities from class where iri = ?", (class_iri,))
        return _numbers(rows[0][0]) if rows else np.empty(0, dtype=np.int32)

    @cached_property
    def has_places(self) -> bool:
        """Whether any entity has coordinates."""
        return bool(self._database.rows("select 1 from entity where latitude is not null limit 1"))

    @cached_property
    def classes(self) -> dict[str, int]:
        """Each class with the number of its entities, the largest first."""
        query = "select iri, length(entities) / 4 from class order by 2 desc, 1"
        return dict(self._database.rows(query))

    @cached_property
    def properties(self) -> dict[str, int]:
        """Each property with the number of entities that have it, the most used first."""
        return dict(self._database.rows("select iri, entities from property order by 2 desc, 1"))

    def properties_of(self, class_iri: str) -> dict[str, int]:
        """The properties that the entities of a class have, the most used first."""
        query = "select property, entities from used where class = ? order by 2 desc, 1"
        return dict(self._database.rows(query, (class_iri,)))

    @cached_property
    def _count(self) -> int:
        return int(self._database.rows("select count(*) from entity")[0][0])

    @cached_property
    def _entities_of_forms(self) -> Numbers:
        rows = self._database.each("select entity from form order by id")
        return np.fromiter((row[0] for row in rows), dtype=np.int32)

    @cached_property
    def _forms_of_pairs(self) -> dict[str, Numbers]:
        """The forms that have each pair of letters, kept in memory: some dozen bytes for each form of a name."""
        rows = self._database.rows("select letters, forms from pair")
        return {letters: _numbers(forms) for letters, forms in rows}

    @cached_property
    def _sizes(self) -> NDArray[np.float32]:
        """How many pairs of letters each form has."""
        (count,) = self._database.rows("select count(*) from form")[0]
        found = [np.zeros(0, dtype=np.int32), *self._forms_of_pairs.values()]
        return np.bincount(np.concatenate(found), minlength=count).astype(np.float32)

    def _forms(self, query: str, parameters: Sequence[Any]) -> list[Form]:
        return [Form(*row) for row in self._database.rows(query, parameters)]


def _largest(shared: NDArray[np.intp], sizes: NDArray[np.float32], most: int, least: float) -> list[int]:
    """Where the quotients are largest, those that are not small; of equal ones the first."""
    found = np.flatnonzero(shared >= least * sizes)
    values = shared[found] / sizes[found]
    if len(found) > most:
        bound = np.partition(values, len(found) - most)[len(found) - most]
        above = found[values > bound]
        found = np.concatenate([above, found[values == bound][: most - len(above)]])
    return [int(number) for number in found]


def _numbers(blob: bytes) -> Numbers:
    return np.frombuffer(blob, dtype="<i4")


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _batches(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + _BATCH] for start in range(0, len(values), _BATCH)]
