"""What is said about a thing, as a page shows it: by property with labels, inferred marked, sources and links apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from ldpub.iris import path_of, relative
from ldpub.namespaces import DCT, OWL, PROV, RDF, RDFS, SKOS, XSD
from ldpub.serve.arrangement import Place
from ldpub.serve.language import choose_text
from ldpub.serve.snapshot import Snapshot
from ldpub.serve.statements import Labels, distinct_triples

Term = NamedNode | BlankNode | Literal | Triple
About = Mapping[object, Sequence[Quad]]

DESCRIPTIONS = (SKOS + "definition", DCT + "description", RDFS + "comment", "http://schema.org/description")
SOURCES = (DCT + "source", PROV + "hadPrimarySource", PROV + "wasDerivedFrom")
_CELL = {RDF + "first", RDF + "rest"}
_APART = {RDF + "type", RDFS + "label", *DESCRIPTIONS, *SOURCES}
INCOMING_SHOWN = 200
_NESTED_AT_MOST = 8


@dataclass(frozen=True)
class Value:
    """One value as it is shown: its text, where it links to, its language, and whether it was inferred."""

    text: str
    href: str | None = None
    language: str | None = None
    is_inferred: bool = False
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Row:
    """A property and its values."""

    name: str
    href: str | None
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Section:
    """Rows under a heading, which may be empty."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Description:
    """Everything that a page says about one thing."""

    iri: str
    anchor: str
    title: str
    summary: str | None
    types: tuple[Value, ...]
    sections: tuple[Section, ...]
    sources: tuple[Value, ...]
    graphs: tuple[Value, ...]
    incoming: tuple[Row, ...]
    incoming_count: int
    kind: str


