"""In which order, and under which headings, a page says what it says: as the shapes have it (SHACL, 2.3.2.3, 2.3.2.4).

A property shape with `dash:viewer dash:ValueTableViewer` makes a table of its values: its columns are the property
shapes of its sh:node, or of the shapes for its sh:class; where some of them have `dash:propertyRole dash:KeyInfoRole`,
only those (DASH, Form Generation using SHACL). A property's place is that of the property shape that a shape for one
of the thing's classes has for it; the first by order of group and property, where there are several. What no shape
places comes last.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import DASH, OWL, RDF, RDFS, SH
from ldpub.serve.statements import Pairs, Statements

_TABLE = NamedNode(DASH + "ValueTableViewer")
_KEY = NamedNode(DASH + "KeyInfoRole")
_SYMMETRIC = NamedNode(OWL + "SymmetricProperty")
_CLASSES = frozenset((OWL + "Class", RDFS + "Class"))


class Place(NamedTuple):
    """Where a property stands; `group` is the IRI of its heading, or empty."""

    group_order: float = math.inf
    group: str = ""
    order: float = math.inf


class Path(NamedTuple):
    """A property, followed from subject to object or back."""

    name: str
    is_forward: bool


@dataclass(frozen=True)
class Column:
    """A column of a table: its path from the row's thing, and its heading by language, if the shape has one."""

    path: Path
    names: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table of what a path leads to: its heading by language, its place, its columns."""

    path: Path
    names: Mapping[str, str]
    place: Place
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Arrangement:
    """The places of properties, and the tables, for each class that has a shape.

    `inverses` are of owl:inverseOf and symmetry, `above` of rdfs:subPropertyOf at any distance; `keys` are the
    properties that say most about things of a class, `backwards` what the shapes call a property that leads to them.
    """

    places: Mapping[str, Mapping[str, Place]]
    tables: Mapping[str, Sequence[Table]] = field(default_factory=dict)
    inverses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    above: Mapping[str, frozenset[str]] = field(default_factory=dict)
    keys: Mapping[str, Sequence[tuple[Place, Column]]] = field(default_factory=dict)
    backwards: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def tables_of(self, classes: Iterable[str]) -> list[Table]:
        """The tables of a thing of these classes, in the order of their places; one for each path."""
        found: dict[Path, Table] = {}
        for table in sorted((t for name in classes for t in self.tables.get(name, ())), key=_by_place):
            found.setdefault(table.path, table)
        return list(found.values())

    def keys_of(self, classes: Iterable[str]) -> list[Column]:
        """The properties that say most about a thing of these classes, each once."""
        found: dict[Path, Column] = {}
        for _, column in sorted((k for name in classes for k in self.keys.get(name, ())), key=_by_key):
            found.setdefault(column.path, column)
        return list(found.values())

    def backwards_of(self, classes: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
        """What properties that lead to a thing of these classes are called there, by language."""
        return {name: names for one in classes for name, names in self.backwards.get(one, {}).items()}

    def of(self, classes: Iterable[str]) -> Mapping[str, Place]:
        """Property to place, for a thing of these classes."""
        found: dict[str, Place] = {}
        for name in classes:
            for path, place in self.places.get(name, {}).items():
                found[path] = min(place, found.get(path, place))
        return found


def read_arrangement(statements: Statements) -> Arrangement:
    """The arrangement that the shapes of a release give."""
    shapes = _Shapes(statements)
    inverses: dict[str, set[str]] = defaultdict(set)
    for one, other in statements.pairs(OWL + "inverseOf"):
        if isinstance(one, NamedNode) and isinstance(other, NamedNode):
            inverses[one.value].add(other.value)
            inverses[other.value].add(one.value)
    for one, kind in statements.pairs(RDF + "type"):
        if isinstance(one, NamedNode) and kind == _SYMMETRIC:
            inverses[one.value].add(one.value)
    frozen = {name: frozenset(others) for name, others in inverses.items()}
    return Arrangement(_places(shapes), _tables(shapes), frozen, _above(statements), _keys(shapes), _backwards(shapes))


def _tables(shapes: _Shapes) -> Mapping[str, Sequence[Table]]:
    found: dict[str, list[Table]] = defaultdict(list)
    for shape, classes in shapes.targets.items():
        for one in shapes.properties(shape):
            path = shapes.step(one)
            if path is None or not shapes.is_table(one):
                continue
            table = Table(path, shapes.names(one), shapes.place(one), tuple(_columns(shapes, one)))
            for name in classes:
                found[name].append(table)
    return found


def _columns(shapes: _Shapes, table: object) -> Iterator[Column]:
    offered = [one for shape in shapes.rows(table) for one in shapes.properties(shape) if shapes.step(one)]
    chosen = [one for one in offered if shapes.is_key(one)] or offered
    seen: set[Path | None] = set()
    for one in sorted(chosen, key=shapes.place):
        path = shapes.step(one)
        if path is not None and path not in seen:
            seen.add(path)
            yield Column(path, shapes.names(one))


def _above(statements: Statements) -> Mapping[str, frozenset[str]]:
    """The properties above each, by rdfs:subPropertyOf."""
    direct = _grouped(statements.pairs(RDFS + "subPropertyOf"))
    found: dict[str, frozenset[str]] = {}
    for one in direct:
        reached = list(direct[one])
        for other in reached:
            reached += [above for above in direct.get(other, ()) if above not in reached]
        if isinstance(one, NamedNode):
            found[one.value] = frozenset(term.value for term in reached if isinstance(term, NamedNode) and term != one)
    return found


def _keys(shapes: _Shapes) -> Mapping[str, Sequence[tuple[Place, Column]]]:
    found: dict[str, list[tuple[Place, Column]]] = defaultdict(list)
    for shape, classes in shapes.targets.items():
        for one in filter(shapes.is_key, shapes.properties(shape)):
            path = shapes.step(one)
            for name in classes if path is not None else ():
                assert path is not None
                found[name].append((shapes.place(one), Column(path, shapes.names(one))))
    return found


def _backwards(shapes: _Shapes) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: dict[str, dict[str, Mapping[str, str]]] = defaultdict(dict)
    for shape, classes in shapes.targets.items():
        for one in shapes.properties(shape):
            path = shapes.step(one)
            if path is not None and not path.is_forward and shapes.names(one):
                for name in classes:
                    found[name][path.name] = shapes.names(one)
    return found


def _by_key(key: tuple[Place, Column]) -> tuple[Place, Path]:
    return key[0], key[1].path


def _by_place(table: Table) -> tuple[Place, Path]:
    return table.place, table.path


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
        self._inverse = dict(statements.pairs(SH + "inversePath"))
        self._classes = _grouped(statements.pairs(SH + "class"))
        self._above = _grouped(statements.pairs(RDFS + "subClassOf"))
        self._names: dict[object, dict[str, str]] = defaultdict(dict)
        for subject, value in statements.pairs(SH + "name"):
            if isinstance(value, Literal):
                self._names[subject][value.language or ""] = value.value
        viewers, roles = statements.pairs(DASH + "viewer"), statements.pairs(DASH + "propertyRole")
        self._viewed = {shape for shape, viewer in viewers if viewer == _TABLE}
        self._keys = {shape for shape, role in roles if role == _KEY}
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

    def step(self, shape: object) -> Path | None:
        """The path of a property shape, where it is one property, or the inverse of one."""
        path = self._path.get(shape)
        back = self._inverse.get(path)
        if isinstance(back, NamedNode):
            return Path(back.value, is_forward=False)
        return Path(path.value, is_forward=True) if isinstance(path, NamedNode) else None

    def is_table(self, shape: object) -> bool:
        """Whether the values are to be seen as a table."""
        return shape in self._viewed

    def is_key(self, shape: object) -> bool:
        """Whether a property is of those that say most about a thing."""
        return shape in self._keys

    def names(self, shape: object) -> Mapping[str, str]:
        """What a property shape calls its property, by language."""
        return self._names.get(shape, {})

    def rows(self, shape: object) -> list[object]:
        """The shapes of the things that a property shape wants as values: its own, or those for their classes."""
        if own := self._node.get(shape):
            return own
        classes = list(dict.fromkeys(self._classes.get(shape, ())))
        for one in classes:
            classes += [above for above in self._above.get(one, ()) if above not in classes]
        wanted = {one.value for one in classes if isinstance(one, NamedNode)}
        return [shape for shape, targets in self.targets.items() if wanted.intersection(targets)]

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
