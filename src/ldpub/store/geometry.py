"""OGC Simple Features (06-103r4) in longitude and latitude, geodesics on WGS 84 (Karney 2013): GeoSPARQL's geometry.

Relations and envelopes are those of the plane of longitude and latitude, in which GeoSPARQL 1.1 wants them computed:
edges are straight there, and nothing wraps around at 180 degrees. Distances in metres are lengths of geodesics.
"""

from __future__ import annotations

import math
import os
import re
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import pyoxigraph as ox

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # or it takes memory for every core, and is never asked for algebra

import numpy
import shapely
from geographiclib.geodesic import Geodesic

from ldpub.store.geography import RELATIONS, Function

WKT = ox.NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG_4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"
_ANY_URI = ox.NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")
_OGC, _EPSG = "http://www.opengis.net/def/uom/OGC/1.0/", "http://www.opengis.net/def/uom/EPSG/0/"
_METRES = {_OGC + "metre": 1, _OGC + "meter": 1, _EPSG + "9001": 1}
_METRES |= {_OGC + "kilometre": 1000, _OGC + "kilometer": 1000, _EPSG + "9036": 1000}
_DEGREES = {_OGC + "degree": 1.0, _EPSG + "9102": 1.0, _OGC + "radian": 180 / math.pi, _EPSG + "9101": 180 / math.pi}

_LITERAL = re.compile(r"\s*(?:<([^<>\s]*)>\s+)?(.*)", re.DOTALL)
_COLLECTIONS_AT_MOST = 50  # in one literal: they may nest, and the parser of WKT recurses
_SHORT = 5000  # characters; of longer literals only so many are kept parsed:
_LONG_ONES = 8
_GUESSES = 6
_ROUNDS = 12
_WORTH = 1e-4
_STEP = 0.1  # degrees: an edge of that length lies within 2 m of the great circle, below 75 degrees of latitude
_POINTS_AT_MOST = 5000

Place = tuple[float, float]
"""Longitude and latitude in degrees."""


class _Geometry(NamedTuple):
    """A geometry in longitude and latitude, the CRS that its literal names (None: none, which means CRS84), and
    whether its rings do not cross: of others no relation is defined."""

    shape: Any
    crs: str | None
    is_valid: bool


class _GeometryError(ValueError):
    """What is no geometry, or none that the function has a value for."""


class Geometries:
    """The functions of one evaluation, and the literals that they have read: most queries compare all with few."""

    def __init__(self) -> None:
        self._short = lru_cache(maxsize=5000)(_read)
        self._long: deque[tuple[ox.Literal, _Geometry]] = deque(maxlen=_LONG_ONES)

    def functions(self) -> dict[str, Function]:
        """Each function by its local name; one that has no value returns None."""
        relations = {name: self._relation(getattr(shapely, predicate)) for name, predicate in RELATIONS.items()}
        return {name: _lenient(function) for name, function in {**relations, **self._others()}.items()}

    def _others(self) -> dict[str, Callable[..., ox.Literal]]:
        return {
            "asWKT": lambda a: _wkt(self._of(a)._replace(crs=None)),
            "distance": lambda a, b, unit: ox.Literal(_distance(self._of(a).shape, self._of(b).shape, _unit(unit))),
            "envelope": self._envelope,
            "getSRID": lambda a: ox.Literal(self._of(a).crs or CRS84, datatype=_ANY_URI),
            "metricDistance": lambda a, b: ox.Literal(metres(self._of(a).shape, self._of(b).shape)),
            "relate": self._relate,
        }

    def _of(self, term: object) -> _Geometry:
        if not isinstance(term, ox.Literal) or term.datatype != WKT:
            raise _GeometryError("no wktLiteral")
        for literal, geometry in self._long:  # compared by the engine: megabytes are not made a string for each row
            if literal == term:
                return geometry
        text = term.value
        if len(text) <= _SHORT:
            return self._short(text)
        self._long.appendleft((term, _read(text)))
        return self._long[0][1]

    def _relation(self, predicate: Callable[[Any, Any], Any]) -> Callable[..., ox.Literal]:
        return lambda a, b: ox.Literal(bool(predicate(self._valid(a), self._valid(b))))

    def _valid(self, term: object) -> Any:
        geometry = self._of(term)
        if not geometry.is_valid:
            raise _GeometryError("the geometry is not valid")
        return geometry.shape

    def _relate(self, one: object, other: object, matrix: object) -> ox.Literal:
        """Whether two geometries are related as a DE-9IM matrix says."""
        if not isinstance(matrix, ox.Literal) or not re.fullmatch("[TF*012]{9}", matrix.value):
            raise _GeometryError("no DE-9IM matrix")
        return ox.Literal(bool(shapely.relate_pattern(self._valid(one), self._valid(other), matrix.value)))

    def _envelope(self, term: object) -> ox.Literal:
        """The bounding box as a polygon, in the CRS of the geometry."""
        geometry = self._of(term)
        if geometry.shape.is_empty:
            raise _GeometryError("what is empty has no envelope")
        return _wkt(geometry._replace(shape=shapely.box(*geometry.shape.bounds, ccw=True)))


