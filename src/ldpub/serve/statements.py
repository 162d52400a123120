"""Reads the documents' database of a release: statements by subject and object, and labels, as they were written."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.errors import ReleaseError
from ldpub.namespaces import RDF
from ldpub.serve.database import Database, marks, padded
from ldpub.serve.keys import Keys
from ldpub.serve.quads import Quad

Labels = Mapping[str, Mapping[str, str]]
"""Term in N-Triples syntax -> language -> label."""

Pairs = Iterable[tuple[Any, Any]]
"""Subjects and objects."""

_QUAD = "select s, p, o, g from statement"
_BATCH = 500
_KEPT = 256
_NEIGHBOURS_KEPT = 8
_AXIOMS_KEPT = 32
_FEW = 300
"""Links by one property up to which they are read together with those by others."""

_LONG = 4000
_LEADING_AT_MOST = 100
"""How many statements that lead to one blank node are followed; it has one where it was written in brackets."""


_NAMES = {
    here: (
        f"with recursive node(id) as (select ?), first(p) as ("
        f"select (select min(p) from statement where {here} = (select id from node)) union all "
        f"select (select min(p) from statement where {here} = (select id from node) and p > first.p) "
        "from first where first.p is not null), name(p) as (select p from first where p is not null)"
    )
    for here in ("s", "o")
}
"""The tables `node`, a term, and `name`, the properties of which it is the subject, or else the object.

