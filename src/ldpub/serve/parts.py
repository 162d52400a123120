"""The parts of a thing's page: rows and tables under headings, facts without a table together, nothing told twice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode

from ldpub.serve.describe import Describer
from ldpub.serve.described import Description, Row
from ldpub.serve.relations import Relation
from ldpub.serve.repetition import folded, without_said_texts

FACTS_AT_MOST = 12
"""Rows that a page shows under one heading, whatever the shapes call them; of more, only those of short sections."""

_SHORT = 2


@dataclass(frozen=True)
class Part:
    """Rows and tables under a heading, which may be empty; a table is what a template needs of it."""

    title: str
    rows: tuple[Row, ...]
    tables: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_table(self) -> bool:
        """Whether it is one table and nothing else, whose heading is enough."""
        return len(self.tables) == 1 and not self.rows


def parts_of(
    describer: Describer, thing: Description, tables: Sequence[Mapping[str, Any]]
) -> tuple[list[Part], list[Row]]:
    """The parts in the order of the shapes, and the inferred rows that only repeat what tables and classes say."""
    shown = {href for one in tables for href in _linked(one["relation"])}
    names = {value.text for value in thing.types}
    sections = {section.group: section for section in thing.sections}
    orders = {section.group: section.order for section in thing.sections}
    for one in tables:
        place = one["relation"].table.place
        orders[place.group] = min(place.group_order, orders.get(place.group, math.inf))
    describer.learn(NamedNode(group) for group in orders if group)
    said, apart, parts = [thing.title, thing.summary or ""], [], []
    for group in sorted(orders, key=lambda group: (orders[group], group == "", group)):
        kept, repeated = folded(sections[group].rows if group in sections else (), shown, names)
        apart += repeated
        under = tuple(one for one in tables if one["relation"].table.place.group == group)
        parts.append(Part(describer.name(NamedNode(group)) if group else "", tuple(kept), under))
    every = without_said_texts((row for part in parts for row in part.rows), said)
    parts = [replace(part, rows=tuple(row for row in part.rows if row in every)) for part in parts]
    return _merged([part for part in parts if part.rows or part.tables], describer.words["facts"]), apart


def _merged(parts: Sequence[Part], title: str) -> list[Part]:
    """Parts of rows alone as one: all where they are few rows together, else the short ones."""
    loose = [part for part in parts if not part.tables]
    if sum(len(part.rows) for part in loose) > FACTS_AT_MOST:
        loose = [part for part in loose if len(part.rows) <= _SHORT]
    if not loose or (len(loose) == 1 and loose[0].title):
        return list(parts)
    rows = tuple(row for part in loose for row in part.rows)
    together = Part(title if len(parts) > 1 or len(loose) > 1 else "", rows)
    return [together if part is loose[0] else part for part in parts if part is loose[0] or part not in loose]


def _linked(relation: Relation) -> set[str]:
    values = {value.href for row in relation.rows for cell in row.cells for value in cell}
    return {href for href in (*values, *(row.href for row in relation.rows)) if href}