def _lenient(function: Callable[..., ox.Literal]) -> Function:
    """The function, with None for an error and for a wrong number of arguments."""

    def call(*terms: object) -> ox.Literal | None:
        try:
            return function(*terms)
        except (_GeometryError, shapely.errors.ShapelyError, TypeError, ValueError):
            return None

    return call


def _read(text: str) -> _Geometry:
    """The geometry of a wktLiteral; raises an error for one that is ill-formed or in an unknown CRS."""
    match = _LITERAL.fullmatch(text)
    if match is None or match[1] not in (None, CRS84, EPSG_4326):
        raise _GeometryError("an unknown CRS")
    if match[2].upper().count("COLLECTION") > _COLLECTIONS_AT_MOST:
        raise _GeometryError("too many collections")
    shape = shapely.force_2d(shapely.from_wkt(match[2]))
    if match[1] == EPSG_4326:
        shape = _swapped(shape)
    _check_range(shape)
    shapely.prepare(shape)
    return _Geometry(shape, match[1], bool(shape.is_valid))


def _check_range(shape: Any) -> None:
    """Raise an error for a place that is not on Earth; longitudes may pass 180 degrees, to cross that meridian."""
    places = shapely.get_coordinates(shape)
    good = (abs(places[:, 0]) <= 360) & (abs(places[:, 1]) <= 90)
    if not bool(good.all()):
        raise _GeometryError("no longitude and latitude")


def _swapped(shape: Any) -> Any:
    return shapely.transform(shape, lambda places: places[:, ::-1])


def _wkt(geometry: _Geometry) -> ox.Literal:
    shape = _swapped(geometry.shape) if geometry.crs == EPSG_4326 else geometry.shape
    head = f"<{geometry.crs}> " if geometry.crs else ""
    return ox.Literal(head + shapely.to_wkt(shape, rounding_precision=-1), datatype=WKT)


def _unit(term: object) -> str:
    """The IRI of a unit, given as an IRI or as xsd:anyURI."""
    if isinstance(term, ox.NamedNode) or (isinstance(term, ox.Literal) and term.datatype == _ANY_URI):
        return term.value
    raise _GeometryError("no unit")


def _distance(one: Any, other: Any, unit: str) -> float:
    """The distance in a unit: of length, along a geodesic; of angle, in the plane of longitude and latitude."""
    if unit in _METRES:
        return metres(one, other) / _METRES[unit]
    if unit not in _DEGREES:
        raise _GeometryError("an unknown unit")
    return _finite(float(shapely.distance(one, other))) / _DEGREES[unit]


def _finite(distance: float) -> float:
    if not math.isfinite(distance):
        raise _GeometryError("no distance from what is empty")
    return distance


def metres(one: Any, other: Any) -> float:
    """The length of the geodesic between the points of two shapes that are nearest to each other.

    Exact to nanometres between two points. The nearest point of a line or an area to a point is found on the sphere:
    the distance is right within 1 in 10,000. Between lines and areas it is the shortest that was found from several
    beginnings. It is never too short. Shapes that intersect are at no distance.
    """
    if one.is_empty or other.is_empty:
        raise _GeometryError("no distance from what is empty")
    if shapely.intersects(one, other):
        return 0.0
    if one.geom_type != "Point":
        one, other = other, one
    if one.geom_type != "Point":
        return _between(one, other)
    place = one.coords[0]
    if other.geom_type == "Point":
        return _geodesic(place, other.coords[0])
    return min(_to_shape(place, other, guess) for guess in (place, _nearest(place, _dense(other))))


