"""The command line: one function per command; a wing is imported inside the command that needs it.

Exit codes: 0 all is well, 1 the data is at fault, 2 the call is at fault.
"""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from ldpub import __version__
from ldpub.cli_link import link, wikidata
from ldpub.errors import Fault, LdpubError, QueryError, ReleaseError, SourceError, UsageError
from ldpub.telling import counted, tell

_PROJECT = click.argument("path", type=click.Path(path_type=Path), default=".")
_CORE = click.option("--core", is_flag=True, help="Leave imported tables out: the curated core alone.")
_VERBOSE = click.option("--verbose", is_flag=True, help="Say how long each step took, and the memory at its end.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ldpub")
def cli() -> None:
    """Turn a folder of ontology, data and shapes into a Linked Data site."""


@cli.command()
@_PROJECT
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="How to report.")
@click.option("--links", is_flag=True, help="Ask the web for each link of the data, too; dead ones are warnings.")
@_CORE
@_VERBOSE
def check(path: Path, form: str, *, links: bool, core: bool, verbose: bool) -> None:
    """Parse, reason and validate the project at PATH; publish nothing.

    Faults are told as file:line:column, what is wrong, and the mend: as text on standard error, as a JSON list, or as
    annotations of GitHub Actions, both on standard output. The exit code is 1 if there is an error, 0 if there are only
    warnings.
    """
    from ldpub.build.pipeline import check as check_project
    from ldpub.build.project import open_project

    began = time.monotonic()
    try:
        dataset = check_project(open_project(path, only_core=core), _watch(verbose))
    except SourceError as error:
        tell(error.faults, form, path)
        sys.exit(1)
    notices = [*dataset.notices, *(_dead_links(dataset) if links else ())]
    tell(notices, form, path)
    if form == "text":
        counts = f"{counted(len(dataset.union), 'triple')}, {counted(len(notices), 'warning')}"
        click.echo(f"Checked {path}: {counts}, no violations, in {time.monotonic() - began:.1f} s.")


@cli.command()
@_PROJECT
@_CORE
@_VERBOSE
def build(path: Path, *, core: bool, verbose: bool) -> None:
    """Check the project at PATH, then write its release and make it the current one.

    A build that fails leaves the former release as it was.
    """
    _build(path, core=core, verbose=verbose)


@cli.command()
@_PROJECT
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--workers", default=1, show_default=True, help="How many server processes.")
def serve(path: Path, host: str, port: int, workers: int) -> None:
    """Serve the project or release at PATH; builds the project first if it has no release."""
    from ldpub.release import open_release
    from ldpub.serve.server import listen, run_server

    if _is_release(path):
        open_release(path)
    elif not _has_readable_release(path):
        _build(path)
    listening = listen(host, port)
    click.echo(f"Serving {path.resolve()} on http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl+C ends it)")
    run_server(path.resolve(), listening, workers)


@cli.command()
@click.argument("query")
@click.option("--project", type=click.Path(path_type=Path), default=".", help="The project or release to ask.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "tsv", "json", "xml"]),
    default="table",
    help="How to answer.",
)
def query(query: str, project: Path, form: str) -> None:
    """Ask the current release a SPARQL QUERY (`-` reads it from standard input)."""
    from ldpub.serve.ask import ask

    text = _standard_input() if query == "-" else query
    release = project if _is_release(project) else _releases(project) / "current"
    click.echo(ask(release, text, form).encode(), nl=False)  # as text, a terminal's signs would be taken out


@cli.command()
@click.argument("triple")
@click.option("--project", type=click.Path(path_type=Path), default=".", help="The project to look into.")
def explain(triple: str, project: Path) -> None:
    """Say why a TRIPLE holds: the rule and the premises of each step, down to file and line.

    The triple is Turtle, with the project's prefixes: 'ex:a ex:isPartOf ex:b'.
    """
    from ldpub.build.inference import explain as explain_triple
    from ldpub.build.inference import reason
    from ldpub.build.load import load, read_triple
    from ldpub.build.project import open_project

    opened = open_project(project)
    for line in explain_triple(reason(load(opened)), read_triple(triple, opened.config)):
        click.echo(line)


