"""The ego network: a thing in the middle, what it is linked to around it, by kind of link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ldpub.serve.pictures.svg import (
    LINE,
    colour,
    document,
    element,
    group,
    mark,
    number,
    shortened,
    told,
    width_of,
    words,
)

_STEP = LINE + 3.0
_TOP = 16.0
_BOX = 26.0
_BETWEEN = 0.8  # lines between two groups


@dataclass(frozen=True)
class Group:
    """The neighbours by one kind of link: some names, and what is said of those that are left out."""

    name: str
    names: tuple[str, ...]
    more: str = ""

    @property
    def lines(self) -> float:
        """How many lines it takes, its heading and the room below it included."""
        return 1 + len(self.names) + bool(self.more) + _BETWEEN


@dataclass(frozen=True)
class Neighbourhood:
    """What a network shows: the name of the thing in the middle, and the groups in their order."""

    title: str
    description: str
    language: str
    name: str
    groups: tuple[Group, ...]


def draw_network(view: Neighbourhood, width: float) -> str:
    """The network as SVG, so many pixels wide: groups at both sides, or below the middle where it is narrow."""
    numbered = list(enumerate(view.groups))
    return _wide(view, numbered, width) if width > 600 else _narrow(view, numbered, width)


def _wide(view: Neighbourhood, numbered: list[tuple[int, Group]], width: float) -> str:
    right, left = _shared(numbered)
    rows = max(sum(one.lines for _, one in side) for side in (right, left))
    height = max(rows * _STEP + 2 * _TOP, 160.0)
    middle = (width / 2, height / 2)
    box, half = _middle(view.name, middle, 145)
    parts = []
    for side, direction in ((right, 1), (left, -1)):
        start = (height - (sum(one.lines for _, one in side) - _BETWEEN) * _STEP) / 2 + LINE
        parts += list(_side(side, direction, start, middle, half=half))
    return document(width, height, view, (*_by_layer(parts), box))


def _shared(numbered: Sequence[tuple[int, Group]]) -> tuple[list[tuple[int, Group]], list[tuple[int, Group]]]:
    """The groups for the right and for the left, in their order, so that both are about as long."""
    half = sum(one.lines for _, one in numbered) / 2
    right: list[tuple[int, Group]] = []
    used = 0.0
    for kind, one in numbered:
        if right and used + one.lines / 2 > half:
            break
        right.append((kind, one))
        used += one.lines
    return right, list(numbered[len(right) :])


def _side(
    side: Sequence[tuple[int, Group]], direction: int, start: float, middle: tuple[float, float], *, half: float
) -> Iterator[tuple[int, str]]:
    """Layer and SVG of the groups at one side: on an arc, so that the lines to the middle spread like a fan."""
    y = start
    width = 2 * middle[0]
    for kind, one in side:
        for row, text in enumerate((one.name, *one.names, *([one.more] if one.more else []))):
            slope = (y - middle[1]) / middle[1]
            x = middle[0] + direction * (width * 0.115 + width * 0.06 * (1 - slope * slope) + 8)
            room = (width - x if direction > 0 else x) - 22
            yield 2, _row(text, (x, y - 4.5), _style(kind, one, row), direction, room)
            if 0 < row <= len(one.names):
                yield 1, mark(kind, x, y - 4.5, 4.2)
                yield 0, _curve((middle[0] + direction * half, middle[1]), (x, y - 4.5), kind)
            y += _STEP
        y += _BETWEEN * _STEP


def _row(text: str, at: tuple[float, float], style: str, direction: int, room: float) -> str:
    """A name or a heading, to the right or to the left of where its mark is."""
    side = f"{style} end" if direction < 0 else style
    name = words(at[0] + direction * 11, at[1] + 4.5, shortened(text, room), side.strip())
    return group((told(text), name))


def _style(kind: int, one: Group, row: int) -> str:
    """The class of a row of a group: its heading, a name, or what is said of the rest."""
    return f"head {colour(kind)}" if row == 0 else "" if row <= len(one.names) else "quiet"


def _curve(here: tuple[float, float], there: tuple[float, float], kind: int) -> str:
    between = (here[0] + there[0]) / 2
    path = (
        f"M{number(here[0])} {number(here[1])}C{number(between)} {number(here[1])} "
        f"{number(between)} {number(there[1])} {number(there[0])} {number(there[1])}"
    )
    return element("path", d=path, class_=f"edge later {colour(kind)}")


def _middle(name: str, at: tuple[float, float], most: float) -> tuple[str, float]:
    """The box of the thing in the middle, and half its width."""
    text = shortened(name, most)
    half = width_of(text) * 0.56 + 12
    box = element("rect", x=at[0] - half, y=at[1] - _BOX / 2, width=2 * half, height=_BOX, rx=6, class_="mark")
    return group((told(name), box, words(at[0], at[1] + 4.5, text, "inside middle strong"))), half


def _narrow(view: Neighbourhood, numbered: Sequence[tuple[int, Group]], width: float) -> str:
    """All groups below the box, along one trunk."""
    half = width_of(shortened(view.name, width - 60)) * 0.56 + 12
    box, _ = _middle(view.name, (12 + half, _TOP + _BOX / 2), width - 60)
    parts: list[tuple[int, str]] = []
    y = trunk = _TOP + _BOX + LINE + 6
    for kind, one in numbered:
        for row, name in enumerate((one.name, *one.names, *([one.more] if one.more else []))):
            x = 34.0
            parts.append((2, _row(name, (x, y - 4.5), _style(kind, one, row), 1, width - x - 24)))
            if 0 < row <= len(one.names):
                parts.append((1, mark(kind, x, y - 4.5, 4.2)))
                path = f"M20 {number(y - 4.5)}H{number(x)}"
                parts.append((0, element("path", d=path, class_=f"edge {colour(kind)}")))
                trunk = y - 4.5
            y += _STEP
        y += _BETWEEN * _STEP
    line = element("path", d=f"M20 {number(_TOP + _BOX)}V{number(trunk)}", class_="edge")
    return document(width, y - _STEP / 2, view, (line, *_by_layer(parts), box))


def _by_layer(parts: Iterable[tuple[int, str]]) -> list[str]:
    """Lines below marks below words."""
    listed = list(parts)
    return [group(text for at, text in listed if at == layer) for layer in range(3)]
