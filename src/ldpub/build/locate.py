"""Where a triple stands: the line of the source file on which a parser has read the whole of it."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, NamedNode, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.load import line_of, numbered
from ldpub.build.project import SourceFile
from ldpub.errors import Fault

Node = NamedNode | BlankNode | Triple


class Locator:
    """Finds the places of asserted triples; files are read again only when somebody asks."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._places: dict[SourceFile, list[tuple[Triple, int | None]]] = {}

    def find(
        self, subject: Node, predicate: NamedNode | None = None, value: object | None = None
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

    def _matches(self, subject: Node) -> Iterator[tuple[Triple, SourceFile, int | None]]:
        for graph, files in self._dataset.origins.items():
            if any(triple.subject == subject for triple in self._dataset.graphs[graph]):
                for file in files:
                    for triple, line in self._lines(file):
                        if triple.subject == subject:
                            yield triple, file, line

    def _lines(self, file: SourceFile) -> list[tuple[Triple, int | None]]:
        if file not in self._places:
            self._places[file] = list(numbered(file))
        return self._places[file]
