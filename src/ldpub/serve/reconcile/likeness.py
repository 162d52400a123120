"""How alike a name is to one that is known: the same, the same by another spelling, or some edits away.

Optimal string alignment (edits and transpositions of neighbours), by rapidfuzz; the order of words counts little.
"""

from __future__ import annotations

from functools import cached_property

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from ldpub.folding import fold, written_out
from ldpub.serve.reconcile.index import Form
from ldpub.spelling import LONGEST, romanised, sound

SAME_NAME = 0.95
"""From here on a name is the same but for case, diacritics, punctuation and how a letter is written out."""

_LONGEST = 200  # characters of a text that are read as a name
_SAME = (0.99, 0.98, 0.96)  # by how the form was made
_SAME_SOUND = 0.93
_SOUND = 0.15  # what sounding the same adds
_NO_SOUND = 0.45  # how unlike names are that are not held against each other by sound
_OTHER_SCRIPT = 0.98
_AT_MOST = 0.92  # of what is only alike
_OTHER_ORDER = 0.9


class Asked:
    """A name as it was asked for, with the forms by which it is looked up."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()[:_LONGEST]

    @cached_property
    def plain(self) -> str:
        """Folded."""
        return fold(self.text)

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """Folded; also written out, and romanised, where these differ."""
        found = dict.fromkeys((self.plain, written_out(self.text), self.romanised))
        return tuple(form for form in found if form)

    @cached_property
    def romanised(self) -> str:
        """Folded in Latin letters; empty where it has no others."""
        return fold(romanised(self.text))

    @cached_property
    def sound(self) -> str:
        """How it sounds."""
        return sound(self.forms[-1]) if self.forms else ""

    def likeness(self, form: Form, sounds_same: bool | None = None) -> float:
        """From 0 to 1, which is the name itself; `sounds_same` where it is known whether the two do."""
        if form.made == 0 and form.text.casefold() == self.text.casefold():
            return 1.0
        if form.folded == self.plain:
            return _SAME[form.made]
        if form.folded in self.forms:
            return min(_SAME[1], _SAME[form.made])
        found = max((share * _edits(asked, form.folded) for asked, share in self._compared), default=0.0)
        if found > _NO_SOUND and (self.sound == sound(form.folded) if sounds_same is None else sounds_same):
            return max(found, min(_SAME_SOUND, found + _SOUND))
        return found

    @cached_property
    def _compared(self) -> tuple[tuple[str, float], ...]:
        return tuple((form, _OTHER_SCRIPT if form == self.romanised else 1.0) for form in self.forms)

    def likeness_to(self, text: str) -> float:
        """The same for a text that is no name of the index."""
        read = text[:_LONGEST]
        return self.likeness(Form(0, 0, fold(read), 0, read, "", 0))


def _edits(one: str, other: str) -> float:
    one, other = one[:LONGEST], other[:LONGEST]
    found = OSA.normalized_similarity(one, other)
    if " " in one or " " in other:
        found = max(found, _OTHER_ORDER * fuzz.token_sort_ratio(one, other) / 100)
    return _AT_MOST * found
