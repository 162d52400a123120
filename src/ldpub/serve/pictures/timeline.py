"""The timeline: when things were, and what is not known of it: possible times pale, open ends as arrows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import ceil, floor, log10

from ldpub.serve.dates import UNKNOWN, Bounds, Day, years
from ldpub.serve.pictures import svg
from ldpub.serve.pictures.axis import Scale, month_name

_BAR = 10.0
_SURE = 1.01  # years; a time that is known better than this is a point
_POINT = 9.0  # pixels; what is longer on the axis is no point there
_SIGN = 24.0
_TOP = 30.0

_Sign = tuple[str, Callable[[], str]]

Ends = tuple[float, float]
"""First and last of a time, in years."""


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
    """One thing on a timeline: its name, when it was, the same in words, and its kind by number (-1: what the
    timeline is about)."""

    name: str
    span: Span
    told: str
    kind: int = 0


@dataclass(frozen=True)
class Chronicle(svg.View):
    """What a timeline shows, in the order in which it is shown. `until` is the day up to which open ends are drawn."""

    entries: tuple[Entry, ...]
    until: Day
    kinds: tuple[str, ...] = ()
    signs: Mapping[str, str] = field(default_factory=dict)
    """What the signs mean, in words, by the names `point`, `maybe`, `sure`, `open` and `attested`."""

    note: str = ""
    """What is not in the picture, in words."""


def timeline_sheet(view: Chronicle, width: float) -> svg.Sheet:
    """The timeline, so many pixels wide: names at the left, or above the bars where it is narrow."""
    is_wide = width > 600
    longest = max((svg.width_of(entry.name) for entry in view.entries), default=0)
    room = min(longest + 10, width * 0.48) if is_wide else 0
    axis = _axis(view, 12 + room + (12 if is_wide else 0), width - 26)
    row = svg.LINE + 6.0 if is_wide else 2 * svg.LINE + 6.0
    bottom = _TOP + row * len(view.entries)
    drawn = [
        _parts(entry, axis, _TOP + row * (place + 1) - 11, years(view.until))
        for place, entry in enumerate(view.entries)
    ]

    def body() -> Iterator[str]:
        yield _grid(axis, _TOP, bottom, width, view.language)
        for place, (entry, parts) in enumerate(zip(view.entries, drawn, strict=True)):
            name = _name(entry, _TOP + row * (place + 1) - 11, room, width)
            yield svg.group((svg.told(f"{entry.name}: {entry.told}"), name, *(draw() for _, draw in parts)))

    used = {sign for parts in drawn for sign, _ in parts}
    return svg.sheet(view, width, bottom + 6, body, _keys(view, used), note=view.note)


def _keys(view: Chronicle, used: set[str]) -> list[svg.Key]:
    """What the marks mean that there are: the kinds by their marks, and each sign; in one colour, if all have one."""
    found = {entry.kind for entry in view.entries}
    kind = found.pop() if len(found) == 1 else -1
    drawings: dict[str, tuple[Callable[[float, float], str], float]] = {
        "point": (partial(_point_sign, kind), 10),
        "maybe": (lambda x, y: _bar(x, x + _SIGN, y, kind, "unsure"), _SIGN),
        "sure": (lambda x, y: _bar(x, x + _SIGN, y, kind, "later"), _SIGN),
        "open": (lambda x, y: _open(x, x + _SIGN, y, kind), _SIGN),
        "attested": (lambda x, y: _attested(x + 3, x + 3, y, kind), 6),
    }
    shown = [sign for sign in drawings if sign in used and sign in view.signs and not (sign == "point" and view.kinds)]
    return [*svg.kind_keys(view.kinds), *(svg.Key(view.signs[sign], *drawings[sign]) for sign in shown)]


def _point_sign(kind: int, x: float, y: float) -> str:
    return svg.mark(kind, x + 5, y, 4.5)


def _axis(view: Chronicle, left: float, right: float) -> Scale:
    """Where years are."""
    named = [years(day) for entry in view.entries for day in entry.span.days] or [years(view.until)]
    open_ended = any(entry.span.start and not entry.span.end for entry in view.entries)
    first, last = min(named), max([*named, years(view.until)] if open_ended else named)
    slack = max((last - first) * 0.03, 0.15)
    return Scale(first - slack, last + slack, left, right)


def _ticks(axis: Scale, language: str) -> list[tuple[float, str]]:
    """Round years, or months where the whole is short: place in years, and label."""
    span, length = axis.high - axis.low, axis.end - axis.start
    if span < 1.5:
        most = max(2.0, length / 84)
        step = next((m / 12 for m in (1, 2, 3, 6) if span * 12 / m <= most), 0.5)
        ticks = [n * step for n in range(ceil(axis.low / step), floor(axis.high / step) + 1)]
        return [(tick, month_name(floor(tick + 1e-6), round(tick % 1 * 12) % 12 + 1, language)) for tick in ticks]
    raw = span / max(2.0, length / 64)
    power = 10 ** floor(log10(raw))
    step = max(1, next(power * n for n in (1, 2, 5, 10) if power * n >= raw))
    return [(n * step, str(round(n * step))) for n in range(ceil(axis.low / step), floor(axis.high / step) + 1)]


def _grid(axis: Scale, top: float, bottom: float, width: float, language: str) -> str:
    ticks = _ticks(axis, language)
    lines = "".join(f"M{svg.number(axis(year))} {svg.number(top - 6)}V{svg.number(bottom)}" for year, _ in ticks)
    names = [
        svg.words(min(axis(year), width - svg.width_of(label) / 2 - 4), top - 12, label, "quiet middle")
        for year, label in ticks
    ]
    return svg.element("path", d=lines or "M0 0", class_="grid") + svg.group(names)


def _name(entry: Entry, y: float, room: float, width: float) -> str:
    """The name of a row, whose bar has its middle at `y`; that of what the timeline is about is bold."""
    strong = "strong" if entry.kind < 0 else ""
    if room:
        return svg.words(12 + room, y + 4.5, svg.shortened(entry.name, room), f"end {strong}".rstrip())
    return svg.words(12, y - 12, svg.shortened(entry.name, width - 24), strong)


def _parts(entry: Entry, axis: Scale, y: float, until: float) -> list[_Sign]:
    """What is drawn of a thing: the name of each sign, and the sign, still to be drawn."""
    span, kind = entry.span, entry.kind
    parts = [*_certain(span, axis, y, until, kind)]
    parts += [_possible(_ends(one), axis, y, kind) for one in (span.start, span.end, span.date) if one]
    for one in span.attested:
        first, last = map(axis, _ends(one))
        parts.append(("attested", partial(_attested, first, last, y, kind)))
    return parts


def _possible(ends: Ends, axis: Scale, y: float, kind: int) -> _Sign:
    """A time somewhere in which a date lies: a point where that is short, else a pale bar and no point in it."""
    left, right = map(axis, ends)
    if ends[1] - ends[0] < _SURE and right - left <= _POINT:
        return "point", partial(svg.mark, kind, (left + right) / 2, y, 4.5)
    return "maybe", partial(_bar, left, right, y, kind, "unsure")


def _certain(span: Span, axis: Scale, y: float, until: float, kind: int) -> Iterator[_Sign]:
    """The time from the last possible start to the first possible end, or on from the one, or up to the other."""
    first = _ends(span.start)[1] if span.start else None
    last = _ends(span.end)[0] if span.end else None
    if first is not None and last is not None:
        yield "sure", partial(_bar, axis(first), axis(max(last, first)), y, kind, "later")
    elif first is not None:
        yield "open", partial(_open, axis(first), axis(max(until, first)) + 12, y, kind)
    elif last is not None:
        yield "open", partial(_open, axis(last), axis(axis.low), y, kind)


def _attested(left: float, right: float, y: float, kind: int) -> str:
    """A stroke at a time, or where that is long one at either end."""
    if right - left <= _POINT:
        left = right = (left + right) / 2
    upright = f"V{svg.number(y + 7)}"
    path = f"M{svg.number(left)} {svg.number(y - 7)}{upright}"
    if right > left:
        path += (
            f"M{svg.number(left)} {svg.number(y)}H{svg.number(right)}M{svg.number(right)} {svg.number(y - 7)}{upright}"
        )
    return svg.element("path", d=path, class_=f"edge {svg.colour(kind)}".rstrip())


def _bar(left: float, right: float, y: float, kind: int, style: str) -> str:
    wide = max(right - left, 1.5)
    classes = f"mark {style} {svg.colour(kind)}".rstrip()
    return svg.element("rect", x=left, y=y - _BAR / 2, width=wide, height=_BAR, rx=2, class_=classes)


def _open(start: float, end: float, y: float, kind: int) -> str:
    """A bar without an end: it narrows to an arrow, to the right or to the left."""
    step = 10 if end > start else -10
    path = (
        f"M{svg.number(start)} {svg.number(y - 2.5)}H{svg.number(end - step)}V{svg.number(y - 5)}"
        f"L{svg.number(end)} {svg.number(y)}"
        f"L{svg.number(end - step)} {svg.number(y + 5)}V{svg.number(y + 2.5)}H{svg.number(start)}z"
    )
    return svg.element("path", d=path, class_=f"mark later {svg.colour(kind)}".rstrip())


def _ends(bounds: Bounds) -> Ends:
    """First and last of a time in years; what is open is the same as the other."""
    days: Sequence[Day] = [day for day in (bounds.first, bounds.last) if day]
    return years(days[0]), years(days[-1]) + (1 / 366 if bounds.last else 0)
