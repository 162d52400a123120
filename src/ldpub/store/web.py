"""HTTP/1.1 (RFC 9112) as a client that trusts nobody: one request to an address that was looked at first.

The name is resolved once; the addresses are judged, and the connection goes to one of those that were judged, so that a
name cannot mean another machine a moment later. There are no redirects, proxies, cookies, credentials or content
codings. Every wait, for a name, a connection, a byte in or out, ends at the deadline or when that is cut.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import socket
import ssl
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ldpub.checks import is_endpoint
from ldpub.errors import FederationError, FederationTimeoutError, RefusedQueryError
from ldpub.store.addresses import Resolve, addresses_of, is_public, resolve
from ldpub.store.deadline import Deadline

_PIECE = 1 << 16
_SAFE = "%/:@!$&'()*+,;=~-._?"  # what stands in a URL's path and query as it is


@dataclass(frozen=True)
class Request:
    """A request: its method, its header fields and its body, if it has one."""

    method: str
    headers: dict[str, str]
    body: bytes | None = None


@functools.cache
def authorities() -> ssl.SSLContext:
    """TLS with certificates and host names verified by what the system trusts; reading that takes 40 ms, so once."""
    return ssl.create_default_context()


@contextlib.contextmanager
def answering(
    url: str, request: Request, deadline: Deadline, *, private: bool = False, resolve: Resolve = resolve
) -> Iterator[http.client.HTTPResponse]:
    """The response to a request, its body unread, until the block ends; `private` allows addresses that are not public.

    Raises FederationError, FederationTimeoutError, QueryAbandonedError, whatever goes wrong with it within the block.
    """
    if not is_endpoint(url):
        raise FederationError("it is no http or https URL without user, password and fragment.")
    parts = urllib.parse.urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    addresses = addresses_of(host, port, resolve, deadline)
    if not private and not all(is_public(address) for address in addresses):
        raise FederationError("its name leads to an address that is not public, which it is not marked for.")
    target = urllib.parse.quote(parts.path or "/", _SAFE)
    target += "?" + urllib.parse.quote(parts.query, _SAFE) if parts.query else ""
    with _faults(deadline), contextlib.closing(http.client.HTTPConnection(host, port)) as connection:
        connection.default_port = 443 if parts.scheme == "https" else 80
        with _reached(addresses, port, deadline) as reached, _secured(reached, host, parts, deadline) as stream:
            connection.sock = _Stream(stream, deadline)
            fixed = {"Accept-Encoding": "identity", "Connection": "close"}
            connection.request(request.method, target, request.body, {**request.headers, **fixed})
            yield connection.getresponse()


def whole(response: http.client.HTTPResponse, most: int) -> bytes:
    """The body of a response; raises RefusedQueryError beyond `most` bytes, FederationError if it is cut off."""
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise FederationError("it answers in a content coding that was not asked for.")
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise RefusedQueryError(f"it answers more than the {most} bytes that are left for it.")
    # `length` counts down; it is None in chunked coding, where an early end raises IncompleteRead by itself.
    if response.length:
        raise FederationError(f"its answer ends {response.length} bytes too early.")
    return b"".join(pieces)


@contextlib.contextmanager
def _faults(deadline: Deadline) -> Iterator[None]:
    """The errors of the net as ours; what a deadline or a cut has caused is told as that."""
    try:
        yield
        deadline.left()  # an end that is only the cut looks like the end of an answer without a length
    except FederationError:
        deadline.left()
        raise
    except (OSError, ValueError, http.client.HTTPException) as error:
        deadline.left()
        if isinstance(error, TimeoutError):
            raise FederationTimeoutError("it did not answer in time.") from error
        raise FederationError(f"it cannot be asked: {str(error) or type(error).__name__}") from error


@contextlib.contextmanager
def _reached(addresses: list[str], port: int, deadline: Deadline) -> Iterator[socket.socket]:
    """A connection to the first of these addresses that answers, whatever the name means by then."""
    failed: OSError | None = None
    for at, address in enumerate(addresses):
        family, _, _, _, place = socket.getaddrinfo(
            address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(deadline.left() / (len(addresses) - at))
            try:
                with deadline.ending(functools.partial(_end, connection)):
                    connection.connect(place)
            except OSError as error:
                failed = error
            else:
                yield connection
                return
    raise failed or OSError("no address")


@contextlib.contextmanager
def _secured(
    reached: socket.socket, host: str, parts: urllib.parse.SplitResult, deadline: Deadline
) -> Iterator[socket.socket]:
    """The connection, through TLS for https; it is ended, then closed, which whoever refers to it delays."""
    stream = reached
    if parts.scheme == "https":
        stream = authorities().wrap_socket(reached, server_hostname=host, do_handshake_on_connect=False)
    with stream:
        try:
            with deadline.ending(functools.partial(_end, stream)):
                if isinstance(stream, ssl.SSLSocket):
                    stream.settimeout(deadline.left())
                    stream.do_handshake()
                yield stream
        finally:
            _end(stream)


def _end(connection: socket.socket) -> None:
    """End the connection for whoever reads from it or writes to it, in whatever thread."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)  # not that of TLS, which is no other thread's to call


class _Stream:
    """A socket as http.client wants it, each of whose waits ends at the deadline, however slowly bytes drip."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        view = memoryview(data)
        while view:
            self._connection.settimeout(self._deadline.left())
            view = view[self._connection.send(view) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The incoming bytes."""
        return io.BufferedReader(_Incoming(self._connection, self._deadline), _PIECE)

    def close(self) -> None:
        """The socket is closed by who opened it."""


class _Incoming(io.RawIOBase):
    """The bytes that a socket receives before the deadline."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.left())
        return self._connection.recv_into(buffer)
