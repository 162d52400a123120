"""Changes: what differs between two graphs, entity by entity; nothing but real differences (RDF 1.1 Concepts, 3.6).

Statements are compared as written: `1.50` and `1.5` differ, names of blank nodes and order do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import Triple

from ldpub.build.entities import Entities, Entity


class Kind(StrEnum):
    """What happened to an entity."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """What changed about one entity: the triples that were removed and those that were added, sorted."""

    entity: Entity
    kind: Kind
    removed: Sequence[Triple]
    added: Sequence[Triple]


def difference(before: Entities, after: Entities) -> tuple[Change, ...]:
    """The changes that lead from one graph to another, by entity; none where the graphs are isomorphic."""
    removed = _grouped(before, before.triples - after.triples)
    added = _grouped(after, after.triples - before.triples)
    changes = []
    for entity in sorted(removed.keys() | added.keys(), key=str):
        is_old, is_new = entity in before.by_entity, entity in after.by_entity
        kind = Kind.CHANGED if is_old and is_new else Kind.ADDED if is_new else Kind.REMOVED
        changes.append(Change(entity, kind, removed.get(entity, ()), added.get(entity, ())))
    return tuple(changes)


def apply(changes: Iterable[Change], triples: frozenset[Triple]) -> frozenset[Triple]:
    """The triples of the graph that the changes lead to from those of the former one."""
    listed = tuple(changes)
    removed = {triple for change in listed for triple in change.removed}
    return (triples - removed) | {triple for change in listed for triple in change.added}


def _grouped(graph: Entities, triples: Iterable[Triple]) -> dict[Entity, Sequence[Triple]]:
    found: dict[Entity, list[Triple]] = defaultdict(list)
    for triple in triples:
        found[graph.entity(triple)].append(triple)
    return {entity: sorted(some, key=str) for entity, some in found.items()}
