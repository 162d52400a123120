"""The site's own files: stylesheet, script, icon. Their URLs change with their content, so they are kept for ever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Response

from ldpub.formats import Format
from ldpub.serve.exchange import IMMUTABLE, REVALIDATE, Exchange, redirect
from ldpub.serve.problems import Problem

ICON = "icon.svg"

_FOLDER = files("ldpub.serve") / "static"
_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "woff2": "font/woff2",
}


@dataclass(frozen=True)
class Asset:
    """A file: its content, its format, and the digest that its URL carries."""

    body: bytes
    form: Format
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """All files by name, read once: they come with the software."""
    found = {}
    for file in _FOLDER.iterdir():
        suffix = file.name.rpartition(".")[2]
        if suffix in _TYPES:
            body = file.read_bytes()
            form = Format(suffix, suffix.upper(), (_TYPES[suffix],), suffix, "", "")
            found[file.name] = Asset(body, form, hashlib.sha256(body).hexdigest()[:16])
    return found


def asset_path(name: str) -> str:
    """The path of a file, with the digest of its content."""
    return f"static/{name}?v={assets()[name].digest}"


def asset(exchange: Exchange, name: str) -> Response:
    """A file of the site; for ever, if it is the one that the URL means."""
    found = assets().get(name)
    if found is None:
        raise Problem(404, f"There is no file {name}.")
    is_meant = exchange.request.args.get("v") == found.digest
    headers = {"Cache-Control": IMMUTABLE if is_meant else REVALIDATE}
    if exchange.unchanged(found.digest):
        return exchange.not_modified(found.digest, headers)
    return exchange.representation(found.body, found.form, found.digest, headers)


def favicon(exchange: Exchange) -> Response:
    """Where the icon is, for who asks at the place of old."""
    return redirect(302, f"{exchange.request.root_path}/{asset_path(ICON)}")
