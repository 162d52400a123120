"""What one client may take of the endpoint: queries at a time, and seconds of work a minute; kept in memory only."""

from __future__ import annotations

import ipaddress
import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from ldpub.serve.problems import Problem

_CLIENTS = 10_000
_FORWARDED_READ = 500  # characters of X-Forwarded-For, its last ones
_PORT = re.compile(r"^(?:\[([^\]]*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(slots=True)
class _Account:
    """Seconds left, as of a time, and queries running now."""

    left: float
    since: float
    running: int = 0


class Spending:
    """What one query is charged for, until `end` or as a context; the time in which its client reads is not."""

    __slots__ = ("_began", "_charge", "_client", "_clock", "_ended", "excused")

    def __init__(self, clock: Callable[[], float], charge: Callable[[str, float], None], client: str) -> None:
        self._clock = clock
        self._charge = charge
        self._client = client
        self._began = clock()
        self._ended = False
        self.excused = 0.0

    @contextmanager
    def excuse(self) -> Iterator[None]:
        """Charge nothing for this while."""
        began = self._clock()
        try:
            yield
        finally:
            self.excused += self._clock() - began

    def end(self) -> None:
        """The query is over: charge its client; calling it again does nothing."""
        if not self._ended:
            self._ended = True
            self._charge(self._client, self._clock() - self._began - self.excused)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


class Budget:
    """Accounts of clients: each earns `seconds` of work a minute, saves twice that at most, and runs `at_once`."""

    def __init__(self, at_once: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._rate = seconds / 60.0
        self._most = 2.0 * seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def spend(self, client: str, is_lookup: Callable[[], bool] = lambda: False) -> Spending:
        """Begin one query on a client's account, which is charged the time it takes, less what is excused.

        Lookups may be as many again: those that take long must not keep a client from reading on. Raises Problem 429
        with Retry-After where too many run, or the minute's seconds are spent (RFC 6585, 4).
        """
        self._begin(client, is_lookup)
        return Spending(self._clock, self._end, client)

    def _begin(self, client: str, is_lookup: Callable[[], bool]) -> None:
        with self._lock:
            account = self._account(client)
            full = account.running >= self._at_once
            if full and (account.running >= 2 * self._at_once or not is_lookup()):
                raise _too_many(f"You have {account.running} queries running; wait until one has ended.", 1)
            if account.left <= 0:
                wait = math.ceil((1.0 - account.left) / self._rate)
                raise _too_many("Your queries have used up their time; ask for less at once, or take a dump.", wait)
            account.running += 1

    def _end(self, client: str, seconds: float) -> None:
        with self._lock:
            account = self._account(client)
            account.running = max(0, account.running - 1)
            account.left -= seconds

    def _account(self, client: str) -> _Account:
        """The client's account with what it has earned since it was last looked at."""
        now = self._clock()
        account = self._accounts.get(client)
        if account is None:
            account = self._accounts[client] = _Account(self._most, now)
            while len(self._accounts) > _CLIENTS:
                self._accounts.popitem(last=False)
        else:
            self._accounts.move_to_end(client)
        account.left = min(self._most, account.left + (now - account.since) * self._rate)
        account.since = now
        return account


def client_of(address: str, forwarded: str | None, proxies: frozenset[str]) -> str:
    """Whom a request comes from: the address, or what a trusted proxy says of it; IPv6 by its /64, as one owner has it.

    Of X-Forwarded-For the last entry that is no trusted proxy counts: those before it are the client's own words.
    """
    return _client_of(address, (forwarded or "")[-_FORWARDED_READ:] if proxies else "", proxies)


@lru_cache(4096)
def _client_of(address: str, forwarded: str, proxies: frozenset[str]) -> str:
    found = _address(address)
    networks = [ipaddress.ip_network(proxy, strict=False) for proxy in proxies]
    if _is_proxy(found, networks):
        for entry in reversed(forwarded.split(",")):
            found = _address(entry.strip()) if entry.strip() else found
            if not _is_proxy(found, networks):
                break
    if isinstance(found, str):
        return found[:64]
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _address(text: str) -> Address | str:
    """An address as one compares it: of IPv4 within IPv6 (RFC 4291, 2.5.5.2) the former, without a port."""
    bare = _PORT.sub(r"\1\2", text)
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return text
    return getattr(found, "ipv4_mapped", None) or found


def _is_proxy(address: Address | str, networks: Sequence[Network]) -> bool:
    return not isinstance(address, str) and any(address in network for network in networks)


def _too_many(detail: str, wait: int) -> Problem:
    return Problem(429, detail, "Too many queries", {"Retry-After": str(max(1, wait))})
