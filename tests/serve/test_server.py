"""The server as a process: how it begins, how it fails to, how it ends."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from conftest import run_ldpub
from ldpub.release import STORE


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def without_store(foreign_release: Path, tmp_path: Path) -> Path:
    """A release whose store is gone."""
    shutil.copytree(foreign_release, tmp_path / "release")
    shutil.rmtree(tmp_path / "release" / STORE)
    return tmp_path / "release"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_cannot_be_served_ends_at_once_with_the_reason(without_store: Path, workers: str) -> None:
    ended = run_ldpub("serve", str(without_store), "--port", free_port(), "--workers", workers, check=False)
    assert ended.returncode == 1
    assert "is no store" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_said_before_anything_begins(foreign_release: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run_ldpub("serve", str(foreign_release), "--port", port, check=False)
    assert ended.returncode == 2
    assert f"127.0.0.1:{port} cannot be used" in ended.stderr


@pytest.mark.parametrize(("workers", "ending"), [("1", signal.SIGTERM), ("1", signal.SIGINT), ("2", signal.SIGTERM)])
def test_a_signal_ends_the_server_and_all_its_processes(
    foreign_release: Path, workers: str, ending: signal.Signals
) -> None:
    port = free_port()
    command = [sys.executable, "-m", "ldpub.cli", "serve", str(foreign_release), "--port", port, "--workers", workers]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for(f"http://127.0.0.1:{port}/health/ready", server)
    children = descendants(server.pid)
    assert len(children) >= 2
    server.send_signal(ending)
    _, said = server.communicate(timeout=20)
    assert "Traceback" not in said
    until = time.monotonic() + 5
    while any(lives(pid) for pid in children):
        assert time.monotonic() < until
        time.sleep(0.05)


def wait_for(url: str, server: subprocess.Popen[str]) -> None:
    for _ in range(200):
        assert server.poll() is None
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{url} did not answer")


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(c) for c in children] + [d for c in children for d in descendants(int(c))]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
