"""The release being served, and the change to a new one without dropping a request."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from ldpub.errors import LdpubError, ReleaseError
from ldpub.iris import IriPolicy, path_of
from ldpub.namespaces import OWL
from ldpub.release import CURRENT, DOCUMENTS, LISTS, RECONCILIATION, SEARCH, STORE, Release, open_release
from ldpub.serve.answers import Answers, KeptAnswer
from ldpub.serve.arrangement import Arrangement, read_arrangement
from ldpub.serve.claim_terms import ClaimTerms, claim_terms
from ldpub.serve.list_dates import DateColumn, date_columns
from ldpub.serve.lists import Lists
from ldpub.serve.ontology.schema import Schema
from ldpub.serve.ontology.vocabulary import TERMS_READ
from ldpub.serve.page_terms import PageTerms, page_terms
from ldpub.serve.pictures.terms import Terms, terms_of
from ldpub.serve.reconcile.index import ReconciliationIndex
from ldpub.serve.search_index import SearchIndex
from ldpub.serve.statements import Statements
from ldpub.serve.traces import Traces
from ldpub.store import Limits, Store, open_store
from ldpub.store.remote import RemoteStore

_LOG = logging.getLogger("ldpub.serve")
TRIED_AGAIN_AFTER = 30.0
"""Seconds after which a release that could not be served is tried again."""

_ONTOLOGIES = 1000

_PAGES_BYTES = 32 << 20
_RELEASE_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]+")

OpenStore = Callable[[Release], Store]


class Snapshot:
    """One release, opened: what every request reads. Closed when the last request that uses it has ended."""

    def __init__(self, release: Release, store: Store, target: str | None = None) -> None:
        """`target` is what names the release in the link `current`."""
        self.target = target
        self.release = release
        self.manifest = release.manifest
        self.iris = IriPolicy(release.manifest.base)
        self.statements = Statements(release.file(DOCUMENTS))
        self.traces = Traces(release.file(DOCUMENTS))
        self.search = SearchIndex(release.file(SEARCH))
        self.lists = Lists(release.file(LISTS))
        self.reconciliation = ReconciliationIndex(release.file(RECONCILIATION))
        self.schema = Schema(release, self.statements)
        self.pages: Answers[KeptAnswer] = Answers(_PAGES_BYTES)
        """The pages that were made last, by what tells them apart."""
        self.store = store
        self._users = 1
        self._lock = threading.Lock()
        self._frozen: dict[Path, Snapshot] = {}

    def with_version(self, version: str) -> Snapshot | None:
        """This release if an ontology in it has that version IRI, else the newest one beside it that does, or None.

        Only the documents of the other release are read; they are closed with this one.
        """
        if version in self.manifest.versions:
            return self
        path = self.versions.get(version)
        return self._opened(path) if path is not None else None

    def beside(self, release_id: str) -> Snapshot | None:
        """The release of that name if it is this one or stands beside it and can be read, or None."""
        if release_id == self.manifest.id:
            return self
        if not _RELEASE_ID.fullmatch(release_id):
            return None
        with suppress(LdpubError):
            return self._opened(self.release.path.parent / release_id)
        return None

    def _opened(self, path: Path) -> Snapshot:
        """Another release, of which only documents are read."""
        with self._lock:
            if path not in self._frozen:
                self._frozen[path] = Snapshot(open_release(path), self.store)
            return self._frozen[path]

    def prepare(self) -> None:
        """Read what every page needs, and what is read once for a long one, so that no visitor waits for it."""
        assert self.arrangement is not None
        assert isinstance(self.versions, dict)
        assert None not in (self.ontology_terms, self.date_columns)
        self.schema.prepare(self.iris.base + path for path in self.ontologies)

    @cached_property
    def arrangement(self) -> Arrangement:
        """In which order pages say what they say."""
        return read_arrangement(self.statements)

    @cached_property
    def ontologies(self) -> tuple[str, ...]:
        """The paths of the documents of the site's own ontologies, those under the base."""
        found = [self.iris.document(node.value) for node in self.statements.instances(OWL + "Ontology", _ONTOLOGIES)]
        return tuple(dict.fromkeys(path_of(document, self.iris.base) for document in found if document))

    @cached_property
    def ontology_terms(self) -> frozenset[str]:
        """The terms of the site's own ontologies in hash namespaces, which have pages of their own."""
        ontologies = self.statements.instances(OWL + "Ontology", _ONTOLOGIES)
        documents = [one.value.rstrip("#") for one in ontologies if one.value.startswith(self.iris.base)]
        found = (one.value for document in documents for one in self.statements.fragments(document)[: TERMS_READ - 1])
        return frozenset(iri for iri in found if not iri.endswith("#"))

    @cached_property
    def terms(self) -> Terms:
        """Which properties say where and when things are."""
        return terms_of(self.release)

    @cached_property
    def date_columns(self) -> tuple[DateColumn, ...]:
        """The columns that lists have for dates."""
        return date_columns(self.statements, self.lists, self.terms.dates)

    @cached_property
    def claims(self) -> ClaimTerms:
        """Which properties say what a claim claims."""
        return claim_terms(self.release)

    @cached_property
    def page_terms(self) -> PageTerms:
        """What pages say in a sentence, and how they call the identifiers of other data sets."""
        return page_terms(self.release)

    @cached_property
    def versions(self) -> dict[str, Path]:
        """Each version IRI with the newest of the releases beside this one that has it."""
        found: dict[str, Path] = {}
        for path in sorted(self.release.path.parent.glob("[0-9]*")):
            with suppress(LdpubError):
                found.update(dict.fromkeys(open_release(path).manifest.versions, path))
        return found

    @property
    def answers_for_ever(self) -> bool:
        """Whether the store is the release's own; another endpoint's answers may change while the release stays."""
        return not isinstance(self.store, RemoteStore)

    def hold(self) -> None:
        """Keep it open for one more user."""
        with self._lock:
            self._users += 1

    def let_go(self) -> None:
        """One user less; the last closes it."""
        with self._lock:
            self._users -= 1
            last = self._users == 0
        if last:
            self.store.close()
            for snapshot in (self, *self._frozen.values()):
                snapshot.statements.close()
                snapshot.traces.close()
                snapshot.search.close()
                snapshot.lists.close()
                snapshot.reconciliation.close()


