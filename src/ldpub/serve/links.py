"""References within the site, relative as in RFC 3986, 4.2: so that they hold below any root."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from ldpub.iris import relative
from ldpub.serve.exchange import Exchange

Parameters = Iterable[tuple[str, str]]


def to_page(exchange: Exchange, path: str, parameters: Parameters = ()) -> str:
    """A page of the site, in the language that was asked for."""
    kept = [("lang", exchange.language)] if exchange.kept_language else []
    return _reference(exchange, path, [*parameters, *kept])


def to_document(exchange: Exchange, path: str, parameters: Parameters = ()) -> str:
    """What has no language: the answer to a query, a file."""
    return _reference(exchange, path, list(parameters))


def _reference(exchange: Exchange, path: str, parameters: list[tuple[str, str]]) -> str:
    target = relative(path, exchange.path)
    return f"{target}?{urlencode(parameters)}" if parameters else target
