"""Which queries need no second look before the engine evaluates them: most, so they are known at one glance.

What the rooms named below look for stands in words or signs that few queries hold; that is judged here for all of them.
"""

from __future__ import annotations

import re

from ldpub.store import geography, objections, repairs
from ldpub.store.tokens import may_hold

_WORDS = tuple(dict.fromkeys((*objections.WORDS, *repairs.WORDS, *geography.WORDS)))
_SIGNS = re.compile(f"{objections.SIGNS}|{repairs.SIGNS}")


def is_plain(text: str) -> bool:
    """Whether there is nothing to object to in a query, nothing to repair, and no function of ours called."""
    return not may_hold(text, _WORDS) and _SIGNS.search(text) is None
