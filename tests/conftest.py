"""What tests share: the shipped project built once, a second one that knows nothing of cities, and their sites."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOREIGN = Path(__file__).parent / "projects" / "library"

Serve = Callable[..., str]
"""Takes a project or release and options of `ldpub serve`; returns the URL."""


def copy_project(source: Path, target: Path) -> Path:
    """A project's curated sources: no imported tables, nor what building or testing leaves beside them."""
    target.mkdir(parents=True)
    large = shutil.ignore_patterns("world", "tables", "mappings")
    for name in ("ldpub.toml", "ontology", "data", "shapes"):
        path = source / name
        if path.is_dir():
            shutil.copytree(path, target / name, ignore=large)
        elif path.exists():
            shutil.copy(path, target / name)
    settings = target / "ldpub.toml"
    settings.write_text(settings.read_text().replace("[build]\n", "[build]\nimports = false\n", 1))
    return target


def build_project(folder: Path) -> Path:
    """Build a project on the command line and return its current release."""
    run_ldpub("build", str(folder))
    return (folder / "releases" / "current").resolve()


def run_ldpub(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "ldpub.cli", *arguments]
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="session")
def shipped_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the city-diplomacy project: its curated core, which builds in a moment."""
    return copy_project(ROOT, tmp_path_factory.mktemp("shipped") / "project")


@pytest.fixture(scope="session")
def shipped_release(shipped_project: Path) -> Path:
    """Its release."""
    return build_project(shipped_project)


@pytest.fixture(scope="session")
def foreign_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a project with another vocabulary, base, hash IRIs and blank nodes."""
    return copy_project(FOREIGN, tmp_path_factory.mktemp("foreign") / "project")


@pytest.fixture(scope="session")
def foreign_release(foreign_project: Path) -> Path:
    """Its release."""
    return build_project(foreign_project)


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Starts `ldpub serve` for a project or release and returns its URL, without a slash at the end."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(path: Path, *options: str) -> str:
        port = _free_port()
        command = [sys.executable, "-m", "ldpub.cli", "serve", str(path), "--port", str(port), *options]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        servers.append(server)
        url = f"http://127.0.0.1:{port}"
        _wait_for(url + "/", server)
        return url

    yield start
    for server in servers:
        server.terminate()
    for server in servers:
        server.wait(20)


@pytest.fixture(scope="session")
def site(serve: Serve, shipped_release: Path) -> str:
    """The URL of the city-diplomacy site."""
    return serve(shipped_release)


@pytest.fixture(scope="session")
def foreign_site(serve: Serve, foreign_release: Path) -> str:
    """The URL of the foreign project's site."""
    return serve(foreign_release)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server ended at once"
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{url} did not answer")


os.environ.setdefault("LDPUB_CONFORMANCE", str(ROOT / "../shared/conformance"))
