"""The sitemap: within the protocol's limits, the day of a change where it is known, and no page twice."""

from __future__ import annotations

import gzip
import xml.etree.ElementTree as ET
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ldpub.build.sitemap import AT_MOST, sitemap_files
from small import BASE, PREFIXES, built

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
URL = "https://site.example/"
paths = st.lists(st.text("abc/&<'é", min_size=1, max_size=8), unique=True, max_size=12)


def listed(content: bytes) -> list[tuple[str, str | None]]:
    """Location and day of each entry of a sitemap or index."""
    return [
        (entry.findtext(f"{SPACE}loc") or "", entry.findtext(f"{SPACE}lastmod")) for entry in ET.fromstring(content)
    ]


@given(paths, st.integers(1, 5))
def test_every_page_is_in_one_file_of_the_allowed_length(names: list[str], at_most: int) -> None:
    files = sitemap_files(names, URL, lambda path: "2026-01-31" if "a" in path else "", at_most)
    urls = [(URL + name, "2026-01-31" if "a" in name else None) for name in names]
    index = ET.fromstring(files["sitemap.xml"])
    if len(names) <= at_most:
        assert index.tag == f"{SPACE}urlset"
        assert listed(files["sitemap.xml"]) == urls
        return
    assert index.tag == f"{SPACE}sitemapindex"
    found = []
    for location, day in listed(files["sitemap.xml"]):
        part = listed(gzip.decompress(files[f"sitemaps/{location.removeprefix(URL)}"]))
        assert len(part) <= at_most
        assert day == max((d for _, d in part if d), default=None)
        found += part
    assert found == urls


def test_the_limit_is_the_protocols() -> None:
    assert AT_MOST == 50_000
    many = [f"p{n}" for n in range(AT_MOST + 1)]
    files = sitemap_files(many, URL, lambda path: "")
    assert set(files) == {"sitemap.xml", "sitemaps/sitemap-1.xml.gz", "sitemaps/sitemap-2.xml.gz"}


def test_documents_and_not_things_are_listed(tmp_path: Path) -> None:
    data = PREFIXES + (
        "e:a a e:A . e:b owl:deprecated true . <x/y> a e:A . <x/y#part> a e:A . <people#ada> a e:A .\n"
        "<https://elsewhere.example/z> a e:A . <z/y#part> a e:A . <z/y.html> a e:A .\n"
    )
    release = built(tmp_path, {"data/x.ttl": data}, "url = 'https://host.example/'\n").release
    assert release.file("robots.txt").read_text().endswith("\nSitemap: https://host.example/sitemap.xml\n")
    urls = {url.removeprefix("https://host.example/") for url, _ in listed(release.file("sitemap.xml").read_bytes())}
    own = {"", "catalog.html", "quality", "dataset/set.html"}
    assert urls - own == {"doc/a.html", "x/y.html", "people.html", "doc/z/y.html.html"}
    assert own <= urls


def test_the_base_is_where_the_site_is_unless_said_otherwise(tmp_path: Path) -> None:
    release = built(tmp_path, {"data/x.ttl": PREFIXES + "e:a a e:A ."}, 'modified = "2026-01-31"\n').release
    assert f"Sitemap: {BASE}sitemap.xml" in release.file("robots.txt").read_text()
    entries = listed(release.file("sitemap.xml").read_bytes())
    assert {day for _, day in entries} == {"2026-01-31"}
    assert all(url.startswith(BASE) for url, _ in entries)
