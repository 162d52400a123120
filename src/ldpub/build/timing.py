"""The time of each step of a build: by the wall, of the processor, and the memory that was the most until then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TextIO, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

_out: ContextVar[TextIO | None] = ContextVar("out", default=None)


def told(step: Callable[[Given], Made], out: TextIO, *, verbose: bool = False) -> Callable[[Given], Made]:
    """The step, telling `out` its name while it runs and its time when it is done; its parts, too, if verbose."""

    def shown(given: Given) -> Made:
        if out.isatty() and not verbose:
            out.write(f"  {step.__name__} ...")
            out.flush()
        began = time.monotonic(), time.process_time()
        token = _out.set(out if verbose else None)
        try:
            made = step(given)
        finally:
            _out.reset(token)
        _tell(out, f"{step.__name__:<12}", began, verbose=verbose)
        return made

    return shown


@contextmanager
def part(name: str) -> Iterator[None]:
    """A part of a step, whose time is told where somebody asked for it."""
    out = _out.get()
    began = time.monotonic(), time.process_time()
    yield
    if out:
        _tell(out, f"  {name:<24}", began, verbose=True)


def _tell(out: TextIO, name: str, began: tuple[float, float], *, verbose: bool) -> None:
    wall, processor = time.monotonic() - began[0], time.process_time() - began[1]
    more = f" {processor:7.2f} s of processor, {most_memory():,.0f} MiB at most" if verbose else ""
    out.write(f"{chr(13) if out.isatty() and not verbose else ''}  {name} {wall:7.2f} s{more}\n")
    out.flush()


def most_memory() -> float:
    """The most memory that this process has had, in MiB; 0 where the system does not say."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
