"""The line chart: values over numbers, over time, or over names in their order, a line for each kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ldpub.serve.pictures import svg
from ldpub.serve.pictures.axis import Scale, number_name, ticks, year_ticks

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
class Lines(svg.View):
    """What a line chart shows; `axis` says what it is over: `number`, `time` (in years) or `name`."""

    lines: tuple[tuple[Point, ...], ...]
    kinds: tuple[str, ...] = ()
    axis: str = "number"


def line_sheet(view: Lines, width: float) -> svg.Sheet:
    """The chart, so many pixels wide."""
    points = [point for line in view.lines for point in line]
    height = round(width * (0.45 if width > 500 else 0.8))
    values = ticks(min(p.y for p in points), max(p.y for p in points), 6)
    names = [number_name(value, view.language) for value in values]
    left = min(max(map(svg.width_of, names)) + 12, width * 0.4)
    below = _below(view, points, width - left)
    ends = [place for place, _ in below] + [p.x for p in points]
    bottom = height - svg.LINE - 8.0
    plot = _Plot(Scale(min(ends), max(ends), left, width - 16), Scale(values[0], values[-1], bottom, _TOP))

    def body() -> Iterator[str]:
        yield svg.group(_level(plot, value, name) for value, name in zip(values, names, strict=True))
        yield svg.group(_foot(plot, below))
        yield from (_line(plot, line, kind, view.language) for kind, line in enumerate(view.lines))

    return svg.sheet(view, width, height, body, svg.kind_keys(view.kinds))


@dataclass(frozen=True)
class _Plot:
    """From values to pixels, in the frame that the lines are drawn in."""

    x: Scale
    y: Scale


def _below(view: Lines, points: Sequence[Point], width: float) -> Placed:
    """What stands below the lines."""
    low, high = min(p.x for p in points), max(p.x for p in points)
    most = max(2, int(width // 110))
    if view.axis == "time":
        return year_ticks(low, high, most, view.language)
    if view.axis == "number":
        return [(value, number_name(value, view.language)) for value in ticks(low, high, most)]
    names = {point.x: point.name for point in points}
    step = -(-len(names) // most)
    return [(x, svg.shortened(names[x], width / most)) for x in sorted(names)[::step]]


def _level(plot: _Plot, value: float, name: str) -> str:
    y = plot.y(value)
    grid = svg.element("path", d=f"M{svg.number(plot.x.start)} {svg.number(y)}H{svg.number(plot.x.end)}", class_="grid")
    return grid + svg.words(plot.x.start - 6, y + 4.5, svg.shortened(name, plot.x.start - 8), "quiet end")


def _foot(plot: _Plot, below: Placed) -> list[str]:
    """The names below, as far as they do not touch each other."""
    drawn = [
        svg.element(
            "path", d=f"M{svg.number(plot.x.start)} {svg.number(plot.y.start)}H{svg.number(plot.x.end)}", class_="edge"
        )
    ]
    free = 0.0
    for place, name in below:
        half = svg.width_of(name) / 2
        middle = min(max(plot.x(place), half + 2), plot.x.end + 14 - half)
        if middle - half >= free:
            drawn.append(svg.words(middle, plot.y.start + svg.LINE, name, "quiet middle"))
            free = middle + half + 8
    return drawn


def _line(plot: _Plot, line: Sequence[Point], kind: int, language: str) -> str:
    places = [(plot.x(point.x), plot.y(point.y)) for point in line]
    path = "M" + "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in places)
    edge = svg.element("path", d=path, class_=f"edge {svg.colour(kind)}") if len(places) > 1 else ""
    if len(places) > _MARKED:
        return svg.group((edge,))
    return svg.group(
        (
            edge,
            *(
                svg.group((svg.told(f"{point.name}: {number_name(point.y, language)}"), svg.mark(kind, x, y, _RADIUS)))
                for point, (x, y) in zip(line, places, strict=True)
            ),
        )
    )