def _geodesic(one: Place, other: Place) -> float:
    found = Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0], Geodesic.DISTANCE)
    return float(found["s12"])


def _to_shape(place: Place, shape: Any, guess: Place) -> float:
    """How far it is from a place to the point of a shape that is nearest to a guess."""
    return _geodesic(place, _snapped(guess, shape))


def _snapped(place: Place, shape: Any) -> Place:
    """The point of a shape that is nearest in the plane to a place nearby."""
    turn = 360 * round((place[0] - shape.centroid.x) / 360)
    return _guess(shapely.Point(place[0] - turn, place[1]), shape, place[1])[1]


def _between(one: Any, other: Any) -> float:
    """Between lines and areas: from guesses in the plane to the nearest point of the one, of the other, and so on."""
    turn = 360 * round((one.centroid.x - other.centroid.x) / 360)
    shifted = shapely.transform(other, lambda places: numpy.add(places, (turn, 0)))
    south, north = min(one.bounds[1], other.bounds[1]), max(one.bounds[3], other.bounds[3])
    latitudes = [south + (north - south) * step / _GUESSES for step in range(_GUESSES + 1)]
    guesses = {_guess(one, shifted, latitude) for latitude in latitudes}
    shapes = (one, _dense(one)), (other, _dense(other))
    return min(_closer(_geodesic(*guess), guess[1], shapes) for guess in guesses)


def _closer(length: float, place: Place, shapes: tuple[tuple[Any, Any], tuple[Any, Any]]) -> float:
    """A length between two shapes, made shorter from a place on the second, as long as that is worth it."""
    for round_ in range(_ROUNDS):
        shape, dense = shapes[round_ % 2]
        near = _snapped(_nearest(place, dense), shape)
        former, length, place = length, min(length, _geodesic(near, place)), near
        if round_ and length > former * (1 - _WORTH):
            break
    return length


def _guess(one: Any, other: Any, latitude: float) -> tuple[Place, Place]:
    """The nearest points in the plane in which a degree of longitude is as long as at this latitude."""
    scale = max(math.cos(math.radians(latitude)), 0.01)
    scaled = [shapely.transform(shape, lambda places: numpy.multiply(places, (scale, 1))) for shape in (one, other)]
    (x1, y1), (x2, y2) = shapely.shortest_line(*scaled).coords
    return (x1 / scale, y1), (x2 / scale, y2)


def _dense(shape: Any) -> Any:
    """The shape with so many points on its edges that it matters no more in which projection they are straight."""
    return shapely.segmentize(shape, max(_STEP, shape.length / _POINTS_AT_MOST))


def _nearest(place: Place, shape: Any) -> Place:
    """The point of a dense shape that is nearest to a place, by a projection that keeps distances from there."""
    longitude, latitude = map(math.radians, place)
    origin = math.sin(latitude), math.cos(latitude)
    plane = shapely.transform(shape, lambda places: _azimuthal(numpy.radians(places), longitude, origin))
    x, y = shapely.shortest_line(shapely.Point(0, 0), plane).coords[1]
    angle = math.hypot(x, y)
    east, north = (math.sin(angle) * x / angle, math.sin(angle) * y / angle) if angle else (0.0, 0.0)
    up = math.cos(angle)
    height = up * origin[0] + north * origin[1]
    turned = longitude + math.atan2(east, up * origin[1] - north * origin[0])
    return math.degrees(turned), math.degrees(math.asin(max(-1.0, min(1.0, height))))


def _azimuthal(places: Any, longitude: float, origin: tuple[float, float]) -> Any:
    """The azimuthal equidistant projection of a unit sphere around a place (Snyder 1987, 25)."""
    turned, sine, cosine = places[:, 0] - longitude, numpy.sin(places[:, 1]), numpy.cos(places[:, 1])
    east = cosine * numpy.sin(turned)
    north = origin[1] * sine - origin[0] * cosine * numpy.cos(turned)
    up = origin[0] * sine + origin[1] * cosine * numpy.cos(turned)
    across = numpy.hypot(east, north)
    stretch = numpy.arctan2(across, up) / numpy.where(across == 0, 1, across)
    return numpy.stack((east * stretch, north * stretch), axis=1)
