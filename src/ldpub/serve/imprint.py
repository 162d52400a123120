"""Contact and imprint: who publishes and made the data, whom to ask, under which licence, and how these pages speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response

from ldpub.serve.exchange import Exchange
from ldpub.serve.frame import is_elsewhere
from ldpub.serve.language import language_name
from ldpub.serve.pages import render, site_text


@dataclass(frozen=True)
class Party:
    """Who has a part in the data, and how they are reached: texts with references, which may be None."""

    role: str
    name: str
    ways: tuple[tuple[str, str | None], ...]


def imprint(exchange: Exchange) -> Response:
    """The page; what the project did not say is not there."""
    manifest, words = exchange.snapshot.manifest, exchange.words
    named = ((words["creator"], manifest.creator), (words["publisher"], manifest.publisher))
    parties = [_party(exchange, role, who) for role, who in (*named, (words["contact"], manifest.contact)) if who]
    page = render(
        exchange,
        "imprint.html",
        title=words["imprint"],
        parties=parties,
        paragraphs=site_text(exchange, manifest.imprint).split("\n\n"),
        spoken=[language_name(tag) for tag in manifest.languages],
    )
    return exchange.page_response(page)


def _party(exchange: Exchange, role: str, who: Mapping[str, str]) -> Party:
    ways: list[tuple[str, str | None]] = []
    if is_elsewhere(exchange, homepage := who.get("homepage", "")):
        ways.append((homepage, homepage))
    if email := who.get("email"):
        ways.append((email, f"mailto:{email}"))
    if telephone := who.get("telephone"):
        ways.append((telephone, f"tel:{telephone}"))
    return Party(role, who.get("name", ""), tuple(ways))
