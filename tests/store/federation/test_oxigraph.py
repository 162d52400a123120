"""A SPARQL server that others wrote answers what it is asked, in full and in its own manner of HTTP."""

from __future__ import annotations

import socket
import subprocess
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ldpub.errors import MalformedQueryError, RefusedQueryError
from ldpub.store import Query
from ldpub.store.embedded import EmbeddedStore
from peers import LOCAL, REMOTE, allowing, answered, loaded, rows

MANY = "".join(f'<http://example.org/{n}> <x:number> {n} ; <x:label> "number {n}"@en .\n' for n in range(10_000))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The endpoint of an Oxigraph server that holds the data of the peer, and many numbers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = Path(sysconfig.get_path("scripts")) / "oxigraph"
    with subprocess.Popen([command, "serve", "--bind", address], stderr=subprocess.DEVNULL) as server:
        try:
            _load(f"http://{address}/store?default", (REMOTE + MANY).encode())
            yield f"http://{address}/query"
        finally:
            server.kill()


def _load(url: str, turtle: bytes) -> None:
    request = urllib.request.Request(url, turtle, {"Content-Type": "text/turtle"}, method="POST")
    for attempt in range(100):
        try:
            urllib.request.urlopen(request, timeout=30).close()
        except ConnectionError:
            time.sleep(0.1)
        except OSError as error:
            if not isinstance(getattr(error, "reason", None), ConnectionError) or attempt == 99:
                raise
            time.sleep(0.1)
        else:
            return


def test_its_data_are_joined_with_ours(url: str) -> None:
    store = EmbeddedStore(loaded(LOCAL), allowing(url))
    text = f"SELECT ?a ?n {{ ?a x:knows ?b SERVICE <{url}> {{ ?b x:name ?n FILTER(isIRI(?b)) }} }} ORDER BY ?a"
    found = answered(store, text)["results"]["bindings"]
    assert [(row["a"]["value"], row["n"]["value"]) for row in found] == [("x:a", "B"), ("x:b", 'C, "quoted"\n\\{}')]
    assert [dict(row)["b"] for row in rows(store, f"SELECT * {{ SERVICE <{url}> {{ ?b x:size 9 }} }}")] == [
        "a blank node"
    ]


def test_ten_thousand_rows_come_whole_and_one_more_is_refused(url: str) -> None:
    text = f"PREFIX x: <x:> SELECT * {{ SERVICE <{url}> {{ ?s x:number ?n ; x:label ?l }} }}"
    found = EmbeddedStore(loaded(""), allowing(url, service_rows=10_000)).query(Query(text)).read()
    assert found.count(b'"xml:lang":"en"') == 10_000
    with pytest.raises(RefusedQueryError, match="more than the 9999 rows"):
        EmbeddedStore(loaded(""), allowing(url, service_rows=9_999)).query(Query(text))


def test_its_complaint_names_the_line_and_column_of_the_query(url: str) -> None:
    text = f"PREFIX x: <x:>\nSELECT *\n{{\n  SERVICE <{url}> {{ ?s x:number ?n ;;\n x:label }}\n}}"
    with pytest.raises(MalformedQueryError, match=r"line 4, column 3.* 5:1\d") as raised:
        EmbeddedStore(loaded(""), allowing(url)).query(Query(text))
    assert (raised.value.line, raised.value.column) == (4, 3)
