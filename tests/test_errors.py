"""Faults as people read them: place, line, mark, mend; no line floods or steers a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.errors import Fault, QueryError, SourceError


def test_a_fault_in_full() -> None:
    fault = Fault("wrong", "data/x.ttl", 3, 5, "abc def  ", "write it right", "warning", "code")
    assert str(fault).splitlines() == [
        "data/x.ttl:3:5: warning: wrong",
        "    abc def",
        "        ^",
        "    mend: write it right",
    ]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("wrong"), "error: wrong"),
        (Fault("wrong", "x"), "x: error: wrong"),
        (Fault("wrong", "x", 1), "x:1: error: wrong"),
        (Fault("wrong", "x", 1, None, "line"), "x:1: error: wrong\n    line"),
    ],
)
def test_a_fault_says_what_is_known(fault: Fault, text: str) -> None:
    assert str(fault) == text


def test_a_source_error_says_all() -> None:
    error = SourceError([Fault("one"), Fault("two")])
    assert str(error) == "error: one\nerror: two"


@given(st.text(), st.integers(-5, 10**7) | st.none(), st.integers(1, 100_000))
def test_a_line_is_short_and_printable(text: str, column: int | None, times: int) -> None:
    excerpt = " ".join((text * min(times, 2000)).splitlines())
    for line in str(Fault("wrong", "x", 1, column, excerpt)).split("\n"):
        assert len(line) < 200
        assert all(char.isprintable() or char == "\t" for char in line)


@given(st.text("ab\t", min_size=1, max_size=400), st.data())
def test_the_mark_is_below_the_column(excerpt: str, chosen: st.DataObject) -> None:
    excerpt = excerpt.rstrip() + "c"
    column = chosen.draw(st.integers(1, len(excerpt)))
    _, line, mark = str(Fault("wrong", "x", 1, column, excerpt)).split("\n")
    at = mark.index("^")
    assert line[at] == excerpt[column - 1]
    assert [char == "\t" for char in line[:at]] == [char == "\t" for char in mark[:at]]


def test_each_query_error_has_a_status() -> None:
    for kind in QueryError.__subclasses__():
        assert 400 <= kind.status < 600
        assert kind.title
