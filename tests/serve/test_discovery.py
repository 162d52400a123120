"""For crawlers: robots.txt names the sitemap, and each of its URLs answers 200 with HTML, whoever asks."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ldpub.release import open_release

LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.mark.parametrize("name", ["foreign_release", "shipped_release"])
def test_every_url_of_the_sitemap_is_a_page(name: str, request: pytest.FixtureRequest, app_of: object) -> None:
    release: Path = request.getfixturevalue(name)
    assert callable(app_of)
    client: FlaskClient = app_of(release).test_client()
    base = open_release(release).manifest.base
    reply = client.get("/sitemap.xml", buffered=True)
    assert reply.content_type.startswith("application/xml")
    urls = [location.text or "" for location in ET.fromstring(reply.data).iter(LOCATION)]
    assert len(urls) == len(set(urls)) > 10
    for url in urls:
        assert url.startswith(base)
        target = "/" + url.removeprefix(base)
        page = client.get(target, headers={"Accept": "*/*"}, buffered=True)
        assert (page.status_code, page.mimetype) == (200, "text/html"), url


def test_robots_may_read_pages_and_find_the_sitemap(library_app: object) -> None:
    client: FlaskClient = library_app.test_client()  # type: ignore[attr-defined]
    reply = client.get("/robots.txt", buffered=True)
    assert reply.content_type == "text/plain; charset=utf-8"
    lines = reply.text.splitlines()
    assert "Sitemap: https://data.example.org/lib/sitemap.xml" in lines
    refused = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow")]
    for path in ("/", "/catalog", "/dataset/lib.html", "/dump/lib.nt.gz", "/doc/book/42"):
        assert not any(path.startswith(one) for one in refused)
    assert client.get("/sitemap-1.xml.gz").status_code == 404


def test_parts_of_a_long_sitemap_are_served(tmp_path: Path, app_of: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from ldpub.build import sitemap
    from small import PREFIXES, built

    whole = sitemap.sitemap_files
    monkeypatch.setattr(sitemap, "sitemap_files", lambda paths, url, changed: whole(paths, url, changed, 3))
    release = built(tmp_path, {"data/x.ttl": PREFIXES + "e:a a e:A . e:b a e:A ."}, "").release
    assert callable(app_of)
    client: FlaskClient = app_of(release.path).test_client()
    index = ET.fromstring(client.get("/sitemap.xml", buffered=True).data)
    for location in index.iter(LOCATION):
        reply = client.get("/" + (location.text or "").rsplit("/", 1)[-1], buffered=True)
        assert (reply.status_code, reply.mimetype) == (200, "application/gzip")
        assert reply.data[:2] == b"\x1f\x8b"
