"""Crowds of clients before one server: the slow, the silent, the many and those that leave."""

from __future__ import annotations

import contextlib
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from conftest import FOREIGN, Serve, build_project, copy_project
from web import Web

POINT = "SELECT ?o WHERE { <https://data.example.org/lib/book/42> <https://data.example.org/lib/terms#shelf> ?o }"
PRODUCT = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
COUNT = f"SELECT (COUNT(*) AS ?n) WHERE {PRODUCT}"
SETTINGS = """
[serve]
query_seconds = 20
cache_mb = 1
client_queries = 1000
client_seconds = 100000
"""


@pytest.fixture(scope="module", autouse=True)
def _descriptors() -> Iterator[None]:
    """Room for the crowd's sockets in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def web(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A site whose clients may ask as much as they like."""
    project = copy_project(FOREIGN, tmp_path_factory.mktemp("crowds") / "project")
    with (project / "ldpub.toml").open("a") as settings:
        settings.write(SETTINGS)
    build_project(project)
    with Web(serve(Path(project)), timeout=30) as opened:
        yield opened


def tree(web: Web) -> list[int]:
    """The process that listens at the site's port, and its children."""
    mark = f"--port {web.address.rpartition(':')[2]}"
    (server,) = [pid for pid in processes() if mark in command(pid)]
    return [server, *(pid for pid in processes() if parent(pid) == server)]


def processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def stat(pid: int) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def parent(pid: int) -> int:
    fields = stat(pid)
    return int(fields[1]) if fields else 0


def cpu_seconds(pids: list[int]) -> float:
    return sum(int(f[11]) + int(f[12]) for f in map(stat, pids) if f) / os.sysconf("SC_CLK_TCK")


def resident(pids: list[int]) -> int:
    """Bytes of memory, of all of them."""
    return sum(int(f[21]) for f in map(stat, pids) if f) * os.sysconf("SC_PAGE_SIZE")


def threads(pids: list[int]) -> int:
    return sum(int(f[17]) for f in map(stat, pids) if f)


def descriptors(pids: list[int]) -> int:
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)


def eventually(condition: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def get(query: str) -> bytes:
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
CROWDS = {
    "idle connections": (500, b""),
    "half heads": (200, b"GET /sparql HTTP/1.1\r\nHost: x\r\n"),
    "slow senders": (200, POST + b"Content-Length: 99\r\n\r\nSELECT"),
    "readers of dumps that do not read": (100, b"GET /dump/lib.nt.gz HTTP/1.1\r\nHost: x\r\n\r\n"),
    "readers of answers that do not read": (8, get(f"SELECT * WHERE {PRODUCT} LIMIT 50000")),
}


@pytest.mark.parametrize("name", CROWDS)
def test_nobody_waits_for_the_slow(web: Web, name: str) -> None:
    size, sent = CROWDS[name]
    with contextlib.ExitStack() as crowd:
        for _ in range(size):
            crowd.enter_context(web.connect(sent))
        eventually(lambda: web.query(POINT).status == 200, 10)  # the crowd's own queries may be in the queue still
        times = [timed(web, number) for number in range(50)]
        page = web.get("/doc/book/42", "text/html")
    assert sorted(times)[45] < 1.0
    assert page.status == 200


def timed(web: Web, number: int) -> float:
    began = time.monotonic()
    assert web.query(f"{POINT} # {number} {time.monotonic()}").status == 200
    return time.monotonic() - began


@pytest.mark.parametrize("query", [COUNT, f"SELECT * WHERE {PRODUCT}"], ids=["before the first byte", "in mid-answer"])
def test_a_client_that_goes_away_ends_its_query(web: Web, query: str) -> None:
    with web.connect(get(query + " # leaves")) as client:
        time.sleep(0.7)
        if query != COUNT:
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
    time.sleep(1.0)
    before = cpu_seconds(tree(web))
    time.sleep(1.0)
    assert cpu_seconds(tree(web)) - before < 0.5  # a worker at work would take all of a second; a new one starts in 0.3


def test_many_distinct_queries_leave_everything_as_it_was(web: Web) -> None:
    for number in range(300):
        assert web.query(f"{POINT} # warm {number}").status == 200
    pids = tree(web)
    before = (threads(pids), descriptors(pids), resident(pids))
    for number in range(1500):
        assert web.query(f"SELECT * WHERE {{ ?s ?p ?o }} OFFSET {number} LIMIT 20").status == 200
    after = (threads(pids), descriptors(pids), resident(pids))
    assert set(pids) == set(tree(web))
    assert after[:2] == before[:2]
    assert after[2] - before[2] < 20 << 20


def test_pipelined_requests_are_answered_in_order(web: Web) -> None:
    with web.connect(get("ASK {}") + get("ASK { FILTER(false) }")) as client:
        received = b""
        while received.count(b'"boolean":') < 2:
            piece = client.recv(1 << 16)
            assert piece
            received += piece
    assert received.index(b'"boolean":true') < received.index(b'"boolean":false')
