"""The release: what is damaged is told, never misread; the link is switched at once or not at all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.errors import ReleaseError
from ldpub.release import (
    CURRENT,
    MANIFEST,
    Manifest,
    current_release,
    file_facts,
    open_release,
    switch_current,
    verify_release,
)

KEPT = b"kept as it is"
GOOD = Manifest(
    id="2026-01-31-abcdef",
    digest="d" * 64,
    inputs="i" * 64,
    date="2026-01-31",
    software="ldpub 0",
    base="https://example.org/set/",
    languages=("en", "de"),
    title={"en": "Ä set"},
    description={"": ""},
    license="",
    publisher={},
    prefixes={"e": "https://example.org/ns#"},
    examples=(),
    url="https://example.org/set/",
    classes=(),
    default_graphs=("https://example.org/set/graph/ontology",),
    counts={"triples": 1},
    versions={},
    files={"quads.nq": {"bytes": len(KEPT), "sha256": hashlib.sha256(KEPT).hexdigest()}},
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / GOOD.id
    path.mkdir()
    (path / MANIFEST).write_text(GOOD.to_json(), encoding="utf-8")
    (path / "quads.nq").write_bytes(KEPT)
    return path


def test_a_manifest_says_what_was_written(folder: Path) -> None:
    release = open_release(folder)
    assert release.manifest == GOOD
    assert verify_release(release) == []
    assert release.file("quads.nq").read_bytes() == KEPT
    assert "Ä" in GOOD.to_json()
    assert list(json.loads(GOOD.to_json())) == sorted(asdict(GOOD))


def test_a_damaged_file_is_told(folder: Path) -> None:
    release = open_release(folder)
    (folder / "quads.nq").write_bytes(KEPT + b"!")
    assert verify_release(release) == ["quads.nq is not the file that was published"]
    (folder / "quads.nq").unlink()
    assert verify_release(release) == ["quads.nq is missing"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"layout": 1}', b"[" * 100_000])
def test_a_damaged_manifest_is_told(folder: Path, content: bytes) -> None:
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(ReleaseError) as raised:
        open_release(folder)
    assert str(folder) in str(raised.value)


def test_another_layout_is_refused(folder: Path) -> None:
    (folder / MANIFEST).write_text(json.dumps({**asdict(GOOD), "layout": 99}))
    with pytest.raises(ReleaseError, match="layout 99"):
        open_release(folder)


@given(st.sampled_from([field.name for field in fields(Manifest)] + ["more"]), json_values)
def test_a_wrong_value_is_told_or_of_the_right_type(
    tmp_path_factory: pytest.TempPathFactory, name: str, value: Any
) -> None:
    folder = tmp_path_factory.getbasetemp() / "wrong"
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).write_text(json.dumps({**asdict(GOOD), name: value}))
    try:
        manifest = open_release(folder).manifest
    except ReleaseError:
        return
    assert type(getattr(manifest, name)) is type(getattr(GOOD, name))


def test_what_is_no_release(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "nothing", tmp_path / "file"):
        with pytest.raises(ReleaseError, match="ldpub build"):
            open_release(path)


def test_current_is_a_link_that_is_followed_once(folder: Path) -> None:
    releases = folder.parent
    assert current_release(releases) is None
    switch_current(releases, GOOD.id)
    first = current_release(releases)
    assert first is not None
    assert (releases / CURRENT).readlink() == Path(GOOD.id)
    other = releases / "2026-02-01-fedcba"
    folder.copy(other) if hasattr(folder, "copy") else _copy(folder, other)
    switch_current(releases, other.name)
    assert first.path == folder.resolve()
    assert (current_release(releases) or first).path == other.resolve()
    assert {path.name for path in releases.iterdir()} == {folder.name, other.name, CURRENT}


def _copy(folder: Path, target: Path) -> None:
    target.mkdir()
    for path in folder.iterdir():
        (target / path.name).write_bytes(path.read_bytes())


def test_a_link_to_nothing_is_no_release(tmp_path: Path) -> None:
    (tmp_path / CURRENT).symlink_to("gone")
    assert current_release(tmp_path) is None


def test_facts_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    assert file_facts(path) == {"bytes": 3, "sha256": hashlib.sha256(b"abc").hexdigest()}
