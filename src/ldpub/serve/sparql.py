"""The endpoint as pages: the query form, answers as tables, and the service description for whoever asks nothing."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response

from ldpub.formats import GRAPH_FORMATS, HTML, SOLUTION_FORMATS, Format
from ldpub.iris import relative
from ldpub.serve import pages
from ldpub.serve.answers import Answers
from ldpub.serve.budget import Budget, client_of
from ldpub.serve.description import service_description
from ldpub.serve.endpoint import REVALIDATE, VARY, Caller, Endpoint, Reply, not_acceptable, store_query
from ldpub.serve.exchange import Exchange
from ldpub.serve.journal import begin
from ldpub.serve.negotiate import choose_format
from ldpub.serve.protocol import Operation, read_operation, requested_type
from ldpub.serve.representations import write_triples
from ldpub.serve.table import read_table
from ldpub.store import Limits


def unbounded_page() -> QueryPage:
    """The view with no client's bounds, for a site of one's own."""
    return QueryPage(
        Endpoint(Budget(1 << 30, 1e9), Answers(1 << 20)), Limits().seconds, Limits().query_bytes, frozenset()
    )


@dataclass(frozen=True)
class QueryPage:
    """The view of `/sparql`: what it shares with the door, and the limits that it tells people."""

    endpoint: Endpoint
    seconds: float
    query_bytes: int
    proxies: frozenset[str]

    def __call__(self, exchange: Exchange) -> Response:
        """A page where a page is wanted; what the door would answer where it let a request pass."""
        operation = read_operation(exchange.request.environ, 4 * self.query_bytes)
        if operation is None:
            return self._without_query(exchange)
        return self._answered(exchange, operation) if operation.wants_page else self._passed(exchange, operation)

    def _answered(self, exchange: Exchange, operation: Operation) -> Response:
        """A page, unless the form of the answer turns out to be wanted in a format of programs."""
        with ExitStack() as until_read:
            entry = begin(operation.text)
            query = store_query(operation)
            answer = self.endpoint.ask(exchange.snapshot, query, self._client(exchange), entry, until_read)
            wanted = operation.wanted[answer.form]
            if wanted is None:
                raise not_acceptable(answer.form)
            if wanted is HTML:
                result = read_table(answer, exchange)
                entry.end("answered", 200)
                return self._page(exchange, operation, result, answer.form)
        return self._passed(exchange, operation)

    def _passed(self, exchange: Exchange, operation: Operation) -> Response:
        """What the door answers, for requests that came past it."""
        caller = Caller(self._client(exchange), exchange.coding, frozenset(exchange.request.if_none_match.as_set()))
        return _response(self.endpoint.reply(exchange.snapshot, operation, caller))

    def _client(self, exchange: Exchange) -> str:
        environ = exchange.request.environ
        return client_of(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR"), self.proxies)

    def _without_query(self, exchange: Exchange) -> Response:
        """The form for people, the service description (SPARQL 1.1 Service Description, 2) for programs."""
        values = {name: exchange.request.args.getlist(name) for name in exchange.request.args}
        accept = requested_type(values, exchange.request.headers.get("Accept"))
        form = choose_format(accept, (*GRAPH_FORMATS, HTML))
        if form is None:
            raise not_acceptable("graph")
        if form is HTML:
            return exchange.page_response(pages.query_page(exchange, "", None, self.seconds))
        etag = exchange.etag("description", form.name)
        headers = {"Vary": VARY, "Cache-Control": REVALIDATE}
        if exchange.unchanged(etag):
            return exchange.not_modified(etag, headers)
        body = write_triples(service_description(exchange.snapshot), form, exchange.snapshot.manifest.prefixes)
        return exchange.representation(body, form, etag, headers)

    def _page(self, exchange: Exchange, operation: Operation, result: dict[str, object], form: str) -> Response:
        """The answer as a page: a table of the first rows, or the graph as Turtle."""
        offered = GRAPH_FORMATS if form == "graph" else SOLUTION_FORMATS
        links = [(other.label, _same_query(exchange, operation, other)) for other in offered]
        body = pages.query_page(exchange, operation.text, {**result, "links": links}, self.seconds)
        return exchange.page_response(body)


def _response(reply: Reply) -> Response:
    response = Response(reply.body, reply.status, reply.headers)
    close = getattr(reply.body, "close", None)
    if close is not None:
        response.call_on_close(close)
    return response


def _same_query(exchange: Exchange, operation: Operation, form: Format) -> str:
    values = [("query", operation.text)]
    values += [("default-graph-uri", graph) for graph in operation.default_graphs]
    values += [("named-graph-uri", graph) for graph in operation.named_graphs]
    return f"{relative('sparql', exchange.path)}?{urlencode([*values, ('format', form.name)])}"
