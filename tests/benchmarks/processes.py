"""What processes take, read from /proc (Linux, proc(5)): those of a server and all that it started."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_STEP = 0.1
_BURNS = 0.3
"""A process works that takes this share of a core."""


@dataclass(frozen=True)
class Usage:
    """Memory (resident, in bytes), threads and open files of some processes together."""

    memory: int
    threads: int
    files: int


def family(root: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for number in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        if fields := _stat(number):
            children.setdefault(int(fields[1]), []).append(number)
    found = [root]
    for number in found:
        found += children.get(number, [])
    return [number for number in found if _stat(number)]


def usage(root: int) -> Usage:
    """What a process and its descendants take now."""
    memory = threads = files = 0
    for number in family(root):
        with contextlib.suppress(OSError):
            files += len(os.listdir(f"/proc/{number}/fd"))  # noqa: PTH208  # as many as there are, in a hurry
        if fields := _stat(number):
            threads += int(fields[17])
            memory += int(fields[21]) * _PAGE
    return Usage(memory, threads, files)


def busy_seconds(root: int) -> dict[int, float]:
    """Processor time that each process of a family has taken."""
    times = {number: _stat(number) for number in family(root)}
    return {number: (int(fields[11]) + int(fields[12])) / _TICKS for number, fields in times.items() if fields}


def seconds_until_quiet(root: int, most: float) -> float:
    """Seconds from now until the last moment when a process of the family worked; `most` where one still does then."""
    began = time.monotonic()
    before, last, calm_steps = busy_seconds(root), 0.0, 0
    while (now := time.monotonic() - began) < most and calm_steps < 10:
        time.sleep(_STEP)
        after = busy_seconds(root)
        worked = sum(after[number] - before.get(number, 0.0) for number in after)
        if worked >= _BURNS * _STEP:
            last, calm_steps = time.monotonic() - began, 0
        else:
            calm_steps += 1
        before = after
    return last if now < most else most


def _stat(number: int) -> list[str]:
    """The fields of /proc/[pid]/stat from the state on; none where the process has ended."""
    try:
        text = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    fields = text.rpartition(")")[2].split()
    return [] if fields[0] == "Z" else fields
