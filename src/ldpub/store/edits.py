"""Changes of a query's text, and the way back: where a place in the changed text was before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ldpub.errors import MalformedQueryError
from ldpub.store.tokens import place

_LINE_END = re.compile(r"\r\n|\r|\n")


class Edit(NamedTuple):
    """The text from `start` to `end` is to be `text`."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The text with these changes made; one that begins inside of another is left out."""
    pieces, at = [], 0
    for edit in sorted(edits):
        if edit.start < at:
            continue
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:]])


def placed_before(error: MalformedQueryError, text: str, edits: Sequence[Edit]) -> MalformedQueryError:
    """An error in the edited text, with the place it has in `text`; within an edit, where that begins.

    The edits are in order, none within another.
    """
    if error.line is None or error.column is None:
        return error
    offset = _offset(edited(text, edits), error.line, error.column)
    moved = 0  # how much longer the text has become by the edits so far
    for edit in edits:
        start = edit.start + moved
        if offset < start:
            break
        if offset < start + len(edit.text):
            offset = start
            break
        moved += len(edit.text) - (edit.end - edit.start)
    line, column = place(text, offset - moved)
    said = str(error).replace(f"ine {error.line}, column {error.column}:", f"ine {line}, column {column}:", 1)
    return MalformedQueryError(said, line, column)


def _offset(text: str, line: int, column: int) -> int:
    """The inverse of `place`."""
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    return starts[min(line, len(starts)) - 1] + column - 1
