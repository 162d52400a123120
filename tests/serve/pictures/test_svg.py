"""The pictures as XML: well-formed whatever the labels, nothing from elsewhere, colours that can be read, small."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldpub.serve.pictures.network import Group, Row
from ldpub.serve.pictures.svg import (
    COLOURS,
    CONTENT_SECURITY_POLICY,
    KINDS,
    STYLE,
    clean,
    folded,
    mark,
    number,
    shortened,
    width_of,
)
from ldpub.serve.pictures.timeline import Span
from serve.pictures.seen import (
    SVG,
    bounds,
    chronicle,
    draw_classes,
    draw_map,
    draw_network,
    draw_timeline,
    hierarchy,
    latitudes,
    longitudes,
    neighbourhood,
    places,
    read,
    texts,
)

HOSTILE = "</text><script>alert(1)</script>&\"'\x00\ud800\ufffe]]>\u202e"
labels = st.lists(st.text(max_size=40) | st.just(HOSTILE), min_size=1, max_size=6)
DRAWINGS: tuple[Callable[..., str], ...] = (
    lambda names, width: draw_map(places(*names, kinds=tuple(names)), width),
    lambda names, width: draw_timeline(replace(chronicle(*names), kinds=tuple(names)), width),
    lambda names, width: draw_network(replace(neighbourhood(*names), name=names[0]), width),
    lambda names, width: draw_classes(hierarchy(*names), width),
)


@pytest.mark.parametrize("draw", DRAWINGS)
@settings(deadline=None, max_examples=40)
@given(names=labels, width=st.sampled_from([360.0, 840.0]))
def test_any_label_makes_well_formed_xml(draw: Callable[..., str], names: list[str], width: float) -> None:
    svg = draw(names, width)
    root = read(svg)
    allowed = {"svg", "title", "desc", "style", "rect", "g", "path", "circle", "text", "tspan"}
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= allowed
    assert not [name for one in root.iter() for name in one.attrib if name.startswith("on") or "href" in name]
    assert draw(names, width) == svg


@settings(deadline=None, max_examples=40)
@given(title=st.text(max_size=50), description=st.text(max_size=900), language=st.text(max_size=8))
def test_title_and_description_are_any_text(title: str, description: str, language: str) -> None:
    view = replace(neighbourhood("a"), title=title, description=description, language=clean(language))
    root = read(draw_network(view, 840))
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == clean(title)
    assert root.findtext(f"{SVG}desc") == clean(description)
    assert root.attrib["lang"] == clean(language)


@settings(deadline=None, max_examples=60)
@given(found=st.lists(st.tuples(longitudes, latitudes), min_size=1, max_size=30), width=st.sampled_from([360.0, 840.0]))
def test_any_places_can_be_drawn(found: list[tuple[float, float]], width: float) -> None:
    names = [f"place {place}" for place, _ in enumerate(found)]
    listed = tuple(
        replace(one, longitude=x, latitude=y) for one, (x, y) in zip(places(*names).places, found, strict=True)
    )
    svg = draw_map(replace(places(), places=listed, middle=None), width)
    root = read(svg)
    height = float(root.attrib["height"])
    for dot in root.iter(f"{SVG}circle"):
        assert 0 <= float(dot.attrib["cx"]) <= width
        assert 0 <= float(dot.attrib["cy"]) <= height
    assert "nan" not in svg
    assert "inf" not in svg
    assert len(svg) < 120_000


@settings(deadline=None, max_examples=60)
@given(date=bounds, start=bounds, end=bounds, attested=st.lists(bounds, max_size=3), which=st.integers(1, 15))
def test_any_times_can_be_drawn(date: object, start: object, end: object, attested: list[object], which: int) -> None:
    given_ = {"date": date, "start": start, "end": end, "attested": tuple(attested)}
    some = {name: value for place, (name, value) in enumerate(given_.items()) if which >> place & 1}
    svg = draw_timeline(chronicle("one", "two", span=Span(**some)), 360)  # type: ignore[arg-type]
    for box in read(svg).iter(f"{SVG}rect"):
        assert float(box.attrib["width"]) >= 0
    assert "nan" not in svg


@pytest.mark.parametrize("draw", DRAWINGS)
def test_nothing_comes_from_elsewhere(draw: Callable[..., str]) -> None:
    svg = draw(["a", "b"], 840).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|//|url\(|@import|<script|<image|<use|style=", svg)


def test_the_policy_allows_the_style_and_nothing_else() -> None:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert read(draw_network(neighbourhood("a"), 840)).findtext(f"{SVG}style") == STYLE


@pytest.mark.parametrize("colours", COLOURS)
def test_colours_can_be_read(colours: dict[str, str]) -> None:
    for name in ("ink", "quiet", *(f"k{kind}" for kind in range(KINDS))):
        for ground in ("paper", "sea"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
        assert contrast(colours[name], colours["land"]) >= 3, (name, "land")
    for one, other in product([f"k{kind}" for kind in range(KINDS)], repeat=2):
        assert one == other or colours[one] != colours[other]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_kind_has_a_shape_of_its_own() -> None:
    shapes = {re.sub(r' class="[^"]*"', "", mark(kind, 10, 10, 4)) for kind in range(KINDS)}
    assert len(shapes) == KINDS
    assert mark(0, 1, 1, 4) == mark(KINDS, 1, 1, 4)


@settings(deadline=None)
@given(st.text(max_size=400), st.floats(20, 300))
def test_a_line_is_cut_to_its_width(text: str, most: float) -> None:
    line = shortened(text, most)
    assert width_of(line) <= most
    assert line == clean(text) or line.endswith("…")


@settings(deadline=None)
@given(st.text(max_size=400), st.floats(20, 300), st.integers(1, 4))
def test_a_text_is_folded_between_words(text: str, most: float, lines: int) -> None:
    found = folded(text, most, lines)
    assert 1 <= len(found) <= lines
    assert all(width_of(line) <= most for line in found)
    whole = " ".join(found)
    assert whole == clean(text) or found[-1].endswith("…")


def test_a_network_cuts_no_name_for_which_there_is_room() -> None:
    """One group has the room of both sides; where there are two, long names go on on a second line."""
    name = "Promotion of an exchange between the schools of two cities that are far from each other"
    one = neighbourhood(name)
    assert name in texts(draw_network(one, 840))
    svg = draw_network(replace(one, groups=(*one.groups, Group("has", (Row("b", "twinned since long"),)))), 840)
    assert not [line for line in texts(svg) if "…" in line]
    assert "b · twinned since long" in texts(svg)


def test_lengths_are_short() -> None:
    assert [number(value) for value in (1, -0.01, 2.04, 2.06, -3.5, 1e3)] == ["1", "0", "2", "2.1", "-3.5", "1000"]


def test_long_labels_stay_within_the_picture() -> None:
    svg = draw_network(neighbourhood("x" * 500, "W" * 500), 840)
    assert all(width_of(line) < 700 for line in texts(svg))
    assert len(svg) < 12_000


def test_large_pictures_are_bounded() -> None:
    names = [f"A thing with quite a long name, number {place}" for place in range(80)]
    drawn = [draw(names, 840) for draw in DRAWINGS]
    sizes = [len(re.sub('<path d="[^"]*" class="land"', "", svg)) for svg in drawn]
    assert len(drawn[0]) < 90_000
    assert max(sizes) < 60_000, sizes
