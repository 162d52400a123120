"""W3C Reconciliation Service API 0.2 and 1.0-draft, as a client: candidates by name, items by identifier, their values.

An answer is not trusted: what does not have the form of the specification's schemas is an error, never half a result.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ldpub.build.asking import AnswerError, Asker, printable
from ldpub.build.linking.items import IDENTIFIER, Item, Place, place_of
from ldpub.folding import fold
from ldpub.labels import LABEL_PROPERTIES, OTHER_NAMES
from ldpub.link_settings import WIKIDATA_COUNTRY, WIKIDATA_PLACE

OLD, NEW = "0.2", "1.0-draft"
_OWN = "ldpub "
"""How a site of ldpub begins the name of its version in the manifest."""

_COORDINATES = "http://www.w3.org/2003/01/geo/wgs84_pos#lat_long"
_COUNTRY = "country"


@dataclass(frozen=True)
class Asked:
    """What is asked of a service: the names, type and country of a thing."""

    names: tuple[str, ...]
    type: str = ""
    countries: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Properties:
    """What a service calls country, coordinates and further names; empty where it has none."""

    country: str = ""
    place: str = ""
    names: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Those that there are."""
        return tuple(name for name in (self.country, self.place, *self.names) if name)


@dataclass(frozen=True)
class Reconciliation:
    """A reconciliation service, once its manifest is read."""

    asker: Asker
    version: str
    can_extend: bool
    batch: int
    properties: Properties
    limit: int

    def candidates(self, asked: Sequence[Asked]) -> list[list[Item]]:
        """The candidates for each, with their values, the best score of any of its names first; raises AnswerError."""
        queries = [(number, name, one) for number, one in enumerate(asked) for name in one.names]
        found: list[dict[str, Item]] = [{} for _ in asked]
        for part in _parts(queries, self.batch):
            results = self._results([self._query(name, one) for _, name, one in part])
            for (number, _, _), items in zip(part, results, strict=True):
                for item in items:
                    if item.id not in found[number] or found[number][item.id].score < item.score:
                        found[number][item.id] = item
        values = self._extended(sorted({id_ for items in found for id_ in items}))
        return [
            sorted((_with(item, values.get(item.id, {}), self.properties) for item in items.values()), key=_order)
            for items in found
        ]

    def items(self, ids: Sequence[str]) -> dict[str, Item | None]:
        """The items with these identifiers; None where the service knows none; one that moved says where to."""
        found: dict[str, Item | None] = {}
        for part in _parts(list(ids), self.batch):
            for id_, items in zip(part, self._results([self._by_id(id_) for id_ in part]), strict=True):
                found[id_] = _of_id(id_, items)
        values = self._extended(sorted(id_ for id_, item in found.items() if item and not item.moved_to))
        return {id_: item and _with(item, values.get(id_, {}), self.properties) for id_, item in found.items()}

    def _query(self, name: str, one: Asked) -> dict[str, Any]:
        countries = [{"id": id_} for id_ in sorted(one.countries)] if self.properties.country else []
        query: dict[str, Any] = {"limit": self.limit, **({"type": one.type} if one.type else {})}
        if self.version == OLD:
            given = [{"pid": self.properties.country, "v": countries}] if countries else []
            return {**query, "query": name, **({"properties": given} if given else {})}
        condition = {"matchType": "property", "propertyId": self.properties.country, "propertyValue": countries}
        named = {"matchType": "name", "propertyValue": name}
        return {**query, "conditions": [named, condition] if countries else [named]}

    def _by_id(self, id_: str) -> dict[str, Any]:
        if self.version == OLD:
            return {"query": id_, "limit": 2}
        return {"conditions": [{"matchType": "id", "propertyValue": id_}], "limit": 2}

    def _results(self, queries: Sequence[Mapping[str, Any]]) -> list[list[Item]]:
        """The candidates for each query, in the same order."""
        if self.version == OLD:
            batch = {f"q{number}": query for number, query in enumerate(queries)}
            answer = self.asker.post_form(_form("queries", batch))
            results = [_member(_member(answer, name, dict), "result", list) for name in batch]
        else:
            answer = self.asker.post_json({"queries": list(queries)}, "/reconcile")
            results = [_member(result, "candidates", list) for result in _member(answer, "results", list)]
        if len(results) != len(queries):
            raise AnswerError(f"{self.asker.url}: it answers {len(results)} results to {len(queries)} queries.")
        return [[_item(candidate) for candidate in result] for result in results]

    def _extended(self, ids: Sequence[str]) -> dict[str, dict[str, list[Any]]]:
        """The values of the items' properties (Data Extension), by item and property."""
        wanted = [{"id": name} for name in self.properties.all]
        if not self.can_extend or not wanted:
            return {}
        rows: dict[str, dict[str, list[Any]]] = {}
        for part in _parts(ids, 50):
            asked = {"ids": list(part), "properties": wanted}
            if self.version == OLD:
                answer = self.asker.post_form(_form("extend", asked))
                rows.update({id_: _columns(row) for id_, row in _member(answer, "rows", dict).items()})
            else:
                answer = self.asker.post_json(asked, "/extend")
                rows.update(_row(row) for row in _member(answer, "rows", list))
        return rows


