"""GeoSPARQL functions: relations, distances and their references, coordinate systems, and what is no geometry."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ldpub.errors import QueryMemoryError, QueryTimeoutError
from ldpub.store import Limits, Query, Store
from ldpub.store.embedded import EmbeddedStore
from ldpub.store.geography import EXTENSION_FUNCTIONS, GEOF, RELATIONS, functions
from ldpub.store.geometry import Geometries, metres
from ldpub.store.workers import WorkerStore

PROLOGUE = """PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
WKT = ox.NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> "
LAT_LONG = "<http://www.opengis.net/def/crs/EPSG/0/4326> "
HANNOVER, DORTMUND = "POINT(9.7386 52.3744)", "POINT(7.4653 51.5142)"
SQUARE = "POLYGON((0 0,4 0,4 4,0 4,0 0))"


def value(store: Store, expression: str) -> str | None:
    """The lexical form of an expression's value, None if it has none."""
    answer = store.query(Query(f"{PROLOGUE}SELECT ({expression} AS ?x) {{ }}")).read()
    row = json.loads(answer)["results"]["bindings"][0]
    return row["x"]["value"] if row else None


def call(name: str, *arguments: str) -> str:
    """A call with literals of WKT; units and strings stand as they are."""
    terms = ("uom:", "'", "<http://www.opengis.net/def/uom/")
    written = [a if a.startswith(terms) else f'"{a}"^^geo:wktLiteral' for a in arguments]
    return f"geof:{name}({', '.join(written)})"


def distance(store: Store, one: str, other: str, unit: str = "uom:metre") -> float | None:
    found = value(store, call("distance", one, other, unit))
    return None if found is None else float(found)


POINT_IN, POINT_ON, POINT_OUT = "POINT(1 1)", "POINT(4 2)", "POINT(9 9)"
HOLED = "POLYGON((0 0,9 0,9 9,0 9,0 0),(2 2,6 2,6 6,2 6,2 2))"
# Which relations hold; those that are not named do not.
TABLE = [
    (POINT_IN, SQUARE, "Intersects Within"),
    (SQUARE, POINT_IN, "Intersects Contains"),
    (POINT_ON, SQUARE, "Intersects Touches"),
    (POINT_OUT, SQUARE, "Disjoint"),
    (POINT_IN, POINT_IN, "Equals Intersects Within Contains"),
    ("POLYGON((4 4,0 4,0 0,4 0,4 4))", SQUARE, "Equals Intersects Within Contains"),
    ("POLYGON((2 2,6 2,6 6,2 6,2 2))", SQUARE, "Intersects Overlaps"),
    ("POLYGON((4 0,8 0,8 4,4 4,4 0))", SQUARE, "Intersects Touches"),
    ("POLYGON((1 1,2 1,2 2,1 2,1 1))", SQUARE, "Intersects Within"),
    ("LINESTRING(-1 2,5 2)", SQUARE, "Intersects Crosses"),
    ("LINESTRING(1 1,3 3)", SQUARE, "Intersects Within"),
    ("LINESTRING(0 0,4 0)", SQUARE, "Intersects Touches"),
    ("LINESTRING(0 0,2 2)", "LINESTRING(0 2,2 0)", "Intersects Crosses"),
    ("LINESTRING(0 0,2 0)", "LINESTRING(1 0,3 0)", "Intersects Overlaps"),
    ("LINESTRING(0 0,2 2,4 4)", "LINESTRING(4 4,0 0)", "Equals Intersects Within Contains"),
    ("MULTIPOINT((1 1),(9 9))", SQUARE, "Intersects Crosses"),
    ("MULTIPOINT((1 1),(9 9))", "MULTIPOINT((9 9),(8 8))", "Intersects Overlaps"),
    ("MULTIPOLYGON(((1 1,2 1,2 2,1 2,1 1)),((8 8,9 8,9 9,8 9,8 8)))", SQUARE, "Intersects Overlaps"),
    ("MULTILINESTRING((1 1,2 2),(3 3,9 9))", SQUARE, "Intersects Crosses"),
    ("POINT(4 4)", HOLED, "Disjoint"),
    ("POINT EMPTY", SQUARE, "Disjoint"),
    (CRS84 + "POINT(1 3)", SQUARE, "Intersects Within"),
    (LAT_LONG + "POINT(3 1)", SQUARE, "Intersects Within"),
    (LAT_LONG + "POINT(1 5)", SQUARE, "Disjoint"),
    ("POINT Z(1 1 7)", SQUARE, "Intersects Within"),
    ("  point ( 1\t1 ) ", SQUARE, "Intersects Within"),
]


