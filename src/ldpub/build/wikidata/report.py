"""The comparison with Wikidata as text and as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from ldpub.build.wikidata.difference import KINDS, Difference

_HEADS = {
    "conflict": "Contradictions",
    "missing": "Wikidata lacks",
    "detail": "Wikidata lacks a part of",
    "theirs": "Only in Wikidata",
    "held": "Not for Wikidata",
    "unknown": "Unknown",
    "same": "The same",
}


def as_text(found: Sequence[Difference]) -> str:
    """A paragraph per kind, a line per statement; of what is the same only the number."""
    lines = []
    for kind in KINDS:
        those = [one for one in found if one.kind == kind]
        lines.append(f"{_HEADS[kind]}: {len(those)}")
        if kind != "same":
            lines += [f"  {_line(one)}" for one in those]
    return "".join(f"{line}\n" for line in lines)


def _line(one: Difference) -> str:
    said = f"{_name(one.subject, one.subject_name)} {one.number} {_name(one.value, one.value_name)}"
    return f"{said}: {one.message}" if one.message else said


def _name(id_: str, name: str) -> str:
    return f"{name} ({id_})" if id_ and id_ != name else name


def as_csv(found: Sequence[Difference]) -> str:
    """A line per statement, those that are the same as well."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "property", "subject", "subject_name", "value", "value_name", "message", "thing"])
    for one in found:
        named = [one.subject, one.subject_name, one.value, one.value_name]
        writer.writerow([one.kind, one.number, *named, one.message, one.thing])
    return out.getvalue()
