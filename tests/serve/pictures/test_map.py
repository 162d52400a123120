"""Projections against their published values and properties; the land; labels that do not overlap; clusters."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from ldpub.serve.pictures import outline, projection
from ldpub.serve.pictures.labels import fan_out, place_labels
from ldpub.serve.pictures.projection import Array, EqualEarth, LambertAzimuthal, great_circle, projection_for
from ldpub.serve.pictures.world_map import Place, Places
from serve.pictures import draw_outline
from serve.pictures.seen import SVG, draw_map, longitudes, marks, places, read, texts

FRAME = (0.0, 0.0, 800.0, 400.0)


def at(*found: tuple[float, float]) -> Array:
    return np.array(found, dtype=np.float64)


def test_equal_earth_is_as_published() -> None:
    """The extent that the paper gives, and points of PROJ 9 (`+proj=eqearth +R=1`)."""
    x, y = EqualEarth()(at((180, 0), (0, 90), (180, 90), (0, 0))).T
    assert x == pytest.approx([2.7066, 0, 1.6047, 0], abs=2e-3)
    assert y == pytest.approx([0, 1.3174, 1.3174, 0], abs=2e-3)


@pytest.mark.parametrize("project", [EqualEarth(), LambertAzimuthal((10.0, 50.0)), LambertAzimuthal((-120.0, -80.0))])
@settings(deadline=None)
@given(longitude=st.floats(-170, 170), latitude=st.floats(-85, 85))
def test_areas_are_kept(project: projection.Projection, longitude: float, latitude: float) -> None:
    if isinstance(project, LambertAzimuthal):
        longitude, latitude = project.middle[0] + longitude / 20, max(-89, min(89, project.middle[1] + latitude / 20))
    step = 1e-4
    east, west, north, south = project(
        at(
            (longitude + step, latitude),
            (longitude - step, latitude),
            (longitude, latitude + step),
            (longitude, latitude - step),
        )
    )
    (a, b), (c, d) = (east - west), (north - south)
    area = abs(a * d - b * c) / math.radians(2 * step) ** 2
    assert area == pytest.approx(math.cos(math.radians(latitude)), rel=1e-3)


@settings(deadline=None)
@given(longitudes, st.floats(-89, 89), longitudes, st.floats(-89, 89))
def test_a_region_keeps_directions_and_distances_grow(x: float, y: float, a: float, b: float) -> None:
    angle = math.acos(
        max(
            -1,
            min(
                1,
                math.sin(math.radians(y)) * math.sin(math.radians(b))
                + math.cos(math.radians(y)) * math.cos(math.radians(b)) * math.cos(math.radians(a - x)),
            ),
        )
    )
    drawn = LambertAzimuthal((x, y))(at((a, b)))[0]
    assert math.hypot(*drawn) == pytest.approx(2 * math.sin(min(angle, math.radians(110)) / 2), abs=1e-4)


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ([(9.7, 52.4), (7.5, 51.5)], LambertAzimuthal),
        ([(178, -18), (-175, -21), (174, -41)], LambertAzimuthal),
        ([(9.7, 52.4), (132, 34), (-94, 39)], EqualEarth),
        ([(0, 0), (180, 0)], EqualEarth),
        ([(9.7, 52.4)], LambertAzimuthal),
    ],
)
def test_the_projection_follows_the_places(found: list[tuple[float, float]], kind: type) -> None:
    assert isinstance(projection_for(found), kind)


@settings(deadline=None)
@given(longitudes, st.floats(-89, 89), longitudes, st.floats(-89, 89))
def test_a_great_circle_goes_the_shortest_way(x: float, y: float, a: float, b: float) -> None:
    way = great_circle((x, y), (a, b))
    vectors = projection._vectors(way)
    steps = np.arccos(np.clip((vectors[1:] * vectors[:-1]).sum(axis=1), -1, 1))
    whole = math.acos(float(np.clip(vectors[0] @ vectors[-1], -1, 1)))
    assert float(steps.sum()) == pytest.approx(whole, abs=1e-4)
    assert vectors[0] == pytest.approx(projection._vectors(at((x, y)))[0], abs=1e-6)


LAND = [
    (25, -2),
    (37, 55),
    (-100, 45),
    (-60, -10),
    (134, -25),
    (-40, 72),
    (0, -85),
    (-174, 66.8),
    (172, 67),
    (175, -38.5),
]
SEA = [
    (-30, 0),
    (0, 0),
    (-150, 40),
    (90, -40),
    (70, 10),
    (5, 38),
    (-140, -70),
    (30, 43),
    (51, 42),
    (-175, 0),
    (179, 75),
]


@pytest.mark.parametrize("middle", [None, (20, 10), (-100, 40), (175, -40), (-3.7, 40.4), (0, 90), (0, -90), (179, 0)])
def test_land_is_where_it_is(middle: tuple[float, float] | None) -> None:
    """On every map, also where the place opposite its middle lies on land, as that of New Zealand does."""
    project: projection.Projection = EqualEarth() if middle is None else LambertAzimuthal(middle)

    def to_pixels(plane: Array) -> Array:
        moved: Array = plane * np.array([300.0, -300.0]) + np.array([400.0, 200.0])
        return moved

    path = outline.land(project, to_pixels, FRAME)
    seen = 0
    for place, is_land in [*((p, True) for p in LAND), *((p, False) for p in SEA)]:
        x, y = to_pixels(project(at(place)))[0]
        if 0 <= x <= 800 and 0 <= y <= 400:
            seen += 1
            assert covers(path, float(x), float(y)) == is_land, place
    assert seen >= 1


def covers(path: str, x: float, y: float) -> bool:
    """Whether a path of tenths of pixels covers a place, by the even-odd rule."""
    inside = False
    for part in re.findall(r"M([^Mz]+)z", path):
        steps = np.array(re.findall(r"-?\d+", part), dtype=np.float64).reshape(-1, 2)
        inside ^= outline._holds(np.cumsum(steps, axis=0) / 10, np.array([x, y]))
    return inside


def test_the_outline_is_small_and_says_where_it_is_from() -> None:
    folder = Path(outline.__file__).parent
    text = (folder / "land.txt").read_text(encoding="ascii")
    assert len(text) < 60_000
    assert "public domain" in text.splitlines()[0]
    assert "Permission to use, copy, modify" in (folder / "land.LICENSE.txt").read_text(encoding="utf-8")


def test_the_outline_is_drawn_from_topojson(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A square, one across the antimeridian in two parts, land around a pole, and an island that is too small."""
    arcs = [
        [[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]],
        [[170, 0], [20, 0], [0, 10], [-20, 0], [0, -10]],
        [[-180, -70], [120, 0], [120, 0], [120, 0]],
        [[50, 50], [0.1, 0], [0, 0.1], [-0.1, 0], [0, -0.1]],
    ]
    arcs[1] = [[170, 0], [20, 0], [0, 10], [-20, 0], [0, -10]]
    topology = {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {"land": {"geometries": [{"type": "MultiPolygon", "arcs": [[[0]], [[1]], [[2]], [[3]]]}]}},
    }
    path = tmp_path / "land.json"
    path.write_text(json.dumps(topology))
    draw_outline.main(path)
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("#")]
    found = [np.cumsum(np.array(line.split(), dtype=int).reshape(-1, 2), axis=0) / 20 for line in lines]
    extents = sorted((*ring.min(axis=0).tolist(), *ring.max(axis=0).tolist()) for ring in found)
    assert extents == [(-180, -90, 180, -70), (-180, 0, -170, 10), (0, 0, 10, 10), (170, 0, 180, 10)]


