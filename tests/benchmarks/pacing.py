"""Point queries at a steady pace, as visitors who know nothing of each other ask them. Runs in a process of its own.

A latency counts from the moment when its request was due: a server that stops answering cannot make the client ask
less, and so look better than it is (coordinated omission).
"""

from __future__ import annotations

import errno
import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

from asking import Paced, outcome_of, receive
from framing import Ask, BrokenResponseError, Response, Target

CONNECTIONS = 4


@dataclass
class _Line:
    """One connection: what is still to be sent on it, and the request it waits for, with the time that was due."""

    socket: socket.socket
    unsent: bytes = b""
    ask: Ask | None = None
    due: float = 0.0
    response: Response = field(default_factory=Response)


@dataclass(frozen=True)
class Pace:
    """For so long, every `interval`, numbered from `first` on; each answer is awaited for `patience`. In seconds."""

    seconds: float
    first: int
    interval: float = 0.02
    patience: float = 10.0


class _Visitors:
    def __init__(self, target: Target, asks: Sequence[Ask], pace: Pace) -> None:
        self._target = target
        self._asks = cycle(asks)
        self._pace = pace
        self._number = pace.first
        self._patience = pace.patience
        self._poll = select.epoll()
        self._lines: dict[int, _Line] = {}
        self._idle: deque[int] = deque()
        self._due: deque[float] = deque()
        self.result = Paced()

    def run(self) -> Paced:
        """Ask for so long, then wait for what is still to come."""
        for _ in range(CONNECTIONS):
            self._open()
        now = time.perf_counter()
        until, next_due = now + self._pace.seconds, now
        while now < until or self._due or len(self._idle) < len(self._lines):
            while next_due <= min(now, until):
                self._due.append(next_due)
                next_due += self._pace.interval
            self._hand_out()
            self._give_up(now)
            wait = next_due - now if now < until else 0.05
            for number, _ in self._poll.poll(max(0.0, min(wait, 0.05))):
                self._move(number)
            now = time.perf_counter()
        for line in self._lines.values():
            line.socket.close()
        self._poll.close()
        return self.result

    def _open(self) -> None:
        """Begin a connection; it is there when it can be written to."""
        opened = socket.socket()
        opened.setblocking(False)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if opened.connect_ex((self._target.host, self._target.port)) not in (0, errno.EINPROGRESS):
            raise OSError(f"nobody listens on {self._target.host}:{self._target.port}")
        self._lines[opened.fileno()] = _Line(opened)
        self._idle.append(opened.fileno())
        self._poll.register(opened.fileno(), select.EPOLLIN)

    def _hand_out(self) -> None:
        while self._due and self._idle:
            number = self._idle.popleft()
            line = self._lines[number]
            line.ask, line.due, line.response = next(self._asks), self._due.popleft(), Response()
            line.unsent = line.ask.bytes(self._number)
            self._number += 1
            self._poll.modify(number, select.EPOLLIN | select.EPOLLOUT)

    def _give_up(self, now: float) -> None:
        """Whoever has waited too long, for a connection or for an answer, goes away."""
        while self._due and now - self._due[0] > self._patience:
            self._fail(self._due.popleft(), "timed out")
        for number, line in list(self._lines.items()):
            if line.ask and now - line.due > self._patience:
                self._fail(line.due, "timed out")
                self._renew(number)

    def _move(self, number: int) -> None:
        line = self._lines.get(number)
        if line is None:
            return
        try:
            if line.unsent:
                line.unsent = line.unsent[line.socket.send(line.unsent) :]
                self._poll.modify(number, select.EPOLLIN | (select.EPOLLOUT if line.unsent else 0))
                return
            self._receive(number, line)
        except BlockingIOError:
            return
        except (BrokenResponseError, OSError) as error:
            if line.ask:
                self._fail(line.due, type(error).__name__)
            self._renew(number)

    def _receive(self, number: int, line: _Line) -> None:
        piece = receive(line.socket)
        if not line.ask:  # nothing was asked: the server closes an idle connection
            self._renew(number)
            return
        line.response.feed(piece) if piece else line.response.close()
        if not line.response.done:
            return
        outcome = outcome_of(line.response, line.ask.rows)
        if outcome == "200":
            self.result.latencies.append(time.perf_counter() - line.due)
        else:
            self._fail(line.due, outcome)
        line.ask = None
        if piece and not line.response.last:
            self._idle.append(number)
        else:
            self._renew(number)

    def _fail(self, due: float, why: str) -> None:
        """A failure counts among the latencies, too: with the time that was lost, at least all patience."""
        self.result.wrong[why] += 1
        self.result.latencies.append(max(self._patience, time.perf_counter() - due))

    def _renew(self, number: int) -> None:
        line = self._lines.pop(number)
        if number in self._idle:
            self._idle.remove(number)
        line.socket.close()
        self._open()


def paced(target: Target, asks: Sequence[Ask], pace: Pace) -> Paced:
    """Ask point queries at that pace, on a few connections that are opened now."""
    return _Visitors(target, asks, pace).run()


def until_normal(target: Target, asks: Sequence[Ask], first: int, latency: float, most: float) -> float:
    """Seconds until every point query of half a second is answered within `latency`; `most` where it never is."""
    began = time.perf_counter()
    while (calm := time.perf_counter() - began) < most:
        try:
            seen = paced(target, asks, Pace(0.5, first, patience=2.0))
        except OSError:
            time.sleep(0.1)
            continue
        if not seen.wrong and max(seen.latencies) <= latency:
            return calm
        first += 100
    return most
