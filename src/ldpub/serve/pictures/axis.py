"""The axis of a chart: round numbers between two values (Heckbert 1990, "Nice numbers for graph labels")."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale
from babel.numbers import format_decimal

from ldpub.serve.language import words

_FEWEST_YEARS = 3.0
_SAME = 1e-9
"""The share of values by which they differ at least, for an axis to tell them apart."""


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers, `most` or one more, evenly spaced, the first not above `low`, the last not below `high`."""
    largest = max(abs(low), abs(high))
    if not high - low > largest * _SAME:
        low, high = low - max(1, largest / 10), high + max(1, largest / 10)
    step = _round_up((high - low) / max(most - 1, 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{number * step:.12g}") for number in range(first, last + 1)]


def _round_up(value: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not less."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 5, 10, 20) if factor * power >= value * (1 - 1e-9))


@dataclass(frozen=True)
class Scale:
    """From values to pixels: `low` is drawn at `start`, `high` at `end`, the one value there may be in the middle."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value is."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return self.start + share * (self.end - self.start)


def number_name(value: float, language: str) -> str:
    """A number as a language writes it (Unicode CLDR), with what digits a chart has room for."""
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.3g}"
    pattern = "#,##0.####" if abs(value) >= 10_000 else "0.####"  # so that a year looks like one
    return format_decimal(value, format=pattern, locale=language.replace("-", "_"))


def month_name(year: int, month: int, language: str) -> str:
    """A month of a year, its name abbreviated as the language does (Unicode CLDR)."""
    return f"{_month(month, language)} {year}"


def _month(month: int, language: str) -> str:
    return str(Locale.parse(language, sep="-").months["format"]["abbreviated"][month])


def year_ticks(low: float, high: float, most: int, language: str) -> list[tuple[float, str]]:
    """Places in time, in years, and what they are called: round years, or days where the time is short."""
    if high - low >= _FEWEST_YEARS:
        return [(year, f"{year:.0f}") for year in ticks(low, high, most) if year == round(year)]
    places = [low + (high - low) * at / (most - 1) for at in range(most)] if high > low else [low]
    return [(place, day_name(place, language)) for place in places]


def day_name(years: float, language: str) -> str:
    """The day of a place in time, the month's name abbreviated as the language does."""
    year = math.floor(years)
    days = round((years - year) * _days(year))
    day = date(year, 1, 1) + timedelta(days=min(days, _days(year) - 1))
    return words(language)["day"].format(day=day.day, month=_month(day.month, language), year=day.year)


def years(year: int, month: int = 1, day: int = 1) -> float:
    """The place in time of a day, in years; raises ValueError where there is no such day."""
    return year + (date(year, month, day) - date(year, 1, 1)).days / _days(year)


def _days(year: int) -> int:
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
