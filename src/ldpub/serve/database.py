"""An SQLite file of a release, which never changes: every thread reads it through a connection of its own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any


class Database:
    """A file that is only read; it is opened when it is first asked."""

    def __init__(self, path: Path) -> None:
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query; raises sqlite3.Error."""
        return self._connection().execute(query, parameters).fetchall()

    def each(self, query: str, parameters: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a query one by one, no more of them being found than are taken; raises sqlite3.Error."""
        with closing(self._connection().execute(query, parameters)) as cursor:
            yield from cursor

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._open:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
            self._local.connection = connection
            self._open.append(connection)
        return connection
