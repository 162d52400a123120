"""The project: a folder with an ldpub.toml, and the files that its globs name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ldpub.build.facets import configured_facets
from ldpub.build.summaries import configured_summaries
from ldpub.config import FILE_NAME, Config, read_config
from ldpub.errors import Fault, SourceError, UsageError
from ldpub.iris import IriPolicy
from ldpub.namespaces import PREFIXES

ROLES = ("ontology", "data", "shapes", "rules", "questions")


@dataclass(frozen=True)
class SourceFile:
    """A file of the project: where it is, what it is for, and its place as people and graphs call it."""

    path: Path
    role: str
    name: str
    """Relative to the project, with forward slashes: what an error shows."""
    graph_name: str
    """Relative to the fixed part of its glob, without the suffix: what its named graph is called."""
    root: Path
    """The folder of the project."""
    base: str
    """What relative IRIs in it are relative to: the project's base."""


@dataclass(frozen=True)
class Project:
    """A project on disk, its settings read."""

    root: Path
    config: Config

    @property
    def iris(self) -> IriPolicy:
        """The project's IRIs."""
        return IriPolicy(self.config.base)

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes of its settings, and those that every project has."""
        return {**PREFIXES, **self.config["project.prefixes"]}

    @property
    def releases(self) -> Path:
        """The folder of releases."""
        return self.root / str(self.config["build.releases"])

    @cached_property
    def files(self) -> dict[str, tuple[SourceFile, ...]]:
        """The files of each role, sorted by name."""
        return {role: self._files(role) for role in ROLES}

    def _files(self, role: str) -> tuple[SourceFile, ...]:
        found: dict[str, SourceFile] = {}
        left_out = self._left_out if role == "data" else frozenset()
        for pattern in self.config[f"sources.{role}"]:
            fixed = _fixed_part(pattern)
            for path in sorted(self.root.glob(pattern)):
                if path.is_file() and path not in left_out:
                    name = path.relative_to(self.root).as_posix()
                    graph = path.relative_to(self.root / fixed).with_suffix("").as_posix()
                    found.setdefault(name, SourceFile(path, role, name, graph, self.root, self.config.base))
        return tuple(found[name] for name in sorted(found))

    @property
    def _left_out(self) -> frozenset[Path]:
        """The files of imported data, where the settings leave them out."""
        if self.config["build.imports"]:
            return frozenset()
        return frozenset(path for pattern in self.config["sources.imports"] for path in self.root.glob(pattern))

    @property
    def mappings(self) -> tuple[SourceFile, ...]:
        """The files that say how tables are imported; the build does not read them."""
        return self._files("mappings")

    def graph_of(self, name: str) -> str:
        """The named graph of a file of data, by its path below the project.

        Raises SourceError where no pattern of `sources.data` is for its folder.
        """
        for pattern in self.config["sources.data"]:
            if (path := Path(name)).is_relative_to(fixed := _fixed_part(pattern)):
                return self.iris.graph(f"data/{path.relative_to(fixed).with_suffix('').as_posix()}")
        mend = "put it in a folder that sources.data names"
        raise SourceError([Fault(f"{name} is no file of sources.data", FILE_NAME, mend=mend)])

    def fingerprint(self) -> str:
        """A digest of every file that the build reads, the settings included."""
        digest = hashlib.sha256((self.root / FILE_NAME).read_bytes())
        for files in self.files.values():
            for file in files:
                digest.update(f"\0{file.role}\0{file.name}\0".encode())
                digest.update(file.path.read_bytes())
        return digest.hexdigest()


def open_project(path: Path, *, only_core: bool = False) -> Project:
    """Open the project at a folder; its curated core alone, without imported tables, where that is asked for.

    Raises UsageError where there is none, SourceError where its settings are wrong or it has no data at all.
    """
    root = path.parent if path.name == FILE_NAME else path
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder.")
    config = read_config(root / FILE_NAME)
    if only_core:
        config = replace(config, values={**config.values, "build.imports": False})
    project = Project(root.resolve(), config)
    try:
        configured_facets(project.config["browse.facets"], project.prefixes)
    except ValueError as error:
        raise SourceError([Fault(f"browse.facets: {error}", FILE_NAME)]) from error
    try:
        configured_summaries(project.config["browse.summaries"], project.prefixes)
    except ValueError as error:
        raise SourceError([Fault(f"browse.summaries: {error}", FILE_NAME)]) from error
    if not project.files["data"] and not project.files["ontology"]:
        globs = ", ".join((*project.config["sources.ontology"], *project.config["sources.data"]))
        mend = "put Turtle files there, or name yours in [sources] ontology and data"
        raise SourceError([Fault(f"no file matches {globs}", FILE_NAME, mend=mend)])
    return project


def _fixed_part(pattern: str) -> Path:
    """The folders of a glob before its first wildcard."""
    parts: list[str] = []
    for part in Path(pattern).parts[:-1]:
        if any(wild in part for wild in "*?["):
            break
        parts.append(part)
    return Path(*parts)
