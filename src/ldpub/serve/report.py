"""The validation report as a page: grouped by shape, the gravest first, each result with what it is about (SHACL, 3.6).

A long report comes in pages; of a result's line nothing is read before its page is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from flask import Response
from pyoxigraph import NamedNode

from ldpub.release import REPORT_LINES
from ldpub.serve.describe import Describer
from ldpub.serve.described import Value
from ldpub.serve.exchange import Exchange
from ldpub.serve.frame import Crumb, Place
from ldpub.serve.language import choose_text
from ldpub.serve.links import to_page
from ldpub.serve.pages import asking, describer_of, render
from ldpub.serve.paging import turns
from ldpub.serve.problems import Problem

RESULTS = 100
"""How many results a page shows."""

SEVERITIES = ("Violation", "Warning", "Info")


@dataclass(frozen=True)
class Group:
    """The results of a shape with one severity: what it is called, how many there are, and where they begin."""

    severity: str
    shape: Value
    count: int
    href: str
    anchor: str


@dataclass(frozen=True)
class Found:
    """One result: the thing, the property and the value, where the statement stands, and what is wrong."""

    thing: Value
    path: Value | None
    value: Value | None
    place: str
    message: str


def report(exchange: Exchange) -> Response:
    """The report of the current release; raises Problem where it has no such page."""
    with exchange.snapshot.release.file(REPORT_LINES).open(encoding="utf-8") as lines:
        counted: list[dict[str, Any]] = json.loads(next(lines))
        start = (exchange.page - 1) * RESULTS
        rows = [json.loads(line) for line in islice(lines, start, start + RESULTS)]
    total = sum(one["count"] for one in counted)
    if start and not rows:
        raise Problem(404, f"There is no page {exchange.page}.")
    describer = describer_of(exchange)
    describer.learn(NamedNode(iri) for iri in _iris(counted, rows))
    groups = {(one.severity, name): one for one, name in _groups(exchange, counted, describer)}
    words = exchange.words
    body = render(
        exchange,
        "report.html",
        title=words["report"],
        place=Place((Crumb(words["quality"], "quality"),), summary=words["report_help"]),
        total=total,
        has_shapes=exchange.snapshot.statements.is_graph(exchange.snapshot.iris.graph("shapes")),
        tiers=[(words[f"severity_{s}"], sum(o["count"] for o in counted if o["severity"] == s)) for s in SEVERITIES],
        groups=list(groups.values()),
        shown=[
            (groups[key], [_found(exchange, row, describer) for row in members])
            for key, members in groupby(rows, lambda row: (row["severity"], row["shape"] or row["component"]))
        ],
        paging=turns(exchange, total, RESULTS),
        query=asking(exchange, "sparql", {"query": _query(exchange)}),
    )
    return exchange.page_response(body)


def _iris(counted: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What the page names."""
    yield from (one["name"] for one in counted)
    for row in rows:
        yield from (row[key][1:-1] for key in ("focus", "value") if row[key].startswith("<"))
        if _is_iri(row["path"]):
            yield row["path"].removeprefix("^")


def _groups(
    exchange: Exchange, counted: Sequence[Mapping[str, Any]], describer: Describer
) -> Iterator[tuple[Group, str]]:
    before = 0
    for number, one in enumerate(counted, 1):
        page, anchor = before // RESULTS + 1, f"group-{number}"
        href = "" if page == exchange.page else to_page(exchange, "report", [("page", str(page))] if page > 1 else [])
        yield (
            Group(one["severity"], _shape(exchange, one, describer), one["count"], f"{href}#{anchor}", anchor),
            one["name"],
        )
        before += one["count"]


def _shape(exchange: Exchange, one: Mapping[str, Any], describer: Describer) -> Value:
    """The shape and its definition; the constraint in words, where the shape has no IRI."""
    node = NamedNode(one["name"])
    return describer.value(node) if one["shape"] else Value(_constraint(exchange, one["name"]))


def _found(exchange: Exchange, row: Mapping[str, Any], describer: Describer) -> Found:
    languages = exchange.snapshot.manifest.languages
    return Found(
        _term(row["focus"], describer),
        _path(exchange, row["path"], describer),
        _term(row["value"], describer) if row["value"] and row["value"] != row["focus"] else None,
        f"{row['file']}:{row['line']}" if row["line"] else row["file"],
        choose_text(row["messages"], exchange.language, languages) or _constraint(exchange, row["component"]),
    )


def _term(text: str, describer: Describer) -> Value:
    if text == "_:":
        return Value("…")
    return describer.value(NamedNode(text[1:-1])) if text.startswith("<") and text.endswith(">") else Value(text)


def _path(exchange: Exchange, path: str, describer: Describer) -> Value | None:
    """A property, or one against its direction; of a longer path the message of the shape says enough."""
    if not _is_iri(path):
        return None
    value = describer.value(NamedNode(path.removeprefix("^")))
    return value._replace(text=exchange.words["backward"].format(name=value.text)) if path.startswith("^") else value


def _is_iri(path: str) -> bool:
    """Whether a path is a property and not made of several."""
    return path.removeprefix("^").startswith(("http://", "https://", "urn:"))


def _constraint(exchange: Exchange, component: str) -> str:
    """What it means to break a constraint, in words; the name of one that is not known."""
    name = component.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    return exchange.words.get(f"constraint_{name}") or exchange.words["constraint_other"].format(name=name)


def _query(exchange: Exchange) -> str:
    """A query for the results that the page shows."""
    graph = exchange.snapshot.iris.graph("report")
    return (
        "PREFIX sh: <http://www.w3.org/ns/shacl#>\n\n"
        "SELECT ?shape ?severity ?thing ?path ?value ?message\n"
        f"WHERE {{\n  GRAPH <{graph}> {{\n    ?result sh:resultSeverity ?severity ; sh:focusNode ?thing .\n"
        "    OPTIONAL { ?result sh:sourceShape ?shape }\n    OPTIONAL { ?result sh:resultPath ?path }\n"
        "    OPTIONAL { ?result sh:value ?value }\n    OPTIONAL { ?result sh:resultMessage ?message }\n  }\n}\n"
        "ORDER BY ?severity ?shape ?thing\n"
    )
