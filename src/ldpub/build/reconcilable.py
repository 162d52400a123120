"""What can be reconciled (Reconciliation Service API 0.2, 2): entities with names, types, identifiers, coordinates."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal

from ldpub.build.numbered import LITERAL, Term, Triples
from ldpub.iris import IriPolicy
from ldpub.labels import LABEL_PROPERTIES, OTHER_NAMES
from ldpub.namespaces import DCT, GEO, OWL, RDF, RDFS, SCHEMA, SH, SKOS, XSD

_TYPE = RDF + "type"
_RANKS = {**dict.fromkeys(LABEL_PROPERTIES, 0), OTHER_NAMES[0]: 1, OTHER_NAMES[1]: 2}
_SAME = frozenset(
    (
        OWL + "sameAs",
        SCHEMA + "sameAs",
        "https://schema.org/sameAs",
        SKOS + "exactMatch",
        SKOS + "closeMatch",
    )
)
"""Links to what is the same elsewhere: its IRI and the last segment of that are identifiers."""

_IDENTIFIERS = frozenset((DCT + "identifier", SCHEMA + "identifier", SKOS + "notation"))
_WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_AXES = {_WGS84 + "lat": 0, SCHEMA + "latitude": 0, _WGS84 + "long": 1, SCHEMA + "longitude": 1}
_GEOMETRIES = frozenset((GEO + "hasDefaultGeometry", GEO + "hasGeometry", SCHEMA + "geo"))
_POINT = re.compile(r"POINT\s*\(\s*([-+.\deE]+)\s+([-+.\deE]+)\s*\)", re.IGNORECASE)
_CODE = re.compile(r"\S{1,40}")
_VOCABULARY = (RDF, RDFS, OWL, SH)
"""What is of a class of these is a term or a shape, and no entity."""

_INDIVIDUALS = frozenset((OWL + "Thing", OWL + "NamedIndividual"))


@dataclass
class Entity:
    """A thing that has a name: its names with rank and language, its classes, its properties, what it links to."""

    iri: str
    names: dict[str, tuple[int, str]] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)
    properties: set[str] = field(default_factory=set)
    targets: dict[str, list[str]] = field(default_factory=dict)
    identifiers: set[str] = field(default_factory=set)
    position: tuple[float, float] | None = None
    links: int = 0
    is_withdrawn: bool = False


class Reading:
    """The triples of the site, read once; `entities` gives what was found."""

    def __init__(self, iris: IriPolicy) -> None:
        self._iris = iris
        self._entities: dict[str, Entity] = {}
        self._links: Counter[str] = Counter()
        self._axes: dict[str, dict[int, float]] = defaultdict(dict)
        self._points: dict[str, tuple[float, float]] = {}
        self._geometries: dict[str, list[str]] = defaultdict(list)
        self._shapes: set[str] = set()
        self._codes: dict[str, dict[str, str]] = defaultdict(dict)
        self._no_keys: set[str] = set()

    def read(self, triples: Triples) -> Reading:
        """Read all of them."""
        terms = triples.terms
        values, kinds = terms.values, terms.kinds.tolist()
        for s, p, o in triples.rows():
            if kinds[o] == LITERAL:
                self._literal(values[s], values[p], terms[o])
            else:
                self._link(values[s], values[p], values[o])
        return self

    def entities(self) -> list[Entity]:
        """What has a name under the base and is no term of a vocabulary; the best known first."""
        for predicate, codes in self._codes.items():
            if predicate not in self._no_keys or predicate in _IDENTIFIERS:
                for value, iri in codes.items():
                    self._entities[iri].identifiers.add(value)
        self._shapes = {node for nodes in self._geometries.values() for node in nodes}
        found = [entity for entity in self._entities.values() if self._is_entity(entity)]
        for entity in found:
            entity.links = self._links[entity.iri]
            entity.position = self._position(entity.iri)
        return sorted(found, key=lambda entity: (-entity.links, entity.iri))

    def _is_entity(self, entity: Entity) -> bool:
        is_term = any(name.startswith(_VOCABULARY) and name not in _INDIVIDUALS for name in entity.classes)
        has_page = self._iris.document(entity.iri) is not None and not self._iris.is_of_site(entity.iri)
        is_geometry = entity.iri in self._shapes
        return bool(entity.names) and has_page and not (entity.is_withdrawn or is_term or is_geometry)

    def _entity(self, iri: str) -> Entity:
        found = self._entities.get(iri)
        if found is None:
            found = self._entities[iri] = Entity(iri)
        return found

    def _link(self, iri: str, predicate: str, target: str) -> None:
        entity = self._entity(iri)
        if predicate == _TYPE:
            entity.classes.append(target)
            return
        self._links[target] += 1
        entity.properties.add(predicate)
        entity.targets.setdefault(predicate, []).append(target)
        if predicate in _SAME:
            entity.identifiers.update((target, target.rstrip("/").rpartition("/")[2].rpartition("#")[2]))
        elif predicate in _GEOMETRIES:
            self._geometries[iri].append(target)

    def _literal(self, iri: str, predicate: str, literal: Term) -> None:
        assert isinstance(literal, Literal), "it is called so"
        entity = self._entity(iri)
        entity.properties.add(predicate)
        text = literal.value
        if predicate in _RANKS:
            known = entity.names.get(text, (9, ""))
            entity.names[text] = min(known, (_RANKS[predicate], literal.language or ""))
        elif predicate in _AXES:
            self._axis(iri, predicate, text)
        elif predicate == OWL + "deprecated":
            entity.is_withdrawn = text in ("true", "1")
        elif predicate == GEO + "asWKT" and (match := _POINT.search(text)):
            self._point(iri, match)
        elif not literal.language and literal.datatype.value == XSD + "string":
            self._code(iri, predicate, text)

    def _code(self, iri: str, predicate: str, text: str) -> None:
        """A short value is a key where no two subjects of its property share one (as with owl:hasKey)."""
        if not _CODE.fullmatch(text):
            return
        if self._codes[predicate].setdefault(text, iri) != iri:
            self._no_keys.add(predicate)

    def _axis(self, iri: str, predicate: str, text: str) -> None:
        if (number := _number(text)) is not None:
            self._axes[iri][_AXES[predicate]] = number

    def _point(self, iri: str, match: re.Match[str]) -> None:
        longitude, latitude = _number(match[1]), _number(match[2])
        if longitude is not None and latitude is not None:
            self._points[iri] = (latitude, longitude)

    def _position(self, iri: str) -> tuple[float, float] | None:
        """Latitude and longitude, of the thing or of its geometry."""
        for node in (iri, *sorted(self._geometries.get(iri, ()))):
            axes = self._axes.get(node, {})
            found = (axes[0], axes[1]) if len(axes) == 2 else self._points.get(node)
            if found is not None and abs(found[0]) <= 90 and abs(found[1]) <= 180:
                return found
        return None


def sizes(entities: Iterable[Entity]) -> Counter[str]:
    """How many entities each class has."""
    return Counter(name for entity in entities for name in set(entity.classes))


def smallest_class(entity: Entity, counts: Mapping[str, int], base: str) -> str:
    """The class that says most about an entity: the smallest, of the site's own if there are any."""
    own = [name for name in entity.classes if name.startswith(base)] or entity.classes
    return min(own, key=lambda name: (counts[name], name), default="")


