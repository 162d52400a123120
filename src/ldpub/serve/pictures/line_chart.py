"""The line chart: values over numbers, over time, or over names in their order, a line for each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ldpub.serve.pictures.axis import number_name, ticks, year_ticks
from ldpub.serve.pictures.svg import (
    LINE,
    colour,
    document,
    element,
    group,
    legend,
    mark,
    number,
    shortened,
    told,
    width_of,
    words,
)

_TOP = 14.0
_RADIUS = 3.5
_MARKED = 60
"""Points of a line that are marked; where there are more the line alone is to be seen."""

Placed = list[tuple[float, str]]
"""Where something stands on an axis, and what it is called."""


@dataclass(frozen=True)
class Point:
    """One point: the name of what it is over, where that is, and its value."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Lines:
    """What a line chart shows; `axis` says what it is over: `number`, `time` (in years) or `name`."""

    title: str
    description: str
    language: str
    lines: tuple[tuple[Point, ...], ...]
    kinds: tuple[str, ...] = ()
    axis: str = "number"


def draw_lines(view: Lines, width: float) -> str:
    """The chart as SVG, so many pixels wide."""
    points = [point for line in view.lines for point in line]
    height = round(width * (0.45 if width > 500 else 0.8))
    values = ticks(min(p.y for p in points), max(p.y for p in points), 6)
    names = [number_name(value, view.language) for value in values]
    left = min(max(map(width_of, names)) + 12, width * 0.4)
    below = _below(view, points, width - left)
    ends = [place for place, _ in below] + [p.x for p in points]
    plot = _Plot(min(ends), max(ends), values[0], values[-1], left, width - 16, height - LINE - 8)
    lower, end = legend(view.kinds, height - 4, width)
    body = (
        group(_level(plot, value, name) for value, name in zip(values, names, strict=True)),
        group(_foot(plot, below)),
        *(_line(plot, line, kind, view.language) for kind, line in enumerate(view.lines)),
        lower,
    )
    return document(width, max(height, end), view, body)


@dataclass(frozen=True)
class _Plot:
    """From values to pixels, in the frame that the lines are drawn in."""

    first: float
    last: float
    low: float
    high: float
    left: float
    right: float
    bottom: float

    def x(self, value: float) -> float:
        share = (value - self.first) / (self.last - self.first) if self.last > self.first else 0.5
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - _TOP)


def _below(view: Lines, points: Sequence[Point], width: float) -> Placed:
    """What stands below the lines."""
    low, high = min(p.x for p in points), max(p.x for p in points)
    most = max(2, int(width // 110))
    if view.axis == "time":
        return year_ticks(low, high, most)
    if view.axis == "number":
        return [(value, number_name(value, view.language)) for value in ticks(low, high, most)]
    names = {point.x: point.name for point in points}
    step = -(-len(names) // most)
    return [(x, shortened(names[x], width / most)) for x in sorted(names)[::step]]


def _level(plot: _Plot, value: float, name: str) -> str:
    y = plot.y(value)
    grid = element("path", d=f"M{number(plot.left)} {number(y)}H{number(plot.right)}", class_="grid")
    return grid + words(plot.left - 6, y + 4.5, shortened(name, plot.left - 8), "quiet end")


def _foot(plot: _Plot, below: Placed) -> list[str]:
    """The names below, as far as they do not touch each other."""
    drawn = [element("path", d=f"M{number(plot.left)} {number(plot.bottom)}H{number(plot.right)}", class_="edge")]
    free = 0.0
    for place, name in below:
        half = width_of(name) / 2
        middle = min(max(plot.x(place), half + 2), plot.right + 14 - half)
        if middle - half >= free:
            drawn.append(words(middle, plot.bottom + LINE, name, "quiet middle"))
            free = middle + half + 8
    return drawn


def _line(plot: _Plot, line: Sequence[Point], kind: int, language: str) -> str:
    places = [(plot.x(point.x), plot.y(point.y)) for point in line]
    path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in places)
    edge = element("path", d=path, class_=f"edge {colour(kind)}") if len(places) > 1 else ""
    if len(places) > _MARKED:
        return group((edge,))
    return group(
        (
            edge,
            *(
                group((told(f"{point.name}: {number_name(point.y, language)}"), mark(kind, x, y, _RADIUS)))
                for point, (x, y) in zip(line, places, strict=True)
            ),
        )
    )
