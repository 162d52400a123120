"""Phrases: words of a catalogue with linked names in their gaps, as HTML or as plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from ldpub.serve.ontology.graph import Term


class Piece(NamedTuple):
    """A part of a phrase: its text, where it leads to, its language if that is not the page's, whether it is code."""

    text: str
    href: str | None = None
    language: str | None = None
    is_code: bool = False


Phrase = tuple[Piece, ...]
Names = Callable[[Term], Phrase]
"""Names a term: never by the label of a blank node."""

Words = Mapping[str, str]

_GAP = re.compile(r"\{(\w+)\}")


def plain(text: str) -> Phrase:
    """Words without a link."""
    return (Piece(text),) if text else ()


def code(text: str) -> Phrase:
    """What is written in a formal language."""
    return (Piece(text, is_code=True),)


def fill(template: str, **parts: Phrase | str) -> Phrase:
    """A template of a catalogue with phrases in its gaps; a gap for which there is no phrase stays as it is."""
    pieces: list[Piece] = []
    for at, text in enumerate(_split(template)):
        if at % 2:
            part = parts.get(text, "{" + text + "}")
            pieces += plain(part) if isinstance(part, str) else part
        elif text:
            pieces.append(Piece(text))
    return tuple(pieces)


@lru_cache(maxsize=1024)
def _split(template: str) -> tuple[str, ...]:
    """The words of a template, with the names of its gaps between them."""
    return tuple(_GAP.split(template))


def joined(parts: Sequence[Phrase], between: str, last: str | None = None) -> Phrase:
    """Phrases in a row: `between` stands between two of them, `last` before the last one."""
    pieces: list[Piece] = []
    for at, part in enumerate(parts):
        if at:
            pieces += plain(last if last is not None and at == len(parts) - 1 else between)
        pieces += part
    return tuple(pieces)


def text_of(phrase: Phrase) -> str:
    """A phrase as plain text."""
    return "".join(piece.text for piece in phrase)


def html_of(phrase: Phrase) -> Markup:
    """A phrase as HTML, everything in it escaped."""
    return Markup("".join(map(_html, phrase)))  # noqa: S704 - each piece is escaped


@lru_cache(maxsize=8192)
def _html(piece: Piece) -> str:
    """A piece as HTML; the same few thousand pieces make up all pages."""
    text = str(escape(piece.text))
    language = f' lang="{escape(piece.language)}"' if piece.language else ""
    if piece.href is not None:
        return f'<a href="{escape(piece.href)}"{language}>{text}</a>'
    if piece.is_code:
        return f"<code>{text}</code>"
    return f"<span{language}>{text}</span>" if language else text
