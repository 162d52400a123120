"""The tree of errors: domain code raises these, one function at each rim turns them into an exit code or a status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


class LdpubError(Exception):
    """Anything that ldpub refuses, with a message fit for the person who can mend it."""


class UsageError(LdpubError):
    """The call is at fault: a path, an option, a setting (exit code 2)."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the sources: what, where, and the mend.

    `file` is relative to the project; `line` and `column` count from 1; `excerpt` is the line as it stands.
    """

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None
    mend: str | None = None
    severity: str = "error"
    code: str | None = None

    @property
    def place(self) -> str:
        """`file:line:column`, as far as it is known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        head = f"{self.place}: {self.severity}: {self.message}" if self.place else f"{self.severity}: {self.message}"
        lines = [head]
        if self.excerpt is not None:
            lines.extend(f"    {line}" for line in _shown(self.excerpt.rstrip(), self.column))
        if self.mend:
            lines.append(f"    mend: {self.mend}")
        return "\n".join(lines)


def _shown(excerpt: str, column: int | None) -> list[str]:
    """The line as a terminal may have it, cut to the part around the column, and a mark below the column."""
    start = max(0, (column or 1) - _WIDTH // 2) if len(excerpt) > _WIDTH else 0
    part = excerpt[start : start + _WIDTH]
    line = "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in part)
    if column is None or not 0 < column <= start + len(part) + 1:
        return [line]
    return [line, "".join("\t" if char == "\t" else " " for char in line[: column - 1 - start]) + "^"]


_WIDTH = 160
"""How many characters of a line are shown."""


@dataclass
class SourceError(LdpubError):
    """The data is at fault (exit code 1): every fault found, not only the first."""

    faults: Sequence[Fault] = field(default_factory=tuple)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class InconsistentError(SourceError):
    """The graph is inconsistent under OWL 2 RL/RDF (a rule with `false` as its consequent fired)."""


class InvalidError(SourceError):
    """A SHACL shape of tier violation is broken."""


class ReleaseError(LdpubError):
    """A release is missing, damaged or of another layout."""


class QueryError(LdpubError):
    """A SPARQL query that gets no answer; `status` is the HTTP status that says so (SPARQL 1.1 Protocol, 2.1.7)."""

    status = 500
    title = "The query failed"


class MalformedQueryError(QueryError):
    """The query is no SPARQL 1.1 query; `line` and `column` (from 1) say where, where the parser knows."""

    status = 400
    title = "The query is malformed"

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class RefusedQueryError(QueryError):
    """The query is SPARQL, but asks for what this endpoint does not do (SERVICE, update, excessive nesting)."""

    status = 400
    title = "The query is refused"


class QueryTooLongError(QueryError):
    """The query text exceeds the limit in bytes."""

    status = 413
    title = "The query is too long"


class QueryTimeoutError(QueryError):
    """The query did not end within its time."""

    status = 503
    title = "The query took too long"


class QueryMemoryError(QueryError):
    """The query needed more memory than it is allowed, or ended its worker process."""

    status = 503
    title = "The query needed too many resources"


class BusyError(QueryError):
    """All workers are taken and the queue is full; try again later."""

    status = 503
    title = "The endpoint is busy"


class UnwritableError(QueryError):
    """The answer holds something that the wanted format cannot say; another format can (RFC 9110, 15.5.7)."""

    status = 406
    title = "The answer cannot be written in this format"


class RemoteError(QueryError):
    """The SPARQL endpoint behind this one failed, or answered in a format it was not asked for."""

    status = 502
    title = "The endpoint behind this one failed"


class FederationError(QueryError):
    """An endpoint that the query names in SERVICE failed, or answered what cannot be used (Federated Query, 2.3)."""

    status = 502
    title = "A service of the query failed"


class FederationTimeoutError(FederationError):
    """An endpoint that the query names in SERVICE did not answer within its time."""

    status = 504
    title = "A service of the query took too long"


class QueryAbandonedError(QueryError):
    """Nobody waits for the answer any more, so what was under way for it was ended."""

    status = 503
    title = "The query was given up"
