"""The event stream of a data set (Linked Data Event Streams 1.0 over TREE), carried on from the former release.

Each entity that a release adds or changes is a member: a version of the entity (dct:isVersionOf) with all of its
statements about itself; one that is gone is a member of type as:Delete. Who replays all members, the last version of
each entity standing, has what the release asserts. Every statement of one edition has one time (prov:generatedAtTime).

Times come from the project's settings, not from the clock, so that the same input after the same release is the same
stream to the byte. An edition is at least a second later than the one before: days alone would not order them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.build.changes import Change, Kind
from ldpub.build.entities import Entities, Entity
from ldpub.events import GENID, PAGES, STATES, Edition, EventPage, History, events_iri, page_iri, stream_iri
from ldpub.namespaces import AS, DCT, PROV, RDF, TREE, XSD

MEMBERS_PER_PAGE = 250
"""How many members make a page full."""

VERSION_OF = NamedNode(DCT + "isVersionOf")
GENERATED_AT = NamedNode(PROV + "generatedAtTime")
_TYPE = NamedNode(RDF + "type")
_DELETE = NamedNode(AS + "Delete")
_ORIGIN_LENGTH = 12


@dataclass(frozen=True)
class Occasion:
    """The release that goes on with a stream: identifier, digest, base, and the version and day of its data."""

    release: str
    digest: str
    base: str
    version: str
    day: str


def begin(occasion: Occasion) -> History:
    """A stream without members; another beginning has another origin, so that no page's name ever means two things."""
    origin = hashlib.sha256(f"{occasion.base}\0{occasion.day}\0{occasion.digest}".encode()).hexdigest()
    return History(origin[:_ORIGIN_LENGTH], 0, (), ())


def next_timestamp(occasion: Occasion, history: History) -> str:
    """The time of an edition: midnight (UTC) of its day, or a second after the edition before if that is later."""
    moment = datetime.fromisoformat(occasion.day).replace(tzinfo=UTC)
    if history.timestamp:
        moment = max(moment, datetime.fromisoformat(history.timestamp) + timedelta(seconds=1))
    return moment.isoformat().replace("+00:00", "Z")


def next_edition(occasion: Occasion, history: History, counts: Mapping[str, int]) -> Edition:
    """The edition that an occasion adds to a history."""
    number = len(history.editions) + 1
    return Edition(number, occasion.release, occasion.version, next_timestamp(occasion, history), dict(counts))


def carry_pages(history: History, source: Path, target: Path) -> None:
    """Give a new release the pages of the former: the full ones as the same files, where the disk can."""
    (target / PAGES).mkdir()
    for page in history.pages:
        name = f"{PAGES}/{page.name}.nt"
        try:
            if not page.is_full:
                shutil.copyfile(source / name, target / name)
            else:
                os.link(source / name, target / name)
        except OSError:  # a disk that knows no second name of a file, or another disk
            shutil.copyfile(source / name, target / name)


def append_members(folder: Path, base: str, history: History, edition: Edition, members: Iterable[Member]) -> History:
    """Write the members of an edition to the last page and to new ones; returns the history with them."""
    pages, number = list(history.pages), history.members
    texts: dict[str, list[str]] = {}
    for member in members:
        if not pages or pages[-1].is_full:
            name = f"{history.origin}-{len(pages) + 1}"
            pages.append(EventPage(name, 0, edition.timestamp, edition.timestamp, is_full=False))
        number += 1
        last = pages[-1]
        count = last.members + 1
        pages[-1] = replace(last, members=count, last=edition.timestamp, is_full=count == MEMBERS_PER_PAGE)
        texts.setdefault(last.name, []).extend(_lines(member, number, last.name, base, edition.timestamp))
    for name, lines in texts.items():
        with (folder / PAGES / f"{name}.nt").open("a", encoding="utf-8") as file:
            file.writelines(lines)
    return History(history.origin, number, tuple(pages), (*history.editions, edition))


@dataclass(frozen=True)
class Member:
    """A version of an entity: its statements, none if it was removed, and which blank nodes stay blank."""

    entity: Entity
    triples: Sequence[Triple]
    owners: Mapping[BlankNode, NamedNode]


def members_of(changes: Iterable[Change], after: Entities) -> Iterator[Member]:
    """The members that tell the changes, in the order of the changes."""
    for change in changes:
        yield Member(change.entity, _present(change, after), after.owners)


def _present(change: Change, after: Entities) -> Sequence[Triple]:
    """What is said of an entity after a change; of a new one, that is what was added."""
    if change.kind is Kind.CHANGED:
        return sorted(after.by_entity[change.entity], key=str)
    return change.added


def skolem(node: BlankNode, base: str) -> NamedNode:
    """The IRI of a blank node whose name follows from its content."""
    return NamedNode(f"{base}{GENID}{node.value}")


def _lines(member: Member, number: int, page: str, base: str, timestamp: str) -> list[str]:
    """A member in N-Triples. Its IRI holds its place and a digest: no other member ever has it."""
    body = list(_body(member, number, base, timestamp))
    digest = hashlib.sha256("\n".join(body).encode()).hexdigest()[:_ORIGIN_LENGTH]
    iri = f"<{page_iri(base, page)}#{number}-{digest}>"
    return [
        f"<{stream_iri(base)}> <{TREE}member> {iri} .\n",
        *(f"{iri} {line} .\n" if line.startswith("<") else f"{line} .\n" for line in body),
    ]


def _body(member: Member, number: int, base: str, timestamp: str) -> Iterator[str]:
    """What a member says: of itself `<property> value`, of its blank nodes `_:name <property> value`."""
    names: dict[BlankNode, str] = {}

    def text(term: object) -> str:
        if not isinstance(term, BlankNode):
            return str(term)
        if term not in member.owners:
            return str(skolem(term, base))
        return names.setdefault(term, f"_:m{number}b{len(names)}")

    yield f"{VERSION_OF} {text(member.entity)}"
    yield f"{GENERATED_AT} {Literal(timestamp, datatype=NamedNode(XSD + 'dateTime'))}"
    if not member.triples:
        yield f"{_TYPE} {_DELETE}"
    for place, triple in enumerate(member.triples):
        said = f"{triple.predicate} {text(triple.object)}"
        if triple.subject != member.entity:
            yield f"{text(triple.subject)} {said}"
        elif triple.predicate in (VERSION_OF, GENERATED_AT) or (triple.predicate, triple.object) == (_TYPE, _DELETE):
            yield from _reified(f"_:m{number}s{place}", triple, text(member.entity), text(triple.object), base)
        else:
            yield said


def _reified(node: str, triple: Triple, entity: str, target: str, base: str) -> Iterator[str]:
    """A statement that on the member itself would be one about the stream (RDF Schema 1.1, 5.3)."""
    yield f"<{events_iri(base)}#{STATES}> {node}"
    yield f"{node} {_TYPE} <{RDF}Statement>"
    yield f"{node} <{RDF}subject> {entity}"
    yield f"{node} <{RDF}predicate> {triple.predicate}"
    yield f"{node} <{RDF}object> {target}"
