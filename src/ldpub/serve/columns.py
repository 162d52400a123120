"""The columns of a question's answer as its page shows them, in the page's language, each thing once.

A column `xLabel` beside a column `x` of IRIs is the text of its links, as in the Wikidata Query Service. What comments
say of columns is read by the build. CSV and JSON have the answer's own columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import Literal, NamedNode

from ldpub.labels import choose_text, find_language
from ldpub.serve.dates import Bounds, days_told, read_date
from ldpub.serve.describe import Describer, Term
from ldpub.serve.described import Value
from ldpub.serve.table import ROWS_SHOWN, Cell, Row, Rows, cell_of, is_numeric

_LABEL = "Label"


@dataclass(frozen=True)
class _Column:
    """A column that is shown: its heading, where it is in a row, and where its links' texts or its ends are."""

    heading: str
    at: int
    label: int | None
    until: int | None


def shown_in_columns(rows: Rows, declared: Sequence[Mapping[str, Any]], describer: Describer) -> dict[str, Any]:
    """The first rows as `table.shown` has them, in the columns and with the headings that a question declares."""
    terms = rows.terms[:ROWS_SHOWN]
    columns = _columns(rows.columns, terms, declared, describer)
    describer.learn(row[column.at] for row in terms for column in columns)
    return {
        "form": "solutions",
        "columns": [column.heading for column in columns],
        "numeric": [is_numeric([row[column.at] for row in terms]) for column in columns],
        "rows": [[_cell(row, column, describer) for column in columns] for row in terms],
        "more": rows.more or len(rows.terms) > ROWS_SHOWN,
        "shown": ROWS_SHOWN,
    }


def _columns(
    names: Sequence[str], terms: Sequence[Row], declared: Sequence[Mapping[str, Any]], describer: Describer
) -> list[_Column]:
    places = {name: at for at, name in enumerate(names)}
    said = {column["name"]: column for column in declared if column["name"] in places}
    labels = {
        name: places[name + _LABEL]
        for name, at in places.items()
        if name + _LABEL in places and name + _LABEL not in said and _are_things([row[at] for row in terms])
    }
    gone = {name for name, column in said.items() if column["shown_in"]}
    gone |= {column["until"] for column in said.values()} | {name + _LABEL for name in labels}
    return [
        _Column(
            _heading(name, said.get(name, {}), describer),
            at,
            labels.get(name),
            places.get(said.get(name, {}).get("until", "")),
        )
        for name, at in places.items()
        if name not in gone
    ]


def _heading(name: str, column: Mapping[str, Any], describer: Describer) -> str:
    return choose_text(column.get("headings", {}), describer.language, describer.snapshot.manifest.languages) or name


def _are_things(terms: Sequence[Term | None]) -> bool:
    return all(term is None or isinstance(term, NamedNode) for term in terms)


def _cell(row: Row, column: _Column, describer: Describer) -> Cell | None:
    term = row[column.at]
    if column.until is not None:
        return _period(term, row[column.until], describer)
    label = row[column.label] if column.label is not None else None
    if not isinstance(label, Literal) or not label.value:
        return _in_language(cell_of(term, describer), describer)
    if term is None:
        return _in_language(cell_of(label, describer), describer)
    cell = cell_of(term, describer)
    named = cell and replace(cell, value=cell.value._replace(text=label.value, language=label.language))
    return _in_language(named, describer)


def _in_language(cell: Cell | None, describer: Describer) -> Cell | None:
    """A cell that says its language only where that is not the page's."""
    if cell is None or not cell.value.language or find_language(describer.language, [cell.value.language]) is None:
        return cell
    return replace(cell, value=cell.value._replace(language=None))


def _period(first: Term | None, last: Term | None, describer: Describer) -> Cell:
    """From the first to the last day on which something can have been, in words; what is no date as it stands."""
    if first is None and last is None:
        return Cell(Value(describer.words["none_stated"]))
    begun = read_date(first) if isinstance(first, Literal) else Bounds()
    ended = read_date(last) if isinstance(last, Literal) else Bounds()
    if (first is not None and not begun) or (last is not None and not ended):
        texts = [describer.value(term).text for term in (first, last) if term is not None]
        return Cell(Value("–".join(texts)))
    return Cell(Value(days_told(Bounds(begun.first, ended.last), describer.words)))
