"""Files of releases: immutable under the release's own path, and stable links to those of the current one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from flask import Response

from ldpub.release import (
    CATALOGUE,
    DUMPS,
    MANIFEST,
    QUADS,
    QUALITY,
    REPORT,
    VOID,
    file_facts,
    open_release,
)
from ldpub.serve.exchange import IMMUTABLE, Exchange, redirect
from ldpub.serve.files import file_answer
from ldpub.serve.problems import Problem

_MEDIA_TYPES = {
    ".json": "application/json",
    ".nq": "application/n-quads",
    ".ttl": "text/turtle; charset=utf-8",
    ".gz": "application/gzip",
    ".zst": "application/zstd",
    ".zip": "application/zip",
    ".csv": "text/csv; charset=utf-8; header=present",
    "csv-metadata.json": "application/csvm+json",
}
_SERVED = {QUADS, CATALOGUE, VOID, REPORT, QUALITY, MANIFEST}


def release_file(exchange: Exchange, releases: Path, release_id: str, name: str) -> Response:
    """A file of any release that is still there, immutable for ever."""
    if not re.fullmatch(r"[0-9a-f-]+", release_id) or not (releases / release_id / MANIFEST).is_file():
        raise Problem(404, f"There is no release {release_id}.")
    release = open_release(releases / release_id)
    if name not in _SERVED and not (name.startswith(DUMPS + "/") and name in release.manifest.files):
        raise Problem(404, f"Release {release_id} has no file {name}.")
    suffix = next((s for s in sorted(_MEDIA_TYPES, key=len, reverse=True) if name.endswith(s)), "")
    content_type = _MEDIA_TYPES.get(suffix, "application/octet-stream")
    digest = release.manifest.files[name]["sha256"] if name != MANIFEST else file_facts(release.file(name))["sha256"]
    response = file_answer(exchange.request, release.file(name), content_type, digest)
    response.headers["Cache-Control"] = IMMUTABLE
    if name.startswith(DUMPS + "/"):
        response.headers["Link"] = ", ".join(_links(release.manifest.base, name))
    return response


def _links(base: str, name: str) -> Iterator[str]:
    """Where a dump belongs (FAIR Signposting, level 1), and what describes a table (CSV on the Web, 5.2)."""
    slug = re.split(r"[./]", name.removeprefix(DUMPS + "/"))[0]
    yield f'<{base}dataset/{slug}.html>; rel="collection"; type="text/html"'
    if name.endswith(".csv"):
        yield '<csv-metadata.json>; rel="describedby"; type="application/csvm+json"'


def latest_dump(exchange: Exchange, name: str) -> Response:
    """The stable link to a dump: a redirection to the current release's file."""
    manifest = exchange.snapshot.manifest
    if f"{DUMPS}/{name}" not in manifest.files:
        raise Problem(404, f"There is no dump {name}.")
    root = exchange.request.root_path
    return redirect(302, f"{root}/release/{manifest.id}/{DUMPS}/{name}")
