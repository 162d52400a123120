"""The files of a release: immutable, in parts, whole as the manifest says, and nothing else."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any

import pyoxigraph as ox
import pytest

from web import BROWSER, Web


@pytest.fixture
def manifest(library: Web, library_id: str) -> dict[str, dict[str, dict[str, Any]]]:
    answer = library.get(f"/release/{library_id}/manifest.json")
    assert answer.headers["Content-Type"] == "application/json"
    loaded: dict[str, dict[str, dict[str, Any]]] = json.loads(answer.text)
    return loaded


def test_files_are_those_of_the_manifest(
    library: Web, library_id: str, manifest: dict[str, dict[str, dict[str, Any]]]
) -> None:
    served = 0
    for name, facts in manifest["files"].items():
        answer = library.get(f"/release/{library_id}/{name}")
        if answer.status == 404:
            inner = {"documents.sqlite", "questions.json", "report.jsonl", "robots.txt", "sitemap.xml", "pictures.json"}
            inner |= {"search.sqlite", "lists.sqlite", "reconciliation.sqlite", "page-dates.json"}
            inner |= {"claims.json", "vocabulary.json", "pages.json"}
            assert name in inner or name.startswith(("catalogue/", "changes", "ldes/"))
            continue
        served += 1
        assert hashlib.sha256(answer.body).hexdigest() == facts["sha256"]
        assert len(answer.body) == facts["bytes"]
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] is None
        assert answer.headers["ETag"] == f'"{facts["sha256"]}"'
        assert library.get(f"/release/{library_id}/{name}", If_None_Match=answer.headers["ETag"]).status == 304
    assert served >= 15


def test_parts_of_files(library: Web, library_id: str) -> None:
    target = f"/release/{library_id}/quads.nq"
    whole = library.get(target)
    assert whole.headers["Accept-Ranges"] == "bytes"
    for asked, expected in (
        ("bytes=0-9", whole.body[:10]),
        ("bytes=-5", whole.body[-5:]),
        ("bytes=100-", whole.body[100:]),
    ):
        part = library.get(target, Range=asked)
        assert (part.status, part.body) == (206, expected)
        assert part.headers["Content-Range"].endswith(f"/{len(whole.body)}")
        assert library.get(target, Range=asked, If_Range=whole.headers["ETag"]).status == 206
        assert library.get(target, Range=asked, If_Range='"other"').status == 200
    assert library.get(target, Range=f"bytes={len(whole.body)}-").status == 416


@pytest.mark.parametrize(
    "name", ["manifest.json", "catalogue.ttl", "quads.nq", "dumps/lib.ttl.gz", "dumps/lib/Book.csv"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_each_field_once_and_no_time_of_a_file(library: Web, library_id: str, name: str, method: str) -> None:
    answer = library.ask(method, f"/release/{library_id}/{name}")
    assert answer.status == 200
    assert {field for field in answer.headers if len(answer.headers.get_all(field) or ()) > 1} == set()
    assert answer.headers["Date"]
    assert answer.headers["Content-Type"].count("charset") <= 1
    assert answer.headers["Last-Modified"] is None
    later = library.ask(method, f"/release/{library_id}/{name}", {"If-Modified-Since": answer.headers["Date"]})
    assert later.status == 200


def test_ranges_that_are_passed_over(library: Web, library_id: str) -> None:
    """Of other methods than GET, several at once, of other units, and those that are none (RFC 9110, 14.2)."""
    target = f"/release/{library_id}/quads.nq"
    whole = library.get(target).body
    for asked in ("bytes=0-1,4-5", "bytes=0-1, -1", "lines=1-2", "bytes=x", "bytes=-", "nonsense"):
        answer = library.get(target, Range=asked)
        assert (answer.status, answer.body == whole) == (200, True), asked
    head = library.ask("HEAD", target, {"Range": "bytes=0-9"})
    assert (head.status, head.headers["Content-Length"]) == (200, str(len(whole)))
    assert head.headers["Content-Range"] is None


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_a_range_beyond_the_end_is_told_the_length(library: Web, library_id: str, accept: str) -> None:
    target = f"/release/{library_id}/quads.nq"
    length = len(library.get(target).body)
    answer = library.get(target, accept, Range=f"bytes={length}-")
    assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{length}")


def test_dumps_have_stable_links(library: Web, library_id: str) -> None:
    parsed = []
    for name, form in (("lib.nt.gz", ox.RdfFormat.N_TRIPLES), ("lib.ttl.gz", ox.RdfFormat.TURTLE)):
        link = library.get(f"/dump/{name}")
        assert (link.status, link.headers["Location"]) == (302, f"/release/{library_id}/dumps/{name}")
        assert "immutable" not in link.headers["Cache-Control"]
        answer = library.get(link.headers["Location"])
        assert answer.media_type == "application/gzip"
        graph = ox.Dataset(ox.parse(gzip.decompress(answer.body), format=form))
        graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        parsed.append(set(graph))
    assert parsed[0] == parsed[1]


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/ldpub.toml",
        "dumps/../manifest.json",
        "dumps/..%2fmanifest.json",
        "dumps%2f..%2fstore%2fCURRENT",
        "store/CURRENT",
        "documents.sqlite",
        "search.sqlite",
        "dumps",
        "dumps/",
        "",
        "..%5c..%5cmanifest.json",
        "manifest.json%00",
        "/etc/passwd",
        "//etc/passwd",
    ],
)
def test_nothing_else_can_be_had(library: Web, library_id: str, name: str) -> None:
    assert library.get(f"/release/{library_id}/{name}").status == 404


@pytest.mark.parametrize(
    "release", ["current", "..", "%2e%2e", "2020-01-01-000000", "", ".", "current%2f..", "-", "%00"]
)
def test_nor_from_anywhere_else(library: Web, release: str) -> None:
    assert library.get(f"/release/{release}/manifest.json").status == 404
    assert library.get(f"/dump/{release}").status == 404


def test_a_release_leads_to_its_place_among_the_releases(library: Web, library_id: str) -> None:
    answer = library.get(f"/release/{library_id}", BROWSER)
    assert (answer.status, answer.headers["Location"]) == (303, f"/releases#{library_id}")
    assert f'<article id="{library_id}">' in library.get("/releases", BROWSER).text
    assert library.get("/release/2000-01-01-abcdef", BROWSER).status == 404
