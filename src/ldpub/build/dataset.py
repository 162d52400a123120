"""The RDF 1.1 dataset that the steps of a build hand on: named graphs of triples, each step adding its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property

from pyoxigraph import Triple

from ldpub.build.numbered import Quads, Triples
from ldpub.build.project import Project, SourceFile
from ldpub.build.queries import QueryFile
from ldpub.build.reason import Closure, Steps
from ldpub.build.results import ValidationResult
from ldpub.errors import Fault

Graph = Sequence[Triple]
"""The triples of a named graph, each once, in the order in which they came."""


@dataclass(frozen=True)
class Dataset:
    """Named graphs by IRI, in the order in which the steps added them.

    `origins` says which file each asserted graph was read from (a quad file may fill several); `closure` explains what
    was inferred, `steps` say the same once it is gone; `results` are those of validation; `files` are what was made for
    the release, by path in it; `notices` are what the publisher is told though nothing stops; `quads` are those of all
    graphs but the catalogue and the report, by number.
    """

    project: Project
    graphs: Mapping[str, Graph] = field(default_factory=dict)
    origins: Mapping[str, tuple[SourceFile, ...]] = field(default_factory=dict)
    rules: tuple[QueryFile, ...] = ()
    questions: tuple[QueryFile, ...] = ()
    closure: Closure | None = None
    steps: Steps | None = None
    results: tuple[ValidationResult, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    notices: tuple[Fault, ...] = ()
    quads: Quads | None = None
    ahead: Future[list[ValidationResult]] | None = None
    """What the shapes say, where that was asked before the step that needs it."""

    def with_graph(self, name: str, triples: Iterable[Triple]) -> Dataset:
        """The same dataset with one more graph; a step never edits a graph that is there."""
        assert name not in self.graphs, f"the graph {name} is already there"
        return replace(self, graphs={**self.graphs, name: tuple(dict.fromkeys(triples))})

    def graph(self, step: str) -> Graph:
        """The graph of a step (`inferred`, `catalogue`), empty where the step did not run."""
        return self.graphs.get(self.project.iris.graph(step), ())

    @property
    def default_graphs(self) -> tuple[str, ...]:
        """The graphs whose union is the endpoint's default graph: all but the report and the shapes."""
        hidden = {self.project.iris.graph("report"), self.project.iris.graph("shapes")}
        return tuple(name for name in self.graphs if name not in hidden)

    @property
    def asserted(self) -> Iterator[Triple]:
        """Every triple of ontology and data, each once per graph that holds it."""
        for name in self.asserted_graphs:
            yield from self.graphs[name]

    @property
    def asserted_graphs(self) -> list[str]:
        """The graphs of ontology and data."""
        return [name for name in self.origins if name != self.project.iris.graph("shapes")]

    @cached_property
    def content(self) -> Triples:
        """The triples of the default graph but those of the catalogue, once their quads are numbered."""
        assert self.quads is not None, "the catalogue numbers them"
        return self.quads.within(self.default_graphs).merged()

    @property
    def union(self) -> dict[Triple, None]:
        """The triples of the default graph, each once, in order."""
        return dict.fromkeys(triple for name in self.default_graphs for triple in self.graphs[name])
