"""Changes told to people and programs: with labels, as text, as JSON, and as an RDF Patch (Apache Jena).

A JSON document of a change holds terms as SPARQL 1.1 Query Results JSON does (3.2.2), with labels by language.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.build.changes import Change, Kind
from ldpub.build.entities import Entity
from ldpub.labels import LABEL_PROPERTIES
from ldpub.namespaces import XSD

Labels = Mapping[object, Mapping[str, str]]
"""Term -> language -> label."""

Document = dict[str, Any]

_WORDS = {
    "en": {
        "added": "added",
        "changed": "changed",
        "removed": "removed",
        "same": "Nothing differs.",
        "unnamed": "something without an IRI",
        "counts": "Things: {added} added, {changed} changed, {removed} removed; "
        "statements: {statements_added} added, {statements_removed} removed.",
    },
    "de": {
        "added": "hinzugefügt",
        "changed": "geändert",
        "removed": "entfernt",
        "same": "Es gibt keinen Unterschied.",
        "unnamed": "etwas ohne IRI",
        "counts": "Dinge: {added} hinzugefügt, {changed} geändert, {removed} entfernt; "
        "Aussagen: {statements_added} hinzugefügt, {statements_removed} entfernt.",
    },
}
LANGUAGES = tuple(_WORDS)
NESTED_AT_MOST = 20
"""How deep statements about blank nodes nest in a document: the cells of a list nest, too."""

_MARKS = (("removed", "-"), ("added", "+"))


def labels_of(*graphs: Iterable[Triple]) -> Labels:
    """The labels of everything that has one: the strongest property's; an earlier graph's before a later one's."""
    ranks = {name: rank for rank, name in enumerate(LABEL_PROPERTIES)}
    found: dict[object, dict[str, tuple[int, int, str]]] = defaultdict(dict)
    for place, graph in enumerate(graphs):
        for triple in graph:
            rank = ranks.get(triple.predicate.value)
            if rank is not None and isinstance(triple.object, Literal):
                language = triple.object.language or ""
                offer = (place, rank, triple.object.value)
                found[triple.subject][language] = min(found[triple.subject].get(language, offer), offer)
    return {term: {tag: text for tag, (_, _, text) in sorted(texts.items())} for term, texts in found.items()}


def counts(changes: Iterable[Change]) -> dict[str, int]:
    """How many entities were added, changed and removed, and how many statements came and went."""
    total = Counter({kind.value: 0 for kind in Kind})
    total.update(statements_added=0, statements_removed=0)
    for change in changes:
        total[change.kind.value] += 1
        total["statements_added"] += len(change.added)
        total["statements_removed"] += len(change.removed)
    return dict(total)


def document(change: Change, labels: Labels) -> Document:
    """A change as JSON: the entity, what happened, and its statements by property; those of blank nodes nested."""
    return {
        **_named(change.entity, labels),
        "change": change.kind.value,
        "removed": _statements(change.entity, change.removed, labels),
        "added": _statements(change.entity, change.added, labels),
    }


def as_json(changes: Sequence[Change], labels: Labels) -> str:
    """All changes as one JSON document."""
    told = {"same": not changes, **counts(changes), "entities": [document(change, labels) for change in changes]}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def as_patch(changes: Iterable[Change]) -> Iterator[str]:
    """The lines of an RDF Patch: one transaction, removals first; nothing where nothing differs.

    Blank nodes have the names that follow from their content, the same for everyone who names them so.
    """
    listed = tuple(changes)
    if not listed:
        return
    yield "TX .\n"
    for change in listed:
        yield from (f"D {triple} .\n" for triple in change.removed)
    for change in listed:
        yield from (f"A {triple} .\n" for triple in change.added)
    yield "TC .\n"