@pytest.mark.parametrize(("one", "other", "holding"), TABLE)
def test_relations_of_simple_features(store: Store, one: str, other: str, holding: str) -> None:
    found = {name for name in RELATIONS if value(store, call(name, one, other)) == "true"}
    assert found == {"sf" + name for name in holding.split()}
    others = {value(store, call(name, one, other)) for name in set(RELATIONS) - found}
    assert others == {"false"}


def test_relate_takes_a_matrix(store: Store) -> None:
    assert value(store, call("relate", POINT_IN, SQUARE, "'T*F**F***'")) == "true"
    assert value(store, call("relate", POINT_ON, SQUARE, "'T*F**F***'")) == "false"
    assert value(store, call("relate", POINT_ON, SQUARE, "'nonsense'")) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # Documentation of GeographicLib: Wellington to Salamanca, and JFK to LHR.
        ("POINT(174.81 -41.32)", "POINT(-5.50 40.96)", 19959679.267),
        ("POINT(-73.8 40.6)", "POINT(-0.5 51.6)", 5551759.400),
        # WGS 84: a degree of the equator is a * pi / 180, and the quarter of a meridian is 10001965.729 m.
        ("POINT(0 0)", "POINT(1 0)", 6378137 * math.pi / 180),
        ("POINT(0 0)", "POINT(0 90)", 10001965.729),
        ("POINT(179.5 0)", "POINT(-179.5 0)", 6378137 * math.pi / 180),
        (HANNOVER, HANNOVER, 0.0),
    ],
)
def test_distances_of_reference(store: Store, one: str, other: str, expected: float) -> None:
    assert distance(store, one, other) == pytest.approx(expected, abs=0.001)


def test_a_distance_in_every_unit_and_order_of_axes(store: Store) -> None:
    found = distance(store, HANNOVER, DORTMUND)
    assert found == pytest.approx(haversine(9.7386, 52.3744, 7.4653, 51.5142), rel=0.005)
    assert distance(store, HANNOVER, DORTMUND, "uom:kilometre") == pytest.approx((found or 0) / 1000)
    epsg = "<http://www.opengis.net/def/uom/EPSG/0/9001>"
    assert distance(store, HANNOVER, DORTMUND, epsg) == found
    assert distance(store, HANNOVER, DORTMUND, "'http://www.opengis.net/def/uom/OGC/1.0/metre'^^xsd:anyURI") == found
    assert distance(store, LAT_LONG + "POINT(52.3744 9.7386)", DORTMUND) == found
    assert float(value(store, call("metricDistance", HANNOVER, DORTMUND)) or 0) == found
    degrees = math.hypot(9.7386 - 7.4653, 52.3744 - 51.5142)
    assert distance(store, HANNOVER, DORTMUND, "uom:degree") == pytest.approx(degrees)
    assert distance(store, HANNOVER, DORTMUND, "uom:radian") == pytest.approx(math.radians(degrees))


def haversine(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """The published formula (Sinnott 1984) on a sphere of mean radius 6371008.8 m."""
    lon1, lat1, lon2, lat2 = map(math.radians, (lon1, lat1, lon2, lat2))
    root = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371008.8 * math.asin(math.sqrt(root))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("POINT(5 2)", SQUARE, ("POINT(5 2)", "POINT(4 2)")),
        (SQUARE, "POINT(2 -1)", ("POINT(2 0)", "POINT(2 -1)")),
        ("POINT(1 1)", SQUARE, ("POINT(0 0)", "POINT(0 0)")),
        ("POINT(4 4)", HOLED, ("POINT(4 4)", "POINT(6 4)")),
        ("LINESTRING(6 1,6 3)", SQUARE, ("POINT(6 3)", "POINT(4 3)")),
        ("POINT(-179.5 1)", "POLYGON((179 0,179.8 0,179.8 2,179 2,179 0))", ("POINT(-179.5 1)", "POINT(179.8 1)")),
        ("POINT(-179 1)", "MULTIPOINT((0 0),(178 1))", ("POINT(-179 1)", "POINT(178 1)")),
        ("LINESTRING(-179 1,-170 1)", "LINESTRING(170 1,179.8 1)", ("POINT(-179 1)", "POINT(179.8 1)")),
    ],
)
def test_distances_between_lines_and_areas(store: Store, one: str, other: str, expected: tuple[str, str]) -> None:
    assert distance(store, one, other) == pytest.approx(distance(store, *expected), rel=0.002)
    assert distance(store, other, one) == pytest.approx(distance(store, one, other), rel=0.002)


