"""The WSGI application (PEP 3333) of one server process: the door, the site behind it, and what they share."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from ldpub.config import FILE_NAME, Config, check_config, read_config
from ldpub.serve import journal
from ldpub.serve.answers import Answers
from ldpub.serve.app import create_app
from ldpub.serve.budget import Budget
from ldpub.serve.door import Application, Door
from ldpub.serve.endpoint import Endpoint
from ldpub.serve.server import SERVED
from ldpub.serve.snapshot import Snapshots, store_opener
from ldpub.serve.sparql import QueryPage
from ldpub.store import Limits


def application() -> Application:
    """The WSGI application of one server process, for what the environment names: a project or a release."""
    path = Path(os.environ[SERVED])
    if (path / FILE_NAME).is_file():
        config = read_config(path / FILE_NAME)
        return site(path / str(config["build.releases"]), config)
    return site(path, _defaults())


def site(path: Path, config: Config) -> Application:
    """The site of one release, or of a folder of releases, with a project's settings."""
    limits = Limits(
        query_bytes=config["serve.query_bytes"],
        depth=config["serve.query_depth"],
        seconds=float(config["serve.query_seconds"]),
        memory_mb=config["serve.query_memory_mb"],
        queue=config["serve.query_queue"],
        services=frozenset([*config["serve.services"], *config["serve.private_services"]]),
        private_services=frozenset(config["serve.private_services"]),
    )
    if config["serve.query_log"]:
        _log_queries()
    remote = None if config["serve.store"] == "embedded" else str(config["serve.store"])
    snapshots = Snapshots(path, store_opener(limits, config["serve.query_workers"], remote))
    budget = Budget(config["serve.client_queries"], float(config["serve.client_seconds"]))
    endpoint = Endpoint(budget, Answers(config["serve.cache_mb"] << 20))
    proxies = frozenset(config["serve.proxies"])
    page = QueryPage(endpoint, limits.seconds, limits.query_bytes, proxies)
    return Door(snapshots, endpoint, create_app(snapshots, page).wsgi_app, limits.query_bytes, proxies)


def _log_queries() -> None:
    """Each query as a line of JSON on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    journal.LOG.handlers[:] = [handler]
    journal.LOG.setLevel(logging.INFO)
    journal.LOG.propagate = False


def _defaults() -> Config:
    """The settings of a release that is served without its project; title and base are in the release."""
    return check_config({"project": {"title": "-", "base": "http://localhost/"}})
