"""Pages kept for the next who asks, whatever the browser: what is on them depends on release, address and language."""

from __future__ import annotations

from collections.abc import Callable

from ldpub.serve.answers import KeptAnswer
from ldpub.serve.exchange import Exchange

_SAID_BY_ALL = {"lang", "page"}


def kept_page(exchange: Exchange, part: str, make: Callable[[], str]) -> bytes:
    """A page of the release, made where it is not kept; `part` tells pages of one address apart.

    None is kept of a request with parameters that others will not send: its links carry them on.
    """
    asked = exchange.request.args
    if asked.keys() - _SAID_BY_ALL:
        return make().encode()
    address = (exchange.request.root_path, exchange.path, part, asked.get("page"))
    key = (*address, exchange.language, exchange.kept_language)
    kept: KeptAnswer | None = exchange.snapshot.pages.get(key)
    if kept is None:
        kept = KeptAnswer((), make().encode())
        exchange.snapshot.pages.keep(key, kept)
    return kept.body
