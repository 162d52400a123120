"""The table of candidates (CSV, RFC 4180) that a person reviews: the column `accept` says which are right."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from ldpub.build.linking.evidence import Candidate, Evidence
from ldpub.build.linking.items import IDENTIFIER
from ldpub.build.linking.things import Thing
from ldpub.errors import Fault, SourceError

YES = ("yes", "y", "x", "1", "true", "ja")
NO = ("", "no", "n", "0", "false", "nein")
_FORMULA = ("=", "+", "-", "@")
"""What spreadsheets take for the beginning of a formula; what a service says must not become one."""


@dataclass(frozen=True)
class Row:
    """A line of the table; `candidate` is empty where the service knows none for the thing."""

    accept: str = ""
    thing: str = ""
    label: str = ""
    candidate: str = ""
    name: str = ""
    description: str = ""
    score: str = ""
    fits: str = ""
    distance_km: str = ""
    same_country: str = ""
    kind: str = ""
    clear: str = ""
    remark: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether somebody said yes to it."""
        return self.accept.strip().lower() in YES


COLUMNS = tuple(field.name for field in fields(Row))


def rows_of(thing: Thing, found: Sequence[Candidate]) -> list[Row]:
    """The lines for a thing."""
    if not found:
        return [Row(thing=thing.iri, label=thing.label, remark="no candidate")]
    return [_row(thing, candidate) for candidate in found]


def _row(thing: Thing, candidate: Candidate) -> Row:
    item, evidence = candidate.item, candidate.evidence
    return Row(
        thing=thing.iri,
        label=_safe(thing.label),
        candidate=item.id,
        name=_safe(item.name),
        description=_safe(item.description),
        score=f"{item.score:g}",
        fits=_safe(f"{evidence.name}: {evidence.matched}") if evidence.name else "",
        distance_km="" if evidence.distance is None else f"{evidence.distance:.1f}",
        same_country={True: "yes", False: "no", None: ""}[evidence.same_country],
        kind=evidence.kind or "",
        clear="yes" if candidate.is_clear else "no",
        remark=_safe("; ".join(remarks(evidence, candidate.namesakes))),
    )


def remarks(evidence: Evidence, namesakes: Sequence[str] = ()) -> list[str]:
    """What a reviewer should look at."""
    levels = ", ".join(evidence.levels)
    found = {
        f"namesakes with a better or nearly the same score: {', '.join(namesakes)}": bool(namesakes),
        "no name fits": not evidence.name,
        "too far away": evidence.too_far,
        "in another country": evidence.same_country is False,
        f"of another kind: {levels}": evidence.kind == "other",
        f"of two kinds, one being {levels}": evidence.kind == "mixed",
    }
    return [text for text, holds in found.items() if holds]


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def accepting_clear(rows: Iterable[Row]) -> list[Row]:
    """The lines with yes at those that are clear and that nobody has judged."""
    return [replace(row, accept="yes") if row.clear == "yes" and not row.accept.strip() else row for row in rows]


def as_csv(rows: Iterable[Row]) -> str:
    """The table, things in the order of their IRIs, the candidates of one as they stand."""
    by_thing: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_thing[row.thing].append(row)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(row, name) for name in COLUMNS] for thing in sorted(by_thing) for row in by_thing[thing])
    return out.getvalue()


def read_table(path: Path) -> list[tuple[Row, int]]:
    """The lines of a table that is there, each with its number in the file; none where there is no file.

    Raises SourceError where it is no such table, or a line of it says neither yes nor no.
    """
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not reader.fieldnames or not {"accept", "thing", "candidate"} <= set(reader.fieldnames):
                mend = f"its first line is {','.join(COLUMNS)}"
                raise SourceError([Fault("this is no table of candidates", path.name, 1, mend=mend)])
            rows = [(Row(**{name: row.get(name) or "" for name in COLUMNS}), reader.line_num) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError([Fault(f"this is no CSV in UTF-8: {error}", path.name)]) from error
    faults = [fault for row, line in rows for fault in _faults(row, path.name, line)]
    if faults:
        raise SourceError(faults)
    return rows


def _faults(row: Row, file: str, line: int) -> list[Fault]:
    if row.accept.strip().lower() not in YES + NO:
        return [Fault(f"accept is {row.accept!r}", file, line, mend="write yes or no, or leave it empty")]
    if row.is_accepted and not IDENTIFIER.fullmatch(row.candidate):
        return [Fault(f"the candidate {row.candidate!r} cannot be linked", file, line, mend="take the yes away")]
    return []
