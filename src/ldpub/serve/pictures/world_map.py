"""The map: places on the outline of the land, and great circles from the place that they are related to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ldpub.serve.pictures.axis import number_name
from ldpub.serve.pictures.inset import around, below, corner, crowd
from ldpub.serve.pictures.labels import Label, fan_out, place_labels
from ldpub.serve.pictures.outline import Frame, ToPixels, land, line
from ldpub.serve.pictures.projection import Array, EqualEarth, Projection, great_circle, projection_for
from ldpub.serve.pictures.svg import (
    Sheet,
    View,
    colour,
    element,
    group,
    kind_keys,
    mark,
    number,
    sheet,
    shortened,
    told,
    words,
)

_MARKS_AT_MOST = 60
"""More places than these are drawn as clusters."""

_CLUSTER = 22.0  # pixels; the places of a square of this size are one cluster
_GAP = 10.0  # pixels between marks
_RADIUS = 4.0
_LEAST = 0.24  # radii of the sphere that a map shows at least, about 1,500 kilometres
_LABEL = 150.0
_CHARACTERS = 26
_WIDE = 600.0  # pixels; a wider map has its inset in a corner, a narrower one below
_REACHES = (30.0, 60.0)  # pixels between a mark and its label, at most, on a narrow and on a wide map
_FOOT = 20.0  # pixels at the lower edge that no label takes


@dataclass(frozen=True)
class Place:
    """One place: its name, where it is in degrees, its kind by number, and how many things are drawn as it."""

    name: str
    longitude: float
    latitude: float
    kind: int = 0
    count: int = 1


@dataclass(frozen=True)
class Places(View):
    """What a map shows; the most important places first. `middle` is what they are related to, if it lies somewhere.

    `unnamed` says that `{n}` places have no name on it.
    """

    places: tuple[Place, ...]
    kinds: tuple[str, ...] = ()
    middle: Place | None = None
    unnamed: str = ""


def map_sheet(view: Places, width: float) -> Sheet:
    """The map, so many pixels wide; where many places are near to each other, with an inset."""
    shown = [*([view.middle] if view.middle else []), *view.places]
    projection, projected = _project(shown)
    height, to_pixels = _fit(projected, projection, width)
    shown, true = _clustered(shown, to_pixels(projected), has_middle=view.middle is not None)
    panel = _Panel(tuple(shown), true, view.middle, projection, to_pixels, (0.0, 0.0, width, height))
    may_have_inset = isinstance(projection, EqualEarth) and len(view.places) < _MARKS_AT_MOST
    near = crowd(true) if may_have_inset else []
    free = (corner(true, width, height) if width > _WIDE else below(width, height)) if near else None
    end = max(height, free[3]) if free else height

    def body() -> Iterator[str]:
        drawn = _panel(panel, near, free) if free else _panel(panel)
        yield drawn.svg
        yield _unnamed(view, drawn.named, (width, end), free)

    return sheet(view, width, end, body, kind_keys(view.kinds))


def _unnamed(view: Places, named: int, end: tuple[float, float], free: Frame | None) -> str:
    """The line that says how many places have no name, at the lower edge, beside an inset that is there."""
    lack = len(view.places) + (view.middle is not None) - named
    if not view.unnamed or lack <= 0:
        return ""
    text = view.unnamed.format(n=number_name(lack, view.language))
    is_left = free is not None and free[0] > 0
    return words(8 if is_left else end[0] - 8, end[1] - 7, text, "halo quiet" if is_left else "halo quiet end")


@dataclass(frozen=True)
class _Drawn:
    """A map as SVG, and how many places are named on it."""

    svg: str
    named: int


@dataclass(frozen=True)
class _Panel:
    """A map in a frame: places and where they are drawn, and the one that they are related to, if it is one of them."""

    shown: tuple[Place, ...]
    marks: Array
    middle: Place | None
    projection: Projection
    to_pixels: ToPixels
    frame: Frame


def _project(shown: Sequence[Place]) -> tuple[Projection, Array]:
    positions = [(place.longitude, place.latitude) for place in shown]
    projection = projection_for(positions)
    return projection, projection(np.array(positions, dtype=np.float64).reshape(-1, 2))


def _panel(panel: _Panel, near: Sequence[int] = (), free: Frame | None = None) -> _Drawn:
    """A map; those of its places that are `near` to each other are named in an inset in a `free` corner."""
    _, _, width, height = panel.frame
    drawn = np.clip(fan_out(panel.marks, _GAP), 6, np.array([width - 6, height - 6]))
    most = min(_LABEL, width / 2.4)
    texts = ["" if place in near else shortened(_name(one), most) for place, one in enumerate(panel.shown)]
    region = around(drawn[list(near)]) if free else None
    covered = [box for box in (free, region) if box]
    reach = _REACHES[width > _WIDE]
    labels = place_labels(texts, drawn, 2 * _RADIUS, (3, 3, width - 3, height - _FOOT), covered, reach=reach)
    is_middle = [place is panel.middle for place in panel.shown]
    inset = _inset(panel, near, free) if free else _Drawn("", 0)
    parts = (
        _ground(panel.projection, panel.to_pixels, panel.frame),
        _ways(panel) if panel.middle else "",
        group(_leader(here, there) for here, there in zip(panel.marks.tolist(), drawn.tolist(), strict=True)),
        group(_label_leader(label, at) for label, at in zip(labels, drawn.tolist(), strict=True) if label),
        group(map(_mark, panel.shown, drawn.tolist(), is_middle)),
        group(_text(label, strong=strong) for label, strong in zip(labels, is_middle, strict=True) if label),
        _frame(region) if region else "",
        inset.svg,
    )
    return _Drawn("".join(parts), sum(label is not None for label in labels) + inset.named)


def _inset(panel: _Panel, near: Sequence[int], free: Frame) -> _Drawn:
    """The places that are near to each other on a map of their own."""
    left, top, right, bottom = free
    shown = tuple(panel.shown[place] for place in near)
    projection, projected = _project(shown)
    width, height = right - left, bottom - top
    to_pixels = _scaled(projected, width, height, (60.0, 26.0))
    middle = next((place for place in shown if place is panel.middle), None)
    inner = _panel(_Panel(shown, to_pixels(projected), middle, projection, to_pixels, (0.0, 0.0, width, height)))
    box = element("svg", inner.svg, x=left, y=top, width=width, height=height, overflow="hidden")
    ground = element("rect", x=left, y=top, width=width, height=height, class_="sea")
    return _Drawn(ground + box + _frame(free), inner.named)


def _frame(box: Frame) -> str:
    left, top, right, bottom = box
    return element("rect", x=left, y=top, width=right - left, height=bottom - top, class_="edge thin")


def _fit(projected: Array, projection: Projection, width: float) -> tuple[float, ToPixels]:
    """The height of the picture, and the way from the projection's plane to its pixels, so that all places are seen."""
    low, high = projected.min(axis=0), projected.max(axis=0)
    extent = np.maximum(high - low, _LEAST)
    sides, ends, flattest, steepest = (70.0, 45.0, 0.45, 0.62) if width > _WIDE else (34.0, 34.0, 0.6, 1.0)
    height = round(width * float(np.clip(extent[1] / extent[0], flattest, steepest)))
    if not isinstance(projection, EqualEarth):
        return height, _scaled(projected, width, height, (sides, ends))
    scale = float(min((width - 2 * sides) / extent[0], (height - 2 * ends) / extent[1]))
    scale = max(scale, width / 2 / projection.HALF[0])
    height = min(height, round(2 * scale * projection.HALF[1]))
    room = np.maximum(np.array(projection.HALF) - np.array([width, height]) / 2 / scale, 0)
    middle = np.clip((low + high) / 2, -room, room)
    return height, partial(_to_pixels, middle, scale, np.array([width / 2, height / 2]))


