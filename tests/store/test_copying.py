"""A worker's store goes to memory step by step: while no request waits, whole, and only where it is small."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from ldpub.store import copying
from ldpub.store.copying import Copying
from ldpub.store.embedded import open_read_only


@pytest.fixture
def requests() -> Iterator[tuple[int, int]]:
    """A pipe: where requests are read, and where they are written."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@pytest.fixture(autouse=True)
def unbounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound of memory is for workers, and not for the process of the tests."""
    monkeypatch.setattr("resource.setrlimit", lambda *_: None)


def answered(store: Copying, requests: int, times: int) -> None:
    for _ in range(times):
        store.go_on(requests)


def test_after_some_queries_the_same_statements_are_in_memory(directory: Path, requests: tuple[int, int]) -> None:
    engine = open_read_only(directory)
    store = Copying(engine, directory)
    assert store.room > 0
    answered(store, requests[0], 300)
    assert store.engine is engine
    answered(store, requests[0], 1)
    assert store.engine is not engine
    assert set(store.engine) == set(engine)
    assert set(store.engine.named_graphs()) == set(engine.named_graphs())
    whole = store.engine
    answered(store, requests[0], 2)
    assert store.engine is whole


def test_who_waits_is_answered_between_two_steps(directory: Path, requests: tuple[int, int]) -> None:
    store = Copying(open_read_only(directory), directory)
    on_disk = store.engine
    os.write(requests[1], b"Q")
    answered(store, requests[0], 310)
    assert store.engine is on_disk
    os.read(requests[0], 1)
    answered(store, requests[0], 1)
    assert set(store.engine) == set(on_disk)
    assert store.engine is not on_disk


def test_a_large_store_stays_on_disk(
    directory: Path, requests: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_AT_MOST", 1000)
    engine = open_read_only(directory)
    store = Copying(engine, directory)
    answered(store, requests[0], 400)
    assert (store.engine, store.room) == (engine, 0)


def test_a_store_of_one_statement_is_copied(tmp_path: Path, requests: tuple[int, int]) -> None:
    path = tmp_path / "store"
    engine = ox.Store(str(path))
    engine.add(ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:p"), ox.Literal("1")))
    engine.flush()
    engine.optimize()
    del engine
    store = Copying(open_read_only(path), path)
    answered(store, requests[0], 301)
    assert len(store.engine) == 1
