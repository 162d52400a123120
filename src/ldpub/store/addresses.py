"""Which IP addresses a host name has, and which of them are public (the IANA special-purpose address registries)."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable

from ldpub.errors import FederationError
from ldpub.store.deadline import Deadline

Resolve = Callable[[str, int], list[str]]
"""The IP addresses of a host name, for a port; raises OSError if there are none."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Not public, though Python's table of special addresses may not say so: NAT64 of an inner network, relays and tunnels
# to IPv4 that nobody needs any more, site-local addresses.
_INNER = [
    ipaddress.ip_network(net) for net in ("64:ff9b:1::/48", "192.88.99.0/24", "2002::/16", "2001::/32", "fec0::/10")
]


def resolve(host: str, port: int) -> list[str]:
    """What the system says of a name, in its order."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def addresses_of(host: str, port: int, resolve: Resolve, deadline: Deadline) -> list[str]:
    """What the look-up gives, if it does so in time: the system's resolver knows no deadline, so a thread waits for it.

    Raises FederationError, and what `Deadline.left` raises.
    """
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            found.put(resolve(host, port))
        except (OSError, ValueError) as error:  # a name that no DNS could hold is a UnicodeError
            found.put(error)

    deadline.left()
    threading.Thread(target=run, daemon=True, name="resolver").start()
    try:
        with deadline.ending(lambda: found.put([])):
            addresses = found.get(timeout=deadline.left())
    except queue.Empty:
        addresses = []
    deadline.left()
    if isinstance(addresses, Exception) or not addresses:
        raise FederationError(f"its name is not known: {addresses or 'no address'}")
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is a host's on the public internet; one that wraps an IPv4 address is judged by that."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    special = found.is_private or found.is_reserved or found.is_multicast or found.is_loopback or found.is_link_local
    inside = any(found in net for net in _INNER if net.version == found.version)
    return found.is_global and not (special or found.is_unspecified or inside)
