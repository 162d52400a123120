"""Disposable workers: hostile queries, dead processes, slow and absent readers, crowds."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ldpub.errors import (
    BusyError,
    QueryError,
    QueryMemoryError,
    QueryTimeoutError,
    ReleaseError,
)
from ldpub.formats import GRAPH_FORMATS, SOLUTION_FORMATS, Format
from ldpub.store import Answer, Limits, Query, open_store
from ldpub.store.sandbox import address_space
from ldpub.store.workers import WorkerStore

EX = "http://example.org/"
POINT = Query(f"SELECT ?o WHERE {{ <{EX}a> <{EX}knows> ?o }}")
MANY = f"GRAPH <{EX}graph/many>"
ENDLESS = f"SELECT * {{ {MANY} {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} }}"
COUNT = f"SELECT (COUNT(*) AS ?n) {{ {MANY} {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }} }}"
SECONDS = 1.5
LIMITS = Limits(seconds=SECONDS, memory_mb=256, quick_seconds=0.3, buffer_bytes=50_000)


@pytest.fixture(scope="module")
def store(directory: Path) -> Iterator[WorkerStore]:
    """Guarded, with a short deadline."""
    with contextlib.closing(WorkerStore(directory, LIMITS)) as opened:
        yield opened


@pytest.fixture(scope="module")
def unguarded(directory: Path) -> Iterator[WorkerStore]:
    """The workers alone: what the guard would refuse reaches the engine."""
    with contextlib.closing(WorkerStore(directory, LIMITS, guarded=False)) as opened:
        yield opened


def point(store: WorkerStore) -> float:
    """Ask a small query; returns the seconds it took."""
    started = time.monotonic()
    assert b"http://example.org/b" in store.query(POINT).read()
    return time.monotonic() - started


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until the condition holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def settled(store: WorkerStore) -> bool:
    """Whether two workers and the spare one are there."""
    return len(store.pids) == 3 and all(running(pid) for pid in store.pids)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


HEAVY = {
    "product": COUNT,
    "sorted product": f"SELECT * {{ {MANY} {{ ?a ?b ?c . ?d ?e ?f }} }} ORDER BY ?c ?f",
    "distinct product": f"SELECT DISTINCT ?c ?f {{ {MANY} {{ ?a ?b ?c . ?d ?e ?f }} }}",
    "doubled strings": "SELECT (STRLEN(?z) AS ?n) { BIND('0123456789abcdef' AS ?s0) "
    + " ".join(f"BIND(CONCAT(?s{n}, ?s{n}) AS ?s{n + 1})" for n in range(30))
    + " BIND(?s30 AS ?z) }",
    "path closure": f"SELECT (COUNT(*) AS ?n) {{ {MANY} {{ ?a (<x:p>|!<x:p>)* ?b . ?b (<x:p>|!<x:p>)* ?c . "
    "?c (<x:p>|!<x:p>)* ?d } }",
    "grouped": f"SELECT (GROUP_CONCAT(?f) AS ?n) {{ {MANY} {{ ?a ?b ?c . ?d ?e ?f }} }}",
    "pattern": f"SELECT * {{ {MANY} {{ ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(?c, ?f), '(.*a){{20}}x')) }} }}",
    "endless": f"ASK {{ {MANY} {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT(?c, ?f, ?i)) < 0) }} }}",
}


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_queries_end_in_time_and_leave_the_endpoint_well(store: WorkerStore, name: str) -> None:
    started = time.monotonic()
    with pytest.raises((QueryTimeoutError, QueryMemoryError)):
        store.query(Query(HEAVY[name])).read()
    assert time.monotonic() - started < SECONDS + 0.5
    assert point(store) < 0.5
    eventually(lambda: settled(store))


DEADLY = {
    "braces": "ASK {" + "{" * 50_000 + "}" * 50_000,
    "parentheses": "ASK { FILTER(" + "(" * 50_000 + "1" + ")" * 50_000 + ") }",
    "STR": "ASK { FILTER(" + "STR(" * 50_000 + "1" + ")" * 50_000 + ") }",
    "EXISTS": "ASK { " + "FILTER EXISTS { " * 20_000 + "}" * 20_000 + " }",
}


@pytest.mark.parametrize("name", DEADLY)
def test_a_query_that_ends_the_engine_ends_only_its_worker(unguarded: WorkerStore, name: str) -> None:
    with pytest.raises((QueryMemoryError, QueryTimeoutError)) as raised:
        unguarded.query(Query(DEADLY[name])).read()
    assert raised.value.status == 503
    assert point(unguarded) < 0.5
    eventually(lambda: settled(unguarded))


@pytest.mark.parametrize(
    "text", ["SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}", "SELECT * {{ SERVICE SILENT <{}> {{ ?s ?p ?o }} }}"]
)
def test_no_worker_reaches_the_network(unguarded: WorkerStore, text: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        with contextlib.suppress(QueryError):
            unguarded.query(Query(text.format(url))).read()
        with pytest.raises(TimeoutError):
            listening.accept()
    assert point(unguarded) < 0.5


def test_without_the_sandbox_the_same_query_would_reach_it(directory: Path) -> None:
    """The proof that the test above tests something."""
    with (
        contextlib.closing(WorkerStore(directory, LIMITS, 1, guarded=False, sandbox=False)) as store,
        socket.create_server(("127.0.0.1", 0)) as listening,
    ):
        listening.settimeout(5)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        asking = threading.Thread(target=_ask, args=(store, f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"))
        asking.start()
        listening.accept()[0].close()
        asking.join()


def _ask(store: WorkerStore, text: str) -> None:
    with contextlib.suppress(QueryError):
        store.query(Query(text)).read()


def test_from_fetches_nothing(store: WorkerStore) -> None:
    for iri in ("file:///etc/passwd", "http://127.0.0.1:9/"):
        assert b'"bindings":[]' in store.query(Query(f"SELECT * FROM <{iri}> {{ ?s ?p ?o }}")).read()


@pytest.mark.parametrize("written", SOLUTION_FORMATS, ids=lambda f: f.name)
def test_an_answer_cut_by_the_deadline_raises(store: WorkerStore, written: Format) -> None:
    _raises_in_mid_stream(store.query(Query(ENDLESS, solutions=written)))


@pytest.mark.parametrize("written", GRAPH_FORMATS, ids=lambda f: f.name)
def test_a_graph_cut_by_the_deadline_raises(store: WorkerStore, written: Format) -> None:
    text = f"CONSTRUCT {{ ?a ?e ?i . ?d ?h ?c }} WHERE {{ {MANY} {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} }}"
    _raises_in_mid_stream(store.query(Query(text, graph=written)))


def _raises_in_mid_stream(answer: Answer) -> None:
    assert answer.body is None
    size = 0
    with pytest.raises((QueryTimeoutError, QueryMemoryError)):  # noqa: PT012 - the loop is what raises
        for piece in answer.chunks:
            size += len(piece)
    assert size >= LIMITS.buffer_bytes
    assert next(answer.chunks, None) is None or size


def test_a_closed_answer_ends_its_worker(store: WorkerStore) -> None:
    eventually(lambda: settled(store))
    before = set(store.pids)
    answer = store.query(Query(ENDLESS))
    next(answer.chunks)
    answer.close()
    eventually(lambda: len([pid for pid in before if running(pid)]) == 2, 1.0)
    eventually(lambda: settled(store))


def test_a_forgotten_answer_ends_its_worker(store: WorkerStore) -> None:
    eventually(lambda: settled(store))
    before = set(store.pids)
    answer = store.query(Query(ENDLESS))
    del answer
    gc.collect()
    eventually(lambda: len([pid for pid in before if running(pid)]) == 2, 1.0)
    eventually(lambda: settled(store))


def test_a_slow_reader_holds_no_worker_and_gets_all(directory: Path) -> None:
    limits = Limits(seconds=5, buffer_bytes=100_000, quick_seconds=0.3)
    with contextlib.closing(WorkerStore(directory, limits, 1)) as store:
        fast = store.query(Query(f"SELECT * {{ {MANY} {{ ?s ?p ?o }} }}")).read()
        slow = store.query(Query(f"SELECT * {{ {MANY} {{ ?s ?p ?o }} }}"))
        assert slow.body is None
        pieces = [next(slow.chunks)]
        eventually(lambda: store._pool._running == set())
        assert point(store) < 0.5
        for piece in slow.chunks:
            pieces.append(piece)
            time.sleep(0.005)
        assert sorted(b"".join(pieces)) == sorted(fast)


def test_readers_slower_than_the_spool_meet_the_deadline(directory: Path) -> None:
    limits = Limits(seconds=1, buffer_bytes=100_000, spool_mb=0)
    with contextlib.closing(WorkerStore(directory, limits, 1)) as store:
        answer = store.query(Query(ENDLESS))
        with pytest.raises(QueryTimeoutError):
            answer.read()


def test_a_large_answer_goes_through_a_file(directory: Path) -> None:
    """What waits for a reader beyond 4 MiB waits on disk, and comes back in order."""
    with contextlib.closing(WorkerStore(directory, Limits(seconds=20, buffer_bytes=1000), 2)) as store:
        part = f"{{ {MANY} {{ ?s ?p ?o }} }}"
        text = f"SELECT * {{ {part} UNION {part} UNION {part} }}"
        answer = store.query(Query(text))
        eventually(lambda: store._pool._running == set(), 20)
        body = answer.read()
        assert len(body) > 5 << 20
        assert body == store.query(Query(text)).read()


def test_a_worker_killed_while_idle_is_replaced(store: WorkerStore) -> None:
    eventually(lambda: settled(store))
    before = set(store.pids)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: not any(running(pid) for pid in before))
    for _ in range(3):
        assert point(store) < 3.0
    eventually(lambda: settled(store) and not before & set(store.pids))


def test_a_worker_killed_in_mid_query_is_replaced(store: WorkerStore) -> None:
    eventually(lambda: settled(store))
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(store.query, Query(COUNT))
        eventually(lambda: len(store._pool._running) == 1)
        time.sleep(0.4)  # so long that the query may be at fault
        os.kill(next(iter(store._pool._running)).pid, signal.SIGKILL)
        with pytest.raises(QueryMemoryError, match="SIGKILL"):
            asked.result()
    assert point(store) < 0.5
    eventually(lambda: settled(store))


def test_a_worker_killed_in_mid_stream_raises_from_the_answer(store: WorkerStore) -> None:
    answer = store.query(Query(ENDLESS))
    os.kill(next(iter(store._pool._running)).pid, signal.SIGKILL)
    with pytest.raises(QueryMemoryError):
        answer.read()


def test_short_queries_pass_long_ones(store: WorkerStore) -> None:
    eventually(lambda: settled(store))
    with ThreadPoolExecutor(6) as threads:
        long = [threads.submit(_outcome, store, COUNT) for _ in range(4)]
        time.sleep(0.05)
        times = [point(store) for _ in range(5)]
        outcomes = [asked.result() for asked in long]
    assert max(times) < 4 * LIMITS.quick_seconds + 0.5
    assert outcomes.count("QueryTimeoutError") >= 1
    assert set(outcomes) <= {"QueryTimeoutError", "BusyError"}


def _outcome(store: WorkerStore, text: str) -> str:
    try:
        store.query(Query(text)).read()
    except QueryError as error:
        return type(error).__name__
    return "answered"


def test_a_query_known_to_be_long_does_not_begin_while_another_runs_long(store: WorkerStore) -> None:
    eventually(lambda: settled(store))
    with ThreadPoolExecutor(1) as threads:
        running_one = threads.submit(_outcome, store, COUNT)
        eventually(lambda: store._pool.crowded and store._pool.known_long(COUNT))
        started = time.monotonic()
        assert _outcome(store, COUNT) == "BusyError"
        assert time.monotonic() - started < 0.2
        assert point(store) < 0.5
        assert running_one.result() == "QueryTimeoutError"


def test_a_full_queue_says_so_at_once(directory: Path) -> None:
    limits = Limits(seconds=1.5, queue=1, queue_seconds=0.3, quick_seconds=5)
    with contextlib.closing(WorkerStore(directory, limits, 1)) as store, ThreadPoolExecutor(4) as threads:
        running_one = threads.submit(_outcome, store, COUNT)
        eventually(lambda: len(store._pool._running) == 1)
        waiting = threads.submit(_outcome, store, "ASK { ?s ?p ?o }")
        eventually(lambda: store._pool.pressed)
        started = time.monotonic()
        with pytest.raises(BusyError, match="waiting") as raised:
            store.query(Query("ASK { ?s ?p ?o }"))
        assert time.monotonic() - started < 0.1
        assert raised.value.status == 503
        assert waiting.result() == "BusyError"
        assert running_one.result() == "QueryTimeoutError"
        assert point(store) < 0.5


def test_many_threads_at_once(store: WorkerStore) -> None:
    def ask(number: int) -> bool:
        text = f"SELECT ?o {{ {MANY} {{ <{EX}row/{number}> <{EX}value> ?o }} }}"
        return f'value number {number}"'.encode() in store.query(Query(text)).read()

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(ask, range(400)))


def test_many_queries_leave_everything_as_it_was(store: WorkerStore) -> None:
    eventually(lambda: settled(store))
    for _ in range(50):
        point(store)
    before = (threading.active_count(), descriptors(), set(store.pids), address_space() or 0)
    for number in range(300):
        point(store)
        if number % 10 == 0:
            with contextlib.suppress(QueryError):
                store.query(Query("ASK { FILTER( }"))
    after = (threading.active_count(), descriptors(), set(store.pids), address_space() or 0)
    assert after[:3] == before[:3]
    assert after[3] - before[3] < 16 << 20


def test_many_deaths_leave_no_descriptors(unguarded: WorkerStore) -> None:
    eventually(lambda: settled(unguarded))
    before = (threading.active_count(), descriptors())
    for _ in range(10):
        with contextlib.suppress(QueryError):
            unguarded.query(Query(DEADLY["braces"]))
    eventually(lambda: settled(unguarded) and not unguarded._pool._dying)
    assert (threading.active_count(), descriptors()) == before


def test_closing_ends_all_processes(directory: Path) -> None:
    store = WorkerStore(directory, LIMITS)
    answer = store.query(Query(ENDLESS))
    pids = store.pids
    store.close()
    store.close()
    assert not any(running(pid) for pid in pids)
    with pytest.raises(QueryError):
        answer.read()
    with pytest.raises(QueryError, match="closed"):
        store.query(POINT)


def test_a_forgotten_store_ends_its_processes(directory: Path) -> None:
    store = WorkerStore(directory, LIMITS)
    pids = store.pids
    del store
    gc.collect()
    eventually(lambda: not any(running(pid) for pid in pids))


@pytest.mark.parametrize("damage", ["missing", "empty", "damaged"])
def test_what_is_no_store_is_said_at_once(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "store"
    if damage != "missing":
        path.mkdir()
    if damage == "damaged":
        (path / "CURRENT").write_text("MANIFEST-000001\n")
    with pytest.raises(ReleaseError, match="store"):
        open_store(path)


def test_the_sandbox_holds_on_this_machine(store: WorkerStore) -> None:
    eventually(lambda: settled(store))
    assert all(w.report == {"network_forbidden": True, "memory_bounded": True} for w in store._pool._idle)


def test_workers_inherit_no_descriptors(directory: Path, tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as secret:
        os.set_inheritable(secret.fileno(), True)
        with contextlib.closing(WorkerStore(directory, LIMITS, 1)) as store:
            for pid in store.pids:
                opened = [entry.readlink() for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()]
                assert tmp_path / "secret" not in opened
