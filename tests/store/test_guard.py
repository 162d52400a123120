"""The guard: what it refuses, what it must let pass, and that no text confuses it."""

from __future__ import annotations

import contextlib
import re
import time

import pyoxigraph as ox
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ldpub.errors import MalformedQueryError, QueryError, QueryTooLongError, RefusedQueryError
from ldpub.store import Limits, guard
from ldpub.store.guard import check, form_of
from ldpub.store.tokens import place, resolve_codepoints, tokens

LIMITS = Limits()
# A port that the engine refuses to connect to by itself: reaching SERVICE shows as an OSError, without any network.
NOWHERE = "http://127.0.0.1:1/"


def refused(text: str, limits: Limits = LIMITS) -> str:
    with pytest.raises(RefusedQueryError) as raised:
        check(text, limits)
    return str(raised.value)


ORDINARY = [
    "SELECT * WHERE { ?s ?p ?o }",
    "PREFIX ex: <http://example.org/> SELECT ?service WHERE { ?service a ex:SERVICE ; ex:service 'SERVICE <x>' }",
    "PREFIX service: <http://example.org/> SELECT * { ?s a service:Thing . service:x service:y service:z }",
    "PREFIX service: <http://example.org/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "SELECT * { ?s ?p <http://example.org/SERVICE> } # SERVICE <http://example.org/>",
    "SELECT * { ?s ?p \"\"\"SERVICE <x> { \"quoted\" } \"\"\" , '''SERVICE '' <x>''' , 'it\\'s SERVICE' }",
    "SELECT * { ?s ?p _:SERVICE . FILTER(lang(?s) = 'x' && ?a<?b && ?c>?d) }",
    "PREFIX ex: <http://example.org/> SELECT * { ?s ex:insert ex:DELETE ; ex:a.SERVICE 1.5e3 }",
    "BASE <http://example.org/> PREFIX insert: <x#> ASK { <a> insert:b <c> }",
    "SELECT * { VALUES (?x ?y) { (1 -2) (UNDEF 'a') } ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } WHERE { { ?s ?p ?o } UNION { ?o ?p ?s } OPTIONAL { ?s <x:p>/<x:q>* ?z } }",
    "SELECT (STR('\\u0022 SERVICE <x> {}') AS ?x) { }",
    "ASK {" * 1 + "{" * 99 + "}" * 100,
    "ASK { FILTER(" + "!" * 100 + "true) }",
    "SELECT * { VALUES ?x { " + "1 " * 10_000 + "} }",
    "SELECT * { FILTER(?x IN (" + "1," * 9_999 + "1)) }",
    "ASK { " + " . ".join(f"?s <x:{n}> ?o{n}" for n in range(400)) + " }",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_queries_pass(text: str) -> None:
    check(text, LIMITS)


SERVICES = [
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
    "SELECT * { service <http://x/> { ?s ?p ?o } }",
    "SELECT * { sErViCe SILENT <http://x/> { ?s ?p ?o } }",
    "SELECT * { SERVICE ?where { ?s ?p ?o } }",
    "SELECT * { SERVICE#comment\n<http://x/>{ ?s ?p ?o } }",
    "SELECT * { SERVICE<http://x/>{} }",
    "SELECT * { SERVICE <http://\\u0078/> {} }",
    "SELECT * { \\u0053ERVICE <http://x/> {} }",
    "PREFIX : <http://x/> SELECT * { SERVICE:y { } }",
    "PREFIX : <http://x/> SELECT * { SERVICESILENT:y { } }",
    "PREFIX ex: <http://x/> SELECT * { SERVICEex:y { } }",
    "PREFIX ex: <http://x/> SELECT * { serviceSilentex:y#\n{ } }",
    "PREFIX : <http://x/> PREFIX SERVICE: <http://z/> SELECT * { SERVICE:y { } }",
    "PREFIX : <http://x/> SELECT * { ?s ?p true.SERVICE:y { } }",
    "SELECT * { ?s ?p trueSERVICE<http://x/>{} }",
    "SELECT * { ?s ?p true.SERVICE<http://x/>{} }",
    "SELECT * { ?s ?p 1SERVICE<http://x/>{} }",
    "SELECT * { ?s ?p 1.SERVICE<http://x/>{} }",
    "SELECT * { ?s ?p ?o.SERVICE<http://x/>{} }",
    "SELECT * { ?s ?p 'x'SERVICE<http://x/>{} }",
    "SELECT * { ?s ?p <x:>SERVICE<http://x/>{} }",
    "PREFIX e: <e:> SELECT * { ?s ?p e:.SERVICE<http://x/>{} }",
    "SELECT * { { SELECT * { SERVICE <http://x/> {} } } }",
    "SELECT * { FILTER EXISTS { SERVICE <http://x/> {} } }",
    'SELECT * { ?s ?p "\\u0022" SERVICE <http://x/> {} #"\n }',
]


@pytest.mark.parametrize("text", SERVICES)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    assert "SERVICE" in refused(text)


def test_service_on_the_list_passes() -> None:
    limits = Limits(services=frozenset({"http://x/sparql"}))
    check("SELECT * { SERVICE <http://x/sparql> { ?s ?p ?o } }", limits)
    check("SELECT * { SERVICE SILENT <http://\\u0078/sparql> { ?s ?p ?o } }", limits)
    check("PREFIX x: <http://x/> SELECT * { SERVICE x:sparql { ?s ?p ?o } }", limits)
    for other in ("<http://x/sparql2>", "?x", "x:other", "y:sparql", "<sparql>", "'http://x/sparql'", ""):
        refused(f"PREFIX x: <http://x/> SELECT * {{ SERVICE {other} {{ ?s ?p ?o }} }}", limits)
    twice = "PREFIX x: <http://x/> PREFIX x: <http://z/> SELECT * { SERVICE x:sparql { } }"
    refused(twice, limits)


UPDATES = ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "insert"]


@pytest.mark.parametrize("keyword", UPDATES)
@pytest.mark.parametrize("prologue", ["", "# x\nPREFIX ex: <http://example.org/> BASE <http://example.org/>\n"])
def test_updates_are_refused(keyword: str, prologue: str) -> None:
    said = refused(f"{prologue}{keyword} DATA {{ }}")
    assert "read-only" in said
    assert f"line {prologue.count(chr(10)) + 1}, column 1" in said


EXCESSIVE = [
    ("nested", "ASK {" + "{" * 5000 + "}" * 5000),
    ("nested", "ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }"),
    ("nested", "ASK { FILTER(" + "STR(" * 5000 + "1" + ")" * 5000 + ") }"),
    ("nested", "ASK { ?s ?p " + "[ ?p " * 5000 + "]" * 5000 + " }"),
    ("nested", "ASK { ?s ?p " + "( " * 5000 + ")" * 5000 + " }"),
    ("nested", "ASK { ?s ?p " + "<< " * 5000 + ">>" * 5000 + " }"),
    ("nested", "ASK { " + "FILTER EXISTS { " * 5000 + "}" * 5000 + " }"),
    ("nested", "ASK { " + "OPTIONAL { " * 5000 + "}" * 5000 + " }"),
    ("nested", "ASK { " + "{ SELECT * " * 5000 + "}" * 5000 + " }"),
    ("unary", "ASK { FILTER(" + "!" * 5000 + "true) }"),
    ("unary", "ASK { FILTER(" + "! # x\n" * 5000 + "true) }"),
    ("unary", "ASK { FILTER(" + "- " * 5000 + "1) }"),
    ("UNION", "ASK { {}" + " UNION {}" * 5000 + " }"),
    ("OPTIONAL", "ASK { " + "OPTIONAL {} " * 5000 + " }"),
    ("operators ||", "ASK { FILTER(true" + " || true" * 5000 + ") }"),
    ("operators &&", "ASK { FILTER(true" + " && true" * 5000 + ") }"),
    ("operators +", "ASK { FILTER(1" + " + 1" * 5000 + ") }"),
    ("operators /", "ASK { ?s <x:p>" + "/<x:p>" * 5000 + " ?o }"),
    ("operators |", "ASK { ?s <x:p>" + "|<x:p>" * 5000 + " ?o }"),
    ("triple patterns", "ASK { " + "?s ?p ?o . " * 5000 + " }"),
    ("triple patterns", "ASK { ?s ?p ?o" + " ; ?p ?o" * 5000 + " }"),
    ("triple patterns", "ASK { ?s ?p ?o" + ", ?o" * 5000 + " }"),
    ("rows of VALUES", "ASK { VALUES ?x { " + "1 " * 10_001 + "} }"),
    ("rows of VALUES", "ASK { VALUES (?x ?y) { " + "(1 2) " * 10_001 + "} }"),
    ("argument lists", "ASK { FILTER(?x IN (" + "1," * 20_000 + "1)) }"),
    ("without a space", "ASK { FILTER(?a<" + "(" * 5000 + "?b" + ")" * 5000 + "&&?c>?d) }"),
    ("without a space", "ASK { FILTER(?a<?b" + "&&?c" * 5000 + ">?d) }"),
]


@pytest.mark.parametrize(("word", "text"), EXCESSIVE)
def test_excess_is_refused_at_once(word: str, text: str) -> None:
    check("ASK { }", LIMITS)
    started = time.thread_time()
    said = refused(text)
    assert time.thread_time() - started < 10  # a moment, also while coverage is measured
    assert word in said
    assert "line " in said


def test_length_counts_bytes() -> None:
    check("ASK { } # ä", Limits(query_bytes=12))
    with pytest.raises(QueryTooLongError, match="12 bytes"):
        check("ASK { } # ä", Limits(query_bytes=11))


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        ")",
        "a.",
        "a ",
        "<a",
        "?a ",
        "a:",
        "a.a:",
        "<",
        "#",
        "\n# ",
        "1.",
        "_:a.",
        ".",
        "@a-",
        '"a" ',
        "%41",
        "é",
        "\\u0041",
        "'''a'''",
    ],
)
def test_a_megabyte_of_anything_takes_a_moment(piece: str) -> None:
    text = piece * (1_000_000 // len(piece.encode()))
    started = time.thread_time()
    with contextlib.suppress(QueryError):
        check(text, Limits(depth=10**9, patterns=10**9, values_rows=10**9))
    assert time.thread_time() - started < 30  # one on an idle core, some while coverage is measured; else hours


@pytest.mark.parametrize("quotes", ['"', "'", '"""', "'''"])
def test_a_string_that_does_not_end_is_placed(quotes: str) -> None:
    with pytest.raises(MalformedQueryError) as raised:
        check(f"ASK {{\n ?s ?p {quotes}x }}", LIMITS)
    assert (raised.value.line, raised.value.column) == (2, 8)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select*{}", "solutions"),
        ("PREFIX a: <x:> BASE <x:> ASK{}", "boolean"),
        ("# c\nCONSTRUCT WHERE {}", "graph"),
        ("DESCRIBE<x:>", "graph"),
    ],
)
def test_form(text: str, form: str) -> None:
    assert form_of(text) == form


