"""Dates of mixed precision as days, in order and in words; what a timeline makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import XSD
from ldpub.serve.dates import UNKNOWN, Bounds, days_told, read_date, years
from ldpub.serve.language import words
from ldpub.serve.pictures.axis import Scale
from ldpub.serve.pictures.dated import span_told
from ldpub.serve.pictures.timeline import Span, _ticks
from serve.pictures.seen import SIGNS, WORDS, chronicle, draw_timeline, marks, texts


def typed(value: str, name: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + name))


@pytest.mark.parametrize(
    ("value", "name", "bounds"),
    [
        ("1968", "gYear", Bounds((1968, 1, 1), (1968, 12, 31))),
        ("2024-02", "gYearMonth", Bounds((2024, 2, 1), (2024, 2, 29))),
        ("2025-10-10", "date", Bounds((2025, 10, 10), (2025, 10, 10))),
        ("2025-10-10Z", "date", Bounds((2025, 10, 10), (2025, 10, 10))),
        ("2025-10-10T24:00:00+02:00", "dateTime", Bounds((2025, 10, 10), (2025, 10, 10))),
        ("-0044-03-15", "date", Bounds((-44, 3, 15), (-44, 3, 15))),
        ("12024", "gYear", Bounds((12024, 1, 1), (12024, 12, 31))),
        ("2024-13", "gYearMonth", UNKNOWN),
        ("2023-02-29", "date", UNKNOWN),
        ("2023-02-00", "date", UNKNOWN),
        ("soon", "date", UNKNOWN),
        ("1968", "string", UNKNOWN),
        ("999999999999", "gYear", UNKNOWN),
    ],
)
def test_dates_are_read(value: str, name: str, bounds: Bounds) -> None:
    assert read_date(typed(value, name)) == bounds


@settings(deadline=None)
@given(st.dates(), st.dates())
def test_days_are_read_and_ordered(one: date, other: date) -> None:
    first, last = (read_date(typed(day.isoformat(), "date")).first for day in (one, other))
    assert first == (one.year, one.month, one.day)
    assert last is not None
    assert (years(first) < years(last)) == (one < other)


@settings(deadline=None)
@given(st.dates(date(2, 1, 1), date(9998, 1, 1)))
def test_a_day_is_a_small_step(day: date) -> None:
    after = day + timedelta(days=1)
    step = years((after.year, after.month, after.day)) - years((day.year, day.month, day.day))
    assert 1 / 367 < step < 1 / 364


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ((1968, 1, 1), (1968, 12, 31), "1968"),
        ((2025, 10, 1), (2025, 10, 31), "October 2025"),
        ((2025, 10, 10), (2025, 10, 10), "10 October 2025"),
        ((1947, 1, 1), (1987, 12, 31), "between 1947 and 1987"),
        ((2018, 3, 1), (2018, 5, 31), "between March 2018 and May 2018"),
        ((2018, 3, 4), (2018, 5, 6), "between 4 March 2018 and 6 May 2018"),
        (None, (1987, 12, 31), "1987 at the latest"),
        ((1947, 1, 1), None, "1947 at the earliest"),
    ],
)
def test_days_in_words(first: Any, last: Any, text: str) -> None:
    assert days_told(Bounds(first, last), WORDS) == text


def test_times_in_german() -> None:
    german = words("de")
    assert days_told(Bounds((1947, 1, 1), (1987, 12, 31)), german) == "zwischen 1947 und 1987"
    assert days_told(Bounds((2025, 10, 10), (2025, 10, 10)), german) == "10. Oktober 2025"
    span = Span(start=Bounds((2025, 3, 1), (2025, 3, 31)), end=Bounds((2026, 1, 1), (2026, 12, 31)))
    assert span_told(span, german) == "Beginn: März 2025; Ende: 2026"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (Span(start=Bounds((1968, 1, 1), (1968, 12, 31))), "start: 1968"),
        (Span(end=Bounds((1990, 1, 1), (1990, 12, 31))), "end: 1990"),
        (Span(date=Bounds((2025, 10, 1), (2025, 10, 31))), "October 2025"),
        (Span(attested=(Bounds((2020, 1, 1), (2020, 12, 31)),)), "attested: 2020"),
        (
            Span(start=Bounds((1968, 1, 1), (1968, 12, 31)), attested=(Bounds((2020, 1, 1), (2020, 12, 31)),)),
            "start: 1968; attested: 2020",
        ),
    ],
)
def test_spans_in_words(span: Span, text: str) -> None:
    assert span_told(span, WORDS) == text


def test_what_is_not_known_is_drawn_as_such() -> None:
    sure = Bounds((1968, 5, 1), (1968, 5, 1))
    unsure = Bounds((1947, 1, 1), (1987, 12, 31))
    closed = Bounds((1990, 1, 1), (1990, 12, 31))
    open_ended = draw_timeline(chronicle("a", span=Span(start=sure)), 840)
    assert {"open", "2020"} <= set(texts(open_ended))
    assert "possible" not in texts(open_ended)
    pale = draw_timeline(chronicle("a", span=Span(start=unsure, end=closed)), 840)
    assert "possible" in texts(pale)
    assert "open" not in texts(pale)


def test_every_sign_is_in_the_legend_and_no_other() -> None:
    sure, year = Bounds((1968, 5, 1), (1968, 5, 1)), Bounds((2020, 2, 1), (2020, 2, 29))
    unsure = Bounds((1947, 1, 1), (1987, 12, 31))
    cases = {
        Span(start=sure): {"open", "known"},
        Span(start=unsure, end=year): {"possible", "certain", "known"},
        Span(date=unsure): {"possible"},
        Span(start=unsure, attested=(year,)): {"possible", "open", "attested"},
    }
    for span, signs in cases.items():
        view = replace(chronicle("a", span=span), kinds=())
        assert set(SIGNS.values()).intersection(texts(draw_timeline(view, 840))) == signs


def test_no_point_stands_for_a_time_that_is_long_on_its_axis() -> None:
    """A year is a point among centuries; on an axis of a year it is a pale bar."""
    year = Bounds((2021, 1, 1), (2021, 12, 31))
    alone = replace(chronicle("a", span=Span(date=year)), kinds=())
    assert marks(draw_timeline(alone, 840)) == 0
    old = chronicle("a", "b", span=Span(date=Bounds((1700, 1, 1), (1700, 1, 1)))).entries
    assert marks(draw_timeline(replace(alone, entries=(*alone.entries, *old)), 840)) == 3 + 1


@settings(deadline=None)
@given(st.floats(-3000, 3000), st.floats(0.3, 5000), st.floats(100, 800))
def test_ticks_are_within_the_axis_and_apart(first: float, length: float, width: float) -> None:
    axis = Scale(first, first + length, 10, 10 + width)
    places = [axis(year) for year, _ in _ticks(axis, "en")]
    assert all(9.9 <= place <= 10.1 + width for place in places)
    assert all(b - a > 30 for a, b in pairwise(places))
