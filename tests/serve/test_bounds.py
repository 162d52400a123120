"""What a public endpoint adds to a store: codings, accounts of clients, kept answers, rows counted, log lines."""

from __future__ import annotations

import asyncio
import json
import os
import time
from contextlib import suppress
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from codings import decode
from ldpub.serve.answers import ENTRY_BYTES, Answers, KeptAnswer
from ldpub.serve.budget import Budget, client_of
from ldpub.serve.coding import CODINGS, choose_coding, encode, encoder
from ldpub.serve.endpoint import changes
from ldpub.serve.journal import Entry, Journal, digest_of
from ldpub.serve.problems import Problem
from ldpub.serve.rows import RowCount, rows_of
from web import Web

QUERY = "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 200"


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, None),
        ("", None),
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0.1", None),
        ("identity;q=0.5, gzip;q=0.8", "gzip"),
        ("*", "zstd"),
        ("*;q=0", None),
        ("deflate", None),
    ],
)
def test_coding_is_negotiated(accept: str | None, coding: str | None) -> None:
    chosen = choose_coding(accept)
    assert chosen == coding if accept != "br;q=0, gzip;q=0.1" else chosen == "gzip"


@given(st.lists(st.binary(max_size=5000), max_size=8), st.sampled_from([None, *CODINGS]))
def test_pieces_coded_one_by_one_decode_to_the_whole(pieces: list[bytes], coding: str | None) -> None:
    compress, finish = encoder(coding)
    assert decode(b"".join(map(compress, pieces)) + finish(), coding) == b"".join(pieces)


@given(st.binary(max_size=5000), st.sampled_from([None, *CODINGS]))
def test_a_coded_body_decodes_to_itself(body: bytes, coding: str | None) -> None:
    coded, used = encode(body, coding)
    assert decode(coded, used) == body
    assert used == coding or len(body) < 1024


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("target", ["/sparql?query=" + quote(QUERY), "/terms", "/terms.ttl", "/"])
def test_answers_come_in_the_coding_asked_for(library: Web, coding: str, target: str) -> None:
    plain = library.get(target)
    coded = library.get(target, Accept_Encoding=coding)
    assert coded.headers["Content-Encoding"] == coding
    assert decode(coded.body, coding) == plain.body
    assert len(coded.body) < len(plain.body)
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in coded.headers["Vary"]
    assert plain.headers["ETag"] != coded.headers["ETag"]
    again = library.get(target, Accept_Encoding=coding, If_None_Match=coded.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def spend(budget: Budget, clock: Clock, seconds: float, client: str = "a") -> None:
    with budget.spend(client):
        clock.now += seconds


def test_a_client_runs_so_many_queries_at_once() -> None:
    budget = Budget(2, 60)
    with budget.spend("a"), budget.spend("a"):
        with pytest.raises(Problem) as refused, budget.spend("a"):
            pass
        assert refused.value.status == 429
        with budget.spend("b"):
            pass
    with budget.spend("a"):
        pass


def test_lookups_may_be_as_many_again() -> None:
    budget = Budget(1, 60)
    with budget.spend("a"):
        with budget.spend("a", lambda: True), pytest.raises(Problem), budget.spend("a", lambda: True):
            pass
        with pytest.raises(Problem), budget.spend("a", lambda: False):
            pass


def test_a_client_earns_seconds_and_saves_two_minutes_of_them() -> None:
    clock = Clock()
    budget = Budget(8, 60, clock)
    spend(budget, clock, 100)
    spend(budget, clock, 130)
    with pytest.raises(Problem) as refused:
        spend(budget, clock, 1)
    wait = int(refused.value.headers["Retry-After"])
    assert 1 <= wait <= 12
    spend(budget, clock, 1, "b")
    clock.now += wait
    spend(budget, clock, 1)


def test_failing_queries_are_paid_for_as_well() -> None:
    clock = Clock()
    budget = Budget(1, 1, clock)
    with suppress(ZeroDivisionError), budget.spend("a"):
        clock.now += 10
        raise ZeroDivisionError
    with pytest.raises(Problem):
        spend(budget, clock, 1)


@pytest.mark.parametrize(
    ("address", "forwarded", "client"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.5", "192.0.2.1"),
        ("127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.9, 203.0.113.5, 127.0.0.1", "203.0.113.5"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "unknown"),
        ("2001:db8:1:2:3::4", None, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", None, "192.0.2.1"),
        ("::ffff:127.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "203.0.113.5:4711", "203.0.113.5"),
        ("127.0.0.1", "[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::/64"),
        ("10.1.2.3", "203.0.113.5, 10.9.9.9", "203.0.113.5"),
    ],
)
def test_the_client_is_whom_a_trusted_proxy_names(address: str, forwarded: str | None, client: str) -> None:
    assert client_of(address, forwarded, frozenset({"127.0.0.1", "10.0.0.0/8"})) == client


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 300)), max_size=60))
def test_kept_answers_stay_within_their_room(asked: list[tuple[int, int]]) -> None:
    room = 3 * ENTRY_BYTES
    answers: Answers[KeptAnswer] = Answers(room)
    for key, size in asked:
        answers.keep(key, KeptAnswer((), b"x" * (size * 10)))
        kept = [answer for other in range(6) if (answer := answers.get(other)) is not None]
        assert sum(len(answer.body) + ENTRY_BYTES for answer in kept) <= room
        assert size * 10 > answers.largest or answers.get(key) is not None


