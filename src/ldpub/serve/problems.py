"""Errors as HTTP answers: RFC 9457 problem documents, and the same as a page for people."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from ldpub.errors import BusyError, LdpubError, MalformedQueryError, QueryError

MEDIA_TYPE = "application/problem+json"


@dataclass
class Problem(Exception):  # noqa: N818 - the name that RFC 9457 gives it
    """What is wrong with a request, in the terms of RFC 9457, 3.1; raised anywhere, answered in one place."""

    status: int
    detail: str
    title: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    members: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The members of the problem document."""
        title = self.title or HTTPStatus(self.status).phrase
        return {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail, **self.members}

    def json(self) -> bytes:
        """The problem document as it is sent."""
        return json.dumps(self.document(), ensure_ascii=False).encode()


def problem_of(error: LdpubError) -> Problem:
    """The problem that an error of the domain is to a client."""
    if not isinstance(error, QueryError):
        return Problem(503, str(error), "The release cannot be read")
    members = {}
    if isinstance(error, MalformedQueryError):
        members = {k: v for k, v in (("line", error.line), ("column", error.column)) if v is not None}
    headers = {"Retry-After": "5"} if isinstance(error, BusyError) else {}
    return Problem(error.status, str(error), error.title, headers, members)