def _scaled(projected: Array, width: float, height: float, margins: tuple[float, float]) -> ToPixels:
    """The way from the projection's plane to the pixels of a frame, so that all places are within its margins."""
    low, high = projected.min(axis=0), projected.max(axis=0)
    extent = np.maximum(high - low, _LEAST)
    scale = float(min((width - 2 * margins[0]) / extent[0], (height - 2 * margins[1]) / extent[1]))
    return partial(_to_pixels, (low + high) / 2, scale, np.array([width / 2, height / 2]))


def _to_pixels(middle: Array, scale: float, half: Array, plane: Array) -> Array:
    moved: Array = (plane - middle) * np.array([scale, -scale]) + half
    return moved


def _clustered(shown: list[Place], pixels: Array, *, has_middle: bool) -> tuple[list[Place], Array]:
    """The places as they are drawn: by themselves where they are few, else the near ones as one with their number."""
    if len(shown) <= _MARKS_AT_MOST:
        return shown, pixels
    first = int(has_middle)
    size = _CLUSTER
    while True:
        cells: dict[tuple[int, int], int] = {}
        for place, (x, y) in enumerate(pixels[first:].tolist(), first):
            cells.setdefault((round(x / size), round(y / size)), place)
        if len(cells) <= _MARKS_AT_MOST:
            break
        size *= 1.3
    counts = Counter((round(x / size), round(y / size)) for x, y in pixels[first:].tolist())
    chosen = [*range(first), *cells.values()]
    many = [1] * first + [counts[cell] for cell in cells]
    return [replace(shown[one], count=n) for one, n in zip(chosen, many, strict=True)], pixels[chosen]


