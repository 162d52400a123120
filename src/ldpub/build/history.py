"""History: what a release hands on of what changed, when, for people, programs and crawlers; from one difference.

The release goes on with the event stream of the newest release beside it, so that deleting old ones loses nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from ldpub.build.change_report import Labels, counts, document, labels_of
from ldpub.build.changes import Change, Kind, difference
from ldpub.build.compare import release_triples
from ldpub.build.entities import Entities, entities
from ldpub.build.event_stream import (
    Occasion,
    append_members,
    begin,
    carry_pages,
    members_of,
    next_edition,
    next_timestamp,
)
from ldpub.errors import ReleaseError
from ldpub.events import DETAILS, HISTORY, History, read_history
from ldpub.release import DOCUMENTS, MANIFEST, Release, last_modified, open_release, verify_release

ENTITIES_TOLD = 200
"""How many entities of an edition are told one by one to people; the event stream has all."""

STATEMENTS_TOLD = 50
"""How many statements of an entity are told."""


def newest_release(releases: Path, base: str) -> Release | None:
    """The whole release whose stream goes furthest; not always the current one, for an older may be current again."""
    found = []
    for path in releases.iterdir():
        if not path.is_symlink() and not path.name.startswith(".") and (path / MANIFEST).is_file():
            with suppress(ReleaseError):
                release = open_release(path)
                found.append((read_history(path).members, release.manifest.id, release))
    for _, _, release in sorted(found, key=lambda entry: entry[:2], reverse=True):
        if release.manifest.base == base and not verify_release(release):
            return release
    return None


def goes_as_far(release: Release, newest: Release | None) -> bool:
    """Whether a release has all that the newest one's stream has."""
    return newest is None or read_history(release.path).members >= read_history(newest.path).members


def write_history(folder: Path, former: Release | None, after: Entities, occasion: Occasion) -> str:
    """Write stream, changes and times of change into a release's folder, whose documents' database is there already.

    Gives the time of this change: that of its edition, or that which an edition would have had. `former` is the release
    to go on from; without one the stream begins, and all is new.
    """
    before = entities(release_triples(former, inferred=False) if former else ())
    history = read_history(former.path) if former else begin(occasion)
    changes = difference(before, after)
    time = next_timestamp(occasion, history)
    modified = last_modified(former) if former else {}
    carry_pages(history, former.path if former else folder, folder)
    _carry_details(history, former, folder)
    if changes:
        edition = next_edition(occasion, history, counts(changes))
        told = _told(changes, labels_of(after.triples, before.triples), occasion.base) if former else []
        _write_json(folder / DETAILS / f"{edition.number}.json", told)
        history = append_members(folder, occasion.base, history, edition, members_of(changes, after))
        modified |= {change.entity.value: edition.timestamp for change in changes}
    (folder / HISTORY).write_text(history.to_json(), encoding="utf-8")
    present = {entity.value for entity in after.by_entity if isinstance(entity, NamedNode)}
    modified = {iri: time for iri, time in modified.items() if iri in present}
    _write_modified(folder / DOCUMENTS, modified)
    return time


def _carry_details(history: History, former: Release | None, folder: Path) -> None:
    (folder / DETAILS).mkdir()
    for edition in history.editions:
        assert former is not None, "a history with editions comes from a release"
        name = f"{DETAILS}/{edition.number}.json"
        (folder / name).write_bytes((former.path / name).read_bytes())


def _told(changes: Sequence[Change], labels: Labels, base: str) -> list[dict[str, Any]]:
    """The changes for people: things of the site before others, statements only of what changed and is still there."""
    named = [change for change in changes if isinstance(change.entity, NamedNode)]
    ordered = sorted(named, key=lambda change: not change.entity.value.startswith(base))
    return [_shortened(document(change, labels)) for change in islice(ordered, ENTITIES_TOLD)]


def _shortened(told: dict[str, Any]) -> dict[str, Any]:
    most = STATEMENTS_TOLD if told["change"] == Kind.CHANGED else 0
    return {**told, "removed": told["removed"][:most], "added": told["added"][:most]}


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_modified(path: Path, modified: Mapping[str, str]) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.executemany("insert into modified values (?, ?)", sorted(modified.items()))
        connection.commit()
