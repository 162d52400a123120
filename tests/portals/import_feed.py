"""Runs in CKAN's own environment: harvests a feed by ckanext-dcat's parser and prints what CKAN would store, as JSON.

The steps are those of its harvester (ckanext/dcat/harvesters/rdf.py): HEAD, GET, both with `Accept: */*`; the format of
the first page's Content-Type for all pages; `hydra:next` until there is none.
"""

from __future__ import annotations

import json
import sys
import urllib.request

from ckanext.dcat.processors import RDFParser

FORMATS = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/ld+json": "json-ld"}
AGENT = {"Accept": "*/*", "User-Agent": "python-requests/2.33.0"}


def fetch(url: str, method: str) -> tuple[bytes, str]:
    request = urllib.request.Request(url, method=method, headers=AGENT)
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read(), response.headers["Content-Type"].partition(";")[0]


def harvest(url: str, base: str, site: str) -> list[dict[str, object]]:
    """The data sets of a feed at `url`; links that begin with `base` are followed at `site`."""
    found: list[dict[str, object]] = []
    form = None
    while url:
        fetch(url, "HEAD")
        content, media_type = fetch(url, "GET")
        form = form or FORMATS[media_type]
        parser = RDFParser(profiles=["euro_dcat_ap_3"])
        parser.parse(content.decode("utf-8"), _format=form)
        found += parser.datasets()
        following = parser.next_page()
        url = str(following).replace(base, site, 1) if following else ""
    return found


if __name__ == "__main__":
    json.dump(harvest(*sys.argv[1:4]), sys.stdout)
