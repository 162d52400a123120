"""The routes of the reconciliation service: `/reconcile` speaks version 0.2, `/reconcile/v1` the draft of 1.0.

JSONP, which 0.2 allows, is not offered: CORS does the same without running a script of ours in a client's page.
Neither are flyouts, which the specification itself calls a threat and superfluous.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from ldpub.formats import HTML, Format
from ldpub.iris import path_of
from ldpub.serve.budget import Budget, Spending, client_of
from ldpub.serve.exchange import REVALIDATE, Exchange, redirect
from ldpub.serve.problems import Problem
from ldpub.serve.reconcile import preview
from ldpub.serve.reconcile.answers import Teller
from ldpub.serve.reconcile.extend import Extender, read_extension
from ldpub.serve.reconcile.manifest import manifest_0_2, manifest_1_0
from ldpub.serve.reconcile.matching import Candidate, Matcher
from ldpub.serve.reconcile.queries import Query, read_batch_0_2, read_batch_1_0, read_json
from ldpub.serve.reconcile.suggest import cursor_of, suggest_entities, suggest_properties, suggest_types, told

JSON = Format("json", "JSON", ("application/json",), "json", "", "")
LONGEST = 1_000_000
"""Bytes of a request's body."""

_FORM = "application/x-www-form-urlencoded"
_READ = ("GET", "HEAD", "OPTIONS")
_WRITE = ("POST", "OPTIONS")
_PROPOSED = 100
_ID = 2000

View = Callable[..., Response]


