"""Labels beside marks so that none covers another: the most important first, each at the nearest place that is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, inf, pi, sin

import numpy as np

from ldpub.serve.pictures.projection import Array
from ldpub.serve.pictures.svg import SIZE, width_of

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""

Spot = tuple[float, float]
Line = tuple[Spot, Spot]

_REACHES = (9.5, 16.0, 26.0, 40.0, 58.0, 80.0, 105.0)
_DIRECTIONS = 16
_BESIDE = 10.5  # pixels; a label that is further away gets a line to its mark
_ROUNDS = 60


@dataclass(frozen=True)
class Label:
    """Where a label goes: its box; and where a line to its mark begins if it is not right beside it."""

    text: str
    box: Box
    leader: tuple[float, float] | None

    @property
    def baseline(self) -> tuple[float, float]:
        """The left end of its baseline."""
        return self.box[0], self.box[3] - 0.25 * SIZE


def place_labels(
    texts: Sequence[str], marks: Array, radius: float, frame: Box, covered: Sequence[Box] = (), *, reach: float = inf
) -> list[Label | None]:
    """A label for each mark, the first ones first; None for those without a text or without room.

    `covered` are boxes that no label may touch, `reach` is how far from its mark a label may be, in pixels.
    """
    reaches = [one for one in _REACHES if one <= reach]
    leaders: list[Line] = []
    taken: list[Box] = [*((x - radius, y - radius, x + radius, y + radius) for x, y in marks.tolist()), *covered]
    placed: list[Label | None] = []
    for text, (x, y) in zip(texts, marks.tolist(), strict=True):
        label = _free(text, (x, y), taken, frame, reaches=reaches, leaders=leaders) if text else None
        placed.append(label)
        if label:
            taken.append(label.box)
        if label and label.leader:
            leaders.append(((x, y), label.leader))
    return placed


def _free(
    text: str, at: Spot, taken: Sequence[Box], frame: Box, *, reaches: Sequence[float], leaders: Sequence[Line]
) -> Label | None:
    """The nearest free place from which a line to the mark runs over no others, nor over one of their lines."""
    x, y = at
    width, height = width_of(text), SIZE + 2
    for reach in reaches:
        for turn in _turns():
            dx, dy = cos(turn) * reach, sin(turn) * reach
            left = x + dx - (0 if cos(turn) > 0.3 else width if cos(turn) < -0.3 else width / 2)
            top = y + dy - height / 2
            box = (left, top, left + width, top + height)
            if not _is_within(box, frame) or any(_overlap(box, other) for other in taken):
                continue
            near = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
            if hypot(near[0] - x, near[1] - y) <= _BESIDE:
                return Label(text, box, None)
            if not _crosses(at, near, taken) and not any(_cut(at, near, *other) for other in leaders):
                return Label(text, box, near)
    return None


def _crosses(mark: tuple[float, float], end: tuple[float, float], taken: Sequence[Box]) -> bool:
    """Whether a line from a mark to its label runs over another mark or label."""
    steps = [step / 8 for step in range(1, 9)]
    on_the_way = [(mark[0] + s * (end[0] - mark[0]), mark[1] + s * (end[1] - mark[1])) for s in steps]
    others = [box for box in taken if not (box[0] <= mark[0] <= box[2] and box[1] <= mark[1] <= box[3])]
    return any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in on_the_way for box in others)


def _cut(a: Spot, b: Spot, c: Spot, d: Spot) -> bool:
    """Whether the line from a to b crosses that from c to d."""

    def side(one: Spot, other: Spot, spot: Spot) -> bool:
        return (other[0] - one[0]) * (spot[1] - one[1]) > (other[1] - one[1]) * (spot[0] - one[0])

    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


def _turns() -> list[float]:
    """The directions to try: right, left, then what is nearest to them."""
    turns = [2 * pi * step / _DIRECTIONS for step in range(_DIRECTIONS)]
    return sorted(turns, key=lambda turn: (round(abs(sin(turn)), 6), round(-cos(turn), 6), round(sin(turn), 6)))


def _is_within(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def fan_out(marks: Array, gap: float) -> Array:
    """The marks moved apart until, as far as there is room, each two are `gap` pixels from each other."""
    moved: Array = marks + np.array([[0.01 * cos(n * 2.4), 0.01 * sin(n * 2.4)] for n in range(len(marks))]).reshape(
        -1, 2
    )
    for _ in range(_ROUNDS):
        apart = moved[:, None, :] - moved[None, :, :]
        distance = np.hypot(apart[..., 0], apart[..., 1])
        np.fill_diagonal(distance, np.inf)
        lack = np.maximum(gap - distance, 0)
        if lack.max(initial=0) < 0.05:
            break
        moved = moved + (apart / np.maximum(distance, 1e-6)[..., None] * (lack / 2)[..., None]).sum(axis=1)
    return moved
