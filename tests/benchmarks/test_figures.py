"""The benchmark's arithmetic: percentiles, medians, ratios, and what is said to be reached."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures import AT_LEAST, AT_MOST, HEAD, Bound, Row, percentile, shown, table
from processes import family, usage
from servers import LDPUB, OXIGRAPH, RDFLIB

FIGURES = st.lists(st.floats(0, 1e6), min_size=1)


@given(FIGURES, st.floats(1, 100))
def test_percentile_is_the_smallest_that_so_many_do_not_exceed(values: list[float], percent: float) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) >= len(values) * percent / 100 - 1e-9
    assert sum(value < found for value in values) < len(values) * percent / 100


def test_percentile_of_known_values() -> None:
    assert percentile(range(1, 101), 99) == 99
    assert percentile([3.0], 99) == 3.0
    assert percentile([1.0, 2.0], 100) == 2.0


@pytest.mark.parametrize(
    ("bound", "figure", "verdict"),
    [
        (Bound(AT_LEAST, 0.25, 0.4), 0.4, "goal"),
        (Bound(AT_LEAST, 0.25, 0.4), 0.3, "floor"),
        (Bound(AT_LEAST, 0.25, 0.4), 0.2, "missed"),
        (Bound(AT_MOST, 1.5, 1.2), 1.2, "goal"),
        (Bound(AT_MOST, 1.5, 1.2), 1.3, "floor"),
        (Bound(AT_MOST, 1.5, 1.2), 1.6, "missed"),
    ],
)
def test_verdicts(bound: Bound, figure: float, verdict: str) -> None:
    assert bound.verdict(figure) == verdict


def test_a_row_against_each_peer() -> None:
    values = {LDPUB: [90.0, 100.0, 300.0], OXIGRAPH: [200.0, 400.0, 500.0], RDFLIB: [5.0]}
    row = Row("point", "/s", values, Bound(AT_LEAST, 0.25, 0.4, OXIGRAPH))
    assert row.cells() == ["point", "100 /s", "400 /s", "5 /s (n=1)", "0.25", "≥ 0.25x", "≥ 0.4x", "floor"]
    other = Row("point", "/s", values, Bound(AT_LEAST, 12, 20, RDFLIB))
    assert other.cells()[4:] == ["20.00 (of rdflib-endpoint)", "≥ 12x", "≥ 20x", "goal"]
    assert other.document()["ratio"] == 20
    assert row.document()["rounds"][LDPUB] == [90, 100, 300]


def test_a_row_of_its_own_figure_at_worst() -> None:
    row = Row("beyond", "s", {LDPUB: [0.1, 0.5]}, Bound(AT_MOST, 1, 0.3), worst=True)
    assert row.cells() == ["beyond", "0.50 s", "-", "-", "-", "≤ 1 s", "≤ 0.30 s", "floor"]
    assert Row("unfit", "s", {OXIGRAPH: [1.0]}, Bound(AT_MOST, 1, 0.3)).verdict() == "missed"
    assert Row("alone", "s", {LDPUB: [1.0]}, Bound(AT_MOST, 1, 0.3, OXIGRAPH)).verdict() == "-"
    assert Row("quiet", "s", {LDPUB: [1.0]}).verdict() == "-"


def test_a_table_has_the_same_columns_in_each_line() -> None:
    lines = table([Row("quiet", "ms", {LDPUB: [1.0]})]).splitlines()
    assert len(lines) == 3
    assert {line.count("|") for line in lines} == {len(HEAD) + 1}
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(("figure", "text"), [(1234.5, "1,234 s"), (12.34, "12.3 s"), (0.126, "0.13 s"), (2, "2 s")])
def test_figures_have_the_digits_that_mean_something(figure: float, text: str) -> None:
    assert shown(figure, "s") == text


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc here")
def test_a_process_has_itself_in_its_family_and_takes_something() -> None:
    assert os.getpid() in family(os.getpid())
    taken = usage(os.getpid())
    assert taken.memory > 1e6
    assert taken.threads >= 1
    assert taken.files >= 3
