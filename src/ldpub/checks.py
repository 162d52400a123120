"""Checks of settings that are tables, most of them for catalogues (DCAT-AP 3.0): each says what is wrong, or None."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

Check = Callable[[Any], str | None]
"""Says in words what is wrong with a value, or None."""

PROFILES = ("dcat-ap", "dcat-ap-de")
"""The profiles that a catalogue can be held to: DCAT-AP 3.0.1 and DCAT-AP.de 3.0."""

DATE_ROLES = (
    *(f"{role}{bound}" for role in ("date", "start", "end") for bound in ("", "_earliest", "_latest")),
    "attested",
)
"""What a property can say about when a thing was."""

_FACET_MAY = {"decade", "until"}
_AGENT = {"name", "homepage", "iri", "type", "telephone", "email"}
_TELEPHONE = re.compile(r"\+?[0-9][0-9().-]*|\+0")
_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_PRODUCT = {"slug", "title", "description", "graphs"}
_PRODUCT_MAY = {
    "keywords",
    "themes",
    "issued",
    "modified",
    "spatial",
    "temporal",
    "license",
    "attribution",
    "provenance",
    "rights",
    "imported",
}


def locations(iri: Check, text: Check) -> Check:
    """A list of places; `iri` checks an IRI, `text` a text in several languages."""

    def check(value: object) -> str | None:
        if not isinstance(value, list) or not all(isinstance(one, dict) and "iri" in one for one in value):
            return 'it must be a list of places: [{ iri = "https://...", bbox = [west, south, east, north] }]'
        return next((wrong for one in value if (wrong := _location(one, iri, text))), None)

    return check


def _location(place: Mapping[str, Any], iri: Check, text: Check) -> str | None:
    if unknown := set(place) - {"iri", "name", "bbox"}:
        return f"a place has no {min(unknown)}"
    box = _bbox(place.get("bbox", [0, 0, 0, 0]))
    told = {"iri": iri(place["iri"]), "name": text(place.get("name", "")), "bbox": box}
    return next((f"{key}: {wrong}" for key, wrong in told.items() if wrong), None)


def _bbox(box: object) -> str | None:
    numbers = isinstance(box, list) and len(box) == 4 and all(type(one) in (int, float) for one in box)
    if not numbers or not isinstance(box, list):
        return "it must be four degrees, [west, south, east, north]"
    west, south, east, north = box
    good = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90
    return None if good else "it must be four degrees on the globe, [west, south, east, north]"


def period(date: Check) -> Check:
    """A period of time; `date` checks a day."""

    def check(value: object) -> str | None:
        if not isinstance(value, dict) or set(value) - {"start", "end"}:
            return 'it must be a table { start = "1947-01-01", end = "2026-01-31" }, either may be left out'
        return next((f"{key}: {wrong}" for key, day in value.items() if (wrong := date(day))), None)

    return check


def parts(checks: Mapping[str, Check]) -> Check:
    """A list of data sets that are parts of the whole; `checks` are those of their keys, by name."""

    def check(value: object) -> str | None:
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            return "it must be a list of tables: [[catalogue.products]] with slug, title, description and graphs"
        return next((wrong for one in value if (wrong := _part(one, checks))), None)

    return check


def _part(part: Mapping[str, Any], checks: Mapping[str, Check]) -> str | None:
    if missing := _PRODUCT - set(part):
        return f"it must be given a {min(missing)} for each data set"
    if unknown := set(part) - _PRODUCT - _PRODUCT_MAY:
        return f"a data set has no {min(unknown)}"
    return next((f"{key}: {wrong}" for key, value in part.items() if (wrong := checks[key](value))), None)


def globs(value: object) -> str | None:
    """A list of patterns of files below the project."""
    if not isinstance(value, list) or not all(isinstance(pattern, str) for pattern in value):
        return "it must be a list of strings"
    for pattern in value:
        parts = PurePosixPath(pattern).parts
        if not parts or pattern.startswith("/") or "\0" in pattern or ".." in parts:
            return f"{pattern!r} must name files below the project: no / in front, no .."
        if any("**" in part and part != "**" for part in parts):
            return f"{pattern!r}: ** stands for folders, alone between slashes"
    return None


def slug(value: object) -> str | None:
    """The name of a data set in paths."""
    good = isinstance(value, str) and _SLUG.fullmatch(value)
    return None if good else "it must be a name of letters a to z, digits and hyphens"


def targets(iri: Check) -> Check:
    """A table of data sets by name, each with the beginning of its IRIs; `iri` checks one."""

    def check(value: object) -> str | None:
        if not isinstance(value, dict) or not all(_SLUG.fullmatch(str(name).lower()) for name in value):
            return 'it must be a table of data sets: { Wikidata = "http://www.wikidata.org/entity/" }'
        return next((f"{name}: {wrong}" for name, start in value.items() if (wrong := iri(start))), None)

    return check


def profiles(value: object) -> str | None:
    """A list of profiles."""
    good = isinstance(value, list) and all(item in PROFILES for item in value)
    return None if good else f"it must be a list of profiles: {', '.join(PROFILES)}"


def at_least(least: float, most: float, words: str) -> Check:
    """A number between two."""

    def check(value: object) -> str | None:
        good = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        return None if good else f"it must be {words}"

    return check


def networks(value: object) -> str | None:
    """A list of addresses or networks of IP."""
    try:
        for one in value if isinstance(value, list) else [None]:
            ipaddress.ip_network(one if isinstance(one, str) else "", strict=False)
    except ValueError:
        return 'it must be a list of addresses or networks: ["10.0.0.7", "192.168.0.0/16"]'
    return None


CLAIM_ROLES = ("subject", "property", "value", "rank", "evidence", "passage")
"""What the properties of a claim may say: what it is about, of which property, which value, and how it is ranked.