The index is looked at once for each property, however many statements it has.
"""


class Statements:
    """The statements of one release."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self._keys = Keys(self._database)
        self._kept_around = lru_cache(_KEPT)(self._around)
        self._kept_known = lru_cache(_KEPT)(self.known)
        self._kept_properties = lru_cache(_KEPT)(self._properties)
        self._kept_axioms = lru_cache(_AXIOMS_KEPT)(self.facts)
        self._kept_neighbours = lru_cache(_NEIGHBOURS_KEPT)(self._neighbours)

    def close(self) -> None:
        """Close the connections of all threads."""
        self._database.close()

    def about(self, term: NamedNode | BlankNode) -> list[Quad]:
        """The statements with a term as their subject."""
        return self._quads(f"{_QUAD} where s = ? order by p, o", (self._key(term),))

    def about_all(self, terms: Sequence[NamedNode]) -> list[Quad]:
        """The statements with one of some terms as their subject."""
        found: list[Quad] = []
        for batch in self._batches(terms):
            found += self._quads(f"{_QUAD} where s in ({marks(batch)}) order by s, p, o", batch)
        return found

    def linking_to(self, term: NamedNode | BlankNode, limit: int, without: str = "") -> list[Quad]:
        """The statements with a term as their object, by property; those of the property `without` left out."""
        where = "where o = ? and p <> ? order by p, s limit ?"
        return self._quads(f"{_QUAD} {where}", (self._key(term), self._key(f"<{without}>"), limit))

    def many(self, term: NamedNode | BlankNode, *, is_forward: bool) -> dict[str, int]:
        """The properties of which a term has more values than a page shows, or more things link to it: how many."""
        query = "select t.text, n from linked join term t on t.id = p where node = ? and forward = ?"
        return {name[1:-1]: int(n) for name, n in self._rows(query, (self._key(term), int(is_forward)))}

    def briefly(self, term: NamedNode | BlankNode, *, is_forward: bool, limit: int) -> list[Quad]:
        """The statements with a term as their subject, or else as their object, but for properties that have many."""
        here = "s" if is_forward else "o"
        few = f"{_NAMES[here]} select p from name except select p from linked where node = ? and forward = ?"
        key = self._key(term)
        names = padded([name for (name,) in self._rows(few, (key, key, int(is_forward)))])
        where = f"where {here} = ? and p in ({marks(names)}) order by p, s, o limit ?"
        return self._quads(f"{_QUAD} {where}", (key, *names, limit)) if names else []

    def values(
        self, term: NamedNode | BlankNode, name: str, *, is_forward: bool, limit: int, offset: int = 0, report: str = ""
    ) -> list[Quad]:
        """The statements of one property of a term, or of those that link to it by one, for so many other ends.

        In an order that stays as long as the release. Of what links to it only things with an IRI outside the graph
        `report` count.
        """
        here, there = ("s", "o") if is_forward else ("o", "s")
        others, parameters = self._others(term, name, is_forward=is_forward, report=report)
        where = f"where {here} = ? and p = ? and {there} in ({others} order by {there} limit ? offset ?)"
        order = f"order by {there}, g"
        return self._quads(f"{_QUAD} {where} {order}", (*parameters[:2], *parameters, limit, offset))

    def count(self, term: NamedNode, name: str, *, is_forward: bool, report: str = "") -> int:
        """How many values a property of a term has, or how many things link to it by one."""
        counted = "select n from linked where node = ? and forward = ? and p = ?"
        if rows := self._rows(counted, (self._key(term), int(is_forward), self._key(f"<{name}>"))):
            return int(rows[0][0])
        others, parameters = self._others(term, name, is_forward=is_forward, report=report)
        return int(self._rows(f"select count(*) from ({others} limit ?)", (*parameters, _BATCH))[0][0])

    def holds(self, triple: Triple) -> list[Quad]:
        """The statements of a triple, one for each graph that holds it."""
        return self._quads(f"{_QUAD} where s = ? and p = ? and o = ? order by g", tuple(map(self._key, triple)))

    def pairs(self, predicate: str) -> Pairs:
        """Subject and object of each statement of a property; reads all statements, so what comes of it is kept."""
        quads = self._quads(f"{_QUAD} where p = ? order by s, o", (self._key(f"<{predicate}>"),))
        return [(quad.subject, quad.object) for quad in quads]

    def around(self, term: NamedNode) -> list[tuple[str, bool, int]]:
        """The properties that link a term to others: IRI, whether it is their subject, and to how many they link it.

        Kept for a while, because each picture of a page asks for it.
        """
        return list(self._kept_around(term))

    def _around(self, term: NamedNode) -> tuple[tuple[str, bool, int], ...]:
        forward = (
            "select p.text, 1, count(distinct o) from statement join term p on p.id = p join term t on t.id = o "
            "where s = ? and t.text like '<%' group by p"
        )
        counted = "select n from linked where linked.node = node.id and forward = 0 and linked.p = name.p"
        else_count = "select count(distinct s) from statement where o = node.id and statement.p = name.p"
        backward = (
            f"select p.text, 0, coalesce(({counted}), ({else_count})) from node, name join term p on p.id = name.p "
            "order by 1, 2 desc"
        )
        key = self._key(term)
        rows = self._rows(f"{_NAMES['o']} {forward} union all {backward}", (key, key))
        return tuple((name[1:-1], bool(is_forward), count) for name, is_forward, count in rows)

    def linked(self, term: NamedNode, name: str, *, is_forward: bool, limit: int) -> list[NamedNode]:
        """The things with an IRI that a property links to a term, which is its subject or else its object; by IRI."""
        here, there = ("s", "o") if is_forward else ("o", "s")
        query = (
            f"select distinct t.text from statement join term t on t.id = {there} "
            f"where {here} = ? and p = ? and t.text like '<%' limit ?"
        )
        rows = self._rows(query, (self._key(term), self._key(f"<{name}>"), limit))
        return [NamedNode(text[1:-1]) for text in sorted(text for (text,) in rows)]

    def links(self, term: NamedNode, name: str, *, is_forward: bool, limit: int) -> list[NamedNode]:
        """What `linked` gives, of a property that `around` tells; all the few of a term are read at once and kept."""
        few = self._kept_neighbours(term).get((name, is_forward))
        if few is not None and len(few) <= limit:
            return list(few)
        return self.linked(term, name, is_forward=is_forward, limit=limit)

    def _neighbours(self, term: NamedNode) -> dict[tuple[str, bool], list[NamedNode]]:
        """The things with an IRI that a term is linked to, of the properties that link it to few, by IRI."""
        few = [(name, is_forward) for name, is_forward, count in self.around(term) if count <= _FEW]
        found: dict[tuple[str, bool], list[NamedNode]] = {one: [] for one in few}
        for is_forward, here, there in ((True, "s", "o"), (False, "o", "s")):
            names = padded(self._keys.keys([f"<{name}>" for name, direction in few if direction is is_forward]))
            query = (
                f"select distinct p, {there} from statement join term t on t.id = {there} "
                f"where {here} = ? and p in ({marks(names)}) and t.text like '<%' order by p, {there}"
            )
            rows = self._rows(query, (self._key(term), *names))
            terms = self._keys.terms(rows)
            for name, other in rows:
                found[terms[name].value, is_forward].append(terms[other])
        return found

    def subjects_of(self, name: str, term: NamedNode | Literal, limit: int) -> list[str]:
        """The IRIs of the things of which a property has a value."""
        query = (
            "select distinct s.text from statement join term s on s.id = s "
            "where o = ? and p = ? and s.text like '<%' limit ?"
        )
        return [text[1:-1] for (text,) in self._rows(query, (self._key(term), self._key(f"<{name}>"), limit))]

    def facts(self, terms: Sequence[NamedNode | BlankNode], names: Sequence[str]) -> list[Quad]:
        """What some properties say about some terms; values longer than a page of text are left out."""
        found: list[Quad] = []
        properties = self._kept_properties(tuple(names))
        for batch in self._batches(terms) if properties else ():
            where = f"where s in ({marks(batch)}) and p in ({marks(properties)}) order by s, p, o"
            found += self._quads(f"{_QUAD} {where}", (*batch, *properties))
        return [quad for quad in found if not (isinstance(quad.object, Literal) and len(quad.object.value) > _LONG)]

    def _properties(self, names: tuple[str, ...]) -> list[int]:
        """The keys of those of some IRIs that occur; pages ask for the same few properties."""
        return padded(self._keys.keys([f"<{name}>" for name in names]))

    def _batches(self, terms: Iterable[object]) -> Iterator[list[int]]:
        """The keys of some terms, in their order."""
        keys = sorted(self._keys.keys({str(term) for term in terms}))
        return (padded(keys[start : start + _BATCH]) for start in range(0, len(keys), _BATCH))

    def subjects_with(self, names: Sequence[str], limit: int) -> list[NamedNode]:
        """The things with an IRI that have one of some properties; looks at every statement."""
        query = (
            "select distinct t.text from statement join term t on t.id = s "
            f"where p in (select id from term where text in ({', '.join('?' * len(names))})) "
            "and t.text like '<%' limit ?"
        )
        rows = self._rows(query, (*(f"<{name}>" for name in names), limit))
        return [NamedNode(text[1:-1]) for text in sorted(text for (text,) in rows)]

    def valued(self, names: Sequence[str]) -> list[tuple[str, str, str]]:
        """The thing with an IRI, the property and the text, as N-Triples has it, of each literal of some properties.

        It looks at every statement, so what comes of it is kept.
        """
        query = (
            "select distinct a.text, n.text, v.text from statement join term a on a.id = s join term n on n.id = p "
            f"join term v on v.id = o where p in (select id from term where text in ({', '.join('?' * len(names))})) "
            "and a.text like '<%' and v.text like '\"%' order by a.text, n.text, v.text"
        )
        rows = self._rows(query, tuple(f"<{name}>" for name in names))
        return [(thing[1:-1], name[1:-1], text[1:].rpartition('"')[0]) for thing, name, text in rows]

    def counts_linking_to(self, terms: Sequence[NamedNode]) -> dict[NamedNode, int]:
        """How many statements have each of some terms as their object."""
        found: dict[NamedNode, int] = {}
        for start in range(0, len(terms), _BATCH):
            batch = [str(term) for term in terms[start : start + _BATCH]]
            query = (
                "select t.text, count(*) from statement join term t on t.id = o "
                f"where o in (select id from term where text in ({', '.join('?' * len(batch))})) group by o"
            )
            found.update({NamedNode(text[1:-1]): count for text, count in self._rows(query, batch)})
        return found

    def of_graph(self, graph: NamedNode) -> list[Quad]:
        """The statements of a named graph."""
        return self._quads(f"{_QUAD} where g = ? order by s, p, o", (self._key(graph),))

    def graph_size(self, graph: NamedNode) -> tuple[int, int]:
        """How many statements a named graph has, and how many things with an IRI they are about."""
        query = (
            "select count(*), count(distinct case when s.text like '<%' then s.id end) "
            "from statement join term s on s.id = s where g = ?"
        )
        statements, things = self._rows(query, (self._key(graph),))[0]
        return int(statements), int(things)

    def graph_subjects(self, graph: NamedNode, limit: int, offset: int = 0) -> list[NamedNode]:
        """The things with an IRI that the statements of a named graph are about, by IRI."""
        query = (
            "select distinct s.text from statement join term s on s.id = s "
            "where g = ? and s.text like '<%' order by s limit ? offset ?"
        )
        return [NamedNode(text[1:-1]) for (text,) in self._rows(query, (self._key(graph), limit, offset))]

    def known(self, iris: Iterable[str]) -> set[str]:
        """Those of some IRIs that occur at all: as subject, property or object, or as the name of a graph."""
        wanted = padded([f"<{iri}>" for iri in iris])
        return {text[1:-1] for (text,) in self._rows(f"select text from term where text in ({marks(wanted)})", wanted)}

    def known_terms(self, iris: tuple[str, ...]) -> Collection[str]:
        """The same, of terms of which many pages ask; kept for a while."""
        return self._kept_known(iris)

    def axioms(self, terms: tuple[NamedNode, ...], names: tuple[str, ...]) -> Sequence[Quad]:
        """What `facts` gives, of terms of an ontology, for which many pages ask; kept for a while."""
        return self._kept_axioms(terms, names)

    def is_graph(self, iri: str) -> bool:
        """Whether there is a named graph of that name."""
        return bool(self._rows("select 1 from statement where g = ? limit 1", (self._key(f"<{iri}>"),)))

    def is_said_in(self, term: NamedNode, graph: NamedNode) -> bool:
        """Whether a named graph says anything about a term."""
        query = "select 1 from statement where g = ? and s = ? limit 1"
        return bool(self._rows(query, (self._key(graph), self._key(term))))

    def fragments(self, document: str) -> list[NamedNode]:
        """The things `document#...` that occur at all, in the order of their IRIs.

        The bare `document#`, by which descriptions name a vocabulary's namespace, only where something is said about
        it or nothing else is there.
        """
        query = "select text from term where text > ? and text < ? order by text"
        found = [text for (text,) in self._rows(query, (f"<{document}#", f"<{document}$"))]
        bare = f"<{document}#>"
        is_subject = "select 1 from statement where s = ? limit 1"
        if len(found) > 1 and bare in found and not self._rows(is_subject, (self._key(bare),)):
            found.remove(bare)
        return [NamedNode(text[1:-1]) for text in found]

    def instances(self, class_iri: str, limit: int, offset: int = 0) -> list[NamedNode]:
        """The things with an IRI that are of a class, by IRI."""
        query = (
            "select distinct s.text from statement join term s on s.id = s where o = ? and p = ? "
            "and s.text like '<%' order by s limit ? offset ?"
        )
        rows = self._rows(query, (self._key(f"<{class_iri}>"), self._key(f"<{RDF}type>"), limit, offset))
        return [NamedNode(text[1:-1]) for (text,) in rows]

    def class_counts(self) -> list[tuple[str, int]]:
        """Each class with the number of its instances, the largest first."""
        query = (
            "select c.text, count(distinct s) as n from statement join term c on c.id = o "
            "where p = ? and c.text like '<%' group by o order by n desc, o"
        )
        return [(text[1:-1], count) for text, count in self._rows(query, (self._key(f"<{RDF}type>"),))]

    def property_counts(self) -> list[tuple[str, int]]:
        """Each property with the number of its statements, the most used first; looks at every statement."""
        query = "select p.text, count(*) as n from statement join term p on p.id = p group by p order by n desc, p.text"
        return [(text[1:-1], count) for text, count in self._rows(query, ())]

    def graph_counts(self) -> dict[str, int]:
        """Each named graph with the number of its statements."""
        query = "select g.text, count(*) from statement join term g on g.id = g group by g order by g.text"
        return {text[1:-1]: count for text, count in self._rows(query, ())}

    def labels(self, terms: Iterable[str]) -> Labels:
        """The labels of terms in N-Triples syntax; per language the strongest property's."""
        found: dict[int, dict[str, str]] = defaultdict(dict)
        for batch in self._batches(terms):
            query = f"select resource, language, text from label where resource in ({marks(batch)}) order by rank, text"
            for key, language, text in self._rows(query, batch):
                found[key].setdefault(language, text)
        named = self._keys.terms([list(found)])
        return {str(named[key]): labels for key, labels in found.items()}

    def closure(self, quads: Sequence[Quad]) -> list[Quad]:
        """The quads with all that is said about their blank nodes, and about theirs."""
        found = list(quads)
        seen: set[BlankNode] = set()
        for quad in found:
            node = quad.object
            if isinstance(node, BlankNode) and node not in seen:
                seen.add(node)
                found.extend(self.about(node))
        return found

    def context(self, quads: Iterable[Quad]) -> list[Quad]:
        """What leads to the blank subjects of the quads, up to things with IRIs, and all that is said about them.

        So that each of them can still be told from others (Symmetric Concise Bounded Description, W3C 2005).
        """
        found: list[Quad] = []
        pending = [quad.subject for quad in quads]
        seen = set(pending)
        for node in pending:
            if isinstance(node, BlankNode):
                leading = self.linking_to(node, _LEADING_AT_MOST)
                found += [*leading, *self.closure(self.about(node))]
                pending += [quad.subject for quad in leading if quad.subject not in seen]
                seen.update(pending)
        return found

    def check(self) -> None:
        """Raises ReleaseError where this is no database of documents that can be read."""
        try:
            for table in ("term", "statement", "label"):
                self._rows(f"select * from {table} limit 1", ())
        except sqlite3.Error as error:
            raise ReleaseError(f"The documents of the release are damaged: {error}. Build it again.") from error

    def _quads(self, query: str, parameters: Sequence[Any]) -> list[Quad]:
        rows = self._rows(query, parameters)
        terms = self._keys.terms(rows)
        return [Quad(terms[s], terms[p], terms[o], terms[g]) for s, p, o, g in rows]

    def _key(self, term: object) -> int:
        return self._keys.key(str(term))

    def _others(
        self, term: NamedNode | BlankNode, name: str, *, is_forward: bool, report: str
    ) -> tuple[str, list[int]]:
        """The query for the other ends of the statements of one property of a term, and its parameters."""
        here, there = ("s", "o") if is_forward else ("o", "s")
        others = f"select distinct {there} from statement where {here} = ? and p = ?"
        keys = [self._key(term), self._key(f"<{name}>")]
        if is_forward:
            return others, keys
        others += " and g <> ? and (select text from term where id = s) like '<%'"
        return others, [*keys, self._key(f"<{report}>")]

    def _rows(self, query: str, parameters: Sequence[Any]) -> list[Any]:
        return self._database.rows(query, parameters)
