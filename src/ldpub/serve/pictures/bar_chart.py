"""The bar chart: lying bars, so that there is room for names; the value of each stands at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ldpub.serve.pictures.axis import number_name, ticks
from ldpub.serve.pictures.svg import (
    LINE,
    colour,
    document,
    element,
    group,
    legend,
    number,
    shortened,
    told,
    width_of,
    words,
)

MOST = 40
"""Bars that are drawn; a longer chart is a table."""

_THICK = 16.0
_GAP = 8.0
_NAMES = 0.4
"""The share of the width that names may take."""


@dataclass(frozen=True)
class Bar:
    """One bar: the name beside it, its length, and its kind by number."""

    name: str
    value: float
    kind: int = 0


@dataclass(frozen=True)
class Bars:
    """What a bar chart shows; bars with the same name one after the other stand together."""

    title: str
    description: str
    language: str
    bars: tuple[Bar, ...]
    kinds: tuple[str, ...] = ()


def draw_bars(view: Bars, width: float) -> str:
    """The chart as SVG, so many pixels wide."""
    values = [number_name(bar.value, view.language) for bar in view.bars]
    names = min(max(width_of(bar.name) for bar in view.bars) + 8, width * _NAMES)
    room = max(map(width_of, values)) + 8
    low, high = min(0.0, *(bar.value for bar in view.bars)), max(0.0, *(bar.value for bar in view.bars))
    marks = ticks(low, high, 5 if width > 500 else 3)
    left = names + (room if low < 0 else 0)
    scale = _Scale(marks[0], marks[-1], left, max(width - room, left + 20))
    places = _places(view.bars)
    end = places[-1] + _THICK + _GAP
    lower, height = legend(view.kinds, end + LINE, width)
    bars = (
        _bar(bar, value, y, scale, names, is_first=place == 0 or y - places[place - 1] > _THICK + 1)
        for place, (bar, value, y) in enumerate(zip(view.bars, values, places, strict=True))
    )
    body = (_grid(marks, scale, end, view.language), group(bars), _line(scale(0), 4, end, "edge"), lower)
    return document(width, max(height, end + LINE + 8), view, body)


@dataclass(frozen=True)
class _Scale:
    """From values to pixels."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def _places(bars: Sequence[Bar]) -> list[float]:
    """The upper edge of each bar."""
    places: list[float] = []
    y = _GAP
    for place, bar in enumerate(bars):
        if place:
            y += _THICK + (1 if bar.name == bars[place - 1].name else _GAP)
        places.append(y)
    return places


def _bar(bar: Bar, value: str, y: float, scale: _Scale, names: float, *, is_first: bool) -> str:
    zero, end = scale(0), scale(bar.value)
    base = y + _THICK - 3.5
    rect = element(
        "rect", x=min(zero, end), y=y, width=abs(end - zero), height=_THICK, class_=f"mark {colour(bar.kind)}"
    )
    name = words(names - 8, base, shortened(bar.name, names - 8), "end") if is_first else ""
    beside = words(end + 5, base, value) if bar.value >= 0 else words(end - 5, base, value, "end")
    return group((told(f"{bar.name}: {value}"), rect, name, beside))


def _grid(marks: Sequence[float], scale: _Scale, end: float, language: str) -> str:
    """The lines of round values, and what they are called, as far as there is room."""
    texts = []
    free = 0.0
    for value in marks:
        text = number_name(value, language)
        half = width_of(text) / 2
        if scale(value) - half >= free and scale(value) + half <= scale.right + 30:
            texts.append(words(scale(value), end + LINE - 4, text, "quiet middle"))
            free = scale(value) + half + 8
    return group((*(_line(scale(value), 4, end, "grid") for value in marks), *texts))


def _line(x: float, top: float, bottom: float, classes: str) -> str:
    return element("path", d=f"M{number(x)} {number(top)}V{number(bottom)}", class_=classes)
