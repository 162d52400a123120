"""How alike names are spelt: what the reconciliation index is built of, and what asks it (Reconciliation Service API).

Everything here takes folded names (`ldpub.folding`), but for `romanised`, whose result is still to be folded.
"""

from __future__ import annotations

import re

LONGEST = 100
"""Characters of a folded name that are compared; so that no text makes a comparison long."""

_EDGE = "\N{SYMBOL FOR START OF HEADING}"

_LATIN = """
а a б b в v г g ґ g д d е e є e ё e ж zh з z и i і i ї i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch
ш sh щ shch ъ _ ы y ь _ э e ю yu я ya ў u ј j љ lj њ nj ћ c ђ dj џ dz
α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o
"""
"""Letters of Cyrillic and Greek, each with the Latin ones after it (`_` for none)."""

_LETTERS = _LATIN.replace("_", "-").split()
_ROMAN = str.maketrans({a: b.strip("-") for a, b in zip(_LETTERS[::2], _LETTERS[1::2], strict=True)})
_OTHER_SCRIPT = re.compile(r"[\u0370-\u052f]")

_SAME_SOUND = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"shch|tsch|tch|kh|ch", "h"),
        (r"sch|sh|sz", "s"),
        (r"zh", "z"),
        (r"ts|tz|cz", "z"),
        (r"ck|qu?", "k"),
        (r"ph", "f"),
        (r"(?<=[tdgr])h", ""),
        (r"w", "v"),
        (r"c(?=[eiy])", "z"),
        (r"c", "k"),
        (r"x", "ks"),
        (r"[jy]", "i"),
        (r"ou|ue", "u"),
        (r"oe", "o"),
        (r"(.)\1+", r"\1"),
        (r"\bie|(?<=[aou])ie", "e"),
    )
)
"""Spellings of one sound in the languages that romanise: Mykolaiv, Mykolajiw; Kharkiv, Charkiw."""


def romanised(text: str) -> str:
    """A name in Greek or Cyrillic letters in Latin ones, as English writes them; empty where there is nothing to do."""
    small = text.casefold()
    return small.translate(_ROMAN) if _OTHER_SCRIPT.search(small) else ""


def sound(folded: str) -> str:
    """What a folded name has in common with the same name by another spelling; names of one sound need not be one."""
    text = folded[:LONGEST]
    for pattern, replacement in _SAME_SOUND:
        text = pattern.sub(replacement, text)
    return text.replace(" ", "")


def pairs(folded: str) -> list[str]:
    """The pairs of letters of a folded name, each once, its beginning and its end marked."""
    text = f"{_EDGE}{folded[:LONGEST]}{_EDGE}"
    return sorted({text[at : at + 2] for at in range(len(text) - 1)})
