"""Where things are: coordinates by W3C Basic Geo, schema.org, GeoSPARQL, DCAT; the figure of a map."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.serve.describe import Describer
from ldpub.serve.language import Words
from ldpub.serve.pictures.around import surroundings
from ldpub.serve.pictures.figure import Cell, Figure, cell, kind_cells, kind_name, listed, term_cell
from ldpub.serve.pictures.terms import GEOMETRIES, LATITUDES, LONGITUDES, POINTS, Terms
from ldpub.serve.pictures.world_map import Place, Places
from ldpub.serve.quads import Quad
from ldpub.serve.statements import Statements

Position = tuple[float, float]
"""Longitude and latitude in degrees."""

PLACES_READ = 20_000
"""How many located things of a release its map stands for."""

PLACES_LISTED = 200
"""How many places a table lists."""

_EACH = 300
_NUMBER = r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_POINT = re.compile(rf"\s*(?:<([^>]*)>)?\s*POINT\s*Z?\s*\({_NUMBER}\s{_NUMBER}(?:\s{_NUMBER})?\s*\)\s*", re.IGNORECASE)
_LATITUDE_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"
_LONGITUDE_FIRST = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def map_around(
    statements: Statements, thing: NamedNode, terms: Terms, describer: Describer, words: Words
) -> Figure | None:
    """The map of what a thing is linked to and of where it is itself; None where nothing lies anywhere."""
    found = surroundings(statements, thing, terms, "map", _EACH)
    where = positions(statements, [thing, *(one.thing for one in found.neighbours)])
    related = [one for one in found.neighbours if one.thing in where]
    own = where.get(thing)
    if own is None and not related:
        return None
    describer.learn([thing, *(one.thing for one in related), *(k.property for one in related for k in one.kinds)])
    kinds = list(dict.fromkeys(one.kinds[0] for one in related))
    places = tuple(
        Place(describer.name(one.thing), *where[one.thing], kind=kinds.index(one.kinds[0])) for one in related
    )
    name = describer.name(thing)
    view = Places(
        words["map_of"].format(name=name),
        listed([place.name for place in places] or [name]),
        words.tag,
        places,
        tuple(kind_name(kind, describer, thing) for kind in kinds),
        Place(name, *own) if own else None,
        words["map_unnamed"],
    )
    kind_cell = kind_cells(describer, thing)
    rows = [
        (term_cell(one.thing, describer), kind_cell(one.kinds), *_cells(where[one.thing], words))
        for one in related[:PLACES_LISTED]
    ]
    left_out = max(len(related) + bool(own) - PLACES_LISTED, 0)
    if own:
        rows.insert(0, (term_cell(thing, describer), (), *_cells(own, words)))
    columns = (words["place"], words["kind"], words["latitude"], words["longitude"])
    return Figure("map", view, columns, tuple(rows[:PLACES_LISTED]), left_out)


def map_of_all(statements: Statements, describer: Describer, words: Words, title: str) -> Figure | None:
    """The map of all located things of a release, those that most is linked to first; None where there are none."""
    things = statements.subjects_with((*LATITUDES, *POINTS, *GEOMETRIES), PLACES_READ)
    # What the catalogue covers is the middle of a box, and no place of the data.
    where = positions(statements, things, without=NamedNode(describer.snapshot.iris.graph("catalogue")))
    geometries = {quad.object for quad in statements.facts(things, GEOMETRIES)}
    located = [thing for thing in things if thing in where and thing not in geometries]
    if not located:
        return None
    linked = statements.counts_linking_to(located)
    located.sort(key=lambda thing: (-linked.get(thing, 0), thing.value))
    describer.learn(located)
    places = tuple(Place(describer.name(thing), *where[thing]) for thing in located)
    unnamed = words["map_unnamed"] if len(places) <= PLACES_LISTED else words["map_unnamed_long"]
    view = Places(title, listed([place.name for place in places], 30), words.tag, places, unnamed=unnamed)
    shown = sorted(located[:PLACES_LISTED], key=lambda thing: describer.name(thing).casefold())
    rows = tuple((term_cell(thing, describer), *_cells(where[thing], words)) for thing in shown)
    columns = (words["place"], words["latitude"], words["longitude"])
    return Figure("map", view, columns, rows, len(located) - len(rows))


def positions(
    statements: Statements, things: Sequence[NamedNode], without: NamedNode | None = None
) -> dict[NamedNode, Position]:
    """Where things are, of those that are said to be somewhere: their own coordinates, else those of their geometry.

    What the graph `without` says does not count.
    """
    facts = statements.facts(things, (*LATITUDES, *LONGITUDES, *POINTS, *GEOMETRIES))
    direct = _grouped([quad for quad in facts if quad.graph_name != without])
    found = {thing: position for thing in things if (position := _position(direct.get(thing, {})))}
    nodes = {thing: node for thing in things if thing not in found and (node := _geometry(direct.get(thing, {})))}
    below = _grouped(statements.facts(list(nodes.values()), (*LATITUDES, *LONGITUDES, *POINTS)))
    found.update({thing: position for thing, node in nodes.items() if (position := _position(below.get(node, {})))})
    return found


def _grouped(quads: Sequence[Quad]) -> dict[object, dict[str, list[object]]]:
    found: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        found[quad.subject][quad.predicate.value].append(quad.object)
    return found


def _geometry(facts: Mapping[str, Sequence[object]]) -> NamedNode | BlankNode | None:
    """What says where a thing is, by the properties in their order."""
    values = (value for name in GEOMETRIES for value in facts.get(name, ()))
    return next((value for value in values if isinstance(value, NamedNode | BlankNode)), None)


def _position(facts: Mapping[str, Sequence[object]]) -> Position | None:
    """The first coordinates that lie on Earth, by the properties in their order."""
    latitude, longitude = _degrees(facts, LATITUDES), _degrees(facts, LONGITUDES)
    if latitude is not None and longitude is not None:
        return _on_earth(longitude, latitude)
    literals = (value.value for name in POINTS for value in facts.get(name, ()) if isinstance(value, Literal))
    return next((place for place in map(read_point, literals) if place), None)


def _degrees(facts: Mapping[str, Sequence[object]], properties: Sequence[str]) -> float | None:
    values = (value.value for name in properties for value in facts.get(name, ()) if isinstance(value, Literal))
    return next((float(value) for value in values if re.fullmatch(_NUMBER, value)), None)


def read_point(text: str) -> Position | None:
    """Longitude and latitude of a point in Well-Known Text (GeoSPARQL 1.1, 8.5.1); None for anything else."""
    match = _POINT.fullmatch(text)
    if match is None or match[1] not in (None, _LONGITUDE_FIRST, _LATITUDE_FIRST):
        return None
    one, other = float(match[2]), float(match[3])
    return _on_earth(other, one) if match[1] == _LATITUDE_FIRST else _on_earth(one, other)


def _on_earth(longitude: float, latitude: float) -> Position | None:
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def _cells(where: Position, words: Words) -> tuple[Cell, Cell]:
    """Latitude and longitude, in degrees, to about a metre."""
    longitude, latitude = (words.degrees(value) for value in where)
    return cell(latitude), cell(longitude)
