"""Proactive negotiation (RFC 9110, 12.5): which representation and which language a request prefers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ldpub.formats import HTML, Format
from ldpub.labels import find_language

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_PROBLEM = Format("problem", "Problem", ("application/problem+json", "application/json"), "json", "", "")


@dataclass(frozen=True)
class _Range:
    """One element of an Accept field: `text/*;q=0.5`."""

    kind: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int | None:
        """How closely the range names a media type (2 exactly, 1 its kind, 0 anything), None if it does not."""
        kind, _, subtype = media_type.partition("/")
        if (self.kind, self.subtype) == (kind, subtype):
            return 2
        if self.kind == kind and self.subtype == "*":
            return 1
        return 0 if (self.kind, self.subtype) == ("*", "*") else None


def choose_format(accept: str | None, offered: Sequence[Format]) -> Format | None:
    """The offered format that an Accept field prefers, or None where it accepts none of them (then 406).

    No field accepts everything. Ties go to the range that names the type most closely, then to the order offered.
    """
    ranges = _ranges(accept)
    if not ranges:
        return offered[0]
    rated = [(rate, -place, form) for place, form in enumerate(offered) if (rate := _rate(ranges, form))[0] > 0]
    return max(rated, key=lambda entry: entry[:2])[2] if rated else None


def prefers_html(accept: str | None) -> bool:
    """Whether a field prefers a page to a problem document, as browsers' fields do; a bare `*/*` does not."""
    return choose_format(accept, (_PROBLEM, HTML)) is HTML


def choose_language(asked: str | None, accept: str | None, offered: Sequence[str]) -> str:
    """A page's language: asked for in the URL, else preferred by Accept-Language, else the first offered.

    A range names a language by RFC 4647's lookup (3.4: `de-AT` gets `de`), else by its basic filtering (3.3.1: `pt`
    gets `pt-BR`); ranges of quality 0 name what is not wanted.
    """
    for language in offered:
        if asked and asked.lower() == language.lower():
            return language
    items = map(_parameters, (accept or "").split(","))
    ranges = [(-quality, place, tag) for place, (tag, quality) in enumerate(items)]
    refused = {tag for quality, _, tag in ranges if quality == 0}
    left = [language for language in offered if language.lower() not in refused]
    for _, _, tag in sorted(entry for entry in ranges if entry[0] < 0):
        if found := find_language(tag, left):
            return found
    return offered[0]


def weighted(field: str | None) -> list[tuple[str, float]]:
    """The values of a field with their qualities, in the order given (RFC 9110, 12.4.2)."""
    return [pair for pair in map(_parameters, (field or "").split(",")) if pair[0]]


def _rate(ranges: Sequence[_Range], form: Format) -> tuple[float, int]:
    """Quality and closeness of a format: by the closest range for the type that is sent, and by ranges that name one of
    its other types outright. A field that refuses the type that is sent refuses the format."""
    sent, *others = form.media_types
    closest = max(((s, r.quality) for r in ranges if (s := r.specificity(sent)) is not None), default=(0, 0.0))
    if closest == (2, 0.0):
        return 0.0, 0
    named = [(r.quality, 2) for r in ranges for other in others if r.specificity(other) == 2]
    return max([(closest[1], closest[0]), *named])


def _ranges(accept: str | None) -> list[_Range]:
    ranges = []
    for item in (accept or "").split(","):
        name, quality = _parameters(item)
        kind, slash, subtype = name.partition("/")
        if slash:
            ranges.append(_Range(kind.strip(), subtype.strip(), quality))
    return ranges


def _parameters(item: str) -> tuple[str, float]:
    """The value and its q parameter (1 where it says none, 0 where it is no number); others are ignored."""
    value, *parameters = item.split(";")
    quality = 1.0
    for parameter in parameters:
        name, _, number = parameter.partition("=")
        if name.strip().lower() == "q":
            quality = min(float(number), 1.0) if _NUMBER.fullmatch(number.strip()) else 0.0
    return value.strip().lower(), quality
