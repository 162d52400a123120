"""Hostile queries over HTTP: each is answered clearly within its time, and the others are answered all the while."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import FOREIGN, Serve, build_project, copy_project
from web import BROWSER, FORM, Web

SECONDS = 2.0
GRACE = 0.5
WAITING = 5.0
POINT = "SELECT ?o WHERE { <https://data.example.org/lib/book/42> <https://data.example.org/lib/terms#shelf> ?o }"
PRODUCT = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HEAVY = {
    "cross product": f"SELECT (COUNT(*) AS ?n) WHERE {PRODUCT}",
    "order by": f"SELECT * WHERE {PRODUCT} ORDER BY ?a ?c ?f ?i ?l",
    "path": "SELECT (COUNT(*) AS ?n) WHERE { ?a (!<x:y>)* ?b . ?c (!<x:y>)* ?d . ?e (!<x:y>)* ?f }",
    "doubling": "SELECT ?x30 WHERE { BIND('0123456789' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
    + " }",
    "construct": f"CONSTRUCT {{ ?a ?e ?i . ?d ?h ?l }} WHERE {PRODUCT} ORDER BY ?l",
}
LONG_ANSWER = f"SELECT DISTINCT ?a ?c ?f ?i ?l WHERE {PRODUCT}"
DEEP = {
    "parentheses": "SELECT * WHERE { ?s ?p ?o FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
    "braces": "SELECT * WHERE " + "{" * 5000 + "}" * 5000,
    "functions": "ASK { FILTER(" + "STR(" * 5000 + "1" + ")" * 5000 + ") }",
    "negations": "ASK { FILTER(" + "!" * 20000 + "true) }",
    "optionals": "ASK { " + "OPTIONAL { " * 5000 + "} " * 5000 + "}",
    "unions": "ASK { {} " + "UNION {} " * 20000 + "}",
    "path": "ASK { ?s " + "/".join(["<x:y>"] * 1000) + " ?o }",
    "blank nodes": "ASK { ?s ?p " + "[ ?p " * 5000 + "1" + " ]" * 5000 + " }",
    "open": "SELECT * WHERE { ?s ?p ?o FILTER(" + "(" * 100_000,
}


@pytest.fixture(scope="module")
def web(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A site whose queries may take two seconds."""
    project = copy_project(FOREIGN, tmp_path_factory.mktemp("hostile") / "project")
    with (project / "ldpub.toml").open("a") as settings:
        settings.write(f"\n[serve]\nquery_seconds = {SECONDS:g}\n")
    build_project(project)
    with Web(serve(Path(project)), timeout=30) as opened:
        yield opened


def timed(web: Web, query: str, accept: str | None = None) -> tuple[int, str, float]:
    began = time.monotonic()
    reply = web.post("/sparql", query, "application/sparql-query", accept)
    return reply.status, reply.text, time.monotonic() - began


def assert_point_is_fast(web: Web, seconds: float = 1.0) -> None:
    status, text, taken = timed(web, POINT)
    assert status == 200
    assert "shelf/a1" in text
    assert taken < seconds


@pytest.mark.parametrize("name", DEEP)
def test_deep_and_overlong_queries_are_refused_at_once(web: Web, name: str) -> None:
    status, text, taken = timed(web, DEEP[name])
    assert status == 400, text[:300]
    assert json.loads(text)["detail"]
    assert taken < 1.0
    assert_point_is_fast(web)


@pytest.mark.parametrize("name", HEAVY)
@pytest.mark.parametrize("accept", [None, BROWSER])
def test_heavy_queries_end_in_their_time(web: Web, name: str, accept: str | None) -> None:
    status, text, taken = timed(web, HEAVY[name], accept)
    assert status == 503, text[:300]
    assert taken < SECONDS + GRACE
    if accept is None:
        assert json.loads(text)["title"]
    assert_point_is_fast(web)


def test_a_long_answer_is_cut_at_the_deadline(web: Web) -> None:
    began = time.monotonic()
    with contextlib.suppress(http.client.IncompleteRead):
        assert timed(web, LONG_ANSWER)[0] == 503  # where not even the beginning was there in time
    assert time.monotonic() - began < SECONDS + GRACE
    assert timed(web, LONG_ANSWER, BROWSER)[0] == 200  # a page shows the first rows, which come at once
    assert_point_is_fast(web)


