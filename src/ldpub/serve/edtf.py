"""The Extended Date/Time Format (EDTF: ISO 8601-2:2019, level 1, as the Library of Congress specifies it) in words.

Literals are of the Library's datatype. What is of level 2, such as a set of dates, is nothing to this reader.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass

from ldpub.namespaces import EDTF
from ldpub.serve.language import Words

DATATYPES = frozenset(EDTF + name for name in ("EDTF", "EDTF-level0", "EDTF-level1", "EDTF-level2"))
"""The datatypes of EDTF literals."""

_MOMENT = re.compile(
    r"(\d{4}|\d{3}X|\d\dXX)(?:-(\d\d|XX)(?:-(\d\d|XX))?)?(?:T[\d:.]+(?:Z|[+-]\d\d(?::\d\d)?)?)?([?~%]?)"
)
_SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_OPEN, _NOT_KNOWN = "..", ""
_QUALIFIED = {"?": "perhaps", "~": "about", "%": "about_perhaps"}


@dataclass(frozen=True)
class Moment:
    """A date as EDTF has it: X in its year for a digit that is open, a month or season that is known, a day that is."""

    year: str
    month: int | None = None
    day: int | None = None
    qualifier: str = ""


def read_moment(text: str) -> Moment | None:
    """A date, a decade (199X), a century (19XX) or a season (2018-21); None where it is none that exists."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, written_month, written_day, qualifier = match.groups()
    month, day = (int(part) if part and part != "XX" else None for part in (written_month, written_day))
    if (written_month and "X" in year) or (day and not month) or not _exists(year, month, day):
        return None
    return Moment(year, month, day, qualifier)


def _exists(year: str, month: int | None, day: int | None) -> bool:
    if month is None:
        return True
    if month in _SEASONS:
        return day is None
    return 1 <= month <= 12 and (day is None or 1 <= day <= monthrange(int(year) or 2000, month)[1])


def edtf_told(text: str, words: Words) -> str:
    """An EDTF date or interval in the words of a language; as it stands where this reader knows no such form."""
    start, slash, end = text.partition("/")
    if not slash:
        moment = read_moment(text)
        return _told(moment, words) if moment else text
    ends = [read_moment(part) for part in (start, end)]
    if any(moment is None and part not in (_OPEN, _NOT_KNOWN) for moment, part in zip(ends, (start, end), strict=True)):
        return text
    first, last = ends
    if first and end == _OPEN:
        return words["edtf_since"].format(d=_told(first, words, "decade_after"))
    if last and start == _OPEN:
        return words["edtf_until"].format(d=_told(last, words, "decade_before"))
    if first is None and last is None:
        return text
    a, b = (_told(moment, words) if moment else words["not_known"] for moment in ends)
    return words["edtf_from_to"].format(a=a, b=b)


def _told(moment: Moment, words: Words, decade: str = "decade_whole") -> str:
    """A date in words; `decade` is the form that a decade has where it stands."""
    text = _unqualified(moment, words, decade)
    return words[_QUALIFIED[moment.qualifier]].format(d=text) if moment.qualifier else text


def _unqualified(moment: Moment, words: Words, decade: str) -> str:
    year = moment.year
    if year.endswith("XX"):
        return words["between"].format(a=int(year[:2] + "00"), b=int(year[:2] + "99"))
    if year.endswith("X"):
        return words[decade].format(n=int(year[:3] + "0"))
    if moment.month is None:
        return str(int(year))
    if moment.month in _SEASONS:
        return words[_SEASONS[moment.month]].format(year=int(year))
    month = words.month(moment.month)
    return words["day"].format(day=moment.day, month=month, year=int(year)) if moment.day else f"{month} {int(year)}"
