"""What the documentation of an ontology shows of the data: counts and examples of each term, queries that name it.

Written as JSON into the release, so that no page has to count. Counts and examples are those of what the project states
and of what follows from it.
"""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pyoxigraph import NamedNode, Triple

from ldpub.build.numbered import IRI, LITERAL, Triples
from ldpub.build.queries import QueryFile
from ldpub.build.query_terms import terms_of
from ldpub.namespaces import OWL, RDF, RDFS, SH

EXAMPLES = 3
"""How many examples a term has."""

_LONG = 200
_OWN = (RDF, RDFS, OWL, SH)
_TYPE, _ABOVE = RDF + "type", RDFS + "subClassOf"


def write_vocabulary(
    path: Path,
    stated: Triples,
    shapes: Triples,
    *,
    rules: Iterable[QueryFile],
    questions: Iterable[QueryFile],
    base: str,
) -> None:
    """Write the index; the same input gives the same bytes."""
    document = {
        "terms": _terms(stated),
        "targets": _targets(stated, list(shapes)),
        "rules": [{**_query(rule, base), "titles": dict(rule.titles), "text": rule.text} for rule in rules],
        "questions": [_query(question, base) for question in questions],
    }
    path.write_text(json.dumps(document, ensure_ascii=False, sort_keys=True, indent=0), encoding="utf-8")


def _query(query: QueryFile, base: str) -> dict[str, Any]:
    uses, makes = terms_of(query.text, base)
    return {"name": query.name, "uses": uses, "makes": makes}


def _terms(stated: Triples) -> dict[str, dict[str, Any]]:
    """Each class with the number of its instances, each property with that of its statements; the best known first."""
    terms, best = stated.terms, _Best(stated)
    instances: dict[int, list[int]] = defaultdict(list)
    for thing, kind in stated.of(_TYPE):
        instances[kind].append(thing)
    found = {
        terms.values[kind]: {"count": len(things), "examples": [[terms.texts[one]] for one in best.of(things)]}
        for kind, things in instances.items()
        if terms.kinds[kind] == IRI and not terms.values[kind].startswith(_OWN)
    }
    for iri in (terms.values[predicate] for predicate in stated.predicates):
        if not iri.startswith(_OWN):
            said = stated.of(iri)
            first = {s: o for s, o in reversed(said) if best.is_shown[o]}
            shown = [[terms.texts[one], terms.texts[first[one]]] for one in best.of(first)]
            found[iri] = {"count": len(said), "examples": shown}
    return found


class _Best:
    """The examples to choose from."""

    def __init__(self, stated: Triples) -> None:
        self._terms = stated.terms
        self._known = np.where(stated.terms.kinds == IRI, stated.led_to, 0).tolist()
        self._is_named = (stated.terms.kinds == IRI).tolist()
        kinds = stated.terms.kinds.tolist()
        self.is_shown = [
            kind == IRI or (kind == LITERAL and len(value) <= _LONG)
            for kind, value in zip(kinds, stated.terms.values, strict=True)
        ]
        """Whether a term can be shown as a value."""

    def of(self, things: Iterable[int]) -> list[int]:
        """The things with an IRI to which most statements lead."""
        named = (one for one in things if self._is_named[one])
        return heapq.nsmallest(EXAMPLES, named, key=lambda one: (-self._known[one], self._terms.values[one]))


def _targets(stated: Triples, shapes: Sequence[Triple]) -> dict[str, int]:
    """How many nodes each shape targets (SHACL, 2.1.3)."""
    focus: dict[str, set[Any]] = defaultdict(set)
    read = {_TYPE, _ABOVE} | {_value(t.object) for t in shapes if t.predicate.value in _TARGETS_OF}
    by = {name: _subjects(stated, name) for name in read}
    shaped = {t.subject for t in shapes if t.predicate.value in (SH + "property", SH + "targetClass", SH + "path")}
    shaped |= {t.subject for t in shapes if t.predicate.value == _TYPE and t.object == NamedNode(SH + "NodeShape")}
    classes = {t.subject for t in shapes if t.predicate.value == _TYPE and _is_class(t.object)}
    for triple in (*shapes, *(Triple(one, _TARGET_CLASS, one) for one in sorted(shaped & classes, key=str))):
        focus[str(triple.subject)] |= _focus_nodes(triple, by)
    return {shape: len(nodes) for shape, nodes in focus.items() if nodes}


def _subjects(stated: Triples, name: str) -> Mapping[Any, set[Any]]:
    """The subjects of a property by its values."""
    found: dict[Any, set[Any]] = defaultdict(set)
    for s, o in stated.of(name):
        found[stated.terms[o]].add(stated.terms[s])
    return found


def _focus_nodes(target: Triple, by: Mapping[str, Mapping[Any, set[Any]]]) -> set[Any]:
    name, value = target.predicate.value, target.object
    if name == SH + "targetNode":
        return {value}
    if name == SH + "targetClass":
        classes = _below(value, by.get(_ABOVE, {}))
        return {one for kind in classes for one in by.get(_TYPE, {}).get(kind, ())}
    if name == SH + "targetSubjectsOf":
        return {one for some in by.get(_value(value), {}).values() for one in some}
    return set(by.get(_value(value), {})) if name == SH + "targetObjectsOf" else set()


def _below(top: Any, children: Mapping[Any, set[Any]]) -> set[Any]:
    found, pending = {top}, [top]
    while pending:
        fresh = set(children.get(pending.pop(), ())) - found
        found |= fresh
        pending += fresh
    return found


def _value(term: Any) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _is_class(term: Any) -> bool:
    return _value(term) in (OWL + "Class", RDFS + "Class")


_TARGETS_OF = (SH + "targetSubjectsOf", SH + "targetObjectsOf")
_TARGET_CLASS = NamedNode(SH + "targetClass")
