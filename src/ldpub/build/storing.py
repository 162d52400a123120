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


@contextmanager
def storing(folder: Path, union: Triples) -> Iterator[None]:
    """Meanwhile write the store of the release in a folder that holds its quads already.

    It has the named graphs, and their union as the default graph, so that no query must merge. The engine reads files
    without holding the interpreter.
    """
    merged = folder / _UNION
    with merged.open("wb") as file:
        file.writelines(union.pieces())

    def write() -> None:
        store = ox.Store(folder / STORE)
        store.bulk_load(path=folder / QUADS, format=ox.RdfFormat.N_QUADS, lenient=True)
        store.bulk_load(path=merged, format=ox.RdfFormat.N_TRIPLES, lenient=True)
        merged.unlink()
        store.flush()
        store.optimize()

    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(write)
        yield
        with part("rest of the store"):
            written.result()
