"""What the documentation of an ontology shows of the data: counts and examples of each term, queries that name it.

Written as JSON into the release, so that no page has to count. Counts and examples are those of what the project states
and of what follows from it.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

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
    stated: Iterable[Triple],
    shapes: Iterable[Triple],
    *,
    rules: Iterable[QueryFile],
    questions: Iterable[QueryFile],
    base: str,
) -> None:
    """Write the index; the same input gives the same bytes, in whatever order the triples come."""
    ordered = sorted(dict.fromkeys(stated), key=str)
    document = {
        "terms": _terms(ordered),
        "targets": _targets(ordered, sorted(shapes, key=str)),
        "rules": [{**_query(rule, base), "titles": dict(rule.titles), "text": rule.text} for rule in rules],
        "questions": [_query(question, base) for question in questions],
    }
    path.write_text(json.dumps(document, ensure_ascii=False, sort_keys=True, indent=0), encoding="utf-8")


def _query(query: QueryFile, base: str) -> dict[str, Any]:
    uses, makes = terms_of(query.text, base)
    return {"name": query.name, "uses": uses, "makes": makes}


def _terms(stated: Sequence[Triple]) -> dict[str, dict[str, Any]]:
    """Each class with the number of its instances, each property with that of its statements; the best known first."""
    known = Counter(triple.object for triple in stated if isinstance(triple.object, NamedNode))
    instances: dict[str, dict[Any, None]] = defaultdict(dict)
    statements: dict[str, list[Triple]] = defaultdict(list)
    for triple in stated:
        name, value = triple.predicate.value, triple.object
        if name == _TYPE and isinstance(value, NamedNode):
            instances[value.value][triple.subject] = None
        if not name.startswith(_OWN):
            statements[name].append(triple)
    found = {
        iri: {"count": len(things), "examples": [[one] for one in _best(things, known)]}
        for iri, things in instances.items()
        if not iri.startswith(_OWN)
    }
    for iri, triples in statements.items():
        of: dict[Any, Triple] = {}
        for triple in triples:
            if isinstance(triple.object, NamedNode) or (
                isinstance(triple.object, Literal) and len(triple.object.value) <= _LONG
            ):
                of.setdefault(triple.subject, triple)
        shown = [[str(of[one].subject), str(of[one].object)] for one in _best_terms(of, known)]
        found[iri] = {"count": len(triples), "examples": shown}
    return found


def _best(things: Iterable[Any], known: Mapping[Any, int]) -> list[str]:
    return [str(one) for one in _best_terms(things, known)]


def _best_terms(things: Iterable[Any], known: Mapping[Any, int]) -> list[NamedNode]:
    """The things with an IRI to which most statements lead."""
    named = (one for one in things if isinstance(one, NamedNode))
    return heapq.nsmallest(EXAMPLES, named, key=lambda one: (-known[one], one.value))


def _targets(stated: Sequence[Triple], shapes: Sequence[Triple]) -> dict[str, int]:
    """How many nodes each shape targets (SHACL, 2.1.3)."""
    focus: dict[str, set[Any]] = defaultdict(set)
    by: dict[str, dict[Any, set[Any]]] = defaultdict(lambda: defaultdict(set))
    read = {_TYPE, _ABOVE} | {_value(t.object) for t in shapes if t.predicate.value in _TARGETS_OF}
    for triple in stated:
        if (name := triple.predicate.value) in read:
            by[name][triple.object].add(triple.subject)
    shaped = {t.subject for t in shapes if t.predicate.value in (SH + "property", SH + "targetClass", SH + "path")}
    shaped |= {t.subject for t in shapes if t.predicate.value == _TYPE and t.object == NamedNode(SH + "NodeShape")}
    classes = {t.subject for t in shapes if t.predicate.value == _TYPE and _is_class(t.object)}
    for triple in (*shapes, *(Triple(one, _TARGET_CLASS, one) for one in sorted(shaped & classes, key=str))):
        focus[str(triple.subject)] |= _focus_nodes(triple, by)
    return {shape: len(nodes) for shape, nodes in focus.items() if nodes}


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
