"""Publish: writes the immutable release beside the former one and switches to it by one atomic rename.

Canonical form: RDF Dataset Canonicalization (RDFC-1.0). Whatever goes wrong before the switch leaves no trace in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyoxigraph as ox

from ldpub import __version__, release
from ldpub.build.canonical import canonical, extended
from ldpub.build.dataset import Dataset
from ldpub.build.documents import write_documents
from ldpub.build.entities import asserted, entities
from ldpub.build.event_stream import Occasion
from ldpub.build.history import goes_as_far, newest_release, write_history
from ldpub.build.indexes import Indexed, indexing
from ldpub.build.memory import give_back
from ldpub.build.numbered import IRI, Quads, Triples
from ldpub.build.page_dates import dates_file, page_dates, page_digests, read_dates
from ldpub.build.report import report_lines
from ldpub.build.rows import Rows
from ldpub.build.sitemap import crawler_files, pages
from ldpub.build.summaries import configured_summaries
from ldpub.build.timing import part
from ldpub.build.traces import traces
from ldpub.build.workshop import Workshop, sweep
from ldpub.config import FILE_NAME, Config
from ldpub.errors import Fault, LdpubError, ReleaseError, UsageError
from ldpub.events import read_history
from ldpub.namespaces import OWL, PREFIXES
from ldpub.release import Manifest, Release


@dataclass(frozen=True)
class Publication:
    """What publishing came to: the release, the dataset in it, and whether the release is a new one."""

    release: Release
    dataset: Dataset
    is_new: bool


def publish(dataset: Dataset) -> Publication:
    """Make the dataset the current release; where nothing changed since the current one, that one stays.

    A release of today that is the same, because a build was killed before it switched to it, is switched to.

    Raises LdpubError where the disk is full or cannot be written; the former release stays current.
    """
    releases = dataset.project.releases
    with part("canonical order"):
        quads = _canonical(dataset)
        dataset = replace(dataset, quads=quads)
        digest = _digest(quads)
    inputs = hashlib.sha256(f"{__version__}\0{dataset.project.fingerprint()}".encode()).hexdigest()
    try:
        releases.mkdir(parents=True, exist_ok=True)
        sweep(releases)
        former = _readable(releases / release.CURRENT)
        if former and _is_of(former, digest, inputs):
            return Publication(former, dataset, is_new=False)
        name = f"{_today().isoformat()}-{digest[:6]}"
        newest = newest_release(releases, dataset.project.config.base)
        same = (r for path in releases.glob(f"{name}*") if (r := _readable(path)) and _is_of(r, digest, inputs))
        made = next((r for r in same if goes_as_far(r, newest)), None)
        if made is None:
            made = _make(dataset, quads, _manifest(dataset, quads, _free_id(releases, name), digest, inputs), newest)
            dataset = replace(dataset, notices=(*dataset.notices, *_stale(dataset.project.config, newest, made)))
        release.switch_current(releases, made.manifest.id)
    except (OSError, sqlite3.Error) as error:
        raise LdpubError(
            f"No release could be written in {releases}: {error}. The former one stays current."
        ) from error
    return Publication(made, dataset, is_new=True)


def _canonical(dataset: Dataset) -> Quads:
    """All quads; those of the catalogue and the report, which have no blank nodes, are added to what was there."""
    if dataset.quads is None:
        return canonical(Rows.of(dataset.graphs))
    known = set(dataset.quads.graphs)
    return extended(dataset.quads, {name: said for name, said in dataset.graphs.items() if name not in known})


def _digest(quads: Quads) -> str:
    """The SHA-256 of the canonical form."""
    found = hashlib.sha256()
    for piece in quads.pieces():
        found.update(piece)
    return found.hexdigest()


def _make(dataset: Dataset, quads: Quads, manifest: Manifest, former: Release | None) -> Release:
    """The release, whole and on disk under its name, but not current."""
    releases = dataset.project.releases
    with Workshop(releases) as workshop:
        _write(workshop, dataset, quads, manifest, former=former)
        workshop.rename(releases / manifest.id)
    release.sync(releases)
    return release.open_release(releases / manifest.id)


def _stale(config: Config, former: Release | None, made: Release) -> Iterator[Fault]:
    """A warning where the data changed and its day of change did not: harvesters would not fetch it again."""
    day = config["project.modified"]
    if not former or not day:
        return
    before, after = read_history(former.path), read_history(made.path)
    if len(after.editions) > len(before.editions) and before.timestamp and day <= before.timestamp[:10]:
        line, excerpt = config.place("project.modified")
        yield Fault(
            f"the data changed, but project.modified is {day}, no later than the edition before",
            FILE_NAME,
            line,
            excerpt=excerpt,
            mend="set it to the day of the change, so that harvesters fetch the data again",
            severity="warning",
            code="project.modified",
        )


def _is_of(candidate: Release, digest: str, inputs: str) -> bool:
    """Whether a release is what this build would make, and still whole."""
    same = (candidate.manifest.digest, candidate.manifest.inputs) == (digest, inputs)
    return same and not release.verify_release(candidate)


def _readable(path: Path) -> Release | None:
    """The release at a path, or None where there is none that this ldpub can read."""
    with suppress(ReleaseError):
        return release.open_release(path)
    return None


def _today() -> date:
    """The day in UTC, or that of SOURCE_DATE_EPOCH (reproducible-builds.org), in seconds since 1970."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}; it must be whole seconds since 1970.") from error


