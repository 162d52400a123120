"""Literals as people read them in a language: numbers, truth, dates, durations (XML Schema 1.1, 3.3; EDTF; CLDR).

What is not written as its datatype's plain form (`05`, `INF`, 31 February) is shown as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal

from ldpub.namespaces import XSD
from ldpub.serve.dates import days_told, read_date
from ldpub.serve.edtf import DATATYPES, edtf_told
from ldpub.serve.language import Words

_NUMBER = re.compile(r"(-?)(0|[1-9]\d*)(?:\.(\d+))?")
_TIME = re.compile(r".*T(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
_DURATION = re.compile(
    r"(-?)P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_UNITS = ("year", "month", "day", "hour", "minute", "second")
_NUMBERS = frozenset(
    XSD + name
    for name in (
        *("integer", "decimal", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
_DURATIONS = frozenset(XSD + name for name in ("duration", "dayTimeDuration", "yearMonthDuration"))
_GROUPED = range(5, 21)
"""Digits of whole numbers written in groups: never a year's (SI Brochure, 5.4.4), nor more than decimals hold."""

_HTML_DATES = re.compile(r"\d{4}(-\d\d(-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?)?)?")


@dataclass(frozen=True)
class Told:
    """A literal's text, and, if it is a date, what `<time datetime>` says in its place (HTML, 2.4.5)."""

    text: str
    datetime: str | None = None


def tell(literal: Literal, words: Words) -> Told:
    """A literal in the words of a language."""
    kind, value = literal.datatype.value, literal.value
    if kind in _NUMBERS:
        return Told(number_told(value, words))
    if kind == XSD + "boolean":
        return Told(words["yes"] if value in ("true", "1") else words["no"] if value in ("false", "0") else value)
    if kind in _DURATIONS:
        return Told(_duration(value, words))
    if kind in DATATYPES:
        return Told(edtf_told(value, words))
    if bounds := read_date(literal):
        time = _TIME.fullmatch(value)
        text = days_told(bounds, words)
        if time and (time[1], time[2]) != ("00", "00"):
            text = words["at_time"].format(day=text, time=f"{time[1]}:{time[2]}") + (
                "" if time[3] is None else " UTC" + ("" if time[3] == "Z" else time[3])
            )
        return Told(text, value if _HTML_DATES.fullmatch(value) else None)
    return Told(value)


def number_told(written: str, words: Words) -> str:
    """A number with all the places with which it is written."""
    match = _NUMBER.fullmatch(written)
    if match is None:
        return written
    sign, whole, places = match.groups()
    text = words.number(Decimal(f"{sign}{whole}")) if len(whole) in _GROUPED else f"{sign}{whole}"
    return f"{text}{words.decimal_mark}{places}" if places else text


def _duration(written: str, words: Words) -> str:
    match = _DURATION.fullmatch(written)
    if match is None:
        return written
    sign, *amounts = match.groups()
    parts = [words.measured(amount, unit) for amount, unit in zip(amounts, _UNITS, strict=True) if amount]
    return ("-" if sign else "") + ", ".join(parts)
