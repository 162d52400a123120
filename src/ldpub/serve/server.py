"""Runs the site under granian; each server process opens the release and keeps query workers of its own.

This room imports nothing of the site: the counters must know, before they are made, that several processes add to them.
"""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from ldpub.errors import UsageError

SERVED = "LDPUB_SERVE"
"""The environment variable by which a server process learns what to serve."""

_THREADS = 64
"""Threads of a server process: most of them wait for a query's worker, and none of those must keep a page waiting."""


def check_address(host: str, port: int) -> None:
    """Raises UsageError where nothing can listen there, or something does: granian would share the port with it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(f"{host}:{port} cannot be used: {error.strerror}. Choose another with --port.") from error


def run_server(path: Path, host: str, port: int, workers: int) -> None:
    """Serve a project or a release until a signal ends it."""
    os.environ[SERVED] = str(path)
    with tempfile.TemporaryDirectory(prefix="ldpub-metrics-") as counters:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counters  # where the processes of one server add up their counters
        Granian(
            "ldpub.serve.wsgi:application",
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
