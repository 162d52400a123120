"""The class diagram: the classes of an ontology as a tree, with the number of their instances and what links them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ldpub.serve.pictures.svg import LINE, Key, Sheet, View, element, group, number, sheet, shortened, told, words

_INDENT = 22.0
_PAD = 7.0
_GAP = 9.0
_SMALL_LINE = 16.0


@dataclass(frozen=True)
class ClassBox:
    """A class: its name, how many instances it has, the class above it by number, those that are also above it by name,
    and the properties that lead from it, with where they lead."""

    name: str
    count: int
    above: int | None = None
    also: str = ""
    properties: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        """How high its box is, in pixels."""
        return LINE + 2 * _PAD - 4 + _SMALL_LINE * (len(self.properties) + bool(self.also))


@dataclass(frozen=True)
class Hierarchy(View):
    """What a class diagram shows; `bar` and `arrow` say what these mean."""

    classes: tuple[ClassBox, ...]
    bar: str = ""
    arrow: str = ""


@dataclass(frozen=True)
class _Row:
    number: int
    depth: int
    tree: int


def class_sheet(view: Hierarchy, width: float) -> Sheet:
    """The diagram, so many pixels wide: trees in columns, each class below the one that it is a kind of."""
    columns = 2 if width > 600 else 1
    wide = (width - 12 * (columns + 1)) / columns
    rows = list(_rows(view.classes))
    most = max((box.count for box in view.classes), default=0) or 1
    parts = []
    bottom = 12.0
    for at, column in enumerate(_columns(rows, view.classes, columns)):
        left, y = 12 + at * (wide + 12), 12.0
        places: dict[int, tuple[float, float]] = {}
        for row in column:
            box = view.classes[row.number]
            x = left + min(row.depth, 6) * _INDENT
            places[row.number] = (x, y)
            parts.append(_box(box, x, y, left + wide - x, most))
            if box.above in places:
                parts.append(_elbow(places[box.above], (x, y), view.classes[box.above]))
            y += box.height + _GAP
        bottom = max(bottom, y)
    return sheet(view, width, bottom, lambda: parts, _keys(view))


def _keys(view: Hierarchy) -> list[Key]:
    """What bars and arrows mean, where there are any."""
    found = []
    if view.bar and any(box.count for box in view.classes):
        found.append(Key(view.bar, lambda x, y: element("rect", x=x, y=y, width=24, height=3, class_="mark k0"), 24))
    if view.arrow and any(box.above is not None for box in view.classes):
        found.append(Key(view.arrow, lambda x, y: _arrow((x + 5, y - 6), (x + 18, y + 4)), 18))
    return found


def _rows(classes: Sequence[ClassBox]) -> Iterator[_Row]:
    """The classes in the order of the tree, each after the one above it."""
    below: dict[int | None, list[int]] = {}
    for place, box in enumerate(classes):
        below.setdefault(box.above, []).append(place)
    for tree, root in enumerate(below.get(None, [])):
        pending = [(root, 0)]
        while pending:
            place, depth = pending.pop()
            yield _Row(place, depth, tree)
            pending += [(one, depth + 1) for one in reversed(below.get(place, []))]


def _columns(rows: Sequence[_Row], classes: Sequence[ClassBox], count: int) -> list[list[_Row]]:
    """The trees in so many columns of about the same height; a tree stays whole."""
    columns: list[list[_Row]] = [[] for _ in range(count)]
    heights = [0.0] * count
    trees: dict[int, list[_Row]] = {}
    for row in rows:
        trees.setdefault(row.tree, []).append(row)
    for tree in trees.values():
        at = heights.index(min(heights))
        columns[at] += tree
        heights[at] += sum(classes[row.number].height + _GAP for row in tree)
    return columns


def _box(box: ClassBox, x: float, y: float, width: float, most: int) -> str:
    """A class: its name, its number with a bar as long as it is large, and its properties."""
    count = f"{box.count}"
    bar = max(2.0, (width - 2) * box.count / most) if box.count else 0.0
    room = width - 2 * _PAD
    lines = [*([box.also] if box.also else []), *box.properties]
    return group(
        (
            told(f"{box.name}: {count}"),
            element("rect", x=x, y=y, width=width, height=box.height, rx=4, class_="box"),
            element("rect", x=x + 1, y=y + box.height - 4, width=bar, height=3, class_="mark k0") if bar else "",
            words(x + _PAD, y + LINE, shortened(box.name, room - 60), "strong"),
            words(x + width - _PAD, y + LINE, count, "end"),
            *(
                words(x + _PAD, y + LINE + (place + 1) * _SMALL_LINE, shortened(text, room), "quiet")
                for place, text in enumerate(lines)
            ),
        )
    )


def _elbow(above: tuple[float, float], here: tuple[float, float], box: ClassBox) -> str:
    """From the class above to this one, with the arrow of generalisation (UML 2.5.1, 9.9.7) at the class above."""
    x, start = above[0] + 9, above[1] + box.height
    end = here[1] + 13
    if end <= start:
        return ""
    return _arrow((x, start), (here[0], end))


def _arrow(above: tuple[float, float], here: tuple[float, float]) -> str:
    """A line down and to the right, with the arrow at its upper end."""
    x, start = above
    tip = f"M{number(x)} {number(start)}l4 6h-8z"
    way = f"M{number(x)} {number(start + 6)}V{number(here[1])}H{number(here[0])}"
    return (
        element("path", d=way, class_="edge")
        + element("path", d=tip, class_="paper")
        + element("path", d=tip, class_="edge")
    )
