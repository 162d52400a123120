"""Compare: reads what `ldpub diff` compares: a release, or the sources of a project as they stand or stood in git."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from ldpub.build.canonical import canonical
from ldpub.build.entities import asserted
from ldpub.build.inference import reason
from ldpub.build.load import load
from ldpub.build.numbered import Triples
from ldpub.build.project import open_project
from ldpub.build.rows import Rows
from ldpub.config import FILE_NAME
from ldpub.errors import LdpubError, UsageError
from ldpub.iris import IriPolicy
from ldpub.namespaces import PREFIXES
from ldpub.release import MANIFEST, QUADS, Release, open_release


@dataclass(frozen=True)
class Side:
    """What is compared: triples, and the prefixes to show them by."""

    triples: Triples
    prefixes: Mapping[str, str]


def read_side(name: str, project: Path, releases: Path, *, inferred: bool) -> Side:
    """Read a release (a folder, or its identifier below `releases`) or sources (a folder, or a revision of `project`).

    Raises UsageError where it is none of them, or cannot be read.
    """
    path = Path(name)
    try:
        if (path / MANIFEST).is_file():
            return _of_release(open_release(path), inferred=inferred)
        if (path / FILE_NAME).is_file() or path.name == FILE_NAME:
            return _of_project(path, inferred=inferred)
        if (releases / name / MANIFEST).is_file():
            return _of_release(open_release(releases / name), inferred=inferred)
        if (archive := _revision(name, project)) is not None:
            return _of_archive(archive, inferred=inferred)
    except (LdpubError, SyntaxError) as error:
        raise UsageError(f"{name} cannot be read:\n{error}") from error
    known = f"none of the releases in {releases}, no folder with a {FILE_NAME}, and no git revision of {project}"
    raise UsageError(f"{name} is no release, {known}.")


def release_triples(release: Release, *, inferred: bool) -> Triples:
    """What a release asserts, and what it infers if that is wanted."""
    manifest = release.manifest
    rows = Rows()
    rows.add_quads(parse(path=release.file(QUADS), format=RdfFormat.N_QUADS))
    return asserted(rows.quads(), manifest.default_graphs, IriPolicy(manifest.base), inferred=inferred)


def _of_release(release: Release, *, inferred: bool) -> Side:
    return Side(release_triples(release, inferred=inferred), release.manifest.prefixes)


def _of_project(path: Path, *, inferred: bool) -> Side:
    """What a build of the sources would assert; nothing is validated, and reasoned only where that is wanted."""
    dataset = load(open_project(path))
    if inferred:
        dataset = reason(dataset)
    config = dataset.project.config
    triples = asserted(
        canonical(Rows.of(dataset.graphs)), dataset.default_graphs, dataset.project.iris, inferred=inferred
    )
    return Side(triples, {**PREFIXES, **config["project.prefixes"]})


def _revision(name: str, project: Path) -> bytes | None:
    """A project's folder at a git revision as a tar archive, or None where git knows no such revision of it."""
    git = shutil.which("git")
    if git is None or name.startswith("-") or not project.is_dir():
        return None
    command = [git, "-C", str(project), "archive", "--format=tar", name]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell, and no option as a name
    return done.stdout if done.returncode == 0 else None


def _of_archive(archive: bytes, *, inferred: bool) -> Side:
    with tempfile.TemporaryDirectory(prefix="ldpub-diff-") as name, tarfile.open(fileobj=io.BytesIO(archive)) as files:
        folder = Path(name)
        for member in files:
            content = files.extractfile(member) if member.isfile() else None
            if content is not None:
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())
        return _of_project(folder, inferred=inferred)
