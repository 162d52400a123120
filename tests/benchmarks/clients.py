"""Client processes: one that asks and one that presses for each server, started once and told what to do by pipe."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Self, TypeVar

from pressing import IN_PLACE

Result = TypeVar("Result")

_CONTEXT = multiprocessing.get_context("spawn")


class Client:
    """A process that runs functions of modules beside this one; close it, or use it as a context."""

    def __init__(self) -> None:
        self._pipe, other = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_obey, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def run(self, function: Callable[..., Result], *arguments: object) -> Result:
        """The result of a function there; what it raises is raised here."""
        self.start(function, *arguments)
        result: Result = self.result()
        return result

    def start(self, function: Callable[..., object], *arguments: object) -> None:
        """Start a function there; `result` waits for it."""
        self._pipe.send((function, arguments, False))

    def result(self) -> Any:
        """What came of the function that was started."""
        result = self._pipe.recv()
        if isinstance(result, Exception):
            raise result
        return result

    def begin(self, function: Callable[..., object], *arguments: object) -> None:
        """Start a function that presses until it is told to end; returns when it is in place."""
        self._pipe.send((function, arguments, True))
        said = self._pipe.recv()
        if said != IN_PLACE:
            raise said

    def end(self) -> Any:
        """End what was begun, and return its result."""
        self._pipe.send(None)
        return self.result()

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()
        self._pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _obey(pipe: Connection) -> None:
    """Run what comes through the pipe, and send back results."""
    while True:
        order = pipe.recv()
        if order is None:  # the end of a function that has failed already
            continue
        function, arguments, presses = order
        try:
            result = function(pipe, *arguments) if presses else function(*arguments)
            if presses:
                pipe.recv()
        except Exception as error:  # whatever went wrong is raised again where the order came from
            result = error
        pipe.send(result)
