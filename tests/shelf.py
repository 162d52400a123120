"""The site over whatever store a test puts there, behind its own server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ldpub.config import check_config
from ldpub.iris import IriPolicy
from ldpub.serve import site
from ldpub.store import Store
from served import served
from web import Web

POLICY = IriPolicy("http://localhost/")


class Shelf:
    """Snapshots whose current release is what the test that runs has put there."""

    def __init__(self) -> None:
        self.release: Any = None

    def put(self, digest: str, store: Store) -> None:
        """Answer from this store from now on."""
        manifest = SimpleNamespace(digest=digest, inputs="", languages=("en",))
        self.release = SimpleNamespace(
            manifest=manifest,
            store=store,
            iris=POLICY,
            answers_for_ever=True,
            let_go=lambda: None,
            target=digest,
        )

    @property
    def target(self) -> str | None:
        return self.release.manifest.digest if self.release else None

    @property
    def served(self) -> str | None:
        return self.target

    async def current(self) -> Any:
        return self.release

    def close(self) -> None:
        """There is nothing to let go of."""


@contextmanager
def site_of(shelf: Shelf) -> Iterator[Web]:
    """The whole application behind its server, with the shelf in the place of a folder of releases."""
    config = check_config({"project": {"title": "-", "base": "http://localhost/"}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "Snapshots", lambda *_: shelf)
        with served(site.Site(Path(), config)) as url, Web(url) as client:
            yield client
