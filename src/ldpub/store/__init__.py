"""The store: answers SPARQL."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from ldpub.namespaces import PREFIXES
from ldpub.store.limits import Limits
from ldpub.store.store import Answer, AsyncAnswer, Form, Query, Store

__all__ = ["Answer", "AsyncAnswer", "Form", "Limits", "Query", "Store", "open_store"]


def open_store(
    source: Path | str,
    limits: Limits | None = None,
    workers: int = 2,
    prefixes: Mapping[str, str] = PREFIXES,
    loop: asyncio.AbstractEventLoop | None = None,
) -> Store:
    """The Store for a release's `store` directory (answered by worker processes) or for the URL of a SPARQL endpoint.

    `prefixes` shorten names in Turtle and RDF/XML. The workers are kept in `loop`, which runs in another thread, or
    in a loop of their own. Raises ReleaseError if the directory holds no store.
    """
    # Imported here because every worker process imports this package, and needs neither.
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        from ldpub.store.remote import RemoteStore  # noqa: PLC0415

        return RemoteStore(source, limits)
    from ldpub.store.workers import WorkerStore  # noqa: PLC0415

    return WorkerStore(Path(source), limits, workers, prefixes, loop=loop)
