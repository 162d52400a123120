"""Those who make it hard for others: heavy queries, slow senders, slow readers, idle connections. A process of its own.

Each function presses until something comes through the pipe; it says there when it is in place, and in the end returns
what became of its connections.
"""

from __future__ import annotations

import contextlib
import resource
import select
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from multiprocessing.connection import Connection

from framing import Ask, BrokenResponseError, Response, Target

TICK = 1.0
"""Seconds between two bytes of a slow one."""

IN_PLACE = "in place"
_AT_ONCE = 4


def _many_files() -> None:
    """As many open sockets as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _opened(target: Target, receive_bytes: int = 0) -> socket.socket:
    """A connection that does not block once it is there; its window is small where a size is given."""
    connection = socket.socket()
    if receive_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    connection.settimeout(5)
    connection.connect((target.host, target.port))
    connection.setblocking(False)
    return connection


def flood(pipe: Connection, target: Target, asks: Sequence[Ask]) -> Counter[str]:
    """Ask all of them at once, each on a connection of its own; leave when told, whatever is still to come.

    Of those that ended it is told whether they did so within a second.
    """
    _many_files()
    seen: Counter[str] = Counter()
    waiting: dict[int, tuple[socket.socket, Response]] = {}
    poll = select.epoll()
    poll.register(pipe.fileno(), select.EPOLLIN)
    for number, ask in enumerate(asks):
        try:
            connection = _opened(target)
            connection.send(ask.bytes(number))
        except OSError as error:
            seen[f"not connected ({type(error).__name__})"] += len(asks) - number
            break
        waiting[connection.fileno()] = (connection, Response())
        poll.register(connection.fileno(), select.EPOLLIN)
    pipe.send(IN_PLACE)
    began = time.monotonic()
    while not pipe.poll():
        for number, _ in poll.poll(1.0):
            if number in waiting and (outcome := _take(*waiting[number])):
                seen[f"{outcome} {'within a second' if time.monotonic() - began < 1 else 'later'}"] += 1
                waiting.pop(number)[0].close()
    for connection, _ in waiting.values():
        connection.close()
    if waiting:
        seen["running when the client left"] += len(waiting)
    return seen


def _take(connection: socket.socket, response: Response) -> str:
    """Receive a piece; how it ended, or nothing where there is more to come. What was read is not kept."""
    try:
        piece = connection.recv(1 << 16)
        response.feed(piece) if piece else response.close()
        response.body.clear()
    except BlockingIOError:
        return ""
    except (BrokenResponseError, OSError):
        return f"{response.status} cut off" if response.status else "closed without an answer"
    return str(response.status) if response.done else ""


def send_slowly(pipe: Connection, target: Target, count: int) -> Counter[str]:
    """POST queries whose bodies come by a byte a second; a connection that is closed is opened again."""
    head = target.post_head(3600)
    return _hold(pipe, count, lambda: _begun(target, head), lambda connection: connection.send(b" "))


def idle(pipe: Connection, target: Target, count: int) -> Counter[str]:
    """Open connections and say nothing on them; a connection that is closed is opened again."""
    return _hold(pipe, count, lambda: _opened(target), lambda _: None)


def _begun(target: Target, head: bytes) -> socket.socket:
    connection = _opened(target)
    connection.send(head)
    return connection


def _hold(
    pipe: Connection, count: int, start: Callable[[], socket.socket], tick: Callable[[socket.socket], object]
) -> Counter[str]:
    """Keep so many connections open, doing a little on each every second."""
    _many_files()
    seen: Counter[str] = Counter()
    held = _start_all(start, count, seen)
    pipe.send(IN_PLACE)
    while not pipe.poll(TICK):
        closed = [connection for connection in held if not _goes_on(connection, tick, seen)]
        for connection in closed:
            held.remove(connection)
            connection.close()
        held |= _start_all(start, count - len(held), seen)
    seen["open"] = len(held)
    for connection in held:
        connection.close()
    return seen


def _start_all(start: Callable[[], socket.socket], count: int, seen: Counter[str]) -> set[socket.socket]:
    started = set()
    for _ in range(count):
        try:
            started.add(start())
        except OSError as error:
            seen[f"not connected ({type(error).__name__})"] += 1
            break  # whoever cannot connect tries again at the next tick
    return started


def _goes_on(connection: socket.socket, tick: Callable[[socket.socket], object], seen: Counter[str]) -> bool:
    """Whether a connection is still open after its tick; what the server said before it closed is counted."""
    try:
        tick(connection)
        said = connection.recv(1 << 16)
    except BlockingIOError:
        return True
    except OSError:
        said = b""
    seen[f"closed by the server after {said[9:12].decode()}" if said else "closed by the server"] += 1
    return False


def read_slowly(pipe: Connection, target: Target, asks: Sequence[Ask], patience: float) -> Counter[str]:
    """Ask for large answers, and read a byte of each a second; a few begin at a time, refused ones try again.

    In place when all have begun to read, or after `patience` seconds.
    """
    _many_files()
    seen: Counter[str] = Counter()
    reading: list[socket.socket] = []
    until = time.monotonic() + patience
    numbers = iter(range(1 << 30))
    while len(reading) < len(asks) and time.monotonic() < until and not pipe.poll():
        batch = [(ask, next(numbers)) for ask in asks[len(reading) : len(reading) + _AT_ONCE]]
        reading += _begin_reading(target, batch, seen, until)
    pipe.send(IN_PLACE)
    while not pipe.poll(TICK):
        for connection in reading:
            with contextlib.suppress(OSError):
                connection.recv(1)
    for connection in reading:
        connection.close()
    return seen


def _begin_reading(
    target: Target, batch: Iterable[tuple[Ask, int]], seen: Counter[str], until: float
) -> list[socket.socket]:
    """Those of a few connections whose answer begins with 200."""
    begun = []
    for ask, number in batch:
        try:
            connection = _opened(target, 4096)
            connection.send(ask.bytes(number))
        except OSError as error:
            seen[f"not connected ({type(error).__name__})"] += 1
        else:
            begun.append(connection)
    return [connection for connection in begun if _reads(connection, seen, until)]


def _reads(connection: socket.socket, seen: Counter[str], until: float) -> bool:
    connection.settimeout(max(0.1, until - time.monotonic()))
    try:
        status = connection.recv(12)[9:12].decode()
    except OSError:
        status = "no answer"
    seen[status] += 1
    connection.setblocking(False)
    if status != "200":
        connection.close()
    return status == "200"
