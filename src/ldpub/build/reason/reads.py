"""What a project rule reads: the predicates of its patterns (SPARQL 1.1, 16.2), those in filters included.

While nothing is added under these, the rule makes what it made; and nothing else need be where it is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from pyoxigraph import NamedNode
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql.algebra import translatePath, translatePName, translatePrologue, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Prologue
from rdflib.term import URIRef, Variable

from ldpub.build.reason.construct import ConstructRule

Reads = frozenset[NamedNode] | None
"""Predicates, or None where any may be read."""

_Given = Mapping[Variable, Reads]
"""What variables may be, where VALUES says it."""


def reads(rule: ConstructRule) -> Reads:
    """The predicates that a rule's pattern names; None where it leaves one open, or a path has every term as its end.

    Read from the syntax of the query: its algebra does not have what stands in nested filters.
    """
    parsed = parseQuery(rule.query)
    prologue = translatePrologue(parsed[0], None, {}, Prologue())
    query = traverse(parsed[1], visitPost=partial(translatePName, prologue=prologue))
    return _all(_read(traverse(query, visitPost=translatePath), {}))


def read_by(rules: Iterable[ConstructRule]) -> Reads:
    """The predicates that any of the rules reads."""
    return _all(map(reads, rules))


def _read(part: Any, given: _Given) -> Iterator[Reads]:
    """What each predicate in a part of the syntax may be."""
    if isinstance(part, CompValue):
        if part.name == "TriplesBlock":
            yield from (_of(path, given) for triples in part.triples for path in triples[1::3])
            return
        # What VALUES says in a group holds for the patterns of this group, which are joined with it.
        own = _given(part.part or ()) if part.name == "GroupGraphPatternSub" else {}
        for value in part.values():
            yield from _read(value, own if part.name == "GroupGraphPatternSub" else {})
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _read(value, given)


def _given(parts: Iterable[Any]) -> _Given:
    found: dict[Variable, Reads] = {}
    for part in parts:
        if isinstance(part, CompValue) and part.name == "InlineData":
            rows = [value if isinstance(value, list) else [value] for value in part.value]
            for place, variable in enumerate(part.var):
                found[variable] = _all(_of(row[place], {}) for row in rows)
    return found


def _of(path: object, given: _Given) -> Reads:
    """The predicates of a path; `?` and `*` match every term with itself, wherever it stands."""
    if isinstance(path, Variable):
        return given.get(path)
    if isinstance(path, URIRef):
        return frozenset({NamedNode(str(path))})
    if isinstance(path, InvPath):
        return _of(path.arg, given)
    if isinstance(path, SequencePath | AlternativePath):
        return _all(_of(arg, given) for arg in path.args)
    if isinstance(path, MulPath) and path.mod == "+":
        return _of(path.path, given)
    return None


def _all(found: Iterable[Reads]) -> Reads:
    together: set[NamedNode] = set()
    for one in found:
        if one is None:
            return None
        together |= one
    return frozenset(together)
