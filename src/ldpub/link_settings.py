"""The settings of links to another data set and of the exchange with Wikidata: name, default, check, help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ldpub.checks import Check, is_endpoint

_PROPERTY = re.compile(r"P[1-9][0-9]*")
_KIND = {"class", "type", "fits", "other"}
_STATEMENT = {"property", "class", "subject", "object", "participants"}
_STATEMENT_MAY = {
    *("subject", "object", "participants", "qualifiers", "only", "hold", "ended", "evidence", "among", "denied"),
}
_DENIED = {"class", "subject", "object", "only"}
_DATING = {"date", "earliest", "latest"}


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else "it must be a name, an <IRI> or a property path"


def _url(value: object) -> str | None:
    good = isinstance(value, str) and is_endpoint(value)
    return None if good else "it must be an http or https URL without user, password and fragment"


def _texts(value: object) -> str | None:
    good = isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)
    return None if good else "it must be a list of strings"


def _file(value: object) -> str | None:
    good = isinstance(value, str) and value.endswith(".ttl") and not value.startswith("/") and ".." not in value
    return None if good else "it must be the name of a Turtle file (.ttl) below the project"


def _number(value: object) -> str | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
    return None if good else "it must be a number above zero"


def _count(value: object) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return None if good else "it must be a whole number above zero"


def _optional_text(value: object) -> str | None:
    return None if value == "" else _text(value)


def _tables(value: object) -> str | None:
    good = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return None if good else "it must be tables, each below a line with its name in double brackets"


def _kinds(value: object) -> str | None:
    """Kinds are tables { class, type, fits, other }."""
    if (wrong := _tables(value)) or not isinstance(value, list):
        return wrong
    for kind in value:
        if "class" not in kind or set(kind) - _KIND:
            return "a kind has a class, and may have a type, and lists fits and other"
        checks: Mapping[str, Check] = {"class": _text, "type": _text, "fits": _texts, "other": _texts}
        if said := _first(kind, checks):
            return said
    return None


def _statements(value: object) -> str | None:
    """Statements are tables that map things of a class to statements of Wikidata."""
    if (wrong := _tables(value)) or not isinstance(value, list):
        return wrong
    return next((said for one in value if (said := _statement(one))), None)


def _statement(one: Mapping[str, Any]) -> str | None:
    if unknown := set(one) - _STATEMENT - _STATEMENT_MAY:
        return f"a statement has no {min(unknown)}"
    if "property" not in one or "class" not in one:
        return "a statement has a property and a class"
    if not isinstance(one["property"], str) or not _PROPERTY.fullmatch(one["property"]):
        return 'its property must be a number of Wikidata: "P463"'
    if ("participants" in one) == ("subject" in one or "object" in one) or ("subject" in one) != ("object" in one):
        return f"{one['property']}: it has either participants or a subject and an object"
    checks: Mapping[str, Check] = {
        **dict.fromkeys(("class", "subject", "object", "participants", "evidence", "among"), _text),
        **dict.fromkeys(("only", "hold", "ended"), _filters),
        "qualifiers": _qualifiers,
        "denied": _denied,
    }
    said = _first(one, checks)
    return f"{one['property']}: {said}" if said else None


def _filters(value: object) -> str | None:
    good = isinstance(value, dict) and not any(_text(path) or _texts(terms) for path, terms in value.items())
    return None if good else "it must be a table of property paths, each with a list of values"


def _qualifiers(value: object) -> str | None:
    good = isinstance(value, dict) and all(_PROPERTY.fullmatch(key) and _is_dating(one) for key, one in value.items())
    return (
        None if good else 'it must be a table: { P580 = "ex:start" }, or { P580 = { date = , earliest = , latest = } }'
    )


def _is_dating(value: object) -> bool:
    """Whether it is the path to a date, or a table of such paths."""
    if isinstance(value, dict):
        return bool(value) and set(value) <= _DATING and not any(map(_text, value.values()))
    return not _text(value)


def _denied(value: object) -> str | None:
    if not isinstance(value, dict) or set(value) - _DENIED or _DENIED - {"only"} - set(value):
        return "it must be a table with class, subject and object, and perhaps only"
    checks: Mapping[str, Check] = {"class": _text, "subject": _text, "object": _text, "only": _filters}
    return _first(value, checks)


def _first(table: Mapping[str, Any], checks: Mapping[str, Check]) -> str | None:
    """The first thing wrong with the values of a table, with its key."""
    said = {key: check(table[key]) for key, check in checks.items() if key in table}
    return next((f"{key}: {wrong}" for key, wrong in said.items() if wrong), None)


WIKIDATA = "http://www.wikidata.org/entity/"
WIKIDATA_COUNTRY, WIKIDATA_PLACE = "P17", "P625"

LINK_SETTINGS: tuple[tuple[str, Any, Check, str], ...] = (
    (
        "link.service",
        "https://wikidata.reconci.link/en/api",
        _url,
        "The reconciliation service that knows candidates for links.",
    ),
    (
        "link.target",
        WIKIDATA,
        _text,
        "How the IRIs begin that links lead to; the service's identifier follows.",
    ),
    ("link.property", "schema:sameAs", _text, "The property of a link."),
    ("link.file", "data/links-accepted.ttl", _file, "The Turtle file of accepted links, which `ldpub link` writes."),
    ("link.kinds", [], _kinds, "What is linked: tables of class, type, and the words that fit or tell another kind."),
    ("link.country", "", _optional_text, "The property path from a thing to its country, a thing with a link."),
    (
        "link.country_property",
        WIKIDATA_COUNTRY,
        _optional_text,
        "What the service calls a country; nothing if it has none.",
    ),
    (
        "link.place_property",
        WIKIDATA_PLACE,
        _optional_text,
        "What the service calls coordinates; nothing if it has none.",
    ),
    ("link.name_properties", [], _texts, "What the service calls further names of a thing."),
    ("link.distance_km", 30, _number, "How far from a thing its match may be, in kilometres."),
    ("link.margin", 10, _number, "Two candidates are namesakes if their scores, of 100, differ by no more."),
    ("link.limit", 5, _count, "How many candidates are asked for each name."),
    ("link.batch", 10, _count, "How many names are asked in one request."),
    ("link.seconds", 30, _number, "How long one request may take."),
    (
        "wikidata.endpoint",
        "https://query.wikidata.org/sparql",
        _url,
        "The SPARQL endpoint that has Wikidata's statements.",
    ),
    ("wikidata.file", "data/wikidata.ttl", _file, "The Turtle file of names and places that is taken from Wikidata."),
    ("wikidata.languages", [], _texts, "The languages of names that are taken from Wikidata; [] for all."),
    (
        "wikidata.statements",
        [],
        _statements,
        "Which things are statements of Wikidata: tables of property, class, participants or subject and object.",
    ),
    ("wikidata.reference_url", "schema:url", _text, "The property path from a source to its web address."),
)
