"""Requests that come again: the same bytes get the same reply, for as long as the release is current, and no others."""

from __future__ import annotations

import asyncio
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.errors import QueryError
from ldpub.serve.clock import Clock
from ldpub.serve.journal import Journal
from ldpub.serve.message import HEAD_BYTES, lines_of
from ldpub.serve.problems import Problem
from ldpub.serve.protocol import Request, read_operation
from ldpub.serve.replies import KeptReply, Replies
from web import Web
from wire import read_replies, request

QUERY = "/sparql?query=ASK%20%7B%7D%20%23%20again"


@pytest.mark.parametrize("target", [QUERY, "/", "/catalog.ttl"])
def test_the_same_bytes_get_the_same_reply(library: Web, target: str) -> None:
    with library.connect() as client:
        replies = []
        for _ in range(4):
            client.sendall(request(target))
            replies += read_replies(client, 1)
    assert {status for status, _, _ in replies} == {200}
    assert len({body for _, _, body in replies}) == 1
    undated = {re.sub(rb"(?i)\r\ndate: [^\r]*", b"", head) for _, head, _ in replies}
    assert len(undated) == 1
    assert all(head.lower().count(b"\r\ndate:") == 1 for _, head, _ in replies)


def test_requests_that_come_together_are_answered_in_their_order(library: Web) -> None:
    one, other = request(QUERY), request(QUERY, "Accept: text/csv")
    with library.connect() as client:
        for piece in (one, one, one + other + one, other + one[:20], one[20:], one):
            client.sendall(piece)
        bodies = [body for _, _, body in read_replies(client, 8)]
    js, csv = bodies[0], bodies[3]
    assert js != csv
    assert bodies == [js, js, js, csv, js, csv, js, js]


def test_a_body_behind_a_known_head_is_no_request(library: Web) -> None:
    """What a GET carries is dropped; taken for a request, it would be one of somebody else's choice."""
    hidden = request("/health/live")
    carrying = request(QUERY, f"Content-Length: {len(hidden)}")
    with library.connect() as client:
        for _ in range(3):
            client.sendall(carrying)
            client.sendall(hidden)
            (_, head, body), *_ = read_replies(client, 1)
            assert b"json" in head
            assert b"true" in body
        client.sendall(request("/health/live"))
        assert read_replies(client, 1)[0][2] == b"live\n"


def test_a_client_that_wants_no_more_is_let_go(library: Web) -> None:
    for _ in range(3):
        with library.connect(request(QUERY, "Connection: close")) as client:
            ((status, head, _),) = read_replies(client, 1)
            assert (status, client.recv(1)) == (200, b"")
            assert b"connection: close" in head.lower()


def kept(body: bytes, release: str | None = "1") -> KeptReply:
    return KeptReply(release, b"content-type: text/plain\r\n", body)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3000))))
def test_replies_stay_within_their_room(steps: list[tuple[int, int]]) -> None:
    replies = Replies(10_000, Journal(), lambda: "1")
    for number, size in steps:
        replies.keep(b"%d" % number, kept(b"x" * size))
    found = [reply for number in range(10) if (reply := replies.find(b"%d" % number)) is not None]
    assert sum(len(reply.body) for reply in found) <= 10_000
    if steps:
        last = replies.find(b"%d" % steps[-1][0])
        assert last is not None
        assert len(last.body) == steps[-1][1]


def test_a_reply_of_another_release_is_forgotten() -> None:
    release = "1"
    replies = Replies(1 << 20, Journal(), lambda: release)
    replies.keep(b"head", kept(b"one"))
    release = "2"
    assert replies.find(b"head") is None
    release = "1"
    assert replies.find(b"head") is None


def test_what_is_too_long_is_not_kept() -> None:
    replies = Replies(1 << 30, Journal(), lambda: "1")
    replies.keep(b"x" * (HEAD_BYTES + 1), kept(b""))
    replies.keep(b"head", kept(b"x" * (2 << 20)))
    assert replies.find(b"head") is replies.find(b"x" * (HEAD_BYTES + 1)) is None


def test_without_room_nothing_is_kept() -> None:
    """So it is where another endpoint answers: a page made of its answers is made anew each time."""
    replies = Replies(0, Journal(), lambda: "1")
    replies.keep(b"head", kept(b""))
    assert replies.find(b"head") is None


@given(st.lists(st.tuples(st.sampled_from([b"a", b"link"]), st.binary(max_size=8)), max_size=4))
def test_no_field_breaks_out_of_its_line(fields: list[tuple[bytes, bytes]]) -> None:
    lines = lines_of(fields)
    broken = any(mark in value for _, value in fields for mark in (b"\r", b"\n"))
    assert (lines is None) == broken
    assert lines is None or len(lines.split(b"\r\n")) == len(fields) + 1


@given(st.lists(st.tuples(st.floats(0.001, 0.02), st.booleans()), min_size=1, max_size=6))
def test_a_clock_rings_when_what_was_last_agreed_is_due(steps: list[tuple[float, bool]]) -> None:
    async def run() -> tuple[list[int], float, float]:
        loop, rung = asyncio.get_running_loop(), []
        clock = Clock(loop)
        for number, (seconds, stops) in enumerate(steps):
            clock.set(seconds, lambda n=number: rung.append((n, loop.time())))  # type: ignore[misc]
            if stops:
                clock.stop()
        agreed = loop.time()
        await asyncio.sleep(0.03)
        clock.end()
        return [n for n, _ in rung], (rung[0][1] if rung else 0.0), agreed

    rung, at, agreed = asyncio.run(run())
    seconds, stopped = steps[-1]
    assert rung == ([] if stopped else [len(steps) - 1])
    assert stopped or at >= agreed + seconds - 0.002


@given(st.text(st.sampled_from("query=&%4F?+;{}ü\x80%FF%C3%BC"), max_size=30))
def test_one_parameter_is_read_like_many(encoded: str) -> None:
    """The short way for `query=` alone reads what the long way reads, which another parameter makes it take."""

    def read(query_string: str) -> str | type[Exception]:
        try:
            operation = read_operation(Request("GET", query_string))
        except (Problem, QueryError) as error:
            return type(error)
        return operation.text if operation else ""

    assert read("query=" + encoded) == read("x=y&query=" + encoded)
