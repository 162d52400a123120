"""A part of a map that is drawn again, larger, in a corner or below: where many places are near to each other."""

from __future__ import annotations

import numpy as np

from ldpub.serve.pictures.labels import Box
from ldpub.serve.pictures.projection import Array

_FEWEST = 5
"""How many places make a crowd."""

_NEAR = 42.0  # pixels; what is nearer to the middle of a crowd belongs to it
_EDGE = 9.0
_HIGH = 0.72
"""The height of an inset below a map, as a share of its width."""

_SHARE = (0.38, 0.5)
"""How much of a map's width and height an inset takes."""


def crowd(marks: Array) -> list[int]:
    """The places that are near to each other, by number; none where they are few, or all there are."""
    apart = np.hypot(*(marks[:, None, :] - marks[None, :, :]).transpose(2, 0, 1)) < _NEAR
    busiest = int(apart.sum(axis=1).argmax())
    found: list[int] = np.flatnonzero(apart[busiest]).tolist()
    return found if _FEWEST <= len(found) < len(marks) else []


def corner(marks: Array, width: float, height: float) -> Box | None:
    """A corner of the map where an inset covers no place, rather at the bottom, where there is mostly sea."""
    w, h = round(width * _SHARE[0]), round(height * _SHARE[1])
    for x, y in ((0, height - h), (width - w, height - h), (width - w, 0), (0, 0)):
        inside = (marks > np.array([x, y]) - 15).all(axis=1) & (marks < np.array([x + w, y + h]) + 15).all(axis=1)
        if not inside.any():
            return x, y, x + w, y + h
    return None


def below(width: float, height: float) -> Box:
    """Where an inset is on a narrow map: under it, as wide as it is."""
    return 0.0, height, width, height + round(width * _HIGH)


def around(marks: Array) -> Box:
    """The box around some places, to show on the map what the inset shows."""
    low, high = marks.min(axis=0) - _EDGE, marks.max(axis=0) + _EDGE
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
