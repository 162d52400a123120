"""A SPARQL client of a few lines: what tests ask a site with."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import Any


def select(site: str, query: str) -> list[dict[str, str]]:
    """The solutions of a SELECT query: variable to lexical form, unbound variables left out."""
    bindings = ask_json(site, query)["results"]["bindings"]
    return [{name: term["value"] for name, term in solution.items()} for solution in bindings]


def ask(site: str, query: str) -> bool:
    """The answer of an ASK query."""
    return bool(ask_json(site, query)["boolean"])


def ask_json(site: str, query: str) -> Any:
    """The SPARQL JSON results of a query, posted as a form."""
    data = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(f"{site}/sparql", data, {"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)