spots = st.lists(st.tuples(st.floats(5, 795), st.floats(5, 395)), min_size=1, max_size=25)


@settings(deadline=None, max_examples=50)
@given(spots)
def test_labels_cover_neither_each_other_nor_marks(found: list[tuple[float, float]]) -> None:
    names = [f"place {'x' * (n % 9)} {n}" for n, _ in enumerate(found)]
    placed = place_labels(names, at(*found), 4, FRAME)
    boxes = [label.box for label in placed if label]
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= 800
        assert bottom <= 400
        assert not [1 for x, y in found if left < x < right and top < y < bottom]


@settings(deadline=None, max_examples=50)
@given(spots, st.sampled_from([30.0, 60.0, 120.0]))
def test_lines_to_labels_are_short_and_cross_no_other(found: list[tuple[float, float]], reach: float) -> None:
    names = [f"place {'x' * (n % 9)} {n}" for n, _ in enumerate(found)]
    placed = place_labels(names, at(*found), 4, FRAME, reach=reach)
    lines = [(spot, label.leader) for spot, label in zip(found, placed, strict=True) if label and label.leader]
    assert all(math.dist(*line) <= reach for line in lines)
    crossings = [LineString(one).crosses(LineString(other)) for one, other in combinations(lines, 2)]
    assert not any(crossings)


