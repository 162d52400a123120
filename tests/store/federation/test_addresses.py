"""Who may be asked: no address of this machine or of an inner network, unless it is marked, and none but the judged."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from ldpub.config import check_config
from ldpub.errors import FederationError, RefusedQueryError, SourceError
from ldpub.store import Limits, Query
from ldpub.store.addresses import Resolve, is_public, resolve
from ldpub.store.embedded import EmbeddedStore
from ldpub.store.federation import Federation
from peers import PeerServer, allowing, loaded, rows


@contextlib.contextmanager
def untouched() -> Iterator[str]:
    """The URL of a server to which nobody may connect while it is there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"
        with pytest.raises(TimeoutError):
            listening.accept()


def public(*urls: str) -> Limits:
    """Limits under which SERVICE may name these, at public addresses."""
    return Limits(services=frozenset(urls))


def failure(url: str, limits: Limits, resolve: Resolve = resolve) -> str:
    with (
        pytest.raises(FederationError) as raised,
        Federation(limits, resolve).inlined(Query(f"SELECT * {{ SERVICE <{url}> {{ ?b ?p ?n }} }}")),
    ):
        pass
    return str(raised.value)


def test_an_address_of_this_machine_is_refused_unless_it_is_marked() -> None:
    with untouched() as url:
        assert "not public" in failure(url, public(url))
        silent = f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}"
        assert len(rows(EmbeddedStore(loaded(""), public(url)), silent)) == 1


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:127.0.0.1"], ["::1"], ["0.0.0.0"]]
)
def test_a_name_that_leads_to_this_machine_is_refused(addresses: list[str]) -> None:
    with untouched() as url:
        named = url.replace("127.0.0.1", "endpoint.example.org")
        asked: list[str] = []

        def resolver(host: str, port: int) -> list[str]:
            asked.append(host)
            return addresses

        assert "not public" in failure(named, public(named), resolver)
        assert asked == ["endpoint.example.org"]


@pytest.mark.parametrize("spelling", ["127.1", "2130706433", "0x7f.0.0.1", "017700000001", "localhost", "[::1]"])
def test_other_spellings_of_this_machine_are_refused(spelling: str) -> None:
    told = failure(f"http://{spelling}:1/", public(f"http://{spelling}:1/"))
    assert "not public" in told or "not known" in told


def test_the_connection_goes_to_the_address_that_was_judged(peer: PeerServer) -> None:
    """The name exists nowhere: only what the one look-up gave can have been used."""
    answers = iter([["127.0.0.1"]])
    url = peer.url.replace("127.0.0.1", "endpoint.invalid")
    federation = Federation(allowing(url), lambda host, port: next(answers))
    with federation.inlined(Query(f"SELECT * {{ SERVICE <{url}> {{ ?b <x:size> ?n }} }}")) as query:
        assert "<x:b>" in query.text
    assert peer.asked[-1][1]["Host"] == f"endpoint.invalid:{peer.server_port}"


def test_a_name_and_a_path_beyond_ascii_go_out_as_http_has_them(peer: PeerServer) -> None:
    url = f"http://bücher.invalid:{peer.server_port}/städte/sparql?ü=ß"
    with Federation(allowing(url), lambda *_: ["127.0.0.1"]).inlined(
        Query(f"ASK {{ SERVICE <{url}> {{ }} }}")
    ) as query:
        assert "VALUES" in query.text
    assert peer.asked[-1][1]["Host"] == f"xn--bcher-kva.invalid:{peer.server_port}"


def test_a_name_that_nobody_knows() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert "not known" in failure("http://x/", allowing("http://x/"), unknown)
    assert "not known" in failure("http://x/", allowing("http://x/"), lambda *_: [])
    assert "not known" in failure(f"http://{'x' * 70}/", allowing(f"http://{'x' * 70}/"))


def test_who_is_not_on_the_list_is_refused_before_anything_is_looked_up() -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    with untouched() as url:
        for limits in (Limits(), public(url + "/other", url[:-1], url.upper())):
            text = f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"
            with pytest.raises(RefusedQueryError):
                EmbeddedStore(loaded(""), limits).query(Query(text))
        with pytest.raises(RefusedQueryError), Federation(limits, resolver).inlined(Query(text)):
            pass  # and not only by the guard


PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "64:ff9b::808:808"]
NOT_PUBLIC = [
    "127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.0.0.1", "192.88.99.1", "::", "::1",
    "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
    "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize(("address", "expected"), [*((a, True) for a in PUBLIC), *((a, False) for a in NOT_PUBLIC)])
def test_public_addresses(address: str, expected: bool) -> None:
    assert is_public(address) is expected


NO_ENDPOINTS = [
    "ftp://example.org/", "http://user@example.org/", "http://a:b@example.org/", "http://example.org/#x", "urn:x",
    "http:///sparql", "http://example.org:99999/", "http://example.org:0/", "file:///etc/passwd",
    "http://[::1/", "no iri",
]  # fmt: skip


@pytest.mark.parametrize("url", NO_ENDPOINTS)
def test_what_is_no_url_of_an_endpoint_is_a_fault_of_the_settings(url: str) -> None:
    for name in ("services", "private_services"):
        with pytest.raises(SourceError, match=rf"serve\.{name}"):
            check_config({"project": {"title": "-", "base": "http://localhost/"}, "serve": {name: [url]}})


@pytest.mark.parametrize("url", NO_ENDPOINTS[:-2])
def test_what_is_no_url_of_an_endpoint_is_never_asked(url: str) -> None:
    assert "URL" in failure(url, allowing(url))
