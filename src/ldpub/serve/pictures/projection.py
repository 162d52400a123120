"""Equal-area projections: Equal Earth (Šavrič, Patterson, Jenny 2018) of the world, Lambert's azimuthal of a region.

The latter is that of Snyder 1987, 24. Both are in units of the sphere's radius, y to the north.
No product of vectors is left to BLAS, which takes some milliseconds to begin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Place = tuple[float, float]
"""Longitude and latitude in degrees."""

_REGION = 35.0
"""Degrees around their middle within which places are a region, not the world."""

_HORIZON = math.radians(110)
"""How far from its middle the map of a region goes; all corners of a picture are nearer."""
_NOTHING = 1e-9


class EqualEarth:
    """The whole world, the meridian of Greenwich in the middle."""

    REACH = math.inf
    """How far from the middle places are drawn where they are."""

    HALF = (2.7066, 1.3173)
    """Half its width and half its height."""

    _A = (1.340264, -0.081106, 0.000893, 0.003796)
    _M = math.sqrt(3) / 2

    def __call__(self, places: Array) -> Array:
        """Rows of longitude and latitude in degrees to rows of x and y."""
        a1, a2, a3, a4 = self._A
        theta = np.arcsin(self._M * np.sin(np.radians(places[:, 1])))
        square = theta * theta
        sixth = square**3
        x = np.radians(places[:, 0]) * np.cos(theta)
        x /= self._M * (a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square))
        y = theta * (a1 + a2 * square + sixth * (a3 + a4 * square))
        return np.stack((x, y), axis=1)


@dataclass(frozen=True)
class LambertAzimuthal:
    """The region around a place; what is beyond the horizon is drawn at the horizon."""

    middle: Place
    REACH: ClassVar[float] = 2 * math.sin(_HORIZON / 2) - 1e-9

    def __call__(self, places: Array) -> Array:
        """Rows of longitude and latitude in degrees to rows of x and y."""
        longitude, latitude = np.radians(places[:, 0] - self.middle[0]), np.radians(places[:, 1])
        sine, cosine = math.sin(math.radians(self.middle[1])), math.cos(math.radians(self.middle[1]))
        east = np.cos(latitude) * np.sin(longitude)
        north = cosine * np.sin(latitude) - sine * np.cos(latitude) * np.cos(longitude)
        up = sine * np.sin(latitude) + cosine * np.cos(latitude) * np.cos(longitude)
        near = up > math.cos(_HORIZON)
        east = np.where(~near & (np.hypot(east, north) < _NOTHING), _NOTHING, east)  # the opposite place, anywhere
        across = np.maximum(np.hypot(east, north), _NOTHING)
        stretch = np.where(near, np.sqrt(2 / (1 + np.where(near, up, 0))), 2 * math.sin(_HORIZON / 2) / across)
        return np.stack((east * stretch, north * stretch), axis=1)


Projection = EqualEarth | LambertAzimuthal


def projection_for(places: Sequence[Place]) -> Projection:
    """The projection in which places are seen best: of their region, or of the world where they are far apart."""
    vectors = _vectors(np.array(places, dtype=np.float64).reshape(-1, 2))
    total = vectors.sum(axis=0)
    length = math.sqrt(float((total * total).sum()))
    if length < 1e-9:
        return EqualEarth()
    middle = total / length
    farthest = math.degrees(math.acos(float(np.clip((vectors * middle).sum(axis=1).min(), -1, 1))))
    if farthest > _REGION:
        return EqualEarth()
    return LambertAzimuthal(
        (math.degrees(math.atan2(middle[1], middle[0])), math.degrees(math.asin(float(np.clip(middle[2], -1, 1)))))
    )


def great_circle(one: Place, other: Place, steps: int = 24) -> Array:
    """The shortest way between two places, in rows of longitude and latitude."""
    ends = _vectors(np.array([one, other], dtype=np.float64))
    angle = math.acos(float(np.clip((ends[0] * ends[1]).sum(), -1, 1)))
    if angle < 1e-6 or angle > math.pi - 1e-6:
        return np.array([one, other], dtype=np.float64)
    share = np.linspace(0, 1, steps + 1)[:, None]
    way = (np.sin((1 - share) * angle) * ends[0] + np.sin(share * angle) * ends[1]) / math.sin(angle)
    x, y, z = way.T
    degrees: Array = np.degrees(np.stack((np.arctan2(y, x), np.arcsin(np.clip(z, -1, 1))), axis=1))
    return degrees


def _vectors(places: Array) -> Array:
    """Places as points of the unit sphere."""
    longitude, latitude = np.radians(places[:, 0]), np.radians(places[:, 1])
    across = np.cos(latitude)
    vectors: Array = np.stack((across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)), axis=1)
    return vectors
