"""The outline of the land (Natural Earth, in land.txt), projected and cut to a picture as one path of SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ldpub.serve.pictures.projection import Array, EqualEarth, LambertAzimuthal, Projection
from ldpub.serve.pictures.svg import number

Frame = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""

ToPixels = Callable[[Array], Array]
"""From the plane of a projection to pixels."""

_PER_DEGREE = 20
_LONG = 4.0  # degrees; longer edges are curved on a map, so they get places in between
_MARGIN = 15.0  # pixels around a picture where edges that only close a cut ring run unseen
_NEAR = 1.1  # pixels; of the places in a square of this size one is drawn
_SMALL = 1.5  # pixels; islands that are smaller are left out


@cache
def rings() -> tuple[tuple[Array, ...], Array, NDArray[np.intp]]:
    """The rings of the land, in degrees; all of them in one, and where each begins in it."""
    text = (Path(__file__).parent / "land.txt").read_text(encoding="ascii")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    steps = np.array(" ".join(lines).split(), dtype=np.int64).reshape(-1, 2)
    first = np.cumsum([0, *((line.count(" ") + 1) // 2 for line in lines)])
    moved = np.cumsum(steps, axis=0)
    before = np.repeat(moved[first[:-1]] - steps[first[:-1]], np.diff(first), axis=0)
    together, starts = _with_places_between((moved - before) / _PER_DEGREE, first[:-1])
    return tuple(np.split(together, starts[1:])), together, starts


def _with_places_between(places: Array, starts: NDArray[np.intp]) -> tuple[Array, NDArray[np.intp]]:
    """Rings with places on their longer edges, all at once; `starts` say where each ring begins."""
    edges = np.abs(np.diff(places, axis=0)).max(axis=1) // _LONG + 1
    edges[starts[1:] - 1] = 1  # from the end of a ring to the next is no edge
    at = np.concatenate([[0.0], np.cumsum(edges)])
    every = np.arange(at[-1] + 1)
    return np.stack([np.interp(every, at, places[:, axis]) for axis in (0, 1)], axis=1), at[starts].astype(np.intp)


def land(projection: Projection, to_pixels: ToPixels, frame: Frame) -> str:
    """The data of a path that is the land within a frame, in tenths of a pixel, to be filled by the even-odd rule."""
    every, together, starts = rings()
    wide = (frame[0] - _MARGIN, frame[1] - _MARGIN, frame[2] + _MARGIN, frame[3] + _MARGIN)
    plane = projection(together)
    pixels = to_pixels(plane)
    low, high = np.minimum.reduceat(pixels, starts), np.maximum.reduceat(pixels, starts)
    seen = np.all((low < wide[2:]) & (high > wide[:2]), axis=1) & ((high - low).max(axis=1) >= _SMALL)
    reached = np.hypot(plane[:, 0], plane[:, 1]) < projection.REACH
    seen &= np.logical_or.reduceat(reached, starts)
    far = ~np.logical_and.reduceat(reached, starts)
    inside = np.all((low >= wide[:2]) & (high <= wide[2:]), axis=1)
    kept = _thinned(pixels, starts)
    thin, ends = pixels[kept], np.searchsorted(kept, [*starts, len(pixels)])
    tenths = np.rint(thin * 10).astype(np.int64)
    steps = np.diff(tenths, axis=0, prepend=0).ravel().tolist()
    parts = []
    for at in np.flatnonzero(seen).tolist():
        first, last = int(ends[at]), int(ends[at + 1])
        if inside[at]:
            parts.append(_path(tenths[first].tolist(), steps[2 * first + 2 : 2 * last]))
        else:
            parts.append(_around(_cut(thin[first:last], wide)))
        drawn = pixels[starts[at] : starts[at] + len(every[at])]
        if (
            isinstance(projection, LambertAzimuthal)
            and far[at]
            and _is_inside_out(every[at], projection, drawn, to_pixels)
        ):
            parts.append(_around(np.array([wide[:2], (wide[2], wide[1]), wide[2:], (wide[0], wide[3])])))
    return "".join(parts)


def _thinned(pixels: Array, starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Which places are drawn: those that are not in the same small square as the one before, and where rings begin."""
    cells = np.floor(pixels / _NEAR)
    keep = np.concatenate([[True], np.any(np.diff(cells, axis=0) != 0, axis=1)])
    keep[starts] = True
    return np.flatnonzero(keep)


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


def _cut(ring: Array, frame: Frame) -> Array:
    """A ring cut to a frame (Sutherland and Hodgman 1974); edges that close it run along the frame."""
    corners: list[tuple[float, float]] = [(x, y) for x, y in ring.tolist()]
    low, high = ring.min(axis=0), ring.max(axis=0)
    for axis in (0, 1):
        if low[axis] < frame[axis]:
            corners = _cut_side(corners, axis, frame[axis], is_low=True)
        if high[axis] > frame[axis + 2]:
            corners = _cut_side(corners, axis, frame[axis + 2], is_low=False)
    return np.array(corners).reshape(-1, 2)


def _cut_side(
    ring: Sequence[tuple[float, float]], axis: int, limit: float, *, is_low: bool
) -> list[tuple[float, float]]:
    """A ring cut at one side of the frame."""
    cut: list[tuple[float, float]] = []
    here = ring[-1] if ring else (0.0, 0.0)
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


def _around(ring: Array) -> str:
    """The subpath around a ring in pixels."""
    if not len(ring):
        return ""
    tenths = np.rint(ring * 10).astype(np.int64)
    return _path(tenths[0].tolist(), np.diff(tenths, axis=0).ravel().tolist())


def _path(start: Sequence[int], steps: Sequence[int]) -> str:
    """A closed subpath in relative steps, in tenths of a pixel; nothing for what is no area."""
    if len(steps) < 4:
        return ""
    return f"M{start[0]} {start[1]}l{' '.join(map(str, steps))}z".replace(" -", "-")


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
