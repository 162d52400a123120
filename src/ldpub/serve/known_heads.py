"""Header sections that were read before: who asks query after query sends the same one with each.

What a section says does not depend on the target before it (RFC 9112, 3 and 5), so of a further request only the target
is read, where it is a lone parameter `query` of the characters that a query component has (RFC 3986, 3.4).
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections import OrderedDict
from typing import NamedTuple

from ldpub.serve.protocol import Operation, Wanted

_BEFORE = b"GET /sparql?query="
_START = len(_BEFORE)
_TARGET = re.compile(rb"(?:[A-Za-z0-9\-._~!$'()*+,;:@/?=]++|%[0-9A-Fa-f]{2})++")
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
        if len(head) - end > _SECTION_BYTES or not (head.startswith(_BEFORE) and _TARGET.fullmatch(head, _START, end)):
            return
        self._sections[head[end:]] = section
        if len(self._sections) > _SECTIONS:
            self._sections.popitem(last=False)

    def read(self, head: bytes) -> tuple[Operation, Section] | None:
        """What such a head asks for; None where it must be read in full."""
        if not head.startswith(_BEFORE):
            return None
        end = head.find(b" ", _START)
        section = self._sections.get(head[end:])
        if section is None or not _TARGET.fullmatch(head, _START, end):
            return None
        encoded = head[_START:end].replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"=")
        try:  # quoted-printable differs from RFC 3986, 2.1, in its sign only, and is decoded in C
            text = a2b_qp(encoded).decode()
        except UnicodeDecodeError:
            return None
        return Operation(text, (), (), section.wanted, conditional=True), section