class Describer:
    """Describes the things of a snapshot in one language, for the page at one path: links are relative to it.

    `kept` is the query that links within the site carry on: `?lang=` and the language, where the URL asked for it.
    """

    def __init__(self, snapshot: Snapshot, language: str, page: str, kept: str = "") -> None:
        self._snapshot = snapshot
        self._language = language
        self._page = page
        self._kept = kept
        self._labels: dict[str, Mapping[str, str]] = {}
        self._inferred = NamedNode(snapshot.iris.graph("inferred"))

    def describe(self, thing: NamedNode, without: str = "") -> Description:
        """Read and arrange what is said about a thing; of what links to it the property `without` is left out."""
        statements = self._snapshot.statements
        quads = statements.closure(statements.about(thing))
        report = NamedNode(self._snapshot.iris.graph("report"))
        incoming = [q for q in statements.linking_to(thing, INCOMING_SHOWN, without) if q.graph_name != report]
        self.learn(term for q in (*quads, *incoming) for term in (q.subject, q.predicate, q.object, q.graph_name))
        own = list(distinct_triples(_asserted_first([q for q in quads if q.subject == thing], self._inferred)))
        by_property = _by_property(own)
        about = _about(quads)
        return Description(
            iri=thing.value,
            anchor=thing.value.partition("#")[2],
            title=self.name(thing),
            summary=self._text(by_property, DESCRIPTIONS),
            types=self._values(by_property.get(RDF + "type", []), about),
            sections=self._sections(by_property, about),
            sources=tuple(v for name in SOURCES for v in self._values(by_property.get(name, []), about)),
            graphs=tuple(Value(_graph_name(g, self._snapshot), self.href(g)) for g in _graphs(quads)),
            incoming=self._incoming(incoming),
            incoming_count=statements.count_linking_to(thing, without),
            kind=_kind(by_property.get(RDF + "type", [])),
        )

    def learn(self, terms: Iterable[object]) -> None:
        """Read the labels of terms that are not known yet."""
        wanted = {str(t) for t in terms if isinstance(t, NamedNode | BlankNode)} - self._labels.keys()
        found: Labels = self._snapshot.statements.labels(wanted)
        self._labels.update({term: found.get(term, {}) for term in wanted})

    def know(self, labels: Labels) -> None:
        """Take over labels that were read before; a term that has none is there with none."""
        self._labels.update(labels)

    def name(self, term: Term) -> str:
        """A thing's label by the language rule, else its IRI with a prefix, else its last segment."""
        if isinstance(term, Literal | Triple):
            return getattr(term, "value", str(term))
        return self.label(term) or self.short(term)

    def label(self, term: NamedNode | BlankNode) -> str | None:
        """A thing's label by the language rule; None where it has none."""
        return choose_text(self._labels.get(str(term), {}), self._language, self._snapshot.manifest.languages)

    def short(self, term: NamedNode | BlankNode) -> str:
        """An IRI shortened by the project's prefixes."""
        if isinstance(term, BlankNode):
            return "…"
        best = max(
            (p for p in self._snapshot.manifest.prefixes.items() if term.value.startswith(p[1])),
            key=_length,
            default=None,
        )
        return f"{best[0]}:{term.value.removeprefix(best[1])}" if best else term.value

    def href(self, term: NamedNode) -> str | None:
        """Where a link to an IRI goes: relative within the site, else to the IRI itself if it is on the web."""
        document = self._snapshot.iris.document(term.value)
        if document is None:
            return term.value if term.value.startswith(("http://", "https://")) else None
        fragment = term.value.partition("#")[2]
        return self.link(path_of(document, self._snapshot.iris.base)) + (f"#{fragment}" if fragment else "")

    def link(self, path: str) -> str:
        """A reference to a path of the site, a page in the language that was asked for."""
        return relative(path, self._page) + ("" if is_file(path) else self._kept)

    def page(self, path: str) -> str:
        """A reference to a page below a path that otherwise holds files."""
        return relative(path, self._page) + self._kept

    def value(self, term: Term, is_inferred: bool = False) -> Value:
        """A term as it is shown."""
        if isinstance(term, Literal):
            language = term.language or None
            return Value(term.value, self._literal_href(term), language, is_inferred)
        return Value(self.name(term), self.href(term) if isinstance(term, NamedNode) else None, None, is_inferred)

    def _literal_href(self, literal: Literal) -> str | None:
        is_address = literal.datatype.value == XSD + "anyURI" and literal.value.startswith(("http://", "https://"))
        return literal.value if is_address else None

    def _sections(self, by_property: Mapping[str, list[Quad]], about: About) -> tuple[Section, ...]:
        """The rows in the order and under the headings that the shapes for the thing's classes give."""
        classes = [q.object.value for q in by_property.get(RDF + "type", []) if isinstance(q.object, NamedNode)]
        arranged = self._snapshot.arrangement.of(classes)
        places = {name: arranged.get(name, Place()) for name in by_property if name not in _APART}
        self.learn(NamedNode(place.group) for place in places.values() if place.group)
        placed = sorted((place, self.name(NamedNode(name)).casefold(), name) for name, place in places.items())
        return tuple(
            Section(
                self.name(NamedNode(group)) if group else "",
                tuple(self._row(NamedNode(name), self._values(by_property[name], about)) for _, _, name in members),
            )
            for (_, group), members in groupby(placed, key=lambda entry: entry[0][:2])
        )

    def _row(self, predicate: NamedNode, values: tuple[Value, ...]) -> Row:
        return Row(self.name(predicate), self.href(predicate), values)

    def _values(self, found: Sequence[Quad], about: About) -> tuple[Value, ...]:
        """The values of one property; of texts in several languages only those in the page's, where there are any."""
        own = self._language.lower()
        if own in {_tag(q.object) for q in found}:
            found = [q for q in found if _tag(q.object) in (own, None)]
        values = [self._nested(q, about, ()) for q in found]
        return tuple(sorted(values, key=lambda v: v.text.casefold()))

    def _nested(self, quad: Quad, about: About, above: tuple[Term, ...]) -> Value:
        """A value with all that is said about it where it is blank; `above` are the nodes it stands in."""
        node = quad.object
        value = self.value(node, quad.graph_name == self._inferred)
        if not isinstance(node, BlankNode) or node in above or len(above) > _NESTED_AT_MOST:
            return value
        inside = (*above, node)
        if members := _members(node, about):
            listed = tuple(self._nested(q, about, inside) for q in members)
            return replace(value, text="", rows=(Row("", None, listed),))
        rows = [
            self._row(NamedNode(name), tuple(self._nested(q, about, inside) for q in found))
            for name, found in _by_property(about.get(node, ())).items()
        ]
        return replace(value, text="" if rows else value.text, rows=tuple(rows))

    def _text(self, by_property: Mapping[str, list[Quad]], names: Sequence[str]) -> str | None:
        for name in names:
            texts = {
                q.object.language or "": q.object.value
                for q in by_property.get(name, [])
                if isinstance(q.object, Literal)
            }
            if texts:
                return choose_text(texts, self._language, self._snapshot.manifest.languages)
        return None

    def _incoming(self, quads: Sequence[Quad]) -> tuple[Row, ...]:
        groups: dict[str, list[Value]] = defaultdict(list)
        for quad in distinct_triples(_asserted_first(quads, self._inferred)):
            if isinstance(quad.subject, NamedNode):
                groups[quad.predicate.value].append(self.value(quad.subject, quad.graph_name == self._inferred))
        rows = [
            self._row(NamedNode(name), tuple(sorted(values, key=lambda v: v.text.casefold())))
            for name, values in groups.items()
        ]
        return tuple(sorted(rows, key=lambda row: row.name.casefold()))


