"""An SQLite file of a release, which never changes: who reads it takes a connection that nobody else has meanwhile.

The one that was given back last is taken first, by whatever thread: it has pages and prepared queries in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any


class Database:
    """A file that is only read; it is opened when it is first asked."""

    def __init__(self, path: Path) -> None:
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._idle: list[sqlite3.Connection] = []
        self._open: list[sqlite3.Connection] = []

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query; raises sqlite3.Error."""
        with self._connection() as connection:
            return connection.execute(query, parameters).fetchall()

    def each(self, query: str, parameters: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a query one by one, no more of them being found than are taken; raises sqlite3.Error."""
        with self._connection() as connection, closing(connection.execute(query, parameters)) as cursor:
            yield from cursor

    def close(self) -> None:
        """Close all connections."""
        for connection in self._open:
            connection.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.pop()  # one step, whatever other threads do
        except IndexError:
            connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
            self._open.append(connection)
        try:
            yield connection
        finally:
            self._idle.append(connection)


def padded(values: list[Any]) -> list[Any]:
    """The values, the last one repeated up to a power of two: of few different queries SQLite reads most but once."""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values)) if values else values


def marks(values: Sequence[object]) -> str:
    """So many parameters."""
    return ", ".join("?" * len(values))
