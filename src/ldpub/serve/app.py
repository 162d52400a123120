"""The Flask application: the list of routes, and the rims that give each request a release and each error an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from ldpub.errors import LdpubError
from ldpub.formats import HTML
from ldpub.serve import (
    assets,
    browse,
    catalogue,
    changes,
    cite,
    discovery,
    distributions,
    event_stream,
    health,
    imprint,
    patterns,
    quality,
    releases,
    report,
)
from ldpub.serve.budget import Budget
from ldpub.serve.exchange import FIXED_HEADERS, PAGE_HEADERS, Exchange, redirect
from ldpub.serve.gallery import Gallery
from ldpub.serve.home import Home
from ldpub.serve.negotiate import prefers_html
from ldpub.serve.problem_page import problem_page
from ldpub.serve.problems import MEDIA_TYPE, Problem, problem_of
from ldpub.serve.protocol import METHODS
from ldpub.serve.questions import Questions
from ldpub.serve.reconcile.views import Reconciliation
from ldpub.serve.resources import released_ontology, resource
from ldpub.serve.search import Search, description
from ldpub.serve.snapshot import Snapshots
from ldpub.serve.sparql import QueryPage, unbounded_page
from ldpub.serve.vocabulary import Vocabulary

View = Callable[..., Response]
Route = tuple[str, View, tuple[str, ...]]

_LOG = logging.getLogger("ldpub.serve")
_READ = ("GET", "HEAD", "OPTIONS")


def create_app(
    snapshots: Snapshots, query_page: QueryPage | None = None, reconciliation: Reconciliation | None = None
) -> Flask:
    """The site that serves the current release of `snapshots`; without bounds for clients where none are given."""
    query_page = query_page or unbounded_page()
    reconciliation = reconciliation or Reconciliation(Budget(1 << 30, 1e9))
    app = Flask("ldpub.serve", static_folder=None)
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = 4 * query_page.limits.query_bytes

    for rule, view, methods in (
        *reconciliation.routes(),
        *_routes(snapshots, query_page, Search(reconciliation.spend)),
    ):
        app.url_map.add(Rule(rule, endpoint=rule))  # for all methods: no other rule may answer those it has not
        app.view_functions[rule] = _with_release(snapshots, view, methods)
    app.register_error_handler(Exception, _failure(snapshots))
    app.after_request(_with_fixed_headers)
    return app


def _routes(snapshots: Snapshots, query_page: QueryPage, search: Search) -> tuple[Route, ...]:
    """The one list of what the site answers, and to which methods; reconciliation has one of its own."""
    questions, gallery = Questions(query_page), Gallery()

    def answer_file(exchange: Exchange, release_id: str, name: str) -> Response:
        told = released_ontology(exchange, release_id, name)
        return told or distributions.release_file(exchange, snapshots.releases, release_id, name)

    return (
        ("/", Home(gallery), _READ),
        ("/sparql", query_page, METHODS),
        ("/sparql/picture", query_page.picture, _READ),
        ("/sparql/terms", Vocabulary(), _READ),
        ("/browse", browse.browse, _READ),
        ("/questions", questions.index, _READ),
        ("/questions/<name>", questions.question, _READ),
        ("/statements", patterns.statements, _READ),
        ("/cite.<suffix>", cite.cite, _READ),
        ("/search", search.page, _READ),
        ("/search/suggest", search.suggest, _READ),
        ("/opensearch.xml", description, _READ),
        ("/changes", changes.changes, _READ),
        ("/changes/feed.atom", changes.feed, _READ),
        ("/ldes", event_stream.entry, _READ),
        ("/ldes.<suffix>", event_stream.entry, _READ),
        ("/ldes/<name>", event_stream.page, _READ),
        ("/picture/<name>", gallery, _READ),
        ("/report", report.report, _READ),
        ("/quality", quality.quality, _READ),
        ("/catalog", catalogue.catalogue, _READ),
        ("/catalog.<suffix>", catalogue.catalogue, _READ),
        ("/dataset/<name>", catalogue.dataset, _READ),
        ("/dataset/<slug>/linkset", catalogue.dataset_linkset, _READ),
        ("/imprint", imprint.imprint, _READ),
        ("/releases", releases.releases, _READ),
        ("/releases.<suffix>", releases.releases, _READ),
        ("/static/<name>", assets.asset, _READ),
        ("/favicon.ico", assets.favicon, _READ),
        ("/robots.txt", discovery.robots, _READ),
        ("/sitemap.xml", discovery.sitemap, _READ),
        ("/sitemap-<number>.xml.gz", discovery.sitemap_part, _READ),
        ("/dump/<path:name>", distributions.latest_dump, _READ),
        ("/release/<release_id>", releases.release, _READ),
        ("/release/<release_id>/<path:name>", answer_file, _READ),
        ("/.well-known/void", _well_known_void, _READ),
        ("/health/live", health.live, _READ),
        ("/health/ready", health.ready, _READ),
        ("/metrics", health.Metrics(query_page.endpoint.journal), _READ),
        ("/<path:path>", _resource, _READ),
    )


def _with_release(snapshots: Snapshots, view: View, methods: tuple[str, ...]) -> Callable[..., Response]:
    """A view of one release: held while the request runs and its answer is sent."""
    allowed = ", ".join(sorted(methods))

    def answered(**arguments: Any) -> Response:
        if request.method not in methods:
            raise Problem(405, f"Here one may ask by {allowed}.", headers={"Allow": allowed})
        if request.method == "OPTIONS":
            return _options(request, allowed)
        snapshot = snapshots.acquire()
        try:
            response = view(Exchange(request, snapshot), **arguments)
        except BaseException:
            snapshot.let_go()
            raise
        response.call_on_close(snapshot.let_go)
        return response

    return answered


def _options(request: Request, allowed: str) -> Response:
    """OPTIONS, and the preflight of CORS (Fetch, 3.2.2)."""
    headers = {"Allow": allowed, "Access-Control-Allow-Methods": allowed, "Access-Control-Max-Age": "86400"}
    if wanted := request.headers.get("Access-Control-Request-Headers"):
        headers["Access-Control-Allow-Headers"] = wanted
    return Response(status=204, headers=headers)


def _failure(snapshots: Snapshots) -> Callable[[Exception], Response]:
    """The one place where an exception becomes an answer."""

    def answer(error: Exception) -> Response:
        problem = _problem(error)
        if not prefers_html(request.headers.get("Accept")):
            response = Response(problem.json(), content_type=MEDIA_TYPE)
        else:
            snapshot = snapshots.acquire()
            try:
                page = problem_page(Exchange(request, snapshot), problem)
            finally:
                snapshot.let_go()
            response = Response(page, content_type=HTML.content_type)
        response.status_code = problem.status
        response.headers.update(problem.headers)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Accept, Accept-Language"
        return response

    return answer


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, LdpubError):
        return problem_of(error)
    if isinstance(error, HTTPException):
        response = error.get_response()
        headers = {name: value for name, value in response.headers if name in ("Allow", "Content-Range")}
        return Problem(error.code or 500, error.description or "", headers=headers)
    _LOG.exception("a request failed", exc_info=error)
    return Problem(500, "The server made a mistake; it is in its log.")


def _with_fixed_headers(response: Response) -> Response:
    for name, value in FIXED_HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype == HTML.media_type:
        response.headers.update(PAGE_HEADERS)
    return response


def _resource(exchange: Exchange, path: str) -> Response:
    del path  # the exchange has it, encoded as in IRIs
    return resource(exchange)


def _well_known_void(exchange: Exchange) -> Response:
    """VoID, 7.2: where a client looks for the description of the site's data."""
    return redirect(303, f"{exchange.request.root_path}/void")
