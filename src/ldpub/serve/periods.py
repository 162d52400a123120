"""When something begins, ends or is: one date of what properties of several roles say (start, start_earliest, ...)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal

from ldpub.serve.dates import UNKNOWN, Bounds, days_told, read_date
from ldpub.serve.language import Words
from ldpub.serve.literals import Told, tell

ROLES = ("date", "start", "end")
"""The roles of dates; each also with `_earliest` and `_latest`."""

_SUFFIXES = ("", "_earliest", "_latest")

Dates = Mapping[str, Sequence[str]]
"""Role to properties."""


def role_of(name: str, dates: Dates) -> str | None:
    """The role of a property, a bound's being that of what it bounds; None where it dates nothing."""
    return next((role for role in ROLES if any(name in dates.get(role + suffix, ()) for suffix in _SUFFIXES)), None)


def names_of(role: str, dates: Dates) -> tuple[str, ...]:
    """The properties of a role and of its bounds."""
    return tuple(name for suffix in _SUFFIXES for name in dates.get(role + suffix, ()))


def bounds_of(role: str, said: Mapping[str, Iterable[object]], dates: Dates) -> Bounds:
    """The days that are left open; `said` leads from properties to values. Bounds that are given are the tighter."""
    exact, first, last = (_read(role + suffix, said, dates) for suffix in _SUFFIXES)
    earliest = [day for one in first if (day := one.first)]
    latest = [day for one in last if (day := one.last)]
    if earliest or latest:
        return Bounds(max(earliest, default=None), min(latest, default=None))
    return exact[0] if exact else UNKNOWN


def period_told(role: str, said: Mapping[str, Iterable[object]], dates: Dates, words: Words) -> Told | None:
    """In words: the date as it is given, else its bounds; None where nothing or several dates are given."""
    given = [value for name in dates.get(role, ()) for value in said.get(name, ()) if isinstance(value, Literal)]
    given = list(dict.fromkeys(given))
    if len(given) == 1 and read_date(given[0]):
        return tell(given[0], words)
    bounds = bounds_of(role, said, dates)
    return Told(days_told(bounds, words)) if bounds and not given else None


def _read(role: str, said: Mapping[str, Iterable[object]], dates: Dates) -> list[Bounds]:
    values = (value for name in dates.get(role, ()) for value in said.get(name, ()))
    return [bounds for value in values if isinstance(value, Literal) and (bounds := read_date(value))]
