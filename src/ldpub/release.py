"""The release: an immutable directory, named by date and digest, and the one link that says which is current.

The door between the wings: `build` writes what is named here, `serve` reads it, and neither knows the other.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ldpub.errors import ReleaseError

LAYOUT = 5
"""The version of this layout; a release of another one is refused, not misread."""

CURRENT = "current"
SWITCHING = ".current-"
"""How the link begins that becomes `current`; the process follows."""
MANIFEST = "manifest.json"
QUADS = "quads.nq"
STORE = "store"
DOCUMENTS = "documents.sqlite"
SEARCH = "search.sqlite"
LISTS = "lists.sqlite"
RECONCILIATION = "reconciliation.sqlite"
CATALOGUE = "catalogue.ttl"
CATALOGUE_PAGES = "catalogue/pages"
"""The folder of the catalogue's pages `1.ttl` and so on, where it is longer than one."""
CATALOGUE_DATASETS = "catalogue/datasets"
"""The folder of what belongs to each data set, `<slug>.ttl`."""
VOID = "void.ttl"
REPORT = "report.ttl"
REPORT_LINES = "report.jsonl"
"""What validation found, as lines of JSON: the groups of results, then each result with file and line."""
QUESTIONS = "questions.json"
PICTURES = "pictures.json"
VOCABULARY = "vocabulary.json"
"""What the ontology's documentation shows of the data: counts and examples by term, queries by what they name."""
CLAIMS = "claims.json"
"""The project's properties by which claims say what is claimed, by role."""
PAGES = "pages.json"
"""The sentences that pages say of things, by class, and how the identifiers of other data sets are called."""
DUMPS = "dumps"
QUALITY = "quality.json"
ROBOTS = "robots.txt"
SITEMAP = "sitemap.xml"
PAGE_DATES = "page-dates.json"
"""Digest and time of change of each page that the sitemap lists."""
SITEMAPS = "sitemaps"
"""The folder of the files that the sitemap's index names, where there is one."""

SCHEMA = """
create table term (id integer primary key, text text not null unique);
create table statement (s integer not null, p integer not null, o integer not null, g integer not null);
create table label (resource integer not null, language text not null, text text not null, rank integer not null);
create table linked (node integer not null, forward integer not null, p integer not null, n integer not null,
  primary key (node, forward, p)) without rowid;
create table file (id integer primary key, name text not null);
create table place (statement integer primary key, file integer not null, line integer not null);
create table rule (id integer primary key, name text not null, titles text not null);
create table step (s integer not null, p integer not null, o integer not null, rule integer not null,
  premises blob not null, primary key (s, p, o)) without rowid;
create table modified (iri text primary key, timestamp text not null) without rowid;
"""
"""The documents' tables: terms in N-Triples syntax exactly as the sources wrote them, and statements about them. The
keys of terms are in the order of their texts.

`linked` counts the things at the other ends of a term's statements of one property, where there are more than MANY:
its objects (`forward` 1), or the subjects with an IRI outside the report (0). `place` gives the line of an asserted
statement, by rowid; `step` the rule that inferred a triple, and its premises as terms, three int32 each, little endian;
`rule` what a rule says, by language, as JSON; `modified` when what is asserted about an entity last changed
(xsd:dateTime, UTC).
"""

MANY = 20
"""How many values of one property a page shows of a thing, before it says how many there are."""

INDEXES = """
create index statement_s on statement (s, p, o);
create index statement_o on statement (o, p, s);
create index statement_g on statement (g, s);
create index label_resource on label (resource, rank);
"""

SEARCH_SCHEMA = """
create table thing (id integer primary key, iri text not null, class text not null);
create table name (id integer primary key, thing integer not null, text text not null);
create table whole (folded text not null, name integer not null, primary key (folded, name)) without rowid;
create virtual table word using fts5
  (plain, written, content = '', columnsize = 0, prefix = '1 2 3 4 5', tokenize = 'ascii');
"""
"""The search index: things, the best known first; their names in the same order (empty where one is not shown), each
folded as a whole and by its words."""

RECONCILIATION_SCHEMA = """
create table entity (id integer primary key, iri text not null unique, links integer not null,
  latitude real, longitude real, class text not null, place text not null);
create table form (id integer primary key, entity integer not null, folded text not null, made integer not null,
  text text not null, language text not null, rank integer not null);
create table sound (key text not null, form integer not null, primary key (key, form)) without rowid;
create table pair (letters text primary key, forms blob not null) without rowid;
create table identifier (value text not null, entity integer not null, primary key (value, entity)) without rowid;
create table class (iri text primary key, entities blob not null) without rowid;
create table property (iri text primary key, entities integer not null) without rowid;
create table used (class text not null, property text not null, entities integer not null,
  primary key (class, property)) without rowid;
"""
"""What the reconciliation service looks names up in: entities, numbered from 0, the best known first, each with the
smallest of its classes and with a thing that tells it from its namesakes (empty where there is none); the folded forms
of their names, numbered from 0 in the same order, each with how it was made (0 folded, 1 written out, 2 romanised), the
name and its rank (0 a label, 1 another name, 2 a hidden one); forms by sound and by pairs of letters; entities by
identifiers and by class; properties. Blobs are arrays of int32, little endian."""