@cli.command()
@click.argument("before")
@click.argument("after")
@click.option("--project", type=click.Path(path_type=Path), default=".", help="Whose releases or revisions are meant.")
@click.option("--format", "form", type=click.Choice(["text", "json", "patch"]), default="text", help="How to tell it.")
@click.option("--lang", type=click.Choice(["en", "de"]), default="en", show_default=True, help="The language of text.")
@click.option("--inferred", is_flag=True, help="Compare what is inferred, too.")
def diff(before: str, after: str, *, project: Path, form: str, lang: str, inferred: bool) -> None:
    """Say what differs between BEFORE and AFTER, entity by entity, with labels.

    Each is a release (a folder, its identifier, or `current`), a project (a folder: its files as they stand) or a git
    revision of the project (its files as they stood). What is asserted is compared, statement by statement as written:
    names of blank nodes, order, prefixes and the files in which statements stand make no difference. A patch is RDF
    Patch. The exit code is 0 if nothing differs, 1 if something does, 2 if one of them cannot be read.
    """
    from ldpub.build.change_report import as_json, as_patch, as_text, labels_of
    from ldpub.build.changes import difference
    from ldpub.build.compare import read_side
    from ldpub.build.entities import entities

    releases = _releases(project) if _is_project(project) else project
    old, new = (read_side(name, project, releases, inferred=inferred) for name in (before, after))
    changes = difference(entities(old.triples), entities(new.triples))
    labels = labels_of(new.triples, old.triples)
    if form == "json":
        click.echo(as_json(changes, labels), nl=False)
    else:
        prefixes = {**old.prefixes, **new.prefixes}
        for line in as_patch(changes) if form == "patch" else as_text(changes, labels, prefixes, lang):
            click.echo(line, nl=False)
    sys.exit(1 if changes else 0)


@cli.command("import")
@_PROJECT
@click.option("--only", multiple=True, metavar="NAME", help="Import by this mapping alone; may be given again.")
@click.option("--check", "is_check", is_flag=True, help="Write nothing; say whether the files are up to date.")
def import_(path: Path, only: tuple[str, ...], *, is_check: bool) -> None:
    """Make Turtle of the tables of the project at PATH, by its mappings (data/mappings/*.toml).

    A mapping with `enabled = false` runs only if it is named: its table is yours to bring. What a lookup did not find
    is listed in a CSV file next to the Turtle; nothing is guessed. With --check the exit code is 1 where a file is not
    what the import makes.
    """
    from ldpub.build.importing import import_tables, write_import
    from ldpub.build.project import open_project

    project = open_project(path)
    stale: list[Fault] = []
    for imported in import_tables(project, only):
        stale += write_import(project.root, imported, is_check=is_check)
        click.echo(
            f"{imported.name}: {imported.rows:,} rows, {imported.triples:,} triples, {imported.unmatched:,} unmatched."
        )
    if stale:
        raise SourceError(stale)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new project of four files in FOLDER, which builds."""
    from ldpub.build.starter import write_starter

    for name in write_starter(folder):
        click.echo(f"wrote {folder / name}")
    click.echo(f"Next: ldpub serve {shlex.quote(str(folder))}")


cli.add_command(link)
cli.add_command(wikidata)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; the one place where an error becomes an exit code."""
    try:
        cli.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except LdpubError as error:
        click.echo(str(error), err=True)
        sys.exit(2 if isinstance(error, UsageError | QueryError) else 1)
    except BrokenPipeError:
        # Who read the output has left (`ldpub query ... | head`); nothing may be written any more, not even at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        click.echo(f"{error.filename or 'input or output'}: {error.strerror or error}", err=True)
        sys.exit(2)


def _dead_links(dataset: Any) -> list[Fault]:
    """A warning for each link of the data that the web does not answer, at the statement that leads there."""
    from ldpub.build.links import dead_links

    return dead_links(dataset)


def _build(path: Path, *, core: bool = False, verbose: bool = False) -> None:
    from ldpub.build.pipeline import build as build_project
    from ldpub.build.project import open_project

    began = time.monotonic()
    published = build_project(open_project(path, only_core=core), _watch(verbose))
    tell(published.dataset.notices, "text", path)
    manifest = published.release.manifest
    counts = manifest.counts
    done = "Built" if published.is_new else "Nothing has changed since"
    told = f"{counted(counts['violations'], 'violation')}, {counted(counts['warnings'], 'warning')}"
    click.echo(
        f"{done} release {manifest.id}: {counts['files']} files, {counts['triples']:,} triples, "
        f"{counts['inferred']:,} of them inferred, {told}, in {time.monotonic() - began:.1f} s."
    )


def _watch(verbose: bool) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Tells each step and its time: while it runs on a terminal, with the processor time and memory if asked for."""
    from ldpub.build.timing import told

    def watch(step: Callable[[Any], Any], /) -> Callable[[Any], Any]:
        return told(step, sys.stderr, verbose=verbose) if verbose or _is_terminal() else step

    return watch


def _is_terminal() -> bool:
    return sys.stderr.isatty()


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise UsageError("The query on standard input is not in UTF-8.") from error


def _is_release(path: Path) -> bool:
    return (path / "manifest.json").is_file()


def _is_project(path: Path) -> bool:
    from ldpub.config import FILE_NAME

    return path.name == FILE_NAME or (path / FILE_NAME).is_file()


def _releases(path: Path) -> Path:
    """The folder of releases that a project's settings name."""
    from ldpub.config import FILE_NAME, read_config

    folder = path.parent if path.name == FILE_NAME else path
    return folder / str(read_config(folder / FILE_NAME)["build.releases"])


def _has_readable_release(path: Path) -> bool:
    """Whether there is a release that this ldpub reads; one that another version laid out is built again."""
    from ldpub.release import current_release

    try:
        return current_release(_releases(path)) is not None
    except ReleaseError:
        return False


if __name__ == "__main__":
    main()
