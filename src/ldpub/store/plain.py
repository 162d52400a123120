"""Which queries need no second look before the engine evaluates them: most, so they are known at one glance.

What the rooms named below look for stands in words or signs that few queries hold; that is judged here for all of them.
"""

from __future__ import annotations

import re

from ldpub.store import geography, objections, repairs
from ldpub.store.tokens import may_hold

_WORDS = tuple(dict.fromkeys((*objections.WORDS, *repairs.WORDS, *geography.WORDS)))
_SIGNS = re.compile(f"{objections.SIGNS}|{repairs.SIGNS}")


# What is an IRI to every parser: no expression holds `://`, and none of these characters ends a string or a comment.
_IRI = re.compile(r"""<[A-Za-z]++://[^<>\s"'{}|^`\\()&,]*+>""")


def is_plain(text: str) -> bool:
    """Whether there is nothing to object to in a query, nothing to repair, and no function of ours called."""
    if _SIGNS.search(text) is not None:
        return False
    if not may_hold(text, _WORDS):
        return True
    return not may_hold(text, geography.WORDS) and not may_hold(_IRI.sub("<>", text), _WORDS)  # COUNT, not `country`
