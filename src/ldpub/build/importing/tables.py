"""Tables as people exchange them: CSV (RFC 4180) and TSV without quoting (IANA text/tab-separated-values), in UTF-8."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ldpub.errors import Fault, SourceError


@dataclass(frozen=True)
class Row:
    """One row: its cells by column, and where each begins (line and column, from 1)."""

    cells: Mapping[str, str]
    places: Mapping[str, tuple[int, int]]

    @property
    def line(self) -> int:
        """The line on which the row begins."""
        return next(iter(self.places.values()))[0]


@dataclass(frozen=True)
class Table:
    """A table in memory: its name as faults tell it, its columns and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


Cell = tuple[str, int, int]
"""A cell, and the line and column at which it begins."""


def read_table(path: Path, name: str) -> Table:
    """Read a table by its suffix: `.csv`, else tab-separated. Blanks around a cell are no part of it.

    Raises SourceError with every row that does not fit the header, at file:line:column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        mend = "put the table there, or set `enabled = false` in its mapping"
        raise SourceError([Fault(f"cannot be read: {error.strerror or error}", name, mend=mend)]) from error
    except UnicodeDecodeError as error:
        raise SourceError([Fault("is not in UTF-8", name, mend="save it as UTF-8")]) from error
    records = _quoted(text, name) if path.suffix.lower() == ".csv" else _tabbed(text)
    header = next(records, [])
    columns = tuple(cell.strip() for cell, _, _ in header)
    _check_header(columns, name)
    rows, faults = [], []
    for record in records:
        if len(record) != len(columns):
            faults.append(_misfit(record, columns, name))
            continue
        named = dict(zip(columns, record, strict=True))
        cells = {column: cell[0].strip() for column, cell in named.items()}
        rows.append(Row(cells, {column: (cell[1], cell[2]) for column, cell in named.items()}))
    if faults:
        raise SourceError(faults)
    return Table(name, columns, tuple(rows))


def _check_header(columns: tuple[str, ...], name: str) -> None:
    if not any(columns):
        raise SourceError([Fault("the table is empty", name, 1, mend="its first line names the columns")])
    wrong = [column for column in columns if not column or columns.count(column) > 1]
    if wrong:
        mend = "give each column a name of its own"
        raise SourceError([Fault(f"the column name {wrong[0]!r} is empty or stands twice", name, 1, mend=mend)])


def _misfit(record: list[Cell], columns: tuple[str, ...], name: str) -> Fault:
    first = record[min(len(columns), len(record) - 1)]
    message = f"this row has {len(record)} cells, the header {len(columns)}"
    return Fault(message, name, first[1], first[2], mend="a tab or comma within a cell splits it")


def _tabbed(text: str) -> Iterator[list[Cell]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.rstrip("\r"):
            continue
        record, start = [], 1
        for cell in line.rstrip("\r").split("\t"):
            record.append((cell, number, start))
            start += len(cell) + 1
        yield record


def _quoted(text: str, name: str) -> Iterator[list[Cell]]:
    """The records of a CSV file; a quoted cell may hold commas, line breaks, and quotes written twice."""
    record: list[Cell] = []
    at, line, begin = 0, 1, 0
    while at < len(text):
        place = (line, at - begin + 1)
        if text[at] == '"':
            cell, at, line, begin = _in_quotes(text, at, line, begin, name)
        else:
            end = min((i for i in (text.find(mark, at) for mark in ",\n") if i >= 0), default=len(text))
            cell, at = text[at:end].rstrip("\r"), end
        record.append((cell, *place))
        if text[at : at + 1] == ",":
            at += 1
            if at < len(text) and text[at] not in "\r\n":
                continue
            record.append(("", line, at - begin + 1))
        at += text.startswith("\r", at)
        at += 1
        line, begin = line + 1, at
        if record != [("", *place)]:
            yield record
        record = []
    if record:
        yield record


def _in_quotes(text: str, at: int, line: int, begin: int, name: str) -> tuple[str, int, int, int]:
    """The cell whose opening quote stands at `at`; where it ends, on which line, and where that line begins."""
    end = at + 1
    while True:
        end = text.find('"', end)
        if end < 0:
            raise SourceError([Fault("a quote is opened and not closed", name, line, at - begin + 1)])
        if text[end + 1 : end + 2] != '"':
            break
        end += 2
    cell = text[at + 1 : end]
    breaks = cell.count("\n")
    after = end + 1
    if breaks:
        begin = text.rfind("\n", at, end) + 1
    if text[after : after + 1] not in ("", ",", "\n", "\r"):
        raise SourceError([Fault("something stands after a closing quote", name, line + breaks, after - begin + 1)])
    return cell.replace('""', '"'), after, line + breaks, begin
