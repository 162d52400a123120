"""One disposable worker as its parent sees it: a process in its own group, two pipes in an event loop, and SIGKILL."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ldpub.errors import QueryMemoryError
from ldpub.store.frames import Unframer

_READ = 1 << 16  # bytes, which is what a pipe holds
_ALLOCATION = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=100"}  # the engine makes many small things for a query
_EXIT_LOOKS = 20  # times, at _EXIT_STEP seconds, to look for the exit status of a process whose pipe has ended
_EXIT_STEP = 0.01


@dataclass(frozen=True)
class Spawn:
    """What a worker is started with; `sandbox` off is for machines and tests that need the network."""

    path: Path
    memory_mb: int
    prefixes: Mapping[str, str]
    sandbox: bool = True

    def settings(self) -> str:
        """The worker's one argument."""
        values = {"path": str(self.path), "memory_mb": self.memory_mb, "prefixes": dict(self.prefixes)}
        return json.dumps({**values, "sandbox": self.sandbox, "parent": os.getpid()})


class WorkerDiedError(QueryMemoryError):
    """The worker ended while it was asked: out of memory, a crash of the engine, or (`killed`) ended from outside."""

    def __init__(self, message: str, killed: bool = False) -> None:
        super().__init__(message)
        self.killed = killed


class Listener(Protocol):
    """Whom a worker tells what comes out of it."""

    def frame(self, worker: Worker, kind: bytes, payload: bytes) -> None:
        """One whole frame."""
        ...

    def died(self, worker: Worker, error: WorkerDiedError, /) -> None:
        """The process has ended; nothing follows."""
        ...


class Worker:
    """A started worker process; everything about it happens in one event loop, to whose `listener` it reports."""

    def __init__(self, spawn: Spawn, loop: asyncio.AbstractEventLoop, listener: Listener) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell, no visitor's text
            [sys.executable, "-P", "-m", "ldpub.store.worker", spawn.settings()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**_ALLOCATION, **os.environ, "MALLOC_ARENA_MAX": "2"},
            start_new_session=True,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("The worker has no pipes.")
        self._requests = self._process.stdin.fileno()
        self._answers = self._process.stdout.fileno()
        os.set_blocking(self._requests, False)
        os.set_blocking(self._answers, False)
        self._loop = loop
        self._unframer = Unframer()
        self._unsent = b""
        self._listens = False
        self.listener = listener
        self.started = time.monotonic()
        self.long = False  # takes one of the places for long queries
        self.tired = False  # is to be replaced after its query
        self.report: dict[str, Any] = {}
        self.listen(True)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, content: bytes) -> None:
        """Write a request, at once or as the pipe takes it; a worker that cannot read any more reports its death."""
        with contextlib.suppress(BrokenPipeError):
            try:
                written = os.write(self._requests, content)
            except BlockingIOError:
                written = 0
            if written < len(content):
                self._unsent = content[written:]
                self._loop.add_writer(self._requests, self._send_more)

    def _send_more(self) -> None:
        try:
            self._unsent = self._unsent[os.write(self._requests, self._unsent) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._unsent = b""
        if not self._unsent:
            self._loop.remove_writer(self._requests)

    def listen(self, listens: bool) -> None:
        """Take what the worker writes, or leave it in the pipe: the worker then waits when the pipe is full."""
        if listens and not self._listens:
            self._loop.add_reader(self._answers, self._take)
        elif self._listens and not listens:
            self._loop.remove_reader(self._answers)
        self._listens = listens

    def _take(self) -> None:
        try:
            received = os.read(self._answers, _READ)
        except BlockingIOError:
            return
        if not received:
            self.listen(False)
            self._tell_death(_EXIT_LOOKS)
            return
        for kind, payload in self._unframer.feed(received):
            self.listener.frame(self, kind, payload)

    def _tell_death(self, looks: int) -> None:
        """Why the process ended, as far as its exit status says; that may come a moment after the end of the pipe."""
        code = self._process.poll()
        if code is None and looks:
            self._loop.call_later(_EXIT_STEP, self._tell_death, looks - 1)
            return
        name = signal.Signals(-code).name if code is not None and code < 0 else f"exit status {code}"
        message = f"The query ended its worker process ({name}): too much memory, or too deep for the engine."
        self.listener.died(self, WorkerDiedError(message, code == -signal.SIGKILL))

    def lower_priority(self) -> None:
        """Let every other process of this machine go first; that cannot be undone, so it retires after its query."""
        self.tired = True
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 15)

    def kill(self) -> None:
        """End the process and all it started, at once. It must still be reaped."""
        self.listen(False)
        if self._unsent:
            self._loop.remove_writer(self._requests)
            self._unsent = b""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def reap(self) -> bool:
        """Take the exit status of a killed process; True once it is gone and its pipes are closed."""
        if self._process.poll() is None:
            return False
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        return True
