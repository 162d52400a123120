"""Which SERVICE clauses a query has, which are refused, and that what is malformed is placed in what was written."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldpub.errors import MalformedQueryError, QueryError, RefusedQueryError
from ldpub.store import Limits, Query, Store
from ldpub.store.clauses import asks_others, find_clauses
from ldpub.store.edits import Edit, edited, placed_before
from ldpub.store.embedded import EmbeddedStore
from ldpub.store.federation import Federation
from ldpub.store.guard import check
from ldpub.store.tokens import place
from peers import PREFIX, PeerServer, allowing, endpoint, says

U = "http://ok.example.org/sparql"
LIMITS = Limits(services=frozenset([U]))


def test_queries_without_service_stay_as_they_are() -> None:
    for text in ("ASK { }", "SELECT ?service { ?s <x:service> 'SERVICE <x:y> { }' } # SERVICE"):
        query = Query(text)
        with Federation(LIMITS).inlined(query) as same:
            assert same is query
    assert not asks_others("ASK { }")
    assert all(map(asks_others, ["{service<x:y>{}}", "ServicE", "ſERVICE"]))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("within SERVICE.*column 62", f"SELECT * {{ SERVICE <{U}> {{ ?s ?p ?o SERVICE <{U}> {{ }} }} }}"),
        ("within SERVICE", f"SELECT * {{ SERVICE <{U}> {{ {{ SELECT * {{ SERVICE SILENT <{U}> {{ }} }} }} }} }}"),
        ("within SERVICE", f"SELECT * {{ SERVICE <{U}> {{ SERVICE <http://evil.org/> {{ }} }} }}"),
        ("variable.*line 2, column 10", "SELECT * {\n SERVICE ?where { ?s ?p ?o } }"),
        ("variable", "SELECT * { VALUES ?w { <x:y> } SERVICE SILENT $w { ?s ?p ?o } }"),
        ("Spaces", f"SELECT * {{ ?s ?p true.SERVICE <{U}> {{ }} }}"),
        ("Spaces", f"SELECT * {{ SERVICESILENT <{U}> {{ }} }}"),
        ("Spaces", f"SELECT * {{ ſERVICE <{U}> {{ }} }}"),
        (f"queries only <{U}>", "SELECT * { SERVICE 'x' { } }"),
        ("queries only", "SELECT * { SERVICE y:x { } }"),
        ("queries only", "SELECT * { SERVICE"),
        ("More than 10", f"SELECT * {{ {f'SERVICE <{U}> {{ }} ' * 11} }}"),
    ],
)
def test_clauses_that_are_refused(word: str, text: str) -> None:
    with pytest.raises(RefusedQueryError, match=f"(?s){word}"):
        find_clauses(text, LIMITS)


@pytest.mark.parametrize(
    "other",
    [
        "http://ok.example.evil.org/sparql", "http://ok.example.org.evil.org/sparql", "http://ok.example.org:81/sparql",
        "http://ok.example.org@evil.org/sparql", "http://ok.example.org/sparql/", "http://ok.example.org/sparql?x",
        "http://ok.example.org/sparql#x", "https://ok.example.org/sparql", "http://ok.example.org/SPARQL",
        "http://ok.example.org/a/../sparql", "http://ok.example.org\\u002eevil.org/sparql", "/sparql",
    ],
)  # fmt: skip
def test_who_only_looks_like_one_on_the_list_is_refused(other: str) -> None:
    text = f"BASE <http://ok.example.org/> SELECT * {{ SERVICE <{other}> {{ ?s ?p ?o }} }}"
    for judge in (check, find_clauses):
        with pytest.raises(RefusedQueryError, match="queries only"):
            judge(text, LIMITS)


def test_the_guard_judges_many_clauses_in_a_moment() -> None:
    prefixes = "".join(f"PREFIX p{n}: <{U}> " for n in range(20_000))
    with pytest.raises(RefusedQueryError, match="More than 10"):
        find_clauses(f"{prefixes} SELECT * {{ {'SERVICE p1: { } ' * 400} }}", LIMITS)
    check(f"{prefixes} SELECT * {{ {'SERVICE p1: { } ' * 400} }}", LIMITS)  # quadratic, it took over ten seconds


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (f"SELECT * {{ SERVICE <{U}> ?s }}", (1, 51)),
        (f"SELECT *\n{{ SERVICE <{U}> {{ ?s ", (2, 46)),
        (f"SELECT *\n{{ SERVICE <{U}> {{ ?s x:y ?o }}", (2, 47)),
        (f"SELECT *\n{{ SERVICE <{U}> {{ ?s ?p ?o }}\n ?s x:y ?z }}", (3, 5)),
        (f"SELECT * {{ SERVICE <{U}> {{ ?s ?p \\u003fo }} }}", (1, 59)),
    ],
)
def test_clauses_that_are_none_are_found_before_anybody_is_asked(text: str, at: tuple[int, int]) -> None:
    with pytest.raises(MalformedQueryError) as raised:
        find_clauses(text, LIMITS)
    assert (raised.value.line, raised.value.column) == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("SELECT * {{\n {0} {{ ?b x:name ?n }} ?a ?b }}", (2, None)),
        ("SELECT * {{\r\n {0} {{ ?b\n x:name ?n }}\n ?a ?b }}", (4, 8)),
        ("SELECT * {{ ?a\n {0} {{ ?b x:name ?n }}\n ?a ?b ?c }}", (2, 2)),
        ("SELECT * {{ ?a ?b ?c }} {0} {{ ?b x:name ?n }}", (1, 38)),
        ("SELECT *\n {0} {{ ?b x:name ?n }}", (2, 2)),
        ("SELECT * {{ }}\n {0} {{ ?b x:name ?n }}", (2, 2)),
        ("SELECT * {{ OPTIONAL\n {0} {{ ?b x:name ?n }} }}", (2, 2)),
        ("SELECT * {{ GRAPH <x:g>\n {0} {{ ?b x:name ?n }} }}", (2, 2)),
        ("CONSTRUCT {{\n {0} {{ ?b x:name ?n }} }} {{ }}", (2, 2)),
        ("SELECT * {{ {0} {{ ?b x:name ?n }}\nUNION {{ }} }}", (2, 1)),
        ("SELECT * {{ {0} {{ ?b x:name ?n }} {0} {{ ?b x:name ?n }}\n BIND(1 AS ?n) }}", (2, None)),
        ("SELECT ?zz (COUNT(*) AS ?k) {{\n {0} {{ ?b x:name ?n }} }}", (1, None)),
    ],
)
def test_malformed_queries_say_where_in_what_was_written(
    store: Store, peer: PeerServer, text: str, at: tuple[int, int | None]
) -> None:
    """Whatever the clauses have become; and no clause makes a query of what is none."""
    with pytest.raises(MalformedQueryError) as raised:
        store.query(Query(PREFIX + text.format(f"SERVICE <{peer.url}>")))
    if raised.value.line is not None:
        assert raised.value.line == at[0]
        assert at[1] in (None, raised.value.column)
        assert f"ine {raised.value.line}, column {raised.value.column}" in str(raised.value)


def test_what_the_endpoint_calls_malformed_is_so_at_its_clause() -> None:
    refusal = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 17\r\n\r\nno\x00query!\x1breally"
    with endpoint(says(refusal)) as (url, _):
        store = EmbeddedStore(ox.Store(), allowing(url))
        with pytest.raises(MalformedQueryError, match=r"400\. no query! really") as raised:
            store.query(Query(f"SELECT *\n{{ SERVICE <{url}> {{ ?s ?p }} }}"))
    assert (raised.value.line, raised.value.column) == (2, 3)


PARTS = ["SELECT *", "ASK", " ", "\n", "\r\n", "\t", "{", "?a ?b ?c .", "OPTIONAL {", "# c\n"]


@given(st.lists(st.sampled_from(PARTS), max_size=8).map("".join), st.lists(st.sampled_from(PARTS[2:6])).map("".join))
def test_an_endpoint_reads_the_group_where_it_is_written(before: str, between: str) -> None:
    """So the line and column in its complaint are those of the query."""
    text = f"PREFIX x: <x:>\nASK {{ {before} SERVICE {between}<{U}> {between}{{ ?s ?p }} }}"
    (clause,) = find_clauses(text, LIMITS)
    assert clause.query.endswith("{ ?s ?p }")
    assert place(clause.query, clause.query.rindex("{")) == place(text, text.rindex("{"))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.lists(st.sampled_from(
    ["SERVICE ", "SILENT ", f"<{U}>", "{", "}", " ", "?x ", "'", '"', "#", "\n", "SELECT ", "p:x ", "PREFIX p: <x:> ", "<", ">", "\\"]  # noqa: E501
), max_size=20).map("".join))  # fmt: skip
def test_any_text_gives_clauses_or_a_query_error(text: str, pieces: str) -> None:
    for written in (text, pieces, pieces + text):
        try:
            clauses = find_clauses(written, LIMITS)
        except QueryError:
            continue
        for clause in clauses:
            assert clause.iri == U
            assert written[clause.start :].lower().startswith("service")
            assert written[: clause.end].endswith("}")
            assert clause.query.endswith(written[: clause.end][-2:])


LINES = st.text("ab\n\r", max_size=30)


@given(
    LINES,
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), LINES), max_size=3),
)
def test_a_place_in_an_edited_text_is_found_in_the_text(text: str, spans: list[tuple[int, int, str]]) -> None:
    text = text.replace("\r", "")  # an edit might part CR from LF
    edits: list[Edit] = []
    for start, length, new in sorted(spans):
        at = max(start, edits[-1].end if edits else 0)
        if at + length <= len(text):
            edits.append(Edit(at, at + length, new.replace("\r", "")))
    changed = edited(text, edits)
    kept = [n for n in range(len(text)) if not any(edit.start <= n < edit.end for edit in edits)]
    for offset in kept:
        moved = sum(len(edit.text) - (edit.end - edit.start) for edit in edits if edit.end <= offset)
        line, column = place(changed, offset + moved)
        error = placed_before(MalformedQueryError(f"Line {line}, column {column}: no.", line, column), text, edits)
        assert (error.line, error.column) == place(text, offset)
        assert str(error) == "Line {}, column {}: no.".format(*place(text, offset))
