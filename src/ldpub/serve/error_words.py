"""What errors say, in the language of a page: gettext catalogues whose msgids are the English sentences.

Errors are raised in English, by rooms that know no language, and reach programs as they are. A sentence is recognised
by its form; what stands in its gaps is translated, too, where it is such a phrase itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from ldpub.serve.language import Words

_CATALOGUES = files("ldpub.serve") / "locale" / "errors"
_GAP = re.compile(r"\{(\w+)\}")
_READ_AT_MOST = 4000
"""Characters; what is longer quotes something else, and stays as it is."""

_NESTED_AT_MOST = 4
_ENGLISH = "en"

Sentence = tuple[re.Pattern[str], str]
"""The form of an English sentence, and its translation with the same gaps."""


def said(text: str, words: Words) -> tuple[str, str]:
    """What an error says, in the language of the words if it is known there; and the language that it is in."""
    sentences = _sentences(words.tag)
    told = _translated(text, sentences, _NESTED_AT_MOST) if len(text) <= _READ_AT_MOST else None
    return (text, _ENGLISH) if told is None else (told, words.tag)


def _translated(text: str, sentences: Sequence[Sentence], depth: int) -> str | None:
    """A sentence, or one whose full stop the catalogue leaves to the sentence around it; None where it is unknown."""
    for form, translation in sentences:
        if match := form.fullmatch(text):
            return _filled(translation, match.groupdict(), sentences, depth)
    if text.endswith("."):
        inner = next((m for m in ((form.fullmatch(text[:-1]), words) for form, words in sentences) if m[0]), None)
        if inner and inner[0]:
            return _filled(inner[1], inner[0].groupdict(), sentences, depth) + "."
    return None


def _filled(translation: str, gaps: Mapping[str, str], sentences: Sequence[Sentence], depth: int) -> str:
    def filled(gap: re.Match[str]) -> str:
        text = gaps[gap[1]]
        return (_translated(text, sentences, depth - 1) if depth and " " in text else None) or text

    return _GAP.sub(filled, translation)


@cache
def _sentences(tag: str) -> tuple[Sentence, ...]:
    """The sentences of a language, those first of which most is fixed."""
    catalogue = _CATALOGUES / f"{tag}.po"
    if not catalogue.is_file():
        return ()
    with catalogue.open("rb") as file:
        entries = {str(m.id): str(m.string) for m in read_po(file, locale=tag.replace("-", "_")) if m.id and m.string}
    listed = sorted(entries, key=lambda english: (-len(_GAP.sub("", english)), english))
    return tuple((_form(english), entries[english]) for english in listed)


def _form(english: str) -> re.Pattern[str]:
    parts = _GAP.split(english)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts)), re.DOTALL
    )
