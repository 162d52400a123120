"""The project: which files are which, what their graphs are called, and when two projects are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from ldpub.build.project import open_project
from ldpub.errors import SourceError, UsageError
from small import project, write


def names(folder: Path, settings: str, *files: str) -> list[tuple[str, str]]:
    return [(f.name, f.graph_name) for f in project(folder, dict.fromkeys(files, ""), settings).files["data"]]


@pytest.mark.parametrize(
    ("pattern", "file", "graph"),
    [
        ("data/**/*.ttl", "data/a/b.ttl", "a/b"),
        ("data/*.ttl", "data/a.ttl", "a"),
        ("**/*.ttl", "x/a.ttl", "x/a"),
        ("da?a/*.ttl", "data/a.ttl", "data/a"),
        ("one.ttl", "one.ttl", "one"),
        ("data/[ab].ttl", "data/a.ttl", "a"),
    ],
)
def test_a_graph_is_named_by_what_the_glob_leaves_open(tmp_path: Path, pattern: str, file: str, graph: str) -> None:
    assert names(tmp_path, f"[sources]\ndata = ['{pattern}']\n", file) == [(file, graph)]


def test_files_are_found_once_and_sorted(tmp_path: Path) -> None:
    settings = '[sources]\ndata = ["data/b.ttl", "data/*.ttl", "data/**/*"]\n'
    found = names(tmp_path, settings, "data/b.ttl", "data/a.ttl", "data/c/d.ttl")
    assert [name for name, _ in found] == ["data/a.ttl", "data/b.ttl", "data/c/d.ttl"]


def test_a_project_may_be_named_by_its_settings(tmp_path: Path) -> None:
    write(tmp_path, {"data/x.ttl": ""})
    assert open_project(tmp_path / "ldpub.toml").root == open_project(tmp_path).root == tmp_path.resolve()


def test_what_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        open_project(tmp_path / "missing")
    with pytest.raises(UsageError, match="ldpub init"):
        open_project(tmp_path)
    with pytest.raises(SourceError, match="no file matches"):
        open_project(write(tmp_path, {"data/x": ""}, ""))


def test_the_fingerprint_is_of_every_file_and_no_other(tmp_path: Path) -> None:
    files = {"ontology/o.ttl": "", "data/x.ttl": "", "shapes/s.ttl": "", "shapes/rules/r.rq": "", "notes.txt": ""}
    first = project(tmp_path / "a", files, "").fingerprint()
    assert project(tmp_path / "b", files, "").fingerprint() == first
    assert project(tmp_path / "b", {"notes.txt": "more"}, "").fingerprint() == first
    seen = {first}
    for name in ("ontology/o.ttl", "data/x.ttl", "shapes/s.ttl", "shapes/rules/r.rq", "data/y.ttl"):
        seen.add(project(tmp_path / "b", {name: "# changed"}, "").fingerprint())
    seen.add(project(tmp_path / "b", {}, "# changed").fingerprint())
    assert len(seen) == 7