PLACES = st.tuples(st.floats(-15, 15).map(lambda x: round(x, 3)), st.floats(35, 65).map(lambda y: round(y, 3)))


@settings(max_examples=60, deadline=None)
@given(PLACES, st.lists(PLACES, min_size=2, max_size=5, unique=True))
def test_the_nearest_point_of_a_line_is_nearest(place: tuple[float, float], line: list[tuple[float, float]]) -> None:
    """No point among thousands on the line is nearer, and one of them is about as near."""
    point, shape = shapely.Point(place), shapely.LineString(line)
    assume(shape.length > 0 and not shapely.dwithin(point, shape, 0.05))
    found = metres(point, shape)
    step = shape.length / 2000
    coordinates = shapely.get_coordinates(shapely.segmentize(shape, step))
    near = min(metres(point, shapely.Point(other)) for other in sorted(coordinates, key=_away_from(place))[:50])
    assert found <= near * 1.0001
    assert near <= found + step * 111_320


def _away_from(place: tuple[float, float]) -> Callable[[Any], float]:
    return lambda other: haversine(*place, *map(float, other))


ILL_FORMED = [
    "",
    "POINT",
    "POINT(1)",
    "POINT(1 1",
    "POINT(1 1) x",
    "POINT(a b)",
    "POINT(nan nan)",
    "POINT(1e400 0)",
    "POINT(0 91)",
    "POINT(400 0)",
    "POLYGON((0 0,1 1))",
    "POLYGON((0 0,1 0,1 1,0 1))",
    "SRID=4326;POINT(0 0)",
    "<http://www.opengis.net/def/crs/EPSG/0/25832> POINT(0 0)",
    "<> POINT(0 0)",
    LAT_LONG + "POINT(100 0)",
    "TRIANGLE((0 0,1 0,0 1))",
    "GEOMETRYCOLLECTION(" * 2000 + "POINT(0 0)" + ")" * 2000,
    "(" * 5000,
]


@pytest.mark.parametrize("text", ILL_FORMED, ids=lambda text: text[:30] or "empty")
def test_what_is_no_geometry_is_an_error_in_evaluation(store: Store, text: str) -> None:
    assert value(store, call("sfIntersects", text, SQUARE) if text else "geof:asWKT(''^^geo:wktLiteral)") is None
    if text:
        assert distance(store, HANNOVER, text) is None
        assert value(store, call("envelope", text)) is None


@pytest.mark.parametrize(
    "expression",
    [
        "geof:sfWithin('POINT(1 1)', 'POINT(1 1)')",
        "geof:sfWithin(1, <x:y>)",
        "geof:sfWithin('POINT(1 1)'^^geo:wktLiteral)",
        "geof:distance('POINT(1 1)'^^geo:wktLiteral, 'POINT(1 1)'^^geo:wktLiteral)",
        "geof:distance('POINT(1 1)'^^geo:wktLiteral, 'POINT(1 1)'^^geo:wktLiteral, uom:parsec)",
        "geof:distance('POINT(1 1)'^^geo:wktLiteral, 'POINT(1 1)'^^geo:wktLiteral, 'metre')",
        "geof:distance('POINT EMPTY'^^geo:wktLiteral, 'POINT(1 1)'^^geo:wktLiteral, uom:metre)",
        "geof:distance('POINT EMPTY'^^geo:wktLiteral, 'POINT(1 1)'^^geo:wktLiteral, uom:degree)",
        "geof:envelope('POINT EMPTY'^^geo:wktLiteral)",
        "geof:sfWithin('POLYGON((0 0,1 1,0 1,1 0,0 0))'^^geo:wktLiteral, 'POINT(1 1)'^^geo:wktLiteral)",
        "geof:nothing('POINT(1 1)'^^geo:wktLiteral)",
    ],
)
def test_wrong_arguments_are_errors_in_evaluation(store: Store, expression: str) -> None:
    assert value(store, expression) is None
    assert value(store, f"COALESCE({expression}, 'no')") == "no"


