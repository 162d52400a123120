"""The servers under test, each started on a free port and ended with all that it started; peers come from PyPI."""

from __future__ import annotations

import http.client
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from framing import Target
from processes import family
from worlds import World

LDPUB, OXIGRAPH, RDFLIB = "ldpub", "oxigraph", "rdflib-endpoint"
NAMES = (LDPUB, OXIGRAPH, RDFLIB)

REQUIREMENTS = ("oxigraph==0.5.13", "rdflib-endpoint[cli,oxigraph]==0.6.3")

PEER_MEMORY = 8 << 30
"""Bytes of address space that a peer may take: it has no limit of its own, and the machine is to live on."""

_PATHS = {LDPUB: "/sparql", OXIGRAPH: "/query", RDFLIB: "/"}
_PATIENCE = 300.0

Settings = Mapping[str, float]
"""Settings of ldpub's table `serve` that are to differ from the default."""

NO_BUDGET: Settings = {"client_queries": 100_000, "client_seconds": 1_000_000}
"""All clients come from one address here; what one client may take is not what is measured."""


class NotStartedError(Exception):
    """A server that did not come to answer."""


def install_peers(folder: Path) -> Path:
    """A virtual environment with both peers, made where it is not there yet; returns its folder of commands."""
    programs = folder / "bin"
    wanted = folder / "requirements.txt"
    if not wanted.exists() or wanted.read_text(encoding="utf-8").split() != list(REQUIREMENTS):
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
        wanted.write_text("\n".join(REQUIREMENTS), encoding="utf-8")
    return programs


@dataclass
class Server:
    """A server that answers; close it, or use it as a context."""

    name: str
    target: Target
    process: subprocess.Popen[bytes]

    @property
    def lives(self) -> bool:
        """Whether its first process is there."""
        return self.process.poll() is None

    def close(self) -> None:
        """End it, its children and theirs; one that does not go is killed."""
        started = family(self.process.pid) if self.lives else []
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for number in started:
            if Path(f"/proc/{number}").exists():
                os.kill(number, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass
class Starter:
    """Starts any of the servers on one world."""

    world: World
    folder: Path
    programs: Path
    workers: int = 1
    _stores: dict[str, Path] = field(default_factory=dict)

    def start(self, name: str, settings: Settings = NO_BUDGET, deadline: float = 0) -> Server:
        """A server that answers. `settings` are for ldpub, `deadline` (seconds) for Oxigraph, 0 for none.

        Raises NotStartedError where it does not answer within minutes.
        """
        port = _free_port()
        if name == LDPUB:
            project = self._with_settings(settings)
            command = [sys.executable, "-m", "ldpub.cli", "serve", str(project), "--port", str(port)]
            return self._run(name, [*command, "--workers", str(self.workers)], port)
        if name == OXIGRAPH:
            command = [str(self.programs / "oxigraph"), "serve-read-only", "--location", str(self._oxigraph_store())]
            command += ["--bind", f"127.0.0.1:{port}", *(["--timeout-s", str(round(deadline))] if deadline else [])]
            return self._run(name, command, port)
        script = Path(__file__).with_name("rdflib_peer.py")
        command = [str(self.programs / "python"), str(script), str(self.world.graph), str(port)]
        return self._run(name, command, port)

    def _run(self, name: str, command: Sequence[str], port: int) -> Server:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        if name != LDPUB:
            resource.prlimit(process.pid, resource.RLIMIT_AS, (PEER_MEMORY, PEER_MEMORY))
        server = Server(name, Target("127.0.0.1", port, _PATHS[name]), process)
        try:
            _wait_for(server)
        except BaseException:
            server.close()
            raise
        return server

    def _oxigraph_store(self) -> Path:
        """Oxigraph's own store of the world, loaded by its own command and compacted."""
        if OXIGRAPH not in self._stores:
            store = self.folder / "oxigraph"
            program = str(self.programs / "oxigraph")
            load = [program, "load", "--location", str(store), "--file", str(self.world.dataset)]
            subprocess.run(load, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            subprocess.run([program, "optimize", "--location", str(store)], check=True, stdout=subprocess.DEVNULL)
            self._stores[OXIGRAPH] = store
        return self._stores[OXIGRAPH]

    def _with_settings(self, settings: Settings) -> Path:
        """A project with the same release and other settings."""
        name = "-".join(f"{key}-{value}" for key, value in settings.items())
        project = self.folder / "settings" / name
        if not project.exists():
            project.mkdir(parents=True)
            text = (self.world.project / "ldpub.toml").read_text(encoding="utf-8")
            text = re.sub(r"(?ms)^\[serve\]$.*?(?=^\[|\Z)", "", text)
            lines = "\n".join(f"{key} = {value}" for key, value in settings.items())
            (project / "ldpub.toml").write_text(f"{text}\n[serve]\n{lines}\n", encoding="utf-8")
            (project / "releases").symlink_to((self.world.project / "releases").resolve())
        return project


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: Server) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if not server.lives:
            raise NotStartedError(f"{server.name} ended with {server.process.returncode} before it answered")
        connection = http.client.HTTPConnection(server.target.host, server.target.port, timeout=10)
        try:
            connection.request("GET", f"{server.target.path}?query=ASK%20%7B%7D")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise NotStartedError(f"{server.name} did not answer within {_PATIENCE:.0f} s")
