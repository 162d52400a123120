"""A long list in pages: which one this is, of how many, and the links to those before and after (RFC 8288)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from ldpub.iris import relative
from ldpub.serve.exchange import Exchange


@dataclass(frozen=True)
class Turn:
    """The links from a page: relation and reference; and where it stands, if the length of the whole is known."""

    links: tuple[tuple[str, str], ...]
    first: int = 0
    last: int = 0
    total: int = 0
    page: int = 1
    pages: int = 1


def turns(exchange: Exchange, total: int, size: int) -> Turn:
    """The pages around this one, of a list of known length."""
    page, pages = exchange.page, max(-(-total // size), 1)
    numbers = (("first", 1), ("prev", page - 1), ("next", page + 1), ("last", pages))
    wanted = {
        "first": page > 2,
        "prev": page > 1,
        "next": page < pages,
        "last": page < pages - 1,
    }
    here = relative(exchange.path, exchange.path)
    links = tuple((name, here + _reference(exchange, number)) for name, number in numbers if wanted[name])
    return Turn(links, (page - 1) * size + 1, min(page * size, total), total, page, pages)


def open_turns(exchange: Exchange, *, more: bool) -> Turn:
    """The pages around this one, of a list of which only the next page is known."""
    page = exchange.page
    numbers = ([("prev", page - 1)] if page > 1 else []) + ([("next", page + 1)] if more else [])
    return Turn(tuple((name, _reference(exchange, number)) for name, number in numbers), page=page)


def _reference(exchange: Exchange, page: int) -> str:
    kept = [(name, value) for name, value in exchange.request.args.items(multi=True) if name != "page"]
    return "?" + urlencode([*kept, ("page", str(page))])
