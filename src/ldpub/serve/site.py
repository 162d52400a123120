"""The ASGI application (ASGI 3) of one server process: the door, the site behind it, and what they share."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import sys
import traceback
from pathlib import Path

from ldpub.config import FILE_NAME, Config, check_config, read_config
from ldpub.errors import LdpubError
from ldpub.serve.answers import Answers
from ldpub.serve.app import create_app
from ldpub.serve.budget import Budget
from ldpub.serve.door import Door
from ldpub.serve.endpoint import Endpoint
from ldpub.serve.journal import Journal
from ldpub.serve.message import Receive, Scope, Send
from ldpub.serve.pages import compile_templates
from ldpub.serve.pages_in_threads import PagesInThreads
from ldpub.serve.preparation import Application, Preparation
from ldpub.serve.reconcile.views import Reconciliation
from ldpub.serve.replies import Replies
from ldpub.serve.server import SERVED
from ldpub.serve.snapshot import Snapshots, store_opener
from ldpub.serve.sparql import QueryPage
from ldpub.store.configured import limits_of
from ldpub.store.sandbox import die_with_parent

_REPLIES_MB = 32
_GARBAGE = 10_000  # objects that are new since the last look for those that only hold each other


def application() -> Site:
    """The application of one server process, for what the environment names: a project or a release."""
    if multiprocessing.parent_process() is not None:
        die_with_parent(os.getppid())
    path = Path(os.environ[SERVED])
    if (path / FILE_NAME).is_file():
        config = read_config(path / FILE_NAME)
        return Site(path / str(config["build.releases"]), config)
    return Site(path, check_config({"project": {"title": "-", "base": "http://localhost/"}}))


class Site:
    """The site of one release, or of a folder of releases, with a project's settings; it is open while it is served."""

    def __init__(self, path: Path, config: Config) -> None:
        self._path = path
        self._config = config
        self.door: Door | None = None
        """What answers HTTP requests, while the site is open."""
        self._snapshots: Snapshots | None = None
        self._preparation = Preparation()
        self._application: Application | None = None
        self.replies: Replies | None = None
        """What is sent again to who sends the same bytes again."""
        self._journal: Journal | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or take part in the server's beginning and end (ASGI, lifespan)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and self.door is not None:
            await self.door(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self.door = await asyncio.to_thread(self._open, asyncio.get_running_loop())
        except (LdpubError, OSError) as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        except Exception:
            await send({"type": "lifespan.startup.failed", "message": traceback.format_exc()})
            return
        await send({"type": "lifespan.startup.complete"})
        assert self._application is not None
        self._preparation.begin(self._application)
        await receive()
        await asyncio.to_thread(self._preparation.end)
        if self._journal is not None:
            self._journal.flush()
        if self._snapshots is not None:
            await asyncio.to_thread(self._snapshots.close)
        await send({"type": "lifespan.shutdown.complete"})

    def _open(self, loop: asyncio.AbstractEventLoop) -> Door:
        compile_templates()
        gc.freeze()  # modules and templates stay: a long page needs no look at them all, again and again
        gc.set_threshold(_GARBAGE)  # what requests leave behind is free without a look, nearly all of it
        config = self._config
        limits = limits_of(config)
        remote = None if config["serve.store"] == "embedded" else str(config["serve.store"])
        opener = store_opener(limits, config["serve.query_workers"], remote, loop)
        self._snapshots = Snapshots(self._path, opener, self._preparation.prepare)
        self._journal = journal = Journal(sys.stderr.fileno() if config["serve.query_log"] else None)
        endpoint = Endpoint(_budget(config), Answers(config["serve.cache_mb"] << 20), journal)
        proxies = frozenset(config["serve.proxies"])
        page = QueryPage(endpoint, limits, proxies)
        snapshots = self._snapshots
        room = 0 if remote else _REPLIES_MB << 20  # what another endpoint answers may change at any time
        self.replies = Replies(room, journal, lambda: snapshots.target)
        reconciliation = Reconciliation(_budget(config), proxies, config["project.url"])
        site = create_app(snapshots, page, reconciliation)
        self._application = site.wsgi_app
        pages = PagesInThreads(site.wsgi_app, snapshots, self.replies)
        longest = 4 * limits.query_bytes
        return Door(snapshots, endpoint, self.replies, pages, most_bytes=longest, proxies=proxies, loop=loop)


def _budget(config: Config) -> Budget:
    """What one client may take of a service, in this process."""
    return Budget(config["serve.client_queries"], float(config["serve.client_seconds"]))