`evidence` leads from it, or from any thing, to what attests it, and `passage` from there to what the source says.
"""


def dates(iris: Check) -> Check:
    """Properties by what they say of when a thing was; `iris` checks a list of IRIs."""
    return _by_role(iris, DATE_ROLES, "begun")


def facets(text: Check) -> Check:
    """Tables { name, label, path, decade, until }; the build reads the paths. `text` checks a text in languages."""

    def check(value: object) -> str | None:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            return 'it must be tables: [[browse.facets]], then name = "...", label = {...}, path = "..."'
        if wrong := next((wrong for item in value if (wrong := _facet(item, text))), None):
            return wrong
        names = [item["name"] for item in value]
        return None if len(set(names)) == len(names) else "two facets have one name"

    return check


def _facet(item: Mapping[str, Any], text: Check) -> str | None:
    needed = {"name", "label", "path"}
    if wrong := ", ".join(sorted((needed - set(item)) | (set(item) - needed - _FACET_MAY))):
        return f"a facet has a name, a label, a path and perhaps decade and until, not {wrong}"
    if not isinstance(item["name"], str) or not re.fullmatch("[a-z][a-z0-9-]*", item["name"]):
        return "the name of a facet is of a to z, 0 to 9 and hyphens"
    if label := text(item["label"]):
        return f"{item['name']}: {label}"
    if not all(isinstance(item.get(key, ""), str) for key in ("path", "until")):
        return f"{item['name']}: it must be a string"
    return None if isinstance(item.get("decade", False), bool) else f"{item['name']}: it must be true or false"


def claims(iris: Check) -> Check:
    """Properties by what they say of a claim; `iris` checks a list of IRIs."""
    return _by_role(iris, CLAIM_ROLES, "about")


def summaries(text: Check) -> Check:
    """Sentences by class; `text` checks a text in several languages. Paths are read with the prefixes at the build."""

    def check(value: object) -> str | None:
        if not isinstance(value, list) or not all(
            isinstance(one, dict) and {"class", "text"} <= set(one) for one in value
        ):
            return 'it must be tables: [[browse.summaries]], then class = "...", text = {...}, parts = {...}'
        return next((f"{one['class']}: {wrong}" for one in value if (wrong := _summary(one, text))), None)

    return check


def _summary(one: Mapping[str, Any], text: Check) -> str | None:
    parts = one.get("parts", {})
    if unknown := set(one) - {"class", "text", "parts"}:
        return f"a summary has no {min(unknown)}"
    if not isinstance(one["class"], str) or not isinstance(parts, dict):
        return "class must be a name, and parts a table"
    for name, part in parts.items():
        if not isinstance(part, dict) or not isinstance(part.get("path"), str) or set(part) - {"path", "one", "many"}:
            return f"{name}: a part has a path, and perhaps one and many"
        if wrong := text(part.get("one", "")) or text(part.get("many", "")):
            return f"{name}: {wrong}"
    return text(one["text"])


def _by_role(iris: Check, roles: Sequence[str], example: str) -> Check:
    def check(value: object) -> str | None:
        if not isinstance(value, dict) or any(iris(item) for item in value.values()):
            role = "start" if "start" in roles else roles[0]
            return f'it must be a table of lists of IRIs: {{ {role} = ["https://example.org/ns#{example}"] }}'
        wrong = next((role for role in value if role not in roles), None)
        return None if wrong is None else f"{wrong} is none of {', '.join(roles)}"

    return check


def is_endpoint(url: str) -> bool:
    """Whether a SPARQL endpoint may be asked at this URL: of http or https, without user, password and fragment."""
    try:
        parts = urllib.parse.urlsplit(url)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        return False
    return bool(named) and parts.username is None and parts.password is None and not parts.fragment


def agent(iri: Check) -> Check:
    """A publisher or a contact; `iri` checks an IRI."""

    def check(value: object) -> str | None:
        if not isinstance(value, dict) or set(value) - _AGENT or "name" not in value:
            return 'it must be a table { name = "...", homepage = "..." } (iri, type, telephone and email are optional)'
        if not all(isinstance(item, str) for item in value.values()):
            return "its values must be strings"
        if not _TELEPHONE.fullmatch(value.get("telephone", "+0")):
            return "telephone: it must be a number such as +49-511-1234"
        for key in ("homepage", "iri", "type"):
            if key in value and (wrong := iri(value[key])):
                return f"{key}: {wrong}"
        return "email: it must be an address" if "email" in value and iri("mailto:" + value["email"]) else None

    return check
