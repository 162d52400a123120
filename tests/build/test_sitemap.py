"""The sitemap: within the protocol's limits, the day of a change where it is known, and no page twice."""

from __future__ import annotations

import gzip
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.build.page_dates import page_dates
from ldpub.build.sitemap import AT_MOST, sitemap_files
from small import ANY_FILE, BASE, PREFIXES, built

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
    own = {"", "browse", "catalog.html", "imprint", "quality", "dataset/set.html"}
    assert urls - own == {"doc/a.html", "doc/publisher.html", "x/y.html", "people.html", "doc/z/y.html.html"}
    assert own <= urls


def test_the_base_is_where_the_site_is_unless_said_otherwise(tmp_path: Path) -> None:
    release = built(tmp_path, {"data/x.ttl": PREFIXES + "e:a a e:A ."}, 'modified = "2026-01-31"\n').release
    assert f"Sitemap: {BASE}sitemap.xml" in release.file("robots.txt").read_text()
    entries = listed(release.file("sitemap.xml").read_bytes())
    assert {day for _, day in entries} == {"2026-01-31T00:00:00Z"}
    assert all(url.startswith(BASE) for url, _ in entries)


@pytest.mark.parametrize("path", ["", "sub/folder/"])
def test_the_rules_for_robots_begin_with_the_path_of_the_site(tmp_path: Path, path: str) -> None:
    url = f"https://host.example/{path}"
    release = built(tmp_path, {"data/x.ttl": PREFIXES + "e:a a e:A ."}, f"url = '{url}'\n").release
    lines = release.file("robots.txt").read_text().splitlines()
    assert [line for line in lines if line.startswith("Disallow")] == [
        f"Disallow: /{path}{rule}" for rule in ("sparql?", "health/", "metrics")
    ]


DAYS = {"shop": "01", "link": "02", "rule": "03", "less": "04", "title": "05"}


def test_a_page_is_dated_by_what_it_shows(tmp_path: Path) -> None:
    """What is only inferred, or only in the catalogue, has its own time, too; what goes away moves a page as well."""

    def dated(name: str, files: dict[str, str], more: str = "") -> dict[str, str]:
        settings = f'issued = "2026-01-01"\nmodified = "2026-01-{DAYS[name]}"\n{more}'
        settings += 'contact = { name = "C", email = "c@example.org" }\n' + ANY_FILE
        content = built(tmp_path, files, settings).release.file("sitemap.xml").read_bytes()
        return {url.removeprefix(BASE): (day or "")[:10] for url, day in listed(content)}

    def days(found: dict[str, str]) -> dict[str, str]:
        return {path: day[-2:] for path, day in found.items()}

    ontology = PREFIXES + "e:near a owl:SymmetricProperty . e:A a owl:Class . e:B a owl:Class ."
    data = PREFIXES + "e:a a e:A . e:b a e:B . e:c a e:B ."
    files = {"ontology/o.ttl": ontology, "data/x.ttl": data}
    first = days(dated("shop", files))
    assert set(first.values()) == {"01"}
    assert {"doc/contact.html", "doc/a.html", "quality", ""} <= set(first)

    files["data/x.ttl"] = data + "e:a e:near e:c ."
    second = days(dated("link", files))
    assert {path for path, day in second.items() if day == "02"} >= {
        "",
        "catalog.html",
        "dataset/set.html",
        "doc/c.html",
    }
    assert {second[path] for path in ("doc/contact.html", "doc/b.html", "doc/B.html")} == {"01"}

    files["ontology/o.ttl"] = ontology + "e:A rdfs:subClassOf e:B ."
    third = days(dated("rule", files))
    assert third["doc/a.html"] == "03", "what is inferred about it changed"
    assert third["doc/c.html"] == "02"
    assert third["doc/contact.html"] == "01"

    files["data/x.ttl"] = PREFIXES + "e:a a e:A ; e:near e:c . e:b a e:B ."
    fourth = days(dated("less", files))
    assert {fourth[path] for path in ("", "catalog.html", "dataset/set.html", "quality")} == {"04"}
    assert (fourth["doc/a.html"], fourth["doc/b.html"]) == ("03", "01")

    fifth = days(dated("title", files, 'description = "Now described"\n'))
    assert {path for path, day in fifth.items() if day == "05"} == {"", "catalog.html", "dataset/set.html", "quality"}


times = st.sampled_from([f"2026-01-0{n}T00:00:00Z" for n in range(1, 6)])
dates = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.sampled_from("xyz"), times))


@given(dates, st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz")), times)
def test_what_stays_keeps_its_time_and_what_changed_is_later_than_all(
    former: dict[str, tuple[str, str]], digests: dict[str, str], time: str
) -> None:
    found = page_dates(digests, former, time)
    assert {path: digest for path, (digest, _) in found.items()} == digests
    for path, (digest, moment) in found.items():
        if former.get(path, ("", ""))[0] == digest:
            assert found[path] == former[path]
        else:
            assert moment >= time
            assert all(moment > old for _, old in former.values())
