"""Reconciliation queries as both versions of the API write them, as one kind of value (0.2, 4.1; 1.0-draft, match).

Everything that a client sends is checked here: what passes has the right types and is small.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from ldpub.serve.problems import Problem

BATCH = 50
"""How many queries a batch may have; the manifests say so, and OpenRefine then sends no more."""

CANDIDATES = 10
"""How many candidates a query gets that does not say."""

_CANDIDATES_AT_MOST = 100
_CONDITIONS = 20
_VALUES = 20
_TYPES = 20
_TEXT = 2000

_MEMBERS_0_2 = frozenset(("query", "type", "limit", "properties", "type_strict"))
_MEMBERS_1_0 = frozenset(("type", "limit", "lang", "dir", "conditions"))

Term = str | float | bool


@dataclass(frozen=True)
class Condition:
    """What a property of a candidate should have: one, all or none of some values.

    A value with `is_entity` is the identifier of a thing.
    """

    property: str
    values: tuple[tuple[Term, bool], ...]
    is_required: bool = False
    quantifier: str = "any"


@dataclass(frozen=True)
class Query:
    """What is asked: names, of which one should be the candidate's; identifiers; types; conditions; how many."""

    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    strictness: str = "any"
    conditions: tuple[Condition, ...] = ()
    limit: int = CANDIDATES
    needs_name: bool = False


def read_json(text: str | bytes, what: str) -> Any:
    """A JSON document; raises Problem 400 where it is none, or nests too deep."""
    try:
        return json.loads(text, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"{what} is no JSON that can be read: {str(error)[:200]}.") from error


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def read_batch_0_2(document: Any) -> dict[str, Query]:
    """A batch of version 0.2: an object of queries by their keys."""
    if not isinstance(document, Mapping):
        _wrong("`queries` is an object of queries by their keys")
    _check_size(len(document))
    return {key: _query_0_2(query, f"query {key[:40]!r}") for key, query in document.items()}


def read_batch_1_0(document: Any) -> list[Query]:
    """A batch of the draft of 1.0: an object whose `queries` is a list."""
    queries = document.get("queries") if isinstance(document, Mapping) else None
    if not isinstance(queries, list):
        _wrong("a batch is an object with a list `queries`")
    _check_size(len(queries))
    return [_query_1_0(query, f"query {number}") for number, query in enumerate(queries)]


def _check_size(count: int) -> None:
    if count > BATCH:
        raise Problem(413, f"A batch may have {BATCH} queries, not {count}; the manifest's `batchSize` says so.")


def _query_0_2(query: Any, where: str) -> Query:
    if not isinstance(query, Mapping):
        _wrong(f"{where} is an object")
    _check_members(query, _MEMBERS_0_2, where)
    if "query" not in query and not query.get("properties"):
        _wrong(f"{where} needs `query` or `properties`")
    types = query.get("type", [])
    listed = [types] if isinstance(types, str) else types
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        _wrong(f"`type` of {where} is an identifier or a list of them")
    strictness = query.get("type_strict", "any")
    if strictness not in ("any", "all", "should"):
        _wrong(f"`type_strict` of {where} is any, all or should")
    given = _list(query.get("properties", []), f"`properties` of {where}", _CONDITIONS)
    conditions = [_condition(each, "pid", "v", where) for each in given]
    name = _string(query.get("query", ""), f"`query` of {where}")
    return Query(
        names=(name,) if name.strip() else (),
        types=tuple(_clean(name) for name in listed[:_TYPES]),
        strictness=strictness,
        conditions=tuple(conditions),
        limit=_limit(query, where),
    )


def _query_1_0(query: Any, where: str) -> Query:
    if not isinstance(query, Mapping):
        _wrong(f"{where} is an object")
    _check_members(query, _MEMBERS_1_0, where)
    given = _list(query.get("conditions"), f"`conditions` of {where}", _CONDITIONS)
    if not given:
        _wrong(f"`conditions` of {where} has at least one")
    names: list[str] = []
    ids: list[str] = []
    conditions = []
    needs_name = False
    for each in given:
        kind = each.get("matchType") if isinstance(each, Mapping) else None
        if kind == "property":
            conditions.append(_condition(each, "propertyId", "propertyValue", where))
        elif kind in ("name", "id"):
            values = _condition({**each, "propertyId": ""}, "propertyId", "propertyValue", where).values
            (names if kind == "name" else ids).extend(str(value) for value, _ in values if str(value).strip())
            needs_name = needs_name or each.get("required") is True
        else:
            _wrong(f"`matchType` of a condition of {where} is name, id or property")
    types = (_string(query["type"], f"`type` of {where}"),) if query.get("type") is not None else ()
    return Query(tuple(names), tuple(ids), types, "any", tuple(conditions), _limit(query, where), needs_name)


def _check_members(query: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    """What the schemas do not know is refused: a filter by another name would be left out in silence."""
    unknown = sorted(query.keys() - known)
    if unknown:
        _wrong(f"{where} has no member {unknown[0][:40]!r}; it may have {', '.join(sorted(known))}")


def _condition(given: Any, property_key: str, value_key: str, where: str) -> Condition:
    if not isinstance(given, Mapping) or property_key not in given or value_key not in given:
        _wrong(f"a condition of {where} has `{property_key}` and `{value_key}`")
    values = given[value_key]
    listed = _list(values, f"`{value_key}` of {where}", _VALUES) if isinstance(values, list) else [values]
    quantifier = given.get("matchQuantifier", "any")
    if quantifier not in ("any", "all", "none"):
        _wrong(f"`matchQuantifier` of a condition of {where} is any, all or none")
    required = given.get("required", False)
    if not isinstance(required, bool):
        _wrong(f"`required` of a condition of {where} is true or false")
    name = _string(given[property_key], f"`{property_key}` of {where}")
    return Condition(name, tuple(_value(value, where) for value in listed), required, quantifier)


def _value(value: Any, where: str) -> tuple[Term, bool]:
    if isinstance(value, Mapping):
        return _string(value.get("id"), f"`id` of a value of {where}"), True
    if isinstance(value, str):
        return _clean(value), False
    if isinstance(value, bool):
        return value, False
    if isinstance(value, int | float) and abs(value) < 1e300 and math.isfinite(value):
        return float(value), False
    return _wrong(f"a value of {where} is a text, a number, true, false, or an object with `id`")


def _limit(query: Mapping[str, Any], where: str) -> int:
    limit = query.get("limit", CANDIDATES)
    if limit is None:
        return CANDIDATES
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 1 <= limit < math.inf:
        _wrong(f"`limit` of {where} is a whole number from 1")
    return int(min(limit, _CANDIDATES_AT_MOST))


def _list(given: Any, what: str, most: int) -> list[Any]:
    if not isinstance(given, list):
        _wrong(f"{what} is a list")
    if len(given) > most:
        raise Problem(413, f"{what} may have {most} entries, not {len(given)}.")
    return given


def _string(given: Any, what: str) -> str:
    if not isinstance(given, str):
        _wrong(f"{what} is a text")
    return _clean(given)


def _clean(text: str) -> str:
    """A text as it can be stored: JSON may hold halves of characters (RFC 8259, 8.2)."""
    return text[:_TEXT].encode("utf-8", "replace").decode()


def _wrong(what: str) -> NoReturn:
    raise Problem(400, f"In a reconciliation batch, {what}.", "The reconciliation query is malformed")
