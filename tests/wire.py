"""HTTP/1.1 as bytes: what tests send on a connection, and what they read off it."""

from __future__ import annotations

import re
import socket


def read_replies(client: socket.socket, count: int) -> list[tuple[int, bytes, bytes]]:
    """So many replies from a connection: status, head, body."""
    received = b""
    replies: list[tuple[int, bytes, bytes]] = []
    while len(replies) < count:
        head, end, rest = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if end and length and len(rest) >= int(length[1]):
            replies.append((int(head.split()[1]), head, rest[: int(length[1])]))
            received = rest[int(length[1]) :]
            continue
        piece = client.recv(1 << 16)
        assert piece, received
        received += piece
    return replies


def request(target: str, *fields: str, method: str = "GET") -> bytes:
    """The bytes of a request without a body."""
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: x", *fields, "", ""]).encode()
