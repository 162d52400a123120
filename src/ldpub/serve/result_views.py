"""The answer to a query as a map or a chart: which columns are what, by the rules of the Wikidata Query Service.

A map has its places from the first column of points in WKT, else from columns of latitudes and longitudes, which are
known by their names (`lat`, `latitude`, `cityLon`...); a chart has its values from columns of numbers. What names
a place or a bar is the first column of something else; a column `layer`, or in a chart the second that is no number,
gives kinds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from ldpub.namespaces import XSD
from ldpub.serve.comments import BAR_CHART, LINE_CHART, MAP
from ldpub.serve.describe import Describer, Term
from ldpub.serve.language import Words
from ldpub.serve.pictures.axis import years
from ldpub.serve.pictures.bar_chart import MOST, Bar, Bars, bar_sheet
from ldpub.serve.pictures.figure import listed
from ldpub.serve.pictures.line_chart import Lines, Point, line_sheet
from ldpub.serve.pictures.located import Position, read_point
from ldpub.serve.pictures.svg import KINDS, Sheet
from ldpub.serve.pictures.world_map import Place, Places, map_sheet
from ldpub.serve.table import Row, Rows, is_number

View = Places | Bars | Lines

_LAYER = "layer"
_LATITUDE = re.compile(r"(?:^|_)lat(?:itude)?$|[a-z]Lat(?:itude)?$")
_LONGITUDE = re.compile(r"(?:^|_)(?:lon|long|lng|longitude)$|[a-z](?:Lon|Long|Lng|Longitude)$")
_HALF_TURN = 180
_NOTHING, _TOO_MUCH = 1e-100, 1e100
"""What is less is drawn as nothing, what is more not at all."""

_TIME = re.compile(r"(-?\d{4,})(?:-(\d\d)(?:-(\d\d)(?:T.*)?)?)?(?:Z|[+-]\d\d:\d\d)?")
_TIMES = frozenset(XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth", "dateTimeStamp"))


@dataclass(frozen=True)
class Drawing:
    """What there is to draw, and how many rows of the answer are not in it."""

    view: View
    left_out: int


def drawable(rows: Rows) -> tuple[str, ...]:
    """The pictures that can be drawn of an answer."""
    found = []
    if _points(rows) is not None or _coordinates(rows) is not None:
        found.append(MAP)
    if _numbers(rows):
        found += [BAR_CHART, LINE_CHART]
    return tuple(found)


def read_drawing(rows: Rows, view: str, describer: Describer, words: Words) -> Drawing | None:
    """The picture of an answer; None where it has no column for it."""
    if view not in drawable(rows):
        return None
    describer.learn(term for row in rows.terms for term in row)
    readers: dict[str, Callable[[], Drawing | None]] = {
        MAP: lambda: _map(rows, describer, words),
        BAR_CHART: lambda: _bars(rows, describer, words),
        LINE_CHART: lambda: _lines(rows, describer, words),
    }
    return readers[view]()


def view_sheet(view: View, width: float) -> Sheet:
    """The picture, so many pixels wide, still to be drawn."""
    if isinstance(view, Places):
        return map_sheet(view, width)
    return bar_sheet(view, width) if isinstance(view, Bars) else line_sheet(view, width)


def _points(rows: Rows) -> int | None:
    """The first column in which a point stands."""
    columns = range(len(rows.columns))
    return next((at for at in columns if any(_point(row[at]) for row in rows.terms)), None)


def _coordinates(rows: Rows) -> tuple[int, int] | None:
    """The columns of longitudes and latitudes: numbers in columns with such names."""
    numbers = _numbers(rows)
    named = [next((at for at in numbers if form.search(rows.columns[at])), None) for form in (_LONGITUDE, _LATITUDE)]
    longitude, latitude = named
    return None if longitude is None or latitude is None else (longitude, latitude)


def _position(row: Row, point: int | None, coordinates: tuple[int, int] | None) -> Position | None:
    """Where a row is, by its point or else by its coordinates."""
    if point is not None:
        return _point(row[point])
    longitude, latitude = (_value(row[at]) for at in coordinates or ())
    if longitude is None or latitude is None or abs(longitude) > _HALF_TURN or abs(latitude) > _HALF_TURN / 2:
        return None
    return longitude, latitude


def _point(term: Term | None) -> Position | None:
    return read_point(term.value) if isinstance(term, Literal) and "oint" in term.value.lower()[:200] else None


def _numbers(rows: Rows) -> list[int]:
    """The columns in which nothing but numbers stand."""
    found = []
    for at in range(len(rows.columns)):
        bound = [row[at] for row in rows.terms if row[at] is not None]
        if bound and all(map(is_number, bound)) and any(_value(term) is not None for term in bound):
            found.append(at)
    return found


def _value(term: Term | None) -> float | None:
    """The value of a number; None for what no picture can show, such as INF and NaN."""
    if not isinstance(term, Literal) or not is_number(term):
        return None
    try:
        value = float(term.value)
    except (ValueError, OverflowError):
        return None
    if abs(value) < _NOTHING:
        return 0.0
    return value if abs(value) < _TOO_MUCH else None


def _place_in_time(term: Term | None) -> float | None:
    """Where a date or a year is, in years."""
    if not isinstance(term, Literal) or term.datatype.value not in _TIMES:
        return None
    match = _TIME.fullmatch(term.value)
    if match is None:
        return None
    try:
        return years(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None


def _map(rows: Rows, describer: Describer, words: Words) -> Drawing:
    at, coordinates = _points(rows), _coordinates(rows)
    layer = rows.columns.index(_LAYER) if _LAYER in rows.columns else None
    names = _others(rows, {at, layer} if at is not None else {layer, *(coordinates or ())})
    found: dict[tuple[str, Position, str], None] = {}
    left_out = 0
    for row in rows.terms:
        position = _position(row, at, coordinates)
        if position is None:
            left_out += 1
            continue
        found[_name(row, names, describer), position, _text(row, layer, describer)] = None
    kinds = list(dict.fromkeys(kind for _, _, kind in found if kind))
    places = tuple(
        Place(name, *position, kind=kinds.index(kind) if kind else -1 if kinds else 0) for name, position, kind in found
    )
    told = listed([place.name for place in places], 30)
    view = Places(words["map_of_answers"], told, words.tag, places, tuple(kinds), unnamed=words["map_unnamed"])
    return Drawing(view, left_out)


def _bars(rows: Rows, describer: Describer, words: Words) -> Drawing:
    """A bar for each number of a row; rows that share a name stand together, in the order in which each came first."""
    numbers = _numbers(rows)
    names = _others(rows, set(numbers))
    if not names and len(numbers) > 1:
        names, numbers = numbers[:1], numbers[1:]
    kind_of = names[1] if len(names) > 1 and len(numbers) == 1 else None
    by_name: dict[str, list[tuple[str, float]]] = {}
    for row in rows.terms:
        name = _text(row, names[0], describer) if names else ""
        for at in numbers:
            value = _value(row[at])
            if value is not None:
                kind = rows.columns[at] if len(numbers) > 1 else _text(row, kind_of, describer)
                by_name.setdefault(name, []).append((kind, value))
    pairs = [(name, kind, value) for name, found in by_name.items() for kind, value in found]
    kinds = list(dict.fromkeys(kind for _, kind, _ in pairs if kind))
    shown = pairs[:MOST]
    bars = tuple(Bar(name, value, kinds.index(kind) if kind else 0) for name, kind, value in shown)
    used = tuple(kind for number, kind in enumerate(kinds) if any(bar.kind == number for bar in bars))
    told = listed([f"{bar.name} {bar.value:g}".strip() for bar in bars], 30)
    return Drawing(Bars(words["chart_of_answers"], told, words.tag, bars, used), len(pairs) - len(shown))


def _lines(rows: Rows, describer: Describer, words: Words) -> Drawing | None:
    """Lines over the first column that is time, else over the first of two of numbers, else over names."""
    numbers = _numbers(rows)
    axis, over = _axis(rows, numbers)
    values = [at for at in numbers if at != over]
    others = [at for at in _others(rows, set(numbers)) if at != over]
    found: dict[str, list[Point]] = {}
    order: dict[str, float] = {}
    left_out = 0
    for number, row in enumerate(rows.terms):
        name = _text(row, over, describer) if over is not None else str(number + 1)
        x = _place(row, over, axis, order, name)
        for at in values:
            y = _value(row[at])
            kind = rows.columns[at] if len(values) > 1 else _text(row, others[0] if others else None, describer)
            if x is None or y is None or (kind not in found and len(found) == KINDS):
                left_out += 1
                continue
            found.setdefault(kind, []).append(Point(name, x, y))
    lines = tuple(tuple(sorted(points, key=lambda point: point.x)) for points in found.values())
    told = listed([f"{point.name} {point.y:g}".strip() for line in lines for point in line], 30)
    kinds = tuple(found) if len(found) > 1 else ()
    if not lines:
        return None
    return Drawing(Lines(words["chart_of_answers"], told, words.tag, lines, kinds, axis), left_out)


def _axis(rows: Rows, numbers: Sequence[int]) -> tuple[str, int | None]:
    """What lines are over, and the column where that stands."""
    for at in range(len(rows.columns)):
        bound = [row[at] for row in rows.terms if row[at] is not None]
        if bound and all(_place_in_time(term) is not None for term in bound):
            return "time", at
    if len(numbers) > 1:
        return "number", numbers[0]
    names = _others(rows, set(numbers))
    return "name", names[0] if names else None


def _place(row: Row, over: int | None, axis: str, order: dict[str, float], name: str) -> float | None:
    """Where a row stands on the axis; names stand in the order in which each came first."""
    if axis == "time" and over is not None:
        return _place_in_time(row[over])
    if axis == "number" and over is not None:
        return _value(row[over])
    return order.setdefault(name, float(len(order)))


def _others(rows: Rows, without: set[int | None] | set[int]) -> list[int]:
    return [at for at in range(len(rows.columns)) if at not in without]


def _name(row: Row, columns: Sequence[int], describer: Describer) -> str:
    """What names a row: the first of some columns that is bound."""
    return next((_text(row, at, describer) for at in columns if row[at] is not None), "")


def _text(row: Row, at: int | None, describer: Describer) -> str:
    term = row[at] if at is not None else None
    return describer.name(term) if term is not None else ""
