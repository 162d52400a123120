"""A local extract of another data set: Wikibase's RDF or JSON, or a table; items by identifier and by name.

RDF is read as Wikibase writes it (RDF Dump Format): labels and aliases of `wd:`, `wdt:` values of country, coordinates
and class, `owl:sameAs` from an item to that into which it was merged. Of JSON, the form of Special:EntityData.
"""

from __future__ import annotations

import csv
import difflib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple, parse

from ldpub.build.linking.items import IDENTIFIER, Item, folded, on_earth, place_of
from ldpub.build.linking.paths import Ways
from ldpub.build.linking.reconciliation import Properties
from ldpub.build.load import rdf_format
from ldpub.errors import UsageError
from ldpub.folding import fold
from ldpub.namespaces import OWL, RDFS, SCHEMA, SKOS

DIRECT = "http://www.wikidata.org/prop/direct/"
_LABELS = (RDFS + "label", SKOS + "prefLabel", SCHEMA + "name")
_INSTANCE_OF = "P31"
_NEAR = 0.85
"""How alike (difflib's ratio) names must be where no name is the same."""


@dataclass(frozen=True)
class Extract:
    """The items of a local file by identifier, and its triples if it is RDF."""

    source: str
    by_id: Mapping[str, Item]
    triples: tuple[Triple, ...] = ()

    def named(self, names: Iterable[str]) -> list[Item]:
        """The items that have one of these names, scored 100 by label and 90 by another; else those nearly named so."""
        wanted = folded(names)
        same = {id_ for form in wanted for id_ in self._by_name.get(form, ())}
        if same:
            items = [self.by_id[id_] for id_ in sorted(same)]
            return [replace(item, score=100.0 if folded([item.name]) & wanted else 90.0) for item in items]
        near = {
            id_: difflib.SequenceMatcher(None, form, close).ratio()
            for form in sorted(wanted)
            for close in difflib.get_close_matches(form, self._by_name, 5, _NEAR)
            for id_ in self._by_name[close]
        }
        return [replace(self.by_id[id_], score=round(80 * ratio, 1)) for id_, ratio in sorted(near.items())]

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for id_, item in self.by_id.items():
            for form in folded([item.name, *item.names]):
                found[form].append(id_)
        return dict(found)


