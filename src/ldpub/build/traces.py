"""Where statements come from: the line on which an asserted one stands, and one step for each that is inferred.

A release keeps them so that a page can say why without the engine that inferred. Left out is what has blank nodes:
their names differ between sources and release; in premises they are named by the order in which they are met.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from pyoxigraph import BlankNode, NamedNode

from ldpub.build.dataset import Dataset
from ldpub.build.load import numbered
from ldpub.build.numbered import Numbers, Quads, Terms
from ldpub.build.project import SourceFile
from ldpub.build.reason import Steps

Texts = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Traces:
    """What is known of the quads of a release, by number.

    `places` are statements (from 1, in the order of the quads) with file and line (from 1), `files` the names of the
    files; `steps` are those of reasoning, `texts` their terms in N-Triples syntax that have the numbers after those of
    the quads. `rules` are what the project's rules say, by language.
    """

    places: Numbers = field(default_factory=lambda: np.zeros((0, 3), np.int32))
    files: Sequence[str] = ()
    steps: Steps = field(default_factory=Steps)
    texts: Sequence[str] = ()
    rules: Mapping[str, Texts] = field(default_factory=dict)


NO_TRACES = Traces()


def traced(dataset: Dataset) -> Dataset:
    """The dataset with the steps of its reasoning, without the closure, which takes much memory."""
    return replace(dataset, closure=None, steps=Steps.of(dataset.closure)) if dataset.closure else dataset


def traces(dataset: Dataset, quads: Quads) -> Traces:
    """The traces of a dataset that is `traced`, whose quads those are."""
    files = tuple(dict.fromkeys(file for files in dataset.origins.values() for file in files))
    steps, texts = _renumbered(dataset.steps or Steps(), quads.terms)
    return Traces(
        _places(dataset, files, quads),
        [file.name for file in files],
        steps,
        texts,
        {rule.name: rule.titles for rule in dataset.rules},
    )


def _places(dataset: Dataset, files: Sequence[SourceFile], quads: Quads) -> Numbers:
    """The first place of each quad without blank nodes: where it is followed by its places once all are sorted."""
    found = array("i")
    number = quads.terms.numbers.get
    graphs = {file: NamedNode(name) for name, files in reversed([*dataset.origins.items()]) for file in files}
    for key, file in enumerate(files):
        graph = graphs[file]
        for (s, p, o, g), line in numbered(file):
            if line is not None and not isinstance(s, BlankNode) and not isinstance(o, BlankNode):
                name = g if isinstance(g, NamedNode) else graph
                found.extend((number(s, -1), number(p, -1), number(o, -1), number(name, -1), key, line))
    places = np.array(found, np.int32).reshape(-1, 6)
    columns = np.concatenate((quads.columns, places[:, :4].T), axis=1)
    order = np.lexsort(columns[::-1])
    is_quad = order < len(quads)
    is_same = (np.diff(columns[:, order], axis=1) == 0).all(axis=0)
    starts = np.flatnonzero(is_quad[:-1] & ~is_quad[1:] & is_same)
    first = places[order[starts + 1] - len(quads), 4:]
    return np.column_stack((order[starts].astype(np.int32) + 1, first))


def _renumbered(steps: Steps, terms: Terms) -> tuple[Steps, list[str]]:
    """The steps by the numbers that terms have in the release, and the texts of new terms, numbered as they come."""
    used, first = np.unique(steps.triples, return_index=True)
    texts: list[str] = []
    numbers = np.zeros(len(steps.terms), np.int32)
    for one in used[np.argsort(first)].tolist():
        term = steps.terms[one]
        # A blank node has another name in the release.
        found = None if isinstance(term, BlankNode) else terms.numbers.get(term)
        if found is None:
            found = len(terms) + len(texts)
            texts.append(f"_:p{found}" if isinstance(term, BlankNode) else str(term))
        numbers[one] = found
    return steps.renumbered(numbers), texts
