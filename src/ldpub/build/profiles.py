"""Conformance of the feed to DCAT-AP 3.0.1 and DCAT-AP.de 3.0, as shapes of our own state them (folder `profiles`).

The official shapes are not ours to ship; the tests hold these to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from ldpub.build.results import Severity, ValidationResult
from ldpub.build.rows import listed
from ldpub.build.shacl import run_shacl
from ldpub.config import FILE_NAME, SETTINGS, Config
from ldpub.errors import Fault
from ldpub.namespaces import ADMS, DCAT, DCATAP, DCATDE, DCT, FOAF, SH, SKOS, SPDX

_FOLDER = Path(__file__).parent / "profiles"
_CLASS = SH + "ClassConstraintComponent"
_OF_CODES = {DCT + "type", SKOS + "prefLabel"}
_MOST = SH + "MaxCountConstraintComponent"
_LINKED = (
    {DCT + name for name in ("publisher", "temporal")}
    | {SPDX + "checksum"}
    | {DCAT + name for name in ("dataset", "service", "servesDataset", "distribution", "contactPoint", "inSeries")}
)
"""The properties whose values must be of their class in DCAT-AP.de, too: what it keeps no code list of."""


@dataclass(frozen=True)
class Conformance:
    """What a profile says of the feed: demands that are not met, and recommendations."""

    key: str
    name: str
    url: str
    violations: tuple[ValidationResult, ...]
    warnings: tuple[ValidationResult, ...]


def conformance(feed: Iterable[Triple], turbo: bool, seconds: float) -> tuple[Conformance, ...]:
    """The feed held against each profile; DCAT-AP.de takes over DCAT-AP's demands but those on codes."""
    feed = tuple(feed)
    general, german = (run_shacl(listed(feed), _shapes(name), turbo, seconds) for name in ("dcat-ap", "dcat-ap-de"))
    inherited = [result for result in general if _is_inherited(result)]
    return (
        _judged("dcat-ap", "DCAT-AP 3.0.1", "https://semiceu.github.io/DCAT-AP/releases/3.0.1/", general),
        _judged("dcat-ap-de", "DCAT-AP.de 3.0", "https://www.dcat-ap.de/def/dcatde/3.0/spec/", [*inherited, *german]),
    )


def fault_of(result: ValidationResult, name: str, config: Config) -> Fault:
    """A result as a fault of the settings: where in ldpub.toml the setting stands or belongs, and the mend."""
    setting = _SETTINGS.get(result.path or "") or _SETTINGS.get(result.shape or "", "project.title")
    line, excerpt = config.place(setting)
    table, key = setting.split(".")
    purpose = next(one.help for one in SETTINGS if one.name == setting)
    mend = f"set {key} below [{table}] in {FILE_NAME}: {purpose}"
    if setting == "project.license":
        mend = (
            f'below [{table}]: license = "https://creativecommons.org/licenses/by/4.0/" (or the licence that you give)'
        )
    focus = getattr(result.focus, "value", str(result.focus))
    return Fault(f"{name}: {focus}: {result.message()}", FILE_NAME, line, excerpt=excerpt, mend=mend, code=setting)


_SETTINGS = {
    DCT + "license": "project.license",
    DCT + "publisher": "project.publisher",
    DCT + "title": "project.title",
    DCT + "description": "project.description",
    DCT + "language": "project.languages",
    DCT + "issued": "project.issued",
    DCT + "modified": "project.modified",
    DCT + "spatial": "catalogue.spatial",
    DCT + "temporal": "catalogue.temporal",
    DCT + "accessRights": "catalogue.access_rights",
    DCT + "accrualPeriodicity": "catalogue.frequency",
    DCT + "type": "project.publisher",
    DCAT + "bbox": "catalogue.spatial",
    DCAT + "centroid": "catalogue.spatial",
    DCAT + "startDate": "catalogue.temporal",
    DCAT + "endDate": "catalogue.temporal",
    DCAT + "contactPoint": "project.contact",
    DCAT + "keyword": "project.keywords",
    DCAT + "theme": "project.themes",
    DCAT + "distribution": "sources.data",
    DCATAP + "availability": "catalogue.availability",
    DCATDE + "contributorID": "catalogue.contributor",
    DCATDE + "politicalGeocodingLevelURI": "catalogue.geocoding_level",
    DCATDE + "licenseAttributionByText": "catalogue.attribution",
    ADMS + "versionNotes": "catalogue.version_notes",
    FOAF + "name": "project.publisher",
    "urn:ldpub:dcat-ap-de:contactCanBeReached": "project.contact",
    "urn:ldpub:dcat-ap-de:periodHasAnEnd": "catalogue.temporal",
}
"""The setting by which each property of the feed, or what a shape of its own says of several, can be mended."""


def _is_inherited(result: ValidationResult) -> bool:
    """Whether DCAT-AP.de demands it, too: not the class of a code, how it is called, or which type it is."""
    if result.component == _CLASS:
        return result.path in _LINKED
    return result.path not in _OF_CODES or result.component == _MOST


def _judged(key: str, name: str, url: str, results: Iterable[ValidationResult]) -> Conformance:
    results = tuple(results)
    violations = tuple(result for result in results if result.severity is Severity.VIOLATION)
    return Conformance(key, name, url, violations, tuple(r for r in results if r.severity is Severity.WARNING))


def _shapes(name: str) -> list[Triple]:
    return [quad.triple for quad in parse(path=str(_FOLDER / f"{name}.ttl"), format=RdfFormat.TURTLE)]
