"""The run of an import: mappings in the order of their names, each seeing what those before it made."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pyoxigraph import RdfFormat, Triple, parse

from ldpub.build.importing.expressions import Lookup
from ldpub.build.importing.lookups import graph_lookup, table_lookup
from ldpub.build.importing.mapping import GraphSource, TableMapping, read_mapping
from ldpub.build.importing.statements import Outcome, Unmatched, state
from ldpub.build.importing.tables import Table, read_table
from ldpub.build.importing.turtle import turtle
from ldpub.build.project import Project
from ldpub.errors import Fault, SourceError, UsageError


@dataclass(frozen=True)
class Imported:
    """One mapping's outcome: its files by path below the project, and how much went in and came out."""

    name: str
    files: Mapping[str, bytes]
    rows: int
    triples: int
    unmatched: int


def import_tables(project: Project, only: Iterable[str] = ()) -> Iterator[Imported]:
    """Import by every mapping of the project, or by those named; nothing is written.

    Raises UsageError where a name is that of no mapping, SourceError where a mapping or table is not right.
    """
    mappings = read_mappings(project)
    wanted = set(only) or {mapping.name for mapping in mappings if mapping.enabled}
    if unknown := sorted(wanted - {mapping.name for mapping in mappings}):
        known = ", ".join(mapping.name for mapping in mappings) or "none"
        raise UsageError(f"There is no mapping {unknown[0]}; the mappings are: {known}.")
    run = _Run(project)
    for mapping in mappings:
        if mapping.name in wanted:
            yield run.imported(mapping)


def read_mappings(project: Project) -> list[TableMapping]:
    """The project's mappings, in the order of their names; raises SourceError with the faults of all."""
    mappings: list[TableMapping] = []
    faults: list[Fault] = []
    for file in project.mappings:
        try:
            mappings.append(read_mapping(file.path, file.name, project.prefixes))
        except SourceError as error:
            faults += error.faults
    if faults:
        raise SourceError(faults)
    return sorted(mappings, key=lambda mapping: mapping.name)


class _Run:
    """Tables and graphs as they are read, and the files made so far."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._tables: dict[str, Table] = {}
        self._graphs: dict[str, list[Triple]] = {}
        self._made: dict[str, bytes] = {}

    def imported(self, mapping: TableMapping) -> Imported:
        """What one mapping makes of its table; raises SourceError with every cell that is not right."""
        table = self._table(mapping.table)
        outcome = state(mapping, table, self._lookups(mapping), self._project.graph_of(mapping.output))
        if outcome.faults:
            raise SourceError(outcome.faults)
        files = self._files(mapping, outcome)
        self._made |= files
        return Imported(mapping.name, files, len(table.rows), len(outcome.triples), len(outcome.unmatched))

    def _files(self, mapping: TableMapping, outcome: Outcome) -> dict[str, bytes]:
        head = (*mapping.head, f"Made by `ldpub import` from {mapping.table}, by {mapping.file}; do not edit.")
        text = turtle(outcome.triples, self._project.prefixes, head)
        files = {mapping.output: text.encode()}
        if outcome.unmatched:
            files[str(PurePosixPath(mapping.output).with_suffix(".unmatched.csv"))] = _report(outcome.unmatched)
        return files

    def _table(self, name: str) -> Table:
        if name not in self._tables:
            self._tables[name] = read_table(self._project.root / name, name)
        return self._tables[name]

    def _lookups(self, mapping: TableMapping) -> dict[str, Lookup]:
        """The lookups of a mapping; a later one may use those before it."""
        lookups: dict[str, Lookup] = {}
        for name, source in mapping.lookups.items():
            if isinstance(source, GraphSource):
                triples = (triple for pattern in source.files for triple in self._graph(pattern))
                lookups[name] = graph_lookup(triples, source.wanted, source.by, source.language)
            else:
                table = self._table(source.table)
                lookups[name] = table_lookup(table, source.keys, dict(lookups), source.distinct, source.point)
        return lookups

    def _graph(self, pattern: str) -> list[Triple]:
        """The triples of the Turtle files of a glob, those made in this run in place of those on disk."""
        if pattern in self._graphs and not any(PurePosixPath(name).match(pattern) for name in self._made):
            return self._graphs[pattern]
        root = self._project.root
        names = {path.relative_to(root).as_posix() for path in root.glob(pattern)}
        names |= {name for name in self._made if PurePosixPath(name).match(pattern)}
        triples: list[Triple] = []
        for name in sorted(names):
            content = self._made.get(name) or (root / name).read_bytes()
            try:
                triples += [quad.triple for quad in parse(content, format=RdfFormat.TURTLE)]
            except SyntaxError as error:
                raise SourceError([Fault(error.msg, name, error.lineno, error.offset, code="syntax")]) from error
        self._graphs[pattern] = triples
        return triples


def _report(unmatched: Iterable[Unmatched]) -> bytes:
    """What could not be matched, as CSV (RFC 4180): the line of the table, what was looked up, and why it failed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("line", "what", "why", "key"))
    writer.writerows((one.line, one.what, one.why, " | ".join(one.key)) for one in unmatched)
    return out.getvalue().encode()


def write_import(root: Path, imported: Imported, *, is_check: bool = False) -> list[Fault]:
    """Write the files of an import below the project, or only say which of them are not what it makes."""
    stale = []
    for name, content in imported.files.items():
        path = root / name
        if path.is_file() and path.read_bytes() == content:
            continue
        if is_check:
            stale.append(
                Fault("is not what `ldpub import` makes", name, mend=f"run `ldpub import --only {imported.name}`")
            )
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return stale
