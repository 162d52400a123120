"""One query to one release from the command line, with the same engine as the site's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from ldpub import formats
from ldpub.errors import MalformedQueryError
from ldpub.release import STORE, open_release
from ldpub.store import Answer, Limits, Query, open_store
from ldpub.store.edits import Edit, edited, placed_before
from ldpub.store.faults import undeclared_names
from ldpub.store.tokens import significant_tokens

_FORMATS = {f.name: f for f in formats.SOLUTION_FORMATS}


def ask(path: Path, text: str, form: str) -> str:
    """The answer as a table for a terminal, or as csv, tsv, json or xml; graphs as Turtle.

    A prefix that the release knows and the query does not declare is declared for it.
    Raises ReleaseError where there is no release, QueryError where there is no answer.
    """
    release = open_release(path)
    edits = _declarations(text, release.manifest.prefixes)
    results = _FORMATS.get(form, formats.RESULTS_TSV)
    store = open_store(release.file(STORE), Limits(), 1, release.manifest.prefixes)
    try:
        with store.query(Query(edited(text, edits), results, results, formats.TURTLE)) as answer:
            return _table(answer) if form == "table" and answer.form == "solutions" else answer.read().decode()
    except MalformedQueryError as error:
        raise placed_before(error, text, edits) from error
    finally:
        store.close()


def _declarations(text: str, prefixes: Mapping[str, str]) -> list[Edit]:
    """What declares, before all else, the known prefixes that a query uses and does not declare."""
    used = dict.fromkeys(name.text.partition(":")[0] for name in undeclared_names(significant_tokens(text)))
    head = "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in used if name in prefixes)
    return [Edit(0, 0, head)] if head else []


def _table(answer: Answer) -> str:
    """Columns as wide as their widest value; IRIs and texts without their brackets and quotes."""
    solutions = parse_query_results(answer.read(), format=QueryResultsFormat.TSV)
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    rows = [["" if s[n] is None else _cell(s[n]) for n in names] for s in solutions]
    widths = [max(len(row[i]) for row in [names, *rows]) for i in range(len(names))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    head = "  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True)).rstrip()
    return "\n".join([head, "  ".join("-" * width for width in widths), *lines, f"({len(rows)} rows)"]) + "\n"


def _cell(term: object) -> str:
    """A term on one line, with nothing in it that a terminal would take for a command."""
    text = str(getattr(term, "value", term))
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
