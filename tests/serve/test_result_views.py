"""Which columns of an answer become what in a picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.namespaces import XSD
from ldpub.release import Release, open_release
from ldpub.serve.comments import BAR_CHART, LINE_CHART, MAP, VIEWS
from ldpub.serve.describe import Describer, Term
from ldpub.serve.language import words
from ldpub.serve.pictures.bar_chart import MOST, Bars
from ldpub.serve.pictures.line_chart import Lines
from ldpub.serve.pictures.world_map import Places
from ldpub.serve.result_views import Drawing, drawable, read_drawing, view_sheet
from ldpub.serve.snapshot import Snapshot
from ldpub.serve.table import Rows
from serve.conftest import open_embedded


@pytest.fixture(scope="module")
def describer(foreign_release: Path) -> Describer:
    release: Release = open_release(foreign_release)
    return Describer(Snapshot(release, open_embedded(release)), "en", "sparql")


def typed(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + datatype))


def n(value: float) -> Literal:
    return typed(f"{value:g}", "decimal")


def point(x: float, y: float) -> Literal:
    return Literal(f"POINT({x} {y})", datatype=NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral"))


def rows(columns: str, *terms: tuple[Term | None, ...]) -> Rows:
    return Rows(tuple(columns.split()), terms, more=False)


def drawn(found: Rows, view: str, describer: Describer) -> Drawing:
    drawing = read_drawing(found, view, describer, words("en"))
    assert drawing is not None
    return drawing


def test_a_map_has_its_names_from_the_first_other_column(describer: Describer) -> None:
    found = rows(
        "wkt thing layer",
        (point(1, 2), NamedNode("https://data.example.org/lib/book/42"), Literal("b")),
        (point(3, 4), Literal("Here"), None),
        (None, Literal("Nowhere"), Literal("a")),
        (point(3, 4), Literal("Here"), None),
    )
    assert drawable(found) == (MAP,)
    drawing = drawn(found, MAP, describer)
    assert isinstance(drawing.view, Places)
    assert drawing.left_out == 1
    assert [(p.longitude, p.latitude, p.kind) for p in drawing.view.places] == [(1, 2, 0), (3, 4, -1)]
    assert [p.name for p in drawing.view.places][1] == "Here"
    assert drawing.view.kinds == ("b",)


@pytest.mark.parametrize("columns", ["city lat long", "city cityLatitude cityLongitude", "city geo_lat geo_lng"])
def test_a_map_has_its_places_from_columns_of_degrees(columns: str, describer: Describer) -> None:
    found = rows(columns, (Literal("Here"), n(4), n(3)), (Literal("Nowhere"), n(95), n(3)), (Literal("?"), None, n(1)))
    assert MAP in drawable(found)
    drawing = drawn(found, MAP, describer)
    assert isinstance(drawing.view, Places)
    assert [(p.name, p.longitude, p.latitude) for p in drawing.view.places] == [("Here", 3, 4)]
    assert drawing.left_out == 2


@pytest.mark.parametrize("columns", ["city platitude along", "city lat n", "city flat belong"])
def test_other_numbers_are_no_degrees(columns: str) -> None:
    assert MAP not in drawable(rows(columns, (Literal("Here"), n(4), n(3))))


def test_bars_of_one_number_and_two_names(describer: Describer) -> None:
    found = rows(
        "name kind n",
        (Literal("x"), Literal("k"), n(1)),
        (Literal("y"), Literal("l"), n(2)),
        (Literal("x"), Literal("l"), n(3)),
        (Literal("z"), Literal("l"), None),
        (Literal("z"), Literal("l"), typed("INF", "double")),
    )
    drawing = drawn(found, BAR_CHART, describer)
    assert isinstance(drawing.view, Bars)
    assert [(b.name, b.value, b.kind) for b in drawing.view.bars] == [("x", 1, 0), ("x", 3, 1), ("y", 2, 1)]
    assert drawing.view.kinds == ("k", "l")


def test_bars_of_several_numbers(describer: Describer) -> None:
    drawing = drawn(rows("name a b", (Literal("x"), n(1), n(2))), BAR_CHART, describer)
    assert isinstance(drawing.view, Bars)
    assert [(b.name, b.value, b.kind) for b in drawing.view.bars] == [("x", 1, 0), ("x", 2, 1)]
    assert drawing.view.kinds == ("a", "b")
    years = drawn(rows("year n", (n(1950), n(7)), (n(1960), n(8))), BAR_CHART, describer)
    assert isinstance(years.view, Bars)
    assert [(b.name, b.value) for b in years.view.bars] == [("1950", 7), ("1960", 8)]


def test_bars_that_do_not_fit_are_counted(describer: Describer) -> None:
    found = rows("name n", *((Literal(f"{i}"), n(i)) for i in range(MOST + 5)))
    drawing = drawn(found, BAR_CHART, describer)
    assert isinstance(drawing.view, Bars)
    assert (len(drawing.view.bars), drawing.left_out) == (MOST, 5)


@pytest.mark.parametrize(
    ("first", "axis", "places"),
    [
        ((typed("2000", "gYear"), typed("1950-07-02", "date")), "time", [1950.4986, 2000]),
        ((n(5), n(-1)), "number", [-1, 5]),
        ((Literal("b"), Literal("a")), "name", [0, 1]),
        ((typed("-0044", "gYear"), typed("2000", "gYear")), "name", [0, 1]),
    ],
)
def test_what_lines_are_over(first: tuple[Term, Term], axis: str, places: list[float], describer: Describer) -> None:
    drawing = drawn(rows("x n", (first[0], n(1)), (first[1], n(2))), LINE_CHART, describer)
    assert isinstance(drawing.view, Lines)
    assert drawing.view.axis == axis
    (line,) = drawing.view.lines
    assert [p.x for p in line] == pytest.approx(places, abs=1e-3)


def test_lines_by_kind_and_by_column(describer: Describer) -> None:
    day = typed("2000-01-01", "date")
    by_kind = drawn(rows("d k n", (day, Literal("a"), n(1)), (day, Literal("b"), n(2))), LINE_CHART, describer)
    by_column = drawn(rows("d a b", (day, n(1), n(2))), LINE_CHART, describer)
    for drawing in (by_kind, by_column):
        assert isinstance(drawing.view, Lines)
        assert drawing.view.kinds == ("a", "b")
    assert read_drawing(rows("a b", (n(1), None), (None, n(2))), LINE_CHART, describer, words("en")) is None


terms = st.one_of(
    st.none(),
    st.builds(Literal, st.text(st.characters(codec="utf-8"), max_size=20)),
    st.floats().map(lambda value: typed(str(value).replace("inf", "INF").replace("nan", "NaN"), "double")),
    st.builds(point, st.integers(-200, 200), st.integers(-100, 100)),
    st.sampled_from(["2000-01-01", "0000-13-77", "1950", "nonsense"]).map(lambda text: typed(text, "date")),
    st.just(BlankNode("b")),
    st.just(NamedNode("https://data.example.org/lib/book/42")),
)


@settings(deadline=None, max_examples=150)
@given(
    found=st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[terms] * width), min_size=1, max_size=8)),
    view=st.sampled_from(VIEWS),
)
def test_whatever_an_answer_holds_it_is_drawn_or_not(
    describer: Describer, found: list[tuple[Term | None, ...]], view: str
) -> None:
    answer = rows(" ".join(["layer", "a", "b", "c"][: len(found[0])]), *found)
    drawing = read_drawing(answer, view, describer, words("de"))
    if drawing is not None:
        assert view in drawable(answer)
        for size in (840.0, 360.0):
            assert view_sheet(drawing.view, size).svg().startswith("<svg")
