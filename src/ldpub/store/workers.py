"""SPARQL 1.1 by disposable worker processes: a Store for anonymous queries, with a deadline and bounds that hold.

The engine cannot be stopped, bounded or kept from the network inside this process, so it runs in others, which can be
killed. Everything between them happens in one event loop: the server's, or one in a thread of the store's own.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ldpub.errors import BusyError, MalformedQueryError, QueryError
from ldpub.namespaces import PREFIXES
from ldpub.store import frames
from ldpub.store.evaluation import OTHERS, Evaluation
from ldpub.store.federation import Federation, asks_others
from ldpub.store.guard import check
from ldpub.store.limits import Limits
from ldpub.store.loop_thread import LoopThread, wait_for
from ldpub.store.pool import Pool
from ldpub.store.process import Spawn, Worker, WorkerDiedError
from ldpub.store.store import Answer, AsyncAnswer, Query, whole

_LONG_TEXT = 20_000  # characters from which the guard works in a thread, so that it holds nobody up


class WorkerStore:
    """A Store over the engine's directory, answered by `workers` processes and a spare one.

    Raises ReleaseError if the directory holds no store. It works in `loop`, which must be running in another thread, or
    in one of its own; `query` may be called from any other thread. `guarded=False` lets every query through to the
    workers, and `sandbox=False` leaves them the network: both are for tests of what remains.
    """

    def __init__(
        self,
        path: Path,
        limits: Limits | None = None,
        workers: int = 2,
        prefixes: Mapping[str, str] = PREFIXES,
        *,
        loop: asyncio.AbstractEventLoop | None = None,
        guarded: bool = True,
        sandbox: bool = True,
    ) -> None:
        self._limits = limits or Limits()
        self._guarded = guarded
        self._workers = workers
        self._federation = Federation(self._limits)
        self._askers = ThreadPoolExecutor(2 * self._limits.service_queries, "ldpub-services")
        own = None if loop else LoopThread()
        self._loop = own.loop if own else loop or asyncio.get_running_loop()
        spawn = Spawn(path, self._limits.memory_mb, prefixes, sandbox)
        self._pool = wait_for(_pool(spawn, self._limits, workers), self._loop)
        self._finalizer = weakref.finalize(self, _close, self._pool, self._loop, own, self._askers)
        try:
            wait_for(self._pool.opened(), self._loop)
        except BaseException:
            self.close()
            raise

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that live now."""
        return self._pool.pids

    async def ask(self, query: Query) -> AsyncAnswer:
        """Answer the query; raises a QueryError.

        The answer comes when it is whole or its beginning (`Limits.buffer_bytes`) is there; up to then every failure is
        an exception. The rest is taken off the worker as it is made, however slowly it is read. Called in the loop;
        cancelling it ends the work. What the query asks of other endpoints is asked here, before a worker sees it.
        """
        if self._guarded:
            await self._check(query.text)
        if not self._limits.services or not asks_others(query.text):
            return await self._evaluated(query, self._limits.seconds)
        inlining = self._federation.inlined(query)
        started = time.monotonic()
        try:
            local = await self._loop.run_in_executor(self._askers, inlining.ask)
        except asyncio.CancelledError:
            inlining.cut()
            raise
        try:
            return await self._evaluated(local, self._limits.seconds - (time.monotonic() - started))
        except MalformedQueryError as error:
            raise inlining.placed(error) from error

    async def _evaluated(self, query: Query, seconds: float) -> AsyncAnswer:
        """The answer of a worker; the seconds count from the moment when there is one."""
        request = _request(query)
        deadline: float | None = None
        for _ in range(self._workers + 2):  # as many as may all have died while they were idle, and a new one
            worker = await self._acquire(query)
            deadline = deadline or time.monotonic() + seconds
            evaluation = Evaluation(self._pool, worker, query, deadline)
            try:
                return await evaluation.begin(request)
            except WorkerDiedError as error:
                if not evaluation.died_idle(error):
                    raise
        raise QueryError("The workers of this endpoint die one after the other.")

    async def _check(self, text: str) -> None:
        if len(text) > _LONG_TEXT:
            await asyncio.to_thread(check, text, self._limits)
        else:
            check(text, self._limits)

    async def _acquire(self, query: Query) -> Worker:
        """A worker; a query known to be long does not even begin while there is no place for it."""
        pool = self._pool
        long = pool.known_long(query.text)
        if long and pool.crowded:
            raise BusyError(OTHERS)
        worker = await pool.acquire(query.text, long)
        if long and pool.crowded:
            pool.release(worker)
            raise BusyError(OTHERS)
        return worker

    def query(self, query: Query) -> Answer:
        """The same for those who wait: called from a thread that is not the loop's."""
        answer = wait_for(self.ask(query), self._loop)
        if answer.body is not None:
            return whole(answer.form, answer.format, answer.body)
        return Answer(answer.form, answer.format, _Taken(answer, self._loop))

    def close(self) -> None:
        """End all workers; calling it again does nothing. In the loop it returns while they are still ending."""
        self._finalizer()


class _Taken:
    """An answer's chunks for a thread that waits for each; forgetting them ends the work behind them."""

    def __init__(self, answer: AsyncAnswer, loop: asyncio.AbstractEventLoop) -> None:
        self._answer = answer
        self._loop = loop
        self._over = False

    def __iter__(self) -> _Taken:
        return self

    def __next__(self) -> bytes:
        if self._over:
            raise StopIteration
        if self._loop.is_closed():
            raise QueryError("The store is closed.")
        piece = wait_for(_next(self._answer), self._loop)
        if piece is None:
            self._over = True
            raise StopIteration
        return piece

    def close(self) -> None:
        """Read no more."""
        if not self._over and not self._loop.is_closed():
            self._over = True
            self._loop.call_soon_threadsafe(self._answer.close)


async def _next(answer: AsyncAnswer) -> bytes | None:
    return await anext(answer.chunks, None)


async def _pool(spawn: Spawn, limits: Limits, workers: int) -> Pool:
    return Pool(spawn, limits, workers, asyncio.get_running_loop())


def _close(pool: Pool, loop: asyncio.AbstractEventLoop, own: LoopThread | None, askers: ThreadPoolExecutor) -> None:
    """End the pool, and the loop where it is the store's own."""
    askers.shutdown(wait=False, cancel_futures=True)
    if loop.is_closed():
        return
    if _runs_here(loop):  # a store of the server's, or one that was forgotten
        closing = loop.create_task(pool.close())
        closing.add_done_callback(lambda _: own.stop() if own else None)
        return
    wait_for(pool.close(), loop)
    if own is not None:
        own.stop()


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


def _request(query: Query) -> bytes:
    formats = (query.solutions.name, query.boolean.name, query.graph.name)
    wanted = (query.text, *formats, query.default_graphs, query.named_graphs, query.base)
    return frames.frame(frames.QUERY, frames.pack(wanted))
