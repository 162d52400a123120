"""Query files: a question or a rule is one SPARQL 1.1 file, its comments saying in each language what it asks.

The comments before the query that read `# en: ...` are its titles; the file's name is its identifier and its order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Store

from ldpub.build.project import SourceFile
from ldpub.build.questions import read_head
from ldpub.errors import Fault, QueryError, SourceError
from ldpub.store import Limits
from ldpub.store.guard import check
from ldpub.store.parameters import Parameter


@dataclass(frozen=True)
class QueryFile:
    """A query with its titles and theme by language, and its parameters."""

    file: SourceFile
    name: str
    titles: Mapping[str, str]
    text: str
    theme: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()


def read_queries(files: Iterable[SourceFile]) -> tuple[QueryFile, ...]:
    """Read query files and let the engine parse each; raises SourceError with every fault of every file."""
    faults: list[Fault] = []
    queries: list[QueryFile] = []
    for file in files:
        try:
            text = _checked(file)
        except SourceError as error:
            faults.extend(error.faults)
            continue
        try:
            titles, theme, parameters = read_head(text, _head(text))
        except ValueError as error:
            faults.append(Fault(str(error), file.name, code="question"))
            continue
        queries.append(QueryFile(file, file.path.stem, titles, text, theme, parameters))
    if faults:
        raise SourceError(faults)
    return tuple(queries)


def _checked(file: SourceFile) -> str:
    """The text of a query that the site would answer; raises SourceError where it is none.

    The check in front of the site's endpoint comes first: no SERVICE is called and no nesting ends the engine here.
    """
    try:
        text = file.path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError([Fault("is not in UTF-8", file.name, mend="save it as UTF-8")]) from error
    except OSError as error:
        raise SourceError([Fault(f"cannot be read: {error.strerror or error}", file.name)]) from error
    try:
        check(text, Limits())
        Store().query(text)
    except QueryError as error:
        line, column = getattr(error, "line", None), getattr(error, "column", None)
        raise SourceError([_fault(str(error), line, column, file, text)]) from error
    except SyntaxError as error:
        place = re.search(r"at (\d+):(\d+)", str(error))
        line = error.lineno or (int(place[1]) if place else None)
        column = error.offset or (int(place[2]) if place else None)
        message = re.sub(r"^error at \d+:\d+: ", "", str(error.msg or error))
        raise SourceError([_fault(f"this is no SPARQL 1.1 query: {message}", line, column, file, text)]) from error
    return text


def _head(text: str) -> list[str]:
    """The comment lines before the query."""
    head = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            break
        head.append(line)
    return head


def _fault(message: str, line: int | None, column: int | None, file: SourceFile, text: str) -> Fault:
    lines = text.splitlines()
    excerpt = lines[line - 1] if line and line <= len(lines) else None
    return Fault(message, file.name, line, column, excerpt, code="syntax")
