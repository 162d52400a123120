"""Lists: counts are what choosing gives, and page, CSV and query have the same rows."""

from __future__ import annotations

import csv
import html
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client import select
from ldpub.build.facets import Facet, Graph, read_path
from ldpub.build.lists import write_lists
from ldpub.build.rows import numbered
from ldpub.namespaces import RDF, RDFS
from ldpub.serve import browse
from ldpub.serve.list_query import Asked, list_query
from ldpub.serve.lists import NONE, Lists
from small import BASE
from web import BROWSER, Web

CD = "https://w3id.org/city-diplomacy/ontology#"
ID = "https://w3id.org/city-diplomacy/id/"
E = f"{BASE}id/"
PATHS = {"colour": "e:colour", "of": "e:part/e:colour|^e:whole", "decade": "e:on", "age": "e:on|e:from"}
HEADERS = {
    "en": ["Identifier", "Name", "Country", "Kind", "Status", "Topic", "Start"],
    "de": ["Kennung", "Name", "Land", "Art", "Status", "Thema", "Beginn"],
}
UNTIL = {"age": read_path("e:off|e:on", {"e": E})}
FACETS = [
    Facet(name, {"": name}, read_path(path, {"e": E}), name in ("decade", "age"), UNTIL.get(name, ()))
    for name, path in PATHS.items()
]
CLASS = f"{E}Class"


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(E + name)


