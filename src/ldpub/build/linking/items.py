"""What another data set says of one of its items, and the distance between two places on WGS 84."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from geographiclib.geodesic import Geodesic

from ldpub.folding import fold, written_out

Place = tuple[float, float]
"""Latitude and longitude in degrees."""

_POINT = re.compile(r"POINT\s*\(\s*(\S+)\s+(\S+)\s*\)", re.IGNORECASE)
_PAIR = re.compile(r"\s*(\S+?)\s*,\s*(\S+)\s*")
IDENTIFIER = re.compile(r"[^\s<>\"{}|\\^`\x00-\x20]{1,200}")
"""What may follow the beginning of an IRI (RFC 3987, 2.2, and Turtle's IRIREF)."""


@dataclass(frozen=True)
class Item:
    """An item: its identifier, its names, and what else is known; None and empty where nothing is.

    `score` is how well a service thinks that it matches; `moved_to` is the item that it was merged into.
    """

    id: str
    name: str = ""
    names: frozenset[str] = frozenset()
    description: str = ""
    types: tuple[tuple[str, str], ...] = ()
    place: Place | None = None
    countries: frozenset[str] = frozenset()
    score: float = 0.0
    is_match: bool = False
    moved_to: str | None = None


def folded(names: Iterable[str]) -> frozenset[str]:
    """Names in the plain forms in which they are compared."""
    return frozenset(form for name in names for form in (fold(name), written_out(name)) if form)


def place_of(text: str) -> Place | None:
    """A place from WKT (`Point(lon lat)`, perhaps after the IRI of WGS 84) or `lat,lon`; None from anything else.

    The IRI of another globe or reference system before WKT makes it none: it is not on this Earth, or not in degrees.
    """
    if text.startswith("<") and not text.startswith(("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>",)):
        return None
    point, pair = _POINT.search(text), _PAIR.fullmatch(text)
    try:
        if point:
            return on_earth(float(point[2]), float(point[1]))
        return on_earth(float(pair[1]), float(pair[2])) if pair else None
    except ValueError:
        return None


def on_earth(latitude: float, longitude: float) -> Place | None:
    """The place at these degrees, or None where there are no such degrees."""
    return (latitude, longitude) if -90 <= latitude <= 90 and -180 <= longitude <= 180 else None


def kilometres(one: Place, other: Place) -> float:
    """The length of the geodesic between two places (WGS 84), in kilometres."""
    return float(Geodesic.WGS84.Inverse(*one, *other, Geodesic.DISTANCE)["s12"]) / 1000
