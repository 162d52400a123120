"""The commands that join a project to other data sets: links, and the exchange with Wikidata.

Exit codes: 0 all is well, 1 the data is at fault (or differs), 2 the call or the other service is at fault.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ldpub.errors import Fault, UsageError
from ldpub.telling import counted, folder_of, tell

if TYPE_CHECKING:
    from ldpub.build.dataset import Dataset
    from ldpub.build.linking.propose import Source
    from ldpub.build.linking.table import Row
    from ldpub.build.linking.things import Linking
    from ldpub.build.project import Project
    from ldpub.build.wikidata.difference import Difference

_PROJECT = click.argument("path", type=click.Path(path_type=Path), default=".")
_EXTRACT = click.option(
    "--extract",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Ask no service, but a local file: RDF or JSON of Wikibase, or a table.",
)
_ENDPOINT = click.option("--endpoint", help="The SPARQL endpoint to ask in place of that of the settings.")


@click.command()
@_PROJECT
@click.option("--service", help="The reconciliation service to ask in place of that of the settings.")
@_EXTRACT
@click.option("--table", type=click.Path(path_type=Path), default="links.csv", show_default=True, help="The table.")
@click.option("--accept-clear", is_flag=True, help="Accept what is clear by name, place, country and kind alike.")
@click.option("--write", is_flag=True, help="Write what the table accepts to the links file, and ask nobody.")
@click.option("--check", is_flag=True, help="Examine the links that stand in the data instead.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv", "github"]), default="text", help="Of --check."
)
def link(
    path: Path,
    *,
    service: str | None,
    extract: Path | None,
    table: Path,
    accept_clear: bool,
    write: bool,
    check: bool,
    form: str,
) -> None:
    """Find links for the things of the project at PATH, to be reviewed in a table; or check those that it has.

    A reconciliation service is asked for candidates, and a table is written with the score and the evidence for each:
    name, distance, country, kind, namesakes. Say yes in its column `accept`, then run with --write. What is in the
    table is not asked again, so that a run that broke off goes on. Nothing is accepted by itself but by --accept-clear.
    """
    from ldpub.build.linking.things import read_linking
    from ldpub.build.load import load
    from ldpub.build.project import open_project

    dataset = load(open_project(path))
    linking = read_linking(dataset.project)
    if write:
        _write_links(dataset, linking, table, path)
        return
    source = _source(dataset.project, service, extract)
    if check:
        _check_links(dataset, linking, source, form, path)
    else:
        _propose_links(dataset, linking, source, table, accept_clear)


def _source(project: Project, service: str | None, extract: Path | None) -> Source:
    from ldpub.build.linking.extract import read_extract
    from ldpub.build.linking.propose import properties_of, service_of

    if extract is None:
        return service_of(project.config, service)
    if service is not None:
        raise UsageError("--service and --extract exclude each other: one asks the web, the other does not.")
    click.echo(f"No service is asked: candidates and items are those of {extract}.", err=True)
    return read_extract(extract, str(project.config["link.target"]), properties_of(project.config))


def _propose_links(dataset: Dataset, linking: Linking, source: Source, table: Path, accept_clear: bool) -> None:
    from ldpub.build.asking import AnswerError
    from ldpub.build.linking.propose import keeping, propose
    from ldpub.build.linking.table import accepting_clear, as_csv, read_table
    from ldpub.build.linking.things import things

    known = [row for row, _ in read_table(table)]
    linked = things(dataset.asserted, linking, dataset.project.config.languages)
    keep = keeping(table, as_csv)
    try:
        rows = propose(linked, known, source, linking, keep)
    except AnswerError as error:
        kept = f"\nWhat was found before is kept in {table}: run again to go on." if table.exists() else ""
        raise AnswerError(f"{error}{kept}") from error
    rows = accepting_clear(rows) if accept_clear else rows
    keep(rows)
    _say_rows(rows, len(known), table)


def _say_rows(rows: Sequence[Row], known: int, table: Path) -> None:
    new = len({row.thing for row in rows[known:]})
    accepted = sum(row.is_accepted for row in rows)
    click.echo(f"Wrote {table}: {len(rows)} lines, candidates for {new} more things, {accepted} accepted.")


def _write_links(dataset: Dataset, linking: Linking, table: Path, path: Path) -> None:
    from ldpub.build.linking.links_file import accepted_links, write_links
    from ldpub.build.linking.table import read_table
    from ldpub.build.linking.things import things

    if not table.exists():
        raise UsageError(f"{table} does not exist. `ldpub link` makes it.")
    project = dataset.project
    known = {thing.iri: thing.links for thing in things(dataset.asserted, linking, project.config.languages)}
    links = accepted_links(read_table(table), known, linking, table.name)
    name = str(project.config["link.file"])
    count = write_links(project.root / name, links, linking)
    click.echo(f"Wrote {folder_of(path) / name}: {count} links.")


def _check_links(dataset: Dataset, linking: Linking, source: Source, form: str, path: Path) -> None:
    from ldpub.build.linking.check import as_faults, examine
    from ldpub.build.linking.extract import Extract
    from ldpub.build.linking.propose import linked_items
    from ldpub.build.linking.things import linked_things

    linked = linked_things(dataset.asserted, linking, dataset.project.config.languages)
    found = examine(linked, linked_items(linked, source), linking, complete=not isinstance(source, Extract))
    faults = as_faults(found, dataset, linking)
    if form == "csv":
        _tell_csv(faults)
    else:
        tell(faults, form, path)
    errors = sum(fault.severity == "error" for fault in faults)
    if form == "text":
        count = sum(len(thing.links) for thing in linked)
        click.echo(
            f"Checked {counted(count, 'link')}: {counted(errors, 'error')}, {counted(len(faults) - errors, 'warning')}."
        )
    sys.exit(1 if errors else 0)


def _tell_csv(faults: Sequence[Fault]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["file", "line", "severity", "code", "message", "mend"])
    writer.writerows(
        [fault.file, fault.line, fault.severity, fault.code, fault.message, fault.mend] for fault in faults
    )


@click.group()
def wikidata() -> None:
    """Compare the project with Wikidata, and take from there what its pages need."""


@wikidata.command()
@_PROJECT
@_EXTRACT
@_ENDPOINT
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "html", "quickstatements"]),
    default="text",
    help="How to tell it; html is a page of its own.",
)
@click.option("--lang", type=click.Choice(["en", "de"]), default="en", show_default=True, help="The language of html.")
@click.option("--save", type=click.Path(path_type=Path), help="Keep what the endpoint answered, as N-Triples.")
def diff(path: Path, *, extract: Path | None, endpoint: str | None, form: str, lang: str, save: Path | None) -> None:
    """Say what the project at PATH has and Wikidata lacks, the reverse, and where they contradict each other.

    QuickStatements are for what Wikidata lacks, each with a source of ours. The exit code is 0 if nothing differs, 1 if
    something does, 2 if one of them cannot be read.
    """
    from ldpub.build.wikidata.difference import differences, unknown_items
    from ldpub.build.wikidata.mapping import read_mapping
    from ldpub.build.wikidata.ours import our_statements
    from ldpub.build.wikidata.statements import read_statements

    dataset, linking = _reasoned(path)
    mapping = read_mapping(dataset.project)
    ours = our_statements(dataset.union, mapping, linking)
    asked = _Asked(extract, endpoint, ours.subjects, mapping.numbers)
    source, triples = _wikidata(dataset.project, asked, save)
    theirs = read_statements(triples, mapping.numbers)
    _tell_unknown(unknown_items(ours, theirs), len(ours.subjects), source)
    found = differences(ours, theirs, mapping)
    _tell_differences(found, form, lang, dataset.project, source)
    sys.exit(1 if any(one.differs for one in found) else 0)


def _tell_unknown(unknown: Sequence[str], count: int, source: str) -> None:
    """Say of how many of our items nothing came; raises UsageError where that is all of them."""
    if unknown and len(unknown) == count:
        one = "the one item" if count == 1 else f"any of the {count} items"
        raise UsageError(f"{source}: nothing is known there of {one} that the project is linked to: is it Wikidata's?")
    if unknown:
        shown = ", ".join(unknown[:5]) + (", ..." if len(unknown) > 5 else "")
        click.echo(
            f"Nothing came about {len(unknown)} of {count} items ({shown}): that is unknown, not gone.", err=True
        )


def _reasoned(path: Path) -> tuple[Dataset, Linking]:
    from ldpub.build.inference import reason
    from ldpub.build.linking.things import read_linking
    from ldpub.build.load import load
    from ldpub.build.project import open_project

    dataset = reason(load(open_project(path)))
    return dataset, read_linking(dataset.project)


@dataclass(frozen=True)
class _Asked:
    """What is wanted of Wikidata, items and properties, and of whom: a file, or an endpoint (None: the settings')."""

    extract: Path | None
    endpoint: str | None
    ids: Sequence[str]
    numbers: Sequence[str]


def _wikidata(project: Project, asked: _Asked, save: Path | None = None) -> tuple[str, Sequence[Any]]:
    """Where Wikidata's statements come from, and they."""
    from ldpub.build.asking import Asker, Patience
    from ldpub.build.linking.extract import read_extract
    from ldpub.build.linking.propose import properties_of
    from ldpub.build.wikidata.fetch import fetch, save_triples

    config, target = project.config, str(project.config["link.target"])
    if asked.extract is not None:
        if asked.endpoint is not None or save is not None:
            raise UsageError("--extract asks no endpoint: leave --endpoint and --save away.")
        click.echo(f"No endpoint is asked: Wikidata is what {asked.extract} has of it.", err=True)
        read = read_extract(asked.extract, target, properties_of(config))
        if not read.triples:
            raise UsageError(f"{asked.extract}: there are no statements in it; it must be RDF as Wikidata has it.")
        return str(asked.extract), read.triples
    asker = Asker(asked.endpoint or config["wikidata.endpoint"], Patience(seconds=float(config["link.seconds"])))
    triples = fetch(asker, asked.ids, asked.numbers, target)
    if save is not None:
        save_triples(save, triples)
    return asker.url, triples


def _tell_differences(found: Sequence[Difference], form: str, lang: str, project: Project, source: str) -> None:
    from ldpub.build.wikidata.page import as_page
    from ldpub.build.wikidata.quickstatements import as_quickstatements
    from ldpub.build.wikidata.report import as_csv, as_text

    if form == "html":
        click.echo(as_page(found, lang, project.config.text("project.title"), source), nl=False)
        return
    written = {"text": as_text, "csv": as_csv, "quickstatements": as_quickstatements}[form]
    click.echo(written(found), nl=False)


@wikidata.command()
@_PROJECT
@_EXTRACT
@_ENDPOINT
@click.option("--date", "day", help="The day of the extract (2026-01-31); by default that which it names, or today.")
def extract(path: Path, *, extract: Path | None, endpoint: str | None, day: str | None) -> None:
    """Write the names and places of the linked items of Wikidata to the file that the settings name.

    The file is a graph of the release with its source, licence (CC0) and day: pages and queries need no service then.
    """
    from ldpub.build.linking.things import linked_things, read_linking
    from ldpub.build.load import load
    from ldpub.build.project import open_project
    from ldpub.build.wikidata.names import day_of, write_names

    dataset = load(open_project(path))
    linking, config = read_linking(dataset.project), dataset.project.config
    things = linked_things(dataset.asserted, linking, config.languages)
    ids = sorted({id_ for thing in things for id_ in thing.links})
    _, triples = _wikidata(dataset.project, _Asked(extract, endpoint, ids, ()))
    when = _day(day) or day_of(triples) or (None if extract else datetime.now(UTC).date())
    if when is None:
        raise UsageError(f"{extract} does not say of which day it is: name it by --date.")
    count = write_names(dataset.project, linking, triples, ids, when)
    click.echo(
        f"Wrote {folder_of(path) / config['wikidata.file']}: {count} statements about {len(ids)} items, of {when}."
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"--date: {text!r} is no day; write it so: 2026-01-31.") from error
