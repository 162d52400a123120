"""The door in front of Flask: SPARQL requests of programs are answered here; everything else goes on (PEP 3333).

The framework's own work would take as long as a point query does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any

from ldpub.errors import LdpubError, QueryError
from ldpub.serve.budget import client_of
from ldpub.serve.coding import choose_coding
from ldpub.serve.endpoint import Caller, Endpoint, Reply, problem_reply
from ldpub.serve.exchange import FIXED_HEADERS
from ldpub.serve.negotiate import prefers_html
from ldpub.serve.problems import Problem
from ldpub.serve.protocol import Operation, read_operation
from ldpub.serve.snapshot import Snapshots

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_FIXED = list(FIXED_HEADERS.items())
_METHODS = frozenset(("GET", "HEAD", "POST"))


class Door:
    """A WSGI application in front of another."""

    def __init__(
        self, snapshots: Snapshots, endpoint: Endpoint, behind: Application, query_bytes: int, proxies: frozenset[str]
    ) -> None:
        self._snapshots = snapshots
        self._endpoint = endpoint
        self._behind = behind
        self._query_bytes = query_bytes
        self._proxies = proxies

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a query operation that wants no page; let everything else pass."""
        if environ.get("PATH_INFO") != "/sparql" or environ["REQUEST_METHOD"] not in _METHODS:
            return self._behind(environ, start_response)
        try:
            operation = read_operation(environ, 4 * self._query_bytes)
        except (Problem, QueryError) as error:
            if prefers_html(environ.get("HTTP_ACCEPT")):
                return self._behind(environ, start_response)
            return _sent(problem_reply(error), environ, start_response)
        if operation is None or operation.wants_page:
            return self._behind(environ, start_response)
        return self._answer(operation, environ, start_response)

    def _answer(self, operation: Operation, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        snapshot = self._snapshots.acquire()
        try:
            reply = self._endpoint.reply(snapshot, operation, self._caller(environ))
        except (Problem, LdpubError) as error:
            snapshot.let_go()
            return _sent(problem_reply(error), environ, start_response)
        except BaseException:
            snapshot.let_go()
            raise
        if isinstance(reply.body, tuple):
            snapshot.let_go()
            return _sent(reply, environ, start_response)
        return _Held(_sent(reply, environ, start_response), snapshot.let_go)

    def _caller(self, environ: Environ) -> Caller:
        etags = environ.get("HTTP_IF_NONE_MATCH", "")
        return Caller(
            client_of(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR"), self._proxies),
            choose_coding(environ.get("HTTP_ACCEPT_ENCODING")),
            frozenset(tag.strip().removeprefix("W/") for tag in etags.split(",")) if etags else frozenset(),
        )


class _Held:
    """A body that lets go of its release when it is closed."""

    def __init__(self, body: Iterable[bytes], let_go: Callable[[], None]) -> None:
        self._body = body
        self._let_go = let_go

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        """The server is done with it, once."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()
        let_go, self._let_go = self._let_go, _nothing
        let_go()


def _nothing() -> None:
    """There is nothing left to let go of."""


def _sent(reply: Reply, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", [*reply.headers, *_FIXED])
    if environ["REQUEST_METHOD"] == "HEAD" or reply.status == HTTPStatus.NOT_MODIFIED:
        close = getattr(reply.body, "close", None)
        if close is not None:
            close()
        return ()
    return reply.body
