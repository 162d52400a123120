"""Who asks and takes times: as fast as answers come, one by one, or at a steady pace. Runs in a process of its own.

Raw sockets and prebuilt bytes, because client and servers share the processor's cores.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

from framing import Ask, BrokenResponseError, Response, Target, is_right, rows_of

_PATIENCE = 30  # seconds

_BUFFER = memoryview(bytearray(1 << 18))
"""For all connections of the process: room made anew for each piece would cost three calls of the system."""


@dataclass(frozen=True)
class Course:
    """How a burst goes: on so many connections, for so long or until `most` are asked, numbered from `first` on."""

    connections: int
    seconds: float
    first: int
    most: int = 1 << 62


@dataclass(frozen=True)
class Burst:
    """What many requests in close succession came to; times in seconds, `busy` is the client's own processor time."""

    right: int
    wrong: Counter[str]
    seconds: float
    busy: float

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return self.right / self.seconds


@dataclass(frozen=True)
class Single:
    """What one request came to: seconds to the first byte of the body and to its end, and how it ended."""

    outcome: str
    first: float
    last: float
    rows: int


@dataclass
class Paced:
    """Latencies in seconds of requests sent at a steady pace, each from the moment when it was due; what went wrong."""

    latencies: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)


def connect(target: Target) -> socket.socket:
    """A connection that sends at once what it is given; it blocks, since a timeout costs a call of the system more."""
    connection = socket.create_connection((target.host, target.port), 10.0)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(None)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", _PATIENCE, 0))
    return connection


def receive(connection: socket.socket) -> bytes:
    """What has come, nothing where the other side has closed."""
    return bytes(_BUFFER[: connection.recv_into(_BUFFER)])


def outcome_of(response: Response, rows: int) -> str:
    """The status of a response, or that its 200 is not what it says."""
    return str(response.status) if response.status != 200 or is_right(response, rows) else "broken 200"


def burst(target: Target, asks: Sequence[Ask], course: Course) -> Burst:
    """Ask on several connections, each again as soon as it is answered; the queries go round in `asks`.

    A connection that fails is opened again.
    """
    return _Burst(target, asks, course).run()


class _Burst:
    """The connections of one burst, and what each waits for."""

    def __init__(self, target: Target, asks: Sequence[Ask], course: Course) -> None:
        self._target = target
        self._course = course
        self._asks = cycle(asks)
        self._number = course.first
        self._end = course.first + course.most
        self._poll = select.epoll()
        self._open: dict[int, tuple[socket.socket, Response, Ask]] = {}
        self._right = 0
        self._wrong: Counter[str] = Counter()

    def run(self) -> Burst:
        began, began_busy = time.perf_counter(), time.process_time()
        until = began + self._course.seconds
        for _ in range(self._course.connections):
            self._start(connect(self._target))
        while self._open and (now := time.perf_counter()) < until:
            for number in self._ready(until - now):
                self._receive(number)
        took, busy = time.perf_counter() - began, time.process_time() - began_busy
        for connection, _, _ in self._open.values():
            connection.close()
        self._poll.close()
        return Burst(self._right, self._wrong, took, busy)

    def _ready(self, seconds: float) -> list[int]:
        """The connections on which something has come; a single one is received from, whenever it comes."""
        if self._course.connections == 1:
            return list(self._open)
        return [number for number, _ in self._poll.poll(seconds)]

    def _start(self, connection: socket.socket) -> None:
        self._poll.register(connection.fileno(), select.EPOLLIN)
        self._send(connection)

    def _send(self, connection: socket.socket) -> None:
        if self._number >= self._end:
            self._open.pop(connection.fileno(), None)
            connection.close()
            return
        ask = next(self._asks)
        self._open[connection.fileno()] = (connection, Response(), ask)
        connection.sendall(ask.bytes(self._number))
        self._number += 1

    def _receive(self, number: int) -> None:
        connection, response, ask = self._open[number]
        try:
            piece = receive(connection)
            response.feed(piece) if piece else response.close()
            if not response.done:
                return
        except (BrokenResponseError, OSError) as error:
            self._wrong[type(error).__name__] += 1
        else:
            self._count(response, ask)
            if piece and not response.last:
                self._send(connection)
                return
        del self._open[number]
        connection.close()
        self._start(connect(self._target))

    def _count(self, response: Response, ask: Ask) -> None:
        if is_right(response, ask.rows):
            self._right += 1
        else:
            self._wrong[outcome_of(response, ask.rows)] += 1


def once(target: Target, ask: Ask, number: int, timeout: float) -> Single:
    """Ask once on a connection of its own; give up after `timeout` seconds."""
    response = Response()
    began = time.perf_counter()
    first = 0.0
    with connect(target) as connection:
        connection.sendall(ask.bytes(number))
        try:
            while not response.done:
                left = began + timeout - time.perf_counter()
                connection.settimeout(max(left, 0.001))
                piece = receive(connection)
                response.feed(piece) if piece else response.close()
                if response.body and not first:
                    first = time.perf_counter() - began
        except TimeoutError:
            return Single("no end", first, timeout, 0)
        except (BrokenResponseError, OSError):
            return Single("cut off", first, time.perf_counter() - began, 0)
    last = time.perf_counter() - began
    return Single(_whole(response, ask.rows), first, last, rows_of(b"".join(response.body)))


def _whole(response: Response, rows: int) -> str:
    """Like `outcome_of`, but the body of a 200 is parsed in any case."""
    if response.status == 200 and not is_right(response, -1):
        return "broken 200"
    return outcome_of(response, rows)
