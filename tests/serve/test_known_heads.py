"""What is asked by a head whose header section was read before is what is asked by one that is read in full."""

from __future__ import annotations

import json
import threading
import time
from urllib.parse import parse_qs, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.serve.known_heads import KnownHeads, Section
from ldpub.serve.protocol import wanted_formats
from web import Web
from wire import read_replies, request

JSON = "application/sparql-results+json"
ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT %d"
SECTION = Section(wanted_formats(None), None, None)
PIECES = [
    "%",
    "%4",
    "%41",
    "%3d",
    "%C3%A9",
    "%C3",
    "%0D%0A",
    "=",
    "=41",
    "+",
    "z",
    "é",
    "&",
    "&query=",
    "#",
    "?",
    " ",
    "'",
]


def asked(query: str, *fields: str) -> bytes:
    return request("/sparql?query=" + quote(query, safe=""), *fields)


def unchunked(body: bytes) -> bytes:
    pieces, size = b"", -1
    while size:
        line, _, body = body.partition(b"\r\n")
        size = int(line, 16)
        pieces, body = pieces + body[:size], body[size + 2 :]
    return pieces


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_target_is_decoded_as_every_form_is_or_read_in_full(encoded: str) -> None:
    heads = KnownHeads()
    heads.learn(request("/sparql?query=x"), SECTION)
    known = heads.read(f"GET /sparql?query={encoded} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    if known is not None:
        assert parse_qs(f"query={encoded}", keep_blank_values=True, errors="strict") == {"query": [known[0].text]}
    else:
        assert not encoded or encoded.strip("z+=?'") or not encoded.isascii()


@pytest.mark.parametrize(
    "other",
    [
        request("/sparql?query=x", "Accept: text/csv"),
        request("/sparql?query=x&format=csv"),
        request("/sparql?query=x", method="HEAD"),
        request("/sparql/?query=x"),
        request("/sparql?query=x").replace(b"1.1", b"1.0"),
        request("/sparql?query="),
        b"GET /sparql?query=x",
        b"GET /sparql?query=x HTTP/1.1\r\nHost: x",
    ],
)
def test_no_other_head_is_taken_for_known(other: bytes) -> None:
    heads = KnownHeads()
    heads.learn(request("/sparql?query=x"), SECTION)
    assert heads.read(other) is None
    assert heads.read(request("/sparql?query=y")) is not None


def test_what_a_parameter_wants_is_not_learnt() -> None:
    heads = KnownHeads()
    heads.learn(request("/sparql?query=x&format=csv"), SECTION)
    assert heads.read(request("/sparql?query=y")) is None


def test_there_is_an_end_to_what_is_remembered() -> None:
    heads = KnownHeads()
    for number in range(600):
        heads.learn(request("/sparql?query=x", f"X-Number: {number}"), SECTION)
    heads.learn(request("/sparql?query=x", "X-Long: " + "x" * 3000), SECTION)
    known = [number for number in range(600) if heads.read(request("/sparql?query=y", f"X-Number: {number}"))]
    assert known == list(range(100, 600))
    assert heads.read(request("/sparql?query=y", "X-Long: " + "x" * 3000)) is None


def test_each_query_of_a_connection_gets_its_own_answer_and_fields(library: Web) -> None:
    with library.connect() as client:
        for accept, kind in ((JSON, JSON), ("text/csv", "text/csv; charset=utf-8")):
            for count in range(1, 6):
                client.sendall(asked(ROWS % count, f"Accept: {accept}"))
                ((status, head, body),) = read_replies(client, 1)
                assert status == 200
                assert f"content-type: {kind}" in head.decode().lower()
                assert head.lower().count(b"\r\ndate:") == head.lower().count(b"\r\nvary:") == 1
                assert b"\r\netag: " in head.lower()
                rows = len(json.loads(body)["results"]["bindings"]) if kind == JSON else body.count(b"\r\n") - 1
                assert rows == count


def test_what_fails_fails_as_at_first(library: Web) -> None:
    with library.connect() as client:
        heads: list[int] = []
        bodies: list[bytes] = []
        for query in ("ASK { ?s ?p ?o }", "ASK { nothing", "ASK { SERVICE <x:y> {} }", "ASK { # }"):
            for fields in ((), ("X-First: 1",)):
                client.sendall(asked(query, *fields))
                ((status, _, body),) = read_replies(client, 1)
                heads.append(status)
                bodies.append(body)
    assert heads[::2] == heads[1::2]
    assert heads[::2] == [200, 400, 400, 400]
    assert bodies[::2] == bodies[1::2]


def test_an_answer_that_is_sent_while_it_is_made_comes_whole(library: Web) -> None:
    """It goes by way of the application, though it was begun before the head was read."""
    many = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"
    with library.connect() as client:
        client.sendall(asked(ROWS % 2, f"Accept: {JSON}"))
        read_replies(client, 1)
        client.sendall(asked(many + " # first", f"Accept: {JSON}"))
        received = b""
        while not received.endswith(b"0\r\n\r\n"):
            received += client.recv(1 << 16)
        head, _, body = received.partition(b"\r\n\r\n")
        assert b"transfer-encoding: chunked" in head.lower()
        assert len(json.loads(unchunked(body))["results"]["bindings"]) == 30000
        client.sendall(asked(ROWS % 3, f"Accept: {JSON}"))
        assert read_replies(client, 1)[0][0] == 200


def test_requests_that_come_together_are_answered_in_their_order(library: Web) -> None:
    with library.connect() as client:
        client.sendall(asked(ROWS % 1, f"Accept: {JSON}"))
        read_replies(client, 1)
        client.sendall(asked(ROWS % 7 + " # slow", f"Accept: {JSON}"))
        for count in (2, 3, 4):
            time.sleep(0.0002)
            client.sendall(asked(ROWS % count + " # next", f"Accept: {JSON}"))
        bodies = [body for _, _, body in read_replies(client, 4)]
    assert [len(json.loads(body)["results"]["bindings"]) for body in bodies] == [7, 2, 3, 4]


def test_a_client_that_does_not_wait_leaves_the_next_an_answer(library: Web) -> None:
    def leave() -> None:
        with library.connect() as client:
            client.sendall(asked("ASK { }", "X-Leaves: 1"))
            read_replies(client, 1)
            client.sendall(
                asked("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", "X-Leaves: 1")
            )
            time.sleep(0.3)

    leaving = [threading.Thread(target=leave) for _ in range(6)]
    for one in leaving:
        one.start()
    for one in leaving:
        one.join()
    time.sleep(1.0)
    began = time.monotonic()
    assert library.query(f"SELECT ?x {{ BIND({began} AS ?x) }}").status == 200
    assert time.monotonic() - began < 1.0
