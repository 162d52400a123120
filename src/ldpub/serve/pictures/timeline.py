"""The timeline: when things were, and what is not known of it: possible times pale, open ends as arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from ldpub.serve.dates import UNKNOWN, Bounds, Day, years
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

_BAR = 10.0
_SURE = 1.01  # years; a time that is known better than this has a mark


@dataclass(frozen=True)
class Span:
    """When something was: on a date, or from a start to an end; and when it is attested. Each may be unknown."""

    date: Bounds = UNKNOWN
    start: Bounds = UNKNOWN
    end: Bounds = UNKNOWN
    attested: tuple[Bounds, ...] = ()

    @property
    def days(self) -> list[Day]:
        """All days that are named."""
        bounds = (self.date, self.start, self.end, *self.attested)
        return [day for one in bounds for day in (one.first, one.last) if day]

    def __bool__(self) -> bool:
        return bool(self.days)


@dataclass(frozen=True)
class Entry:
    """One thing on a timeline: its name, when it was, the same in words, and its kind by number."""

    name: str
    span: Span
    told: str
    kind: int = 0


@dataclass(frozen=True)
class Chronicle:
    """What a timeline shows, in the order in which it is shown. `until` is the day up to which open ends are drawn."""

    title: str
    description: str
    language: str
    entries: tuple[Entry, ...]
    until: Day
    kinds: tuple[str, ...] = ()
    maybe: str = ""
    open: str = ""
    """What a pale bar and what an arrow mean, in words."""


@dataclass(frozen=True)
class _Axis:
    """Where years are: from `left` to `right` in pixels."""

    first: float
    last: float
    left: float
    right: float

    def x(self, year: float) -> float:
        return self.left + (year - self.first) / (self.last - self.first) * (self.right - self.left)


def draw_timeline(view: Chronicle, width: float) -> str:
    """The timeline as SVG, so many pixels wide: names at the left, or above the bars where it is narrow."""
    is_wide = width > 600
    room = min(max((width_of(entry.name) for entry in view.entries), default=0) + 8, width * 0.42) if is_wide else 0
    axis = _axis(view, 12 + room + (12 if is_wide else 0), width - 26)
    row = LINE + 6.0 if is_wide else 2 * LINE + 6.0
    top = 30.0
    bottom = top + row * len(view.entries)
    rows = [
        _entry(entry, axis, top + row * (place + 1) - 11, until=years(view.until), room=room, width=width)
        for place, entry in enumerate(view.entries)
    ]
    lower, end = legend(view.kinds, bottom + 2, width)
    key, end = _key(view, end if lower else bottom + 2)
    body = (_grid(axis, top, bottom), *rows, lower, key)
    return document(width, max(end, bottom + 8), view, body)


def _key(view: Chronicle, top: float) -> tuple[str, float]:
    """What pale bars and arrows mean, where there are any, and the height at which this ends."""
    spans = [entry.span for entry in view.entries]
    bounds = [one for span in spans for one in (span.date, span.start, span.end) if one]
    y = top + (LINE if bounds else 0)
    parts = []
    x = 12.0
    if any(last - first >= _SURE for first, last in map(_ends, bounds)):
        parts += [_bar(x, x + 24, y - 4.5, 0, "unsure"), words(x + 32, y, view.maybe)]
        x += 32 + width_of(view.maybe) + 20
    if any(bool(span.start) != bool(span.end) for span in spans):
        parts += [_open(x, x + 24, y - 4.5, 0), words(x + 32, y, view.open)]
    return group(parts), y + 10 if parts else top


def _axis(view: Chronicle, left: float, right: float) -> _Axis:
    named = [years(day) for entry in view.entries for day in entry.span.days] or [years(view.until)]
    open_ended = any(entry.span.start and not entry.span.end for entry in view.entries)
    first, last = min(named), max([*named, years(view.until)] if open_ended else named)
    slack = max((last - first) * 0.03, 0.15)
    return _Axis(first - slack, last + slack, left, right)


def _ticks(axis: _Axis) -> list[tuple[float, str]]:
    """Round years, or months where the whole is short: place in years, and label."""
    span = axis.last - axis.first
    most = max(2.0, (axis.right - axis.left) / 64)
    if span < 1.5:
        steps = [m / 12 for m in (1, 2, 3, 6) if span * 12 / m <= most] or [0.5]
        ticks = [n * steps[0] for n in range(ceil(axis.first / steps[0]), floor(axis.last / steps[0]) + 1)]
        return [(tick, f"{floor(tick + 1e-6)}-{round(tick % 1 * 12) % 12 + 1:02d}") for tick in ticks]
    raw = span / most
    power = 10 ** floor(log10(raw))
    step = max(1, next(power * n for n in (1, 2, 5, 10) if power * n >= raw))
    return [(n * step, str(round(n * step))) for n in range(ceil(axis.first / step), floor(axis.last / step) + 1)]


def _grid(axis: _Axis, top: float, bottom: float) -> str:
    ticks = _ticks(axis)
    lines = "".join(f"M{number(axis.x(year))} {number(top - 6)}V{number(bottom)}" for year, _ in ticks)
    names = [words(axis.x(year), top - 12, label, "quiet middle") for year, label in ticks]
    return element("path", d=lines or "M0 0", class_="grid") + group(names)


def _entry(entry: Entry, axis: _Axis, y: float, *, until: float, room: float, width: float) -> str:
    """The row of one thing; `y` is the middle of its bar."""
    if room:
        name = words(12 + room, y + 4.5, shortened(entry.name, room), "end")
    else:
        name = words(12, y - 12, shortened(entry.name, width - 24))
    drawn = _parts(entry, axis, y, until)
    return group((told(f"{entry.name}: {entry.told}"), name, *drawn))


def _parts(entry: Entry, axis: _Axis, y: float, until: float) -> list[str]:
    span, kind = entry.span, entry.kind
    parts = []
    if span.start or span.end:
        parts += _duration(span, axis, y, until, kind)
    if span.date:
        first, last = _ends(span.date)
        parts.append(_bar(axis.x(first), axis.x(last), y, kind, "unsure"))
        if last - first < _SURE:
            parts.append(_point(axis, first, last, y, kind))
    for attested in span.attested:
        first, last = _ends(attested)
        at = axis.x((first + last) / 2)
        tick = f"M{number(at)} {number(y - 7)}V{number(y + 7)}"
        parts.append(element("path", d=tick, class_=f"edge {colour(kind)}"))
    return parts


def _point(axis: _Axis, first: float, last: float, y: float, kind: int) -> str:
    return mark(kind, axis.x((first + last) / 2), y, 4.5)


def _duration(span: Span, axis: _Axis, y: float, until: float, kind: int) -> list[str]:
    """From its possible starts over what is certain to its possible ends."""
    starts = _ends(span.start) if span.start else None
    ends = _ends(span.end) if span.end else None
    certain_from = starts[1] if starts else None
    certain_to = ends[0] if ends else None
    parts = []
    if starts:
        parts.append(_bar(axis.x(starts[0]), axis.x(starts[1]), y, kind, "unsure"))
        if starts[1] - starts[0] < _SURE:
            parts.append(_point(axis, *starts, y, kind))
    if ends:
        parts.append(_bar(axis.x(ends[0]), axis.x(ends[1]), y, kind, "unsure"))
    if certain_from is not None and certain_to is not None:
        parts.insert(0, _bar(axis.x(certain_from), axis.x(max(certain_to, certain_from)), y, kind, "later"))
    elif certain_from is not None:
        parts.insert(0, _open(axis.x(certain_from), axis.x(max(until, certain_from)) + 12, y, kind))
    elif certain_to is not None:
        parts.insert(0, _open(axis.x(certain_to), axis.x(axis.first), y, kind))
    return parts


def _bar(left: float, right: float, y: float, kind: int, style: str) -> str:
    wide = max(right - left, 1.5)
    classes = f"mark {style} {colour(kind)}"
    return element("rect", x=left, y=y - _BAR / 2, width=wide, height=_BAR, rx=2, class_=classes)


def _open(start: float, end: float, y: float, kind: int) -> str:
    """A bar without an end: it narrows to an arrow, to the right or to the left."""
    step = 10 if end > start else -10
    path = (
        f"M{number(start)} {number(y - 2.5)}H{number(end - step)}V{number(y - 5)}L{number(end)} {number(y)}"
        f"L{number(end - step)} {number(y + 5)}V{number(y + 2.5)}H{number(start)}z"
    )
    return element("path", d=path, class_=f"mark later {colour(kind)}")


def _ends(bounds: Bounds) -> tuple[float, float]:
    """First and last of a time in years; what is open is the same as the other."""
    days: Sequence[Day] = [day for day in (bounds.first, bounds.last) if day]
    return years(days[0]), years(days[-1]) + (1 / 366 if bounds.last else 0)
