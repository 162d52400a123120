"""Phrases: words of a catalogue with linked names in their gaps, as HTML or as plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from ldpub.serve.ontology.graph import Term
from ldpub.serve.shown import escaped


class Piece(NamedTuple):
    """A part of a phrase: its text, the same as HTML, and as HTML without a link."""

    text: str
    html: str
    unlinked: str


Phrase = tuple[Piece, ...]
Names = Callable[[Term], Phrase]
"""Names a term: never by the label of a blank node."""

Words = Mapping[str, str]

_GAP = re.compile(r"\{(\w+)\}")


def piece(text: str, href: str | None = None, language: str | None = None) -> Piece:
    """A text, where it leads to, and its language if that is not the page's."""
    shown = escaped(text)
    marked = f' lang="{escaped(language)}"' if language else ""
    unlinked = f"<span{marked}>{shown}</span>" if marked else shown
    if href is None:
        return Piece(text, unlinked, unlinked)
    return Piece(text, f'<a href="{escaped(href)}"{marked}>{shown}</a>', unlinked)


@lru_cache(maxsize=1024)
def plain(text: str) -> Phrase:
    """Words without a link."""
    return (piece(text),) if text else ()


def code(text: str) -> Phrase:
    """What is written in a formal language."""
    html = f"<code>{escaped(text)}</code>"
    return (Piece(text, html, html),)


def without_links(phrase: Phrase) -> Phrase:
    """The same phrase, leading nowhere."""
    return tuple(Piece(text, unlinked, unlinked) for text, _, unlinked in phrase)


def fill(template: str, **parts: Phrase | str) -> Phrase:
    """A template of a catalogue with phrases in its gaps; a gap for which there is no phrase stays as it is."""
    pieces: list[Piece] = []
    for words, gap in _split(template):
        pieces += words
        if gap:
            part = parts.get(gap, "{" + gap + "}")
            pieces += plain(part) if isinstance(part, str) else part
    return tuple(pieces)


@lru_cache(maxsize=1024)
def _split(template: str) -> tuple[tuple[Phrase, str], ...]:
    """The words of a template, each with the name of the gap behind them."""
    parts = [*_GAP.split(template), ""]
    return tuple((plain(words), gap) for words, gap in zip(parts[::2], parts[1::2], strict=True))


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
    return "".join([one.text for one in phrase])


def html_of(phrase: Phrase) -> Markup:
    """A phrase as HTML, everything in it escaped."""
    return Markup(written(phrase))  # noqa: S704 - each piece is escaped


def written(phrase: Phrase) -> str:
    """The same as a string that a larger piece of HTML is made of."""
    return "".join([one.html for one in phrase])