def test_envelope_and_crs(store: Store) -> None:
    line = "LINESTRING(1 5,3 2)"
    assert value(store, call("envelope", line)) == "POLYGON ((3 2, 3 5, 1 5, 1 2, 3 2))"
    assert value(store, call("envelope", LAT_LONG + line)) == LAT_LONG + "POLYGON ((1 5, 3 5, 3 2, 1 2, 1 5))"
    assert value(store, call("asWKT", LAT_LONG + "POINT(52.3744 9.7386)")) == "POINT (9.7386 52.3744)"
    assert value(store, call("getSRID", "POINT(1 1)")) == CRS84.strip("<> ")
    assert value(store, call("getSRID", LAT_LONG + "POINT(1 1)")) == LAT_LONG.strip("<> ")


def test_the_list_is_what_there_is() -> None:
    assert set(EXTENSION_FUNCTIONS) == {GEOF + name for name in Geometries().functions()}
    assert list(EXTENSION_FUNCTIONS) == sorted(EXTENSION_FUNCTIONS)


def test_functions_are_there_however_their_names_are_written() -> None:
    assert functions("SELECT * { ?s ?p 'geosparql' }") == {}
    store = EmbeddedStore(ox.Store())
    point = '"POINT(1 1)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
    escaped = f"SELECT (<{GEOF}asWKT>({point}) AS ?x) {{ }}".replace("www", r"\u0077ww")
    spellings = [
        f"SELECT (<{GEOF}asWKT>({point}) AS ?x) {{ }}",
        f"PREFIX f: <{GEOF}> SELECT (f:asWKT({point}) AS ?x) {{ }}",
        rf"PREFIX f: <http://www.opengis.net/def/> SELECT (f:function\/geosparql\/asWKT({point}) AS ?x) {{ }}",
        escaped,
    ]
    for text in spellings:
        assert b"POINT (1 1)" in store.query(Query(text)).read(), text


def test_a_worker_does_not_load_geometry_before_it_is_asked_to() -> None:
    code = (
        "import sys, ldpub.store.worker; print([n for n in ('shapely', 'numpy', 'geographiclib') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerStore]:
    """A worker with a short deadline over a polygon of megabytes and many points."""
    path = tmp_path_factory.mktemp("geography") / "store"
    engine = ox.Store(str(path))
    ring = [(math.cos(n / 1e5 * math.tau) * 80, math.sin(n / 1e5 * math.tau) * 80) for n in range(100_000)]
    wkt = "POLYGON((" + ",".join(f"{x:.12f} {y:.12f}" for x, y in [*ring, ring[0]]) + "))"
    engine.add(ox.Quad(ox.NamedNode("x:large"), ox.NamedNode("x:area"), ox.Literal(wkt, datatype=WKT)))
    engine.bulk_extend(
        ox.Quad(ox.NamedNode(f"x:{n}"), ox.NamedNode("x:at"), ox.Literal(f"POINT({n / 100} {n / 200})", datatype=WKT))
        for n in range(4000)
    )
    engine.flush()
    del engine
    with closing(WorkerStore(path, Limits(seconds=4.0, quick_seconds=3.0), 1)) as store:
        yield store


def test_a_megabyte_of_wkt_is_read_once(heavy: WorkerStore) -> None:
    """For each of the points it would take the whole of the time, and more."""
    some = "{ SELECT ?b { ?p <x:at> ?b } LIMIT 500 }"
    text = f"SELECT (COUNT(*) AS ?n) {{ <x:large> <x:area> ?a {some} FILTER(geof:sfContains(?a, ?b)) }}"
    assert b'"500"' in heavy.query(Query(PROLOGUE + text)).read()


def test_the_deadline_holds_over_geometry(heavy: WorkerStore) -> None:
    text = "SELECT (SUM(geof:distance(?a, ?b, uom:metre)) AS ?n) { ?p <x:at> ?a . ?q <x:at> ?b }"
    started = time.monotonic()
    with pytest.raises((QueryTimeoutError, QueryMemoryError)):
        heavy.query(Query(PROLOGUE + text)).read()
    assert time.monotonic() - started < 4.5
    one = f"SELECT ({call('distance', HANNOVER, DORTMUND, 'uom:metre')} AS ?x) {{ }}"
    assert b'"x"' in heavy.query(Query(PROLOGUE + one)).read()


def test_memory_is_said_where_geometry_does_not_fit(directory: Path) -> None:
    with closing(WorkerStore(directory, Limits(memory_mb=24), 1)) as store, pytest.raises(QueryMemoryError):
        store.query(Query(PROLOGUE + "SELECT (geof:asWKT('POINT(1 1)'^^geo:wktLiteral) AS ?x) { }")).read()
