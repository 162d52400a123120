"""The terms of a release and their keys in its documents' database, those kept that were asked for since a while.

A key is a term's place in the order of the texts of all terms, from 1: what is in the order of keys is in theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from ldpub.serve.database import Database, marks, padded

NO_KEY = 0
"""What no term has."""

_BATCH = 500
_KEPT_BYTES = 16 << 20
_EACH = 200  # bytes that a term takes beside its text, about

_READ = "select id, text from term where"


class Keys:
    """Reads terms by their keys, and keys by the texts of terms, as N-Triples writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._terms: dict[int, Any] = {}
        self._keys: dict[str, int] = {}
        self._size = 0

    def terms(self, rows: Sequence[Sequence[int]]) -> Mapping[int, Any]:
        """The terms of all keys in some rows, and others."""
        self._make_room()
        kept = self._terms
        lacking = {key for row in rows for key in row if key not in kept}
        for key, text in self._read("id", lacking):
            kept[key] = _term(text)
        return kept

    def keys(self, texts: Collection[str]) -> list[int]:
        """The keys of those of some terms that occur."""
        self._make_room()
        kept = self._keys
        for key, text in self._read("text", {text for text in texts if text not in kept}):
            kept[text] = key
        return [kept[text] for text in texts if text in kept]

    def key(self, text: str) -> int:
        """The key of a term, NO_KEY where it does not occur."""
        return next(iter(self.keys((text,))), NO_KEY)

    def _read(self, by: str, wanted: Iterable[Any]) -> Iterable[tuple[int, str]]:
        listed = list(wanted)
        for start in range(0, len(listed), _BATCH):
            batch = padded(listed[start : start + _BATCH])
            rows = self._database.rows(f"{_READ} {by} in ({marks(batch)})", batch)
            self._size += sum(len(text) + _EACH for _, text in rows)
            yield from rows

    def _make_room(self) -> None:
        """Begin anew where there is too much; who is reading goes on with what was there."""
        if self._size > _KEPT_BYTES:
            self._terms, self._keys, self._size = {}, {}, 0


def _term(text: str) -> Any:
    if text.startswith("<"):
        return NamedNode(text[1:-1])
    if text.startswith("_:"):
        return BlankNode(text[2:])
    (quad,) = parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)
    return quad.object
