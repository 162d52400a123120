"""The workshop: a folder beside the releases in which one is made, and what builds left there that were killed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ldpub.release import SWITCHING

BUILDING = ".building-"
"""How the name of a workshop begins; the process follows."""


class Workshop:
    """A folder in which a release is made; gone afterwards unless it was renamed into its place."""

    def __init__(self, releases: Path) -> None:
        self._path = releases / f"{BUILDING}{os.getpid()}"

    def __enter__(self) -> Path:
        self._path.mkdir()
        return self._path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._path, ignore_errors=True)


def sweep(releases: Path) -> None:
    """Remove what builds left that were killed: workshops and links whose process is gone."""
    for beginning in (BUILDING, SWITCHING):
        for path in releases.glob(f"{beginning}*"):
            process = path.name.removeprefix(beginning)
            if process == str(os.getpid()) or not _is_alive(process):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
