"""The endpoint as pages: the editor, answers as tables and pictures, the service description for who asks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Response

from ldpub.errors import LdpubError
from ldpub.formats import GRAPH_FORMATS, HTML, SOLUTION_FORMATS, SVG
from ldpub.iris import relative
from ldpub.serve import pages
from ldpub.serve.answers import Answers
from ldpub.serve.budget import Budget
from ldpub.serve.comments import TABLE, VIEWS, read_view, with_view
from ldpub.serve.describe import Describer
from ldpub.serve.description import service_description
from ldpub.serve.endpoint import REVALIDATE, VARY, Beginning, Endpoint, changes, not_acceptable, store_query
from ldpub.serve.exchange import Exchange
from ldpub.serve.journal import Journal
from ldpub.serve.links import to_page
from ldpub.serve.negotiate import choose_format, prefers_html
from ldpub.serve.pages_in_threads import BEGINNING, REFUSED
from ldpub.serve.pictures import svg
from ldpub.serve.pictures.figures import WIDTHS, Images, alternative, embedding, image_of
from ldpub.serve.problems import Problem, problem_of
from ldpub.serve.protocol import Operation, Request, read_operation, requested_type
from ldpub.serve.query_error import told
from ldpub.serve.representations import write_triples
from ldpub.serve.result_views import View, drawable, read_drawing, view_sheet
from ldpub.serve.table import ROWS_SHOWN, Rows, beginning_of, read_rows, read_table, shown
from ldpub.store import Limits

PICTURE = "sparql/picture"
"""The path below which answers are pictures."""

ROWS_DRAWN = 5000
_LONGEST_LINK = 16_000
"""Characters of a reference that servers and browsers take; a longer query is posted."""

SCRIPTED = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The policy of the one page that has a script: it may load its own and ask its own site, nothing else (CSP 3)."""


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
        asked = _request(exchange)
        try:
            operation = _operation(exchange, asked)
            if operation is None:
                return self._without_query(exchange)
            beginning = self._beginning(exchange, operation)
        except (Problem, LdpubError) as error:
            if not prefers_html(asked.accept):
                raise
            return self._failed(exchange, asked, error if isinstance(error, Problem) else problem_of(error))
        return self._page(exchange, operation, beginning)

    def picture(self, exchange: Exchange) -> Response:
        """An answer as SVG: `/sparql/picture?query=...&view=Map`; raises Problem and QueryError."""
        operation = _operation(exchange, _request(exchange))
        values = exchange.request.args
        view, size = values.get("view", ""), values.get("size", "wide")
        if operation is None:
            raise Problem(400, "The parameter `query` is missing.")
        if view not in VIEWS or view == TABLE:
            raise Problem(400, f"`view` is one of {', '.join(v for v in VIEWS if v != TABLE)}.")
        if size not in WIDTHS:
            raise Problem(400, f"`size` is one of {', '.join(WIDTHS)}.")
        beginning = self._beginning(exchange, operation)
        etag = exchange.etag(PICTURE, repr(_parameters(operation)), view, size, exchange.language)
        headers = {
            "Vary": "Accept-Language",
            "Cache-Control": _caching(exchange, operation),
            "Content-Language": exchange.language,
            "Content-Security-Policy": svg.CONTENT_SECURITY_POLICY,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if headers["Cache-Control"] == REVALIDATE and exchange.unchanged(etag):
            return exchange.not_modified(etag, headers)
        rows = read_rows(beginning, ROWS_DRAWN) if beginning.form == "solutions" else Rows((), (), more=False)
        drawing = read_drawing(rows, view, _describer(exchange), exchange.words)
        if drawing is None:
            raise Problem(404, f"The answer has no columns of which a {view} can be drawn.")
        return exchange.representation(view_sheet(drawing.view, WIDTHS[size]).svg().encode(), SVG, etag, headers)

    def _beginning(self, exchange: Exchange, operation: Operation) -> Beginning:
        """The beginning of an answer; of a request that came past the door, waited for here."""
        beginning: Beginning | None = exchange.request.environ.get(BEGINNING)
        if beginning is not None:
            return beginning
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
            return _scripted(exchange.page_response(pages.query_page(exchange, self.limits)))
        etag = exchange.etag("description", form.name, str(bool(self.limits.services)))
        headers = {"Vary": VARY, "Cache-Control": REVALIDATE}
        if exchange.unchanged(etag):
            return exchange.not_modified(etag, headers)
        described = service_description(exchange.snapshot, federates=bool(self.limits.services))
        body = write_triples(described, form, exchange.snapshot.manifest.prefixes)
        return exchange.representation(body, form, etag, headers)

    def _page(self, exchange: Exchange, operation: Operation, beginning: Beginning) -> Response:
        """The answer as a page: a table of the first rows, perhaps with a picture; or a graph."""
        if beginning.form == "solutions":
            result = _solutions(exchange, operation, beginning)
        else:
            result = read_table(beginning, exchange)
        downloads = _downloads(exchange, operation, beginning.form)
        body = pages.query_page(exchange, self.limits, operation.text, result={**result, **downloads})
        response = _scripted(exchange.page_response(body))
        response.headers["Cache-Control"] = _caching(exchange, operation)
        return response

    def _failed(self, exchange: Exchange, asked: Request, problem: Problem) -> Response:
        """The editor with the query as it was, and what is wrong with it."""
        text = _text(asked)
        error = told(problem, text, exchange.words)
        response = _scripted(exchange.page_response(pages.query_page(exchange, self.limits, text, error=error)))
        response.status_code = problem.status
        response.headers.update(problem.headers)
        response.headers["Cache-Control"] = "no-store"
        return response


def _request(exchange: Exchange) -> Request:
    request = exchange.request
    return Request(
        request.method,
        request.query_string.decode("latin-1"),
        request.content_type or "",
        request.headers.get("Accept"),
        request.get_data(),
    )


def _operation(exchange: Exchange, asked: Request) -> Operation | None:
    """What is asked; raises what the door has against it, and what is wrong with the request."""
    if (refused := exchange.request.environ.get(REFUSED)) is not None:
        raise refused
    return read_operation(asked)


def _text(asked: Request) -> str:
    """The query of a request that failed, if it can be read."""
    try:
        operation = read_operation(asked)
    except (Problem, LdpubError):
        return ""
    return operation.text if operation else ""


def _solutions(exchange: Exchange, operation: Operation, beginning: Beginning) -> dict[str, Any]:
    """The table, and what there is to see of it as the query's comment wants it."""
    view = read_view(operation.text)
    rows = read_rows(beginning, ROWS_SHOWN if view == TABLE else ROWS_DRAWN)
    drawing = read_drawing(rows, view, _describer(exchange), exchange.words)
    asked = [*_parameters(operation), ("view", view)]
    picture = to_page(exchange, PICTURE, asked)
    offered = (TABLE, *drawable(rows))
    switch = [
        (v, to_page(exchange, "sparql", [("query", with_view(operation.text, v)), *_parameters(operation)[1:]]))
        for v in offered
    ]
    is_short = len(picture) <= _LONGEST_LINK
    return {
        **shown(rows, exchange),
        "view": view,
        "views": switch if is_short and len(offered) > 1 else [],
        "drawing": drawing if is_short else None,
        "images": _images(exchange, drawing.view, picture, asked) if drawing and is_short else None,
        "is_known": view in VIEWS,
        "is_short": is_short,
        "drawn": ROWS_DRAWN if rows.more else None,
    }


def _images(exchange: Exchange, view: View, href: str, asked: Sequence[tuple[str, str]]) -> Images:
    """The picture of an answer, wide and narrow, and as other sites can show it."""
    wide, narrow = (image_of(view_sheet(view, WIDTHS[size]), href) for size in ("wide", "narrow"))
    public = f"{exchange.snapshot.manifest.url}{PICTURE}?{urlencode([*asked, ('lang', exchange.language)])}"
    narrow = replace(narrow, href=f"{href}&size=narrow")
    return Images(wide, narrow, alternative(view), embedding(view, replace(wide, href=public)))


def _downloads(exchange: Exchange, operation: Operation, form: str) -> dict[str, Any]:
    """The same answer in the formats of programs: as links, or where they were too long as a form that is posted."""
    parameters = _parameters(operation)
    offered = [(form.label, form.name) for form in (GRAPH_FORMATS if form == "graph" else SOLUTION_FORMATS)]
    target = relative("sparql", exchange.path)
    links = [(label, f"{target}?{urlencode([*parameters, ('format', name)])}") for label, name in offered]
    if max(len(href) for _, href in links) <= _LONGEST_LINK:
        return {"links": links}
    return {"links": [], "posted": parameters, "formats": offered}


def _parameters(operation: Operation) -> list[tuple[str, str]]:
    return [
        ("query", operation.text),
        *(("default-graph-uri", graph) for graph in operation.default_graphs),
        *(("named-graph-uri", graph) for graph in operation.named_graphs),
    ]


def _caching(exchange: Exchange, operation: Operation) -> str:
    keeps = exchange.snapshot.answers_for_ever and not changes(operation.text)
    return REVALIDATE if keeps else "no-store"


def _scripted(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = SCRIPTED
    return response


def _describer(exchange: Exchange) -> Describer:
    return Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
