"""The validation results as lines of JSON (SHACL, 3.6.2), for the page that groups them by shape: with file and line.

The first line is the list of groups; one line for each result follows, so that a page reads no more than it shows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pyoxigraph import BlankNode, NamedNode

from ldpub.build.results import Severity, ValidationResult

_TIERS = tuple(Severity)


def report_lines(results: Iterable[ValidationResult]) -> str:
    """The results, the gravest first, then by shape (or constraint, where the shape has no IRI), file and line.

    Nodes with an IRI are `<...>`, as in N-Triples.
    """
    rows = sorted((_row(result) for result in results), key=_place)
    counts = Counter((row["severity"], row["shape"], row["shape"] or row["component"]) for row in rows)
    groups = [
        {"severity": severity, "shape": shape, "name": name, "count": count}
        for (severity, shape, name), count in counts.items()
    ]
    return "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in (groups, *rows))


def _row(result: ValidationResult) -> dict[str, Any]:
    """A result; the label of a blank node is left out, for it says nothing."""
    return {
        "severity": result.severity.value,
        "shape": result.shape or "",
        "component": result.component,
        "focus": _text(result.focus),
        "path": result.path or "",
        "value": "" if result.value is None else _text(result.value),
        "messages": dict(result.messages),
        "file": result.file or "",
        "line": result.line or 0,
    }


def _text(term: object) -> str:
    if isinstance(term, BlankNode):
        return "_:"
    return str(term) if isinstance(term, NamedNode) else str(getattr(term, "value", term))


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    tier = _TIERS.index(Severity(row["severity"]))
    return (
        tier,
        row["shape"] or row["component"],
        row["file"],
        row["line"],
        row["focus"],
        row["path"],
        row["component"],
        row["value"],
        repr(sorted(row["messages"].items())),
    )
