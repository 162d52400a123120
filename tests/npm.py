"""Programs from the npm registry: installed once, into the user's cache, for all tests and all runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def installed(package: str, purpose: str) -> Path:
    """The folder of a package (`name@version`); skips the test, saying what was not done, where npm cannot bring it.

    Several tests that install at once do not disturb each other.
    """
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm is not on this machine: {purpose}")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ldpub-tests"
    name, _, version = package.rpartition("@")
    folder = cache / f"{name.replace('/', '-')}-{version}"
    if not folder.is_dir():
        _install(npm, package, folder, purpose)
    return folder / "node_modules" / name


def _install(npm: str, package: str, folder: Path, purpose: str) -> None:
    """Into a folder beside it first, so that what is there is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(dir=folder.parent))
    command = [npm, "install", "--prefix", str(workshop), "--no-audit", "--no-fund", "--ignore-scripts", package]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        shutil.rmtree(workshop)
        pytest.skip(f"npm could not install {package}: {purpose}. {done.stderr[-300:]}")
    try:
        workshop.rename(folder)
    except OSError:
        shutil.rmtree(workshop)
    assert folder.is_dir()
