"""What the tests of the serving wing share: the foreign site over HTTP, and sites inside the test's own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from ldpub.release import STORE, Release, open_release
from ldpub.serve.app import create_app
from ldpub.serve.snapshot import Snapshots
from ldpub.store import Store
from ldpub.store.embedded import EmbeddedStore, open_read_only
from web import Web

LIB = "https://data.example.org/lib/"

AppOf = Callable[[Path], Flask]


@pytest.fixture(scope="session")
def library(foreign_site: str) -> Iterator[Web]:
    """The site of the library."""
    with Web(foreign_site) as web:
        yield web


@pytest.fixture(scope="session")
def app_of() -> Iterator[AppOf]:
    """Makes the site of a release, or of a folder of releases, in this process; its queries run here too."""
    opened: list[Snapshots] = []

    def make(path: Path) -> Flask:
        opened.append(Snapshots(path, open_embedded))
        return create_app(opened[-1])

    yield make
    for snapshots in opened:
        snapshots.close()


def open_embedded(release: Release) -> Store:
    """The engine in this process."""
    return EmbeddedStore(open_read_only(release.file(STORE)), prefixes=release.manifest.prefixes)


@pytest.fixture(scope="session")
def library_app(app_of: AppOf, foreign_release: Path) -> Flask:
    """The library's site in this process."""
    return app_of(foreign_release)


@pytest.fixture(scope="session")
def library_id(foreign_release: Path) -> str:
    """The identifier of the library's release."""
    return open_release(foreign_release).manifest.id
