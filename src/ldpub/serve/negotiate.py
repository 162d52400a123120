"""Proactive negotiation (RFC 9110, 12.5): which representation and which language a request prefers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ldpub.formats import Format


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
    """Whether a field names HTML itself, as browsers do."""
    return any(r.kind == "text" and r.subtype == "html" and r.quality > 0 for r in _ranges(accept))


def choose_language(asked: str | None, accept: str | None, offered: Sequence[str]) -> str:
    """A page's language: asked for in the URL, else preferred by Accept-Language (RFC 4647, 3.4), else the first."""
    if asked in offered:
        return str(asked)
    wanted = []
    for place, item in enumerate((accept or "").split(",")):
        tag, quality = _parameters(item)
        wanted.append((-quality, place, tag.split("-")[0]))
    for quality, _, tag in sorted(wanted):
        if quality < 0 and tag in offered:
            return tag
    return offered[0]


def _rate(ranges: Sequence[_Range], form: Format) -> tuple[float, int]:
    """Quality and closeness of a format: for each of its media types the closest range counts, then the best type."""
    rates = []
    for media_type in form.media_types:
        closest = [(s, r.quality) for r in ranges if (s := r.specificity(media_type)) is not None]
        if closest:
            specificity, quality = max(closest, key=lambda entry: entry[0])
            rates.append((quality, specificity))
    return max(rates, default=(0.0, 0))


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
            try:
                quality = min(max(float(number), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return value.strip().lower(), quality
