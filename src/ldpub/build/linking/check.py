"""Links that stand in the data, examined like candidates: gone, moved, of another level, elsewhere, named otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.linking.evidence import judge
from ldpub.build.linking.items import Item
from ldpub.build.linking.things import Linking, Thing
from ldpub.build.locate import Locator
from ldpub.errors import Fault


@dataclass(frozen=True)
class Finding:
    """What is wrong with a link: the thing, the identifier, a code, the words, the mend, and whether it is an error."""

    thing: Thing
    id: str
    code: str
    message: str
    mend: str
    is_error: bool = True


def examine(
    things: Sequence[Thing], items: Mapping[str, Item | None], linking: Linking, *, complete: bool
) -> list[Finding]:
    """What is wrong with the links of things, in the order of their IRIs.

    `items` are the linked items by identifier; `complete` says that one which is not among them does not exist, rather
    than that nothing is known of it.
    """
    users: dict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        for id_ in thing.links:
            users[id_].append(thing)
    return [
        finding
        for thing in things
        for id_ in thing.links
        for finding in (*_shared(thing, id_, users[id_]), *_of_item(thing, id_, items.get(id_), linking, complete))
    ]


def _shared(thing: Thing, id_: str, users: Sequence[Thing]) -> Iterator[Finding]:
    others = [user.iri for user in users if user.iri != thing.iri]
    if others:
        yield Finding(thing, id_, "shared", f"is the link of <{others[0]}>, too", "one of the two is wrong")


def _of_item(thing: Thing, id_: str, item: Item | None, linking: Linking, complete: bool) -> Iterator[Finding]:
    if item is None:
        if complete:
            yield Finding(thing, id_, "deleted", "was deleted, or never existed", "find the right one, or none")
        else:
            yield Finding(thing, id_, "unknown", "is not in the extract", "take a fuller extract", is_error=False)
    elif item.moved_to:
        yield Finding(thing, id_, "redirected", f"was merged into {item.moved_to}", f"link to {item.moved_to}")
    else:
        yield from _judged(thing, item, linking)


def _judged(thing: Thing, item: Item, linking: Linking) -> Iterator[Finding]:
    evidence = judge(thing, item, linking)
    levels, named = ", ".join(evidence.levels), f"({item.name})" if item.name else ""
    if evidence.kind == "other":
        yield Finding(thing, item.id, "level", f"{named} is of another kind: {levels}", "link to the right level")
    if evidence.kind == "mixed":
        yield Finding(thing, item.id, "level", f"{named} is also {levels}", "look whether it is right", is_error=False)
    if evidence.too_far:
        far = f"{named} is {evidence.distance:.0f} km away"
        yield Finding(thing, item.id, "distance", far, "link to the right place, or mend the coordinates")
    if evidence.same_country is False:
        yield Finding(thing, item.id, "country", f"{named} is in another country", "link to the right one")
    if not evidence.name and item.name:
        mend = "look whether it is right; if it is, add the name"
        yield Finding(thing, item.id, "name", f"{named} has none of the thing's names", mend, is_error=False)


def as_faults(findings: Sequence[Finding], dataset: Dataset, linking: Linking) -> list[Fault]:
    """The findings as faults at the file and line of the link."""
    locator = Locator(dataset)
    found = []
    for one in findings:
        target = NamedNode(linking.target + one.id)
        link = Triple(NamedNode(one.thing.iri), NamedNode(linking.property), target)
        fault = locator.fault(link, f"{one.thing.label}: {one.id} {one.message}", f"link.{one.code}")
        found.append(replace(fault, mend=one.mend, severity="error" if one.is_error else "warning"))
    return found
