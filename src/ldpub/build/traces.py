"""Where statements come from: the line on which an asserted one stands, and one step for each that is inferred.

A release keeps them so that a page can say why without the engine that inferred. Left out is what has blank nodes:
their names differ between sources and release; in premises they are named by the order in which they are met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.load import numbered

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """One step of reasoning: the conclusion, the rule's name and the premises, in N-Triples syntax."""

    conclusion: tuple[str, str, str]
    rule: str
    premises: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Traces:
    """File and line (from 1) of asserted quads; steps, to be read once; what the project's rules say, by language."""

    places: Mapping[Quad, tuple[str, int]] = field(default_factory=dict)
    steps: Iterable[Step] = ()
    rules: Mapping[str, Texts] = field(default_factory=dict)


NO_TRACES = Traces()


def traces(dataset: Dataset) -> Traces:
    """The traces of a dataset that was reasoned over."""
    rules = {rule.name: rule.titles for rule in dataset.rules}
    return Traces(dict(_places(dataset)), _steps(dataset), rules)


def _places(dataset: Dataset) -> Iterator[tuple[Quad, tuple[str, int]]]:
    """The first place of each quad without blank nodes."""
    seen: set[object] = set()
    found: set[Quad] = set()
    for graph, files in dataset.origins.items():
        for file in files:
            if file in seen:
                continue
            seen.add(file)
            for quad, line in numbered(file):
                name = quad.graph_name if isinstance(quad.graph_name, NamedNode) else NamedNode(graph)
                one = Quad(quad.subject, quad.predicate, quad.object, name)
                if line is not None and one not in found and not _has_blank(quad.triple):
                    found.add(one)
                    yield one, (file.name, line)


def _steps(dataset: Dataset) -> Iterator[Step]:
    names: dict[BlankNode, str] = {}

    def text(term: object) -> str:
        return names.setdefault(term, f"_:p{len(names)}") if isinstance(term, BlankNode) else str(term)

    def texts(triple: Triple) -> tuple[str, str, str]:
        return text(triple.subject), str(triple.predicate), text(triple.object)

    for one in dataset.closure.derivations() if dataset.closure else ():
        yield Step(texts(one.triple), one.rule, tuple(map(texts, one.premises)))


def _has_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
