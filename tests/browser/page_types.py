"""The types of pages, each with one of its kind: a new type is one line here, and every test of this folder sees it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from ldpub.namespaces import RDFS
from web import BROWSER

LANGUAGES = ("en", "de")
ONTOLOGY = "https://w3id.org/city-diplomacy/ontology#"
HANNOVER = "https://w3id.org/city-diplomacy/id/city/hannover"
NONE_AT_ALL = "SELECT * { ?city a <urn:none> }"
SOME = "SELECT ?city ?name { ?city a cd:City ; rdfs:label ?name } ORDER BY ?name LIMIT 20"


@dataclass(frozen=True)
class PageType:
    """A type of page: its name, where one is (path and query) and on which site, the status and languages expected.

    `accept` is what the browser asks for. `repeated` selects parts that are like those before them, on pages that are
    too large for axe to look at every one.
    """

    name: str
    target: str
    status: int = 200
    site: str = "site"
    languages: tuple[str, ...] = LANGUAGES
    accept: str = BROWSER
    repeated: str = ""


def _with(path: str, **parameters: str) -> str:
    return f"{path}?{urlencode(parameters)}"


def _sparql(query: str) -> str:
    return _with("/sparql", query=f"PREFIX cd: <{ONTOLOGY}>\nPREFIX rdfs: <{RDFS}>\n{query}")


def _list(name: str, **choices: str) -> str:
    return _with("/browse", **{"class": ONTOLOGY + name}, **choices)


PAGE_TYPES = (
    PageType("home", "/"),
    PageType("city", "/doc/city/hannover"),
    PageType("twinning", "/doc/relation/hannover-blantyre"),
    PageType("network", "/doc/network/mayors-for-peace"),
    PageType("declaration", "/doc/declaration/german-us-cities-united-2025"),
    PageType("event", "/doc/event/mayors-roundtable-bremen-2025"),
    PageType("project", "/doc/project/covid-19-aid-blantyre"),
    PageType("person", "/doc/person/thomas-westphal"),
    PageType("negative-statement", "/doc/statement/dortmund-pittsburgh-not-twinned"),
    PageType("claim", "/doc/claim/bremen-roundtable-mayors"),
    PageType("evidence", "/doc/evidence/s0-caption-roundtable"),
    PageType("source", "/doc/document/s1"),
    PageType("concept", "/doc/status/active"),
    PageType("ontology", "/ontology", repeated="article:nth-of-type(n+5)"),
    PageType("term", "/ontology?term=City"),
    PageType("list", _list("CityRelation")),
    PageType("facets", _list("CityRelation", status="https://w3id.org/city-diplomacy/id/status/active")),
    PageType("empty-search", "/search"),
    PageType("search", "/search?q=posen"),
    PageType("search-in-vain", "/search?q=xyzzy"),
    PageType("questions", "/questions"),
    PageType("question", "/questions/001-twin-towns-of-hannover"),
    PageType("sparql", "/sparql"),
    PageType("sparql-answers", _sparql(SOME)),
    PageType("sparql-no-answer", _sparql(NONE_AT_ALL)),
    PageType("sparql-error", _sparql("SELECT * { ?city"), 400),
    PageType("changes", "/changes"),
    PageType("quality", "/quality"),
    PageType("report", "/report"),
    PageType("catalogue", "/catalog"),
    PageType("data-set", "/dataset/city-diplomacy"),
    PageType("releases", "/releases"),
    PageType("graph", "/graph/data/hannover"),
    PageType("inferred-graph", "/graph/inferred", repeated=".columns li:nth-of-type(n+20)"),
    PageType("map-of-all", "/picture/map.html"),
    PageType("class-diagram", "/picture/classes.html"),
    PageType("map", _with("/picture/map.html", of=HANNOVER)),
    PageType("timeline", _with("/picture/timeline.html", of=HANNOVER)),
    PageType("network-picture", _with("/picture/network.html", of=HANNOVER)),
    PageType("malformed", "/picture/map?size=x", 400),
    PageType("classes", "/browse"),
    PageType("imprint", "/imprint"),
    PageType("not-found", "/nowhere", 404),
    PageType("not-acceptable", "/search/suggest?q=Han", 406, accept="text/html"),
    PageType("gone", "/ldes/000000000000-1", 410),
    PageType("foreign-home", "/", site="foreign_site", languages=("en",)),
    PageType("foreign-thing", "/doc/book/42", site="foreign_site", languages=("en",)),
    PageType("foreign-document", "/people", site="foreign_site", languages=("en",)),
    PageType("foreign-ontology", "/terms", site="foreign_site", languages=("en",)),
)
"""Every type of page. The foreign site has blank nodes, hash IRIs and other languages; its words are English."""

CASES = tuple((kind, language) for kind in PAGE_TYPES for language in kind.languages)
"""Each type in each of its languages."""
