"""Reads the lists of a release: the things of a class that fit the chosen facets, counted and ordered.

Facets are independent: of one facet any chosen value will do, of several facets each must fit. The counts of a facet
are those under the choices of all others, so that each says how many things there are if that value is chosen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ldpub.errors import ReleaseError
from ldpub.serve.database import Database

Numbers = NDArray[np.int32]
Mask = NDArray[np.bool_]

NONE = "-"
"""What is chosen for things that have no value."""

Chosen = Mapping[str, Sequence[str]]
"""Facet to chosen values: IRIs, lexical forms, decades, or NONE."""


@dataclass(frozen=True)
class Facet:
    """A facet with its pairs of things and values, by number.

    `spans` are the paths to the first and the last day of what goes by decade and lies between two; `terms` are the
    values in N-Triples syntax or decades, `texts` the same as they stand in URLs.
    """

    name: str
    labels: Mapping[str, str]
    path: str
    by_decade: bool
    spans: tuple[tuple[str, str], ...]
    terms: tuple[str, ...]
    texts: tuple[str, ...]
    things: Numbers
    values: Numbers

    def numbers(self, chosen: Iterable[str]) -> list[int]:
        """The numbers of chosen values; what is no value has none."""
        wanted = set(chosen)
        return [number for number, text in enumerate(self.texts) if text in wanted]


@dataclass(frozen=True)
class Count:
    """A facet as a list offers it: how many things have each of its values (by number), and how many have none."""

    facet: Facet
    values: Mapping[int, int]
    without: int


class Lists:
    """The lists of one release; arrays are read when they are first needed, and kept."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def close(self) -> None:
        """Close them."""
        self._database.close()

    def check(self) -> None:
        """Raises ReleaseError where these are no lists that can be read."""
        try:
            for query in ("select * from thing limit 1", "select * from class limit 1", "select * from place limit 1"):
                self._database.rows(query)
            assert isinstance(self.facets, tuple)
        except (sqlite3.Error, ValueError) as error:
            raise ReleaseError(f"The lists of the release are damaged: {error}. Build it again.") from error

    @cached_property
    def facets(self) -> tuple[Facet, ...]:
        """All facets, in their order."""
        terms: dict[int, list[str]] = {}
        for key, term in self._database.rows("select facet, term from value order by facet, id"):
            terms.setdefault(key, []).append(term)
        query = "select id, name, labels, path, by_decade, spans, things, vals from facet order by id"
        return tuple(_facet(row, tuple(terms.get(row[0], ()))) for row in self._database.rows(query))

    def members(self, class_iri: str) -> Mask:
        """The things of a class."""
        mask = np.zeros(self._size, dtype=np.bool_)
        for (things,) in self._database.rows("select things from class where iri = ?", (class_iri,)):
            mask[_array(things)] = True
        return mask

    def sizes(self) -> dict[str, int]:
        """Each class with the number of its things."""
        return dict(self._database.rows("select iri, length(things) / 4 from class order by iri"))

    @property
    def things(self) -> int:
        """How many things have a class."""
        return self._size

    def fitting(self, members: Mask, chosen: Chosen, but: str = "") -> Mask:
        """Those of some things that fit the chosen values; the choice of the facet `but` does not count."""
        fits = members.copy()
        for facet in self.facets:
            if facet.name in chosen and facet.name != but:
                fits &= self._having(facet, chosen[facet.name])
        return fits

    def counts(self, members: Mask, chosen: Chosen) -> list[Count]:
        """The facets by which these things can be told apart, counted under the choices of the others."""
        counted = []
        for facet in self.facets:
            if facet.name not in chosen and not self._tells_apart(facet, members):
                continue
            fits = self.fitting(members, chosen, facet.name)
            inside = fits[facet.things]
            per_value = np.bincount(facet.values[inside], minlength=len(facet.terms))
            has = np.zeros(self._size, dtype=np.bool_)
            has[facet.things[inside]] = True
            numbers = {int(number): int(per_value[number]) for number in per_value.nonzero()[0]}
            counted.append(Count(facet, numbers, int(fits.sum() - has.sum())))
        return counted

    def ordered(
        self, fits: Mask, language: str, key: Facet | None, ranks: Sequence[int], *, descending: bool
    ) -> Numbers:
        """The numbers of things in the order of their labels in a language, or first of a facet's values.

        `ranks` are the places of the facet's values; things that have none come last in either direction.
        """
        numbers = fits.nonzero()[0].astype(np.int32)
        places = self._places(language)[numbers]
        if key is None:
            return numbers[np.argsort(-places if descending else places, kind="stable")]
        last = len(ranks)
        best = np.full(self._size, last, dtype=np.int64)
        if ranks:
            own = np.asarray(ranks, dtype=np.int64)[key.values]
            np.minimum.at(best, key.things, (last - 1 - own) if descending else own)
        return numbers[np.lexsort((places, best[numbers]))]

    def values_of(self, numbers: Numbers, facet: Facet) -> dict[int, list[int]]:
        """The values of each of some things."""
        wanted = np.zeros(self._size, dtype=np.bool_)
        wanted[numbers] = True
        inside = wanted[facet.things]
        found: dict[int, list[int]] = {}
        for thing, value in zip(facet.things[inside].tolist(), facet.values[inside].tolist(), strict=True):
            found.setdefault(thing, []).append(value)
        return found

    def iris(self, numbers: Numbers) -> list[str]:
        """The IRIs of things, in the order given."""
        if len(numbers) > self._size // 4:
            everything = [iri for (iri,) in self._database.rows("select iri from thing order by id")]
            return [everything[number] for number in numbers.tolist()]
        query = "select iri from thing where id = ?"
        return [str(self._database.rows(query, (number,))[0][0]) for number in numbers.tolist()]

    def _having(self, facet: Facet, chosen: Sequence[str]) -> Mask:
        mask = np.zeros(self._size, dtype=np.bool_)
        if NONE in chosen:
            mask[:] = True
            mask[facet.things] = False
        mask[facet.things[np.isin(facet.values, facet.numbers(chosen))]] = True
        return mask

    def _tells_apart(self, facet: Facet, members: Mask) -> bool:
        """Whether some of the things have a value that others do not."""
        per_value = np.bincount(facet.values[members[facet.things]])
        return bool(per_value.any() and (per_value[per_value > 0] < members.sum()).any())

    def _places(self, language: str) -> Numbers:
        rows = self._database.rows("select places from place where language = ?", (language,))
        return _array(rows[0][0]) if rows else np.arange(self._size, dtype=np.int32)

    @cached_property
    def _size(self) -> int:
        return int(self._database.rows("select count(*) from thing")[0][0])


def _facet(row: tuple[Any, ...], terms: tuple[str, ...]) -> Facet:
    _, name, labels, path, by_decade, spans, things, values = row
    texts = terms if by_decade else tuple(map(plain, terms))
    pairs = tuple((first, last) for first, last in json.loads(spans))
    return Facet(name, json.loads(labels), path, bool(by_decade), pairs, terms, texts, _array(things), _array(values))


def read_term(term: str) -> NamedNode | Literal:
    """A term in N-Triples syntax."""
    if term.startswith("<"):
        return NamedNode(term[1:-1])
    (quad,) = parse(f"<a:a> <a:a> {term} .", format=RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, Literal)
    return quad.object


def plain(term: str) -> str:
    """A term in N-Triples syntax as it stands in URLs: its IRI or lexical form."""
    return read_term(term).value


def _array(blob: Any) -> Numbers:
    return np.frombuffer(blob, dtype="<i4")
