"""Dates of mixed precision (XML Schema 1.1, 3.3: date, gYearMonth, gYear) as first and last day, and their words."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal

from ldpub.namespaces import XSD
from ldpub.serve.language import Words

Day = tuple[int, int, int]
"""Year, month and day in the proleptic Gregorian calendar."""

_FORMS = {
    XSD + "date": re.compile(r"(-?\d{4,9})-(\d\d)-(\d\d)"),
    XSD + "dateTime": re.compile(r"(-?\d{4,9})-(\d\d)-(\d\d)T.*"),
    XSD + "dateTimeStamp": re.compile(r"(-?\d{4,9})-(\d\d)-(\d\d)T.*"),
    XSD + "gYearMonth": re.compile(r"(-?\d{4,9})-(\d\d)"),
    XSD + "gYear": re.compile(r"(-?\d{4,9})"),
}
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)$")


@dataclass(frozen=True)
class Bounds:
    """The first and the last day on which something can have been; None where that is open."""

    first: Day | None = None
    last: Day | None = None

    def __bool__(self) -> bool:
        return self.first is not None or self.last is not None


UNKNOWN = Bounds()
"""Nothing is known."""


@lru_cache(4096)
def read_date(literal: Literal) -> Bounds:
    """The days that a date may mean; none where it is no date."""
    form = _FORMS.get(literal.datatype.value)
    match = form.fullmatch(_ZONE.sub("", literal.value)) if form else None
    if match is None:
        return UNKNOWN
    year, *rest = (int(part) for part in match.groups())
    if not rest:
        return Bounds((year, 1, 1), (year, 12, 31))
    if not 1 <= rest[0] <= 12:
        return UNKNOWN
    length = _days(year, rest[0])
    if len(rest) == 1:
        return Bounds((year, rest[0], 1), (year, rest[0], length))
    return Bounds((year, rest[0], rest[1]), (year, rest[0], rest[1])) if 1 <= rest[1] <= length else Bounds()


def _days(year: int, month: int) -> int:
    return monthrange(year if year > 0 else 2000 + year % 400, month)[1]


@lru_cache(4096)
def years(day: Day) -> float:
    """A day as a number of years, the days of a year being equally long."""
    year, month, number = day
    before = sum(_days(year, m) for m in range(1, month)) + number - 1
    return year + before / (366 if isleap(year) else 365)


def days_told(bounds: Bounds, words: Words) -> str:
    """`1968`, `October 2025`, `10 October 2025`, `between 1947 and 1987`, `not before ...`, `by ...`; in the words of a
    language."""
    first, last = bounds.first, bounds.last
    if first is None or last is None:
        return words["by"].format(d=_last(last, words)) if last else words["not_before"].format(d=_first(first, words))
    if first == last:
        return _day(first, words)
    year, month, number = last
    if first == (year, month, 1) and number == _days(year, month):
        return _month(first, words)
    if first[0] == year and first[1:] == (1, 1) and last[1:] == (12, 31):
        return str(year)
    return words["between"].format(a=_first(first, words), b=_last(last, words))


def _first(day: Day | None, words: Words) -> str:
    """A first day: a year alone where it is the first of the year."""
    if day is None:
        return ""
    return str(day[0]) if day[1:] == (1, 1) else _month(day, words) if day[2] == 1 else _day(day, words)


def _last(day: Day | None, words: Words) -> str:
    if day is None:
        return ""
    if day[1:] == (12, 31):
        return str(day[0])
    return _month(day, words) if day[2] == _days(day[0], day[1]) else _day(day, words)


def _month(day: Day, words: Words) -> str:
    return f"{words.month(day[1])} {day[0]}"


def _day(day: Day, words: Words) -> str:
    return words["day"].format(day=day[2], month=words.month(day[1]), year=day[0])