@dataclass(frozen=True)
class Reconciliation:
    """The views. What is asked counts on the account of who asks; `url` is where the site is reached, if not at its
    base."""

    budget: Budget
    proxies: frozenset[str] = frozenset()
    url: str = ""

    def routes(self) -> tuple[tuple[str, View, tuple[str, ...]], ...]:
        """What the site answers, and to which methods."""
        shared: tuple[tuple[str, View, tuple[str, ...]], ...] = (
            ("/suggest/<kind>", self.suggest, _READ),
            ("/preview", self.preview, _READ),
        )
        return (
            ("/reconcile", self.version_0_2, (*_READ, "POST")),
            ("/reconcile/view", self.view, _READ),
            ("/reconcile/propose", self.propose, _READ),
            *((f"/reconcile{rule}", view, methods) for rule, view, methods in shared),
            ("/reconcile/v1", self.version_1_0, _READ),
            ("/reconcile/v1/match", self.match, _WRITE),
            ("/reconcile/v1/reconcile", self.match, _WRITE),  # as drafts before called it
            ("/reconcile/v1/extend", self.extend, _WRITE),
            ("/reconcile/v1/extend/propose", self.propose, _READ),
            *((f"/reconcile/v1{rule}", view, methods) for rule, view, methods in shared),
        )

    def spend(self, exchange: Exchange) -> Spending:
        """Begin a piece of work on the account of who asks; raises Problem 429 where that is spent."""
        environ = exchange.request.environ
        client = client_of(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR"), self.proxies)
        return self.budget.spend(client)

    def version_0_2(self, exchange: Exchange) -> Response:
        """The manifest, a batch of queries, or a data extension (0.2, 3.1, 4.3 and 7.4)."""
        given = _parameters(exchange)
        named = [name for name in ("queries", "extend") if name in given]
        if len(named) > 1:
            raise Problem(400, "Ask for `queries` or `extend`, one at a time.")
        if not named:
            if exchange.request.method == "POST" or "query" in given:
                raise Problem(400, "A batch is in the form field `queries`, a data extension in `extend`.")
            return _answer(
                exchange, manifest_0_2(exchange, Matcher(exchange.snapshot).vocabulary, self._root(exchange))
            )
        document = read_json(given[named[0]], f"`{named[0]}`")
        with self.spend(exchange):
            answer = self._results_0_2 if named[0] == "queries" else self._rows_0_2
            return _answer(exchange, answer(exchange, document))

    def version_1_0(self, exchange: Exchange) -> Response:
        """The manifest of the draft."""
        return _answer(exchange, manifest_1_0(exchange, Matcher(exchange.snapshot).vocabulary, self._root(exchange)))

    def match(self, exchange: Exchange) -> Response:
        """A batch of queries of the draft."""
        batch = read_batch_1_0(_json_body(exchange))
        with self.spend(exchange):
            found = _found(exchange, batch, with_language=True)
            return _answer(exchange, {"results": [{"candidates": candidates} for candidates in found]})

    def extend(self, exchange: Exchange) -> Response:
        """A data extension of the draft."""
        document = _json_body(exchange)
        with self.spend(exchange):
            vocabulary = Matcher(exchange.snapshot).vocabulary
            wanted = read_extension(document, vocabulary)
            extender = Extender(exchange, vocabulary, with_language=True)
            rows = [
                {
                    "id": key,
                    "properties": [{"id": c.id, "values": v} for c, v in zip(wanted.columns, cells, strict=True)],
                }
                for key, cells in extender.cells(wanted).items()
            ]
            return _answer(exchange, {"meta": extender.meta(wanted.columns), "rows": rows})

    def suggest(self, exchange: Exchange, kind: str) -> Response:
        """Suggestions for entities, types or properties."""
        prefix, cursor = exchange.request.args.get("prefix", ""), cursor_of(exchange)
        with self.spend(exchange):
            matcher = Matcher(exchange.snapshot)
            if kind == "entity":
                found = suggest_entities(exchange, matcher, prefix, cursor)
            elif kind == "type":
                found = suggest_types(exchange, matcher.vocabulary, prefix, cursor)
            elif kind == "property":
                found = suggest_properties(exchange, matcher.vocabulary, prefix, cursor)
            else:
                raise Problem(404, "Suggestions are for entity, type and property.")
            return _answer(exchange, {"result": found})

    def propose(self, exchange: Exchange) -> Response:
        """The properties that the things of a type have, the most used first; without a type those of all."""
        asked = exchange.request.args.get("limit", "")
        if asked and not re.fullmatch("[1-9][0-9]{0,8}", asked):
            raise Problem(400, f"`limit` is a whole number from 1, not {asked[:50]}.")
        name = exchange.request.args.get("type", "")[:_ID]
        vocabulary = Matcher(exchange.snapshot).vocabulary
        index = exchange.snapshot.reconciliation
        iris = list(index.properties_of(vocabulary.type(name)) if name else index.properties)
        limit = min(int(asked or _PROPOSED), _PROPOSED)
        properties = [told(term) for term in vocabulary.described(iris[:limit], exchange.language)]
        return _answer(exchange, {"properties": properties, **({"type": name} if name else {}), "limit": limit})

    def preview(self, exchange: Exchange) -> Response:
        """A small page about a thing, for a frame."""
        iri = self._known(exchange)
        matcher = Matcher(exchange.snapshot)
        index = exchange.snapshot.reconciliation
        (entity,) = index.entities([index.numbers([iri])[iri]]).values()
        candidate = Candidate(entity, 0.0, None, None, (), is_identified=True, has_type=None)
        teller = Teller(matcher.vocabulary, exchange.language, exchange.words, [candidate], with_language=False)
        body = preview.preview_page(exchange, iri, teller.description(entity.class_iri, entity.place)).encode()
        headers = {"Vary": "Accept-Language", "Cache-Control": REVALIDATE, "Content-Language": exchange.language}
        etag = hashlib.sha256(body).hexdigest()[:32]
        headers["Content-Security-Policy"] = preview.SECURITY
        if exchange.unchanged(etag):
            return exchange.not_modified(etag, headers)
        return exchange.representation(body, HTML, etag, headers)

    def view(self, exchange: Exchange) -> Response:
        """To the thing that an identifier names: 0.2 encodes slashes in it, which few servers pass on in a path."""
        path = path_of(self._known(exchange), exchange.snapshot.iris.base)
        return redirect(303, f"{exchange.request.root_path}/{path}")

    def _results_0_2(self, exchange: Exchange, document: Any) -> Any:
        batch = read_batch_0_2(document)
        found = _found(exchange, list(batch.values()), with_language=False)
        return {key: {"result": candidates} for key, candidates in zip(batch, found, strict=True)}

    def _rows_0_2(self, exchange: Exchange, document: Any) -> Any:
        vocabulary = Matcher(exchange.snapshot).vocabulary
        wanted = read_extension(document, vocabulary)
        extender = Extender(exchange, vocabulary, with_language=False)
        rows = {
            key: {column.id: cell for column, cell in zip(wanted.columns, cells, strict=True)}
            for key, cells in extender.cells(wanted).items()
        }
        return {"meta": extender.meta(wanted.columns), "rows": rows}

    def _known(self, exchange: Exchange) -> str:
        """The IRI of the entity that `id` names; raises Problem 404 where there is none."""
        text = exchange.request.args.get("id", "")[:_ID]
        iri = Matcher(exchange.snapshot).vocabulary.iri(text)
        if iri not in exchange.snapshot.reconciliation.numbers([iri]):
            raise Problem(404, f"There is no thing with the identifier {text[:100]!r}.")
        return iri

    def _root(self, exchange: Exchange) -> str:
        """Where clients reach the site: its public address, or this machine, where that is what they asked."""
        host = exchange.request.host
        if _is_local(host):
            return f"{exchange.request.scheme}://{host}{exchange.request.root_path}/"
        return (self.url or exchange.snapshot.manifest.base).rstrip("/") + "/"


def _is_local(host: str) -> bool:
    """Whether a Host field names this machine, as when one tries the site out: no other is repeated in an answer."""
    match = re.fullmatch(r"(localhost|\[[0-9A-Fa-f:]+\]|[0-9.]+)(:[0-9]{1,5})?", host)
    if match is None:
        return False
    try:
        return match[1] == "localhost" or ipaddress.ip_address(match[1].strip("[]")).is_loopback
    except ValueError:
        return False


def _parameters(exchange: Exchange) -> dict[str, str]:
    """The parameters of a GET, or the fields of a POSTed form; raises Problem 413 and 415."""
    if exchange.request.method != "POST":
        return dict(exchange.request.args)
    _check_length(exchange)
    if exchange.request.mimetype not in (_FORM, "multipart/form-data"):
        raise Problem(415, f"POST a form, {_FORM}; a batch of the draft of 1.0 as JSON to /reconcile/v1/match.")
    return dict(exchange.request.form)


def _json_body(exchange: Exchange) -> Any:
    _check_length(exchange)
    if exchange.request.mimetype != JSON.media_type:
        raise Problem(415, f"POST {JSON.media_type}; forms are of version 0.2, at /reconcile.")
    return read_json(exchange.request.get_data(), "The body")


def _check_length(exchange: Exchange) -> None:
    if (exchange.request.content_length or 0) > LONGEST:
        raise Problem(413, f"A request may have {LONGEST} bytes; send smaller batches.")


def _found(exchange: Exchange, batch: Sequence[Query], *, with_language: bool) -> Iterable[list[dict[str, Any]]]:
    matcher = Matcher(exchange.snapshot)
    found = [matcher.candidates(query) for query in batch]
    everyone = [candidate for candidates in found for candidate in candidates]
    teller = Teller(matcher.vocabulary, exchange.language, exchange.words, everyone, with_language=with_language)
    return [[teller.candidate(candidate) for candidate in candidates] for candidates in found]


def _answer(exchange: Exchange, document: Any) -> Response:
    """200 with JSON, or 304; the answer to a POST is not kept."""
    body = _dumped(document)
    is_read = exchange.request.method != "POST"
    headers = {
        "Vary": "Accept-Language",
        "Cache-Control": REVALIDATE if is_read else "no-store",
        "Content-Language": exchange.language,
    }
    etag = hashlib.sha256(body).hexdigest()[:32]
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    return exchange.representation(body, JSON, etag, headers)


def _dumped(document: Any) -> bytes:
    """JSON; in ASCII where a client's own key holds half a character (RFC 8259, 8.2)."""
    try:
        return json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(document).encode()
