"""What a page shows of a thing: values in rows, rows in sections, all that templates need and nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple


class Value(NamedTuple):
    """One value as it is shown: its text, where it links to, its language, and whether it was inferred.

    `datetime` is a date as HTML writes it; `why` links to what the statement rests on; `marks` are numbers of sources;
    `iri` is that of a thing. A tuple, because pages have hundreds of them.
    """

    text: str
    href: str | None = None
    language: str | None = None
    is_inferred: bool = False
    rows: tuple[Row, ...] = ()
    datetime: str | None = None
    why: str | None = None
    marks: tuple[int, ...] = ()
    iri: str | None = None


@dataclass(frozen=True)
class Row:
    """A property and its values; where they are not all of them, how many there are, and where.

    `why` links to what its statements rest on; `iri` is the property's, empty for the members of a collection.
    """

    name: str
    href: str | None
    values: tuple[Value, ...]
    count: int = 0
    more: str | None = None
    why: str | None = None
    iri: str = ""

    @property
    def is_inferred(self) -> bool:
        """Whether all its values were inferred."""
        return all(value.is_inferred for value in self.values)


@dataclass(frozen=True)
class Section:
    """Rows under a heading, which may be empty; `group` is the IRI of what the shapes call it, `order` its place."""

    title: str
    rows: tuple[Row, ...]
    group: str = ""
    order: float = math.inf


@dataclass(frozen=True)
class Description:
    """Everything that a page says about one thing."""

    iri: str
    anchor: str
    title: str
    summary: str | None
    types: tuple[Value, ...]
    sections: tuple[Section, ...]
    graphs: tuple[Value, ...]
    incoming: tuple[Row, ...]
    kind: str

    @property
    def incoming_count(self) -> int:
        """How many statements link to it, of the properties listed."""
        return sum(row.count or len(row.values) for row in self.incoming)