things = st.sampled_from([node(f"t{number}") for number in range(6)])
dates = [
    ox.Literal(f"{year}", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear"))
    for year in (1961, 1969, 1975)
]
DATED = [node("on"), node("off"), node("from")]
colours = st.sampled_from([node("red"), node("green"), ox.Literal("blue"), ox.Literal('odd "\\\n', language="en")])
triples = st.one_of(
    st.builds(ox.Triple, things, st.just(ox.NamedNode(RDF + "type")), st.sampled_from([node("Class"), node("Other")])),
    st.builds(ox.Triple, things, st.just(node("colour")), colours),
    st.builds(ox.Triple, things, st.sampled_from([node("part"), node("whole")]), things),
    st.builds(ox.Triple, things, st.sampled_from(DATED), st.sampled_from([*dates, ox.Literal("soon"), node("t1")])),
    st.builds(ox.Triple, things, st.just(ox.NamedNode(RDFS + "label")), st.builds(ox.Literal, st.text(max_size=3))),
)
chosen_values = st.dictionaries(
    st.sampled_from(list(PATHS)),
    st.lists(
        st.sampled_from([E + "red", E + "green", "blue", 'odd "\\\n', E + "t1", "1960", "1970", NONE, "nothing"]),
        min_size=1,
        max_size=3,
        unique=True,
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(triples, max_size=40), chosen_values)
def test_the_query_gives_the_rows_and_counts_say_how_many(
    tmp_path_factory: pytest.TempPathFactory, graph: list[ox.Triple], chosen: dict[str, list[str]]
) -> None:
    path = tmp_path_factory.mktemp("lists") / "lists.sqlite"
    write_lists(path, Graph(numbered(graph)), FACETS, ("en",))
    store = ox.Store()
    store.extend([ox.Quad(t.subject, t.predicate, t.object) for t in graph])
    lists = Lists(path)
    members = lists.members(CLASS)

    heads = [(facet, facet.name) for facet in lists.facets]

    def queried(choice: dict[str, list[str]]) -> set[str]:
        pairs = [(facet, choice[facet.name]) for facet in lists.facets if facet.name in choice]
        solutions = store.query(list_query(Asked(CLASS, chosen=pairs, columns=heads, prefixes={"e": E, "rdfs": RDFS})))
        assert isinstance(solutions, ox.QuerySolutions)
        rows = [str(solution["thing"]) for solution in solutions]
        assert len(rows) == len(set(rows))
        return set(rows)

    def fitting(choice: dict[str, list[str]]) -> set[str]:
        numbers = np.flatnonzero(lists.fitting(members, choice)).astype(np.int32)
        return {f"<{iri}>" for iri in lists.iris(numbers)}

    assert fitting(chosen) == queried(chosen)
    for count in lists.counts(members, chosen):
        facet = count.facet
        alone = {facet.texts[number]: n for number, n in count.values.items()} | {NONE: count.without}
        for value in (*facet.texts, NONE):
            choice = {**{name: some for name, some in chosen.items() if name != facet.name}, facet.name: [value]}
            assert len(queried(choice)) == alone.get(value, 0), (facet.name, value)
    lists.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(triples, max_size=40), st.booleans())
def test_orders_hold_every_thing_once(
    tmp_path_factory: pytest.TempPathFactory, graph: list[ox.Triple], descending: bool
) -> None:
    path = tmp_path_factory.mktemp("lists") / "lists.sqlite"
    write_lists(path, Graph(numbered(graph)), FACETS, ("en",))
    lists = Lists(path)
    members = lists.members(CLASS)
    for facet in (None, *lists.facets):
        ranks = range(len(facet.terms)) if facet else ()
        numbers = lists.ordered(members, "en", facet, list(ranks), descending=descending)
        assert sorted(numbers.tolist()) == np.flatnonzero(members).tolist()
        if facet:
            best = {
                thing: (max if descending else min)(some) for thing, some in lists.values_of(numbers, facet).items()
            }
            keys = [best[n] for n in numbers.tolist() if n in best]
            assert keys == sorted(keys, reverse=descending)
            assert [n in best for n in numbers.tolist()] == sorted((n in best for n in numbers.tolist()), reverse=True)
    lists.close()


@pytest.fixture(scope="module")
def cities(site: str) -> Iterator[Web]:
    with Web(site) as web:
        yield web


def target(name: str, **parameters: object) -> str:
    return "/browse?" + urlencode({"class": CD + name, **parameters}, doseq=True)


def names(text: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', text)]


def said(text: str) -> int:
    """How many things the page says that it lists."""
    return int(re.findall(r"<p>(\d+) (?:of|von|things?|Dinge?)\b", text)[0])


def csv_rows(web: Web, text: str) -> list[list[str]]:
    href = html.unescape(re.findall(r'href="(browse\?[^"]*format=csv[^"]*)"', text)[0])
    reply = web.get(f"/{href}")
    assert reply.media_type == "text/csv"
    return list(csv.reader(io.StringIO(reply.text)))


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"country": f"{ID}country/us"},
        {"country": [f"{ID}country/us", f"{ID}country/fr"], "kind": f"{ID}partnership-kind/town-twinning"},
        {"status": f"{ID}status/proposed"},
        {"decade": ["1960", NONE], "international": "true"},
        {"topic": NONE, "partner-network": f"{ID}network/mayors-for-peace"},
        {"topic": "nothing"},
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_page_csv_and_query_have_the_same_rows(cities: Web, chosen: dict[str, object], language: str) -> None:
    text = cities.get(target("CityRelation", **chosen, lang=language), BROWSER).text
    header, *rows = csv_rows(cities, text)
    assert header == HEADERS[language]
    assert [row[1] for row in rows] == names(text)
    query = re.findall(r'href="sparql\?([^"]*)"[^>]*>(?:Query this|Als Abfrage)', text)[0]
    asked = select(cities.url, parse_qs(html.unescape(query))["query"][0])
    names_in_order = [(row["thing"], row["name"]) for row in asked]
    assert sorted(names_in_order) == sorted((row[0], row[1]) for row in rows)
    assert len(asked) == len(rows) == said(text)
    assert bool(rows) == (chosen.get("topic") != "nothing")


@pytest.mark.parametrize("start", [target("CityRelation"), target("Event"), target("City", lang="de"), target("Claim")])
def test_each_count_is_what_its_link_leads_to(cities: Web, start: str) -> None:
    text = cities.get(start, BROWSER).text
    options = re.findall(r'<li><a rel="nofollow" href="([^"]*)">[^<]*</a> <span class="count">(\d+)</span>', text)
    assert len(options) > 4
    for href, count in options[::3]:
        reply = cities.get("/" + html.unescape(href), BROWSER).text
        assert said(reply) == int(count)
        assert 'aria-current="true">' in reply.partition("<main")[2]
        chosen = re.findall(r'class="chosen" rel="nofollow" href="([^"]*)"', reply)
        assert [html.unescape(back) for back in chosen] == [start.removeprefix("/")]


def test_lists_are_sorted_by_each_column_in_both_directions(cities: Web) -> None:
    text = cities.get(target("CityRelation"), BROWSER, Accept_Language="en").text
    assert names(text) == sorted(names(text), key=lambda name: name.replace("ń", "n").replace("ı", "i").casefold())
    heads = re.findall(r'<th scope="col"[^>]*><a rel="nofollow" href="([^"]*)">', text)
    assert len(heads) == 6
    for head in heads[1:]:
        up = cities.get("/" + html.unescape(head), BROWSER).text
        assert 'aria-sort="ascending"' in up
        again = re.findall(r'aria-sort="ascending"><a rel="nofollow" href="([^"]*)"', up)[0]
        down = cities.get("/" + html.unescape(again), BROWSER).text
        assert 'aria-sort="descending"' in down
        assert sorted(names(up)) == sorted(names(down)) == sorted(names(text))
    dates = [row[-1] for row in csv_rows(cities, cities.get(target("CityRelation", sort="-start"), BROWSER).text)]
    assert dates[1:5] == ["2021", "1978", "1968", "between 1947 and 1987"]
    assert dates[10:] == [""] * (len(dates) - 10)


@pytest.mark.parametrize("sort", ["start", "-start", "kind", "-kind"])
def test_the_query_is_in_the_order_of_the_page(cities: Web, sort: str) -> None:
    text = cities.get(target("CityRelation", sort=sort, lang="de"), BROWSER).text
    query = re.findall(r'href="sparql\?([^"]*)"[^>]*>Als Abfrage', text)[0]
    asked = select(cities.url, parse_qs(html.unescape(query))["query"][0])
    column = {"start": "beginn", "kind": "art"}[sort.removeprefix("-")]
    assert set().union(*asked) == {"thing", "name", "land", "art", "status", "thema", "beginn"}
    rows = csv_rows(cities, text)
    at = rows[0].index(column.capitalize())
    shown = {row[0]: set(row[at].split(" | ")) for row in rows[1:]}
    if column == "beginn":
        assert [row["thing"] for row in asked if row.get(column)] == [row[0] for row in rows[1:] if row[at]]
        years = [re.findall(r"\d{4}", row.get(column, "")) for row in asked]
        assert sorted(years) == sorted(re.findall(r"\d{4}", row[at]) for row in rows[1:])
    else:
        assert {row["thing"]: set(row.get(column, "").split(", ")) for row in asked} == shown
        assert [bool(row.get(column)) for row in asked] == [bool(row[at]) for row in rows[1:]]


def test_pages_hold_all_rows_once(cities: Web) -> None:
    listed: list[str] = []
    page: str | None = target("Evidence", lang="de")
    while page:
        text = cities.get(page, BROWSER).text
        assert 0 < len(names(text)) <= browse.ROWS
        listed += names(text)
        following = re.findall(r'rel="next" href="([^"]*)"', text)
        page = urljoin("/", html.unescape(following[0])) if following else None
    assert len(listed) > browse.ROWS
    assert listed == [row[1] for row in csv_rows(cities, text)[1:]]
    assert cities.get(target("Evidence", page=99), BROWSER).status == 404


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"sort": "size"}, 400),
        ({"format": "xml"}, 400),
        ({"page": "0"}, 400),
        ({"utm_source": "x"}, 200),
        ({"topic": ""}, 200),
    ],
)
def test_wrong_parameters(cities: Web, parameters: dict[str, str], status: int) -> None:
    assert cities.get(target("CityRelation", **parameters), BROWSER).status == status


