"""Errors as they cross the pipe: a worker describes one in JSON, its parent raises the same."""

from __future__ import annotations

import json

from ldpub import errors
from ldpub.errors import LdpubError, MalformedQueryError, QueryError

_RAISED = (
    errors.MalformedQueryError,
    errors.RefusedQueryError,
    errors.QueryMemoryError,
    errors.UnwritableError,
    errors.ReleaseError,
)
_BY_NAME: dict[str, type[LdpubError]] = {raised.__name__: raised for raised in _RAISED}


def describe(error: LdpubError) -> bytes:
    """An error as the payload of a frame."""
    place = (error.line, error.column) if isinstance(error, MalformedQueryError) else (None, None)
    description = {"error": type(error).__name__, "message": str(error), "line": place[0], "column": place[1]}
    return json.dumps(description).encode()


def error_from(payload: bytes) -> LdpubError:
    """The error that such a payload describes."""
    described = json.loads(payload)
    raised = _BY_NAME.get(described["error"], QueryError)
    if raised is MalformedQueryError:
        return MalformedQueryError(described["message"], described["line"], described["column"])
    return raised(described["message"])


def too_slow(seconds: float) -> str:
    """What a query at its deadline is told."""
    return f"The query did not end within {seconds:g} s; ask for less at once, or add LIMIT."
