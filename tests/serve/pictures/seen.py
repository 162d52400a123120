"""What the tests of the pictures share: reading SVG, and small views with given names."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import strategies as st

from ldpub.serve.dates import Bounds
from ldpub.serve.language import words
from ldpub.serve.pictures.bar_chart import Bars, bar_sheet
from ldpub.serve.pictures.class_diagram import ClassBox, Hierarchy, class_sheet
from ldpub.serve.pictures.line_chart import Lines, line_sheet
from ldpub.serve.pictures.network import Group, Neighbourhood, Row, network_sheet
from ldpub.serve.pictures.svg import Sheet
from ldpub.serve.pictures.timeline import Chronicle, Entry, Span, timeline_sheet
from ldpub.serve.pictures.world_map import Place, Places, map_sheet

SIGNS = {"point": "known", "maybe": "possible", "sure": "certain", "open": "open", "attested": "attested"}
SVG = "{http://www.w3.org/2000/svg}"
WORDS = words("en")

longitudes = st.floats(-180, 180, allow_nan=False)
latitudes = st.floats(-90, 90, allow_nan=False)
days = st.tuples(st.integers(-3000, 9000), st.integers(1, 12), st.integers(1, 28))
bounds = st.builds(
    lambda pair, open_: Bounds(None if open_ == 1 else min(pair), None if open_ == 2 else max(pair)),
    st.tuples(days, days),
    st.integers(0, 2),
)


def read(svg: str) -> ET.Element:
    """The root element; fails where the text is not well-formed."""
    root = ET.fromstring(svg.encode("utf-8"))
    assert root.tag == f"{SVG}svg"
    return root


def texts(svg: str) -> list[str]:
    """The lines of text that are seen."""
    return ["".join(one.itertext()) for one in read(svg).iter(f"{SVG}text")]


def marks(svg: str) -> int:
    """How many marks there are."""
    return len(re.findall(r'class="mark rim', svg))


def places(*names: str, kinds: tuple[str, ...] = ()) -> Places:
    """A map of places on a line through Europe, and one in its middle."""
    listed = tuple(
        Place(name, number * 2.0, 45.0 + number, number % max(len(kinds), 1)) for number, name in enumerate(names)
    )
    return Places("A map", "What it shows", "en", listed, kinds, Place("The middle", 9.0, 50.0))


def chronicle(*names: str, span: Span | None = None) -> Chronicle:
    """A timeline of things that were from 1968 on."""
    when = span or Span(start=Bounds((1968, 1, 1), (1968, 12, 31)))
    entries = tuple(Entry(name, when, "start: 1968") for name in names)
    return Chronicle("A timeline", "What it shows", "en", entries, (2026, 11, 22), ("is in",), SIGNS)


def neighbourhood(*names: str) -> Neighbourhood:
    """A network of one group."""
    return Neighbourhood(
        "A network", "What it shows", "en", "The middle", (Group("knows", tuple(map(Row, names)), "and 3 more"),)
    )


def hierarchy(*names: str) -> Hierarchy:
    """A diagram of classes, each below the first."""
    boxes = tuple(ClassBox(name, 3, 0 if number else None, "", (name,)) for number, name in enumerate(names))
    return Hierarchy("A diagram", "What it shows", "en", boxes)


def _drawn(sheet: Sheet) -> str:
    """The picture of a sheet, which is as high as the sheet says."""
    svg = sheet.svg()
    assert float(read(svg).attrib["height"]) == round(sheet.height, 1)
    return svg


def draw_map(view: Places, width: float) -> str:
    """A map as SVG."""
    return _drawn(map_sheet(view, width))


def draw_timeline(view: Chronicle, width: float) -> str:
    """A timeline as SVG."""
    return _drawn(timeline_sheet(view, width))


def draw_network(view: Neighbourhood, width: float) -> str:
    """A network as SVG."""
    return _drawn(network_sheet(view, width))


def draw_classes(view: Hierarchy, width: float) -> str:
    """A class diagram as SVG."""
    return _drawn(class_sheet(view, width))


def draw_bars(view: Bars, width: float) -> str:
    """A bar chart as SVG."""
    return _drawn(bar_sheet(view, width))


def draw_lines(view: Lines, width: float) -> str:
    """A line chart as SVG."""
    return _drawn(line_sheet(view, width))
