"""Axes with round numbers; bars and lines that are where their values say, and within the picture."""

from __future__ import annotations

import math
import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldpub.serve.pictures.axis import day_name, month_name, number_name, ticks, year_ticks, years
from ldpub.serve.pictures.bar_chart import Bar, Bars
from ldpub.serve.pictures.line_chart import Lines, Point
from serve.pictures.seen import SVG, draw_bars, draw_lines, read, texts

values = st.floats(-1e12, 1e12).map(lambda value: 0.0 if abs(value) < 1e-6 else value)
names = st.text(st.characters(codec="utf-8"), max_size=60)


@given(values, values, st.integers(2, 9))
def test_ticks_are_round_and_reach_both_ends(one: float, other: float, most: int) -> None:
    low, high = min(one, other), max(one, other)
    found = ticks(low, high, most)
    step = found[1] - found[0]
    assert 2 <= len(found) <= most + 2
    assert found[0] <= low + 1e-6 * step
    assert found[-1] >= high - 1e-6 * step
    assert all(b - a == pytest.approx(step, rel=1e-6) for a, b in pairwise(found))
    digits = f"{step:.6e}".partition("e")[0]
    assert float(digits) == pytest.approx(float(digits[0]), abs=1e-4)
    assert digits[0] in "125"


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 0), (9007199254740996.0, 9007199254740996.0), (1e15, 1e15 + 0.125), (-1e99, -1e99), (0, 1e-90)],
)
def test_values_that_are_much_the_same_have_room_around_them(low: float, high: float) -> None:
    found = ticks(low, high, 5)
    assert found[0] <= low <= high <= found[-1]
    assert found == sorted(set(found))
    assert 2 <= len(found) <= 7


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (1947, "1947", "1947"),
        (1234567, "1,234,567", "1.234.567"),
        (0.5, "0.5", "0,5"),
        (-3, "-3", "-3"),
        (1e20, "1e+20", "1e+20"),
        (0, "0", "0"),
    ],
)
def test_numbers_are_written_as_the_language_does(value: float, english: str, german: str) -> None:
    assert (number_name(value, "en"), number_name(value, "de")) == (english, german)


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_a_day_has_its_place_in_time(day: date) -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    name = f"{day.day} {months[day.month - 1]} {day.year}"
    assert day_name(years(day.year, day.month, day.day), "en") == name


def test_time_is_told_in_years_or_days() -> None:
    assert [name for _, name in year_ticks(1947, 2026, 5, "en")] == ["1940", "1960", "1980", "2000", "2020", "2040"]
    days = [name for _, name in year_ticks(2024.0, 2024.5, 3, "de")]
    assert days == ["1. Jan. 2024", "2. Apr. 2024", "2. Juli 2024"]
    assert [name for _, name in year_ticks(2024.0, 2024.0, 3, "en")] == ["1 Jan 2024"]
    assert (month_name(2025, 9, "de"), month_name(2025, 9, "en")) == ("Sept. 2025", "Sep 2025")


@settings(deadline=None)
@given(
    st.lists(st.builds(Bar, names, values, st.integers(0, 8)), min_size=1, max_size=40),
    st.sampled_from([840.0, 360.0]),
)
def test_bars_are_as_long_as_their_values_say(bars: list[Bar], width: float) -> None:
    svg = read(draw_bars(Bars("t", "d", "en", tuple(bars), ("a", "b")), width))
    rects = [rect for rect in svg.iter(f"{SVG}rect") if "mark" in (rect.get("class") or "")][: len(bars)]
    lengths = [float(rect.get("width", "0")) for rect in rects]
    longest = max(abs(bar.value) for bar in bars)
    for bar, rect, length in zip(bars, rects, lengths, strict=True):
        assert float(rect.get("x", "0")) >= 0
        assert float(rect.get("x", "0")) + length <= width
        if longest:
            assert length == pytest.approx(max(lengths) * abs(bar.value) / longest, abs=0.3)
    tops = [float(rect.get("y", "0")) for rect in rects]
    assert all(b - a >= 16 for a, b in pairwise(tops))
    assert tops[-1] + 16 < float(svg.get("height", "0"))


points = st.builds(Point, names, st.floats(-3000, 3000), values)


@settings(deadline=None)
@given(
    st.lists(st.lists(points, min_size=1, max_size=70), min_size=1, max_size=6),
    st.sampled_from(["number", "time", "name"]),
    st.sampled_from([840.0, 360.0]),
)
def test_lines_stay_within_the_picture(found: list[list[Point]], axis: str, width: float) -> None:
    if axis == "time":
        found = [[Point(p.name, 1 + abs(p.x), p.y) for p in line] for line in found]
    kinds = tuple(str(n) for n in range(len(found)))
    view = Lines("t", "d", "de", tuple(tuple(sorted(line, key=lambda p: p.x)) for line in found), kinds, axis)
    svg = read(draw_lines(view, width))
    height = float(svg.get("height", "0"))
    edges = [path.get("d", "") for path in svg.iter(f"{SVG}path") if re.match(r"edge k", path.get("class") or "")]
    assert len(edges) == sum(len(line) > 1 for line in found)
    for d in edges:
        for x, y in re.findall(r"[ML](\S+?) ([-0-9.]+)", d):
            assert -0.1 <= float(x) <= width
            assert -0.1 <= float(y) <= height
            assert math.isfinite(float(x) + float(y))


def test_what_a_line_chart_says() -> None:
    line = tuple(Point(f"{year}", float(year), float(year - 1900)) for year in (1950, 1980, 2010))
    svg = draw_lines(Lines("Chart", "d", "de", (line,), (), "time"), 840)
    assert {"1950", "1980", "2010"} <= {title.partition(":")[0] for title in re.findall("<title>([^<]*)</title>", svg)}
    assert {"40", "60", "80", "100", "120"} <= set(texts(svg))
    assert "Chart" in svg
