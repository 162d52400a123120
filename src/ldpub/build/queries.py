"""Query files: a question or a rule is one SPARQL 1.1 file, its comments saying in each language what it asks.

The comments before the query that read `# en: ...` are its titles; the file's name is its identifier and its order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import QuerySolutions, Store

from ldpub.build.columns import Column
from ldpub.build.project import SourceFile
from ldpub.build.questions import read_head
from ldpub.errors import Fault, MalformedQueryError, QueryError, SourceError
from ldpub.namespaces import PREFIXES
from ldpub.store import Limits
from ldpub.store.faults import malformed, report_of
from ldpub.store.federation import unasked
from ldpub.store.guard import check
from ldpub.store.parameters import Parameter

_PLACE = re.compile(r" \(line (\d+), column (\d+)\)\.$")
_SERVICE_MENDS = {
    "questions": "name the endpoint by its IRI, and list it in ldpub.toml: serve.services, or serve.private_services",
    "rules": "a build asks nobody: put what the rule needs into the data",
}


@dataclass(frozen=True)
class QueryFile:
    """A query with its titles and theme by language, its parameters and its columns."""

    file: SourceFile
    name: str
    titles: Mapping[str, str]
    text: str
    theme: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[Column, ...] = ()


def read_queries(
    files: Iterable[SourceFile], limits: Limits, prefixes: Mapping[str, str] = PREFIXES
) -> tuple[QueryFile, ...]:
    """Read query files and let the engine parse each; raises SourceError with every fault of every file.

    `limits` are those of the endpoint that will answer them, and say which others SERVICE may name; `prefixes` are
    offered where a query does not declare one.
    """
    faults: list[Fault] = []
    queries: list[QueryFile] = []
    for file in files:
        try:
            text, variables = _checked(file, limits, prefixes)
        except SourceError as error:
            faults.extend(error.faults)
            continue
        try:
            head = read_head(text, _head(text), variables)
        except ValueError as error:
            faults.append(Fault(str(error), file.name, code="question"))
            continue
        queries.append(QueryFile(file, file.path.stem, head.titles, text, head.theme, head.parameters, head.columns))
    if faults:
        raise SourceError(faults)
    return tuple(queries)


def _checked(file: SourceFile, limits: Limits, prefixes: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text of a query that the site would answer, and the variables of its solutions, none where it is no SELECT;
    raises SourceError where it is no such query.

    The check in front of the site's endpoint comes first, so that no nesting ends the engine here; and what the engine
    parses is the query with every SERVICE taken out, for it would ask the endpoint of an ASK at once.
    """
    try:
        text = file.path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError([Fault("is not in UTF-8", file.name, mend="save it as UTF-8")]) from error
    except OSError as error:
        raise SourceError([Fault(f"cannot be read: {error.strerror or error}", file.name)]) from error
    try:
        check(text, limits)
        queries = list(unasked(text, limits))
        for query in queries:
            if (report := report_of(query)) is not None:
                raise malformed(query, report, report_of, prefixes)
    except MalformedQueryError as error:
        said = re.sub(r"^(?:Near l|L)ine \d+, column \d+: ", "", str(error)).rstrip(".")
        fault = _fault(f"this is no SPARQL 1.1 query: {said}", error.line, error.column, file, text)
        raise SourceError([fault]) from error
    except QueryError as error:
        raise SourceError([_refused(error, file, text)]) from error
    whole = Store().query(queries[0])
    return text, tuple(v.value for v in whole.variables) if isinstance(whole, QuerySolutions) else ()


def _refused(error: QueryError, file: SourceFile, text: str) -> Fault:
    """What the check in front of the endpoint says, at its place, and the mend where SERVICE is the matter."""
    said = str(error)
    place = _PLACE.search(said)
    line, column = (int(place[1]), int(place[2])) if place else (getattr(error, "line", None), None)
    fault = _fault(_PLACE.sub("", said), line, column if place else getattr(error, "column", None), file, text)
    return replace(fault, mend=_SERVICE_MENDS[file.role]) if said.startswith("SERVICE") else fault


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
