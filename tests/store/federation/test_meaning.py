"""A SERVICE clause means what its group means in a graph that holds the endpoint's data (Federated Query, 4)."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from ldpub.store import Query, Store
from ldpub.store.embedded import EmbeddedStore
from peers import LOCAL, REMOTE, PeerServer, allowing, answered, loaded, rows

PATTERNS = [
    "SELECT * { ?a x:knows ?b . SERVICE { ?b x:name ?n } }",
    "SELECT * { SERVICE { ?b x:name ?n } ?a x:knows ?b . }",
    "SELECT * { SERVICE { ?b x:name ?n } . ?a x:knows ?b }",
    "SELECT * { SERVICE SILENT { ?b x:name ?n FILTER(?n != 'E') } }",
    "SELECT * { ?a x:knows ?b OPTIONAL { SERVICE { ?b x:name ?n } } }",
    "SELECT * { ?a x:knows ?b OPTIONAL { SERVICE { ?b x:size ?n } FILTER(?n > 5) } }",
    "SELECT * { ?a x:knows ?b OPTIONAL { SERVICE { ?b x:nothing ?n } } }",
    "SELECT * { { ?a x:knows ?b } UNION { SERVICE { ?b x:name ?n } } }",
    "SELECT * { ?a x:knows ?b MINUS { SERVICE { ?b x:name ?n FILTER(isIRI(?b)) } } }",
    "SELECT * { ?a x:knows ?b FILTER EXISTS { SERVICE { ?b x:name ?n } } }",
    "SELECT * { ?a x:knows ?b FILTER EXISTS { SERVICE { ?b x:size ?n } } }",
    "SELECT * { ?a x:knows ?b FILTER NOT EXISTS { SERVICE { ?b x:name ?n } } }",
    "SELECT * { ?a x:knows ?b FILTER NOT EXISTS { SERVICE { ?b x:nothing ?n } } }",
    "SELECT * { ?a x:knows ?b { SELECT ?b (COUNT(?n) AS ?k) { SERVICE { ?b x:name ?n } } GROUP BY ?b } }",
    "SELECT * { SERVICE { SELECT ?b (STR(?n) AS ?m) { ?b x:name ?n } ORDER BY ?n LIMIT 2 } }",
    "SELECT * { SERVICE { ?b x:name ?n FILTER(isIRI(?b)) } SERVICE { ?b x:size ?s } }",
    "SELECT * { SERVICE { ?b x:name ?n OPTIONAL { ?b x:size ?s } } }",
    "SELECT * { SERVICE { ?b ?p ?n } FILTER(isBlank(?b)) }",
    "SELECT * { SERVICE { ?b ?p ?n } FILTER(isLiteral(?n) && isIRI(?b)) }",
    "SELECT (COUNT(DISTINCT ?b) AS ?k) { SERVICE { ?b ?p ?n } }",
    "SELECT * { ?b x:label ?l SERVICE { ?b x:label ?l } }",
    "SELECT * { SERVICE { } }",
    "SELECT * { SERVICE { x:b x:name 'B'@de } }",
    "SELECT * { SERVICE { x:b x:name 'C' } }",
    "SELECT * { SERVICE { ?b x:nothing ?n } }",
    "SELECT * { SERVICE { VALUES ?v { 1 2 UNDEF 'SERVICE <x:y> { }' } # SERVICE }\n } }",
    "SELECT ?b { SERVICE { ?b x:name|x:size ?n } }",
    "SELECT (COUNT(*) AS ?n) { SERVICE { ?b x:name|x:size ?n } BIND(STR(?n) AS ?m) }",
    "SELECT (?n AS ?m) { SERVICE { ?b x:size ?n } } ORDER BY ?n LIMIT 1",
    "ASK { SERVICE { ?b x:name ?n } }",
    "ASK { SERVICE { ?b x:nothing ?n } }",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_clause_means_what_its_group_means_in_the_data_of_the_endpoint(
    store: Store, peer: PeerServer, pattern: str
) -> None:
    both = loaded(REMOTE, "x:remote")
    both.extend(loaded(LOCAL))
    graph = re.sub(r"SERVICE (SILENT )?\{", "GRAPH <x:remote> {", pattern)
    service = re.sub(r"SERVICE (SILENT )?\{", rf"SERVICE \1<{peer.url}> {{", pattern)
    expected = EmbeddedStore(both)
    assert sorted(answered(store, service)["head"].get("vars", [])) == sorted(
        answered(expected, graph)["head"].get("vars", [])
    )
    if pattern.startswith("ASK"):
        assert answered(store, service)["boolean"] is answered(expected, graph)["boolean"]
    else:
        assert rows(store, service) == rows(expected, graph)


def test_construct_makes_nodes_and_triples(store: Store, peer: PeerServer) -> None:
    text = f"PREFIX x: <x:> CONSTRUCT {{ ?b x:is ?s }} {{ SERVICE <{peer.url}> {{ ?b x:size ?s }} }}"
    graph = store.query(Query(text)).read().decode()
    assert graph.count("x:is") == 2
    assert "_:" in graph


def test_blank_nodes_are_one_within_an_answer_and_none_beyond(store: Store, peer: PeerServer) -> None:
    clause = f"SERVICE <{peer.url}>"
    found = answered(store, f"SELECT ?b {{ {clause} {{ ?b ?p ?n }} FILTER(isBlank(?b)) }}")["results"]["bindings"]
    assert len(found) == 2
    assert len({row["b"]["value"] for row in found}) == 1
    two = f"{{ {clause} {{ ?b x:name 'nobody' }} {clause} {{ ?b x:size 9 }} }}"
    assert answered(store, f"ASK {two}")["boolean"] is False
    removed = f"ASK {{ {clause} {{ ?b x:name 'nobody' }} MINUS {{ {clause} {{ ?b x:size 9 }} }} }}"
    assert answered(store, removed)["boolean"] is True


GRAPHS = "<g:1> { <x:a> <x:p> <x:b> } <g:2> { <x:a> <x:p> <x:c> }"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("GRAPH ?g { SERVICE { x:b x:name ?n } }", {"g:1", "g:2"}),
        ("GRAPH ?g { ?a x:p ?b SERVICE { ?b x:name ?n } }", {"g:1", "g:2"}),
        ("GRAPH ?g { SERVICE { ?b x:size ?n } ?a x:p ?b }", {"g:1"}),
        ("GRAPH ?g { ?a x:p ?b OPTIONAL { SERVICE { ?b x:size ?n } } }", {"g:1", "g:2"}),
        ("GRAPH <g:1> { SERVICE { x:b x:name ?n } } BIND('yes' AS ?g)", {"yes"}),
        ("GRAPH <g:3> { SERVICE { x:b x:name ?n } } BIND('yes' AS ?g)", set()),
    ],
)
def test_within_a_graph_the_clause_is_joined_for_each_graph(peer: PeerServer, pattern: str, expected: set[str]) -> None:
    engine = loaded("")
    engine.load(GRAPHS, ox.RdfFormat.TRIG)
    service = pattern.replace("SERVICE", f"SERVICE <{peer.url}>")
    bindings = answered(EmbeddedStore(engine, allowing(peer.url)), f"SELECT * {{ {service} }}")["results"]["bindings"]
    assert {row["g"]["value"] for row in bindings} == expected
    assert len(bindings) == len(expected)


def test_what_is_asked(peer: PeerServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://user:secret@127.0.0.1:1/")
    store = EmbeddedStore(loaded(LOCAL), allowing(peer.url, service_rows=20))
    prologue = f"BASE <{peer.url.partition('sparql')[0]}> # a comment {{\nPREFIX e: <x:> "
    store.query(Query(f"{prologue}SELECT * {{ SERVICE\n <{peer.url}>{{ ?b e:name ?n }} }} LIMIT 1"))
    text, headers = peer.asked[-1]
    assert text.split() == f"{prologue}SELECT * WHERE {{ ?b e:name ?n }} LIMIT 21".split()
    assert headers["Accept"] == "application/sparql-results+json"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert not {"Authorization", "Proxy-Authorization", "Cookie"} & set(headers)


def test_the_name_may_be_prefixed_or_escaped(peer: PeerServer, store: Store) -> None:
    head, tail = peer.url[:-4], peer.url[-4:].replace("?", "\\?").replace("=", "\\=")
    assert rows(store, f"PREFIX p: <{head}> SELECT * {{ SERVICE p:{tail} {{ ?b x:size ?n }} }}")
    escaped = peer.url.replace("sparql", "\\u0073parql")
    assert rows(store, f"SELECT * {{ service silent <{escaped}> {{ ?b x:size ?n }} }}")
