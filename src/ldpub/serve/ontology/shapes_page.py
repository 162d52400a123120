"""The page of shapes (SHACL): each with its targets and a table of what it asks of each property, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import DCT, RDFS, SH
from ldpub.serve.describe import Describer
from ldpub.serve.exchange import Exchange
from ldpub.serve.ontology.constraints import Constraints, is_deactivated
from ldpub.serve.ontology.graph import Term
from ldpub.serve.ontology.names import MESSAGES, Names
from ldpub.serve.ontology.phrase import Phrase, fill, html_of, joined, plain, text_of
from ldpub.serve.ontology.shapes import Shapes

_SEVERITIES = ("Violation", "Warning", "Info")
_TARGETS = (
    ("targetNode", None),
    ("targetSubjectsOf", "onto_target_subjects"),
    ("targetObjectsOf", "onto_target_objects"),
)
_DESCRIPTIONS = (SH + "description", RDFS + "comment", DCT + "description")


@dataclass(frozen=True)
class Line:
    """A property shape as a row of the table."""

    anchor: str
    name: str
    path: Markup
    cardinality: Markup
    kind: Markup
    further: Sequence[Markup]
    message: Markup
    severity: str
    results: int


@dataclass(frozen=True)
class Told:
    """A shape as the page shows it; `groups` are heading and rows."""

    anchor: str
    iri: str
    page: str | None
    title: str
    others: Sequence[tuple[str, str]]
    definition: Markup
    targets: Sequence[Markup]
    target_count: int
    severity: str
    message: Markup
    asked: Sequence[Markup]
    queries: Sequence[str]
    groups: Sequence[tuple[str, Sequence[Line]]]
    results: Sequence[str]
    is_off: bool


def shapes_values(exchange: Exchange, start: int, shown: int) -> dict[str, Any]:
    """What the template of the shapes' page shows: so many shapes from a number on."""
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    shapes = exchange.snapshot.schema.shapes
    describer.know(exchange.snapshot.schema.labels_of_shapes)
    listed = sorted(shapes.node_shapes, key=lambda one: (not shapes.is_targeted(one), *_title_key(describer, one)))
    listed = listed[start : start + shown]
    anchors = {term: shapes.anchors[term] for shape in listed for term in _with_parts(shapes, shape)}
    teller = _Teller(exchange, shapes, Names(exchange, describer, anchors, {}))
    told = [teller.told(shape) for shape in listed]
    targeted = [one for one in told if one.targets]
    parts = [one for one in told if not one.targets]
    return {
        "title": exchange.words["onto_shapes_title"],
        "sections": [(key, some) for key, some in (("shapes_targeted", targeted), ("shape_parts", parts)) if some],
        "tiers": teller.tiers([result for results in shapes.results.values() for result in results.items()]),
    }


def _title_key(describer: Describer, shape: Term) -> tuple[str, str]:
    return describer.name(shape).casefold(), str(shape)


def _with_parts(shapes: Shapes, shape: Term) -> list[Term]:
    return [term for term in (shape, *shapes.properties(shape)) if term in shapes.anchors]


