"""Which properties say where and when things are: those of standards, and those that a project names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ldpub.namespaces import ADMS, DCAT, DCT, GEO, LDES, OWL, PROV, RDF, RDFS, SCHEMA, SD, SH, TREE, VANN, VOID
from ldpub.release import PICTURES, Release

_WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_TIME = "http://www.w3.org/2006/time#"
_LOCN = "http://www.w3.org/ns/locn#"
_SCHEMAS = (SCHEMA, "https://schema.org/")

LATITUDES = (_WGS84 + "lat", *(schema + "latitude" for schema in _SCHEMAS))
LONGITUDES = (_WGS84 + "long", *(schema + "longitude" for schema in _SCHEMAS))
POINTS = (GEO + "asWKT", DCAT + "centroid", _LOCN + "geometry")
"""Properties whose values are geometries as wktLiteral (GeoSPARQL 1.1, 8.5; DCAT 3, 6.16)."""

GEOMETRIES = (
    GEO + "hasDefaultGeometry",
    GEO + "hasCentroid",
    GEO + "hasGeometry",
    _WGS84 + "location",
    _LOCN + "geometry",
    *(schema + "geo" for schema in _SCHEMAS),
)
"""Properties that lead from a thing to what says where it is."""

PERIODS = (DCT + "temporal", _TIME + "hasTime", "http://www.w3.org/ns/org#memberDuring")
"""Properties that lead from a thing to the time in which it was."""

INSTANTS = tuple(_TIME + name for name in ("inXSDDate", "inXSDgYearMonth", "inXSDgYear", "inXSDDateTimeStamp"))
"""Properties that say when an instant is (OWL-Time, 4.2)."""

_DATES: Mapping[str, tuple[str, ...]] = {
    "date": (
        DCT + "date",
        DCT + "issued",
        PROV + "atTime",
        *INSTANTS,
        *(schema + name for schema in _SCHEMAS for name in ("datePublished", "dateCreated")),
    ),
    "start": (
        _TIME + "hasBeginning",
        DCAT + "startDate",
        PROV + "startedAtTime",
        *(schema + name for schema in _SCHEMAS for name in ("startDate", "foundingDate", "birthDate")),
    ),
    "end": (
        _TIME + "hasEnd",
        DCAT + "endDate",
        PROV + "endedAtTime",
        *(schema + name for schema in _SCHEMAS for name in ("endDate", "dissolutionDate", "deathDate")),
    ),
}

_LEFT_OUT = (
    *(RDF, RDFS, OWL, SH, VOID, SD, ADMS, VANN, LDES, TREE, DCAT),
    *GEOMETRIES,
    *PERIODS,
    *(DCT + name for name in ("license", "rights", "source", "format", "language", "conformsTo")),
    *(PROV + name for name in ("wasDerivedFrom", "hadPrimarySource", "wasGeneratedBy")),
    *(schema + "sameAs" for schema in _SCHEMAS),
)
"""How the properties begin that say how things are described, not what they are linked to."""


@dataclass(frozen=True)
class Terms:
    """The properties that the pictures of a release read; `links` are, by picture, those that a project named."""

    dates: Mapping[str, Sequence[str]] = field(default_factory=lambda: dict(_DATES))
    links: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def follows(self, picture: str, name: str) -> bool:
        """Whether a picture follows a property from thing to thing."""
        named = self.links.get(picture)
        return name in named if named else not name.startswith(_LEFT_OUT)

    def rank(self, picture: str, name: str) -> int:
        """How strong a property is in a picture: 0 is the strongest."""
        named = self.links.get(picture) or ()
        return named.index(name) if name in named else len(named)


def terms_of(release: Release) -> Terms:
    """The terms of a release: those of standards, and before them those of its project."""
    if PICTURES not in release.manifest.files:
        return Terms()
    settings: Mapping[str, Any] = json.loads(release.file(PICTURES).read_text(encoding="utf-8"))
    dates = settings["dates"]
    roles = {role: (*dates.get(role, ()), *_DATES.get(role, ())) for role in (*dates, *_DATES)}
    return Terms(roles, {name: settings[name] for name in ("map", "timeline", "network")})
