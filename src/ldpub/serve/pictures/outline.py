"""The outline of the land (Natural Earth, in land.txt), projected and cut to a picture as one path of SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from ldpub.serve.pictures.projection import Array, EqualEarth, LambertAzimuthal, Projection
from ldpub.serve.pictures.svg import number

Frame = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""

ToPixels = Callable[[Array], Array]
"""From the plane of a projection to pixels."""

_PER_DEGREE = 20
_LONG = 4.0  # degrees; longer edges are curved on a map, so they get places in between
_MARGIN = 15.0  # pixels around a picture where edges that only close a cut ring run unseen
_NEAR = 1.1  # pixels; places nearer to the one before are left out
_SMALL = 1.5  # pixels; islands that are smaller are left out

Pixels = list[tuple[float, float]]


@cache
def rings() -> tuple[tuple[Array, ...], Array]:
    """The rings of the land, in degrees, and all of them in one."""
    text = (Path(__file__).parent / "land.txt").read_text(encoding="ascii")
    found = tuple(_ring(line) for line in text.splitlines() if not line.startswith("#"))
    return found, np.concatenate(found)


def _ring(line: str) -> Array:
    places = np.cumsum(np.array(line.split(), dtype=np.float64).reshape(-1, 2), axis=0) / _PER_DEGREE
    dense = [places[:1]]
    for here, there in pairwise(places):
        steps = max(1, int(np.abs(there - here).max() / _LONG))
        dense.append(here + (there - here) * np.linspace(0, 1, steps + 1)[1:, None])
    return np.concatenate(dense)


def land(projection: Projection, to_pixels: ToPixels, frame: Frame) -> str:
    """The data of a path that is the land within a frame, in tenths of a pixel, to be filled by the even-odd rule."""
    every, together = rings()
    wide = (frame[0] - _MARGIN, frame[1] - _MARGIN, frame[2] + _MARGIN, frame[3] + _MARGIN)
    pixels = to_pixels(projection(together))
    ends = np.cumsum([len(ring) for ring in every])
    parts = []
    for ring, drawn in zip(every, np.split(pixels, ends[:-1]), strict=True):
        low, high = drawn.min(axis=0), drawn.max(axis=0)
        outside = high[0] < wide[0] or high[1] < wide[1] or low[0] > wide[2] or low[1] > wide[3]
        if outside or max(high - low) < _SMALL:
            continue
        inside = low[0] >= wide[0] and low[1] >= wide[1] and high[0] <= wide[2] and high[1] <= wide[3]
        corners: Pixels = [(x, y) for x, y in drawn.tolist()]
        parts.append(_path(corners if inside else _cut(corners, wide)))
        if isinstance(projection, LambertAzimuthal) and _is_inside_out(ring, projection, drawn, to_pixels):
            parts.append(_path([(wide[0], wide[1]), (wide[2], wide[1]), (wide[2], wide[3]), (wide[0], wide[3])]))
    return "".join(parts)


def _is_inside_out(ring: Array, projection: LambertAzimuthal, drawn: Array, to_pixels: ToPixels) -> bool:
    """Whether the place opposite the map's middle lies on this land: then what is drawn as outside is inside."""
    middle = to_pixels(np.zeros((1, 2)))[0]
    return _holds(drawn, middle) != _holds(ring, np.array(projection.middle))


def _holds(ring: Array, place: Array) -> bool:
    """Whether a place is within a ring in the plane, by the even-odd rule."""
    here, there = ring - place, np.roll(ring, -1, axis=0) - place
    crosses = (here[:, 1] > 0) != (there[:, 1] > 0)
    rise = np.where(crosses, there[:, 1] - here[:, 1], 1)
    to_right = here[:, 0] - here[:, 1] * (there[:, 0] - here[:, 0]) / rise > 0
    return bool((crosses & to_right).sum() % 2)


def _cut(ring: Pixels, frame: Frame) -> Pixels:
    """A ring cut to a frame (Sutherland and Hodgman 1974); edges that close it run along the frame."""
    for axis, limit, is_low in ((0, frame[0], True), (1, frame[1], True), (0, frame[2], False), (1, frame[3], False)):
        ring = _cut_side(ring, axis, limit, is_low=is_low)
        if not ring:
            break
    return ring


def _cut_side(ring: Pixels, axis: int, limit: float, *, is_low: bool) -> Pixels:
    cut: Pixels = []
    here = ring[-1]
    was_inside = (here[axis] >= limit) == is_low
    for there in ring:
        is_inside = (there[axis] >= limit) == is_low
        if is_inside != was_inside:
            share = (limit - here[axis]) / (there[axis] - here[axis])
            cut.append((here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])))
        if is_inside:
            cut.append(there)
        here, was_inside = there, is_inside
    return cut


def _path(ring: Sequence[tuple[float, float]]) -> str:
    """A closed subpath in relative steps, in tenths of a pixel, without places that are too near to be seen."""
    if len(ring) < 3:
        return ""
    x, y = round(ring[0][0] * 10), round(ring[0][1] * 10)
    parts = [f"M{x} {y}l"]
    near = _NEAR * 10
    for place in ring[1:]:
        dx, dy = round(place[0] * 10) - x, round(place[1] * 10) - y
        if abs(dx) + abs(dy) >= near:
            parts.append(f" {dx} {dy}")
            x, y = x + dx, y + dy
    return "".join(parts).replace(" -", "-").replace("l ", "l") + "z" if len(parts) > 2 else ""


def line(places: Array, to_pixels: ToPixels, projection: Projection) -> str:
    """The data of a path along places, in two parts where it leaves the world at one side and comes in at the other."""
    pixels = to_pixels(projection(places))
    jumps = np.abs(np.diff(places[:, 0])) > 180
    breaks = np.flatnonzero(jumps & isinstance(projection, EqualEarth)) + 1
    return "".join(
        "M" + "L".join(f"{number(x)} {number(y)}" for x, y in part.tolist())
        for part in np.split(pixels, breaks)
        if len(part) > 1
    )
