"""Every back end asks other endpoints itself, and the settings say which."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from ldpub.config import check_config
from ldpub.errors import MalformedQueryError, QueryTimeoutError
from ldpub.serve.site import Site
from ldpub.store import Limits, Query
from ldpub.store.embedded import EmbeddedStore
from ldpub.store.remote import RemoteStore
from ldpub.store.workers import WorkerStore
from peers import EMPTY, LOCAL, PeerServer, allowing, answered, endpoint, loaded, ok, rows, says
from served import served
from web import Web


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("federation") / "store"
    engine = ox.Store(str(path))
    engine.bulk_extend(loaded(LOCAL))
    engine.flush()
    del engine
    return path


@contextlib.contextmanager
def worker(directory: Path, limits: Limits) -> Iterator[WorkerStore]:
    with contextlib.closing(WorkerStore(directory, limits, 1)) as store:
        yield store


def test_a_worker_gets_what_this_process_was_answered(directory: Path, peer: PeerServer) -> None:
    text = f"SELECT * {{ ?a x:knows ?b OPTIONAL {{ SERVICE <{peer.url}> {{ ?b ?p ?n }} }} }}"
    with worker(directory, allowing(peer.url)) as store:
        assert rows(store, text) == rows(EmbeddedStore(loaded(LOCAL), allowing(peer.url)), text)
        with pytest.raises(MalformedQueryError, match=r"Line 2, column 5"):
            store.query(Query(f"SELECT * {{ SERVICE <{peer.url}> {{ ?s ?p ?o }}\n ?a }}"))


def test_as_many_rows_as_are_allowed_pass_though_the_guard_would_not_let_them(directory: Path) -> None:
    bindings = [{"a": {"type": "uri", "value": f"http://example.org/{n}"}, "b": {"type": "literal", "value": '"' * 40}}
                for n in range(10_000)]  # fmt: skip
    body = json.dumps({"head": {"vars": ["a", "b"]}, "results": {"bindings": bindings}}).encode()
    with endpoint(says(ok(body))) as (url, _):
        limits = allowing(url, query_bytes=1000, values_rows=10)
        with worker(directory, limits) as store:
            found = answered(store, f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{url}> {{ ?a ?p ?b }} }}")
            assert found["results"]["bindings"][0]["n"]["value"] == "10000"


def test_seconds_at_other_endpoints_are_seconds_of_the_query(directory: Path) -> None:
    def late(connection: socket.socket) -> None:
        time.sleep(0.7)
        connection.sendall(ok(EMPTY))

    product = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r . ?s ?t ?u . ?v ?w ?x . ?y ?z ?z1"
    with endpoint(late) as (url, _), worker(directory, allowing(url, seconds=1.2, quick_seconds=3.0)) as store:
        started = time.monotonic()
        text = f"SELECT (COUNT(*) AS ?n1) {{ OPTIONAL {{ SERVICE <{url}> {{ }} }} {product} FILTER(?c != ?z1) }}"
        with pytest.raises(QueryTimeoutError):
            store.query(Query(text))
        assert time.monotonic() - started < 1.8


def test_an_endpoint_that_is_the_store_asks_nobody(peer: PeerServer) -> None:
    with PeerServer().serving() as behind:
        behind.store = EmbeddedStore(loaded(LOCAL))  # which would refuse SERVICE
        text = f"SELECT * {{ ?a x:knows ?b SERVICE <{peer.url}> {{ ?b x:size ?n }} }}"
        assert len(rows(RemoteStore(behind.url, allowing(peer.url)), text)) == 1
        assert "SERVICE" not in behind.asked[-1][0]


def test_the_settings_reach_the_store(foreign_release: Path, peer: PeerServer) -> None:
    text = f"SELECT ?n {{ SERVICE <{peer.url}> {{ <x:e> <x:name> ?n }} }}"
    for table, status in (({"private_services": [peer.url]}, 200), ({"services": [peer.url]}, 502), ({}, 400)):
        settings = {"project": {"title": "-", "base": "http://localhost/"}, "serve": {**table, "query_log": False}}
        with served(Site(foreign_release, check_config(settings))) as url, Web(url) as web:
            reply = web.post("/sparql", text, "application/sparql-query", "application/sparql-results+json")
            described = web.get("/sparql", "text/turtle").text
        assert reply.status == status, reply.text
        assert ('"E"' in reply.text) is (status == 200)
        assert ("sd:BasicFederatedQuery" in described) is (table != {})


def test_a_client_that_goes_away_ends_the_asking(foreign_release: Path) -> None:
    left: list[float] = []

    def wait(connection: socket.socket) -> None:
        connection.settimeout(15)
        asked = time.monotonic()
        while connection.recv(1000):
            pass
        left.append(time.monotonic() - asked)

    with endpoint(wait) as (url, _):
        settings = {"project": {"title": "-", "base": "http://localhost/"}, "serve": {"private_services": [url]}}
        with served(Site(foreign_release, check_config(settings))) as site:
            text = f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}".encode()
            host, _, port = site.rpartition("/")[2].partition(":")
            with socket.create_connection((host, int(port))) as client:
                head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
                client.sendall(head + b"Content-Length: %d\r\n\r\n" % len(text) + text)
                time.sleep(0.5)
    assert left[0] < 2.0
