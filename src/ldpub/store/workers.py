"""SPARQL 1.1 by disposable worker processes: a Store for anonymous queries, with a deadline and bounds that hold.

The engine cannot be stopped, bounded or kept from the network inside this process, so it runs in others, which can be
killed. `query` waits until the answer is whole or its beginning (`Limits.buffer_bytes`) is there; up to then every
failure is an exception. The rest is taken off the worker by one thread of the pool, however slowly it is read.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ldpub.errors import BusyError, QueryError, QueryTimeoutError
from ldpub.namespaces import PREFIXES
from ldpub.store import frames
from ldpub.store.federation import Federation
from ldpub.store.guard import check
from ldpub.store.limits import Limits
from ldpub.store.pool import Pool
from ldpub.store.process import Spawn, Worker, WorkerDiedError
from ldpub.store.replies import error_from, too_slow
from ldpub.store.spool import Reading
from ldpub.store.store import Answer, Form, Query, whole

_LOOKS = 5  # how often, within the quick seconds, a query without a place among the long ones looks whether others wait
_AT_ONCE = 0.3  # seconds in which no query takes so much memory that the system kills its worker
_OTHERS = "Other long queries are running; try again in a few seconds, or ask for less at once."


class WorkerStore:
    """A Store over the engine's directory, answered by `workers` processes and a spare one. Thread-safe.

    Raises ReleaseError if the directory holds no store. `guarded=False` lets every query through to the workers, and
    `sandbox=False` leaves them the network: both are for tests of what remains.
    A process that forks must not share one: the child gets workers of its own at its first query.
    """

    def __init__(
        self,
        path: Path,
        limits: Limits | None = None,
        workers: int = 2,
        prefixes: Mapping[str, str] = PREFIXES,
        *,
        guarded: bool = True,
        sandbox: bool = True,
    ) -> None:
        self._limits = limits or Limits()
        self._guarded = guarded
        self._federation = Federation(self._limits)
        self._workers = workers
        self._spawn = Spawn(path, self._limits.memory_mb, prefixes, sandbox)
        self._start()
        try:
            self._pool.wait_until_open()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        self._pool = Pool(self._spawn, self._limits, self._workers)
        self._finalizer = weakref.finalize(self, self._pool.close)

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that live now."""
        return self._pool.pids()

    def query(self, query: Query) -> Answer:
        """Answer the query; raises QueryError: Malformed, Refused, TooLong, Timeout, Memory, Unwritable or Busy.

        Before a worker sees it, other endpoints are asked what the query asks of them, which may raise FederationError.
        """
        if self._guarded:
            check(query.text, self._limits)
        started = time.monotonic()
        with self._federation.inlined(query) as local:
            return self._answer(local, time.monotonic() - started)

    def _answer(self, query: Query, spent: float) -> Answer:
        if self._pool.pid != os.getpid():
            self._finalizer.detach()
            self._start()
        request = _request(query)
        for _ in range(self._workers + 2):  # as many as may all have died while they were idle, and a new one
            beginning = _Beginning(self._pool, self._acquire(query), query, self._limits, spent)
            try:
                return beginning.answer(request)
            except WorkerDiedError as error:
                if not beginning.died_idle(error):
                    raise
        raise QueryError("The workers of this endpoint die one after the other.")

    def _acquire(self, query: Query) -> Worker:
        """A worker; a query known to be long does not even begin while there is no place for it."""
        long = self._pool.known_long(query.text)
        if long and self._pool.crowded:
            raise BusyError(_OTHERS)
        worker = self._pool.acquire(long)
        if long and self._pool.crowded:
            self._pool.release(worker)
            raise BusyError(_OTHERS)
        return worker

    def close(self) -> None:
        """End all workers; calling it again does nothing."""
        self._finalizer()


class _Beginning:
    """The time from the request to the moment when the answer can be promised."""

    def __init__(self, pool: Pool, worker: Worker, query: Query, limits: Limits, spent: float) -> None:
        self._pool = pool
        self._worker: Worker | None = worker
        self._query = query
        self._limits = limits
        self._started = time.monotonic()
        self._deadline = self._started + limits.seconds - spent
        self._sent = False
        self._pieces: list[bytes] = []
        self._size = 0
        self._form: Form = "solutions"
        self._over = False

    def answer(self, request: bytes) -> Answer:
        """Send the request and wait; on any error the worker is ended, unless it said no itself."""
        worker = self._worker
        assert worker is not None
        try:
            try:
                worker.send(request, self._deadline)
            except TimeoutError:
                raise QueryTimeoutError(too_slow(self._limits.seconds)) from None
            self._sent = True
            return self._read(worker)
        except BaseException:
            if self._worker is not None:
                self._pool.discard(self._worker)
            raise

    def died_idle(self, error: WorkerDiedError) -> bool:
        """Whether the worker was dead or dying before it could have read the query: then another may try."""
        at_once = time.monotonic() - self._started < _AT_ONCE
        return not self._sent or (error.killed and at_once and not self._pieces)

    def _read(self, worker: Worker) -> Answer:
        """The answer, once it is whole or so large that the rest may follow."""
        limits, started = self._limits, self._started
        step = limits.quick_seconds / _LOOKS
        quick, look = started + limits.quick_seconds, started + step
        while not self._over and not self._may_follow(worker):
            now = time.monotonic()
            pressed = now >= look and self._pool.pressed and self._pool.crowded
            if now >= self._deadline or (not worker.tired and (now >= quick or pressed)):
                self._overrun(worker)
            look = now + step if now >= look else look
            with contextlib.suppress(TimeoutError):
                for kind, payload in worker.receive(self._deadline if worker.tired else min(self._deadline, look)):
                    self._frame(worker, kind, payload)
        return self._promise(worker)

    def _may_follow(self, worker: Worker) -> bool:
        """Whether the beginning is there, and the rest has a place among the long queries."""
        return self._size >= self._limits.buffer_bytes and (worker.long or self._pool.lengthen(worker))

    def _promise(self, worker: Worker) -> Answer:
        written = self._query.format_of(self._form)
        body = b"".join(self._pieces)
        self._worker = None
        if self._over:
            self._pool.release(worker)
            return whole(self._form, written, body)
        spool = self._pool.drain(worker, self._deadline)
        return Answer(self._form, written, Reading(spool, body, self._pool.wake))

    def _overrun(self, worker: Worker) -> None:
        """The query is not quick: make it a long one, or end it."""
        if time.monotonic() >= self._deadline:
            raise QueryTimeoutError(too_slow(self._limits.seconds))
        self._pool.remember_long(self._query.text)
        if not worker.long and not self._pool.lengthen(worker):
            raise BusyError(_OTHERS)
        worker.lower_priority()

    def _frame(self, worker: Worker, kind: bytes, payload: bytes) -> None:
        if kind == frames.BYTES:
            self._pieces.append(payload)
            self._size += len(payload)
        elif kind == frames.HEAD:
            self._form = json.loads(payload)["form"]
        elif kind == frames.END:
            worker.tired |= bool(payload)
            self._over = True
        else:
            self._fault(worker, payload)

    def _fault(self, worker: Worker, payload: bytes) -> None:
        """The worker says no; it lives on."""
        self._worker = None
        self._pool.release(worker)
        raise error_from(payload)


def _request(query: Query) -> bytes:
    wanted: dict[str, Any] = {form: getattr(query, form).name for form in ("solutions", "boolean", "graph")}
    wanted |= {"text": query.text, "default_graphs": query.default_graphs, "named_graphs": query.named_graphs}
    return frames.json_frame(frames.QUERY, wanted)
