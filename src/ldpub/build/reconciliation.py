"""The reconciliation index: the forms of all names by sound and by pairs of letters, identifiers, classes, properties.

Written in one order, so that the same triples give the same bytes.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ldpub.build.numbered import Triples
from ldpub.build.reconcilable import Entity, Reading, sizes, smallest_class, telling_places
from ldpub.folding import fold, written_out
from ldpub.iris import IriPolicy
from ldpub.release import RECONCILIATION_INDEXES, RECONCILIATION_SCHEMA
from ldpub.spelling import pairs, romanised, sound

_PLAIN, _WRITTEN, _ROMANISED = range(3)

Form = tuple[int, int, str, int, str, str, int]
"""A row of the table of forms."""


def write_reconciliation(path: Path, triples: Triples, iris: IriPolicy) -> None:
    """Write the index of the things that the triples name."""
    entities = Reading(iris).read(triples).entities()
    forms = list(_forms(entities))
    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.executescript(RECONCILIATION_SCHEMA)
        connection.executemany("insert into entity values (?, ?, ?, ?, ?, ?, ?)", _rows(entities, iris.base))
        connection.executemany("insert into form values (?, ?, ?, ?, ?, ?, ?)", forms)
        connection.executemany("insert into sound values (?, ?)", _sounds(forms))
        connection.executemany("insert into pair values (?, ?)", _pairs(forms))
        connection.executemany("insert into identifier values (?, ?)", _identifiers(entities))
        connection.executemany("insert into class values (?, ?)", _classes(entities))
        connection.executemany("insert into property values (?, ?)", _properties(entities))
        connection.executemany("insert into used values (?, ?, ?)", _used(entities))
        connection.executescript(RECONCILIATION_INDEXES)
        connection.commit()
    finally:
        connection.close()


def _rows(
    entities: Sequence[Entity], base: str
) -> Iterator[tuple[int, str, int, float | None, float | None, str, str]]:
    counts = sizes(entities)
    kinds = {entity.iri: smallest_class(entity, counts, base) for entity in entities}
    places = dict(telling_places(entities, kinds))
    for number, entity in enumerate(entities):
        latitude, longitude = entity.position or (None, None)
        place = places.get(entity.iri, "")
        yield number, entity.iri, entity.links, latitude, longitude, kinds[entity.iri], place


def _forms(entities: Sequence[Entity]) -> Iterator[Form]:
    """Each form of an entity's names once, made of the strongest name that has it."""
    number = 0
    for key, entity in enumerate(entities):
        found: dict[str, tuple[int, int, str, str]] = {}
        for text, (rank, language) in sorted(entity.names.items(), key=lambda name: (name[1], name[0])):
            for made, form in _made(text):
                if form and (form not in found or (made < found[form][1] and rank <= found[form][0])):
                    found[form] = (rank, made, text, language)
        for form, (rank, made, text, language) in sorted(found.items()):
            yield number, key, form, made, text, language, rank
            number += 1


def _made(text: str) -> Iterator[tuple[int, str]]:
    yield _PLAIN, fold(text)
    yield _WRITTEN, written_out(text)
    yield _ROMANISED, fold(romanised(text))


def _sounds(forms: Sequence[Form]) -> list[tuple[str, int]]:
    return sorted((key, form[0]) for form in forms if (key := sound(form[2])))


def _pairs(forms: Sequence[Form]) -> Iterator[tuple[str, bytes]]:
    found: dict[str, array[int]] = defaultdict(lambda: array("i"))
    for number, _, folded, *_ in forms:
        for letters in pairs(folded):
            found[letters].append(number)
    return ((letters, _blob(found[letters])) for letters in sorted(found))


def _identifiers(entities: Sequence[Entity]) -> list[tuple[str, int]]:
    found = {(value.casefold(), key) for key, entity in enumerate(entities) for value in entity.identifiers if value}
    return sorted(found)


def _classes(entities: Sequence[Entity]) -> Iterator[tuple[str, bytes]]:
    found: dict[str, array[int]] = defaultdict(lambda: array("i"))
    for key, entity in enumerate(entities):
        for name in set(entity.classes):
            found[name].append(key)
    return ((name, _blob(found[name])) for name in sorted(found))


def _properties(entities: Sequence[Entity]) -> list[tuple[str, int]]:
    return sorted(Counter(name for entity in entities for name in entity.properties).items())


def _used(entities: Sequence[Entity]) -> list[tuple[str, str, int]]:
    counted = Counter((kind, name) for entity in entities for kind in set(entity.classes) for name in entity.properties)
    return sorted((kind, name, count) for (kind, name), count in counted.items())


def _blob(numbers: array[int]) -> bytes:
    return np.asarray(numbers, dtype="<i4").tobytes()
