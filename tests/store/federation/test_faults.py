"""An endpoint that fails is told with its name and place, and under SILENT is one solution that binds nothing."""

from __future__ import annotations

import socket

import pyoxigraph as ox
import pytest

from ldpub.errors import FederationError, FederationTimeoutError, RefusedQueryError
from ldpub.store import Query
from ldpub.store.embedded import EmbeddedStore
from ldpub.store.federation import Federation
from peers import EMPTY, JSON, LOCAL, PeerServer, Speak, allowing, answered, endpoint, loaded, ok, rows, says

ROW = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"uri","value":"x:n"}}]}}'
WRONG = {
    "answers 500": b"HTTP/1.1 500 Broken\r\nContent-Length: 6\r\n\r\nsecret",
    "answers 204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "answers 206": b"HTTP/1.1 206 Partial Content\r\n" + JSON + b"Content-Length: %d\r\n\r\n" % len(ROW) + ROW,
    "redirects are not followed": b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
    "307, and redirects are": b"HTTP/1.1 307 Temporary Redirect\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
    "answers in text/html": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n",
    "answers in application/sparql-results+xml": ok(b"<!DOCTYPE x>").replace(b"+json", b"+xml"),
    "answers in text/plain": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "content coding": ok(EMPTY, b"Content-Encoding: gzip\r\n"),
    "is incomplete": ok(ROW, b"X-SQL-State: S1TAT\r\n"),
    "cuts its answers off at 1 rows": ok(ROW, b"X-SPARQL-MaxRows: 1\r\n"),
    "3 bytes too early": b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: %d\r\n\r\n" % (len(EMPTY) + 3) + EMPTY,
    "IncompleteRead": b"HTTP/1.1 200 OK\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "not SPARQL results in JSON": b"HTTP/1.1 200 OK\r\n" + JSON + b"\r\n" + EMPTY[:-1],
    "cannot be asked: nonsense": b"nonsense\r\n\r\n",
    "cannot be asked": b"",
    "got more than 100 headers": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    "header line": b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
}


def failure(url: str) -> str:
    federation = Federation(allowing(url))
    with (
        pytest.raises(FederationError) as raised,
        federation.inlined(Query(f"SELECT * {{\n SERVICE <{url}> {{ ?b ?p ?n }} }}")),
    ):
        pass
    assert raised.value.status == (504 if isinstance(raised.value, FederationTimeoutError) else 502)
    assert str(raised.value).startswith(f"SERVICE <{url}> (line 2, column 2): ")
    return str(raised.value)


@pytest.mark.parametrize("word", WRONG)
def test_what_cannot_be_used_is_an_error(word: str) -> None:
    with endpoint(says(b"")) as (other, reached):
        said = WRONG[word].replace(b"%s", other.encode())
        with endpoint(says(said)) as (url, received):
            told = failure(url)
            assert word in told
            assert "secret" not in told
            assert told.isprintable()
        assert len(received) == 1
        assert reached == []


@pytest.mark.parametrize("said", [*list(WRONG.values())[:4], ok(EMPTY[:-1]), b"HTTP/1.1 400 No\r\n\r\n", b""])
def test_silent_takes_a_failure_as_one_solution_that_binds_nothing(said: bytes) -> None:
    with endpoint(says(said)) as (url, _):
        store = EmbeddedStore(loaded(LOCAL), allowing(url))
        text = f"SELECT * {{ x:a x:knows ?b SERVICE SILENT <{url}> {{ ?b x:name ?n }} }}"
        assert rows(store, text) == rows(store, "SELECT * { x:a x:knows ?b }")


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("SELECT * {{ {0} {{ ?b x:name ?n FILTER(?n > 1) }} }}", ["b", "n"]),
        ("SELECT * {{ {0} {{ SELECT ?b {{ ?b x:name ?n }} }} }}", []),
        ("SELECT * {{ x:a x:knows ?c MINUS {{ {0} {{ ?b x:name ?n }} }} }}", ["c"]),
        ("SELECT * {{ x:a x:knows ?c OPTIONAL {{ {0} {{ ?b x:name ?n }} }} }}", ["b", "c", "n"]),
        ("SELECT * {{ {0} {{ ?b x:name ?n }} {0} {{ ?b x:name ?n }} }}", ["b", "n"]),
    ],
)
def test_a_silent_failure_leaves_the_variables_in_the_header(text: str, head: list[str]) -> None:
    with endpoint(says(b""), 2) as (url, _):
        found = answered(EmbeddedStore(loaded(LOCAL), allowing(url)), text.format(f"SERVICE SILENT <{url}>"))
    assert sorted(found["head"]["vars"]) == head
    assert len(found["results"]["bindings"]) == 1


def test_an_answer_without_a_length_is_whole_at_its_end() -> None:
    with endpoint(says(b"HTTP/1.0 200 OK\r\n" + JSON + b"\r\n" + ROW)) as (url, _):
        assert (
            len(rows(EmbeddedStore(ox.Store(), allowing(url)), f"SELECT * {{ SERVICE <{url}> {{ ?b ?p ?n }} }}")) == 1
        )


def test_an_answer_below_the_cut_off_is_whole() -> None:
    with endpoint(says(ok(ROW, b"X-SPARQL-MaxRows: 2\r\n"))) as (url, _):
        assert (
            len(rows(EmbeddedStore(ox.Store(), allowing(url)), f"SELECT * {{ SERVICE <{url}> {{ ?b ?p ?n }} }}")) == 1
        )


@pytest.mark.parametrize("silent", ["", "SILENT"])
def test_rows_and_bytes_are_those_of_all_clauses_together_and_never_silently_too_many(
    peer: PeerServer, silent: str
) -> None:
    text = f"SELECT * {{ {f'SERVICE {silent} <{peer.url}> {{ ?b x:name ?n }} ' * 2} }}"
    assert rows(EmbeddedStore(ox.Store(), allowing(peer.url, service_rows=8)), text)
    with pytest.raises(RefusedQueryError, match=r"more than the 3 rows that are left.*sub-SELECT with LIMIT"):
        rows(EmbeddedStore(ox.Store(), allowing(peer.url, service_rows=7)), text)
    with pytest.raises(RefusedQueryError, match=r"bytes that are left.*not sent along"):
        rows(EmbeddedStore(ox.Store(), allowing(peer.url, service_bytes=600)), text)


def endless(sent: list[int]) -> Speak:
    def speak(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + JSON + b"\r\n")
        while sum(sent) < 1 << 30:
            connection.sendall(b" " * 100_000)
            sent.append(100_000)

    return speak


def test_an_endless_answer_is_cut_off() -> None:
    sent: list[int] = []
    with endpoint(endless(sent)) as (url, _):
        federation = Federation(allowing(url, service_bytes=300_000))
        with (
            pytest.raises(RefusedQueryError, match="more than the 300000 bytes"),
            federation.inlined(Query(f"ASK {{ SERVICE <{url}> {{ ?b ?p ?n }} }}")),
        ):
            pass
    assert sum(sent) < 30_000_000
