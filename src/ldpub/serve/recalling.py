"""A connection that answers a request which came before, byte for byte, without reading it again (RFC 9112, 9.3).

Most of what a ready answer costs is the reading of its request. What the application has ready is found by the bytes of
the whole request; all else, and whatever comes in pieces or before its turn, goes the usual way.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

from ldpub.serve.connection import Connection

SENT: Final = "ldpub.sent"
"""The key of the scope under which an application finds the bytes of a request that it may recall by them."""

MOST_BYTES: Final = 2048
"""The length of the longest request that is recalled by its bytes."""

_END = b"\r\n\r\n"


class RecallingConnection(Connection):
    """The server's protocol, for an application with a method `recall` from a request's bytes to head and body."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._recall = getattr(self.app, "recall", None)
        self._is_between = False
        self._sent = b""
        self._recalled_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """No request has begun."""
        super().connection_made(transport)
        self._direct = transport
        self._is_between = True

    def on_message_begin(self) -> None:
        """A request has begun; where it came whole and alone, its bytes are in its scope."""
        super().on_message_begin()
        self._is_between = False
        if self._sent:
            cast("dict[str, Any]", self.scope)[SENT] = self._sent

    def on_message_complete(self) -> None:
        """The next one may begin."""
        super().on_message_complete()
        self._is_between = True

    def data_received(self, data: bytes) -> None:
        """What the client sends; a request that is known is answered at once."""
        if self._recall is None or not self._is_first(data):
            self._sent = b""
            super().data_received(data)
            return
        known = self._recall(data)
        if known is None:
            self._sent = data
            super().data_received(data)
            self._sent = b""
            return
        self._answer(*known)

    def _is_first(self, data: bytes) -> bool:
        """Whether this is one whole request without a body, and no other is being read or answered."""
        cycle: Any = self.cycle
        is_idle = self._is_between and (cycle is None or cycle.response_complete)
        if not is_idle or self.flow.write_paused or len(data) > MOST_BYTES:
            return False
        return data.startswith(b"GET ") and data.find(_END) == len(data) - len(_END)

    def _answer(self, head: bytes, body: bytes) -> None:
        self._wait_no_more()
        self._recalled_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._keep_alive(self.timeout_keep_alive)
        self.server_state.total_requests += 1
        fields = b"".join(b"%b: %b\r\n" % field for field in self.server_state.default_headers)
        self.transport._flush()  # type: ignore[attr-defined]  # what is left of the answer before
        self._direct.write(b"".join((head, fields, b"\r\n", body)))

    def _keep_alive(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        """The connection has been idle for long, unless a request was recalled meanwhile."""
        left = self._recalled_at + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._keep_alive(left)
        else:
            super().timeout_keep_alive_handler()
