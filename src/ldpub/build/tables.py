"""CSV tables for people without RDF: one per class, with CSV on the Web metadata (W3C 2015) that says what is in them.

A row is a thing, a column a property; of a text there is a column per language; several values stand side by side,
parted by ` | ` where that parts them again, which the metadata says (`separator`). Blank nodes have no rows: nobody
could refer to them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal

from ldpub.build.numbered import BLANK, IRI, LITERAL, Term, Terms, Triples
from ldpub.namespaces import DCAT, OWL, RDF, RDFS, SH, VOID, XSD

METADATA = "csv-metadata.json"
"""The file's name by which CSVW tools look for it (Model for Tabular Data, 5.3)."""

SEPARATORS = (" | ", "; ", " ‖ ", "\n")
"""What parts the values of a cell: the first by which every cell comes apart again."""

_ID = "id"
_SCHEMA = (RDF, RDFS, OWL, SH, VOID, DCAT)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BUILT_IN = (
    "string boolean decimal integer double float date dateTime time duration gYear gYearMonth anyURI hexBinary "
    "nonNegativeInteger positiveInteger long int"
)
_DATATYPES = frozenset(_BUILT_IN.split())

Column = tuple[str, str]
"""A property and a language, or no language."""

Cells = Mapping[Column, Sequence[int]]
"""The values of a thing, by the numbers of their terms."""


@dataclass
class _Things:
    """What the statements say: the members of each class, the cells of each thing, the labels of anything."""

    terms: Terms
    members: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    cells: dict[int, dict[Column, list[int]]] = field(default_factory=lambda: defaultdict(dict))
    labels: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def read(self, triples: Triples) -> None:
        """Take the statements about what has an IRI in."""
        values, cells = self.terms.values, self.cells
        kinds, tags = self.terms.kinds.tolist(), self.terms.languages
        kind_of, label = self.terms.number(RDF + "type"), self.terms.number(RDFS + "label")
        for s, p, o in triples.rows():
            if kinds[s] != IRI:
                continue
            if p == kind_of:
                if kinds[o] == IRI and not values[o].startswith(_SCHEMA):
                    self.members[values[o]].append(s)
            elif kinds[o] != BLANK:
                cells[s].setdefault((values[p], tags[o]), []).append(o)
                if p == label and kinds[o] == LITERAL:
                    self.labels[values[s]].setdefault(tags[o], values[o])