@pytest.mark.parametrize(
    "spelling",
    [
        "SERVICE <{}> {{ ?s ?p ?o }}",
        "service silent <{}> {{ ?s ?p ?o }}",
        "SeRvIcE#comment\n<{}> {{ ?s ?p ?o }}",
        "BIND(<{}> AS ?x) SERVICE ?x {{ ?s ?p ?o }}",
        "{{ SELECT * WHERE {{ SERVICE <{}> {{ ?s ?p ?o }} }} }}",
        "FILTER EXISTS {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
        "GRAPH ?g {{ SERVICE SILENT <{}> {{ ?s ?p ?o }} }}",
    ],
)
def test_no_query_reaches_the_network(web: Web, spelling: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"
        status, text, _ = timed(web, f"SELECT * WHERE {{ {spelling.format(address)} }}")
        assert 400 <= status < 500, text[:300]
        assert "SERVICE" in text
        timed(web, f"SELECT * FROM <{address}> FROM NAMED <file:///etc/passwd> WHERE {{ ?s ?p ?o }}")
        web.query("SELECT * WHERE { ?s ?p ?o }", **{"default-graph-uri": address})
        with pytest.raises(TimeoutError):
            listening.accept()


def test_point_queries_are_answered_while_heavy_ones_run(web: Web) -> None:
    over = threading.Event()
    heavy: list[tuple[int, float]] = []

    def ask_heavy(number: int) -> None:
        with Web(web.url) as own:
            while not over.is_set():
                status, _, taken = timed(
                    own, f"{HEAVY[('cross product', 'order by', 'path')[number % 3]]} LIMIT {number + 1}"
                )
                heavy.append((status, taken))
                time.sleep(0.05)

    threads = [threading.Thread(target=ask_heavy, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    points = [timed(web, POINT + f" LIMIT {n + 1}") for n in range(40)]
    pages = [web.get("/doc/book/42", "text/turtle").status for _ in range(40)]
    over.set()
    for thread in threads:
        thread.join()
    assert {status for status, _, _ in points} == {200}
    assert sorted(taken for _, _, taken in points)[35] < 1.0
    assert set(pages) == {200}
    assert {status for status, _ in heavy} == {503}
    assert max(taken for _, taken in heavy) < WAITING + SECONDS + GRACE


def test_a_client_that_goes_away_frees_its_place(web: Web) -> None:
    host, _, port = web.address.partition(":")
    body = f"query={HEAVY['cross product'].replace(' ', '+')}"
    for _ in range(12):
        with socket.create_connection((host, int(port))) as client:
            head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
            client.sendall((head + body).encode())
    time.sleep(SECONDS + 2 * GRACE)
    assert_point_is_fast(web)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET http://evil.example/sparql HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /doc/book/42 HTTP/1.1\r\nHost: x\r\nAccept: " + b"text/turtle," * 2000 + b"\r\n\r\n",
        b"GET /doc/book/42 HTTP/1.1\r\nHost: x\r\nAccept-Language: \xff\xfe\r\nAccept: \xe9\r\n\r\n",
        b"GET /doc/book/42 HTTP/1.1\r\nHost: x\r\nIf-None-Match: " + b'"' * 5000 + b"\r\n\r\n",
        b"GET /sparql?query=%FF%FE&lang=%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /doc/book/42%0d%0aSet-Cookie:x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /book/42?a=%0d%0aSet-Cookie:%20x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_malformed_requests_never_make_a_server_error(web: Web, request_bytes: bytes) -> None:
    host, _, port = web.address.partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as client:
        client.sendall(request_bytes)
        with contextlib.suppress(OSError):  # some are answered, and the connection closed, before the end is sent
            client.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := client.recv(1 << 16):
            answer += piece
    assert b"\r\nset-cookie" not in answer.lower().partition(b"\r\n\r\n")[0]
    assert not answer.startswith(b"HTTP/1.1 5"), answer[:500]
    assert_point_is_fast(web)
