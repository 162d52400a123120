"""The workers of one server process: who is idle, who runs, who runs long; and the one thread that keeps them.

Lanes: of `workers` queries that run at once, all but one may be long (longer than `quick_seconds`); a query that would
be one more is ended with BusyError, sooner if others wait; a query known to be long is then not begun at all. So a
short query waits only for a moment per query before it. A long query also gives way to all others in the machine's
schedule.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from ldpub.errors import BusyError, LdpubError, QueryError, QueryTimeoutError, ReleaseError
from ldpub.store import frames
from ldpub.store.limits import Limits
from ldpub.store.process import Spawn, Worker, WorkerDiedError
from ldpub.store.replies import error_from, too_slow
from ldpub.store.spool import Spool

_TICK = 1.0  # seconds between two looks at idle workers
_START = 30.0  # seconds that a worker may take to open the store
_REMEMBERED = 300.0  # seconds for which a text that ran long is known for it
_TEXTS = 1000  # how many such texts are known
_TAKEN = "All workers are taken; try again in a few seconds."
_SPARE = 1  # idle workers beyond those that may run, so that a killed one is not missed


@dataclass(eq=False)
class Draining:
    """An answer that the keeper takes off its worker for a reader."""

    worker: Worker
    spool: Spool
    deadline: float


class _Waiter:
    """A thread that waits for a worker."""

    def __init__(self) -> None:
        self.served = threading.Event()
        self.worker: Worker | None = None


@dataclass(eq=False)
class Pool:
    """Workers for one open store. Every public method may be called from any thread."""

    spawn: Spawn
    limits: Limits
    size: int
    pid: int = field(default_factory=os.getpid)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._idle: deque[Worker] = deque()
        self._running: set[Worker] = set()
        self._starting: list[Worker] = []
        self._dying: list[Worker] = []
        self._draining: list[Draining] = []
        self._waiting: deque[_Waiter] = deque()
        self._known_long: OrderedDict[int, float] = OrderedDict()
        self._failure: LdpubError | None = None
        self._failures = 0
        self._spawn_after = 0.0
        self._closed = False
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._keeper = threading.Thread(target=self._keep, name="ldpub-workers", daemon=True)
        self._keeper.start()

    # Called by the threads of queries.

    def wait_until_open(self) -> None:
        """Wait for the first worker; raises what kept it from opening the store."""
        with self._changed:
            opened = self._changed.wait_for(lambda: bool(self._idle or self._failure or self._closed), _START)
            if self._failure is not None:
                raise self._failure
            if not opened:
                raise ReleaseError(f"No worker opened the store within {_START:.0f} s.")

    def acquire(self, long: bool = False) -> Worker:
        """A worker for one query; raises BusyError if too many wait or none becomes free in time.

        Queries known to be `long` may take only a quarter of the queue.
        """
        with self._changed:
            if self._closed:
                raise QueryError("The store is closed.")
            if self._free():
                return self._take()
            if len(self._waiting) >= (self.limits.queue // 4 if long else self.limits.queue):
                raise BusyError("Too many queries are waiting; try again in a few seconds.")
            waiter = _Waiter()
            self._waiting.append(waiter)
        waiter.served.wait(self.limits.queue_seconds)
        with self._changed:
            if waiter.worker is None and waiter in self._waiting:
                self._waiting.remove(waiter)
        if waiter.worker is None:
            raise self._unserved()
        return waiter.worker

    def _unserved(self) -> QueryError:
        return QueryError("The store is closed.") if self._closed else BusyError(_TAKEN)

    def _free(self) -> bool:
        return bool(self._idle) and len(self._running) < self.size

    def _take(self) -> Worker:
        worker = self._idle.pop()
        self._running.add(worker)
        return worker

    def _serve_waiting(self) -> None:
        while self._waiting and self._free():
            waiter = self._waiting.popleft()
            waiter.worker = self._take()
            waiter.served.set()

    @property
    def pressed(self) -> bool:
        """Whether queries wait for a worker."""
        return bool(self._waiting)

    def known_long(self, text: str) -> bool:
        """Whether this text ran long within the last minutes."""
        with self._changed:
            since = self._known_long.get(hash(text))
        return since is not None and time.monotonic() - since < _REMEMBERED

    def remember_long(self, text: str) -> None:
        """This text has run long just now."""
        with self._changed:
            self._known_long[hash(text)] = time.monotonic()
            self._known_long.move_to_end(hash(text))
            if len(self._known_long) > _TEXTS:
                self._known_long.popitem(last=False)

    @property
    def crowded(self) -> bool:
        """Whether there is no room for one more long query."""
        return sum(running.long for running in self._running) >= max(1, self.size - 1)

    def lengthen(self, worker: Worker) -> bool:
        """Let the worker run long, if there is room for one more long query."""
        with self._changed:
            if self.crowded:
                return False
            worker.long = True
        return True

    def release(self, worker: Worker) -> None:
        """The worker is done with its query."""
        if worker.tired or self._closed:
            self.discard(worker)
            return
        with self._changed:
            worker.long = False
            self._running.discard(worker)
            self._idle.append(worker)
            self._serve_waiting()

    def discard(self, worker: Worker) -> None:
        """End the worker; the keeper replaces it."""
        worker.kill()
        with self._changed:
            self._running.discard(worker)
            self._dying.append(worker)
            self._serve_waiting()
        self.wake()

    def drain(self, worker: Worker, deadline: float) -> Spool:
        """Have the keeper take the rest of the answer off the worker."""
        spool = Spool()
        with self._changed:
            self._draining.append(Draining(worker, spool, deadline))
        self.wake()
        return spool

    def wake(self) -> None:
        """Have the keeper look at once."""
        if os.getpid() == self.pid:
            with contextlib.suppress(BlockingIOError, OSError):
                os.write(self._wake_write, b"\0")

    def pids(self) -> list[int]:
        """The process ids of all workers that live."""
        with self._changed:
            return [w.pid for w in (*self._idle, *self._running, *self._starting)]

    def close(self) -> None:
        """End every worker and the keeper; calling it again does nothing."""
        if self._closed or os.getpid() != self.pid:
            return
        with self._changed:
            self._closed = True
            for waiter in self._waiting:
                waiter.served.set()
            self._changed.notify_all()
        self.wake()
        self._keeper.join()
        os.close(self._wake_read)
        os.close(self._wake_write)

    # The keeper's thread. It also starts every worker: a worker dies with the thread that started it.

    def _keep(self) -> None:
        while not self._closed:
            self._spawn_missing()
            self._wait()
            self._look_at_starting()
            for draining in list(self._draining):
                self._drain(draining)
            self._look_at_idle()
            self._dying = [worker for worker in self._dying if not worker.reap()]
        self._end_all()

    def _spawn_missing(self) -> None:
        with self._changed:
            alive = len(self._idle) + len(self._running) + len(self._starting)
        if alive >= self.size + _SPARE or time.monotonic() < self._spawn_after:
            return
        try:
            self._starting.append(Worker(self.spawn))
        except OSError as error:
            self._failed(ReleaseError(f"No worker can be started: {error}"))
        else:
            self.wake()  # for the next of them

    def _failed(self, error: LdpubError) -> None:
        """Try again, but not at once: after 0.2 s, then twice as long each time, 10 s at most."""
        self._failures += 1
        self._spawn_after = time.monotonic() + min(10.0, 0.1 * 2 ** min(self._failures, 8))
        with self._changed:
            self._failure = error
            self._changed.notify_all()

    def _wait(self) -> None:
        watched = [self._wake_read, *(worker.answers for worker in self._starting)]
        room = self._room()
        watched += [draining.worker.answers for draining in self._draining if room]
        now = time.monotonic()
        until = [draining.deadline for draining in self._draining] + ([now + 0.02] if self._dying else [])
        until += [self._spawn_after] if self._spawn_after > now else []
        poll = select.poll()
        for descriptor in watched:
            poll.register(descriptor, select.POLLIN)
        poll.poll(max(0.0, min([now + _TICK, *until]) - now) * 1000)
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 4096)

    def _room(self) -> bool:
        """Whether unread answers may take more of the disk."""
        return sum(draining.spool.waiting for draining in self._draining) < self.limits.spool_mb << 20

    def _look_at_starting(self) -> None:
        for worker in list(self._starting):
            try:
                for kind, payload in worker.take():
                    self._started(worker, kind, payload)
            except WorkerDiedError as error:
                self._give_up(worker, ReleaseError(f"A worker died while it opened the store. {error}"))
            if worker in self._starting and time.monotonic() - worker.started > _START:
                self._give_up(worker, ReleaseError("A worker did not open the store in time."))

    def _started(self, worker: Worker, kind: bytes, payload: bytes) -> None:
        if kind != frames.READY:
            self._give_up(worker, error_from(payload))
            return
        worker.report = json.loads(payload)
        self._failures = 0
        with self._changed:
            self._starting.remove(worker)
            self._idle.appendleft(worker)
            self._failure = None
            self._serve_waiting()
            self._changed.notify_all()

    def _give_up(self, worker: Worker, error: LdpubError) -> None:
        self._starting.remove(worker)
        worker.kill()
        self._dying.append(worker)
        self._failed(error)

    def _drain(self, draining: Draining) -> None:
        if draining.spool.closed:
            self._drained(draining, QueryError("Nobody reads the answer any more."), alive=False)
        elif time.monotonic() >= draining.deadline:
            self._drained(draining, QueryTimeoutError(too_slow(self.limits.seconds)), alive=False)
        elif self._room():
            self._drain_some(draining)

    def _drain_some(self, draining: Draining) -> None:
        try:
            for kind, payload in draining.worker.take():
                if kind == frames.BYTES:
                    draining.spool.put(payload)
                elif kind == frames.END:
                    draining.worker.tired |= bool(payload)
                    self._drained(draining, None, alive=True)
                else:
                    self._drained(draining, _query_error(payload), alive=True)
        except WorkerDiedError as error:
            self._drained(draining, error, alive=False)
        except OSError as error:
            self._drained(draining, QueryError(f"The answer cannot be kept: {error}"), alive=False)

    def _drained(self, draining: Draining, error: QueryError | None, alive: bool) -> None:
        self._draining.remove(draining)
        if alive:
            self.release(draining.worker)
        else:
            self.discard(draining.worker)
        draining.spool.end(error)

    def _look_at_idle(self) -> None:
        with self._changed:
            dead = [worker for worker in self._idle if not worker.alive()]
            for worker in dead:
                self._idle.remove(worker)
            self._dying += dead

    def _end_all(self) -> None:
        with self._changed:
            everyone = [*self._idle, *self._running, *self._starting, *self._dying]
            self._idle.clear()
            self._starting.clear()
        for draining in self._draining:
            draining.spool.end(QueryError("The store was closed."))
        for worker in everyone:
            worker.kill()
        for worker in everyone:
            worker.reap(5.0)


def _query_error(payload: bytes) -> QueryError:
    error = error_from(payload)
    return error if isinstance(error, QueryError) else QueryError(str(error))
