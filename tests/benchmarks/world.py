"""How long the whole project takes to build, step by step: `python tests/benchmarks/world.py`.

Prints what `ldpub build --verbose` tells: seconds by the wall, of the processor, and the memory that was the most.
Imported tables are built along; with `--core` it is the curated core.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main(options: list[str]) -> int:
    """Copy the project of this repository, build it, and answer the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        settings = (ROOT / "ldpub.toml").read_text(encoding="utf-8")
        assert "[build]\n" in settings, "the settings of the build stand in a table of their own"
        whole = settings.replace("[build]\n", "[build]\nimports = true\n", 1)
        (project / "ldpub.toml").write_text(whole, encoding="utf-8")
        for name in ("ontology", "data", "shapes"):
            shutil.copytree(ROOT / name, project / name)
        command = [sys.executable, "-m", "ldpub.cli", "build", str(project), "--verbose", *options]
        return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
