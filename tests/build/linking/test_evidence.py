"""Places, names and kinds, each judged by itself; what may be accepted unseen."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.build.linking.evidence import candidates, judge
from ldpub.build.linking.items import Item, kilometres, on_earth, place_of
from ldpub.build.linking.things import Kind, Linking, Thing

KIND = Kind("x:Town", "Q515", ("city", "capital", "Stadt"), ("state", "oblast", "Bezirk"))
LINKING = Linking("http://x.example/", "x:same", (KIND,), (), 30.0, 10.0)
THING = Thing("x:t", ("Köln", "Cologne"), ("Colonia",), KIND, (50.9, 6.9), frozenset({"Q1"}), ())
PLACES = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


def item(id_: str = "Q5", **more: Any) -> Item:
    good: dict[str, Any] = {
        "name": "Köln",
        "types": (("Q515", "city"),),
        "place": (50.94, 6.96),
        "countries": frozenset({"Q1"}),
    }
    return Item(id_, score=100.0, **{**good, **more})


@given(PLACES)
def test_a_place_is_read_as_it_is_written(place: tuple[float, float]) -> None:
    latitude, longitude = place
    assert place_of(f"Point({longitude!r} {latitude!r})") == place
    assert place_of(f"{latitude!r}, {longitude!r}") == place
    assert place_of(f"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT({longitude!r} {latitude!r})") == place
    assert place_of(f"<http://www.wikidata.org/entity/Q405> Point({longitude!r} {latitude!r})") is None


@given(st.text())
def test_any_text_is_a_place_on_earth_or_none(text: str) -> None:
    place = place_of(text)
    assert place is None or on_earth(*place) == place


@pytest.mark.parametrize(
    "text", ["", "Point()", "Point(a b)", "nan,nan", "91,0", "0,181", "inf,0", "1,2,3", "Point(0 91)"]
)
def test_what_is_no_place(text: str) -> None:
    assert place_of(text) is None


@given(PLACES, PLACES)
def test_distances(one: tuple[float, float], other: tuple[float, float]) -> None:
    assert math.isclose(kilometres(one, other), kilometres(other, one), abs_tol=1e-6)
    assert kilometres(one, one) == 0
    assert 0 <= kilometres(one, other) < 20_004


@pytest.mark.parametrize(
    ("name", "names", "fits"),
    [
        ("Koeln", (), ("label", "Köln")),
        ("KOLN", (), ("label", "Köln")),
        ("Other", ("Cologne",), ("alias", "Cologne")),
        ("Colonia", (), ("alias", "Colonia")),
        ("Kolno", ("Koelnisch",), ("", "")),
        ("", (), ("", "")),
    ],
)
def test_names(name: str, names: tuple[str, ...], fits: tuple[str, str]) -> None:
    evidence = judge(THING, item(name=name, names=frozenset(names)), LINKING)
    assert (evidence.name, evidence.matched) == fits


@pytest.mark.parametrize(
    ("types", "kind", "levels"),
    [
        ([("Q515", "")], "fits", ()),
        ([("Q9", "prefecture-level city")], "fits", ()),
        ([("Q9", "state capital")], "fits", ()),
        ([("Q9", "federated state")], "other", ("federated state",)),
        ([("Q9", "Regierungsbezirk")], None, ()),
        ([("Q9", "Bezirk")], "other", ("Bezirk",)),
        ([("Q515", "city"), ("Q9", "oblast")], "mixed", ("oblast",)),
        ([("Q9", "statement")], None, ()),
        ([], None, ()),
    ],
)
def test_kinds(types: list[tuple[str, str]], kind: str | None, levels: tuple[str, ...]) -> None:
    evidence = judge(THING, item(types=tuple(types)), LINKING)
    assert (evidence.kind, evidence.levels) == (kind, levels)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Bonn"},
        {"place": None},
        {"place": (51.9, 6.9)},
        {"countries": frozenset()},
        {"countries": frozenset({"Q2"})},
        {"types": ()},
        {"types": (("Q9", "oblast"),)},
        {"types": (("Q515", "city"), ("Q9", "oblast"))},
    ],
)
def test_one_doubt_is_enough(change: dict[str, Any]) -> None:
    assert candidates(THING, [item()], LINKING)[0].is_clear
    assert not candidates(THING, [item(**change)], LINKING)[0].is_clear


def test_a_namesake_against_which_nothing_speaks_is_a_rival() -> None:
    one, near = item(), item("Q6", place=(50.95, 6.97))
    assert [found.is_clear for found in candidates(THING, [one, near], LINKING)] == [False, False]
    unknown = item("Q6", place=None, countries=frozenset(), types=())
    assert [found.is_clear for found in candidates(THING, [one, unknown], LINKING)] == [False, False]
    far = item("Q6", place=(10.0, 10.0))
    (first, second) = candidates(THING, [far, one], LINKING)
    assert (first.item.id, first.is_clear, first.namesakes, first.rivals) == ("Q5", True, ("Q6",), ())
    assert not second.is_clear