@pytest.mark.parametrize("word", ["CONSTRUCT ", "NOW", "_: [", "SERVIC"])
def test_whether_an_answer_changes_is_seen_in_linear_time(word: str) -> None:
    began = time.monotonic()
    changes(word * (1_000_000 // len(word)))
    assert time.monotonic() - began < 2.0  # quadratic time would be hours


@pytest.mark.parametrize("format_name", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("limit", [0, 1, 2, 57])
def test_rows_are_counted(library: Web, format_name: str, limit: int) -> None:
    body = library.query(
        f"SELECT * WHERE {{ ?s a ?c OPTIONAL {{ ?c a ?none }} }} LIMIT {limit}", format=format_name
    ).body
    for size in (1, 7, 1 << 20):
        count = RowCount("solutions", format_name)
        for at in range(0, len(body), size):
            count.add(body[at : at + size])
        assert count.rows == limit
    assert rows_of("solutions", format_name, body) == limit
    assert RowCount("graph", "turtle").rows is None
    assert rows_of("graph", "turtle", b"<x:a> <x:b> <x:c> .\n") is None


def test_a_query_is_logged_once_without_its_text() -> None:
    reading, writing = os.pipe()
    entry = Entry(Journal(writing), "SELECT secret", time.monotonic())
    entry.end("answered", 200)
    entry.end("abandoned", 200)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as lines:
        (line,) = map(json.loads, lines)
    assert (line["query"], line["outcome"], line["status"]) == (digest_of("SELECT secret"), "answered", 200)
    assert "secret" not in str(line)


def test_lines_of_a_loop_are_written_together_and_none_is_lost() -> None:
    reading, writing = os.pipe()

    async def log() -> None:
        journal = Journal(writing)
        for number in range(100):
            journal.kept(str(number), number)
        await asyncio.sleep(0.3)

    asyncio.run(log())
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as lines:
        assert [json.loads(line)["bytes"] for line in lines] == list(range(100))


def test_queries_that_ended_together_are_written_and_counted_one_by_one() -> None:
    reading, writing = os.pipe()

    async def log() -> None:
        journal = Journal(writing)
        for number, outcome in enumerate(("answered", "kept", "answered", "QueryTimeoutError")):
            entry = Entry(journal, f"SELECT {number}", time.monotonic(), size=number)
            entry.end(outcome, 200)
        await asyncio.sleep(0.3)

    before = [counted("ldpub_queries_total", outcome=outcome) for outcome in ("answered", "kept")]
    asyncio.run(log())
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as lines:
        seen = [json.loads(line) for line in lines]
    assert [(line["query"], line["bytes"]) for line in seen] == [(digest_of(f"SELECT {n}"), n) for n in range(4)]
    assert [counted("ldpub_queries_total", outcome=o) for o in ("answered", "kept")] == [before[0] + 2, before[1] + 1]


def counted(name: str, **labels: str) -> float:
    """What a counter of this process says."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_health_and_metrics(library: Web) -> None:
    assert library.get("/health/live").text == "live\n"
    assert library.get("/health/ready").text.startswith("ready: release ")
    library.query("ASK {}")
    library.query("ASK {")
    metrics = library.get("/metrics")
    assert metrics.media_type == "text/plain"
    counted = [line for line in metrics.text.splitlines() if line.startswith("ldpub_queries_total")]
    assert any('outcome="answered"' in line for line in counted)
    assert any('outcome="MalformedQueryError"' in line for line in counted)


def test_a_repeated_query_gets_the_same_answer(library: Web) -> None:
    first, second = library.query(QUERY + " # repeated"), library.query(QUERY + " # repeated")
    assert (first.body, first.headers["ETag"]) == (second.body, second.headers["ETag"])
    assert second.headers["Content-Length"] == str(len(second.body))


def test_a_request_made_before_gets_the_answer_for_its_own_fields(library: Web) -> None:
    """Replies are found by what was sent: other formats, codings and conditions have answers of their own."""
    target = "/sparql?query=" + quote(QUERY + " # shortcut")
    csv, js = "text/csv", "application/sparql-results+json"
    answers = [[library.get(target, accept) for accept in (csv, js)] for _ in range(3)]
    for one, other in pairwise(answers):
        for before, again in zip(one, other, strict=True):
            assert (again.body, again.headers["ETag"]) == (before.body, before.headers["ETag"])
    assert [reply.media_type for reply in answers[2]] == [csv, js]
    coded = library.get(target, csv, Accept_Encoding="gzip")
    assert decode(coded.body, "gzip") == answers[0][0].body
    assert library.get(target, csv, If_None_Match=answers[0][0].headers["ETag"]).status == 304
    assert library.ask("HEAD", target, {"Accept": csv}).body == b""
    assert library.post("/sparql", QUERY + " # shortcut", "application/sparql-query", csv).body == answers[0][0].body
