"""Sentences with parts that may be missing: `{type}[ in {country}][ with {twinnings, networks}].`

What stands in square brackets is left out where nothing is known of a part in it; a brace with several names lists
those of which something is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

_CHUNK = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_PLACE = re.compile(r"\{([a-z_]+(?:, *[a-z_]+)*)\}")
_WHOLE = re.compile(r"(?:[^\[\]{}]|\[[^\[\]]*\]|\{[^{}\[\]]*\})*")

Joined = Callable[[Sequence[str]], str]
"""Makes a list in words."""


def parts_of(text: str) -> set[str]:
    """The names of the parts of a sentence; raises ValueError where its brackets or braces are amiss."""
    left = _PLACE.sub("", text)
    if not _WHOLE.fullmatch(text) or "{" in left or "}" in left:
        raise ValueError("brackets and braces must close, and braces hold names: {type}[ with {parts, others}].")
    return {name for match in _PLACE.finditer(text) for name in _names(match)}


def sentence(text: str, told: Mapping[str, str], joined: Joined) -> str:
    """The sentence with its parts as they are told, the first letter a capital one; what is not told is empty."""

    def place(match: re.Match[str]) -> str:
        return joined([told[name] for name in _names(match) if told.get(name)])

    def chunk(match: re.Match[str]) -> str:
        optional, fixed = match.groups()
        if optional is None:
            return _PLACE.sub(place, fixed)
        known = all(place(one) for one in _PLACE.finditer(optional))
        return _PLACE.sub(place, optional) if known else ""

    made = _CHUNK.sub(chunk, text).strip()
    return made[:1].upper() + made[1:]


def _names(match: re.Match[str]) -> list[str]:
    return [name.strip() for name in match[1].split(",")]
