"""Header sections that were read before: who asks query after query sends the same one with each.

What a section says does not depend on the target before it (RFC 9112, 3 and 5), so of a further request only the target
is read, where it is a lone parameter `query` of the characters that a query component has (RFC 3986, 3.4).
"""

from __future__ import annotations

import string
from binascii import a2b_qp
from collections import OrderedDict
from typing import NamedTuple

from ldpub.serve.protocol import Operation, Wanted

_BEFORE = b"GET /sparql?query="
_START = len(_BEFORE)
_CHARACTERS = (string.ascii_letters + string.digits + "-._~!$'()*+,;:@/?=%").encode()  # `&` begins another parameter
_SECTIONS = 500
_SECTION_BYTES = 2048


class Section(NamedTuple):
    """What a header section says to the endpoint: formats, coding, and whom a proxy names; it has no validators."""

    wanted: Wanted
    coding: str | None
    forwarded: str | None


class KnownHeads:
    """The sections of one server process; the least recently learnt goes first. Used in one loop."""

    def __init__(self) -> None:
        self._sections: OrderedDict[bytes, Section] = OrderedDict()

    def learn(self, head: bytes, section: Section) -> None:
        """Remember the section of a head that was read in full, and is the whole of a request."""
        end = head.find(b" ", _START)
        if head.startswith(_BEFORE) and len(head) - end <= _SECTION_BYTES and _decoded(head[_START:end]) is not None:
            self._sections[head[end:]] = section
            if len(self._sections) > _SECTIONS:
                self._sections.popitem(last=False)

    def read(self, head: bytes) -> tuple[Operation, Section] | None:
        """What such a head asks for; None where it must be read in full."""
        if not head.startswith(_BEFORE):
            return None
        end = head.find(b" ", _START)
        section = self._sections.get(head[end:])
        text = _decoded(head[_START:end]) if section is not None else None
        if section is None or text is None:
            return None
        return Operation(text, (), (), section.wanted, conditional=True), section


def _decoded(target: bytes) -> str | None:
    """The text of a query; None where anything is not as it is in most.

    Quoted-printable differs from RFC 3986, 2.1, in its sign only, and is decoded in C: three bytes become one, or else
    the escape is none.
    """
    if not target or target.translate(None, _CHARACTERS):
        return None
    encoded = target.replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"=")
    decoded = a2b_qp(encoded)
    if len(decoded) != len(encoded) - 2 * encoded.count(b"="):
        return None
    try:
        return decoded.decode()
    except UnicodeDecodeError:
        return None
