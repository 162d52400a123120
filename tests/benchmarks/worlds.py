"""The data that is served: the project in the working directory, and a made one of a million triples, both released.

Peers get what the release holds: its default graph as N-Triples, and the same with all named graphs as N-Quads, which
is what ldpub's own store holds.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, serialize

from reason import world as made_world

CITIES = 20_000
"""About 50 triples each."""

MADE_SETTINGS = """
[project]
title = "A million triples"
base = "https://example.org/w/"
license = "https://creativecommons.org/publicdomain/zero/1.0/"
[sources]
data = ["data/*.nt"]
[build]
reasoning = "none"
"""

_SUBJECTS = 4000
_MOST_ROWS = 100

_PRODUCT = "SELECT ?s ?p ?o ?x { ?s ?p ?o . ?x a ?class }"
_ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"


@dataclass(frozen=True)
class World:
    """A released project, what is in it, and files of it for peers.

    `subjects` are IRIs with the number of triples that each is the subject of, in the default graph.
    """

    name: str
    project: Path
    triples: int
    graph: Path
    dataset: Path
    subjects: tuple[tuple[str, int], ...]

    def rows(self, count: int) -> str:
        """A query that has so many rows: triples where there are enough, a product of them where not."""
        return f"{_ALL if self.triples > count else _PRODUCT} LIMIT {count}"


def shipped(folder: Path) -> World:
    """The curated core of the project in the working directory, copied and built."""
    project = folder / "project"
    apart = shutil.ignore_patterns(".*", "releases", "src", "tests", "__pycache__", "world", "tables", "mappings")
    shutil.copytree(Path.cwd(), project, ignore=apart, dirs_exist_ok=True)
    settings = project / "ldpub.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("[build]\n", "[build]\nimports = false\n", 1))
    return _built("shipped", folder, project)


def million(folder: Path) -> World:
    """A world of cities without rules, ontology or shapes, the same at each run."""
    project = folder / "project"
    (project / "data").mkdir(parents=True, exist_ok=True)
    (project / "ldpub.toml").write_text(MADE_SETTINGS, encoding="utf-8")
    serialize(made_world(CITIES), project / "data" / "world.nt", RdfFormat.N_TRIPLES)
    return _built("1m", folder, project)


SIZES: dict[str, Callable[[Path], World]] = {"shipped": shipped, "1m": million}


def _built(name: str, folder: Path, project: Path) -> World:
    subprocess.run([sys.executable, "-m", "ldpub.cli", "build", str(project)], check=True, stdout=sys.stderr)
    release = (project / "releases" / "current").resolve()
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    graph, dataset = folder / "graph.nt", folder / "dataset.nq"
    subjects = _write_for_peers(release / "quads.nq", set(manifest["default_graphs"]), graph, dataset)
    triples = sum(subjects.values())
    assert triples == manifest["counts"]["triples"], "the peers' data is not the release's"
    return World(name, project, triples, graph, dataset, _chosen(subjects))


def _write_for_peers(quads: Path, default_graphs: set[str], graph: Path, dataset: Path) -> Counter[bytes]:
    """Write both files; how many triples of the default graph each subject has."""
    triples: set[bytes] = set()
    with quads.open("rb") as lines:
        for line in lines:
            triple, _, name = line.rstrip(b" .\n").rpartition(b" ")
            if name[1:-1].decode() in default_graphs:
                triples.add(triple + b" .\n")
    graph.write_bytes(b"".join(sorted(triples)))
    with dataset.open("wb") as both:
        for part in (graph, quads):
            with part.open("rb") as source:
                shutil.copyfileobj(source, both)
    return Counter(triple.partition(b" ")[0] for triple in triples)


def _chosen(subjects: Counter[bytes]) -> tuple[tuple[str, int], ...]:
    """Subjects for point queries, the same at each run."""
    fit = sorted((s[1:-1].decode(), n) for s, n in subjects.items() if s.startswith(b"<") and n <= _MOST_ROWS)
    return tuple(random.Random(20).sample(fit, min(_SUBJECTS, len(fit))))