def _free_id(releases: Path, name: str) -> str:
    """Date and digest; a number after them where the same data was published that day by other software."""
    taken = {path.name for path in releases.iterdir()}
    return next(free for n in range(1, len(taken) + 2) if (free := name if n == 1 else f"{name}-{n}") not in taken)


def _manifest(dataset: Dataset, quads: Quads, release_id: str, digest: str, inputs: str) -> Manifest:
    config = dataset.project.config
    graph = dataset.project.iris.graph
    counts = {name: len(triples) for name, triples in dataset.graphs.items()}
    union = quads.within(dataset.default_graphs).merged()
    values = union.terms.values
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
        creator=config["project.creator"],
        contact=config["project.contact"],
        imprint=config.text("project.imprint"),
        prefixes={**PREFIXES, **config["project.prefixes"]},
        examples=tuple(config["project.examples"]),
        url=config["project.url"] or config.base,
        classes=tuple(config["browse.classes"]),
        default_graphs=dataset.default_graphs,
        counts={
            "files": len({file for files in dataset.origins.values() for file in files}),
            "triples": len(union),
            "inferred": counts.get(graph("inferred"), 0),
            **{severity.lower() + "s": sum(r.severity == severity for r in dataset.results) for severity in _TIERS},
        },
        versions={values[o]: values[s] for s, o in union.of(OWL + "versionIRI") if union.terms.kinds[o] == IRI},
    )


def _occasion(config: Config, manifest: Manifest) -> Occasion:
    """The release as its event stream knows it; its day is that of the data's last change."""
    day = config["project.modified"] or config["project.issued"] or manifest.date
    return Occasion(manifest.id, manifest.digest, manifest.base, config["project.version"], day)


_TIERS = ("Violation", "Warning", "Info")


def _write(
    folder: Path,
    dataset: Dataset,
    quads: Quads,
    manifest: Manifest,
    *,
    former: Release | None,
) -> None:
    iris, config = dataset.project.iris, dataset.project.config
    with (folder / release.QUADS).open("wb") as file:
        file.writelines(quads.pieces())
    indexed = Indexed(dataset.project, dataset.rules, dataset.questions, manifest.default_graphs)
    with indexing(indexed, folder, quads):
        with part("documents"):
            write_documents(folder / release.DOCUMENTS, quads, traces(dataset, quads), iris.graph("report"))
            give_back(cycles=False)
        with part("history, event stream"):
            present = entities(asserted(quads, manifest.default_graphs, iris, inferred=False))
            time = write_history(folder, former, present, _occasion(config, manifest))
            del present
            give_back(cycles=False)
        with part("page dates, sitemap"):
            made = _dated(dataset, quads.within(manifest.default_graphs).merged(), former, time)
            _write_files(folder, {**dataset.files, **made})
            give_back(cycles=False)
    _write_turtle(folder / release.REPORT, dataset.graph("report"), manifest)
    (folder / release.REPORT_LINES).write_text(report_lines(dataset.results), encoding="utf-8")
    pictures = {name: config[f"pictures.{name}"] for name in ("dates", "map", "timeline", "network")}
    (folder / release.PICTURES).write_text(json.dumps(pictures, indent=1, sort_keys=True), encoding="utf-8")
    (folder / release.CLAIMS).write_text(json.dumps(config["browse.claims"], sort_keys=True), encoding="utf-8")
    sentences = configured_summaries(config["browse.summaries"], dataset.project.prefixes)
    told = {"summaries": sentences, "targets": config["catalogue.targets"]}
    (folder / release.PAGES).write_text(json.dumps(told, indent=1, sort_keys=True), encoding="utf-8")
    files = {
        path.relative_to(folder).as_posix(): release.file_facts(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_relative_to(folder / release.STORE)
    }
    (folder / release.MANIFEST).write_text(replace(manifest, files=files).to_json(), encoding="utf-8")
    for path in (*folder.rglob("*"), folder):
        release.sync(path)


def _dated(dataset: Dataset, union: Triples, former: Release | None, time: str) -> dict[str, bytes]:
    """The dates of pages, and what tells them to crawlers; `time` is that of this change."""
    paths = pages(dataset, union)
    dates = page_dates(page_digests(dataset, union, paths), read_dates(former), time)
    crawled = crawler_files(dataset.project.config, paths, lambda path: dates[path][1])
    return {**crawled, release.PAGE_DATES: dates_file(dates)}


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, written in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(written)


def _write_turtle(path: Path, triples: Sequence[ox.Triple], manifest: Manifest) -> None:
    content = ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.TURTLE, prefixes=dict(manifest.prefixes))
    assert content is not None
    path.write_bytes(content)
