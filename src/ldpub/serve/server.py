"""Runs the site under granian; each server process opens the release and keeps query workers of its own."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from ldpub.config import FILE_NAME, Config, check_config, read_config
from ldpub.serve.app import create_app
from ldpub.serve.snapshot import Snapshots, store_opener
from ldpub.store import Limits

_PATH = "LDPUB_SERVE"
"""The environment variable by which a server process learns what to serve."""

_THREADS = 8


def run_server(path: Path, host: str, port: int, workers: int) -> None:
    """Serve a project or a release until a signal ends it."""
    os.environ[_PATH] = str(path)
    Granian(
        "ldpub.serve.server:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        process_name=None,
    ).serve()


def application() -> Flask:
    """The WSGI application of one server process, for what LDPUB_SERVE names: a project or a release."""
    path = Path(os.environ[_PATH])
    if (path / FILE_NAME).is_file():
        config = read_config(path / FILE_NAME)
        return site(path / str(config["build.releases"]), config)
    return site(path, _defaults())


def site(path: Path, config: Config) -> Flask:
    """The site of one release, or of a folder of releases, with a project's settings."""
    limits = Limits(
        query_bytes=config["serve.query_bytes"],
        depth=config["serve.query_depth"],
        seconds=float(config["serve.query_seconds"]),
        memory_mb=config["serve.query_memory_mb"],
        queue=config["serve.query_queue"],
    )
    remote = None if config["serve.store"] == "embedded" else str(config["serve.store"])
    snapshots = Snapshots(path, store_opener(limits, config["serve.query_workers"], remote))
    return create_app(snapshots, limits.seconds, limits.query_bytes)


def _defaults() -> Config:
    """The settings of a release that is served without its project; title and base are in the release."""
    return check_config({"project": {"title": "-", "base": "http://localhost/"}})
