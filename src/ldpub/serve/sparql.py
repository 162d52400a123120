"""The endpoint as pages: the query form, answers as tables, and the service description for whoever asks nothing."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response

from ldpub.formats import GRAPH_FORMATS, HTML, SOLUTION_FORMATS, Format
from ldpub.iris import relative
from ldpub.serve import pages
from ldpub.serve.answers import Answers
from ldpub.serve.budget import Budget
from ldpub.serve.description import service_description
from ldpub.serve.endpoint import REVALIDATE, VARY, Beginning, Endpoint, not_acceptable, store_query
from ldpub.serve.exchange import Exchange
from ldpub.serve.journal import Journal
from ldpub.serve.negotiate import choose_format
from ldpub.serve.pages_in_threads import BEGINNING, REFUSED
from ldpub.serve.protocol import Operation, Request, read_operation, requested_type
from ldpub.serve.representations import write_triples
from ldpub.serve.table import beginning_of, read_table
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
        beginning: Beginning | None = request.environ.get(BEGINNING)
        asked = Request(
            request.method,
            request.query_string.decode("latin-1"),
            request.content_type or "",
            request.headers.get("Accept"),
            request.get_data(),
        )
        operation = read_operation(asked)
        if operation is None:
            return self._without_query(exchange)
        if beginning is None:  # a request that came past the door
            beginning = self._asked(exchange, operation)
        return self._page(exchange, operation, read_table(beginning, exchange), beginning.form)

    def _asked(self, exchange: Exchange, operation: Operation) -> Beginning:
        """The beginning of an answer, waited for here."""
        query, client = store_query(operation, exchange.snapshot), exchange.request.remote_addr or ""
        with self.endpoint.ask(exchange.snapshot, query, client, self.endpoint.begin(operation.text)) as answer:
            return beginning_of(answer)

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
