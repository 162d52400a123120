"""The endpoint as pages: the query form, answers as tables, and the service description for whoever asks nothing."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response

from ldpub.formats import GRAPH_FORMATS, HTML, SOLUTION_FORMATS, Format
from ldpub.iris import relative
from ldpub.serve import pages
from ldpub.serve.answers import Answers
from ldpub.serve.budget import Budget, client_of
from ldpub.serve.description import service_description
from ldpub.serve.endpoint import REVALIDATE, VARY, Endpoint, not_acceptable, store_query
from ldpub.serve.exchange import Exchange
from ldpub.serve.journal import Journal
from ldpub.serve.negotiate import choose_format
from ldpub.serve.pages_in_threads import REFUSED
from ldpub.serve.protocol import Operation, Request, read_operation, requested_type
from ldpub.serve.representations import write_triples
from ldpub.serve.table import read_table
from ldpub.store import Limits


def unbounded_page() -> QueryPage:
    """The view with no client's bounds, for a site of one's own."""
    return QueryPage(Endpoint(Budget(1 << 30, 1e9), Answers(1 << 20), Journal()), Limits(), frozenset())


@dataclass(frozen=True)
class QueryPage:
    """The view of `/sparql`: what it shares with the door, and the limits that it tells people."""

    endpoint: Endpoint
    limits: Limits
    proxies: frozenset[str]

    def __call__(self, exchange: Exchange) -> Response:
        """A page: what the door sends here is meant for people, or asks nothing."""
        request = exchange.request
        if (refused := request.environ.get(REFUSED)) is not None:
            raise refused
        asked = Request(
            request.method,
            request.query_string.decode("latin-1"),
            request.content_type or "",
            request.headers.get("Accept"),
            request.get_data(),
        )
        operation = read_operation(asked)
        return self._without_query(exchange) if operation is None else self._answered(exchange, operation)

    def _answered(self, exchange: Exchange, operation: Operation) -> Response:
        entry = self.endpoint.begin(operation.text)
        with self.endpoint.ask(
            exchange.snapshot, store_query(operation, exchange.snapshot), self._client(exchange), entry
        ) as answer:
            result = read_table(answer, exchange)
            entry.form, entry.format = answer.form, HTML.name
            entry.end("answered", 200)
            return self._page(exchange, operation, result, answer.form)

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
            return exchange.page_response(pages.query_page(exchange, "", None, self.limits.seconds))
        etag = exchange.etag("description", form.name, str(bool(self.limits.services)))
        headers = {"Vary": VARY, "Cache-Control": REVALIDATE}
        if exchange.unchanged(etag):
            return exchange.not_modified(etag, headers)
        described = service_description(exchange.snapshot, federates=bool(self.limits.services))
        body = write_triples(described, form, exchange.snapshot.manifest.prefixes)
        return exchange.representation(body, form, etag, headers)

    def _page(self, exchange: Exchange, operation: Operation, result: dict[str, object], form: str) -> Response:
        """The answer as a page: a table of the first rows, or the graph as Turtle."""
        offered = GRAPH_FORMATS if form == "graph" else SOLUTION_FORMATS
        links = [(other.label, _same_query(exchange, operation, other)) for other in offered]
        body = pages.query_page(exchange, operation.text, {**result, "links": links}, self.limits.seconds)
        return exchange.page_response(body)


def _same_query(exchange: Exchange, operation: Operation, form: Format) -> str:
    values = [("query", operation.text)]
    values += [("default-graph-uri", graph) for graph in operation.default_graphs]
    values += [("named-graph-uri", graph) for graph in operation.named_graphs]
    return f"{relative('sparql', exchange.path)}?{urlencode([*values, ('format', form.name)])}"
