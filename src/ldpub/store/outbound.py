"""SPARQL 1.1 Protocol, 2.1.3, as a client: one query by POST, and what may be wrong with the answer."""

from __future__ import annotations

import http.client
import urllib.parse
from dataclasses import dataclass
from typing import NamedTuple

from ldpub.errors import FederationError
from ldpub.formats import RESULTS_JSON
from ldpub.store.addresses import Resolve, resolve
from ldpub.store.deadline import Deadline
from ldpub.store.web import Request, answering, whole

_EXPLAINED = 500  # bytes of the endpoint's own words that an error quotes


class BadRequestError(FederationError):
    """The endpoint calls the query malformed (Protocol, 2.1.7)."""


class Reply(NamedTuple):
    """A SELECT's answer in SPARQL JSON, as it came; and at how many rows the endpoint says it may have cut it off."""

    body: bytes
    cut_off_at: int | None


@dataclass(frozen=True)
class Endpoint:
    """Where a query may go: a URL of http or https, and whether it may stand at an address that is not public."""

    url: str
    private: bool = False
    resolve: Resolve = resolve

    def ask(self, query: str, deadline: Deadline, most: int) -> Reply:
        """The answer to a SELECT query, of at most so many bytes.

        Raises FederationError, FederationTimeoutError, QueryAbandonedError; RefusedQueryError if it is too long.
        """
        asked = question(query)
        with answering(self.url, asked, deadline, private=self.private, resolve=self.resolve) as response:
            _check(response)
            body = whole(response, most)
            rows = response.headers.get("X-SPARQL-MaxRows", "")  # Virtuoso
        return Reply(body, int(rows) if rows.isascii() and rows.isdigit() else None)


def question(query: str) -> Request:
    """The request that asks a SELECT query and wants JSON."""
    headers = {
        "Accept": RESULTS_JSON.media_type,
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "ldpub",
    }
    return Request("POST", headers, urllib.parse.urlencode({"query": query}).encode())


def _check(response: http.client.HTTPResponse) -> None:
    """Raises FederationError unless the response's head says that it is what was asked for, and all of it."""
    if response.status != 200:
        raise _refusal(response)
    media_type = response.headers.get_content_type()
    if media_type not in RESULTS_JSON.media_types:
        raise FederationError(f"it answers in {media_type} where {RESULTS_JSON.media_type} was asked for.")
    if "X-SQL-State" in response.headers:  # Virtuoso, where its answer is what it found until its own time was up
        raise FederationError("it says that its answer is incomplete.")


def _refusal(response: http.client.HTTPResponse) -> FederationError:
    if 300 <= response.status < 400:
        return FederationError(f"it answers {response.status}, and redirects are not followed.")
    if response.status == 400:
        said = response.read(_EXPLAINED).decode("utf-8", "replace")
        return BadRequestError(f"it answers 400. {said}")
    return FederationError(f"it answers {response.status}.")