def is_file(path: str) -> bool:
    """Whether a path of the site is that of a file, which has no languages."""
    return path.startswith(("release/", "dump/", "static/", "ldes.", "ldes/"))


def _about(quads: Iterable[Quad]) -> About:
    """The statements about each blank node."""
    found: dict[object, list[Quad]] = defaultdict(list)
    for quad in distinct_triples(quads):
        if isinstance(quad.subject, BlankNode):
            found[quad.subject].append(quad)
    return found


def _members(node: BlankNode, about: About) -> list[Quad]:
    """The statements that give the members of an RDF collection (RDF Schema 1.1, 5.2), none where a node is no list."""
    members: list[Quad] = []
    seen: set[object] = set()
    rest: object = node
    while rest not in seen and (cell := {q.predicate.value: q for q in about.get(rest, ())}).keys() >= _CELL:
        seen.add(rest)
        members.append(cell[RDF + "first"])
        rest = cell[RDF + "rest"].object
    return members


def _tag(term: object) -> str | None:
    """The language of a text as it is compared (RFC 5646, 2.1.1), None where it has none."""
    language: str | None = getattr(term, "language", None)
    return language.lower() if language else None


def _length(prefix: tuple[str, str]) -> int:
    return len(prefix[1])


def _asserted_first(quads: Sequence[Quad], inferred: NamedNode) -> list[Quad]:
    """So that a triple that was both asserted and inferred counts as asserted."""
    return sorted(quads, key=lambda quad: quad.graph_name == inferred)


def _by_property(quads: Iterable[Quad]) -> dict[str, list[Quad]]:
    found: dict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        found[quad.predicate.value].append(quad)
    return found


def _graphs(quads: Sequence[Quad]) -> list[NamedNode]:
    names = {q.graph_name.value for q in quads if isinstance(q.graph_name, NamedNode)}
    return [NamedNode(name) for name in sorted(names)]


def _graph_name(graph: NamedNode, snapshot: Snapshot) -> str:
    return graph.value.removeprefix(snapshot.iris.base + "graph/")


def _kind(types: Sequence[Quad]) -> str:
    """`class`, `property` or `individual`: under which heading a vocabulary's page lists the thing."""
    names = {str(q.object.value).rsplit("#", 1)[-1] for q in types if isinstance(q.object, NamedNode)}
    if names & {"Class", "Datatype"}:
        return "class"
    if any(name.endswith("Property") for name in names):
        return "property"
    return "ontology" if OWL + "Ontology" in {str(getattr(q.object, "value", "")) for q in types} else "individual"
