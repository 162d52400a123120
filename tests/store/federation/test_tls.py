"""https: a certificate of that name by an authority that the system knows, or nothing."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ldpub.errors import FederationError
from ldpub.store.deadline import Deadline
from ldpub.store.outbound import Endpoint
from ldpub.store.web import authorities
from peers import PeerServer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for endpoint.example, signed by itself, with its key in one file."""
    path = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=endpoint.example",
         "-addext", "subjectAltName=DNS:endpoint.example", "-keyout", path / "key.pem", "-out", path / "cert.pem"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    (path / "both.pem").write_text((path / "key.pem").read_text() + (path / "cert.pem").read_text())
    return path


@pytest.fixture(scope="module")
def secure(certificate: Path) -> Iterator[PeerServer]:
    server = PeerServer()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "both.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # refused handshakes are expected
    with server.serving():
        yield server


@pytest.fixture(autouse=True)
def forgetting() -> Iterator[None]:
    """No authorities that another test trusts."""
    authorities.cache_clear()
    yield
    authorities.cache_clear()


def over_tls(server: PeerServer, host: str) -> bytes:
    deadline = Deadline()
    deadline.begin(5)
    url = f"https://{host}:{server.server_port}/sparql"
    return Endpoint(url, True, lambda *_: ["127.0.0.1"]).ask("SELECT * { ?s ?p ?o }", deadline, 10_000).body


def test_an_unknown_authority_is_refused(secure: PeerServer) -> None:
    with pytest.raises(FederationError, match=r"(?i)certificate"):
        over_tls(secure, "endpoint.example")
    assert secure.asked == []


def test_the_certificate_must_be_of_that_name(
    secure: PeerServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    assert b"nobody" in over_tls(secure, "endpoint.example")
    assert secure.asked[-1][1]["Host"] == f"endpoint.example:{secure.server_port}"
    with pytest.raises(FederationError, match=r"(?i)hostname mismatch"):
        over_tls(secure, "other.example")
