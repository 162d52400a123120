"""Which methods an address answers (RFC 9110, 9.1, 10.2.1, 15.5.6): Allow is true, whoever says it."""

from __future__ import annotations

import pytest
from flask import Flask

from web import Web

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
FILLED = {"<name>": "x", "<suffix>": "ttl", "<slug>": "x", "<number>": "1", "<kind>": "type", "<release_id>": "x"}
FILLED |= {"<path:name>": "x/y", "<path:path>": "x/y"}


@pytest.fixture(scope="module")
def addresses(library_app: Flask) -> list[str]:
    """An address for each route of the site."""
    found = []
    for rule in library_app.url_map.iter_rules():
        address = rule.rule
        for part, value in FILLED.items():
            address = address.replace(part, value)
        assert "<" not in address
        found.append(address)
    return found


def allowed(text: str | None) -> set[str]:
    return set((text or "").split(", "))


def test_every_address_says_what_it_allows_and_refuses_the_rest(library_app: Flask, addresses: list[str]) -> None:
    client = library_app.test_client()
    assert len(addresses) >= 50
    for address in addresses:
        said = client.options(address)
        assert said.status_code == 204, address
        methods = allowed(said.headers["Allow"])
        assert methods == allowed(said.headers["Access-Control-Allow-Methods"])
        for method in METHODS:
            reply = client.open(address, method=method)
            assert (reply.status_code == 405) == (method not in methods), (method, address)
            reply.close()
            if reply.status_code == 405:
                assert allowed(reply.headers["Allow"]) == methods, (method, address)


@pytest.mark.parametrize("path", ["/reconcile/v1/match", "/reconcile/v1/reconcile", "/reconcile/v1/extend"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PROPFIND"])
def test_what_is_only_posted_to_is_405_and_not_404(library: Web, path: str, method: str) -> None:
    reply = library.ask(method, path, {"Content-Length": "0"})
    assert (reply.status, reply.headers["Allow"]) == (405, "OPTIONS, POST")


def test_the_door_answers_by_the_same_rule(library: Web) -> None:
    """Before Flask there is a door that answers for this address."""
    assert (library.ask("GET", "/health/live", {}).text, library.ask("HEAD", "/health/live", {}).body) == (
        "live\n",
        b"",
    )
    assert library.ask("HEAD", "/health/live", {}).status == 200
    said = library.ask("OPTIONS", "/health/live", {})
    assert (said.status, said.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    for method in ("PUT", "DELETE", "POST", "PATCH"):
        refused = library.ask(method, "/health/live", {"Content-Length": "0"})
        assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