class Snapshots:
    """Gives each request the current snapshot; looks at the link `current` each time, which costs microseconds."""

    def __init__(self, path: Path, open_store_of: OpenStore, opened: Callable[[Snapshot], None] | None = None) -> None:
        """`path` is one release, or a folder of releases with its link; `opened` is told of each that is served."""
        self._path = path
        self._tell = opened
        self._link = str(path / CURRENT)
        self._open_store = open_store_of
        self._opening = threading.Lock()  # held while a release is opened, which waits for the loop: never taken in it
        self._lock = threading.Lock()  # held for a moment only
        self._current = self._open()
        self._failed: tuple[str | None, float] = (None, 0.0)
        if opened is not None:
            opened(self._current)

    def acquire(self) -> Snapshot:
        """The current snapshot, held for the caller, who lets go of it."""
        if self._is_new(self._look()):
            with self._opening:
                target = self._look()
                if self._is_new(target):
                    self._go_over(target)
        return self._held()

    def _is_new(self, target: str | None) -> bool:
        """Whether there is another release to go over to, which did not fail a moment ago."""
        is_other = target not in (self._current.target, None)
        return is_other and (target != self._failed[0] or time.monotonic() > self._failed[1])

    def _held(self) -> Snapshot:
        with self._lock:
            self._current.hold()
            return self._current

    @property
    def target(self) -> str | None:
        """What names the release that is current on disk; None where there is only one."""
        return self._look()

    @property
    def served(self) -> str | None:
        """What names the release that is served; another than `target` while that cannot be opened."""
        return self._current.target

    async def current(self) -> Snapshot:
        """The same for who must not wait: a new release is opened in a thread."""
        if not self._is_new(self._look()):
            return self._held()
        return await asyncio.to_thread(self.acquire)

    def close(self) -> None:
        """Let go of the current snapshot."""
        self._current.let_go()

    @property
    def releases(self) -> Path:
        """The folder in which the releases stand."""
        return self._current.release.path.parent

    def _go_over(self, target: str | None) -> None:
        """Serve the new release; one that cannot be read is reported, and the former goes on being served.

        It is tried again after a while: what was wrong may have been a lack of memory.
        """
        try:
            opened = self._open()
        except (LdpubError, OSError):
            self._failed = (target, time.monotonic() + TRIED_AGAIN_AFTER)
            _LOG.exception("the new release cannot be served")
        else:
            with self._lock:
                former, self._current = self._current, opened
            former.let_go()
            if self._tell is not None:
                self._tell(opened)

    def _look(self) -> str | None:
        try:
            return os.readlink(self._link)  # noqa: PTH115 - for each request, and a Path takes ten times as long
        except OSError:
            return None

    def _open(self) -> Snapshot:
        target = self._look()
        release = open_release(self._path / target if target else self._path)
        _check_files(release)
        snapshot = Snapshot(release, self._open_store(release), target)
        try:
            snapshot.statements.check()
            snapshot.search.check()
            snapshot.lists.check()
            snapshot.reconciliation.check()
            snapshot.prepare()
        except LdpubError:
            snapshot.let_go()
            raise
        return snapshot


def _check_files(release: Release) -> None:
    """Raises ReleaseError where a file is missing or has another size than was published."""
    for name, facts in release.manifest.files.items():
        path = release.file(name)
        if not path.is_file() or path.stat().st_size != facts["bytes"]:
            raise ReleaseError(f"{path} is missing or damaged. Build the release again.")


def store_opener(
    limits: Limits, workers: int, remote: str | None, loop: asyncio.AbstractEventLoop | None = None
) -> OpenStore:
    """Opens the store of a release in worker processes, kept in `loop`, or always the remote endpoint configured."""

    def open_store_of(release: Release) -> Store:
        return open_store(remote or release.file(STORE), limits, workers, release.manifest.prefixes, loop)

    return open_store_of
