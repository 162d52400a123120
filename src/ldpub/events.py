"""The event stream as a release holds it: which pages it has, and which release brought what (LDES 1.0).

`build` writes it, `serve` reads it. Pages are N-Triples in the order in which members came; a page that is full never
changes again, and the next release has the same file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ldpub.errors import ReleaseError

HISTORY = "changes.json"
"""The file of a release that holds its History."""

PAGES = "ldes"
"""The folder of the stream's pages: `<name>.nt`."""

DETAILS = "changes"
"""The folder of what each release changed, for people: `<number>.json`."""

GENID = ".well-known/genid/"
"""Below the base: the IRIs of blank nodes that hang below no IRI or below several (RDF 1.1 Concepts, 3.5)."""

STATES = "states"
"""The fragment of the property from a member to statements whose property the stream itself uses (rdf:Statement)."""


@dataclass(frozen=True)
class EventPage:
    """A page of the stream: its name, how many members it has, and the times of the first and the last of them."""

    name: str
    members: int
    first: str
    last: str
    is_full: bool


@dataclass(frozen=True)
class Edition:
    """What one release brought: how many entities were added, changed and removed, how many statements came and went.

    `timestamp` is an xsd:dateTime; every edition's is later than the one's before.
    """

    number: int
    release: str
    version: str
    timestamp: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class History:
    """All that a stream has; `origin` tells it from one that began anew, and is the first part of its pages' names."""

    origin: str
    members: int
    pages: tuple[EventPage, ...]
    editions: tuple[Edition, ...]

    @property
    def timestamp(self) -> str | None:
        """The time of the last change."""
        return self.editions[-1].timestamp if self.editions else None

    def page(self, name: str) -> EventPage | None:
        """The page of a name."""
        return next((page for page in self.pages if page.name == name), None)

    def had(self, name: str) -> bool:
        """Whether a stream of this site may have had a page of that name, which is gone."""
        origin, _, number = name.partition("-")
        well_named = len(origin) == len(self.origin) and number.isascii() and number.isdigit() and number[0] != "0"
        return well_named and (origin != self.origin or int(number) <= len(self.pages)) and not self.page(name)

    def to_json(self) -> str:
        """The history as the file holds it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def read_history(folder: Path) -> History:
    """The history in a release's folder; raises ReleaseError where it is missing or damaged."""
    path = folder / HISTORY
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return History(
            origin=found["origin"],
            members=found["members"],
            pages=tuple(EventPage(**page) for page in found["pages"]),
            editions=tuple(Edition(**edition) for edition in found["editions"]),
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ReleaseError(f"{path} is missing or damaged: {error}. Build the release again.") from error


def stream_iri(base: str) -> str:
    """The ldes:EventStream; the page that describes it is `events_iri`."""
    return events_iri(base) + "#stream"


def events_iri(base: str) -> str:
    """The first page of the stream, its one view."""
    return base + PAGES


def page_iri(base: str, name: str) -> str:
    """A page of the stream."""
    return f"{base}{PAGES}/{name}"
