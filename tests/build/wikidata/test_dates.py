"""Dates at their true precision: read from ours and theirs, compared, and written for QuickStatements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from ldpub.build.wikidata.dates import Span, When, hull, when_of
from ldpub.build.wikidata.quickstatements import _time
from ldpub.namespaces import XSD

DAYS = st.dates()
PRECISIONS = st.sampled_from([7, 8, 9, 10, 11])


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


def whens() -> st.SearchStrategy[When]:
    return st.builds(lambda day, reach: read(day.isoformat(), reach), DAYS, PRECISIONS)


def read(day: str, precision: int | None) -> When:
    when = when_of(typed(f"{day}T00:00:00Z", "dateTime"), precision)
    assert when is not None
    return when


@pytest.mark.parametrize(
    ("text", "datatype", "precision", "said", "told"),
    [
        ("1968", "gYear", None, "1968", "+1968-00-00T00:00:00Z/9"),
        ("1968-05", "gYearMonth", None, "1968-05", "+1968-05-00T00:00:00Z/10"),
        ("1968-05-07", "date", None, "1968-05-07", "+1968-05-07T00:00:00Z/11"),
        ("1968-01-01", "date", None, "1968-01-01", "+1968-01-01T00:00:00Z/11"),
        ("1968-01-01T00:00:00Z", "dateTime", None, "1968", "+1968-00-00T00:00:00Z/9"),
        ("1968-01-01T00:00:00Z", "dateTime", 11, "1968-01-01", "+1968-01-01T00:00:00Z/11"),
        ("1968-05-07T00:00:00Z", "dateTime", 10, "1968-05", "+1968-05-00T00:00:00Z/10"),
        ("1960-01-01T00:00:00Z", "dateTime", 8, "1960 (decade)", "+1960-00-00T00:00:00Z/8"),
        ("-0050-01-01T00:00:00Z", "dateTime", 9, "-050", "-0050-00-00T00:00:00Z/9"),
        ("2020Z", "gYear", None, "2020", "+2020-00-00T00:00:00Z/9"),
        ("2020-05-07+02:00", "date", None, "2020-05-07", "+2020-05-07T00:00:00Z/11"),
    ],
)
def test_a_date_keeps_its_precision(text: str, datatype: str, precision: int | None, said: str, told: str) -> None:
    when = when_of(typed(text, datatype), precision)
    assert when is not None
    assert (str(when), _time(when)) == (said, told)


@pytest.mark.parametrize(
    ("text", "datatype", "precision"),
    [
        ("1968", "string", None),
        ("1968", "integer", None),
        ("soon", "gYear", None),
        ("1968-05-07T00:00:00Z", "dateTime", 6),
    ],
)
def test_what_is_no_date(text: str, datatype: str, precision: int | None) -> None:
    assert when_of(typed(text, datatype), precision) is None


@given(st.text(), st.sampled_from(["gYear", "gYearMonth", "date", "dateTime"]))
def test_any_text_is_a_date_or_none(text: str, datatype: str) -> None:
    when = when_of(typed(text, datatype))
    assert when is None or when.precision in range(7, 12)


@given(whens(), whens())
def test_agreeing_is_mutual_and_of_all_coarser_dates(one: When, other: When) -> None:
    assert one.agrees(one)
    assert one.agrees(other) == other.agrees(one)


@given(DAYS, PRECISIONS, PRECISIONS)
def test_the_same_day_agrees_at_any_precision(day: object, one: int, other: int) -> None:
    assert read(str(day), one).agrees(read(str(day), other))


@given(DAYS, DAYS)
def test_days_agree_only_if_equal(one: object, other: object) -> None:
    assert read(str(one), 11).agrees(read(str(other), 11)) == (one == other)


def spans() -> st.SearchStrategy[Span]:
    """Spans, open ones as well, that begin before they end."""
    days = st.one_of(st.none(), DAYS.map(lambda day: (day.year, day.month, day.day)))
    return st.tuples(days, days).map(
        lambda pair: Span(*sorted(day for day in pair if day)) if None not in pair else Span(*pair)
    )


def days_of(span: Span) -> set[int]:
    """The years from 1 to 2100 of which the span has the first of July: what it can be told by, apart from code."""
    first, last = span.first or (0, 0, 0), span.last or (9999, 0, 0)
    return {year for year in range(1, 2101) if first <= (year, 7, 1) <= last}


@given(spans(), spans())
def test_spans_meet_and_rule_out_as_their_days_do(one: Span, other: Span) -> None:
    assert one.meets(other) == other.meets(one)
    if days_of(one) & days_of(other):
        assert one.meets(other)
    if days_of(other) - days_of(one):
        assert one.tells_more_than(other)
    assert not one.tells_more_than(one)
    assert not hull((one, other)).tells_more_than(one)
    assert days_of(hull((one, other))) >= days_of(one) | days_of(other)


@given(whens())
def test_a_date_is_within_its_span(when: When) -> None:
    assert when.agrees(when)
    shown = Span((when.year, when.month or 1, when.day or 1), (when.year, when.month or 12, when.day or 31))
    assert not when.span.tells_more_than(shown)
    assert shown.tells_more_than(when.span) == (when.precision < 9)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (Span(), "no date"),
        (Span((1947, 1, 1), None), "1947-01-01 or later"),
        (Span(None, (1987, 12, 31)), "1987-12-31 or earlier"),
        (Span((1947, 1, 1), (1987, 12, 31)), "1947-01-01 to 1987-12-31"),
        (read("2000-01-01", 7).span, "1901-01-01 to 2000-12-31"),
        (read("1901-01-01", 7).span, "1901-01-01 to 2000-12-31"),
        (read("1995-01-01", 8).span, "1990-01-01 to 1999-12-31"),
    ],
)
def test_a_span_in_words(span: Span, said: str) -> None:
    assert str(span) == said


@pytest.mark.parametrize(("day", "agrees"), [("1850-01-01", False), ("1979-01-01", True), ("2000-01-01", True)])
def test_the_20th_century_ends_with_2000(day: str, agrees: bool) -> None:
    assert read(day, 9).agrees(read("2000-01-01", 7)) == agrees
