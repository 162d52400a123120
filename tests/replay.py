"""An LDES consumer of its own: members in, the graph out that they come to; it knows nothing of how they were made.

The last version of each entity stands, by time (ldes:timestampPath); a deletion (ldes:versionDeleteObject) takes it
away; the member gives its place to the entity (ldes:versionOfPath).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from ldpub.namespaces import AS, DCT, PROV, RDF, TREE

MEMBER = NamedNode(TREE + "member")
VERSION_OF = NamedNode(DCT + "isVersionOf")
TIME = NamedNode(PROV + "generatedAtTime")
DELETED = (NamedNode(RDF + "type"), NamedNode(AS + "Delete"))


@dataclass(frozen=True)
class Version:
    """One member: of which entity, when, and its triples about itself and its blank nodes; None if it is a deletion."""

    member: NamedNode
    entity: NamedNode
    time: str
    triples: Sequence[Triple] | None


def versions(triples: Iterable[Triple]) -> list[Version]:
    """The members of some pages, in the order of their pages."""
    about: dict[object, list[Triple]] = defaultdict(list)
    members = []
    for triple in triples:
        if triple.predicate == MEMBER:
            members.append(triple.object)
        else:
            about[triple.subject].append(triple)
    assert len(members) == len(set(members)), "a member comes once"
    return [version(member, about) for member in members]


def version(member: object, about: Mapping[object, Sequence[Triple]]) -> Version:
    """What a member says."""
    assert isinstance(member, NamedNode)
    found: list[Triple] = []
    pending: list[object] = [member]
    for node in pending:
        found += about.get(node, ())
        pending += [t.object for t in about.get(node, ()) if isinstance(t.object, BlankNode)]
    own = [t for t in found if t.subject == member]
    (entity,) = (t.object for t in own if t.predicate == VERSION_OF)
    (time,) = (t.object for t in own if t.predicate == TIME)
    assert isinstance(entity, NamedNode)
    rest = [t for t in found if not (t.subject == member and t.predicate in (VERSION_OF, TIME))]
    if any((t.predicate, t.object) == DELETED for t in own):
        assert len(rest) == 1
        return Version(member, entity, str(time), None)
    return Version(member, entity, str(time), unreified([moved(t, member, entity) for t in rest], entity))


def moved(triple: Triple, member: NamedNode, entity: NamedNode) -> Triple:
    """The triple with the entity in the member's place."""
    return Triple(entity, triple.predicate, triple.object) if triple.subject == member else triple


def unreified(triples: Sequence[Triple], entity: NamedNode) -> list[Triple]:
    """The triples with those that `#states` leads to said outright."""
    nodes = {t.object for t in triples if t.subject == entity and t.predicate.value.endswith("/ldes#states")}
    parts: dict[object, dict[str, object]] = defaultdict(dict)
    rest = []
    for t in triples:
        if t.subject in nodes:
            parts[t.subject][t.predicate.value.rpartition("#")[2]] = t.object
        elif t.object not in nodes:
            rest.append(t)
    assert all(part["type"] == NamedNode(RDF + "Statement") for part in parts.values())
    return [*rest, *(Triple(p["subject"], p["predicate"], p["object"]) for p in parts.values())]  # type: ignore[arg-type]


def replay(members: Iterable[Version]) -> list[Triple]:
    """The graph that the members come to, from nothing; blank nodes that were given IRIs are blank again."""
    last: dict[NamedNode, Version] = {}
    for one in members:
        before = last.get(one.entity)
        assert before is None or before.time != one.time, "the versions of an entity have an order"
        if before is None or before.time < one.time:
            last[one.entity] = one
    triples = [t for one in last.values() for t in one.triples or ()]
    return [Triple(blank(t.subject), t.predicate, blank(t.object)) for t in triples]  # type: ignore[arg-type]


def blank(term: object) -> object:
    """The blank node that an IRI stands for (RDF 1.1 Concepts, 3.5), else the term."""
    is_skolem = isinstance(term, NamedNode) and "/.well-known/genid/" in term.value
    return BlankNode(term.value.rpartition("/")[2]) if is_skolem and isinstance(term, NamedNode) else term
