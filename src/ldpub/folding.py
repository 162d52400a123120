"""Names as people type them: case, diacritics and ligatures folded (Unicode Standard, 3.13 and 15), German written out.

What builds the search index and what asks it fold alike, so that `Poznan` finds Poznań, `Koeln` and `Koln` find Köln.
"""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"}
)
"""Letters that Unicode does not decompose, though people without them on the keyboard type others."""

_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""How these are written where they are missing: German (DIN 5007-2), Danish and Norwegian."""

BEGINNING = "\N{RIGHTWARDS ARROW}"
"""The mark of a name's first word; no folded word has it."""

_ASCII_WORD = re.compile("[a-z0-9]+")


def fold(text: str) -> str:
    """The words of a text in their plain form, one blank between them."""
    return " ".join(_words(_plain(unicodedata.normalize("NFC", text.casefold()))))


def written_out(text: str) -> str:
    """The same with umlauts written as two letters."""
    return " ".join(_words(_plain(unicodedata.normalize("NFC", text.casefold()).translate(_WRITTEN_OUT))))


def marked(folded: str) -> str:
    """Folded words, the first of them a second time with a mark before it, by which beginnings are found at once."""
    first, _, rest = folded.partition(" ")
    return f"{first} {BEGINNING}{first} {rest}" if first else ""


def _plain(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return unicodedata.normalize("NFKC", _DIACRITICS.sub("", decomposed)).casefold()


def _is_diacritic(character: str) -> bool:
    """Whether it is a mark that people leave out: those of alphabets, not the vowel signs of Indic and later blocks."""
    return unicodedata.combining(character) > 0 and (character < "\u0900" or "\u1ab0" <= character <= "\u20ff")


def _words(text: str) -> list[str]:
    """What stands between characters that are no letters, digits or marks."""
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return _NO_LETTER.sub(_mark_or_blank, text).split()


def _mark_or_blank(match: re.Match[str]) -> str:
    """A mark, which belongs to a word though it is no letter; a blank for anything else."""
    return match[0] if unicodedata.category(match[0])[0] in "LNM" else " "


_DIACRITICS = re.compile("[" + "".join(filter(_is_diacritic, map(chr, range(0x2100)))) + "]")
"""One expression, as names are folded by the hundred thousand."""

_NO_LETTER = re.compile(r"[\W_]")
