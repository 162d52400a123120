"""What of a project is linked: its things with names, place, country and links, and the settings that say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.build.linking.items import Place, on_earth, place_of
from ldpub.build.linking.paths import Paths, Ways, read_iri, read_setting
from ldpub.build.project import Project
from ldpub.errors import Fault, SourceError
from ldpub.labels import LABEL_PROPERTIES
from ldpub.namespaces import GEO, SCHEMA, SKOS

_WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_ALT_LABEL = SKOS + "altLabel"
_POINTS = ((GEO + "hasDefaultGeometry", GEO + "asWKT"), (GEO + "hasGeometry", GEO + "asWKT"))


@dataclass(frozen=True)
class Kind:
    """A kind of things that are linked: their class, the service's type for it, and words or types that tell.

    `fits` are identifiers of types, or words of their names, that say that an item is of this kind; `other` those that
    say that it is of another: the state that has the name of its capital.
    """

    iri: str
    type: str = ""
    fits: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True)
class Linking:
    """The settings of links, with whole IRIs."""

    target: str
    property: str
    kinds: tuple[Kind, ...]
    country: Paths
    distance: float
    margin: float


@dataclass(frozen=True)
class Thing:
    """A thing of the project: its labels and further names, its place, and identifiers of its countries and links."""

    iri: str
    labels: tuple[str, ...]
    others: tuple[str, ...]
    kind: Kind | None
    place: Place | None
    countries: frozenset[str]
    links: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its first label, or its IRI."""
        return self.labels[0] if self.labels else self.iri


def read_linking(project: Project) -> Linking:
    """The settings; raises SourceError where a name in them is not known."""
    config, prefixes = project.config, project.prefixes
    country = str(config["link.country"])
    return Linking(
        str(config["link.target"]),
        read_iri("link.property", config["link.property"], prefixes),
        tuple(_kind(kind, prefixes) for kind in config["link.kinds"]),
        read_setting("link.country", country, prefixes) if country else (),
        float(config["link.distance_km"]),
        float(config["link.margin"]),
    )


def _kind(kind: Mapping[str, Any], prefixes: Mapping[str, str]) -> Kind:
    iri = read_iri("link.kinds", kind["class"], prefixes)
    return Kind(iri, kind.get("type", ""), tuple(kind.get("fits", ())), tuple(kind.get("other", ())))


def things(triples: Iterable[Triple], linking: Linking, languages: Iterable[str]) -> list[Thing]:
    """The things of the kinds that are linked, in the order of their IRIs.

    Raises SourceError where the settings name no kind.
    """
    if not linking.kinds:
        mend = 'say what is linked: [[link.kinds]], then class = "ex:Town"'
        raise SourceError([Fault("the setting link.kinds is missing", "ldpub.toml", mend=mend)])
    ways = Ways(triples)
    found: dict[str, Thing] = {}
    for kind in linking.kinds:
        for node in ways.of_class(kind.iri):
            found.setdefault(node.value, _thing(node, kind, ways, linking, tuple(languages)))
    return [found[iri] for iri in sorted(found)]


def linked_things(triples: Iterable[Triple], linking: Linking, languages: Iterable[str]) -> list[Thing]:
    """Everything that has a link to the target, of whatever kind, in the order of IRIs."""
    ways = Ways(triples)
    kinds = {node: kind for kind in reversed(linking.kinds) for node in ways.of_class(kind.iri)}
    nodes = {node for node in ways.subjects(linking.property) if isinstance(node, NamedNode)}
    ordered = sorted(nodes, key=lambda node: node.value)
    made = (_thing(node, kinds.get(node), ways, linking, tuple(languages)) for node in ordered)
    return [thing for thing in made if thing.links]


def identifiers(node: NamedNode, ways: Ways, linking: Linking) -> tuple[str, ...]:
    """The identifiers of the target's items that a thing is linked to; a thing of the target has its own."""
    own = [node.value] if node.value.startswith(linking.target) else []
    linked = [term.value for term in ways.values(node, linking.property) if isinstance(term, NamedNode)]
    return tuple(iri.removeprefix(linking.target) for iri in [*own, *linked] if iri.startswith(linking.target))


def _thing(node: NamedNode, kind: Kind | None, ways: Ways, linking: Linking, languages: tuple[str, ...]) -> Thing:
    labels = [text for name in LABEL_PROPERTIES for text in ways.texts(node, name)]
    labels.sort(key=lambda text: (_rank(text, languages), text.value))
    countries = [term for term in ways.reach(node, linking.country) if isinstance(term, NamedNode)]
    return Thing(
        node.value,
        tuple(dict.fromkeys(text.value for text in labels)),
        tuple(sorted({text.value for text in ways.texts(node, _ALT_LABEL)})),
        kind,
        _place(node, ways),
        frozenset(id_ for country in countries for id_ in identifiers(country, ways, linking)),
        identifiers(node, ways, linking),
    )


def _rank(text: Literal, languages: tuple[str, ...]) -> int:
    tag = (text.language or "").partition("-")[0]
    return languages.index(tag) if tag in languages else len(languages)


def _place(node: NamedNode, ways: Ways) -> Place | None:
    """Where a thing is, by W3C Basic Geo, schema.org or GeoSPARQL."""
    for latitude, longitude in ((_WGS84 + "lat", _WGS84 + "long"), (SCHEMA + "latitude", SCHEMA + "longitude")):
        pair = [next(ways.texts(node, name), None) for name in (latitude, longitude)]
        numbers = [_number(text) for text in pair if text is not None]
        if len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None:
            return on_earth(numbers[0], numbers[1])
    for has, written in _POINTS:
        for geometry in ways.values(node, has):
            for text in ways.texts(geometry, written):
                if place := place_of(text.value):
                    return place
    return None


def _number(text: Literal) -> float | None:
    try:
        return float(text.value)
    except ValueError:
        return None
