"""The lists of the site: which things each class has, in which order, and by which facets they are narrowed.

Things have numbers, in the order of their IRIs; classes, facets and orders are arrays of numbers (32 bits, little
endian), so that whoever reads them counts any selection at once.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from pyoxigraph import Literal, NamedNode

from ldpub.build.facets import Facet, Graph, Step, values
from ldpub.folding import fold
from ldpub.labels import LABEL_PROPERTIES, choose_text
from ldpub.namespaces import RDF
from ldpub.release import LISTS_SCHEMA


def write_lists(path: Path, graph: Graph, facets: Sequence[Facet], languages: Sequence[str]) -> None:
    """Write the lists of a graph; the same graph gives the same bytes."""
    classes: dict[str, list[str]] = defaultdict(list)
    for thing, types in graph.pairs(Step(RDF + "type")).items():
        if isinstance(thing, NamedNode):
            for name in sorted({kind.value for kind in types if isinstance(kind, NamedNode)}):
                classes[name].append(thing.value)
    iris = sorted({iri for listed in classes.values() for iri in listed})
    numbers = {iri: number for number, iri in enumerate(iris)}
    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.executescript(LISTS_SCHEMA)
        connection.executemany("insert into thing values (?, ?)", enumerate(iris))
        for kind in sorted(classes):
            connection.execute(
                "insert into class values (?, ?)", (kind, _packed(sorted(numbers[t] for t in classes[kind])))
            )
        for key, facet in enumerate(facets):
            _write_facet(connection, key, facet, values(facet, graph), numbers)
        labels = _labels(graph, iris)
        for language in languages:
            connection.execute("insert into place values (?, ?)", (language, _places(labels, language, languages)))
        connection.commit()
    finally:
        connection.close()


def _write_facet(
    connection: sqlite3.Connection,
    key: int,
    facet: Facet,
    found: Mapping[NamedNode, set[str]],
    numbers: Mapping[str, int],
) -> None:
    listed = {numbers[thing.value]: texts for thing, texts in found.items() if thing.value in numbers}
    terms = sorted({text for texts in listed.values() for text in texts})
    places = {text: place for place, text in enumerate(terms)}
    pairs = sorted((places[text], thing) for thing, texts in listed.items() for text in texts)
    labels = json.dumps(dict(facet.labels), ensure_ascii=False, sort_keys=True)
    row = (
        key,
        facet.name,
        labels,
        facet.path,
        facet.by_decade,
        json.dumps(facet.spans),
        _packed(p[1] for p in pairs),
        _packed(p[0] for p in pairs),
    )
    connection.execute("insert into facet values (?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.executemany("insert into value values (?, ?, ?)", ((key, place, text) for text, place in places.items()))


def _labels(graph: Graph, iris: Sequence[str]) -> list[Mapping[str, str]]:
    """The labels of each thing: per language the strongest property's, the first of several."""
    labels: list[Mapping[str, str]] = []
    for iri in iris:
        found: dict[str, str] = {}
        thing = NamedNode(iri)
        for name in LABEL_PROPERTIES:
            texts = [text for text in graph.objects(thing, name) if isinstance(text, Literal)]
            for text in sorted(texts, key=lambda text: text.value):
                found.setdefault(text.language or "", text.value)
        labels.append(found)
    return labels


def _places(labels: Sequence[Mapping[str, str]], language: str, languages: Sequence[str]) -> bytes:
    """The place of each thing in the order of their labels; those that have none come last."""
    named = [(choose_text(texts, language, languages) or "", number) for number, texts in enumerate(labels)]
    ordered = sorted((not text, fold(text), text, number) for text, number in named)
    places = np.empty(len(named), dtype="<i4")
    places[[number for *_, number in ordered]] = np.arange(len(named), dtype="<i4")
    return places.tobytes()


def _packed(numbers: Iterable[int]) -> bytes:
    return np.fromiter(numbers, dtype="<i4").tobytes()
