"""What went wrong with a query, as its page tells it: in the page's language what it is, at its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ldpub.errors import BusyError, MalformedQueryError, QueryMemoryError, QueryTimeoutError
from ldpub.serve.error_words import said
from ldpub.serve.language import Words
from ldpub.serve.problems import Problem

_PLACE = re.compile(r"(?:Near l|L)ine \d+, column \d+: ")
"""How the engine's words begin where the page says it already."""

_SHOWN = 100
"""Characters of a line that are shown on each side of the place."""

_BY_STATUS = {400: "refused", 413: "too_long", 429: "too_many"}
_BY_TITLE = {
    MalformedQueryError.title: "malformed",
    QueryTimeoutError.title: "timeout",
    QueryMemoryError.title: "memory",
    BusyError.title: "busy",
}


@dataclass(frozen=True)
class Told:
    """An error: what it is; what the engine says of it, and in which language; where; the line, cut at the place."""

    title: str
    detail: str
    language: str = "en"
    line: int | None = None
    column: int | None = None
    before: str = ""
    at: str = ""
    after: str = ""


def told(problem: Problem, text: str, words: Words) -> Told:
    """The error of a query; line and column (from 1) where they are known and in the text."""
    kind = _BY_TITLE.get(problem.title) or _BY_STATUS.get(problem.status, "failed")
    title = words[f"query_{kind}"]
    line, column = problem.members.get("line"), problem.members.get("column")
    lines = text.split("\n")
    if line is None or column is None or not 0 < line <= len(lines):
        return Told(title, *said(problem.detail, words))
    detail, language = said(_PLACE.sub("", problem.detail, count=1), words)
    found = lines[line - 1].rstrip("\r")
    place = min(column - 1, len(found))
    before, at, after = found[max(0, place - _SHOWN) : place], found[place : place + 1], found[place + 1 :]
    return Told(title, detail, language, line, column, before, at or " ", after[:_SHOWN])
