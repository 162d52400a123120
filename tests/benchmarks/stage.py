"""What a measure works with: a world, the servers on it, and the clients that ask and press."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Self

from clients import Client
from framing import Ask, Target
from servers import LDPUB, NAMES, NO_BUDGET, NotStartedError, Server, Settings, Starter
from worlds import World

POINT = "SELECT ?p ?o { <%s> ?p ?o }"

HEAVY = {
    "count of a product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "ordered product": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c ?a",
    "path closure": "SELECT (COUNT(*) AS ?n) { ?a (<urn:x>|!<urn:x>)* ?b . ?b (<urn:x>|!<urn:x>)* ?c }",
    "grouped product": "SELECT ?c (COUNT(DISTINCT ?f) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?c",
    "pattern on a product": "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), 'x.*yz$') }",
}
"""None of them ends within any deadline on a world of thousands of triples."""

STREAM = {"streamed product": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}

_NUMBERS = 10_000_000


@dataclass
class Stage:
    """Servers start when they are first wanted, and again when they have ended; `notes` go below the table."""

    world: World
    starter: Starter
    rounds: int
    seconds: float
    notes: list[str] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    _servers: dict[str, Server] = field(default_factory=dict)
    _clients: dict[str, tuple[Client, Client]] = field(default_factory=dict)
    _numbers: int = 0
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers.values():
            server.close()
        self._stack.close()

    def present(self) -> Iterator[Server]:
        """The servers that answer, one after the other, ldpub first."""
        for name in NAMES:
            server = self._servers.get(name)
            if server and not server.lives:
                self.note(f"{name} had ended ({server.process.returncode}) and was started again")
                server.close()
            if not server or not server.lives:
                server = self._started(name)
            if server:
                yield server

    @contextmanager
    def fresh(self, name: str, settings: Settings = NO_BUDGET, deadline: float = 0) -> Iterator[Server | None]:
        """A server of its own, ended afterwards; None for a peer that cannot take part."""
        server = None if name in self.absent else self._try(name, settings, deadline)
        try:
            yield server
        finally:
            if server:
                server.close()

    def asking(self, name: str) -> Client:
        """The process that asks a server and takes times."""
        return self._pair(name)[0]

    def pressing(self, name: str) -> Client:
        """The process that presses a server."""
        return self._pair(name)[1]

    def points(self, target: Target) -> list[Ask]:
        """Point queries about many subjects, with the rows of their answers."""
        return [target.ask(POINT % subject, rows) for subject, rows in self.world.subjects]

    def first(self) -> int:
        """A number to begin at, so that no two queries of a run are the same text."""
        self._numbers += _NUMBERS
        return self._numbers

    def note(self, line: str) -> None:
        """Say something below the table, once."""
        if line not in self.notes:
            self.notes.append(line)

    def stop(self) -> None:
        """End the shared servers, so that nothing else takes the processor."""
        for server in self._servers.values():
            server.close()
        self._servers.clear()

    def _pair(self, name: str) -> tuple[Client, Client]:
        if name not in self._clients:
            self._clients[name] = (self._stack.enter_context(Client()), self._stack.enter_context(Client()))
        return self._clients[name]

    def _started(self, name: str) -> Server | None:
        self._servers.pop(name, None)
        server = None if name in self.absent else self._try(name, NO_BUDGET, 0)
        if server:
            self._servers[name] = server
        return server

    def _try(self, name: str, settings: Settings, deadline: float) -> Server | None:
        """A started server; a peer that does not start takes no part from now on."""
        began = time.monotonic()
        try:
            server = self.starter.start(name, settings, deadline)
        except NotStartedError as reason:
            if name == LDPUB:
                raise
            self.absent.add(name)
            self.note(f"{name} took no part: {reason}")
            return None
        progress(f"{name} answers after {time.monotonic() - began:.1f} s")
        return server


def progress(line: str) -> None:
    """Say on standard error what is being done."""
    sys.stderr.write(f"  {line}\n")
    sys.stderr.flush()


def counted(seen: Counter[str]) -> str:
    """A count in words: `3 x 200, 1 x 503`."""
    return ", ".join(f"{n} x {what}" for what, n in sorted(seen.items())) or "nothing"
