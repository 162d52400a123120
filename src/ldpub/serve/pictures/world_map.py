"""The map: places on the outline of the land, and great circles from the place that they are related to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ldpub.serve.pictures.labels import Label, fan_out, place_labels
from ldpub.serve.pictures.outline import Frame, ToPixels, land, line
from ldpub.serve.pictures.projection import Array, EqualEarth, Projection, great_circle, projection_for
from ldpub.serve.pictures.svg import (
    colour,
    document,
    element,
    group,
    legend,
    mark,
    number,
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


@dataclass(frozen=True)
class Place:
    """One place: its name, where it is in degrees, its kind by number, and how many things are drawn as it."""

    name: str
    longitude: float
    latitude: float
    kind: int = 0
    count: int = 1


@dataclass(frozen=True)
class Places:
    """What a map shows; the most important places first. `middle` is what they are related to, if it lies somewhere."""

    title: str
    description: str
    language: str
    places: tuple[Place, ...]
    kinds: tuple[str, ...] = ()
    middle: Place | None = None


def draw_map(view: Places, width: float) -> str:
    """The map as SVG, so many pixels wide."""
    middle = [view.middle] if view.middle else []
    shown = [*middle, *view.places]
    positions = [(place.longitude, place.latitude) for place in shown]
    projection = projection_for(positions)
    projected = projection(np.array(positions, dtype=np.float64).reshape(-1, 2))
    height, to_pixels = _fit(projected, projection, width)
    frame = (0.0, 0.0, width, height)
    shown, true = _clustered(shown, to_pixels(projected), has_middle=bool(middle))
    drawn = np.clip(fan_out(true, _GAP), 6, np.array([width - 6, height - 6]))
    texts = [shortened(_name(place), min(_LABEL, width / 2.4)) for place in shown]
    labels = place_labels(texts, drawn, _RADIUS + 1, (3, 3, width - 3, height - 3))
    is_middle = [bool(middle), *[False] * (len(shown) - 1)]
    lower, end = legend(view.kinds, height, width)
    body = (
        _ground(projection, to_pixels, frame),
        _ways(shown, projection, to_pixels) if middle else "",
        group(_leader(here, there) for here, there in zip(true.tolist(), drawn.tolist(), strict=True)),
        group(_label_leader(label, at) for label, at in zip(labels, drawn.tolist(), strict=True) if label),
        group(map(_mark, shown, drawn.tolist(), is_middle)),
        group(_text(label, strong=strong) for label, strong in zip(labels, is_middle, strict=True) if label),
        element("rect", x=0, y=height, width=width, height=end - height, class_="paper") if lower else "",
        lower,
    )
    return document(width, max(end, height), view, body)


def _fit(projected: Array, projection: Projection, width: float) -> tuple[float, ToPixels]:
    """The height of the picture, and the way from the projection's plane to its pixels, so that all places are seen."""
    low, high = projected.min(axis=0), projected.max(axis=0)
    extent = np.maximum(high - low, _LEAST)
    sides, ends, flattest, steepest = (70.0, 45.0, 0.45, 0.62) if width > 600 else (34.0, 34.0, 0.6, 1.0)
    height = round(width * float(np.clip(extent[1] / extent[0], flattest, steepest)))
    scale = float(min((width - 2 * sides) / extent[0], (height - 2 * ends) / extent[1]))
    middle = (low + high) / 2
    if isinstance(projection, EqualEarth):
        scale = max(scale, width / 2 / projection.HALF[0])
        height = min(height, round(2 * scale * projection.HALF[1]))
        room = np.maximum(np.array(projection.HALF) - np.array([width, height]) / 2 / scale, 0)
        middle = np.clip(middle, -room, room)
    return height, partial(_to_pixels, middle, scale, np.array([width / 2, height / 2]))


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
    step = 30 if isinstance(projection, EqualEarth) else 10
    along = np.linspace(-90, 90, 37)
    around = np.linspace(-180, 180, 73)
    lines = [np.stack((np.full_like(along, m), along), axis=1) for m in range(-180, 180 + step, step)]
    lines += [np.stack((around, np.full_like(around, p)), axis=1) for p in range(-90 + step, 90, step)]
    sea = element("rect", width=frame[2], height=frame[3], class_="sea")
    if isinstance(projection, EqualEarth):
        rim = np.concatenate([np.stack((np.full_like(along, s * 180.0), s * along), axis=1) for s in (-1, 1)])
        sea = element("path", d=_polygon(to_pixels(projection(rim))), class_="sea")
    grid = "".join(_visible(part, to_pixels, projection, frame) for part in lines)
    return (
        sea
        + (element("path", d=grid, class_="grid") if grid else "")
        + element(
            "path", d=land(projection, to_pixels, frame), class_="land", fill_rule="evenodd", transform="scale(.1)"
        )
    )


def _polygon(pixels: Array) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in pixels.tolist()) + "z"


def _visible(places: Array, to_pixels: ToPixels, projection: Projection, frame: Frame) -> str:
    """A line of the grid, as far as it is seen."""
    pixels = to_pixels(projection(places))
    near = (pixels[:, 0] > -60) & (pixels[:, 1] > -60) & (pixels[:, 0] < frame[2] + 60) & (pixels[:, 1] < frame[3] + 60)
    seen = np.flatnonzero(near)
    runs = np.split(seen, np.flatnonzero(np.diff(seen) > 1) + 1)
    return "".join(line(places[run], to_pixels, projection) for run in runs if len(run) > 1)


def _ways(shown: Sequence[Place], projection: Projection, to_pixels: ToPixels) -> str:
    """The great circles from the first place to the others."""
    start = (shown[0].longitude, shown[0].latitude)
    return group(
        element(
            "path",
            d=line(great_circle(start, (place.longitude, place.latitude)), to_pixels, projection),
            class_=f"edge later {colour(place.kind)}",
        )
        for place in reversed(shown[1:])
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