def test_places() -> None:
    assert [place("ab\r\nc\rd\ne", n) for n in (0, 1, 4, 6, 8)] == [(1, 1), (1, 2), (2, 1), (3, 1), (4, 1)]


def test_codepoints() -> None:
    assert (
        resolve_codepoints("\\u0053 \\U0001F600 \\uD800 \\UFFFFFFFF \\u12") == "S \U0001f600 \\uD800 \\UFFFFFFFF \\u12"
    )


PIECES = st.sampled_from(
    [
        *r"""SERVICE service SILENT <http://127.0.0.1:1/> :x ex:x ex: : SERVICE: SERVICE:x SERVICESILENT:x SERVICEex:x
        true.SERVICE:x true SELECT * { } ( ) [ ] ?s ?p ?o ?x . ; , 'a' "a" '''a''' " ' "\u0022" '\u0027 <x:y> < > <= <<
        >> # UNION OPTIONAL FILTER EXISTS BIND( AS VALUES GRAPH 1 1. 1.5 1e5 -1 true false @en ^^ ^ / | && || ! = a
        _:b _:b. \u0053 ex:a.b ex:a\-b %41 \ PREFIX BASE ſERVICE e. -- {| |}""".split(),  # noqa: SIM905 - reads better
        *['"""a"""', " ", "\n", "\r", "\t", "# c\n", "#\r"],
    ]
)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(PIECES, max_size=40).map("".join),
    st.lists(PIECES, max_size=40).map(" ".join),
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_tokens_together_are_the_text(text: str) -> None:
    try:
        found = list(tokens(text))
    except MalformedQueryError:
        return
    assert "".join(token.text for token in found) == text
    assert [token.start for token in found] == [sum(len(t.text) for t in found[:n]) for n in range(len(found))]


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_the_guard_raises_only_query_errors(text: str) -> None:
    try:
        check(text, LIMITS)
        form_of(text)
    except QueryError as error:
        assert str(error)  # noqa: PT017 - which error it is depends on the text


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["(", "{", "["]), min_size=1, max_size=250), st.text("xyz \n", max_size=3))
def test_nesting_is_counted(brackets: list[str], between: str) -> None:
    text = "ASK " + between.join(brackets)
    if len(brackets) > LIMITS.depth:
        refused(text)
    else:
        check(text, LIMITS)


