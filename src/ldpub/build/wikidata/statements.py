"""Statements of Wikidata in its own RDF form (Wikibase RDF Dump Format): p:, ps:, pq:, pqv:, ranks and references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.build.linking.paths import Ways
from ldpub.build.numbered import Term
from ldpub.build.wikidata.dates import When, when_of
from ldpub.link_settings import WIKIDATA
from ldpub.namespaces import OWL, PROV, RDFS

PROPERTY = "http://www.wikidata.org/prop/"
DIRECT = PROPERTY + "direct/"
VALUE = PROPERTY + "statement/"
QUALIFIER = PROPERTY + "qualifier/"
QUALIFIER_VALUE = PROPERTY + "qualifier/value/"
REFERENCE = PROPERTY + "reference/"
WIKIBASE = "http://wikiba.se/ontology#"
DERIVED = PROV + "wasDerivedFrom"
REFERENCE_URL, STATED_IN = "P854", "P248"
START, END = "P580", "P582"
"""Labels of 2017: reference URL, stated in, start time, end time."""


@dataclass(frozen=True)
class Reference:
    """A source: its item, and its web address."""

    item: str = ""
    url: str = ""


@dataclass(frozen=True)
class Statement:
    """A statement about an item whose value is an item. `is_whole`: its qualifiers and references are known."""

    subject: str
    number: str
    value: str
    is_deprecated: bool = False
    is_whole: bool = True
    qualifiers: Mapping[str, tuple[When, ...]] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Theirs:
    """The statements of Wikidata that are known, by property, and names of items."""

    by_property: Mapping[str, Sequence[Statement]]
    names: Mapping[str, str]
    by_pair: Mapping[tuple[str, str, str], Sequence[Statement]]
    items: frozenset[str] = frozenset()
    """The items of which anything is known: what of these is not there, Wikidata lacks."""

    moved: Mapping[str, str] = field(default_factory=dict)
    """Items that were merged into others: what is known of them stands there."""

    def between(self, number: str, one: str, other: str, *, symmetric: bool) -> list[Statement]:
        """The statements of a property from an item to another; if it is symmetric, those back as well."""
        pairs = {(one, other), (other, one)} if symmetric else {(one, other)}
        return [stated for pair in sorted(pairs) for stated in self.by_pair.get((number, *pair), ())]


def read_statements(triples: Iterable[Triple], numbers: Iterable[str]) -> Theirs:
    """The statements of these properties; one that is only there as `wdt:` is known without qualifiers."""
    triples = tuple(triples)
    ways = Ways(triples)
    found = {number: [*_stated(ways, number)] for number in sorted(set(numbers))}
    index: dict[tuple[str, str, str], list[Statement]] = defaultdict(list)
    for number, statements in found.items():
        for stated in statements:
            index[number, stated.subject, stated.value].append(stated)
    moved = {
        _id(node): _id(term) for node in ways.subjects(OWL + "sameAs") for term in ways.values(node, OWL + "sameAs")
    }
    moved = {one: other for one, other in moved.items() if one and other}
    items = frozenset(filter(None, (_id(triple.subject) for triple in triples))) - set(moved)
    return Theirs(found, _names(ways), dict(index), items, moved)


def _stated(ways: Ways, number: str) -> Iterator[Statement]:
    whole: set[tuple[str, str]] = set()
    for subject in sorted(ways.subjects(PROPERTY + number), key=str):
        for node in ways.values(subject, PROPERTY + number):
            for value in map(_id, ways.values(node, VALUE + number)):
                if (item := _id(subject)) and value:
                    whole.add((item, value))
                    yield _statement(ways, node, item, number, value)
    for subject in sorted(ways.subjects(DIRECT + number), key=str):
        for value in map(_id, ways.values(subject, DIRECT + number)):
            if (item := _id(subject)) and value and (item, value) not in whole:
                yield Statement(item, number, value, is_whole=False)


def _statement(ways: Ways, node: Term, item: str, number: str, value: str) -> Statement:
    ranks = [rank.value for rank in ways.values(node, WIKIBASE + "rank") if isinstance(rank, NamedNode)]
    times = {name: tuple(_times(ways, node, name)) for name in (START, END)}
    references = (_reference(ways, source) for source in ways.values(node, DERIVED))
    return Statement(
        item,
        number,
        value,
        WIKIBASE + "DeprecatedRank" in ranks,
        qualifiers={name: whens for name, whens in times.items() if whens},
        references=tuple(references),
    )


def _times(ways: Ways, node: Term, name: str) -> Iterator[When]:
    """The dates of a qualifier, with their precision where the value's node is there."""
    values = ways.values(node, QUALIFIER_VALUE + name)
    for value in values:
        precision = next((int(text.value) for text in ways.texts(value, WIKIBASE + "timePrecision")), None)
        for text in ways.texts(value, WIKIBASE + "timeValue"):
            if when := when_of(text, precision):
                yield when
    if not values:
        yield from (when for text in ways.texts(node, QUALIFIER + name) if (when := when_of(text)))


def _reference(ways: Ways, source: Term) -> Reference:
    urls = [term.value for term in ways.values(source, REFERENCE + REFERENCE_URL) if isinstance(term, NamedNode)]
    items = [item for item in map(_id, ways.values(source, REFERENCE + STATED_IN)) if item]
    return Reference(items[0] if items else "", urls[0] if urls else "")


def _id(term: object) -> str:
    """The number of an item, "" for anything else: unknown values are blank nodes, or genids of the query service."""
    return term.value.removeprefix(WIKIDATA) if isinstance(term, NamedNode) and term.value.startswith(WIKIDATA) else ""


def _names(ways: Ways) -> dict[str, str]:
    """A name of each item: the English one if there is one."""
    found = {}
    for node in ways.subjects(RDFS + "label"):
        texts: list[Literal] = sorted(ways.texts(node, RDFS + "label"), key=lambda t: (t.language != "en", str(t)))
        if (id_ := _id(node)) and texts:
            found[id_] = texts[0].value
    return found
