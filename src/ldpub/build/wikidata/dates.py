"""Dates as precise as they are known: xsd:gYear, gYearMonth and date of ours, time values of Wikibase (7 to 11)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal

from ldpub.namespaces import XSD

DAY, MONTH, YEAR, DECADE, CENTURY = 11, 10, 9, 8, 7
"""Wikibase's numbers for how precise a date is (Wikibase data model, time)."""

Day = tuple[int, int, int]
"""Year, month and day. The last day of a month is 31 in every month: days are only compared."""

_DATE = re.compile(r"(-?[0-9]{4,})(?:-([0-9]{2}))?(?:-([0-9]{2}))?(?:[TZ+].*|[-][0-9]{2}:[0-9]{2})?")
_PRECISIONS = {XSD + "gYear": YEAR, XSD + "gYearMonth": MONTH, XSD + "date": DAY}


@dataclass(frozen=True)
class When:
    """A date: the parts that its precision does not reach are 0."""

    year: int
    month: int
    day: int
    precision: int

    def __str__(self) -> str:
        """As ISO 8601 writes it, cut at its precision."""
        parts = [f"{self.year:04}", f"{self.month:02}", f"{self.day:02}"][: max(1, self.precision - YEAR + 1)]
        return "-".join(parts) + {DECADE: " (decade)", CENTURY: " (century)"}.get(self.precision, "")

    @property
    def span(self) -> Span:
        """The days that it can be. A century ends with the year that it is named after: the 20th is 1901 to 2000."""
        year = self.year
        if self.precision == CENTURY:
            first = (year - 1) // 100 * 100 + 1
            return Span((first, 1, 1), (first + 99, 12, 31))
        if self.precision == DECADE:
            first = year // 10 * 10
            return Span((first, 1, 1), (first + 9, 12, 31))
        return Span((year, self.month or 1, self.day or 1), (year, self.month or 12, self.day or 31))

    def agrees(self, other: When) -> bool:
        """Whether both can be the same date."""
        return self.span.meets(other.span)


@dataclass(frozen=True)
class Span:
    """The days from the first to the last that a date can be; None where it is not bounded."""

    first: Day | None = None
    last: Day | None = None

    def __str__(self) -> str:
        """In words, with both bounds."""
        if self.first is None and self.last is None:
            return "no date"
        if self.last is None:
            return f"{_iso(self.first)} or later"
        return f"{_iso(self.first)} to {_iso(self.last)}" if self.first else f"{_iso(self.last)} or earlier"

    def meets(self, other: Span) -> bool:
        """Whether some day is in both."""
        return not (_is_before(self.last, other.first) or _is_before(other.last, self.first))

    def tells_more_than(self, other: Span) -> bool:
        """Whether it rules out a day that the other leaves open."""
        begins = self.first is not None and (other.first is None or other.first < self.first)
        ends = self.last is not None and (other.last is None or self.last < other.last)
        return begins or ends


def hull(spans: Iterable[Span]) -> Span:
    """The shortest span that holds all of some; unbounded where there are none."""
    known = list(spans)
    firsts = [span.first for span in known if span.first is not None]
    lasts = [span.last for span in known if span.last is not None]
    all_begin, all_end = len(firsts) == len(known), len(lasts) == len(known)
    return Span(min(firsts, default=None) if all_begin else None, max(lasts, default=None) if all_end else None)


def _is_before(one: Day | None, other: Day | None) -> bool:
    return one is not None and other is not None and one < other


def _iso(day: Day | None) -> str:
    return "-".join(f"{part:0{width}}" for part, width in zip(day or (), (4, 2, 2), strict=False))


def when_of(literal: Literal, precision: int | None = None) -> When | None:
    """The date that a literal says; None where it says none.

    A dateTime needs the precision that stands beside it in Wikidata. Where that is not known, the first of January is
    taken for the year, for that is how Wikibase writes a year.
    """
    match = _DATE.fullmatch(literal.value.removeprefix("+"))
    known = _PRECISIONS.get(literal.datatype.value)
    if match is None or (known is None and literal.datatype.value != XSD + "dateTime"):
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    reach = known or precision or (YEAR if (month, day) == (1, 1) else DAY)
    if not CENTURY <= reach <= DAY:
        return None
    return When(year, month if reach >= MONTH else 0, day if reach >= DAY else 0, reach)
