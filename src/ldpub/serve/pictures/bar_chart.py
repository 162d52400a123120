"""The bar chart: lying bars, so that there is room for names; the value of each stands at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ldpub.serve.pictures import svg
from ldpub.serve.pictures.axis import Scale, number_name, ticks

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
class Bars(svg.View):
    """What a bar chart shows; bars with the same name one after the other stand together."""

    bars: tuple[Bar, ...]
    kinds: tuple[str, ...] = ()


def bar_sheet(view: Bars, width: float) -> svg.Sheet:
    """The chart, so many pixels wide."""
    values = [number_name(bar.value, view.language) for bar in view.bars]
    names = min(max(svg.width_of(bar.name) for bar in view.bars) + 8, width * _NAMES)
    room = max(map(svg.width_of, values)) + 8
    low, high = min(0.0, *(bar.value for bar in view.bars)), max(0.0, *(bar.value for bar in view.bars))
    marks = ticks(low, high, 5 if width > 500 else 3)
    left = names + (room if low < 0 else 0)
    scale = Scale(marks[0], marks[-1], left, max(width - room, left + 20))
    places = _places(view.bars)
    end = places[-1] + _THICK + _GAP

    def body() -> Iterator[str]:
        yield _grid(marks, scale, end, view.language)
        yield svg.group(
            _bar(bar, value, y, scale, names, is_first=place == 0 or y - places[place - 1] > _THICK + 1)
            for place, (bar, value, y) in enumerate(zip(view.bars, values, places, strict=True))
        )
        yield _line(scale(0), 4, end, "edge")

    return svg.sheet(view, width, end + svg.LINE + 4, body, svg.kind_keys(view.kinds))


def _places(bars: Sequence[Bar]) -> list[float]:
    """The upper edge of each bar."""
    places: list[float] = []
    y = _GAP
    for place, bar in enumerate(bars):
        if place:
            y += _THICK + (1 if bar.name == bars[place - 1].name else _GAP)
        places.append(y)
    return places


def _bar(bar: Bar, value: str, y: float, scale: Scale, names: float, *, is_first: bool) -> str:
    zero, end = scale(0), scale(bar.value)
    base = y + _THICK - 3.5
    rect = svg.element(
        "rect", x=min(zero, end), y=y, width=abs(end - zero), height=_THICK, class_=f"mark {svg.colour(bar.kind)}"
    )
    name = svg.words(names - 8, base, svg.shortened(bar.name, names - 8), "end") if is_first else ""
    beside = svg.words(end + 5, base, value) if bar.value >= 0 else svg.words(end - 5, base, value, "end")
    return svg.group((svg.told(f"{bar.name}: {value}"), rect, name, beside))


def _grid(marks: Sequence[float], scale: Scale, end: float, language: str) -> str:
    """The lines of round values, and what they are called, as far as there is room."""
    texts = []
    free = 0.0
    for value in marks:
        text = number_name(value, language)
        half = svg.width_of(text) / 2
        if scale(value) - half >= free and scale(value) + half <= scale.end + 30:
            texts.append(svg.words(scale(value), end + svg.LINE - 4, text, "quiet middle"))
            free = scale(value) + half + 8
    return svg.group((*(_line(scale(value), 4, end, "grid") for value in marks), *texts))


def _line(x: float, top: float, bottom: float, classes: str) -> str:
    return svg.element("path", d=f"M{svg.number(x)} {svg.number(top)}V{svg.number(bottom)}", class_=classes)