WORDS = st.tuples(*[st.sampled_from([letter, letter.lower()]) for letter in "SERVICE"]).map("".join)
SPACE = st.sampled_from(["", " ", "\n", "\t", "# c\n", "#'\r", "  # {\n "])
BEFORE = st.sampled_from(
    [
        "",
        "?s ?p ?o",
        "?s ?p ?o .",
        "?s ?p true",
        "?s ?p true.",
        "?s ?p 1",
        "?s ?p 1.5.",
        "?s ?p 'a'",
        "?s ?p 'a'@en .",
        "{}",
        "OPTIONAL {}",
        "BIND(1 AS ?y)",
        "?s ?p <x:y>",
        "?s ?p ex:a",
        "?s ?p ex:",
        "?s ?p ex:.",
        "?s ?p []",
        "?s ?p ()",
        "FILTER(?a<?b)",
        "FILTER(?a<?b&&?c>?d)",
        "?s ?p '\\''",
        '?s ?p "\\u0022"',
        "?s ?p '''a'b'''",
        "?s ?p 'a'^^<x:y>",
        "GRAPH <x:g> {}",
        "VALUES ?v { 1 }",
        "?s ?p _:b",
        "?s ?p _:b .",
        "{} UNION {}",
        "?s a true;",
        "?s a a:",
        "?s a\ttrue",
    ]
)
NAMES = st.sampled_from([f"<{NOWHERE}>", ":x", "ex:x", "<http://127.0.0.\\u0031:1/>", "SERVICE:x"])
AFTER = st.sampled_from(["{}", " {}", "# c\n{ ?s ?p ?o }", "{?s ?p 'SERVICE'}"])
PROLOGUE = f"PREFIX : <{NOWHERE}> PREFIX ex: <{NOWHERE}> PREFIX SERVICE: <{NOWHERE}> PREFIX a: <x:> "


