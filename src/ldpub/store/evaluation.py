"""One query in one worker, from the request to the last byte of its answer. All of it happens in the pool's loop.

Up to the promise of an answer (it is whole, or its beginning is there) every failure is an exception of `begin`; later
ones come out of the answer's chunks, so that a truncated answer never ends like a whole one.
"""

from __future__ import annotations

import asyncio
import time

from ldpub.errors import BusyError, QueryError, QueryTimeoutError
from ldpub.formats import RDF_XML, RESULTS_XML
from ldpub.store import frames
from ldpub.store.pool import LOOKS, Pool
from ldpub.store.process import Worker, WorkerDiedError
from ldpub.store.replies import error_from, too_slow
from ldpub.store.spool import Spool
from ldpub.store.store import AsyncAnswer, Form, Query, whole_async

_AT_ONCE = 0.3  # seconds in which no query takes so much memory that the system kills its worker
_REFUSING = frozenset((RESULTS_XML, RDF_XML))  # formats that cannot say every answer
_REFUSING_BEGINNING = 16  # times as much of these is held back, since there a status says what a cut stream cannot
OTHERS = "Other long queries are running; try again in a few seconds, or ask for less at once."


class Evaluation:
    """The listener of a worker that has a query, and the source of its answer's chunks."""

    def __init__(self, pool: Pool, worker: Worker, query: Query, deadline: float) -> None:
        self._pool = pool
        self._limits = pool.limits
        self._worker: Worker | None = worker
        self._query = query
        self._started = time.monotonic()
        self._deadline = deadline
        self._promised: asyncio.Future[None] = pool.loop.create_future()
        self._timer: asyncio.TimerHandle | None = None
        self._form: Form = "solutions"
        self._pieces: list[bytes] = []
        self._size = 0
        self._over = False
        self._error: QueryError | None = None
        self._spool: Spool | None = None  # from the promise of an answer that is not whole
        self._wanted: asyncio.Future[None] | None = None
        worker.listener = self

    async def begin(self, request: bytes) -> AsyncAnswer:
        """Send the request and wait for the promise; raises QueryError. Cancelled, it ends its worker."""
        worker = self._worker
        assert worker is not None
        worker.send(request)
        self._look_soon()
        try:
            await self._promised
        except BaseException:
            self.close()
            raise
        written = self._query.format_of(self._form)
        if self._over:
            return whole_async(self._form, written, b"".join(self._pieces))
        self._spool = Spool()
        for piece in self._pieces:
            self._spool.put(piece)
        return AsyncAnswer(self._form, written, Reading(self))

    def died_idle(self, error: WorkerDiedError) -> bool:
        """Whether the worker was dead or dying before it could have read the query: then another may try."""
        return error.killed and time.monotonic() - self._started < _AT_ONCE and not self._pieces

    # What the worker says.

    def frame(self, worker: Worker, kind: bytes, payload: bytes) -> None:
        """A piece of the answer, its end, or its failure."""
        if kind in frames.FORMS:
            self._form = frames.FORMS[kind]
            self._pieces.append(payload)
            self._end(None, alive=True)
        elif kind == frames.BYTES:
            self._add(worker, payload)
        elif kind == frames.HEAD:
            self._form = frames.FORMS[payload]
        elif kind == frames.END:
            worker.tired |= bool(payload)
            self._end(None, alive=True)
        else:
            error = error_from(payload)
            self._end(error if isinstance(error, QueryError) else QueryError(str(error)), alive=True)

    def died(self, _: Worker, error: WorkerDiedError, /) -> None:
        """The worker is gone, and with it what it has not written."""
        self._end(error, alive=False)

    def _add(self, worker: Worker, piece: bytes) -> None:
        if self._spool is None:
            self._pieces.append(piece)
            self._size += len(piece)
            if self._may_follow(worker):
                self._promise()
            return
        try:
            self._spool.put(piece)
        except OSError as error:
            self._end(QueryError(f"The answer cannot be kept: {error}"), alive=False)
            return
        if self._spool.on_disk:
            self._pool.on_disk.add(self)
            if self._spool.on_disk >= self._pool.share:
                worker.listen(False)
        self._wake()

    def _may_follow(self, worker: Worker) -> bool:
        """Whether the beginning is there, and the rest has a place among the long queries."""
        beginning = self._limits.buffer_bytes
        if self._query.format_of(self._form) in _REFUSING:
            beginning *= _REFUSING_BEGINNING
        return self._size >= beginning and (worker.long or self._pool.lengthen(worker))

    def _promise(self) -> None:
        if not self._promised.done():
            self._promised.set_result(None)

    def _end(self, error: QueryError | None, alive: bool) -> None:
        """No more comes: the answer is whole, or failed with this error."""
        if self._worker is None:
            return
        worker, self._worker = self._worker, None
        self._over, self._error = error is None, error
        self._pool.rounds.drop(self._look)
        if self._timer is not None:
            self._timer.cancel()
        if alive:
            self._pool.release(worker)
        else:
            self._pool.discard(worker)
        if self._promised.done():
            self._wake()
        elif error is not None:
            self._promised.set_exception(error)
        else:
            self._promise()

    # The clock.

    def _look_soon(self) -> None:
        """Most queries are over before the first look, which a timer for each would not be worth."""
        if self._deadline - self._started > 2 * self._pool.rounds.seconds:
            self._pool.rounds.add(self._look)
        else:
            self._look_later(self._started)

    def _look_later(self, now: float) -> None:
        worker = self._worker
        if worker is not None:
            step = self._limits.quick_seconds / LOOKS
            wait = self._deadline - now if worker.tired else min(step, self._deadline - now)
            self._timer = self._pool.loop.call_later(max(0.0, wait), self._look)

    def _look(self) -> None:
        """Whether the query has had its time, or is a long one that has no place."""
        worker, now = self._worker, time.monotonic()
        if worker is None:
            return
        if now >= self._deadline:
            self._end(QueryTimeoutError(too_slow(self._limits.seconds)), alive=False)
            return
        quick = now < self._started + self._limits.quick_seconds
        if not worker.tired and not self._promised.done() and not (quick and not self._is_in_the_way()):
            self._pool.remember_long(self._query.text)
            if not worker.long and not self._pool.lengthen(worker):
                self._end(BusyError(OTHERS), alive=False)
                return
            worker.lower_priority()
        self._look_later(now)

    def _is_in_the_way(self) -> bool:
        return self._pool.pressed and self._pool.crowded

    # The reader.

    async def next_piece(self) -> bytes:
        """The next piece of the answer; empty at the end of a whole one; raises the QueryError of a failed one."""
        while True:
            piece = self._taken()
            if piece or self._over:
                return piece
            if self._error is not None:
                raise self._error
            self._wanted = self._pool.loop.create_future()
            await self._wanted

    def _taken(self) -> bytes:
        if self._spool is None:
            return b""
        piece = self._spool.take()
        if not self._spool.on_disk:
            self._pool.on_disk.discard(self)
            if self._worker is not None:
                self._worker.listen(True)
        return piece

    def _wake(self) -> None:
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_result(None)

    def close(self) -> None:
        """Nobody reads any more: end the work, free the room."""
        self._end(QueryError("Nobody reads the answer any more."), alive=False)
        if self._promised.done() and not self._promised.cancelled():
            self._promised.exception()  # has been seen, or is of no interest
        if self._spool is not None:
            self._spool.close()
            self._pool.on_disk.discard(self)


class Reading:
    """The chunks of an answer that follow one by one; forgetting it ends the work behind it."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._loop = asyncio.get_running_loop()
        self._open = True

    def __aiter__(self) -> Reading:
        return self

    async def __anext__(self) -> bytes:
        if not self._open:
            raise StopAsyncIteration
        try:
            piece = await self._evaluation.next_piece()
        except QueryError:
            self.close()
            raise
        if not piece:
            self.close()
            raise StopAsyncIteration
        return piece

    def close(self) -> None:
        """Read no more; called in the loop."""
        if self._open:
            self._open = False
            self._evaluation.close()

    def __del__(self) -> None:
        if self._open and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._evaluation.close)