def open_service(asker: Asker, properties: Properties, limit: int, batch: int) -> Reconciliation:
    """Read the manifest of a service; raises AnswerError where it is none of a version that ldpub speaks."""
    manifest = asker.get()
    versions = manifest.get("versions") if isinstance(manifest, dict) else None
    properties = _own_properties(asker, manifest, properties)
    known = [version for version in (OLD, NEW) if isinstance(versions, list) and version in versions]
    if not known:
        said = printable(json.dumps(versions))
        mend = f"link.service must be the address of one that speaks {OLD} or {NEW}."
        raise AnswerError(f"{asker.url}: this is no manifest of a reconciliation service (versions: {said}). {mend}")
    size = manifest.get("batchSize")
    most = size if isinstance(size, int) and size > 0 else batch
    return Reconciliation(asker, known[0], bool(manifest.get("extend")), min(batch, most), properties, limit)


def _own_properties(asker: Asker, manifest: Any, properties: Properties) -> Properties:
    """What a site of ldpub calls country, coordinates and names, where the settings say what Wikidata does.

    Its country is the property that it suggests by that name.
    """
    version = manifest.get("serviceVersion") if isinstance(manifest, dict) else None
    if not isinstance(version, str) or not version.startswith(_OWN):
        return properties
    country, place, names = properties.country, properties.place, properties.names
    if country == WIKIDATA_COUNTRY:
        suggested = _member(asker.get(f"/suggest/property?prefix={_COUNTRY}&lang=en"), "result", list)
        called = [_member(one, "id", str) for one in suggested if fold(_member(one, "name", str)) == _COUNTRY]
        country = called[0] if called else ""
    return Properties(
        country, _COORDINATES if place == WIKIDATA_PLACE else place, names or (*LABEL_PROPERTIES, *OTHER_NAMES[:1])
    )


def _form(name: str, document: object) -> bytes:
    return urllib.parse.urlencode({name: json.dumps(document, ensure_ascii=False)}).encode()


def _parts(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def _member(document: Any, name: str, kind: type) -> Any:
    """A member of a JSON object that must be there and of this kind; raises AnswerError."""
    value = document.get(name) if isinstance(document, dict) else None
    if not isinstance(value, kind):
        began = printable(json.dumps(document)[:120])
        raise AnswerError(f"the service's answer has no {name} as the specification has it: {began}")
    return value


def _item(candidate: Any) -> Item:
    """A candidate (0.2, 4.2): an identifier that can stand in an IRI, a name, and perhaps score, match and types."""
    id_, name = _member(candidate, "id", str), _member(candidate, "name", str)
    if not IDENTIFIER.fullmatch(id_):
        raise AnswerError(f"the service's answer has an identifier that no IRI can end with: {printable(id_)!r}")
    score = candidate.get("score", 0)
    types = candidate.get("type", [])
    return Item(
        id_,
        printable(name),
        description=printable(str(candidate.get("description") or "")),
        types=tuple(_type(one) for one in (types if isinstance(types, list) else [types])),
        score=float(score) if isinstance(score, int | float) else 0.0,
        is_match=candidate.get("match") is True,
    )


def _type(one: Any) -> tuple[str, str]:
    if isinstance(one, str):
        return one, ""
    return _member(one, "id", str), printable(str(one.get("name") or ""))


def _of_id(id_: str, items: Sequence[Item]) -> Item | None:
    """Which of the candidates for an identifier is meant; a certain match with another identifier is what it became."""
    same = next((item for item in items if item.id == id_), None)
    moved = next((item for item in items if item.is_match), None)
    return same or (replace(moved, id=id_, moved_to=moved.id) if moved else None)


def _columns(row: Any) -> dict[str, list[Any]]:
    if not isinstance(row, dict) or not all(isinstance(values, list) for values in row.values()):
        raise AnswerError("the service's answer has a row whose properties are no lists of values")
    return row


def _row(row: Any) -> tuple[str, dict[str, list[Any]]]:
    properties = _member(row, "properties", list)
    return _member(row, "id", str), {_member(one, "id", str): _member(one, "values", list) for one in properties}


def _with(item: Item, row: Mapping[str, list[Any]], properties: Properties) -> Item:
    """The item with what its row of values says."""
    countries = [value["id"] for value in row.get(properties.country, ()) if _has_text(value, "id")]
    names = {text for name in properties.names for text in _texts(row.get(name, ()))}
    return replace(
        item,
        names=frozenset({item.name, *names}),
        place=_place(row.get(properties.place, ())),
        countries=frozenset(countries),
    )


def _place(values: Iterable[Any]) -> Place | None:
    return next((place for text in _texts(values) if (place := place_of(text))), None)


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if _has_text(value, "str"):
            yield value["str"]


def _has_text(value: Any, key: str) -> bool:
    return isinstance(value, dict) and isinstance(value.get(key), str)


def _order(item: Item) -> tuple[float, str]:
    return -item.score, item.id
