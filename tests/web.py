"""An HTTP client that hides nothing: no redirection followed, every header as it came, one connection per thread."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Self

FORM = "application/x-www-form-urlencoded"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

_OWN = re.compile(
    r'<script (?:type="module" )?src="[^"<>]*static/[a-z]+\.js\?v=[0-9a-f]+"(?: defer)?></script>'
    r'|<script type="application/ld\+json">\n[^<]*\n</script>|<img src="[^"<>]*static/icon\.svg\?v=[0-9a-f]+"'
)


def without_own(page: str) -> str:
    """A page without what every page of the site has."""
    return _OWN.sub("", page)


@dataclass(frozen=True)
class Reply:
    """An answer: status, header fields, content."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def markup(self) -> str:
        """The text without what every page of the site has: its scripts, its data blocks, its icon."""
        return without_own(self.text)

    @property
    def media_type(self) -> str:
        return (self.headers["Content-Type"] or "").partition(";")[0]


class Web:
    """A site at a URL, asked by `target` (path and query as they are sent)."""

    def __init__(self, url: str, timeout: float = 60) -> None:
        self.url = url
        self.address = urllib.parse.urlsplit(url).netloc
        self._timeout = timeout
        self._local = threading.local()
        self._open: list[http.client.HTTPConnection] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._open:
            connection.close()

    def connect(self, sent: bytes = b"", seconds: float = 10) -> socket.socket:
        """A connection of its own that takes little at a time, with these bytes sent."""
        host, _, port = self.address.partition(":")
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(seconds)
        client.connect((host, int(port)))
        client.sendall(sent)
        return client

    def get(self, target: str, accept: str | None = None, **fields: str) -> Reply:
        """GET; `fields` are header fields with underscores for hyphens."""
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        return self.ask("GET", target, {**headers, "Accept": accept} if accept is not None else headers)

    def post(self, target: str, body: bytes | str, content_type: str | None, accept: str | None = None) -> Reply:
        """POST a body."""
        headers = {"Content-Type": content_type} if content_type else {}
        headers |= {"Accept": accept} if accept else {}
        return self.ask("POST", target, headers, body.encode() if isinstance(body, str) else body)

    def query(self, text: str, accept: str | None = None, **parameters: str) -> Reply:
        """A SPARQL query by GET."""
        return self.get("/sparql?" + urllib.parse.urlencode({"query": text, **parameters}), accept)

    def ask(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """Any request; tried again once where the server had closed the idle connection."""
        for is_last in (False, True):
            connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = http.client.HTTPConnection(self.address, timeout=self._timeout)
                self._open.append(connection)
            try:
                connection.request(method, target, body, dict(headers or {}))
                response = connection.getresponse()
            except (ConnectionError, http.client.HTTPException):
                self._forget(connection)
                if is_last:
                    raise
                continue
            try:
                return Reply(response.status, response.headers, response.read())
            except http.client.HTTPException:
                self._forget(connection)
                raise
        raise AssertionError("unreachable")

    def _forget(self, connection: http.client.HTTPConnection) -> None:
        connection.close()
        self._local.connection = None
