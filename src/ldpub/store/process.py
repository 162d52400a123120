"""One disposable worker as its parent sees it: a process in its own group, two pipes, and SIGKILL."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ldpub.errors import QueryMemoryError
from ldpub.store.frames import Unframer

_READ = 1 << 20


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


class Worker:
    """A started worker process. Not thread-safe: it belongs to one thread at a time."""

    def __init__(self, spawn: Spawn) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell, no visitor's text
            [sys.executable, "-P", "-m", "ldpub.store.worker", spawn.settings()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, "MALLOC_ARENA_MAX": "2"},
            start_new_session=True,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("The worker has no pipes.")
        self._requests = self._process.stdin.fileno()
        self.answers = self._process.stdout.fileno()
        os.set_blocking(self._requests, False)
        os.set_blocking(self.answers, False)
        self._unframer = Unframer()
        self._readable = select.poll()
        self._readable.register(self.answers, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(self._requests, select.POLLOUT)
        self.started = time.monotonic()
        self.long = False  # takes one of the places for long queries
        self.tired = False  # is to be replaced after its query
        self.report: dict[str, Any] = {}

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, content: bytes, deadline: float) -> None:
        """Write a request; raises WorkerDiedError, or TimeoutError at the deadline (of `time.monotonic`)."""
        view = memoryview(content)
        while view:
            try:
                view = view[os.write(self._requests, view) :]
            except BlockingIOError:
                if not self._writable.poll(_milliseconds(deadline)):
                    raise TimeoutError from None
            except BrokenPipeError:
                raise self._death() from None

    def receive(self, deadline: float) -> list[tuple[bytes, bytes]]:
        """Wait for bytes, then give the frames they complete (perhaps none).

        Raises WorkerDiedError at the end of the pipe, TimeoutError at the deadline.
        """
        if not self._readable.poll(_milliseconds(deadline)):
            raise TimeoutError
        return self.take()

    def take(self) -> list[tuple[bytes, bytes]]:
        """The frames that the bytes now in the pipe complete; raises WorkerDiedError at its end."""
        try:
            received = os.read(self.answers, _READ)
        except BlockingIOError:
            return []
        if not received:
            raise self._death()
        return self._unframer.feed(received)

    def _death(self) -> WorkerDiedError:
        """Why the process ended, as far as its exit status says."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.2)
        code = self._process.poll()
        name = signal.Signals(-code).name if code is not None and code < 0 else f"exit status {code}"
        message = f"The query ended its worker process ({name}): too much memory, or too deep for the engine."
        return WorkerDiedError(message, code == -signal.SIGKILL)

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def lower_priority(self) -> None:
        """Let every other process of this machine go first; that cannot be undone, so it retires after its query."""
        self.tired = True
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 15)

    def kill(self) -> None:
        """End the process and all it started, at once. It must still be reaped."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def reap(self, seconds: float = 0.0) -> bool:
        """Wait so long for a killed process; True once it is gone and its pipes are closed."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self.forget()
        return True

    def forget(self) -> None:
        """Close the pipes: an idle worker ends at that."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _milliseconds(deadline: float) -> int:
    """The time left, rounded up, for poll(2)."""
    return max(0, int((deadline - time.monotonic()) * 1000) + 1)
