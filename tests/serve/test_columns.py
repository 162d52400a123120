"""Which columns of an answer its page shows, under which headings, and what stands in their cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import XSD
from ldpub.release import Release, open_release
from ldpub.serve.columns import shown_in_columns
from ldpub.serve.describe import Describer, Term
from ldpub.serve.snapshot import Snapshot
from ldpub.serve.table import ROWS_SHOWN, Rows
from serve.conftest import open_embedded

BOOK = NamedNode("https://data.example.org/lib/book/42")
UNKNOWN = NamedNode("https://elsewhere.example/x")


@pytest.fixture(scope="module")
def describers(foreign_release: Path) -> dict[str, Describer]:
    release: Release = open_release(foreign_release)
    snapshot = Snapshot(release, open_embedded(release))
    return {language: Describer(snapshot, language, "questions/q") for language in ("en", "de")}


@pytest.fixture(scope="module")
def describer(describers: dict[str, Describer]) -> Describer:
    return describers["en"]


def rows(columns: str, *terms: tuple[Term | None, ...]) -> Rows:
    return Rows(tuple(columns.split()), terms, more=False)


def column(name: str, until: str = "", shown_in: str = "", **headings: str) -> dict[str, Any]:
    return {"name": name, "until": until, "shown_in": shown_in, "headings": headings}


def day(text: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + "date"))


def told(result: dict[str, Any]) -> list[list[str]]:
    return [[cell.value.text if cell else "" for cell in row] for row in result["rows"]]


def test_a_thing_and_its_label_are_one_link(describer: Describer) -> None:
    found = rows(
        "x xLabel",
        (BOOK, Literal("Its name", language="en")),
        (BOOK, None),
        (UNKNOWN, Literal("Sein Name", language="de")),
        (None, Literal("A name alone")),
        (None, None),
    )
    result = shown_in_columns(found, [], describer)
    assert result["columns"] == ["x"]
    own, named, other, alone, nothing = [row[0] for row in result["rows"]]
    assert (own.value.text, own.value.language) == ("Its name", None), "in the language of the page"
    assert own.value.href
    assert own.title == BOOK.value
    assert (named.value.text, named.value.href) == (describer.name(BOOK), own.value.href)
    assert (other.value.text, other.value.language, other.value.href) == ("Sein Name", "de", UNKNOWN.value)
    assert (alone.value.text, alone.value.href) == ("A name alone", None)
    assert nothing is None


def test_a_label_of_what_is_no_thing_is_a_column(describer: Describer) -> None:
    found = rows("x xLabel y", (Literal("1968"), Literal("a year"), BOOK))
    assert shown_in_columns(found, [], describer)["columns"] == ["x", "xLabel", "y"]


def test_a_label_with_a_heading_is_a_column(describer: Describer) -> None:
    found = rows("x xLabel", (BOOK, Literal("Its name")))
    assert shown_in_columns(found, [column("xLabel", en="Name")], describer)["columns"] == ["x", "Name"]


def test_headings_are_in_the_language_of_the_page(describers: dict[str, Describer]) -> None:
    found = rows("x y z", (BOOK, BOOK, BOOK))
    declared = [column("x", en="Book", de="Buch"), column("y", de="Werk")]
    assert shown_in_columns(found, declared, describers["de"])["columns"] == ["Buch", "Werk", "z"]
    assert shown_in_columns(found, declared, describers["en"])["columns"] == ["Book", "Werk", "z"]


def test_two_dates_are_one_period(describers: dict[str, Describer]) -> None:
    found = rows(
        "first last",
        (day("1947-01-01"), day("1987-12-31")),
        (day("1968-01-01"), day("1968-12-31")),
        (day("1968-01-01"), None),
        (None, day("1987-12-31")),
        (None, None),
        (Literal("long ago"), day("1987-12-31")),
        (Literal("long ago"), None),
    )
    declared = [column("first", until="last", en="When", de="Wann")]
    result = shown_in_columns(found, declared, describers["en"])
    assert result["columns"] == ["When"]
    assert told(result) == [
        ["between 1947 and 1987"],
        ["1968"],
        ["1968 at the earliest"],
        ["1987 at the latest"],
        ["not stated"],
        ["long ago–31 December 1987"],
        ["long ago"],
    ]
    german = shown_in_columns(found, declared, describers["de"])
    assert (german["columns"], told(german)[0], told(german)[4]) == (
        ["Wann"],
        ["zwischen 1947 und 1987"],
        ["ohne Angabe"],
    )


def test_what_another_column_shows_is_not_shown_twice(describer: Describer) -> None:
    found = rows("x file other otherLabel n", (BOOK, Literal("a.txt"), BOOK, Literal("B"), Literal("5")))
    declared = [column("file", shown_in="x"), column("other", shown_in="x"), column("gone", en="Nothing")]
    result = shown_in_columns(found, declared, describer)
    assert (result["columns"], result["numeric"]) == (["x", "n"], [False, False])


def test_numbers_stay_numbers_and_long_answers_are_cut(describer: Describer) -> None:
    number = Literal("7", datatype=NamedNode(XSD + "integer"))
    result = shown_in_columns(rows("n", *[(number,)] * (ROWS_SHOWN + 1)), [], describer)
    assert (result["numeric"], len(result["rows"]), result["more"]) == ([True], ROWS_SHOWN, True)


TERMS = st.sampled_from([BOOK, UNKNOWN, Literal("x"), Literal("y", language="de"), day("1968-01-01"), None])


@given(st.data())
def test_every_cell_of_every_column_is_shown_or_stands_in_another(describer: Describer, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(["a", "b", "c", "aLabel", "bLabel"]), min_size=1, unique=True))
    terms = data.draw(st.lists(st.tuples(*[TERMS] * len(names)), max_size=4))
    hidden = data.draw(st.sets(st.sampled_from(names), max_size=len(names) - 1))
    rest = [name for name in names if name not in hidden]
    declared = [column(name, shown_in=rest[0]) for name in sorted(hidden)]
    result = shown_in_columns(Rows(tuple(names), tuple(terms), more=False), declared, describer)
    things = {n for n in names if all(not isinstance(row[names.index(n)], Literal) for row in terms)}
    merged = {f"{name}Label" for name in things if f"{name}Label" not in hidden}
    assert result["columns"] == [name for name in rest if name not in merged]
    assert [len(row) for row in result["rows"]] == [len(result["columns"])] * len(terms)
