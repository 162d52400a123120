"""The SPARQL 1.1 Protocol: query by GET and by both POSTs, negotiated results, problems as RFC 9457 documents.

An answer is sent when all of it is there, with its length: whatever fails on the way is a status, never a broken 200.
(Chunked streaming would need a server that cuts the connection when the application fails; granian ends it cleanly.)
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlencode

from flask import Response

from ldpub import formats
from ldpub.errors import QueryError, RefusedQueryError
from ldpub.formats import BOOLEAN_FORMATS, GRAPH_FORMATS, HTML, SOLUTION_FORMATS, Format
from ldpub.iris import relative
from ldpub.serve import pages
from ldpub.serve.description import service_description
from ldpub.serve.exchange import REVALIDATE, Exchange
from ldpub.serve.negotiate import choose_format
from ldpub.serve.problems import Problem
from ldpub.serve.representations import write_triples
from ldpub.serve.table import read_table
from ldpub.store import Answer, Form, Query

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"

_VARY = "Accept, Accept-Language"
_IN_MEMORY = 4 << 20
_ANSWER_AT_MOST = 256 << 20
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)
"""Functions whose value differs from one evaluation to the next: their answers have no validator."""

_NAMES = {f.name: f for f in (*SOLUTION_FORMATS, *GRAPH_FORMATS)} | {
    f.suffix: f for f in (*SOLUTION_FORMATS, *GRAPH_FORMATS)
}


@dataclass(frozen=True)
class _Operation:
    """The query operation of the protocol (2.1): the query and the dataset that the request names."""

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def sparql(exchange: Exchange, seconds: float) -> Response:
    """Answer a request to the endpoint; without a query, describe the service or show the form."""
    operation = _operation(exchange)
    if operation is None:
        return _without_query(exchange, seconds)
    accept = _accept(exchange)
    wanted: dict[Form, Format | None] = {
        "solutions": choose_format(accept, (*SOLUTION_FORMATS, HTML)),
        "boolean": choose_format(accept, (*BOOLEAN_FORMATS, HTML)),
        "graph": choose_format(accept, (*GRAPH_FORMATS, HTML)),
    }
    query = _query(operation, wanted)
    variant = (exchange.language, exchange.kept_language) if HTML in wanted.values() else ()
    etag = exchange.etag("sparql", repr(query), repr(wanted), *variant)
    keeps = exchange.snapshot.answers_for_ever and not _CHANGING.search(operation.text)
    headers = {"Vary": _VARY, "Cache-Control": REVALIDATE if keeps else "no-store"}
    if keeps and not exchange.request.if_none_match.star_tag and exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    answer = exchange.snapshot.store.query(query)
    form = wanted[answer.form]
    if form is None:
        answer.close()
        raise _not_acceptable(answer.form)
    if keeps and exchange.unchanged(etag):
        answer.close()
        return exchange.not_modified(etag, headers)
    response = _page(exchange, operation, answer, headers, seconds) if form is HTML else _whole(answer, headers)
    if keeps:
        response.set_etag(etag)
    return response


def _query(operation: _Operation, wanted: Mapping[Form, Format | None]) -> Query:
    """What the store is asked: for a page TSV or Turtle, which stand also where no format fits."""
    solutions, boolean, graph = wanted["solutions"], wanted["boolean"], wanted["graph"]
    return Query(
        operation.text,
        formats.RESULTS_TSV if solutions in (HTML, None) else solutions,
        formats.RESULTS_TSV if boolean in (HTML, None) else boolean,
        formats.TURTLE if graph in (HTML, None) else graph,
        operation.default_graphs,
        operation.named_graphs,
    )


def _operation(exchange: Exchange) -> _Operation | None:
    """Read the request (SPARQL 1.1 Protocol, 2.1.1 to 2.1.3); None where it has no query at all."""
    request = exchange.request
    values = request.args
    if request.method == "POST":
        media_type = request.mimetype
        if media_type == DIRECT:
            return _Operation(_text(request.get_data()), *_dataset(values.getlist))
        if media_type == "application/sparql-update":
            raise RefusedQueryError("This endpoint is read-only: it answers queries and takes no updates.")
        if media_type != FORM:
            headers = {"Accept-Post": f"{FORM}, {DIRECT}"}
            raise Problem(
                415, f"A query is posted as {FORM} or {DIRECT}, not as {media_type or 'nothing'}.", headers=headers
            )
        values = request.form
    if "update" in values:
        raise RefusedQueryError("This endpoint is read-only: it answers queries and takes no updates.")
    queries = values.getlist("query")
    if len(queries) > 1:
        raise Problem(400, "There must be one parameter `query`, not several.")
    if not queries and request.method == "POST":
        raise Problem(400, "The parameter `query` is missing.")
    return _Operation(queries[0], *_dataset(values.getlist)) if queries else None


def _dataset(values: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    assert callable(values)
    return tuple(values("default-graph-uri")), tuple(values("named-graph-uri"))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, f"The query is not UTF-8: {error.reason} at byte {error.start}.") from error


def _accept(exchange: Exchange) -> str | None:
    """The Accept field, or the media type that `format=` names."""
    name = exchange.request.values.get("format")
    if not name:
        return exchange.request.headers.get("Accept")
    if name == "html":
        return HTML.media_type
    if name not in _NAMES:
        raise Problem(400, f"There is no format {name}; there are {', '.join(sorted(_NAMES))} and html.")
    return _NAMES[name].media_type


def _not_acceptable(form: str) -> Problem:
    offered: Sequence[Format] = GRAPH_FORMATS if form == "graph" else SOLUTION_FORMATS
    names = ", ".join(f.media_type for f in offered)
    return Problem(406, f"This answer comes as {names}.", headers={"Vary": _VARY})


def _whole(answer: Answer, headers: dict[str, str]) -> Response:
    """200 with an answer that has come to its end, and its length."""
    headers = {**headers, "Content-Type": answer.format.content_type}
    if answer.body is not None:
        return Response(answer.body, headers=headers)
    spool = _spooled(answer)
    headers["Content-Length"] = str(spool.tell())
    spool.seek(0)
    response = Response(iter(lambda: spool.read(1 << 16), b""), headers=headers)
    response.call_on_close(spool.close)
    return response


def _spooled(answer: Answer) -> IO[bytes]:
    """The whole answer in a temporary file, in memory while it is small; raises QueryError where it breaks off."""
    with answer, ExitStack() as cleanup:
        spool = cleanup.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))
        for chunk in answer.chunks:
            spool.write(chunk)
            if spool.tell() > _ANSWER_AT_MOST:
                raise QueryError(f"The answer is larger than {_ANSWER_AT_MOST >> 20} MiB; take a dump, or use LIMIT.")
        cleanup.pop_all()
        return spool


def _without_query(exchange: Exchange, seconds: float) -> Response:
    """The form for people, the service description (SPARQL 1.1 Service Description, 2) for programs."""
    form = choose_format(_accept(exchange), (*GRAPH_FORMATS, HTML))
    if form is None:
        raise _not_acceptable("graph")
    if form is HTML:
        return exchange.page_response(pages.query_page(exchange, "", None, seconds))
    etag = exchange.etag("description", form.name)
    headers = {"Vary": _VARY, "Cache-Control": REVALIDATE}
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    body = write_triples(service_description(exchange.snapshot), form, exchange.snapshot.manifest.prefixes)
    return exchange.representation(body, form, etag, headers)


def _page(
    exchange: Exchange, operation: _Operation, answer: Answer, headers: dict[str, str], seconds: float
) -> Response:
    """The answer as a page: a table of the first rows, or the graph as Turtle."""
    with answer:
        result = read_table(answer, exchange)
    links = [
        (f.label, _same_query(exchange, operation, f))
        for f in (GRAPH_FORMATS if answer.form == "graph" else SOLUTION_FORMATS)
    ]
    body = pages.query_page(exchange, operation.text, {**result, "links": links}, seconds)
    headers = {**headers, "Content-Language": exchange.language, "Content-Type": HTML.content_type}
    return Response(body, headers=headers)


def _same_query(exchange: Exchange, operation: _Operation, form: Format) -> str:
    values = [("query", operation.text)]
    values += [("default-graph-uri", graph) for graph in operation.default_graphs]
    values += [("named-graph-uri", graph) for graph in operation.named_graphs]
    return f"{relative('sparql', exchange.path)}?{urlencode([*values, ('format', form.name)])}"
