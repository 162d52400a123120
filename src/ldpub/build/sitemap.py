"""For crawlers: robots.txt (RFC 9309) and the sitemap (sitemaps.org, 0.9) of all pages that answer with HTML."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from ldpub.build.dataset import Dataset
from ldpub.build.numbered import Triples
from ldpub.build.page_dates import document_of, stems_of
from ldpub.config import Config
from ldpub.iris import OWN_PAGES, SITE_PATHS, path_of
from ldpub.namespaces import OWL
from ldpub.release import CATALOGUE_DATASETS, ROBOTS, SITEMAP, SITEMAPS

AT_MOST = 50_000
"""How many URLs a file may hold by the protocol; it may have 50 MB, too, which as many short URLs never fill."""

_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_ROBOTS = """\
User-agent: *
Disallow: {path}sparql?
Disallow: {path}health/
Disallow: {path}metrics

Sitemap: {url}
"""

Changed = Callable[[str], str]
"""The W3C date or time at which a document of the site last changed, by its path; nothing where that is unknown."""


def crawler_files(config: Config, paths: Sequence[str], changed: Changed) -> dict[str, bytes]:
    """The files for crawlers, by their paths in the release. Their URLs begin where the site is reached."""
    url = config["project.url"] or config.base
    robots = _ROBOTS.format(path=urlsplit(url).path, url=url + SITEMAP)
    return {**sitemap_files(paths, url, changed), ROBOTS: robots.encode()}


def pages(dataset: Dataset, shown: Triples) -> list[str]:
    """The paths of the pages that are about things of the data, each once, and of the site's own, all as HTML.

    Those are the URLs of documents: the IRIs of things would redirect to them. `shown` is the default graph.
    """
    iris = dataset.project.iris
    subjects = shown.iris(shown.s) - {shown.terms.values[s] for s, _ in shown.of(OWL + "deprecated")}
    stems = stems_of(subjects)
    documents = {document_of(subject.partition("#")[0], stems, iris) for subject in subjects}
    paths = {path_of(document, iris.base) for document in documents if document}
    own = {"", "browse", "catalog.html", "imprint", "quality", f"{path_of(iris.dataset, iris.base)}.html"}
    parts = (name for name in dataset.files if name.startswith(f"{CATALOGUE_DATASETS}/"))
    own |= {f"dataset/{name.removeprefix(CATALOGUE_DATASETS + '/').removesuffix('.ttl')}.html" for name in parts}
    things = {f"{path}.html" for path in paths if path and not _is_of_the_site(path)}
    return sorted(own | {path for path in things if iris.base + path not in subjects})


def sitemap_files(paths: Sequence[str], url: str, changed: Changed, at_most: int = AT_MOST) -> dict[str, bytes]:
    """The sitemap: one file, or from more than `at_most` URLs on an index and files packed as gzip."""
    entries = [_entry("url", url + path, changed(path)) for path in paths]
    if len(entries) <= at_most:
        return {SITEMAP: _xml("urlset", entries)}
    files: dict[str, bytes] = {}
    listed = []
    for number, start in enumerate(range(0, len(entries), at_most), 1):
        name = f"sitemap-{number}.xml.gz"
        files[f"{SITEMAPS}/{name}"] = _packed(_xml("urlset", entries[start : start + at_most]))
        days = [day for path in paths[start : start + at_most] if (day := changed(path))]
        listed.append(_entry("sitemap", url + name, max(days, default="")))
    return {SITEMAP: _xml("sitemapindex", listed), **files}


def _entry(kind: str, location: str, changed: str) -> str:
    day = f"<lastmod>{escape(changed)}</lastmod>" if changed else ""
    return f"<{kind}><loc>{escape(location)}</loc>{day}</{kind}>\n"


def _xml(kind: str, entries: Iterable[str]) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} {_SPACE}>\n{"".join(entries)}</{kind}>\n'.encode()


def _packed(content: bytes) -> bytes:
    output = io.BytesIO()
    with gzip.GzipFile("", "wb", 6, output, mtime=0) as packed:
        packed.write(content)
    return output.getvalue()


def _is_of_the_site(path: str) -> bool:
    """Whether a page is the site's and not about the data: of the endpoint, the catalogue's nodes, a named graph."""
    if path.removeprefix("doc/") in SITE_PATHS:  # a service that the catalogue describes
        return True
    return path in OWN_PAGES - {"ontology"} or path.startswith(("graph/", "dataset/", "release/", "dump/"))
