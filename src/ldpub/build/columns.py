"""Columns: what the comments before a question's query say of the columns of its answer, for the page that shows it.

`# column: city en="City" de="Stadt"` is a heading. `# column: first to=last en="Begun" de="Begonnen"` shows two columns
of dates as one period. `# column: file in=document` says that another column shows the same: the page has it once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

_LINE = re.compile(
    r"#\s*column:\s*([A-Za-z_][A-Za-z0-9_]*)"
    r"(?:\s+(to|in)=([A-Za-z_][A-Za-z0-9_]*))?((?:\s+[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*=\"[^\"]*\")*)\s*"
)
_HEADING = re.compile(r"([A-Za-z0-9-]+)=\"([^\"]*)\"")


@dataclass(frozen=True)
class Column:
    """A column of an answer: its headings by language, the column `until` which it is a period from, and the column
    that is `shown_in` its place."""

    name: str
    until: str
    shown_in: str
    headings: Mapping[str, str]


def read_columns(head: Sequence[str], variables: Sequence[str]) -> tuple[Column, ...]:
    """The columns that the comments before a query name; `variables` are those of its solutions, none for ASK and
    CONSTRUCT. Raises ValueError saying what is wrong."""
    columns = tuple(_column(line) for line in head if re.match(r"#\s*column:", line))
    names = [column.name for column in columns]
    for column in columns:
        for name in (column.name, column.until, column.shown_in):
            if name and name not in variables:
                raise ValueError(f"the answer has no column {name}; {_told(variables)}")
        if names.count(column.name) > 1:
            raise ValueError(f"the column {column.name} comes twice")
    _check_shown(columns)
    return columns


def _column(line: str) -> Column:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError('a column is written # column: name en="..." de="...", with to=other or in=other before en=')
    name, how, other, headings = match.groups()
    if other == name:
        raise ValueError(f"the column {name} cannot be {how}={name}")
    return Column(
        name,
        other if how == "to" else "",
        other if how == "in" else "",
        {pair[1]: pair[2] for pair in _HEADING.finditer(headings)},
    )


def _told(variables: Sequence[str]) -> str:
    return f"it has {', '.join(variables)}" if variables else "only that of a SELECT has columns"


def _check_shown(columns: Sequence[Column]) -> None:
    """Whatever another column stands for must itself be shown, as a column of its own."""
    gone = {column.name for column in columns if column.shown_in} | {column.until for column in columns}
    for column in columns:
        other = column.shown_in or (column.name if column.until else "")
        if other and other in gone:
            raise ValueError(f"the column {other} is not shown itself, so nothing can be shown in it or from it")


def described(column: Column) -> dict[str, Any]:
    """A column as the release writes it."""
    return asdict(column) | {"headings": dict(column.headings)}