def as_text(changes: Sequence[Change], labels: Labels, prefixes: Mapping[str, str], language: str) -> Iterator[str]:
    """The lines for people: a summary, then each entity with what went (-) and what came (+)."""
    words = _WORDS[language]
    if not changes:
        yield words["same"] + "\n"
        return
    yield words["counts"].format(**counts(changes)) + "\n"
    for change in changes:
        told = document(change, labels)
        name = choose(told["labels"], language)
        shown = f"{name} <{told['value']}>" if name else f"<{told['value']}>"
        yield f"\n{words[change.kind]}: {shown if told['type'] == 'uri' else words['unnamed']}\n"
        for side, mark in _MARKS:
            for row in told[side]:
                yield f"  {mark} {_row(row, prefixes, language)}\n"


def choose(labels: Mapping[str, str], language: str) -> str | None:
    """A label in a language, else in English, else in any."""
    own = next((text for tag, text in labels.items() if tag.partition("-")[0] == language), None)
    return own or labels.get("en") or labels.get("") or next(iter(labels.values()), None)


def _named(term: Entity | Literal, labels: Labels) -> Document:
    if isinstance(term, Literal):
        told = {"type": "literal", "value": term.value}
        if term.language:
            told["xml:lang"] = term.language
        elif term.datatype.value != XSD + "string":
            told["datatype"] = term.datatype.value
        return told
    kind = "uri" if isinstance(term, NamedNode) else "bnode"
    return {"type": kind, "value": term.value, "labels": dict(labels.get(term, {}))}


def _statements(entity: Entity, triples: Sequence[Triple], labels: Labels) -> list[Document]:
    """The statements about an entity; those about a blank node stand below the statement that leads to it.

    Where none of these leads to it, or it lies too deep, they stand by themselves, with their subject.
    """
    about: dict[Entity, list[Triple]] = defaultdict(list)
    for triple in triples:
        assert not isinstance(triple.subject, Triple), "triple terms are refused when they are loaded"
        about[triple.subject].append(triple)
    told = _about(entity, about, labels)
    while about:
        subject = next(iter(about))
        own = {} if subject == entity else {"subject": _named(subject, labels)}
        told += [{**own, **row} for row in _about(subject, about, labels)]
    return told


def _about(top: Entity, about: dict[Entity, list[Triple]], labels: Labels) -> list[Document]:
    """The rows of a subject, and below them those of its blank nodes, taken out of `about`."""
    rows: list[Document] = []
    pending = [(triple, rows, 0) for triple in about.pop(top, ())]
    for triple, target, depth in pending:
        value = triple.object
        assert not isinstance(value, Triple), "triple terms are refused when they are loaded"
        row: Document = {"property": _named(triple.predicate, labels), "value": _named(value, labels)}
        target.append(row)
        if isinstance(value, BlankNode) and value in about and depth < NESTED_AT_MOST:
            inner = row["statements"] = []
            pending.extend((one, inner, depth + 1) for one in about.pop(value))
    return rows


def _row(row: Document, prefixes: Mapping[str, str], language: str) -> str:
    """A statement on one line, brackets around what is said about a blank node."""
    text = ""
    pending: list[Document | str] = [row]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            text += one
            continue
        if "subject" in one:
            text += f"{_term(one['subject'], prefixes, language)} "
        text += f"{_term(one['property'], prefixes, language)}: "
        if "statements" in one:
            rest = [part for inner in one["statements"] for part in (inner, "; ")]
            pending += ["]", *reversed(rest[:-1]), "["]
        else:
            text += _term(one["value"], prefixes, language)
    return text


def _term(term: Document, prefixes: Mapping[str, str], language: str) -> str:
    if term["type"] == "literal":
        tail = f"@{term['xml:lang']}" if "xml:lang" in term else ""
        kind = f"^^{_short(term['datatype'], prefixes)}" if "datatype" in term else ""
        return json.dumps(term["value"], ensure_ascii=False) + tail + kind
    if term["type"] == "bnode":
        return f"_:{term['value']}"
    return choose(term["labels"], language) or _short(term["value"], prefixes)


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI by the longest prefix that fits, else as it is."""
    fitting = [(len(space), name) for name, space in prefixes.items() if iri.startswith(space) and iri != space]
    if not fitting:
        return f"<{iri}>"
    length, name = max(fitting)
    return f"{name}:{iri[length:]}"
