"""The awaiting half of a store's promise, for stores that only wait: each step waits in a thread."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from ldpub.store.store import Answer, AsyncAnswer, Query, Store, whole_async

if TYPE_CHECKING:
    import asyncio


class AskedInThread:
    """The `ask` of a Store that has only `query`."""

    async def ask(self: Store, query: Query) -> AsyncAnswer:
        """Answer the query; raises QueryError. Where the caller is cancelled, the answer is closed once it is there."""
        import asyncio  # noqa: PLC0415 - a worker imports this room, and awaits nothing

        asked = asyncio.ensure_future(asyncio.to_thread(self.query, query))
        try:
            answer = await asyncio.shield(asked)
        except asyncio.CancelledError:
            asked.add_done_callback(_close)
            raise
        if answer.body is not None:
            return whole_async(answer.form, answer.format, answer.body)
        return AsyncAnswer(answer.form, answer.format, _Chunks(answer, asyncio.to_thread))


def _close(asked: asyncio.Future[Answer]) -> None:
    if not asked.cancelled() and asked.exception() is None:
        asked.result().close()


class _Chunks:
    """The chunks of an Answer, each waited for in a thread."""

    def __init__(self, answer: Answer, to_thread: Any) -> None:
        self._answer = answer
        self._to_thread = to_thread

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        piece: bytes | None = await self._to_thread(next, self._answer.chunks, None)
        if piece is None:
            raise StopAsyncIteration
        return piece

    def close(self) -> None:
        """Read no more."""
        self._answer.close()
