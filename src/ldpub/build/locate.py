"""Where a triple stands: the line of the source file on which its object ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pyoxigraph import BlankNode, NamedNode, Triple

from ldpub.build.dataset import Dataset, Graph
from ldpub.build.load import line_of, numbered
from ldpub.build.naming import column_of
from ldpub.build.numbered import Listed
from ldpub.build.project import SourceFile
from ldpub.errors import Fault

Place = tuple[Triple, int | None]


class Locator:
    """Finds the places of asserted triples. Files are read again only when somebody asks, and each only once."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._subjects: dict[str, frozenset[object]] = {}
        self._places: dict[SourceFile, Mapping[object, Sequence[Place]]] = {}

    def find(
        self, subject: NamedNode | BlankNode | Triple, predicate: NamedNode | None = None, value: object | None = None
    ) -> tuple[SourceFile, int | None] | None:
        """File and line (from 1) of the closest match: the triple, else the property, else the subject."""
        matches = list(self._matches(subject))
        for wanted in ((predicate, value), (predicate, None), (None, None)):
            for triple, file, line in matches:
                if wanted[0] in (None, triple.predicate) and wanted[1] in (None, triple.object):
                    return file, line
        return None

    def fault(self, triple: Triple, message: str, code: str | None = None) -> Fault:
        """A fault at the place of a triple, with the line shown."""
        place = self.find(triple.subject, triple.predicate, triple.object)
        if place is None:
            return Fault(message, code=code)
        file, line = place
        return Fault(message, file.name, line, excerpt=line_of(file, line) if line else None, code=code)

    def warning(self, triple: Triple, term: NamedNode, message: str, mend: str) -> Fault:
        """A warning at the place of a triple, with the mend and the column of a term in it."""
        fault = self.fault(triple, message, "undefined")
        return replace(fault, mend=mend, severity="warning", column=column_of(term.value, fault.excerpt))

    def _matches(self, subject: object) -> Iterator[tuple[Triple, SourceFile, int | None]]:
        for graph, files in self._dataset.origins.items():
            if graph not in self._subjects:
                self._subjects[graph] = _subjects(self._dataset.graphs[graph])
            if subject in self._subjects[graph]:
                for file in files:
                    for triple, line in self._of(file).get(subject, ()):
                        yield triple, file, line

    def _of(self, file: SourceFile) -> Mapping[object, Sequence[Place]]:
        """The triples of a file by subject."""
        if file not in self._places:
            found: dict[object, list[Place]] = defaultdict(list)
            for quad, line in numbered(file):
                found[quad.subject].append((quad.triple, line))
            self._places[file] = dict(found)
        return self._places[file]


def _subjects(graph: Graph) -> frozenset[object]:
    return graph.column(0) if isinstance(graph, Listed) else frozenset(triple.subject for triple in graph)
