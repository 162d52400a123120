"""Runs the site under uvicorn; each server process opens the release and keeps query workers of its own.

This room imports nothing of the site: the counters must know, before they are made, that several processes add to them.
"""

from __future__ import annotations

import os
import resource
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from ldpub.errors import ReleaseError, UsageError
from ldpub.serve.recalling import RecallingConnection

SERVED = "LDPUB_SERVE"
"""The environment variable by which a server process learns what to serve."""

_BACKLOG = 2048
_KEEP_ALIVE = 30  # seconds that a connection may stay open between two requests
_LAST_WORDS = 5  # seconds that running requests have when the server is told to end


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises UsageError where nothing can, or something else does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise UsageError(f"{host}:{port} cannot be used: {error.strerror}. Choose another with --port.") from error
    listening.set_inheritable(True)
    return listening


def run_server(path: Path, listening: socket.socket, workers: int) -> None:
    """Serve a project or a release on a socket until a signal ends it; raises ReleaseError where it cannot begin."""
    os.environ[SERVED] = str(path)
    _allow_connections()
    config = Config(
        "ldpub.serve.site:application",
        factory=True,
        workers=workers,
        http=RecallingConnection,
        ws="none",
        lifespan="on",
        interface="asgi3",
        access_log=False,
        log_level="error",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_LAST_WORDS,
        timeout_worker_healthcheck=15,
    )
    with tempfile.TemporaryDirectory(prefix="ldpub-metrics-") as counters:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counters  # where the processes of one server add up their counters
        failed = _run_many(config, listening) if workers > 1 else _run_one(config, listening)
    if failed:
        raise ReleaseError(f"{path} cannot be served; the reason stands above.")


def _run_one(config: Config, listening: socket.socket) -> bool:
    """Serve in this process; whether it could not begin."""
    try:
        Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        return False
    except SystemExit as end:
        return end.code == STARTUP_FAILURE
    return False


def _run_many(config: Config, listening: socket.socket) -> bool:
    """Serve in processes that are replaced where they end; whether one could not begin."""
    supervisor = Multiprocess(config, sockets=[listening])
    supervisor.run()
    return any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes)


def _allow_connections() -> None:
    """Let this process and its children open as many files and connections as the system lets them."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
