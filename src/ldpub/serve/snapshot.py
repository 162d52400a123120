"""The release being served, and the change to a new one without dropping a request."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ldpub.errors import LdpubError
from ldpub.iris import IriPolicy
from ldpub.release import CURRENT, DOCUMENTS, STORE, Release, open_release
from ldpub.serve.statements import Statements
from ldpub.store import Limits, Store, open_store

_LOG = logging.getLogger("ldpub.serve")

OpenStore = Callable[[Release], Store]


class Snapshot:
    """One release, opened: what every request reads. Closed when the last request that uses it has ended."""

    def __init__(self, release: Release, store: Store) -> None:
        self.release = release
        self.manifest = release.manifest
        self.iris = IriPolicy(release.manifest.base)
        self.statements = Statements(release.file(DOCUMENTS))
        self.store = store
        self._users = 1
        self._lock = threading.Lock()

    def with_version(self, version: str) -> Snapshot | None:
        """This release if an ontology in it has that version IRI, else the newest one beside it that does, or None.

        The other release is only read, so that nobody has to close it.
        """
        if version in self.manifest.versions:
            return self
        for path in sorted(self.release.path.parent.glob("[0-9]*"), reverse=True):
            with suppress(LdpubError):
                other = open_release(path)
                if version in other.manifest.versions:
                    return Snapshot(other, self.store)
        return None

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
            self.statements.close()


class Snapshots:
    """Gives each request the current snapshot; looks at the link `current` each time, which costs microseconds."""

    def __init__(self, path: Path, open_store_of: OpenStore) -> None:
        """`path` is one release, or a folder of releases with its link."""
        self._path = path
        self._open_store = open_store_of
        self._lock = threading.Lock()
        self._target = self._look()
        self._current = self._open()

    def acquire(self) -> Snapshot:
        """The current snapshot, held for the caller, who lets go of it."""
        target = self._look()
        with self._lock:
            if target != self._target and target is not None:
                self._target = target
                self._go_over()
            self._current.hold()
            return self._current

    def close(self) -> None:
        """Let go of the current snapshot."""
        self._current.let_go()

    @property
    def releases(self) -> Path:
        """The folder in which the releases stand."""
        return self._current.release.path.parent

    def _go_over(self) -> None:
        """Serve the new release; one that cannot be read is reported, and the former goes on being served."""
        try:
            former, self._current = self._current, self._open()
        except LdpubError:
            _LOG.exception("the new release cannot be served")
        else:
            former.let_go()

    def _look(self) -> Path | None:
        link = self._path / CURRENT
        return link.readlink() if link.is_symlink() else None

    def _open(self) -> Snapshot:
        link = self._path / CURRENT
        release = open_release(link if link.is_symlink() else self._path)
        return Snapshot(release, self._open_store(release))


def store_opener(limits: Limits, workers: int, remote: str | None) -> OpenStore:
    """Opens the store of a release in worker processes, or always the remote endpoint where one is configured."""

    def open_store_of(release: Release) -> Store:
        return open_store(remote or release.file(STORE), limits, workers, release.manifest.prefixes)

    return open_store_of