def test_marks_fan_out_where_they_overlap() -> None:
    moved = fan_out(at(*[(400, 200)] * 8), 10)
    distances = [math.dist(one, other) for one, other in combinations(moved.tolist(), 2)]
    assert min(distances) > 9
    assert max(math.dist(one, (400, 200)) for one in moved.tolist()) < 30
    apart = at((0, 0), (100, 100))
    assert fan_out(apart, 10) == pytest.approx(apart, abs=0.02)


def test_a_map_names_what_it_shows() -> None:
    svg = draw_map(places("Aber", "Bree", "Caux", kinds=("near", "far")), 840)
    assert {"Aber", "Bree", "Caux", "The middle", "near", "far"} <= set(texts(svg))
    assert marks(svg) == 4 + 2
    ways = [one for one in read(svg).iter(f"{SVG}path") if one.attrib.get("class", "").startswith("edge later")]
    assert len(ways) == 3


def test_a_crowd_is_named_in_an_inset() -> None:
    """Each place is named once: those of the crowd in the inset, which covers no place."""
    crowd = [Place(f"near {n}", 10 + n * 1.5, 48 + n % 3 * 2) for n in range(6)]
    far = [Place("far", 130, 35), Place("farther", -90, 40), Place("south", 30, -20)]
    view = Places("m", "d", "en", (*crowd, *far), (), Place("e", 9, 52))
    svg = draw_map(view, 840)
    root = read(svg)
    (inset,) = root.findall(f"{SVG}svg")
    inside = ["".join(one.itertext()) for one in inset.iter(f"{SVG}text")]
    assert sorted(inside) == sorted([*(place.name for place in crowd), "e"])
    assert sorted(texts(svg)) == sorted([*inside, "far", "farther", "south"])
    box = [float(inset.attrib[name]) for name in ("x", "y", "width", "height")]
    outside = [one for one in root.iter(f"{SVG}circle") if one not in list(inset.iter())]
    for dot in outside:
        x, y = float(dot.attrib["cx"]), float(dot.attrib["cy"])
        assert not (box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3])


def test_a_crowd_is_named_below_a_narrow_map() -> None:
    """No name is far from its place, none crosses another's line; how many have none is said, in numbers that fit."""
    crowd = [Place(f"a place with a long name {n}", 10 + n * 1.5, 48 + n % 3 * 2) for n in range(16)]
    far = [Place("far", 130, 35), Place("farther", -90, 40)]
    svg = draw_map(Places("m", "d", "en", (*crowd, *far), (), Place("e", 9, 52), "Without a name: {n}."), 360)
    root = read(svg)
    (inset,) = root.findall(f"{SVG}svg")
    assert (inset.attrib["x"], inset.attrib["width"]) == ("0", "360")
    assert float(inset.attrib["y"]) + float(inset.attrib["height"]) == float(root.attrib["height"])
    *names, last = texts(svg)
    assert last == f"Without a name: {len(crowd) + len(far) + 1 - len(names)}."
    assert {"far", "farther"} <= set(names)
    assert "Without" not in draw_map(Places("m", "d", "en", tuple(far), (), None, "Without a name: {n}."), 360)


def test_a_way_over_the_antimeridian_is_drawn_in_two_parts() -> None:
    view = Places("m", "d", "en", (Place("w", -150, 10), Place("far", 0, 0)), (), Place("e", 160, 10))
    ways = [one.attrib["d"] for one in read(draw_map(view, 840)).iter(f"{SVG}path") if "later" in one.attrib["class"]]
    assert sorted(way.count("M") for way in ways) == [1, 2]
    for way in ways:
        for part in way.split("M")[1:]:
            xs = [float(step.split()[0]) for step in part.split("L")]
            assert max((abs(a - b) for a, b in pairwise(xs)), default=0) < 200


def test_many_places_become_clusters_that_count_them() -> None:
    rng = np.random.default_rng(7)
    many = tuple(Place(f"p{n}", float(x), float(y)) for n, (x, y) in enumerate(rng.uniform(-60, 60, (20_000, 2))))
    svg = draw_map(replace(places(), places=many), 840)
    titles = [one.text or "" for one in read(svg).iter(f"{SVG}title")][1:]
    counts = [int(title.rpartition("+")[2]) + 1 if "+" in title else 1 for title in titles]
    assert sum(counts) == 20_000 + 1
    assert len(svg) < 300_000
