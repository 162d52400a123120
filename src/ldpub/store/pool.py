"""The workers of one server process: who is idle, who runs, who runs long. All of it happens in one event loop.

Lanes: of `workers` queries that run at once, all but one may be long (longer than `quick_seconds`); a query that would
be one more is ended with BusyError, sooner if others wait; a query known to be long is then not begun at all. What
looks like a lookup goes before all others, and has the spare worker while the places for long ones are taken. A long
query also gives way to all others in the machine's schedule.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict, deque

from ldpub.errors import BusyError, LdpubError, QueryError, ReleaseError
from ldpub.store import frames
from ldpub.store.limits import Limits
from ldpub.store.outlook import is_lookup
from ldpub.store.process import Spawn, Worker, WorkerDiedError
from ldpub.store.replies import error_from
from ldpub.store.rounds import Rounds

LOOKS = 5
"""How often, within the quick seconds, a query without a place among the long ones looks whether others wait."""

_START = 30.0  # seconds that a worker may take to open the store
_REMEMBERED = 300.0  # seconds for which a text that ran long is known for it
_TEXTS = 1000  # how many such texts are known
_REAP = 0.02  # seconds between two looks at processes that are ending
_CLOSE = 5.0  # seconds that closing waits for them
_TAKEN = "All workers are taken; try again in a few seconds."
_CLOSED = "The store is closed."
_SPARE = 1  # idle workers beyond those that may run, so that a killed one is not missed


class Pool:
    """Workers for one open store. Every method is called in the loop; it is the listener of workers that do nothing."""

    def __init__(self, spawn: Spawn, limits: Limits, size: int, loop: asyncio.AbstractEventLoop) -> None:
        self.limits = limits
        self.loop = loop
        self.rounds = Rounds(loop, limits.quick_seconds / LOOKS / 2)  # for the first look at each query
        self.on_disk: set[object] = set()  # the answers that wait for their readers there
        self._spawn = spawn
        self._size = size
        self._idle: deque[Worker] = deque()
        self._running: set[Worker] = set()
        self._starting: list[Worker] = []
        self._dying: list[Worker] = []
        self._lookups: deque[asyncio.Future[Worker]] = deque()  # who waits for a worker
        self._others: deque[asyncio.Future[Worker]] = deque()
        self._known_long: OrderedDict[int, float] = OrderedDict()
        self._opened: asyncio.Future[None] = loop.create_future()
        self._failures = 0
        self._next_start: asyncio.TimerHandle | None = None
        self._reaping: asyncio.TimerHandle | None = None
        self._closed = False
        self._start_missing()

    async def opened(self) -> None:
        """Wait for the first worker; raises ReleaseError where it could not open the store."""
        try:
            async with asyncio.timeout(_START):
                await asyncio.shield(self._opened)
        except TimeoutError:
            raise ReleaseError(f"No worker opened the store within {_START:.0f} s.") from None

    async def acquire(self, text: str, long: bool = False) -> Worker:
        """A worker for this query; raises BusyError if too many wait or none becomes free in time.

        Queries known to be `long` may take only a quarter of the queue, and lookups go before all others.
        """
        if self._closed:
            raise QueryError(_CLOSED)
        if not self._lookups and not self._others and self._free_for_any():
            return self._take()
        lookup = not long and is_lookup(text)
        if lookup and self._free_for_lookups():
            return self._take()
        return await self._wait(self._lookups if lookup else self._others, self.limits.queue // (4 if long else 1))

    async def _wait(self, waiting: deque[asyncio.Future[Worker]], most: int) -> Worker:
        if len(waiting) >= most:
            raise BusyError("Too many queries are waiting; try again in a few seconds.")
        served: asyncio.Future[Worker] = self.loop.create_future()
        waiting.append(served)
        timer = self.loop.call_later(self.limits.queue_seconds, _give_up_waiting, served)
        try:
            return await served
        except BaseException:  # who was cancelled may have been served already
            if served.done() and not served.cancelled() and served.exception() is None:
                self.release(served.result())
            raise
        finally:
            timer.cancel()
            if served in waiting:
                waiting.remove(served)

    def _free_for_lookups(self) -> bool:
        return bool(self._idle) and len(self._running) < self._size + _SPARE

    def _free_for_any(self) -> bool:
        """Whether a query of any kind may begin: while all long places are taken, the last worker is for lookups."""
        idle = len(self._idle)
        return len(self._running) < self._size and (idle > 1 or (idle == 1 and not self.crowded))

    def _take(self) -> Worker:
        worker = self._idle.pop()
        self._running.add(worker)
        return worker

    def _serve_waiting(self) -> None:
        while self._lookups and self._free_for_lookups():
            self._serve(self._lookups.popleft())
        while self._others and self._free_for_any():
            self._serve(self._others.popleft())

    def _serve(self, served: asyncio.Future[Worker]) -> None:
        if not served.done():
            served.set_result(self._take())

    @property
    def pressed(self) -> bool:
        """Whether queries wait for a worker."""
        return bool(self._lookups or self._others)

    @property
    def crowded(self) -> bool:
        """Whether there is no room for one more long query."""
        return sum(running.long for running in self._running) >= max(1, self._size - 1)

    def known_long(self, text: str) -> bool:
        """Whether this text ran long within the last minutes."""
        since = self._known_long.get(hash(text)) if self._known_long else None
        return since is not None and time.monotonic() - since < _REMEMBERED

    def remember_long(self, text: str) -> None:
        """This text has run long just now."""
        self._known_long[hash(text)] = time.monotonic()
        self._known_long.move_to_end(hash(text))
        if len(self._known_long) > _TEXTS:
            self._known_long.popitem(last=False)

    def lengthen(self, worker: Worker) -> bool:
        """Let the worker run long, if there is room for one more long query."""
        if self.crowded:
            return False
        worker.long = True
        return True

    def release(self, worker: Worker) -> None:
        """The worker is done with its query."""
        if worker.tired or self._closed:
            self.discard(worker)
            return
        worker.long = False
        worker.listener = self
        self._running.discard(worker)
        self._idle.append(worker)
        self._serve_waiting()

    def discard(self, worker: Worker) -> None:
        """End the worker; another takes its place."""
        worker.listener = self
        worker.kill()
        self._running.discard(worker)
        self._dying.append(worker)
        self._reap_soon()
        self._start_missing()
        self._serve_waiting()

    @property
    def share(self) -> int:
        """Bytes of disk that each unread answer may take: who reads slowly takes nothing from the others."""
        return (self.limits.spool_mb << 20) // max(1, len(self.on_disk))

    @property
    def pids(self) -> list[int]:
        """The process ids of all workers that live."""
        return [worker.pid for worker in (*self._idle, *self._running, *self._starting)]

    # Workers that begin and end.

    def frame(self, worker: Worker, kind: bytes, payload: bytes) -> None:
        """A worker that starts says that it is ready, or why not."""
        if worker not in self._starting:
            return
        if kind != frames.READY:
            self._failed_to_start(worker, error_from(payload))
            return
        worker.report = json.loads(payload)
        self._failures = 0
        self._starting.remove(worker)
        self._idle.appendleft(worker)
        if not self._opened.done():
            self._opened.set_result(None)
        self._serve_waiting()
        self._start_missing()

    def died(self, worker: Worker, error: WorkerDiedError, /) -> None:
        """A worker ended by itself while it was idle or starting."""
        if worker in self._starting:
            self._failed_to_start(worker, ReleaseError(f"A worker died while it opened the store. {error}"))
        elif worker in self._idle:
            self._idle.remove(worker)
            self.discard(worker)

    def _failed_to_start(self, worker: Worker, error: LdpubError) -> None:
        self._starting.remove(worker)
        self._failed(error)
        self.discard(worker)

    def _failed(self, error: LdpubError) -> None:
        """Try again, but not at once: after 0.2 s, then twice as long each time, 10 s at most."""
        self._failures += 1
        if not self._opened.done():
            self._opened.set_exception(error)
        if not self._closed:
            pause = min(10.0, 0.1 * 2 ** min(self._failures, 8))
            self._next_start = self.loop.call_later(pause, self._start_again)

    def _start_again(self) -> None:
        self._next_start = None
        self._start_missing()

    def _start_missing(self) -> None:
        """Start one worker where one is missing; the next starts when this one is ready, so that queries go first."""
        alive = len(self._idle) + len(self._running) + len(self._starting)
        if self._closed or self._next_start or self._starting or alive >= self._size + _SPARE:
            return
        try:
            worker = Worker(self._spawn, self.loop, self)
        except OSError as error:
            self._failed(ReleaseError(f"No worker can be started: {error}"))
            return
        self._starting.append(worker)
        self.loop.call_later(_START, self._check_started, worker)

    def _check_started(self, worker: Worker) -> None:
        if worker in self._starting:
            self._failed_to_start(worker, ReleaseError("A worker did not open the store in time."))

    def _reap_soon(self) -> None:
        if self._reaping is None:
            self._reaping = self.loop.call_later(_REAP, self._reap)

    def _reap(self) -> None:
        self._reaping = None
        self._dying = [worker for worker in self._dying if not worker.reap()]
        if self._dying:
            self._reap_soon()

    async def close(self) -> None:
        """End every worker, and wait until all have ended; calling it again does nothing."""
        if self._closed:
            return
        self._closed = True
        for timer in (self._next_start, self._reaping):
            if timer is not None:
                timer.cancel()
        for served in (*self._lookups, *self._others):
            if not served.done():
                served.set_exception(QueryError(_CLOSED))
        for worker in list(self._running):
            worker.listener.died(worker, WorkerDiedError("The store was closed."))
        for worker in (*self._idle, *self._running, *self._starting):
            worker.kill()
            self._dying.append(worker)
        self._idle.clear()
        self._running.clear()
        self._starting.clear()
        until = time.monotonic() + _CLOSE
        while self._dying and time.monotonic() < until:
            self._dying = [worker for worker in self._dying if not worker.reap()]
            if self._dying:
                await asyncio.sleep(_REAP / 4)


def _give_up_waiting(served: asyncio.Future[Worker]) -> None:
    if not served.done():
        served.set_exception(BusyError(_TAKEN))