RECONCILIATION_INDEXES = """
create index form_folded on form (folded);
create index form_entity on form (entity);
create index entity_latitude on entity (latitude, longitude);
create index identifier_entity on identifier (entity);
"""

LISTS_SCHEMA = """
create table thing (id integer primary key, iri text not null);
create table class (iri text primary key, things blob not null) without rowid;
create table facet (id integer primary key, name text not null, labels text not null, path text not null,
  by_decade integer not null, spans text not null, things blob not null, vals blob not null);
create table value (facet integer not null, id integer not null, term text not null, primary key (facet, id))
  without rowid;
create table place (language text primary key, places blob not null) without rowid;
"""
"""The lists: things, numbered from 0; the things of each class; of each facet its labels as JSON, its SPARQL path, as
JSON the pairs of paths to the first and last days of its decades, and pairs of thing and value; the place of each thing
in the order of labels. Blobs are arrays of int32, little endian."""


@dataclass(frozen=True)
class Manifest:
    """What a release says of itself.

    `digest` is the SHA-256 of the canonical quads (RDFC-1.0); `inputs` that of all else that shapes the release, so
    that building the same project again is seen to be the same; `versions` leads from each owl:versionIRI to its
    ontology; `url` is where the site is reached; `classes` are those that its home page shows; `files` gives size and
    SHA-256 of each file.
    """

    id: str
    digest: str
    inputs: str
    date: str
    software: str
    base: str
    languages: tuple[str, ...]
    title: Mapping[str, str]
    description: Mapping[str, str]
    license: str
    publisher: Mapping[str, str]
    prefixes: Mapping[str, str]
    examples: tuple[str, ...]
    url: str
    classes: tuple[str, ...]
    default_graphs: tuple[str, ...]
    counts: Mapping[str, int]
    versions: Mapping[str, str]
    creator: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    imprint: Mapping[str, str] = field(default_factory=dict)
    layout: int = LAYOUT
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def to_json(self) -> str:
        """The manifest as the file holds it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


@dataclass(frozen=True)
class Release:
    """One release on disk."""

    path: Path
    manifest: Manifest

    def file(self, name: str) -> Path:
        """The path of one of its files, by the names above."""
        return self.path / name


def open_release(path: Path) -> Release:
    """Open a release directory (a link is followed once, so that a later switch does not mix two releases).

    Raises ReleaseError where there is none, it is damaged, or another version of ldpub laid it out.
    """
    path = path.resolve()
    try:
        document = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ReleaseError(f"{path} is no release: it has no {MANIFEST}. `ldpub build` makes one.") from error
    except (ValueError, RecursionError, OSError) as error:
        raise ReleaseError(f"{path / MANIFEST} is damaged: {error}. Build the release again.") from error
    layout = document.get("layout") if isinstance(document, dict) else None
    if layout is True or layout != LAYOUT:  # True equals 1
        raise ReleaseError(f"{path} has layout {layout}, this ldpub reads {LAYOUT}. Build it again.")
    kinds = {entry.name: _KINDS[str(entry.type).partition("[")[0]] for entry in fields(Manifest)}
    wrong = {name for name, kind in kinds.items() if not isinstance(document.get(name), kind)} | (
        set(document) - set(kinds)
    )
    if wrong:
        raise ReleaseError(f"{path / MANIFEST} is damaged: {', '.join(sorted(wrong))}. Build the release again.")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in document.items()}
    return Release(path, Manifest(**values))


_KINDS = {"str": str, "int": int, "tuple": list, "Mapping": dict}
"""What JSON makes of the manifest's types."""


def current_release(releases: Path) -> Release | None:
    """The release that `current` points to, or None where nothing was published yet."""
    link = releases / CURRENT
    return open_release(link) if link.exists() else None


def switch_current(releases: Path, release_id: str) -> None:
    """Make a release the current one, by one atomic rename."""
    link = releases / f"{SWITCHING}{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(release_id, target_is_directory=True)
    link.replace(releases / CURRENT)
    sync(releases)


def sync(path: Path) -> None:
    """Have the disk keep a file's content or a folder's entries, so that what is renamed later is whole."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_facts(path: Path) -> dict[str, Any]:
    """Size in bytes and SHA-256 of a file."""
    with path.open("rb") as stream:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(stream, "sha256").hexdigest()}


def last_modified(release: Release) -> dict[str, str]:
    """When what is asserted about each entity last changed: IRI to xsd:dateTime (`2026-11-22T00:00:00Z`).

    Raises ReleaseError where the documents' database cannot be read.
    """
    path = release.file(DOCUMENTS)
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return dict(connection.execute("select iri, timestamp from modified order by iri"))
    except sqlite3.Error as error:
        raise ReleaseError(f"{path} is damaged: {error}. Build the release again.") from error


def verify_release(release: Release) -> list[str]:
    """What is wrong with a release's files, in words; nothing where all are as the manifest says."""
    wrong = []
    for name, facts in release.manifest.files.items():
        path = release.file(name)
        if not path.is_file():
            wrong.append(f"{name} is missing")
        elif file_facts(path) != facts:
            wrong.append(f"{name} is not the file that was published")
    return wrong
