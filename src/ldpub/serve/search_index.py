"""Asks the search index of a release: names that are what was typed, begin with it, or have words that do.

Among these the things to which most links lead come first. No answer needs more than what is shown of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import sqrt
from pathlib import Path

from ldpub.errors import ReleaseError
from ldpub.folding import BEGINNING, fold, written_out
from ldpub.serve.database import Database

CHARACTERS = 200
"""What is longer is no name."""

WORDS = 8

_WHOLE = (
    "select name.thing, thing.iri, thing.class, name.text from name join thing on thing.id = name.thing "
    "where name.id in (select name from whole where folded in (?, ?)) order by name.id"
)
_BY_WORDS = (
    "select name.thing, thing.iri, thing.class, name.text from word cross join name on name.id = word.rowid "
    "cross join thing on thing.id = name.thing where word match ? order by word.rowid"
)


@dataclass(frozen=True)
class Hit:
    """A thing that was found: its IRI, its class (empty where it has none), and the name by which it was found.

    The name is empty where it must not be shown (skos:hiddenLabel).
    """

    iri: str
    class_iri: str
    name: str


class SearchIndex:
    """The search index of one release."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def close(self) -> None:
        """Close it."""
        self._database.close()

    def find(self, text: str, limit: int, offset: int = 0) -> list[Hit]:
        """The things that a text names, the best first: each once."""
        return list(islice(self.each(text), offset, offset + limit))

    def each(self, text: str) -> Iterator[Hit]:
        """The same one by one, no more of them being found than are taken."""
        return self._distinct(self._rows(text[:CHARACTERS]))

    def named(self, text: str) -> Iterator[Hit]:
        """The things of which a name is this text, but for case, diacritics and punctuation."""
        folded = text[:CHARACTERS]
        return self._distinct(self._database.each(_WHOLE, (fold(folded), written_out(folded))))

    def best_known(self, limit: int) -> list[str]:
        """The IRIs of the things to which most links lead."""
        return [iri for (iri,) in self._database.rows("select iri from thing order by id limit ?", (limit,))]

    def classes(self) -> list[str]:
        """The classes of the things that can be found, those first of which many things have many links."""
        rows = self._database.rows("select class, count(*), avg(id) from thing where class <> '' group by class")
        return [name for _, name in sorted((mean / sqrt(count), name) for name, count, mean in rows)]

    def check(self) -> None:
        """Raises ReleaseError where this is no index that can be read."""
        try:
            self.find("a", 1)
        except sqlite3.Error as error:
            raise ReleaseError(f"The search index of the release is damaged: {error}. Build it again.") from error

    def _rows(self, text: str) -> Iterator[tuple[int, str, str, str]]:
        forms = [form.split()[:WORDS] for form in dict.fromkeys((fold(text), written_out(text)))]
        if not forms[0]:
            return
        yield from self._database.each(_WHOLE, (" ".join(forms[0]), " ".join(forms[-1])))
        yield from self._database.each(_BY_WORDS, (" OR ".join(map(_beginning, forms)),))
        yield from self._database.each(_BY_WORDS, (" OR ".join(map(_words, forms)),))

    def _distinct(self, rows: Iterator[tuple[int, str, str, str]]) -> Iterator[Hit]:
        seen: set[int] = set()
        for number, iri, class_iri, name in rows:
            if number not in seen:
                seen.add(number)
                yield Hit(iri, class_iri, name)


def _beginning(words: list[str]) -> str:
    """Names that begin with these words, the last of which need not be whole (FTS5, 3.2 and 3.3)."""
    return f'("{BEGINNING}{" ".join(words)}"*)'


def _words(words: list[str]) -> str:
    """Names with words that begin with each of these."""
    return "(" + " AND ".join(f'"{word}"*' for word in words) + ")"
