"""Free memory given back to the system: what a large build once reasoned with would stay with it to its end."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def give_back(*, cycles: bool = True) -> None:
    """Collect what nobody refers to, and have glibc hand free pages back (malloc_trim(3)), as others do anyway.

    To look for `cycles` takes a second where there are millions of objects.
    """
    if cycles:
        gc.collect()
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles, which would look again and again at millions of objects that stay."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
