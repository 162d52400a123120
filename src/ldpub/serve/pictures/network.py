"""The ego network: a thing in the middle, what it is linked to around it, by kind of link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ldpub.serve.pictures import svg

_BETWEEN = 3.0  # pixels between two rows
_GAP = 17.0  # pixels between two groups
_TOP = 16.0
_BOX = 26.0
_TEXT = 11.0  # pixels from a mark to its name
_REACH = (0.1, 0.035)
"""How far from the middle names are on a wide picture, and how much farther at most, as shares of its width."""

Spot = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """A neighbour: its name, and what else is said of how it is linked."""

    name: str
    also: str = ""


@dataclass(frozen=True)
class Group:
    """The neighbours by one kind of link: some of them, and what is said of those that are left out."""

    name: str
    rows: tuple[Row, ...]
    more: str = ""


@dataclass(frozen=True)
class Neighbourhood(svg.View):
    """What a network shows: the name of the thing in the middle, the groups in their order, and what it leaves out."""

    name: str
    groups: tuple[Group, ...]
    note: str = ""


@dataclass(frozen=True)
class _Item:
    """A heading, a neighbour or what is said of the rest: its lines, of which each may end quietly, and its style."""

    lines: tuple[tuple[str, str], ...]
    kind: int
    style: str = ""
    is_row: bool = False

    @property
    def height(self) -> float:
        return svg.LINE * len(self.lines) + _BETWEEN


@dataclass(frozen=True)
class _Block:
    """A group as it is drawn."""

    items: tuple[_Item, ...]

    @property
    def height(self) -> float:
        """Its height in pixels, the room below it included."""
        return sum(item.height for item in self.items) + _GAP


def network_sheet(view: Neighbourhood, width: float) -> svg.Sheet:
    """The network, so many pixels wide: groups at both sides, or beside the middle where there is one, or below it
    where it is narrow."""
    if width <= 600:
        return _narrow(view, width)
    return _two_sided(view, width) if len(view.groups) > 1 else _one_sided(view, width)


def _blocks(view: Neighbourhood, room: float) -> list[_Block]:
    """The groups, their names on as many lines as they need."""
    return [_Block(tuple(_items(kind, one, room))) for kind, one in enumerate(view.groups)]


def _items(kind: int, one: Group, room: float) -> Iterator[_Item]:
    heading = svg.folded(one.name, room / 1.12)
    yield _Item(tuple((line, "") for line in heading), kind, f"head {svg.colour(kind)}")
    for row in one.rows:
        yield _Item(tuple(_lines(row, room)), kind, is_row=True)
    if one.more:
        yield _Item(((svg.shortened(one.more, room), ""),), kind, "quiet")


def _lines(row: Row, room: float) -> list[tuple[str, str]]:
    """The name on up to two lines, and what is also said on the same where there is room, else below."""
    *above, last = svg.folded(row.name, room)
    also = f" · {row.also}" if row.also else ""
    if svg.width_of(last + also) <= room:
        return [*((line, "") for line in above), (last, also)]
    return [*((line, "") for line in (*above, last)), *(("", line) for line in svg.folded(row.also, room))]


def _two_sided(view: Neighbourhood, width: float) -> svg.Sheet:
    near, far = (share * width for share in _REACH)
    right, left = _shared(_blocks(view, width / 2 - near - far - _TEXT - 6))
    height = max(*(sum(one.height for one in side) - _GAP + 2 * _TOP for side in (right, left)), 160.0)
    middle = (width / 2, height / 2)
    box, half = _middle(view.name, middle, 2 * near - 24)

    def body() -> Iterator[str]:
        parts = []
        for side, direction in ((right, 1), (left, -1)):
            y = (height - sum(one.height for one in side) + _GAP) / 2
            start = (middle[0] + direction * half, middle[1])
            parts += list(_side(side, direction, y, start, (middle[0] + direction * near, direction * far)))
        yield from _by_layer(parts)
        yield box

    return svg.sheet(view, width, height, body, note=view.note)


def _one_sided(view: Neighbourhood, width: float) -> svg.Sheet:
    """The middle at the left, and to the right of it all the room there is."""
    half = _half(view.name, width / 4)
    near = 12 + 2 * half + width * 0.06
    far = width * _REACH[1]
    blocks = _blocks(view, width - near - far - _TEXT - 12)
    height = max(sum(one.height for one in blocks) - _GAP + 2 * _TOP, 80.0)
    box, _ = _middle(view.name, (12 + half, height / 2), width / 4)

    def body() -> Iterator[str]:
        y = (height - sum(one.height for one in blocks) + _GAP) / 2
        yield from _by_layer(_side(blocks, 1, y, (12 + 2 * half, height / 2), (near, far)))
        yield box

    return svg.sheet(view, width, height, body, note=view.note)


def _shared(blocks: Sequence[_Block]) -> tuple[list[_Block], list[_Block]]:
    """The groups for the right and for the left, in their order, so that both are about as long."""
    half = sum(one.height for one in blocks) / 2
    right: list[_Block] = []
    used = 0.0
    for one in blocks:
        if right and used + one.height / 2 > half:
            break
        right.append(one)
        used += one.height
    return right, list(blocks[len(right) :])


def _side(
    side: Sequence[_Block], direction: int, y: float, start: Spot, reach: tuple[float, float]
) -> Iterator[tuple[int, str]]:
    """Layer and SVG of the groups at one side: on an arc, so that the lines from the middle spread like a fan.

    `reach` is where the arc ends, and how much farther out its middle is.
    """
    for one in side:
        for item in one.items:
            at = y + svg.LINE / 2
            slope = (at - start[1]) / start[1]
            x = reach[0] + reach[1] * (1 - slope * slope)
            yield 2, _words(item, (x, at), direction)
            if item.is_row:
                yield 1, svg.mark(item.kind, x, at, 4.2)
                yield 0, _curve(start, (x, at), item.kind)
            y += item.height
        y += _GAP


def _words(item: _Item, at: Spot, direction: int = 1) -> str:
    """The lines of a name or a heading, to the right or to the left of where its mark is."""
    style = f"{item.style} end" if direction < 0 else item.style
    x = at[0] + direction * _TEXT
    lines = (
        svg.words(x, at[1] + 4.5 + svg.LINE * place, text, style.strip(), quiet)
        for place, (text, quiet) in enumerate(item.lines)
    )
    return svg.group((svg.told(" ".join("".join(line) for line in item.lines)), *lines))


def _curve(here: Spot, there: Spot, kind: int) -> str:
    between = (here[0] + there[0]) / 2
    path = (
        f"M{svg.number(here[0])} {svg.number(here[1])}C{svg.number(between)} {svg.number(here[1])} "
        f"{svg.number(between)} {svg.number(there[1])} {svg.number(there[0])} {svg.number(there[1])}"
    )
    return svg.element("path", d=path, class_=f"edge later {svg.colour(kind)}")


def _half(name: str, most: float) -> float:
    """Half the width of the box of the thing in the middle."""
    return max(map(svg.width_of, svg.folded(name, most))) * 0.56 + 12


def _middle(name: str, at: Spot, most: float) -> tuple[str, float]:
    """The box of the thing in the middle, its name on up to two lines, and half its width."""
    lines = svg.folded(name, most)
    half = _half(name, most)
    high = _BOX + svg.LINE * (len(lines) - 1)
    box = svg.element("rect", x=at[0] - half, y=at[1] - high / 2, width=2 * half, height=high, rx=6, class_="mark")
    first = at[1] + 4.5 - svg.LINE * (len(lines) - 1) / 2
    texts = (
        svg.words(at[0], first + svg.LINE * place, line, "inside middle strong") for place, line in enumerate(lines)
    )
    return svg.group((svg.told(name), box, *texts)), half


def _narrow(view: Neighbourhood, width: float) -> svg.Sheet:
    """All groups below the box, along one trunk."""
    x = 34.0
    lines = len(svg.folded(view.name, width - 60))
    high = _BOX + svg.LINE * (lines - 1)
    box, _ = _middle(view.name, (12 + _half(view.name, width - 60), _TOP + high / 2), width - 60)
    blocks = _blocks(view, width - x - _TEXT - 12)
    top = _TOP + high + 12
    height = top + sum(one.height for one in blocks)

    def body() -> Iterator[str]:
        parts: list[tuple[int, str]] = []
        y = trunk = top
        for one in blocks:
            for item in one.items:
                at = y + svg.LINE / 2
                parts.append((2, _words(item, (x, at))))
                if item.is_row:
                    parts.append((1, svg.mark(item.kind, x, at, 4.2)))
                    path = f"M20 {svg.number(at)}H{svg.number(x)}"
                    parts.append((0, svg.element("path", d=path, class_=f"edge {svg.colour(item.kind)}")))
                    trunk = at
                y += item.height
            y += _GAP
        yield svg.element("path", d=f"M20 {svg.number(_TOP + high)}V{svg.number(trunk)}", class_="edge")
        yield from _by_layer(parts)
        yield box

    return svg.sheet(view, width, height, body, note=view.note)


def _by_layer(parts: Iterable[tuple[int, str]]) -> list[str]:
    """Lines below marks below words."""
    listed = list(parts)
    return [svg.group(text for at, text in listed if at == layer) for layer in range(3)]
