"""The engine's copy of a release, written while the rest of it is made."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from ldpub.build.numbered import Triples
from ldpub.build.timing import part
from ldpub.release import QUADS, STORE

_UNION = ".union.nt"


def write_union(folder: Path, union: Triples) -> None:
    """Write the union of the graphs into the folder of a release, for `write_store`."""
    with (folder / _UNION).open("wb") as file:
        file.writelines(union.pieces())


def write_store(folder: Path) -> None:
    """Write the store of the release in a folder that holds its quads and their union already.

    It has the named graphs, and their union as the default graph, so that no query must merge. Each is loaded at once:
    what the engine loads in parts it writes again to merge them, uncompressed.
    """
    merged = folder / _UNION
    store = ox.Store(folder / STORE)
    store.bulk_load(path=folder / QUADS, format=ox.RdfFormat.N_QUADS, lenient=True)
    store.bulk_load(path=merged, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    merged.unlink()
    store.flush()
    store.optimize()


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Meanwhile write the store on a thread: the engine reads files without holding the interpreter."""
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(write_store, folder)
        yield
        with part("rest of the store"):
            written.result()
