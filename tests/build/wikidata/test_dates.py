"""Dates at their true precision: read from ours and theirs, compared, and written for QuickStatements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from ldpub.build.wikidata.dates import When, when_of
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
