"""Dates in EDTF in words, in English and German."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import EDTF
from ldpub.serve.edtf import DATATYPES, edtf_told, read_moment
from ldpub.serve.language import words
from ldpub.serve.literals import tell

EN, DE = words("en"), words("de")
YEARS = st.integers(1, 9999)
SEASONS = {21: ("spring", "Frühjahr"), 22: ("summer", "Sommer"), 23: ("autumn", "Herbst"), 24: ("winter", "Winter")}


@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        ("199X", "1990s", "1990er Jahre"),
        ("19XX", "between 1900 and 1999", "zwischen 1900 und 1999"),
        ("2018-21", "spring 2018", "Frühjahr 2018"),
        ("1947/1987", "1947 to 1987", "1947 bis 1987"),
        ("198X/..", "since the 1980s", "seit den 1980er Jahren"),
        ("../198X", "until the 1980s", "bis in die 1980er Jahre"),
        ("../2004-06", "until June 2004", "bis Juni 2004"),
        ("1985/", "1985 to unknown", "1985 bis unbekannt"),
        ("/1985", "unknown to 1985", "unbekannt bis 1985"),
        ("2004-06-11", "11 June 2004", "11. Juni 2004"),
        ("2004-06-XX", "June 2004", "Juni 2004"),
        ("2004-XX-XX", "2004", "2004"),
        ("2004-06-11T10:30:00Z", "11 June 2004", "11. Juni 2004"),
        ("1984?", "1984 (uncertain)", "1984 (unsicher)"),
        ("2004-06~", "about June 2004", "etwa Juni 2004"),
        ("2018-24%", "about winter 2018 (uncertain)", "etwa Winter 2018 (unsicher)"),
    ],
)
def test_dates_in_words(text: str, english: str, german: str) -> None:
    assert (edtf_told(text, EN), edtf_told(text, DE)) == (english, german)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "..",
        "../..",
        "../",
        "soon",
        "2004-13",
        "2004-00",
        "2023-02-29",
        "2004-06-31",
        "2018-21-03",
        "199X-03",
        "1984/soon",
        "1984/1985/1986",
        "[1667,1668]",
        "{1960}",
        "Y170000002",
        "2018-25",
        "2004-XX-03",
    ],
)
def test_what_is_no_such_date_stands_as_it_is(text: str) -> None:
    assert edtf_told(text, DE) == text


@given(st.dates())
def test_days_are_told_whole(day: date) -> None:
    assert edtf_told(day.isoformat(), DE) == f"{day.day}. {DE.month(day.month)} {day.year}"


@given(YEARS, st.sampled_from(sorted(SEASONS)))
def test_seasons_are_told_with_their_year(year: int, season: int) -> None:
    english, german = SEASONS[season]
    text = f"{year:04}-{season}"
    assert (edtf_told(text, EN), edtf_told(text, DE)) == (f"{english} {year}", f"{german} {year}")


@given(st.integers(0, 999))
def test_decades_are_told_by_their_first_year(decade: int) -> None:
    text = f"{decade:03}X"
    assert (edtf_told(text, EN), edtf_told(text, DE)) == (f"{decade * 10}s", f"{decade * 10}er Jahre")


MOMENTS = st.one_of(
    YEARS.map(lambda year: f"{year:04}"),
    st.integers(0, 999).map(lambda decade: f"{decade:03}X"),
    st.tuples(YEARS, st.integers(21, 24)).map(lambda pair: f"{pair[0]:04}-{pair[1]}"),
    st.dates().map(date.isoformat),
)


@given(MOMENTS, MOMENTS)
def test_an_interval_is_told_by_its_ends(start: str, end: str) -> None:
    for language, between in ((EN, " to "), (DE, " bis ")):
        assert edtf_told(f"{start}/{end}", language) == between.join(edtf_told(m, language) for m in (start, end))


@given(st.text("0123456789X-/.?~%TZ:+", max_size=24))
def test_nothing_ends_the_reader(text: str) -> None:
    told = edtf_told(text, DE)
    assert told == text or any(read_moment(part) for part in text.split("/"))


def test_literals_of_the_datatype_are_told() -> None:
    for datatype in DATATYPES:
        assert tell(Literal("199X", datatype=NamedNode(datatype)), DE).text == "1990er Jahre"
    assert tell(Literal("199X"), DE).text == "199X"
    assert EDTF + "EDTF" in DATATYPES
