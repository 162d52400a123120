"""When the things of a list begin, end or are: a column for each role of dates that some of them have, in their order.

The order is that of the first day as ISO 8601 writes it: its bound, else the date itself, else the last day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pyoxigraph import Literal, NamedNode

from ldpub.serve.described import Value
from ldpub.serve.language import Words
from ldpub.serve.lists import Facet, Lists, Mask
from ldpub.serve.literals import tell
from ldpub.serve.periods import ROLES, Dates, names_of, period_told
from ldpub.serve.statements import Statements

Said = Mapping[str, Sequence[Literal]]
"""Property to dates."""


@dataclass(frozen=True)
class DateColumn:
    """The dates of a role: the properties that the data has for it, and each thing's place in their order.

    `exact`, `earliest` and `latest` are properties; `order` has the things as a facet has them, its values in order.
    """

    role: str
    exact: tuple[str, ...]
    earliest: tuple[str, ...]
    latest: tuple[str, ...]
    order: Facet

    @property
    def names(self) -> tuple[str, ...]:
        """All its properties, that which names it first."""
        return (*self.exact, *self.earliest, *self.latest)

    def is_of(self, members: Mask) -> bool:
        """Whether some of these things have such a date."""
        return bool(members[self.order.things].any())


def date_columns(statements: Statements, lists: Lists, dates: Dates) -> tuple[DateColumn, ...]:
    """The columns of all lists; reads all statements of their properties, so what comes of it is kept."""
    wanted = [name for role in ROLES for name in names_of(role, dates)]
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for thing, name, text in statements.valued(wanted):
        said[name][thing].append(text)
    numbers = {iri: number for number, iri in enumerate(lists.iris(np.arange(lists.things, dtype=np.int32)))}
    found = (_column(role, dates, said, numbers) for role in ROLES)
    return tuple(column for column in found if len(column.order.things))


def _column(
    role: str, dates: Dates, said: Mapping[str, Mapping[str, Sequence[str]]], numbers: Mapping[str, int]
) -> DateColumn:
    exact, earliest, latest = (
        tuple(name for name in dates.get(role + bound, ()) if name in said) for bound in ("", "_earliest", "_latest")
    )
    keys: dict[int, str] = {}
    for names, best in ((latest, min), (exact, min), (earliest, max)):  # what comes later is the stronger
        found: dict[int, list[str]] = defaultdict(list)
        for name in names:
            for thing, texts in said[name].items():
                if thing in numbers:
                    found[numbers[thing]] += texts
        keys |= {number: best(texts) for number, texts in found.items()}
    terms = tuple(sorted(set(keys.values())))
    places = {text: place for place, text in enumerate(terms)}
    things = np.fromiter(sorted(keys), dtype=np.int32)
    values = np.fromiter((places[keys[number]] for number in sorted(keys)), dtype=np.int32)
    return DateColumn(role, exact, earliest, latest, Facet(role, {}, "", False, (), terms, terms, things, values))


def dates_of(
    column: DateColumn, things: Sequence[NamedNode], statements: Statements, dates: Dates, words: Words
) -> dict[NamedNode, tuple[Value, ...]]:
    """The dates of things in words: one of what is given and its bounds, or each where several are given."""
    said: dict[NamedNode, dict[str, list[Literal]]] = defaultdict(lambda: defaultdict(list))
    for quad in statements.facts(things, column.names):
        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            said[quad.subject][quad.predicate.value].append(quad.object)
    return {thing: tuple(_told(column, found, dates, words)) for thing, found in said.items()}


def _told(column: DateColumn, said: Said, dates: Dates, words: Words) -> Iterable[Value]:
    one = period_told(column.role, said, dates, words)
    if one is not None:
        return [Value(one.text, datetime=one.datetime)]
    given = sorted({value.value: value for name in column.exact for value in said.get(name, ())}.items())
    return [Value(told.text, datetime=told.datetime) for _, value in given for told in [tell(value, words)]]
