"""The Flask application: the list of routes, and the rims that give each request a release and each error an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from ldpub.errors import LdpubError
from ldpub.serve import distributions, pages, sparql
from ldpub.serve.exchange import FIXED_HEADERS, REVALIDATE, Exchange, redirect
from ldpub.serve.negotiate import prefers_html
from ldpub.serve.problems import MEDIA_TYPE, Problem, problem_of
from ldpub.serve.resources import resource
from ldpub.serve.snapshot import Snapshots

View = Callable[..., Response]

_LOG = logging.getLogger("ldpub.serve")
_READ = ("GET", "HEAD", "OPTIONS")


def create_app(snapshots: Snapshots, query_seconds: float = 20.0, query_bytes: int = 1_000_000) -> Flask:
    """The site that serves the current release of `snapshots`."""
    app = Flask("ldpub.serve", static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = 4 * query_bytes

    def answer_sparql(exchange: Exchange) -> Response:
        return sparql.sparql(exchange, query_seconds)

    def answer_file(_exchange: Exchange, release_id: str, name: str) -> Response:
        return distributions.release_file(snapshots.releases, release_id, name)

    routes: tuple[tuple[str, View, tuple[str, ...]], ...] = (
        ("/", _home, _READ),
        ("/sparql", answer_sparql, sparql.METHODS),
        ("/browse", _browse, _READ),
        ("/report", distributions.report_page, _READ),
        ("/dump/<name>", distributions.latest_dump, _READ),
        ("/release/<release_id>/<path:name>", answer_file, _READ),
        ("/.well-known/void", _well_known_void, _READ),
        ("/<path:path>", _resource, _READ),
    )
    for rule, view, methods in routes:
        app.add_url_rule(
            rule, rule, _with_release(snapshots, view), methods=list(methods), provide_automatic_options=False
        )
    app.register_error_handler(Exception, _failure(snapshots))
    app.after_request(_with_fixed_headers)
    return app


def _with_release(snapshots: Snapshots, view: View) -> Callable[..., Response]:
    """A view of one release: held while the request runs and its answer is sent."""

    def answered(**arguments: Any) -> Response:
        if request.method == "OPTIONS":
            return _options(request)
        snapshot = snapshots.acquire()
        try:
            response = view(Exchange(request, snapshot), **arguments)
        except BaseException:
            snapshot.let_go()
            raise
        response.call_on_close(snapshot.let_go)
        return response

    return answered


def _options(request: Request) -> Response:
    """OPTIONS, and the preflight of CORS (Fetch, 3.2.2)."""
    allowed = ", ".join(sorted(request.url_rule.methods or ())) if request.url_rule else "GET"
    headers = {"Allow": allowed, "Access-Control-Allow-Methods": allowed, "Access-Control-Max-Age": "86400"}
    if wanted := request.headers.get("Access-Control-Request-Headers"):
        headers["Access-Control-Allow-Headers"] = wanted
    return Response(status=204, headers=headers)


def _failure(snapshots: Snapshots) -> Callable[[Exception], Response]:
    """The one place where an exception becomes an answer."""

    def answer(error: Exception) -> Response:
        problem = _problem(error)
        if not prefers_html(request.headers.get("Accept")):
            response = jsonify(problem.document())
            response.content_type = MEDIA_TYPE
        else:
            snapshot = snapshots.acquire()
            try:
                exchange = Exchange(request, snapshot)
                page = pages.problem_page(exchange, problem.status, problem.document()["title"], problem.detail)
            finally:
                snapshot.let_go()
            response = Response(page, content_type="text/html; charset=utf-8")
        response.status_code = problem.status
        response.headers.update(problem.headers)
        response.headers["Cache-Control"] = "no-store"
        response.headers.setdefault("Vary", "Accept")
        return response

    return answer


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, LdpubError):
        return problem_of(error)
    if isinstance(error, HTTPException):
        response = error.get_response()
        headers = {name: value for name, value in response.headers if name == "Allow"}
        return Problem(error.code or 500, error.description or "", headers=headers)
    _LOG.exception("a request failed", exc_info=error)
    return Problem(500, "The server made a mistake; it is in its log.")


def _with_fixed_headers(response: Response) -> Response:
    for name, value in FIXED_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _home(exchange: Exchange) -> Response:
    """The home page; a program that asks the base for RDF is sent to the catalogue."""
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": REVALIDATE}
    accept = exchange.request.headers.get("Accept")
    if accept and not prefers_html(accept) and "*/*" not in accept and "text/*" not in accept:
        return redirect(303, f"{exchange.request.root_path}/catalog", headers["Vary"])
    etag = exchange.etag("home", exchange.language, exchange.request.root_path)
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    response = Response(pages.home_page(exchange), headers={**headers, "Content-Type": "text/html; charset=utf-8"})
    response.set_etag(etag)
    return response


def _browse(exchange: Exchange) -> Response:
    class_iri = exchange.request.args.get("class", "")
    page = exchange.request.args.get("page", 1, type=int)
    if not class_iri or page < 1:
        raise Problem(400, "This page needs the parameter `class`, the IRI of a class, and a `page` from 1.")
    headers = {"Vary": "Accept-Language", "Cache-Control": REVALIDATE, "Content-Type": "text/html; charset=utf-8"}
    return Response(pages.browse_page(exchange, class_iri, page), headers=headers)


def _resource(exchange: Exchange, path: str) -> Response:
    del path  # the exchange has it, encoded as in IRIs
    return resource(exchange)


def _well_known_void(exchange: Exchange) -> Response:
    """VoID, 7.2: where a client looks for the description of the site's data."""
    return redirect(303, f"{exchange.request.root_path}/void")
