"""The indexes of a large release: made by another process, the same to the byte, and never half."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from ldpub.build import indexes
from ldpub.build.indexes import Indexed, indexing
from ldpub.build.pipeline import build
from ldpub.build.project import open_project
from ldpub.errors import LdpubError
from ldpub.release import LISTS, QUESTIONS, RECONCILIATION, SEARCH, VOCABULARY, current_release
from small import PREFIXES, dataset_of, project, write

FILES = {
    "ontology/o.ttl": PREFIXES + 'e:Thing a owl:Class ; rdfs:label "thing"@en . e:near a owl:ObjectProperty .',
    "data/a.ttl": PREFIXES + 'e:a a e:Thing ; rdfs:label "Köln"@de, "Cologne"@en ; e:near e:b . e:b a e:Thing .',
    "shapes/s.ttl": PREFIXES + "e:S a sh:NodeShape ; sh:targetClass e:Thing ; sh:property [ sh:path e:near ] .",
}
MADE = (SEARCH, RECONCILIATION, LISTS, QUESTIONS, VOCABULARY)


def test_another_process_makes_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = build(project(tmp_path / "here", FILES)).release
    monkeypatch.setattr(indexes, "LARGE", 0)
    there = build(project(tmp_path / "there", FILES)).release
    assert here.manifest.digest == there.manifest.digest
    for name in MADE:
        assert here.file(name).read_bytes() == there.file(name).read_bytes(), name


@dataclass(frozen=True)
class Killed(Indexed):
    """Dies as a process does that the system kills for want of memory."""

    def read_and_write(self, folder: Path) -> None:
        os._exit(9)


def test_a_process_that_is_killed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "LARGE", 0)
    killed = Killed(project(tmp_path, FILES), (), (), ())
    with pytest.raises(LdpubError, match="was killed"), indexing(killed, tmp_path, dataset_of([])):
        pass


LONG = """
import sys, time, os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from ldpub.build.indexes import end_with_parent
if __name__ == "__main__":
    with ProcessPoolExecutor(1, get_context("spawn"), end_with_parent) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 600).result()
"""


def test_the_process_ends_when_the_build_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "long.py"
    script.write_text(LONG, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as build_process:
        assert build_process.stdout is not None
        child = int(build_process.stdout.readline())
        build_process.kill()
    deadline = time.monotonic() + 20
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(process: int) -> bool:
    """Whether a process is there; one that has ended and that nobody has asked for is not."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # there is no /proc, or it ended meanwhile
        return not Path("/proc/self").exists()


def test_what_cannot_be_indexed_leaves_the_former_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    former = build(project(tmp_path, FILES)).release
    write(tmp_path, {"data/a.ttl": FILES["data/a.ttl"] + " e:c a e:Thing ."})
    monkeypatch.setattr("ldpub.build.publish.Indexed", Killed)
    monkeypatch.setattr(indexes, "LARGE", 0)
    with pytest.raises(LdpubError, match="was killed"):
        build(open_project(tmp_path))
    assert current_release(tmp_path / "releases") == former
    assert [path.name for path in (tmp_path / "releases").glob("[0-9]*")] == [former.manifest.id]