class _Teller:
    """Tells shapes in the language of an exchange."""

    def __init__(self, exchange: Exchange, shapes: Shapes, names: Names) -> None:
        self._words = exchange.words
        self._schema = exchange.snapshot.schema
        self._shapes = shapes
        self._graph = shapes.graph
        self._name = names
        self._constraints = Constraints(shapes.graph, names, exchange.words, self._message)

    def told(self, shape: Term) -> Told:
        """A shape with its property shapes."""
        graph = self._graph
        title = text_of(self._title(shape))
        return Told(
            anchor=self._shapes.anchors.get(shape, ""),
            iri=shape.value if isinstance(shape, NamedNode) else "",
            page=self._name.describer.href(shape) if isinstance(shape, NamedNode) else None,
            title=title,
            others=self._name.others(graph.texts(shape, RDFS + "label"), title),
            definition=html_of(self._name.text(graph, shape, _DESCRIPTIONS)),
            targets=tuple(map(html_of, self._targets(shape))),
            target_count=self._schema.targets(shape),
            severity=self._severity(shape),
            message=html_of(self._name.text(graph, shape, (SH + "message",))),
            asked=tuple(map(html_of, self._asked(shape))),
            queries=tuple(self._queries(shape)),
            groups=tuple(self._groups(shape)),
            results=self.tiers(list(self._results(shape))),
            is_off=is_deactivated(graph, shape),
        )

    def tiers(self, counted: Sequence[tuple[str, int]]) -> list[str]:
        """Counts of results by severity in words, the gravest first."""
        totals = {name: sum(n for iri, n in counted if iri == SH + name) for name in _SEVERITIES}
        others = sum(n for iri, n in counted if iri.removeprefix(SH) not in totals)
        told = [self._words.counted(f"onto_{name}_n", n) for name, n in totals.items() if n]
        return [*told, *([self._words.counted("onto_results_n", others)] if others else [])]

    def _title(self, shape: Term) -> Phrase:
        """The name of a shape; of one without a name what it applies to."""
        if isinstance(shape, NamedNode):
            return self._name(shape)
        return self._message(shape) or joined(list(self._targets(shape)), ", ") or plain("…")

    def _message(self, term: Term) -> Phrase:
        return self._name.text(self._graph, term, MESSAGES)

    def _targets(self, shape: Term) -> Iterator[Phrase]:
        for one in self._shapes.classes(shape):
            yield self._name(one)
        for name, key in _TARGETS:
            for one in self._graph.objects(shape, SH + name):
                yield fill(self._words[key], x=self._name(one)) if key else self._name(one)

    def _asked(self, shape: Term) -> list[Phrase]:
        """What a shape asks of the thing itself; of a property shape the table says it."""
        if self._graph.value(shape, SH + "path") is not None:
            return []
        return [phrase for phrase in (self._constraints.kind(shape), *self._constraints.further(shape)) if phrase]

    def _queries(self, shape: Term) -> Iterator[str]:
        """The SPARQL of constraints (SHACL, 5)."""
        for constraint in self._graph.objects(shape, SH + "sparql"):
            for name in ("select", "ask"):
                yield from (str(getattr(text, "value", "")) for text in self._graph.objects(constraint, SH + name))

    def _severity(self, shape: Term) -> str:
        """The severity of a shape's results (SHACL, 2.1.4): a violation, if nothing else is said."""
        value = self._graph.value(shape, SH + "severity")
        name = value.value.removeprefix(SH) if isinstance(value, NamedNode) else "Violation"
        known = self._words.get(f"onto_severity_{name}")
        return known or (text_of(self._name(value)) if value is not None else "")

    def _results(self, shape: Term) -> Iterator[tuple[str, int]]:
        for one in {shape, *self._shapes.properties(shape)}:
            if isinstance(one, NamedNode):
                yield from self._shapes.results.get(one.value, {}).items()

    def _groups(self, shape: Term) -> Iterator[tuple[str, Sequence[Line]]]:
        """The property shapes by sh:group and sh:order (SHACL, 2.3.2)."""
        parts = sorted(self._shapes.properties(shape), key=self._place)
        for group, members in groupby(parts, key=self._group):
            heading = text_of(self._name(group)) if isinstance(group, NamedNode) else ""
            yield heading, [self._line(one) for one in members]

    def _group(self, part: Term) -> Term | None:
        return self._graph.value(part, SH + "group")

    def _place(self, part: Term) -> tuple[float, str, float, str]:
        group = self._group(part)
        return self._order(group), str(group or ""), self._order(part), str(part)

    def _order(self, node: Term | None) -> float:
        value = self._graph.value(node, SH + "order")
        try:
            return float(value.value) if isinstance(value, Literal) else math.inf
        except ValueError:
            return math.inf

    def _line(self, part: Term) -> Line:
        tell, graph = self._constraints, self._graph
        further = [*tell.further(part), *self._inner(part)]
        if is_deactivated(graph, part):
            further.append(plain(self._words["onto_deactivated"]))
        path, name = tell.path(part), text_of(self._name.text(graph, part, (SH + "name",)))
        results: Mapping[str, int] = self._shapes.results.get(part.value, {}) if isinstance(part, NamedNode) else {}
        return Line(
            anchor=self._shapes.anchors.get(part, ""),
            name=name if name != text_of(path) else "",
            path=html_of(path),
            cardinality=html_of(tell.cardinality(part)),
            kind=html_of(tell.kind(part)),
            further=tuple(map(html_of, further)),
            message=html_of(self._name.text(graph, part, (SH + "message",))) or escape(""),
            severity=self._severity(part),
            results=sum(results.values()),
        )

    def _inner(self, part: Term) -> Iterator[Phrase]:
        """What a property shape asks of the properties of its values."""
        for inner in self._graph.objects(part, SH + "property"):
            path = self._constraints.path(inner)
            asked = self._constraints.whole(inner)
            yield fill(self._words["onto_path_asks"], path=path, x=asked) if asked else path