def test_hostile_values_stay_text(cities: Web) -> None:
    for evil in ('"><script>alert(1)</script>', "x> } } DELETE", "%00", "1960|.*", "\\u0022"):
        for name in ("topic", "decade", "international"):
            reply = cities.get(target("CityRelation", **{name: evil}), BROWSER)
            assert reply.status == 200
            assert "<script" not in reply.markup
            href = re.findall(r'href="(sparql\?[^"]*)"', reply.markup)[0]
            query = parse_qs(urlsplit(html.unescape(href)).query)["query"][0]
            assert evil not in query
            assert select(cities.url, query) == []


def test_a_list_without_facets_is_a_list(library: Web) -> None:
    reply = library.get("/browse?class=" + quote("https://data.example.org/lib/terms#Book"), BROWSER)
    assert reply.status == 200
    assert len(names(reply.text)) > 9
    assert 'class="facets"' not in reply.text


def test_a_large_list_is_counted_in_milliseconds(tmp_path: Path) -> None:
    """60,000 things with five values each (360,000 triples)."""
    kind, parts = ox.NamedNode(RDF + "type"), [node(f"v{number}") for number in range(200)]
    graph = [ox.Triple(node(f"n{number}"), kind, node("Class")) for number in range(60_000)]
    names_ = [node(f"p{number}") for number in range(5)]
    graph += [
        ox.Triple(t.subject, p, parts[(i * 7 + k * 13) % 200])
        for i, t in enumerate(graph)
        for k, p in enumerate(names_)
    ]
    facets = [Facet(f"p{number}", {"": "p"}, read_path(f"e:p{number}", {"e": E})) for number in range(5)]
    write_lists(tmp_path / "lists.sqlite", Graph(numbered(graph)), facets, ("en",))
    lists = Lists(tmp_path / "lists.sqlite")
    members = lists.members(CLASS)
    chosen = {"p0": [E + "v3", E + "v10"], "p1": [E + "v16", E + "v23", NONE]}
    took = []
    for _ in range(4):
        began = time.thread_time()
        counts = lists.counts(members, chosen)
        numbers = lists.ordered(lists.fitting(members, chosen), "en", None, (), descending=True)
        took.append(time.thread_time() - began)
    assert len(counts) == 5
    assert len(numbers) == 600
    assert min(took) < 0.1, took
    lists.close()
