"""Draws the outline of the world that the package carries, from TopoJSON (topojson-specification 1.0) of npm.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tests/serve/pictures/draw_outline.py package/land-50m.json > src/ldpub/serve/pictures/land.txt

The same file gives the same bytes: one line for each ring, its places in twentieths of a degree, longitude and latitude
by turns, each but the first as the difference to the one before.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from math import cos, radians
from pathlib import Path
from typing import Any

from shapely import Polygon, box, make_valid
from shapely.affinity import translate

PER_DEGREE = 20
TOLERANCE = 0.13
"""Degrees that the outline may be away from the original."""

SMALLEST = 0.03
"""Square degrees at the equator that an island, or a lake without outlet, must have to be drawn."""

Ring = list[tuple[int, int]]
Place = tuple[float, float]


def rings(topology: Mapping[str, Any]) -> Iterator[Sequence[Place]]:
    """The rings of all polygons of the object `land`, in degrees."""
    arcs = [list(_decoded(arc, topology["transform"])) for arc in topology["arcs"]]
    for geometry in topology["objects"]["land"]["geometries"]:
        for ring in chain.from_iterable(geometry["arcs"]):
            places: list[Place] = []
            for number in ring:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                places += arc[1:] if places else arc
            yield places


def _decoded(arc: Sequence[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> Iterator[Place]:
    (scale_x, scale_y), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield x * scale_x + west, y * scale_y + south


def unwound(ring: Sequence[Place]) -> list[Polygon]:
    """The land within a ring that may cross the antimeridian or go around a pole, cut at the antimeridian."""
    places = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((places[-1][0] - longitude) / 360)
        places.append((longitude + 360 * turns, latitude))
    if abs(places[-1][0] - places[0][0]) > 180:
        pole = 90.0 if places[0][1] > 0 else -90.0
        places += [(places[-1][0], pole), (places[0][0], pole)]
    shape = make_valid(Polygon(places))
    moved = (translate(shape, turn).intersection(box(-180, -90, 180, 90)) for turn in (-360, 0, 360))
    parts = [part for one in moved for part in getattr(one, "geoms", [one])]
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def simplified(shape: Polygon) -> Ring:
    """The ring with as few places as the tolerance allows, in twentieths of a degree; empty where it is too small."""
    if shape.area * cos(radians(shape.centroid.y)) < SMALLEST:
        return []
    simple = shape.simplify(TOLERANCE)
    rounded = [(round(x * PER_DEGREE), round(y * PER_DEGREE)) for x, y in simple.exterior.coords]
    found = [rounded[0], *(there for here, there in pairwise(rounded) if here != there)]
    return found if len(found) > 3 else []


def outline(topology: Mapping[str, Any]) -> list[Ring]:
    """All rings that are drawn, the largest first."""
    found = [ring for whole in rings(topology) for part in unwound(whole) if (ring := simplified(part))]
    return sorted(found, key=lambda ring: (-Polygon(ring).area, ring))


def line(ring: Ring) -> str:
    """A ring as the file holds it."""
    steps = [ring[0], *((x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(ring))]
    return " ".join(f"{x} {y}" for x, y in steps)


def main(path: Path) -> None:
    """Write the outline of a topology to standard output."""
    content = path.read_bytes()
    head = (
        "# The land of the Earth: Natural Earth 4.1.0, 1:50m, public domain, from npm world-atlas 2.0.2 (ISC licence:\n"
        f"# land.LICENSE.txt), {path.name}, SHA-256 {hashlib.sha256(content).hexdigest()};\n"
        "# simplified by tests/serve/pictures/draw_outline.py. A line is a ring, in twentieths of a degree.\n"
    )
    sys.stdout.write(head + "".join(f"{line(ring)}\n" for ring in outline(json.loads(content))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
