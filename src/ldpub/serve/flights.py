"""Single flight: who asks for what is being made for another waits for it, and it is made once (RFC 9111, 4).

Requests are the same where the bytes of their heads are. Nobody waits in a thread, nor longer than the first request is
under way; what cannot be shared, or was not made, each makes for itself.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Whole:
    """A whole answer with status 200, as it is sent to everybody: header fields and body."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


class _Lost(Enum):
    """Why nobody else gets an answer: it is for one client alone, or its making was broken off."""

    ALONE = "alone"
    BROKEN_OFF = "broken off"


class Flight:
    """The making of one answer, as a context; `land` says what of it others may have, by default nothing."""

    def __init__(self, flights: Flights, head: bytes | None) -> None:
        self._flights = flights
        self._head = head
        self._landed: Whole | _Lost = _Lost.ALONE

    def land(self, whole: Whole | None) -> None:
        """The answer for those who wait, or None where it is for one client alone."""
        self._landed = whole or _Lost.ALONE

    def lose(self) -> None:
        """What was made is out of date by now: one of those who wait makes it anew, for all of them."""
        self._landed = _Lost.BROKEN_OFF

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None) -> None:
        """Whoever waits goes on: after a failure each alone, after a client that left as if it had not been there."""
        if kind is not None:
            is_left = issubclass(kind, asyncio.CancelledError)
            self._landed = _Lost.BROKEN_OFF if is_left else _Lost.ALONE
        if self._head is not None:
            self._flights.end(self._head, self._landed)


class Flights:
    """The requests under way by the bytes of their heads. Used in one loop; there are as many as open connections."""

    def __init__(self) -> None:
        self._under_way: dict[bytes, asyncio.Future[Whole | _Lost]] = {}

    async def board(self, head: bytes | None) -> Flight | Whole:
        """What was made for another who sent these bytes, else a flight for the caller to make it in.

        Without bytes, of a request that is more than its head, nobody waits.
        """
        while head is not None and (first := self._under_way.get(head)) is not None:
            await asyncio.wait([first])  # who leaves while waiting ends nothing but the own waiting
            landed = first.result()
            if isinstance(landed, Whole):
                return landed
            if landed is _Lost.ALONE:
                return Flight(self, None)
        if head is not None:
            self._under_way[head] = asyncio.get_running_loop().create_future()
        return Flight(self, head)

    def end(self, head: bytes, landed: Whole | _Lost) -> None:
        """What was under way has landed, or was lost: those who wait go on."""
        self._under_way.pop(head).set_result(landed)
