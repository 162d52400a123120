"""The endpoint against its peers: `python tests/benchmarks/endpoint.py`, by hand, on Linux; prints ratios of one run.

Starts `ldpub serve`, `oxigraph serve-read-only` and rdflib-endpoint (with oxrdflib) on the same data, the peers from
PyPI in an environment of their own, asks them by turns, prints a table for each size and ends them all.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from endurance import deadline, disconnect, growth
from figures import Row, table
from servers import NO_BUDGET, REQUIREMENTS, Starter, install_peers
from siege import flood, idle, quiet, readers, senders
from speed import point, repeated, rows
from stage import Stage, progress
from worlds import SIZES, World

MEASURES: dict[str, Callable[[Stage], list[Row]]] = {
    measure.__name__: measure
    for measure in (point, repeated, rows, quiet, idle, senders, readers, growth, deadline, disconnect, flood)
}


@dataclass(frozen=True)
class Report:
    """The table of one world, and what is to be said about it."""

    world: World
    rows: Sequence[Row]
    notes: Sequence[str]

    def text(self) -> str:
        """For people."""
        title = f"## {self.world.name}: {self.world.triples:,} triples"
        return "\n".join([title, "", table(self.rows), "", *(f"- {note}" for note in self.notes), ""])

    def document(self) -> dict[str, Any]:
        """For programs."""
        measures = [row.document() for row in self.rows]
        return {"size": self.world.name, "triples": self.world.triples, "measures": measures, "notes": self.notes}


def measured(size: str, options: argparse.Namespace, work: Path, programs: Path) -> Report:
    """Build the world, run the measures that were asked for, and end all servers."""
    folder = work / size
    folder.mkdir(parents=True, exist_ok=True)
    progress(f"building {size}")
    world = SIZES[size](folder)
    found: list[Row] = []
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        starter = Starter(world, Path(scratch), programs, options.workers)
        with Stage(world, starter, options.rounds, options.seconds) as stage:
            for name in options.only or MEASURES:
                progress(f"{size}: {name}")
                for row in MEASURES[name](stage):
                    progress("  ".join(row.cells()))
                    found.append(row)
            return Report(world, found, stage.notes)


def conditions(options: argparse.Namespace) -> str:
    """What the figures depend on besides the servers."""
    settings = ", ".join(f"serve.{key} = {value:g}" for key, value in NO_BUDGET.items())
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start, Python {platform.python_version()}; "
        f"{', '.join(REQUIREMENTS)}; medians of {options.rounds} rounds by turns, unless n says otherwise; "
        f"ldpub with {options.workers} server process(es), all defaults but {settings}.\n"
    )


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command."""
    assert __doc__
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ldpub" / "peers"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=[*SIZES, "all"], default="all", help="which data (default: all)")
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measure (default: 5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each burst lasts (default: 2)")
    parser.add_argument("--workers", type=int, default=1, help="server processes of ldpub (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--peers", type=Path, default=cache, metavar="DIR", help=f"where peers live (default: {cache})")
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the built data there (default: nowhere)")
    return parser.parse_args(arguments)


def main() -> None:
    """Measure and print."""
    options = parsed()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all servers are ended on the way out
    with ExitStack() as stack:
        work = options.work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ldpub-benchmark-")))
        programs = install_peers(options.peers.resolve())
        said = conditions(options)
        sys.stdout.write(said + "\n")
        documents = []
        for size in SIZES if options.size == "all" else [options.size]:
            report = measured(size, options, work.resolve(), programs)
            sys.stdout.write(report.text() + "\n")
            sys.stdout.flush()
            documents.append(report.document())
        if options.json:
            told = {"conditions": said.strip(), "sizes": documents}
            options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