def telling_places(entities: Iterable[Entity], classes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """For each entity of a class the one thing that tells it from namesakes, as a city's country does.

    That is the value of the property that most of the class have, each with one value, of which there are far fewer
    than entities. `classes` gives the class of each entity; what comes are pairs of IRIs.
    """
    members: dict[str, list[Entity]] = defaultdict(list)
    named = {}
    for entity in entities:
        members[classes[entity.iri]].append(entity)
        named[entity.iri] = entity
    for name in sorted(members):
        listed = members[name]
        properties = {p for entity in listed for p in entity.targets} - _SAME - _GEOMETRIES
        rated = [(_worth(listed, p, named), p) for p in sorted(properties)]
        worth, best = max(rated, default=((0.0, 0), ""), key=lambda pair: pair[0])
        if worth[0] >= 0.5:
            yield from ((entity.iri, entity.targets[best][0]) for entity in listed if best in entity.targets)


def _worth(listed: list[Entity], predicate: str, named: Mapping[str, Entity]) -> tuple[float, int]:
    """How many of a class a property tells apart, and into how many groups; nothing where it would name each alone."""
    values = [targets for entity in listed if (targets := entity.targets.get(predicate))]
    single = [targets[0] for targets in values if len(set(targets)) == 1 and targets[0] in named]
    groups = len(set(single))
    if len(single) < 2 or 2 * groups > len(single) + 1 or len(single) < len(values):
        return (0.0, 0)
    return (len(single) / len(listed), groups)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
