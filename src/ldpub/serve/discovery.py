"""What crawlers look for at fixed places: robots.txt (RFC 9309), the sitemap (sitemaps.org 0.9)."""

from __future__ import annotations

from flask import Response

from ldpub.release import ROBOTS, SITEMAP, SITEMAPS
from ldpub.serve.exchange import REVALIDATE, Exchange
from ldpub.serve.files import file_answer
from ldpub.serve.problems import Problem


def robots(exchange: Exchange) -> Response:
    """Where crawlers may go, and where the sitemap is."""
    return _file(exchange, ROBOTS, "text/plain; charset=utf-8")


def sitemap(exchange: Exchange) -> Response:
    """The sitemap, or its index."""
    return _file(exchange, SITEMAP, "application/xml")


def sitemap_part(exchange: Exchange, number: str) -> Response:
    """One of the files that the index names."""
    return _file(exchange, f"{SITEMAPS}/sitemap-{number}.xml.gz", "application/gzip")


def _file(exchange: Exchange, name: str, media_type: str) -> Response:
    release = exchange.snapshot.release
    facts = release.manifest.files.get(name)
    if facts is None:
        raise Problem(404, f"There is no {name.rsplit('/', 1)[-1]}.")
    response = file_answer(exchange.request, release.file(name), media_type, facts["sha256"])
    response.headers["Cache-Control"] = REVALIDATE
    return response
