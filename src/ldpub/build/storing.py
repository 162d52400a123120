"""The engine's copy of a release, written while the rest of it is made."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from ldpub.build.timing import part


@contextmanager
def storing(path: Path, quads: bytes, union: bytes) -> Iterator[None]:
    """Meanwhile write the store: the named graphs, and their union as the default graph, so that no query must merge.

    Both come as N-Quads and N-Triples: the engine reads text without holding the interpreter.
    """

    def write() -> None:
        store = ox.Store(path)
        store.bulk_load(quads, format=ox.RdfFormat.N_QUADS, lenient=True)
        store.bulk_load(union, format=ox.RdfFormat.N_TRIPLES, lenient=True)
        store.flush()
        store.optimize()

    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(write)
        yield
        with part("rest of the store"):
            written.result()
