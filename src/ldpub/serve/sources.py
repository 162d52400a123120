"""The sources of a thing's page, each with one number wherever it is named: at statements, in tables, in the list.

A source that has a code (skos:notation; SKOS, 6) goes by it in place of the number, as texts that cite it do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import DCT, SKOS
from ldpub.serve.claims import Claims
from ldpub.serve.describe import SOURCES, Describer, Marks
from ldpub.serve.described import Value
from ldpub.serve.periods import names_of, role_of
from ldpub.serve.quads import Quad
from ldpub.serve.relations import Relation

_NOTATION = SKOS + "notation"
_BY = (DCT + "creator", DCT + "publisher", DCT + "issued", DCT + "date")


@dataclass(frozen=True)
class Source:
    """A source in the list: its number, what it goes by, its page, and who made it, and when, as far as is known."""

    number: int
    code: str
    value: Value
    told: tuple[Value, ...]


class Numbering:
    """Numbers sources in the order in which a page first names them, those of the whole entry first."""

    def __init__(self, describer: Describer, thing: NamedNode, claims: Claims) -> None:
        self._describer = describer
        self._values: dict[str, Value] = {}
        quads = describer.snapshot.statements.facts([thing], SOURCES)
        own = {quad.object for quad in quads if isinstance(quad.object, NamedNode)}
        describer.learn(own)
        codes = self._codes(term.value for term in own)
        ordered = sorted(own, key=lambda t: (codes.get(t.value, ""), describer.name(t).casefold(), t.value))
        self.own = tuple(self.number(describer.value(term)) for term in ordered)
        """The numbers of those that the whole entry rests on."""
        self.marks = self._marks(thing, claims)
        """The numbers of those that single statements rest on."""

    def number(self, value: Value) -> int:
        """The number of a source, which is new where the page has not named it."""
        assert value.iri is not None, "a source has an IRI"
        self._values.setdefault(value.iri, value._replace(is_inferred=False, why=None))
        return list(self._values).index(value.iri) + 1

    def numbers(self, documents: Iterable[NamedNode]) -> tuple[int, ...]:
        """The numbers of documents, in order."""
        named = list(documents)
        self._describer.learn(named)
        return tuple(sorted({self.number(self._describer.value(document)) for document in named}))

    def in_cells(self, one: Relation) -> Relation:
        """A table with numbers in the cells of sources."""
        at = [n for n, column in enumerate(one.columns) if column.path.name in SOURCES]
        rows = []
        for row in one.rows:
            cells = list(row.cells)
            for n in at:
                marks = tuple(sorted(self.number(value) for value in cells[n] if value.iri))
                cells[n] = (Value("", marks=marks),) if marks else ()
            rows.append(replace(row, cells=tuple(cells)))
        names = (self._describer.words["sources"] if n in at else name for n, name in enumerate(one.headings))
        return replace(one, rows=tuple(rows), headings=tuple(names))

    def listed(self) -> list[Source]:
        """All that the page has named; in the order of their codes, where all have one."""
        facts: dict[str, list[Quad]] = defaultdict(list)
        for quad in self._describer.snapshot.statements.facts([NamedNode(iri) for iri in self._values], _BY):
            facts[str(quad.subject)[1:-1]].append(quad)
        self._describer.learn(quad.object for quads in facts.values() for quad in quads)
        codes = self._codes(self._values)
        found = [
            Source(n, codes.get(iri, str(n)), value, tuple(self._told(facts[iri])))
            for n, (iri, value) in enumerate(self._values.items(), 1)
        ]
        return sorted(found, key=lambda one: one.code) if len(codes) == len(found) else found

    def _told(self, quads: Sequence[Quad]) -> list[Value]:
        values = [self._describer.value(q.object) for name in _BY for q in quads if q.predicate.value == name]
        return list(dict.fromkeys(values))

    def _codes(self, iris: Iterable[str]) -> dict[str, str]:
        quads = self._describer.snapshot.statements.facts([NamedNode(iri) for iri in iris], [_NOTATION])
        return {str(q.subject)[1:-1]: q.object.value for q in quads if isinstance(q.object, Literal)}

    def _marks(self, thing: NamedNode, claims: Claims) -> Marks:
        dates = self._describer.snapshot.terms.dates
        names = {name.value for name in claims.by_property}
        for role in {role_of(name, dates) for name in names} - {None}:
            names.update(names_of(str(role), dates))
        quads = self._describer.snapshot.statements.facts([thing], sorted(names)) if names else []
        supported = ((q.triple, claims.supporting(q.triple, dates)) for q in quads)
        marks = {t: self.numbers(d for claim in found for d in claim.documents) for t, found in supported}
        return {triple: numbers for triple, numbers in marks.items() if numbers}
