"""In which order, and under which headings, a page says what it says: as the shapes have it (SHACL, 2.3.2.3, 2.3.2.4).

A property's place is that of the property shape that a shape for one of the thing's classes has for it; the first by
order of group and property, where there are several. What no shape places comes last.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import OWL, RDF, RDFS, SH
from ldpub.serve.statements import Pairs, Statements

_CLASSES = frozenset((OWL + "Class", RDFS + "Class"))


class Place(NamedTuple):
    """Where a property stands; `group` is the IRI of its heading, or empty."""

    group_order: float = math.inf
    group: str = ""
    order: float = math.inf


@dataclass(frozen=True)
class Arrangement:
    """The places of properties, for each class that has a shape."""

    places: Mapping[str, Mapping[str, Place]]

    def of(self, classes: Iterable[str]) -> Mapping[str, Place]:
        """Property to place, for a thing of these classes."""
        found: dict[str, Place] = {}
        for name in classes:
            for path, place in self.places.get(name, {}).items():
                found[path] = min(place, found.get(path, place))
        return found


def read_arrangement(statements: Statements) -> Arrangement:
    """The arrangement that the shapes of a release give."""
    return Arrangement(_places(_Shapes(statements)))


def _places(shapes: _Shapes) -> Mapping[str, Mapping[str, Place]]:
    places: dict[str, dict[str, Place]] = defaultdict(dict)
    for shape, classes in shapes.targets.items():
        for property_shape in shapes.properties(shape):
            path, place = shapes.path(property_shape), shapes.place(property_shape)
            if path is not None:
                for name in classes:
                    places[name][path] = min(place, places[name].get(path, place))
    return places


class _Shapes:
    """What the shapes say about order, each property of SHACL read once."""

    def __init__(self, statements: Statements) -> None:
        self._property = _grouped(statements.pairs(SH + "property"))
        self._node = _grouped(statements.pairs(SH + "node"))
        self._path = dict(statements.pairs(SH + "path"))
        self._order = {subject: _number(value) for subject, value in statements.pairs(SH + "order")}
        self._group = dict(statements.pairs(SH + "group"))
        self.targets: dict[object, list[str]] = defaultdict(list)
        for shape, target in statements.pairs(SH + "targetClass"):
            if isinstance(target, NamedNode):
                self.targets[shape].append(target.value)
        for name, kind in statements.pairs(RDF + "type"):
            if isinstance(kind, NamedNode) and kind.value in _CLASSES and name in self._property:
                self.targets[name].append(str(name.value))  # a shape that is a class targets it (2.1.3.3)

    def properties(self, shape: object) -> Iterable[object]:
        """The property shapes of a shape and of those that it includes."""
        pending, seen = [shape], set()
        for one in pending:
            if one not in seen:
                seen.add(one)
                yield from self._property.get(one, ())
                pending += self._node.get(one, ())

    def path(self, shape: object) -> str | None:
        """The property of a property shape; None where its path is not just one."""
        path = self._path.get(shape)
        return path.value if isinstance(path, NamedNode) else None

    def place(self, shape: object) -> Place:
        """Where a property shape puts its property."""
        group = self._group.get(shape)
        order = self._order.get(shape, math.inf)
        if not isinstance(group, NamedNode):
            return Place(order=order)
        return Place(self._order.get(group, math.inf), group.value, order)


def _grouped(pairs: Pairs) -> dict[object, list[object]]:
    found: dict[object, list[object]] = defaultdict(list)
    for subject, value in pairs:
        found[subject].append(value)
    return found


def _number(value: object) -> float:
    try:
        return float(value.value) if isinstance(value, Literal) else math.inf
    except ValueError:
        return math.inf
