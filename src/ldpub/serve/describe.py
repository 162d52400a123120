"""What is said about a thing, as a page shows it: by property with labels, inferred marked, sources and links apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import groupby
from urllib.parse import urlencode

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.iris import path_of, relative
from ldpub.namespaces import DCT, OWL, PROV, RDF, RDFS, SKOS, XSD
from ldpub.release import MANY
from ldpub.serve.arrangement import Path, Place
from ldpub.serve.described import Description, Row, Section, Value
from ldpub.serve.graph_names import graph_name
from ldpub.serve.language import choose_text, words
from ldpub.serve.literals import tell
from ldpub.serve.money import money_of
from ldpub.serve.periods import ROLES, names_of, period_told
from ldpub.serve.quads import About, Quad, about_blanks, classes_of, distinct_triples, graphs_of, grouped, members_of
from ldpub.serve.repetition import without_super_properties
from ldpub.serve.snapshot import Snapshot
from ldpub.serve.standard_labels import standard_labels
from ldpub.serve.statements import Labels
from ldpub.serve.terms import write_term

Term = NamedNode | BlankNode | Literal | Triple

Marks = Mapping[Triple, tuple[int, ...]]
"""The numbers of the sources of statements that have sources of their own."""

DESCRIPTIONS = (SKOS + "definition", DCT + "description", RDFS + "comment", "http://schema.org/description")
SOURCES = (DCT + "source", PROV + "hadPrimarySource", PROV + "wasDerivedFrom")
_CELL = {RDF + "first", RDF + "rest"}
_APART = {RDF + "type", RDFS + "label", SKOS + "hiddenLabel", *DESCRIPTIONS, *SOURCES}
"""What stands elsewhere on the page, or nowhere: hidden labels are for searching only (SKOS, 5)."""

BRIEFLY_AT_MOST = 4000
"""Statements of properties that have few values each: a bound against things with thousands of properties."""

_NESTED_AT_MOST = 8
_SAFE = ":/,;@!$*()'"  # what a query may hold as it is (RFC 3986, 3.4), for references that can be read


class Describer:
    """Describes the things of a snapshot in one language, for the page at one path: links are relative to it.

    `kept` is the query that links within the site carry on: `?lang=` and the language, where the URL asked for it.
    """

    def __init__(self, snapshot: Snapshot, language: str, page: str, kept: str = "") -> None:
        self.snapshot = snapshot
        self.language = language
        self.words = words(language)
        self._page = page
        self._kept = kept
        self._labels: dict[str, Mapping[str, str]] = {}
        self._learned: set[object] = set()
        self._marks: Marks = {}
        self._shown: dict[tuple[Term, bool], Value] = {}  # of terms with known labels: tables repeat them
        self._written = cache(partial(write_term, prefixes=snapshot.manifest.prefixes))
        self._inferred = NamedNode(snapshot.iris.graph("inferred"))
        self._report = snapshot.iris.graph("report")
        self._shapes = NamedNode(snapshot.iris.graph("shapes"))

    def describe(self, thing: NamedNode, apart: Iterable[Path] = (), marks: Marks | None = None) -> Description:
        """Read and arrange what is said about a thing; what stands `apart` is left out."""
        statements = self.snapshot.statements
        left_out = set(apart)
        outgoing = self._read(thing, is_forward=True)
        quads = statements.closure(outgoing)
        incoming = self._read(thing, is_forward=False)
        if all(quad.graph_name != self._shapes for quad in outgoing):  # shapes that name a value say nothing about it
            incoming = [quad for quad in incoming if quad.graph_name != self._shapes]
        self.learn(term for q in (*quads, *incoming) for term in (q.subject, q.predicate, q.object, q.graph_name))
        own = list(distinct_triples(self.asserted_first([q for q in quads if q.subject == thing])))
        said = {n: q for n, q in grouped(own).items() if Path(n, is_forward=True) not in left_out}
        by_property = without_super_properties(said, self.snapshot.arrangement.above, self.is_inferred)
        about = about_blanks(quads)
        self._marks = marks or {}
        return Description(
            iri=thing.value,
            anchor=thing.value.partition("#")[2],
            title=self.name(thing),
            summary=self._text(by_property, DESCRIPTIONS),
            types=self._values(by_property.get(RDF + "type", []), about),
            sections=self._sections(thing, by_property, about),
            graphs=tuple(self.graph(g) for g in graphs_of(quads)),
            incoming=self._incoming(thing, incoming, left_out | self._mirrored(said), classes_of(said)),
            kind=_kind(by_property.get(RDF + "type", [])),
        )

    def graph(self, graph: NamedNode) -> Value:
        """A named graph by its name, with a link."""
        return Value(graph_name(graph.value, self.snapshot.iris.base, self.words), self.href(graph))

    def _mirrored(self, names: Iterable[str]) -> set[Path]:
        """The ways back that say what properties of the thing say already: inverse and symmetric ones."""
        inverses = self.snapshot.arrangement.inverses
        return {Path(other, is_forward=False) for name in names for other in inverses.get(name, ())}

    def _read(self, thing: NamedNode, *, is_forward: bool) -> list[Quad]:
        """The statements about a thing, or that link to it: of properties that have many, the first of them."""
        statements = self.snapshot.statements
        quads = statements.briefly(thing, is_forward=is_forward, limit=BRIEFLY_AT_MOST)
        for name in statements.many(thing, is_forward=is_forward):
            quads += statements.values(thing, name, is_forward=is_forward, limit=MANY, report=self._report)
        report = NamedNode(self._report)
        return quads if is_forward else [quad for quad in quads if quad.graph_name != report]

    def asserted_first(self, quads: Sequence[Quad]) -> list[Quad]:
        """So that a triple that was both asserted and inferred counts as asserted."""
        return sorted(quads, key=lambda quad: quad.graph_name == self._inferred)

    def stated(self, quad: Quad, *, is_forward: bool = True, alone: bool = True) -> Value:
        """The object of a statement, or else its subject, as it is shown; `alone` with a link to what it rests on."""
        term = quad.object if is_forward else quad.subject
        value = self.value(term, quad.graph_name == self._inferred)
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode | Triple):
            return value
        marks = self._marks.get(quad.triple, ())
        why = self.asking("statements", self.pattern(*quad.triple)) if alone else None
        return value._replace(why=why, marks=marks) if why or marks else value

    def is_inferred(self, quad: Quad) -> bool:
        """Whether a statement is of the graph of what was inferred."""
        return quad.graph_name == self._inferred

    def pattern(self, s: Term | None, p: NamedNode | None, o: Term | None) -> list[tuple[str, str]]:
        """The parameters of the page of a triple pattern."""
        return [(name, self._written(term)) for name, term in (("s", s), ("p", p), ("o", o)) if term]

    def asking(self, path: str, parameters: Sequence[tuple[str, str]]) -> str:
        """A reference to a page of the site with parameters, in the language that was asked for."""
        kept = [("lang", self.language)] if self._kept else []
        return f"{relative(path, self._page)}?{urlencode([*parameters, *kept], safe=_SAFE)}"

    def learn(self, terms: Iterable[object]) -> None:
        """Read the labels of terms that are not known yet."""
        fresh = set(terms) - self._learned
        self._learned |= fresh
        named = {str(term) for term in fresh if isinstance(term, NamedNode | BlankNode)}
        if wanted := sorted(named - self._labels.keys()):
            found: Labels = self.snapshot.statements.labels(wanted)
            self._labels.update({term: found.get(term, {}) for term in wanted})

    def know(self, labels: Labels) -> None:
        """Take over labels that were read before; a term that has none is there with none."""
        self._labels.update(labels)

    def learned(self, at_most: int) -> list[NamedNode]:
        """Some of the terms of which the labels were read, those first that were read last."""
        iris = [term for term in self._labels if term.startswith("<")]
        return [NamedNode(iri[1:-1]) for iri in iris[: -at_most - 1 : -1]]

    def name(self, term: Term) -> str:
        """A thing's label by the language rule, else what its data set calls it, else its IRI with a prefix, if any."""
        if isinstance(term, Literal | Triple):
            return getattr(term, "value", str(term))
        return self.label(term) or self.snapshot.page_terms.identifier(str(term)[1:-1]) or self.short(term)

    def label(self, term: NamedNode | BlankNode) -> str | None:
        """A thing's label by the language rule, else what a common vocabulary's term is generally called, or None."""
        known = self._labels.get(str(term)) or standard_labels(term.value)
        return choose_text(known, self.language, self.snapshot.manifest.languages)

    def short(self, term: NamedNode | BlankNode) -> str:
        """An IRI shortened by the project's prefixes."""
        if isinstance(term, BlankNode):
            return "…"
        best = max(
            (p for p in self.snapshot.manifest.prefixes.items() if term.value.startswith(p[1])),
            key=_length,
            default=None,
        )
        return f"{best[0]}:{term.value.removeprefix(best[1])}" if best else term.value

    def href(self, term: NamedNode) -> str | None:
        """Where a link to an IRI goes: relative within the site, else to the IRI itself if it is on the web.

        To a term of an ontology it goes to its entry alone.
        """
        document = self.snapshot.iris.document(term.value)
        if document is None:
            return term.value if term.value.startswith(("http://", "https://")) else None
        fragment = term.value.partition("#")[2]
        if term.value in self.snapshot.ontology_terms:
            return self.asking(path_of(document, self.snapshot.iris.base), [("term", fragment)])
        return self.link(path_of(document, self.snapshot.iris.base)) + (f"#{fragment}" if fragment else "")

    def link(self, path: str) -> str:
        """A reference to a path of the site, a page in the language that was asked for."""
        return relative(path, self._page) + ("" if is_file(path) else self._kept)

    def page(self, path: str) -> str:
        """A reference to a page below a path that otherwise holds files."""
        return relative(path, self._page) + self._kept

    def value(self, term: Term, is_inferred: bool = False) -> Value:
        """A term as it is shown."""
        key = (term, is_inferred)
        found = self._shown.get(key)
        if found is None:
            found = self._value(term, is_inferred)
            if isinstance(term, Literal) or str(term) in self._labels:
                self._shown[key] = found
        return found

    def _value(self, term: Term, is_inferred: bool) -> Value:
        if isinstance(term, Literal):
            told = tell(term, self.words)
            language = term.language or None
            return Value(told.text, self._literal_href(term), language, is_inferred, datetime=told.datetime)
        if isinstance(term, NamedNode):
            return Value(self.name(term), self.href(term), None, is_inferred, iri=term.value)
        return Value(self.name(term), None, None, is_inferred)

    def _literal_href(self, literal: Literal) -> str | None:
        is_address = literal.datatype.value == XSD + "anyURI" and literal.value.startswith(("http://", "https://"))
        return literal.value if is_address else None

    def _sections(
        self, thing: NamedNode, by_property: Mapping[str, Sequence[Quad]], about: About
    ) -> tuple[Section, ...]:
        """The rows in the order and under the headings that the shapes for the thing's classes give."""
        arranged = self.snapshot.arrangement.of(classes_of(by_property))
        said = {name: quads for name, quads in by_property.items() if name not in _APART}
        periods = self._periods(said)
        rows = {name: self._row(NamedNode(name), (value,)) for name, value in periods.values()}
        dated = {name for role in periods for name in names_of(role, self.snapshot.terms.dates)}
        for name in said.keys() - dated:
            rows[name] = self._counted(thing, name, self._values(said[name], about), is_forward=True)
        rows = self._with_money(rows, said)
        places = {name: arranged.get(name, Place()) for name in rows}
        self.learn(NamedNode(place.group) for place in places.values() if place.group)
        placed = sorted((place, name) for name, place in places.items())  # whatever the language
        return tuple(
            Section(
                self.name(NamedNode(group)) if group else "", tuple(rows[name] for _, name in members), group, order
            )
            for (order, group), members in groupby(placed, key=lambda entry: entry[0][:2])
        )

    def _periods(self, said: Mapping[str, Sequence[Quad]]) -> dict[str, tuple[str, Value]]:
        """The dates that bounds make one: role to the property that stands for it, and its value."""
        dates, found = self.snapshot.terms.dates, {}
        for role in ROLES:
            names = [name for name in names_of(role, dates) if name in said]
            objects = {name: [quad.object for quad in said[name]] for name in names}
            told = period_told(role, objects, dates, self.words) if names else None
            if told is not None:
                exact = next((name for name in dates.get(role, ()) if name in said), None)
                name = exact or dates[role][0]
                rests_on = self.stated(said[exact or names[0]][0])
                self.learn([NamedNode(name)])
                found[role] = name, rests_on._replace(text=told.text, datetime=told.datetime)
        return found

    def _counted(self, thing: NamedNode, name: str, values: tuple[Value, ...], *, is_forward: bool) -> Row:
        """A row that says how many values there are, where it has not all of them."""
        row = self._row(NamedNode(name), values)
        ends = (thing, NamedNode(name), None) if is_forward else (None, NamedNode(name), thing)
        if len(values) > 1 and not all(value.rows for value in values):
            row = replace(row, why=self.asking("statements", self.pattern(*ends)))
        count = self.snapshot.statements.many(thing, is_forward=is_forward).get(name, 0) if len(values) >= MANY else 0
        if count <= len(values):
            return row
        return replace(row, count=count, more=self.asking("statements", self.pattern(*ends)))

    def _row(self, predicate: NamedNode, values: tuple[Value, ...]) -> Row:
        why = values[0].why if values else None
        return Row(self.name(predicate), self.href(predicate), values, why=why, iri=predicate.value)

    def _values(self, found: Sequence[Quad], about: About) -> tuple[Value, ...]:
        """The values of one property; of texts in several languages only those in the page's, where there are any."""
        shown = self.in_language(found)
        return _by_text([self._nested(q, about, (), alone=len(shown) == 1) for q in shown])

    def in_language(self, found: Sequence[Quad]) -> Sequence[Quad]:
        """Of texts in several languages only those in the page's, where there are any."""
        own = self.language.lower()
        if own in {_tag(q.object) for q in found}:
            return [q for q in found if _tag(q.object) in (own, None)]
        return found

    def _nested(self, quad: Quad, about: About, above: tuple[Term, ...], *, alone: bool = False) -> Value:
        """A value with all that is said about it where it is blank; `above` are the nodes it stands in."""
        node = quad.object
        value = self.stated(quad, alone=alone)
        if not isinstance(node, BlankNode) or node in above or len(above) > _NESTED_AT_MOST:
            return value
        inside = (*above, node)
        if members := members_of(node, about):
            listed = tuple(self._nested(q, about, inside) for q in members)
            return value._replace(text="", rows=(Row("", None, listed),))
        said = grouped(about.get(node, ()))
        rows = {
            name: self._row(NamedNode(name), tuple(self._nested(q, about, inside) for q in found))
            for name, found in said.items()
        }
        return value._replace(text="" if rows else value.text, rows=tuple(self._with_money(rows, said).values()))

    def _with_money(self, rows: Mapping[str, Row], said: Mapping[str, Sequence[Quad]]) -> dict[str, Row]:
        """Rows by property, those of an amount of money and its currency as one."""
        money = money_of(said, self.snapshot.arrangement.above, self.words)
        if money is None:
            return dict(rows)
        one = self._row(NamedNode(money.amount), (self.stated(money.stated)._replace(text=money.text),))
        return {name: one if name == money.amount else row for name, row in rows.items() if name != money.currency}

    def _text(self, by_property: Mapping[str, Sequence[Quad]], names: Sequence[str]) -> str | None:
        for name in names:
            texts = {
                q.object.language or "": q.object.value
                for q in by_property.get(name, [])
                if isinstance(q.object, Literal)
            }
            if texts:
                return choose_text(texts, self.language, self.snapshot.manifest.languages)
        return None

    def _incoming(
        self, thing: NamedNode, quads: Sequence[Quad], apart: set[Path], classes: Sequence[str]
    ) -> tuple[Row, ...]:
        """By property what links to the thing, under what the shapes for its classes call it."""
        arrangement = self.snapshot.arrangement
        groups: dict[str, list[Quad]] = defaultdict(list)
        for quad in distinct_triples(self.asserted_first(quads)):
            name = quad.predicate.value
            if isinstance(quad.subject, NamedNode) and Path(name, is_forward=False) not in apart:
                groups[name].append(quad)
        names, rows = arrangement.backwards_of(classes), []
        for name, found in sorted(without_super_properties(groups, arrangement.above, self.is_inferred).items()):
            values = (self.stated(quad, is_forward=False, alone=len(found) == 1) for quad in found)
            row = self._counted(thing, name, _by_text(values), is_forward=False)
            called = choose_text(names.get(name, {}), self.language, self.snapshot.manifest.languages)
            rows.append(replace(row, name=called or row.name))
        return tuple(rows)


def is_file(path: str) -> bool:
    """Whether a path of the site is that of a file, which has no languages."""
    return path.startswith(("release/", "dump/", "static/", "ldes.", "ldes/"))


def _tag(term: object) -> str | None:
    """The language of a text as it is compared (RFC 5646, 2.1.1), None where it has none."""
    language: str | None = getattr(term, "language", None)
    return language.lower() if language else None


def _length(prefix: tuple[str, str]) -> int:
    return len(prefix[1])


def _by_text(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(sorted(values, key=lambda value: value.text.casefold()))


def _kind(types: Sequence[Quad]) -> str:
    """`class`, `property` or `individual`: under which heading a vocabulary's page lists the thing."""
    names = {str(q.object.value).rsplit("#", 1)[-1] for q in types if isinstance(q.object, NamedNode)}
    if names & {"Class", "Datatype"}:
        return "class"
    if any(name.endswith("Property") for name in names):
        return "property"
    return "ontology" if OWL + "Ontology" in {str(getattr(q.object, "value", "")) for q in types} else "individual"
