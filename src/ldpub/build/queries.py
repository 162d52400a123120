"""Query files: a question or a rule is one SPARQL 1.1 file, its comments saying in each language what it asks.

The comments before the query that read `# en: ...` are its titles; the file's name is its identifier and its order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Store

from ldpub.build.project import SourceFile
from ldpub.errors import Fault, SourceError

_TITLE = re.compile(r"#\s*([a-z]{2,3}(?:-[A-Za-z0-9]+)*):\s*(\S.*)")


@dataclass(frozen=True)
class QueryFile:
    """A query with its titles by language."""

    file: SourceFile
    name: str
    titles: Mapping[str, str]
    text: str


def read_queries(files: Iterable[SourceFile]) -> tuple[QueryFile, ...]:
    """Read query files and let the engine parse each; raises SourceError with every fault of every file."""
    faults: list[Fault] = []
    queries: list[QueryFile] = []
    store = Store()
    for file in files:
        text = file.path.read_text(encoding="utf-8")
        try:
            store.query(text)
        except SyntaxError as error:
            faults.append(_fault(error, file, text))
        titles = {match[1]: match[2] for line in _head(text) if (match := _TITLE.match(line))}
        queries.append(QueryFile(file, file.path.stem, titles, text))
    if faults:
        raise SourceError(faults)
    return tuple(queries)


def _head(text: str) -> list[str]:
    """The comment lines before the query."""
    head = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            break
        head.append(line)
    return head


def _fault(error: SyntaxError, file: SourceFile, text: str) -> Fault:
    place = re.search(r"at (\d+):(\d+)", str(error))
    line = error.lineno or (int(place[1]) if place else None)
    column = error.offset or (int(place[2]) if place else None)
    lines = text.splitlines()
    excerpt = lines[line - 1] if line and line <= len(lines) else None
    message = re.sub(r"^error at \d+:\d+: ", "", str(error.msg or error))
    return Fault(f"this is no SPARQL 1.1 query: {message}", file.name, line, column, excerpt, code="syntax")
