"""The classes of a release's ontology with the number of their instances, as the figure of a class diagram."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import NamedNode

from ldpub.namespaces import OWL, RDFS, SCHEMA
from ldpub.serve.describe import Describer
from ldpub.serve.language import Words
from ldpub.serve.pictures.class_diagram import ClassBox, Hierarchy
from ldpub.serve.pictures.figure import Cell, Figure, cell, listed, term_cell
from ldpub.serve.quads import Quad
from ldpub.serve.statements import Statements

Pairs = Mapping[NamedNode, Sequence[NamedNode]]
Leading = tuple[NamedNode, Sequence[NamedNode]]
"""A property, and the classes that it leads to."""

CLASSES_SHOWN = 80
"""How many classes a diagram shows, those with the most instances."""

_PROPERTIES_SHOWN = 4
_READ = 2000
_DOMAINS = (RDFS + "domain", *(schema + "domainIncludes" for schema in (SCHEMA, "https://schema.org/")))
_RANGES = (RDFS + "range", *(schema + "rangeIncludes" for schema in (SCHEMA, "https://schema.org/")))
_CLASSES = (OWL + "Class", RDFS + "Class")
_PROPERTIES = (OWL + "ObjectProperty",)


def class_figure(statements: Statements, base: str, describer: Describer, words: Words, title: str) -> Figure | None:
    """The diagram of the project's own classes, those under its base; of all that are declared where it has none."""
    declared = {iri for name in _CLASSES for iri in statements.instances(name, _READ)}
    own = {iri for iri in declared if iri.value.startswith(base)} or declared
    counts = {NamedNode(iri): count for iri, count in statements.class_counts() if NamedNode(iri) in own}
    classes = sorted(own, key=lambda iri: (-counts.get(iri, 0), iri.value))
    if not classes:
        return None
    shown = classes[:CLASSES_SHOWN]
    above = _direct(_pairs(statements.facts(shown, (RDFS + "subClassOf",)), set(shown)))
    leading = _leading(statements, {iri: above.get(iri, ()) for iri in shown})
    describer.learn([*shown, *(name for ones in leading.values() for name, _ in ones)])
    place = {iri: number for number, iri in enumerate(shown)}
    forest = _forest(shown, above)
    boxes = tuple(
        ClassBox(
            describer.name(iri),
            counts.get(iri, 0),
            place[forest[iri]] if iri in forest else None,
            _also([one for one in above.get(iri, ()) if one != forest.get(iri)], describer, words),
            _lines(leading.get(iri, ()), describer, words),
        )
        for iri in shown
    )
    named = [f"{box.name} {box.count}" for box in boxes]
    view = Hierarchy(title, listed(named, 20), words.tag, boxes, words["classes_bar"], words["classes_arrow"])
    rows = tuple(_row(iri, counts.get(iri, 0), above, describer) for iri in shown)
    return Figure("classes", view, (words["class"], words["count"], words["above"]), rows, len(classes) - len(shown))


def _also(others: Sequence[NamedNode], describer: Describer, words: Words) -> str:
    return words["also"].format(names=", ".join(describer.name(one) for one in others)) if others else ""


def _lines(leading: Sequence[Leading], describer: Describer, words: Words) -> tuple[str, ...]:
    """The properties of a class with where they lead, the first few."""
    lines = [f"{describer.name(name)} → {', '.join(describer.name(one) for one in ranges)}" for name, ranges in leading]
    if len(lines) > _PROPERTIES_SHOWN:
        more = words["and_more"].format(n=len(lines) - _PROPERTIES_SHOWN + 1)
        lines = [*lines[: _PROPERTIES_SHOWN - 1], more]
    return tuple(lines)


def _row(iri: NamedNode, count: int, above: Pairs, describer: Describer) -> tuple[Cell, ...]:
    return term_cell(iri, describer), cell(str(count)), tuple(describer.value(one) for one in above.get(iri, ()))


def _pairs(quads: Iterable[Quad], wanted: set[NamedNode]) -> dict[NamedNode, set[NamedNode]]:
    found: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for quad in quads:
        subject, value = quad.subject, quad.object
        if isinstance(subject, NamedNode) and isinstance(value, NamedNode) and value in wanted and value != subject:
            found[subject].add(value)
    return found


def _direct(above: Mapping[NamedNode, set[NamedNode]]) -> Pairs:
    """The classes right above each: without those that are above these too, unless they are so in a circle."""
    found = {}
    for iri, parents in above.items():
        further = {up for one in parents if iri not in above.get(one, ()) for up in above.get(one, ())}
        found[iri] = sorted(parents - further, key=lambda one: one.value)
    return found


def _forest(classes: Sequence[NamedNode], above: Pairs) -> dict[NamedNode, NamedNode]:
    """For each class the one that it stands below: the first above it that is not itself below it."""
    chosen: dict[NamedNode, NamedNode] = {}
    for iri in classes:
        for parent in above.get(iri, ()):
            up: NamedNode | None = parent
            while up is not None and up != iri:
                up = chosen.get(up)
            if up is None:
                chosen[iri] = parent
                break
    return chosen


def _leading(statements: Statements, above: Pairs) -> dict[NamedNode, list[Leading]]:
    """The properties that lead from each class to classes of the diagram, those that few other classes have first."""
    names = [iri for name in _PROPERTIES for iri in statements.instances(name, _READ)]
    facts = statements.facts(names, (*_DOMAINS, *_RANGES))
    domains = _pairs((quad for quad in facts if quad.predicate.value in _DOMAINS), set(above))
    ranges = _pairs((quad for quad in facts if quad.predicate.value in _RANGES), set(above))
    found: dict[NamedNode, list[Leading]] = defaultdict(list)
    least = {name: _least(classes, above) for name, classes in domains.items() if name in ranges}
    for name in sorted(least, key=lambda one: (len(least[one]), one.value)):
        for one in least[name]:
            found[one].append((name, _least(ranges[name], above)))
    return found


def _least(classes: set[NamedNode], above: Pairs) -> list[NamedNode]:
    """The classes without those that stand above another of them, as reasoning adds them to a domain or range."""
    higher = {up for one in classes for up in _reached(one, above) - {one} if one not in _reached(up, above)}
    return sorted(classes - higher, key=lambda one: one.value)


def _reached(start: NamedNode, above: Pairs) -> set[NamedNode]:
    """A class and all those above it."""
    seen = {start}
    pending = [start]
    while pending:
        fresh = set(above.get(pending.pop(), ())) - seen
        seen |= fresh
        pending += fresh
    return seen