def read_extract(path: Path, target: str, properties: Properties) -> Extract:
    """Read a local extract; `target` is how the IRIs of its items begin. Raises UsageError where it cannot be read."""
    try:
        if path.suffix in (".tsv", ".csv"):
            return Extract(str(path), _of_table(path))
        if path.suffix == ".json":
            return Extract(str(path), dict(_of_json(json.loads(path.read_bytes()), properties)))
        form = rdf_format(path)
        if form is None:
            raise UsageError(
                f"{path}: an extract is RDF (.ttl, .nt), JSON of Wikibase (.json) or a table (.tsv, .csv)."
            )
        triples = tuple(dict.fromkeys(quad.triple for quad in parse(path.read_bytes(), format=form)))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (SyntaxError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read as what its suffix says: {error}.") from error
    return of_triples(str(path), triples, target, properties)


def of_triples(source: str, triples: Iterable[Triple], target: str, properties: Properties) -> Extract:
    """The extract that RDF is."""
    triples = tuple(triples)
    ways = Ways(triples)
    subjects = dict.fromkeys(triple.subject for triple in triples if isinstance(triple.subject, NamedNode))
    items = (_of_node(node, ways, target, properties) for node in subjects if node.value.startswith(target))
    known = {item.id: item for item in items if IDENTIFIER.fullmatch(item.id)}
    return Extract(source, known, triples)


def _of_node(node: NamedNode, ways: Ways, target: str, properties: Properties) -> Item:
    labels = [text.value for name in _LABELS for text in _best_first(ways.texts(node, name))]
    moved = next((term for term in ways.values(node, OWL + "sameAs") if isinstance(term, NamedNode)), None)
    places = (place_of(text.value) for text in ways.texts(node, DIRECT + properties.place))
    types = _ids(ways.values(node, DIRECT + _INSTANCE_OF), target)
    return Item(
        node.value.removeprefix(target),
        labels[0] if labels else "",
        frozenset([*labels, *(text.value for text in ways.texts(node, SKOS + "altLabel"))]),
        next((text.value for text in _best_first(ways.texts(node, SCHEMA + "description"))), ""),
        tuple((id_, _name(NamedNode(target + id_), ways)) for id_ in types),
        next((place for place in places if place), None),
        frozenset(_ids(ways.values(node, DIRECT + properties.country), target)),
        moved_to=moved.value.removeprefix(target) if moved else None,
    )


def _best_first(texts: Iterable[Literal]) -> list[Literal]:
    """Texts in English first, then by language."""
    return sorted(texts, key=lambda text: (text.language != "en", text.language or "", text.value))


def _name(node: NamedNode, ways: Ways) -> str:
    """All labels of a class: words of any of the site's languages may tell what it is."""
    return " / ".join(dict.fromkeys(text.value for name in _LABELS for text in _best_first(ways.texts(node, name))))


def _ids(terms: Iterable[object], target: str) -> list[str]:
    iris = [term.value for term in terms if isinstance(term, NamedNode)]
    return [iri.removeprefix(target) for iri in iris if iri.startswith(target)]


def _of_json(document: Any, properties: Properties) -> Iterator[tuple[str, Item]]:
    """The entities of Special:EntityData; one that was asked by an old identifier stands under the new one."""
    entities: Mapping[str, Any] = document["entities"] if "entities" in document else {document["id"]: document}
    names = {id_: _labels(entity) for id_, entity in entities.items()}
    for asked, entity in entities.items():
        if "missing" in entity:
            continue
        id_ = str(entity.get("id", asked))
        places = (_point(value) for value in _claims(entity, properties.place))
        item = Item(
            asked,
            next(iter(_labels(entity)), ""),
            frozenset([*_labels(entity), *_aliases(entity)]),
            str(entity.get("descriptions", {}).get("en", {}).get("value", "")),
            tuple((one, " / ".join(names.get(one, ()))) for one in _linked(_claims(entity, _INSTANCE_OF))),
            next((place for place in places if place), None),
            frozenset(_linked(_claims(entity, properties.country))),
            moved_to=id_ if id_ != asked else None,
        )
        yield asked, item


def _point(value: Any) -> tuple[float, float] | None:
    return on_earth(float(value["latitude"]), float(value["longitude"])) if isinstance(value, dict) else None


def _labels(entity: Mapping[str, Any]) -> list[str]:
    labels = entity.get("labels") or {}
    return [labels[tag]["value"] for tag in sorted(labels, key=lambda tag: (tag != "en", tag))]


def _aliases(entity: Mapping[str, Any]) -> list[str]:
    aliases = entity.get("aliases") or {}
    return [alias["value"] for tag in aliases for alias in aliases[tag]]


def _claims(entity: Mapping[str, Any], name: str) -> list[Any]:
    """The values of the statements of a property that are not deprecated."""
    statements = (entity.get("claims") or {}).get(name, []) if name else []
    stated = [one["mainsnak"] for one in statements if one.get("rank") != "deprecated"]
    return [snak["datavalue"]["value"] for snak in stated if "datavalue" in snak]


def _linked(values: Iterable[Any]) -> list[str]:
    return [value["id"] for value in values if isinstance(value, dict) and isinstance(value.get("id"), str)]


class _Tabs(csv.excel_tab):
    """Tabs between cells in which quotation marks are nothing special."""

    quoting = csv.QUOTE_NONE


def _of_table(path: Path) -> dict[str, Item]:
    """The rows of a table with a header: qid or id, columns of names (label..., name..., alias...), lat, lon, types,
    country_qid, moved_to. An identifier that stands twice with different names is left out: it cannot be told whose it
    is."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, dialect=_Tabs if path.suffix == ".tsv" else csv.excel)
        key = next((name for name in rows.fieldnames or () if name in ("qid", "id")), None)
        if key is None:
            raise UsageError(f"{path}: the table has no column qid or id.")
        found: dict[str, Item] = {}
        twice: set[str] = set()
        for row in rows:
            if row[key] and IDENTIFIER.fullmatch(row[key]):
                item = _of_row(row[key], row)
                if row[key] in found and fold(found[row[key]].name) != fold(item.name):
                    twice.add(row[key])
                found[row[key]] = item
    return {id_: item for id_, item in found.items() if id_ not in twice}


def _of_row(id_: str, row: Mapping[str, str | None]) -> Item:
    names = [text for column, text in row.items() if text and str(column).startswith(("label", "name"))]
    more = [one for column, text in row.items() if text and str(column).startswith("alias") for one in text.split("|")]
    try:
        place = on_earth(float(row.get("lat") or ""), float(row.get("lon") or ""))
    except ValueError:
        place = None
    types = tuple((one.strip(), one.strip()) for one in (row.get("types") or "").split("|") if one.strip())
    countries = frozenset(one for one in (row.get("country_qid") or "").split("|") if one)
    description = row.get("description") or ""
    moved = row.get("moved_to") or None
    first = names[0] if names else ""
    return Item(id_, first, frozenset([*names, *more]), description, types, place, countries, moved_to=moved)