SPELLINGS = st.tuples(
    BEFORE, SPACE, WORDS, SPACE, st.sampled_from(["", "SILENT", "silent"]), SPACE, NAMES, SPACE, AFTER, st.booleans()
)


@settings(max_examples=1500, deadline=None)
@given(SPELLINGS)
@example(("", "", "SERVICE", "", "SILENT", "", ":x", "", "{}", False))
@example(("?s ?p true", "", "SERVICE", "", "", "", ":x", "", "{}", False))
@example(("", "", "SERVICE", "", "", "", "ex:x", "", "{}", False))
def test_no_spelling_of_service_that_the_engine_understands_passes(
    spelling: tuple[str, str, str, str, str, str, str, str, str, bool],
) -> None:
    """Whatever the engine's parser accepts with SERVICE in it, the guard refuses."""
    before, one, word, two, silent, three, name, four, after, escape = spelling
    keyword = word if not escape else f"\\u{ord(word[0]):04x}{word[1:]}"
    # Written together, `ex:a` and `SERVICE:x` are one name to every parser; `true` and numbers end by themselves.
    assume(one or not re.search(r"[:\w]$", before) or re.search(r"(\btrue|[\s.]\d)$", before))
    text = f"{PROLOGUE}SELECT * {{ {before}{one}{keyword}{two}{silent}{three}{name}{four}{after} }}"
    assume(_engine_takes(text))
    refused(text)


@settings(max_examples=1500, deadline=None)
@given(st.lists(PIECES, max_size=12), st.booleans())
def test_the_engine_never_reaches_a_service_that_the_guard_let_pass(pieces: list[str], spaced: bool) -> None:
    text = f"{PROLOGUE}SELECT * {{ {(' ' if spaced else '').join(pieces)} }}"
    try:
        check(text, LIMITS)
    except QueryError:
        return
    assert not _reaches_service(text)


@settings(max_examples=300, deadline=None)
@given(
    WORDS, st.sampled_from(["'{} <x:>'", '"{} <x:>"', "'''{}'''", "<x:{}>", "ex:{}", "?{}", "_:{}", "'a' #{} <x:>\n"])
)
def test_service_inside_other_terminals_is_no_service(word: str, around: str) -> None:
    text = f"{PROLOGUE}SELECT * {{ ?s ?p {around.format(word)} . ?a ?b ?c }}"
    assert _engine_takes(text)
    check(text, LIMITS)


def _engine_takes(text: str) -> bool:
    try:
        ox.Store().query(text)
    except SyntaxError:
        return False
    except (OSError, RuntimeError):  # parsed, and failed in evaluation
        return True
    return True


def _reaches_service(text: str) -> bool:
    """Whether evaluating the query on data that matches everything ends at the forbidden port."""
    engine = ox.Store()
    engine.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.NamedNode(NOWHERE)))
    try:
        results = engine.query(text)
        if isinstance(results, ox.QuerySolutions):
            next(results, None)
    except OSError:
        return True
    except (SyntaxError, RuntimeError) as error:
        return "service" in str(error)
    return False


MARKS = [*"{}()[]<>!+-.;,|&*/?$:_a1#\n ", "<<", ">>", "SELECT", "UNION", "VALUES", "<x:("]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(MARKS), max_size=60), st.integers(1, 30))
def test_what_passes_at_a_glance_would_pass_a_closer_look(pieces: list[str], most: int) -> None:
    text, limits = "".join(pieces), Limits(depth=most, patterns=4 * most, values_rows=4 * most)
    if guard._is_harmless(text, limits):
        guard._Check(text, limits).run()
