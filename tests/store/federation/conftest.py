"""An endpoint to ask, and a store that may ask it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ldpub.store import Store
from ldpub.store.embedded import EmbeddedStore
from peers import LOCAL, PeerServer, allowing, loaded


@pytest.fixture(scope="session")
def peer() -> Iterator[PeerServer]:
    with PeerServer().serving() as server:
        yield server


@pytest.fixture(scope="session")
def store(peer: PeerServer) -> Store:
    return EmbeddedStore(loaded(LOCAL), allowing(peer.url))
