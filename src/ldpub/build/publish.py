"""Publish: writes the immutable release beside the former one and switches to it by one atomic rename.

Canonical form: RDF Dataset Canonicalization (RDFC-1.0). Whatever goes wrong before the switch leaves no trace in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from ldpub import __version__, release
from ldpub.build.dataset import Dataset
from ldpub.build.distributions import write_dumps
from ldpub.build.documents import write_documents
from ldpub.build.report import report_html
from ldpub.errors import LdpubError
from ldpub.namespaces import OWL, PREFIXES
from ldpub.release import Manifest, Release

_BUILDING = ".building-"


@dataclass(frozen=True)
class Publication:
    """What publishing came to: the release, the dataset in it, and whether the release is a new one."""

    release: Release
    dataset: Dataset
    is_new: bool


def publish(dataset: Dataset) -> Publication:
    """Make the dataset the current release; where nothing changed since the current one, that one stays.

    Raises LdpubError where the disk is full or cannot be written; the former release stays current.
    """
    releases = dataset.project.releases
    quads = canonical_quads(dataset.quads())
    lines = [f"{quad} .\n" for quad in quads]
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    inputs = hashlib.sha256(f"{__version__}\0{dataset.project.fingerprint()}".encode()).hexdigest()
    try:
        releases.mkdir(parents=True, exist_ok=True)
        _sweep(releases)
        former = _current(releases)
        if former and (former.manifest.digest, former.manifest.inputs) == (digest, inputs):
            return Publication(former, dataset, is_new=False)
        manifest = _manifest(dataset, _free_id(releases, digest), digest, inputs)
        with _Workshop(releases) as workshop:
            _write(workshop, dataset, quads, lines, manifest)
            workshop.rename(releases / manifest.id)
        release.switch_current(releases, manifest.id)
    except OSError as error:
        raise LdpubError(f"the release could not be written: {error}. The former release is still current.") from error
    return Publication(release.open_release(releases / manifest.id), dataset, is_new=True)


def canonical_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads with blank nodes named by RDFC-1.0, in the order of its canonical form."""
    listed = list(quads)
    if any(isinstance(term, ox.BlankNode) for quad in listed for term in (quad.subject, quad.object)):
        canonical = ox.Dataset(listed)
        canonical.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        listed = list(canonical)
    return sorted(listed, key=str)


class _Workshop:
    """A folder in which a release is made; gone afterwards unless it was renamed into its place."""

    def __init__(self, releases: Path) -> None:
        self._path = releases / f"{_BUILDING}{os.getpid()}"

    def __enter__(self) -> Path:
        self._path.mkdir()
        return self._path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._path, ignore_errors=True)


def _sweep(releases: Path) -> None:
    """Remove what builds left that were killed: workshops whose process is gone."""
    for path in releases.glob(f"{_BUILDING}*"):
        process = path.name.removeprefix(_BUILDING)
        if process == str(os.getpid()) or not _is_alive(int(process)):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _current(releases: Path) -> Release | None:
    """The current release, or None where there is none that this ldpub can read."""
    with suppress(LdpubError):
        return release.current_release(releases)
    return None


def _free_id(releases: Path, digest: str) -> str:
    """Date and digest; a number after them where the same data was published that day by other software."""
    day = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", datetime.now(UTC).timestamp())), UTC).date()
    name = f"{day.isoformat()}-{digest[:6]}"
    taken = {path.name for path in releases.iterdir()}
    return next(free for n in range(1, len(taken) + 2) if (free := name if n == 1 else f"{name}-{n}") not in taken)


def _manifest(dataset: Dataset, release_id: str, digest: str, inputs: str) -> Manifest:
    config = dataset.project.config
    graph = dataset.project.iris.graph
    counts = {name: len(triples) for name, triples in dataset.graphs.items()}
    return Manifest(
        id=release_id,
        digest=digest,
        inputs=inputs,
        date=release_id[:10],
        software=f"ldpub {__version__}",
        base=config.base,
        languages=config.languages,
        title=config.text("project.title"),
        description=config.text("project.description"),
        license=config["project.license"],
        publisher=config["project.publisher"],
        prefixes={**PREFIXES, **config["project.prefixes"]},
        examples=tuple(config["project.examples"]),
        default_graphs=dataset.default_graphs,
        counts={
            "files": len({file for files in dataset.origins.values() for file in files}),
            "triples": len(dataset.union),
            "inferred": counts.get(graph("inferred"), 0),
            **{severity.lower() + "s": sum(r.severity == severity for r in dataset.results) for severity in _TIERS},
        },
        versions={
            t.object.value: str(getattr(t.subject, "value", ""))
            for t in dataset.union
            if t.predicate == _VERSION_IRI and isinstance(t.object, ox.NamedNode)
        },
    )


_VERSION_IRI = ox.NamedNode(OWL + "versionIRI")
_TIERS = ("Violation", "Warning", "Info")


def _write(folder: Path, dataset: Dataset, quads: Sequence[ox.Quad], lines: Sequence[str], manifest: Manifest) -> None:
    iris = dataset.project.iris
    (folder / release.QUADS).write_text("".join(lines), encoding="utf-8")
    _write_store(folder / release.STORE, dataset, quads)
    write_documents(folder / release.DOCUMENTS, quads)
    union = _union(quads, dataset)
    described = set(dataset.graph("catalogue"))
    write_dumps(folder / release.DUMPS, iris.slug, (t for t in union if t not in described), manifest.prefixes)
    _write_turtle(folder / release.CATALOGUE, dataset.graph("catalogue"), manifest)
    _write_turtle(folder / release.REPORT, dataset.graph("report"), manifest)
    (folder / release.REPORT_HTML).write_text(report_html(dataset), encoding="utf-8")
    questions = [{"name": q.name, "titles": dict(q.titles), "query": q.text} for q in dataset.questions]
    (folder / release.QUESTIONS).write_text(json.dumps(questions, ensure_ascii=False, indent=1), encoding="utf-8")
    files = {
        path.relative_to(folder).as_posix(): release.file_facts(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_relative_to(folder / release.STORE)
    }
    (folder / release.MANIFEST).write_text(replace(manifest, files=files).to_json(), encoding="utf-8")
    _sync(folder)


def _write_store(path: Path, dataset: Dataset, quads: Sequence[ox.Quad]) -> None:
    """The engine's copy: the named graphs, and their union as the default graph, so that no query must merge."""
    union = _union(quads, dataset)
    store = ox.Store(path)
    store.bulk_extend(quads)
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in union)
    store.flush()
    store.optimize()
    del store


def _union(quads: Sequence[ox.Quad], dataset: Dataset) -> dict[ox.Triple, None]:
    """The triples of the default graph, blank nodes by their canonical names."""
    names = {ox.NamedNode(name) for name in dataset.default_graphs}
    return dict.fromkeys(quad.triple for quad in quads if quad.graph_name in names)


def _write_turtle(path: Path, triples: Sequence[ox.Triple], manifest: Manifest) -> None:
    content = ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.TURTLE, prefixes=dict(manifest.prefixes))
    assert content is not None
    path.write_bytes(content)


def _sync(folder: Path) -> None:
    """Have the disk keep what was written before the link to it is switched."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
