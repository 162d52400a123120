"""Dates as precise as they are known: xsd:gYear, gYearMonth and date of ours, time values of Wikibase (7 to 11)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import Literal

from ldpub.namespaces import XSD

DAY, MONTH, YEAR, DECADE, CENTURY = 11, 10, 9, 8, 7
"""Wikibase's numbers for how precise a date is (Wikibase data model, time)."""

_DATE = re.compile(r"(-?[0-9]{4,})(?:-([0-9]{2}))?(?:-([0-9]{2}))?(?:[TZ+].*|[-][0-9]{2}:[0-9]{2})?")
_PRECISIONS = {XSD + "gYear": YEAR, XSD + "gYearMonth": MONTH, XSD + "date": DAY}


@dataclass(frozen=True)
class When:
    """A date: the parts that its precision does not reach are 0."""

    year: int
    month: int
    day: int
    precision: int

    def __str__(self) -> str:
        """As ISO 8601 writes it, cut at its precision."""
        parts = [f"{self.year:04}", f"{self.month:02}", f"{self.day:02}"][: max(1, self.precision - YEAR + 1)]
        return "-".join(parts) + {DECADE: " (decade)", CENTURY: " (century)"}.get(self.precision, "")

    def agrees(self, other: When) -> bool:
        """Whether both can be the same date: equal as far as the less precise of them says."""
        shared = min(self.precision, other.precision)
        if shared <= DECADE:
            size = 10 if shared == DECADE else 100
            return self.year // size == other.year // size
        return (self.year, self.month, self.day)[: shared - YEAR + 1] == (other.year, other.month, other.day)[
            : shared - YEAR + 1
        ]


def when_of(literal: Literal, precision: int | None = None) -> When | None:
    """The date that a literal says; None where it says none.

    A dateTime needs the precision that stands beside it in Wikidata. Where that is not known, the first of January is
    taken for the year, for that is how Wikibase writes a year.
    """
    match = _DATE.fullmatch(literal.value.removeprefix("+"))
    known = _PRECISIONS.get(literal.datatype.value)
    if match is None or (known is None and literal.datatype.value != XSD + "dateTime"):
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    reach = known or precision or (YEAR if (month, day) == (1, 1) else DAY)
    if not CENTURY <= reach <= DAY:
        return None
    return When(year, month if reach >= MONTH else 0, day if reach >= DAY else 0, reach)