def _name(place: Place) -> str:
    return place.name if place.count == 1 else f"{place.name[:_CHARACTERS]} +{place.count - 1}"


def _ground(projection: Projection, to_pixels: ToPixels, frame: Frame) -> str:
    """Sea, land and the lines of longitude and latitude."""
    sea = element("rect", width=frame[2], height=frame[3], class_="sea")
    if isinstance(projection, EqualEarth):
        along = np.linspace(-90, 90, 37)
        rim = np.concatenate([np.stack((np.full_like(along, s * 180.0), s * along), axis=1) for s in (-1, 1)])
        sea = element("path", d=_polyline(to_pixels(projection(rim))) + "z", class_="sea")
    grid = _grid(projection, to_pixels, frame)
    return (
        sea
        + (element("path", d=grid, class_="grid") if grid else "")
        + element(
            "path", d=land(projection, to_pixels, frame), class_="land", fill_rule="evenodd", transform="scale(.1)"
        )
    )


def _polyline(pixels: Array) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in pixels.tolist())


def _grid(projection: Projection, to_pixels: ToPixels, frame: Frame) -> str:
    """The lines of longitude and latitude, as far as they are seen."""
    step = 30 if isinstance(projection, EqualEarth) else 10
    share = np.linspace(-1, 1, 49)
    lines = [np.stack((np.full_like(share, m), share * 90), axis=1) for m in range(-180, 180 + step, step)]
    lines += [np.stack((share * 180, np.full_like(share, p)), axis=1) for p in range(-90 + step, 90, step)]
    pixels = to_pixels(projection(np.concatenate(lines))).reshape(len(lines), len(share), 2)
    near = np.all((pixels > -60) & (pixels < np.array(frame[2:]) + 60), axis=2)
    parts = []
    for places, is_near in zip(pixels, near, strict=True):
        seen = np.flatnonzero(is_near)
        runs = np.split(seen, np.flatnonzero(np.diff(seen) > 1) + 1) if len(seen) > 1 else []
        parts += [_polyline(places[run]) for run in runs if len(run) > 1]
    return "".join(parts)


def _ways(panel: _Panel) -> str:
    """The great circles from the first place to the others."""
    first, *others = panel.shown
    start = (first.longitude, first.latitude)
    return group(
        element(
            "path",
            d=line(great_circle(start, (place.longitude, place.latitude)), panel.to_pixels, panel.projection),
            class_=f"edge later {colour(place.kind)}",
        )
        for place in reversed(others)
        if (place.longitude, place.latitude) != start
    )


def _leader(true: list[float], drawn: list[float]) -> str:
    """A line to where a mark would be that was moved aside."""
    if abs(true[0] - drawn[0]) + abs(true[1] - drawn[1]) < 2:
        return ""
    return _line(true[0], true[1], drawn[0], drawn[1])


def _label_leader(label: Label, at: list[float]) -> str:
    return _line(at[0], at[1], label.leader[0], label.leader[1]) if label.leader else ""


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return element("path", d=f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", class_="edge thin")


def _mark(place: Place, at: list[float], is_middle: bool) -> str:
    x, y = at
    name = told(_name(place))
    if is_middle:
        ring = element("circle", cx=x, cy=y, r=_RADIUS + 2.5, class_="mark rim")
        return group((name, ring, element("circle", cx=x, cy=y, r=2.4, class_="inside")))
    if place.count == 1:
        return group((name, mark(place.kind, x, y, _RADIUS)))
    size = min(11.0, _RADIUS + 1.2 * place.count**0.5)
    return group((name, element("circle", cx=x, cy=y, r=size, class_=f"mark rim {colour(place.kind)}")))


def _text(label: Label, *, strong: bool) -> str:
    x, y = label.baseline
    return words(x, y, label.text, "halo strong" if strong else "halo")