@dataclass(frozen=True)
class _Table:
    """One class: its rows, and for each column its heading and what parts several values, or nothing."""

    name: str
    terms: Terms
    rows: Sequence[tuple[int, Cells]]
    columns: Mapping[Column, tuple[str, str | None]]

    def content(self) -> bytes:
        """The table as CSV (RFC 4180)."""
        values = self.terms.values
        output = io.StringIO(newline="")
        writer = csv.writer(output, lineterminator="\r\n")
        writer.writerow([_ID, *(heading for heading, _ in self.columns.values())])
        parts = [(column, separator or "") for column, (_, separator) in self.columns.items()]
        for thing, cells in self.rows:
            listed = ((cells.get(column, ()), separator) for column, separator in parts)
            writer.writerow(
                [values[thing], *(separator.join([values[n] for n in found]) for found, separator in listed)]
            )
        return output.getvalue().encode()

    def metadata(self, labels: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """The table's part of the metadata (Metadata Vocabulary for Tabular Data, 5.3 to 5.6)."""
        listed: list[dict[str, Any]] = [{"name": _ID, "titles": _ID, "datatype": "anyURI", "required": True}]
        for (predicate, tag), (heading, separator) in self.columns.items():
            column: dict[str, Any] = {"name": heading, "titles": heading, "propertyUrl": predicate}
            if tag:
                column["lang"] = tag
            else:
                found = {n for _, cells in self.rows for n in cells.get((predicate, tag), ())}
                column["datatype"] = _datatype(self.terms[number] for number in found)
            if separator:
                column["separator"] = separator
            if predicate in labels:
                column["rdfs:label"] = _texts(labels[predicate])
            listed.append(column)
        schema = {"aboutUrl": "{+id}", "primaryKey": _ID, "columns": listed}
        title = {"dc:title": _texts(labels[self.name])} if self.name in labels else {}
        return {"dc:subject": {"@id": self.name}, **title, "tableSchema": schema}


def tables_of(
    triples: Triples,
    base: str,
    prefixes: Mapping[str, str],
    languages: Sequence[str],
    among: Collection[str] | None = None,
) -> dict[str, bytes]:
    """File name to content: a table of each class of the project's own (of any where it has none), and the metadata.

    With `among` only those of these classes.
    """
    things = _Things(triples.terms)
    things.read(triples)
    values = triples.terms.values
    classes = {name for name in things.members if among is None or name in among}
    own = {name for name in classes if name.startswith(base)}
    names = _names(sorted(own or classes), prefixes)
    files: dict[str, bytes] = {}
    described: list[dict[str, Any]] = []
    for name, short in names.items():
        rows = [(thing, things.cells.get(thing, {})) for thing in sorted(things.members[name], key=values.__getitem__)]
        columns = _columns([cells for _, cells in rows], values, base, prefixes, languages)
        table = _Table(name, triples.terms, rows, columns)
        files[f"{short}.csv"] = table.content()
        described.append({"url": f"{short}.csv", **table.metadata(things.labels)})
    if files:
        metadata = {"@context": "http://www.w3.org/ns/csvw", "tables": described}
        files[METADATA] = (json.dumps(metadata, ensure_ascii=False, indent=1) + "\n").encode()
    return files


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as one zip, the same bytes for the same content."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, files[name])
    return output.getvalue()


def _columns(
    rows: Sequence[Cells], values: Sequence[str], base: str, prefixes: Mapping[str, str], languages: Sequence[str]
) -> dict[Column, tuple[str, str | None]]:
    """The columns: labels first, then the project's properties, then others; per property its languages first."""
    order = {tag.lower(): place for place, tag in enumerate(languages)}

    def rank(column: Column) -> tuple[bool, bool, str, int, str]:
        name, tag = column
        return name != RDFS + "label", not name.startswith(base), name, order.get(tag.lower(), len(order)), tag

    found = sorted({column for cells in rows for column in cells}, key=rank)
    names = _names(dict.fromkeys(predicate for predicate, _ in found), prefixes)
    taken = {_ID}
    columns: dict[Column, tuple[str, str | None]] = {}
    for predicate, tag in found:
        wanted = f"{names[predicate]}_{tag.replace('-', '_')}" if tag else names[predicate]
        heading = next(free for free in _numbered(wanted) if free.lower() not in taken)
        taken.add(heading.lower())
        columns[predicate, tag] = heading, _separator([cells.get((predicate, tag), ()) for cells in rows], values)
    return columns


def _separator(column: Sequence[Sequence[int]], values: Sequence[str]) -> str | None:
    """What parts several values of a column, or None where each cell has one at most."""
    if all(len(cell) < 2 for cell in column):
        return None
    texts = [[values[number] for number in cell] for cell in column if cell]
    return next((one for one in SEPARATORS if all(one.join(cell).split(one) == cell for cell in texts)), SEPARATORS[-1])


def _texts(texts: Mapping[str, str]) -> list[Any]:
    return [{"@value": text, "@language": tag} if tag else text for tag, text in sorted(texts.items())]


def _datatype(values: Iterable[Term]) -> str:
    """The one built-in datatype of all values, else string (Model for Tabular Data, 4.6.2)."""
    kinds = {v.datatype.value.removeprefix(XSD) if isinstance(v, Literal) else "anyURI" for v in values}
    kind = kinds.pop() if len(kinds) == 1 else "string"
    return kind if kind in _DATATYPES else "string"


def _names(iris: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """A short name for each IRI: its local name; where two share one, with the prefix; else with a number."""
    listed = list(iris)
    counts = Counter(_local(iri).lower() for iri in listed)
    taken = {_ID}
    found: dict[str, str] = {}
    for iri in listed:
        local = _local(iri)
        wanted = local if counts[local.lower()] == 1 else f"{_prefix(iri, prefixes)}_{local}"
        found[iri] = name = next(free for free in _numbered(wanted) if free.lower() not in taken)
        taken.add(name.lower())
    return found


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1


def _local(iri: str) -> str:
    last = re.split(r"[/#:]", iri.rstrip("/#"))[-1]
    return re.sub(r"[^A-Za-z0-9]+", "_", last).strip("_") or "x"


def _prefix(iri: str, prefixes: Mapping[str, str]) -> str:
    fitting = [(len(space), name) for name, space in prefixes.items() if name and iri.startswith(space)]
    return re.sub(r"[^A-Za-z0-9]+", "_", max(fitting)[1]) if fitting else "x"
