"""Literals as people read them: numbers, dates, durations and truth in English and German."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import XSD
from ldpub.serve.language import words
from ldpub.serve.literals import Told, tell

EN, DE = words("en"), words("de")


def literal(value: str, kind: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + kind))


@pytest.mark.parametrize(
    ("value", "kind", "english", "german"),
    [
        ("12345678", "integer", "12,345,678", "12.345.678"),
        ("1968", "integer", "1968", "1968"),
        ("1.50", "decimal", "1.50", "1,50"),
        ("-12345.678901", "decimal", "-12,345.678901", "-12.345,678901"),
        ("05", "integer", "05", "05"),
        ("2.0E0", "double", "2.0E0", "2.0E0"),
        ("true", "boolean", "yes", "ja"),
        ("0", "boolean", "no", "nein"),
        ("maybe", "boolean", "maybe", "maybe"),
        ("P1Y2M", "duration", "1 year, 2 months", "1 Jahr, 2 Monate"),
        ("PT90.5S", "dayTimeDuration", "90.5 seconds", "90,5 Sekunden"),
        ("-P3D", "duration", "-3 days", "-3 Tage"),
        ("P", "duration", "P", "P"),
        ("PT", "duration", "PT", "PT"),
    ],
)
def test_a_value_is_told_in_the_words_of_a_language(value: str, kind: str, english: str, german: str) -> None:
    assert tell(literal(value, kind), EN) == Told(english)
    assert tell(literal(value, kind), DE) == Told(german)


@pytest.mark.parametrize(
    ("value", "kind", "english", "german", "datetime"),
    [
        ("1968", "gYear", "1968", "1968", "1968"),
        ("2025-10", "gYearMonth", "October 2025", "Oktober 2025", "2025-10"),
        ("2025-10-03", "date", "3 October 2025", "3. Oktober 2025", "2025-10-03"),
        ("2025-10-03T14:30:00Z", "dateTime", "3 October 2025, 14:30 UTC", "3. Oktober 2025, 14:30 Uhr UTC", None),
        ("2025-02-31", "date", "2025-02-31", "2025-02-31", None),
        ("-0044", "gYear", "-44", "-44", None),
    ],
)
def test_a_date_is_told_with_what_html_calls_it(
    value: str, kind: str, english: str, german: str, datetime: str | None
) -> None:
    told = tell(literal(value, kind), EN)
    assert told.text == english
    assert tell(literal(value, kind), DE).text == german
    assert told.datetime == (datetime or (value if kind == "dateTime" else None))


@settings(deadline=None)
@given(st.integers(), st.text("0123456789", max_size=12))
def test_a_number_loses_no_digit(whole: int, places: str) -> None:
    written = f"{whole}.{places}" if places else str(whole)
    assert tell(literal(written, "decimal"), EN).text.replace(",", "") == written
    assert tell(literal(written, "decimal"), DE).text.replace(".", "").replace(",", ".") == written
