"""The file of accepted links: Turtle that ldpub alone writes, the same bytes for the same links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse

from ldpub.build.linking.table import Row
from ldpub.build.linking.things import Linking
from ldpub.errors import Fault, SourceError

HEAD = "# Accepted links. `ldpub link --write` writes this file anew: put links that you keep by hand into another.\n"

Link = tuple[str, str]
"""A thing, and the IRI to which it is linked."""


def accepted_links(
    rows: Iterable[tuple[Row, int]], linked: Mapping[str, Sequence[str]], linking: Linking, file: str
) -> list[Link]:
    """The links that a table accepts; `linked` are the things of the project with the identifiers they are linked to.

    Raises SourceError where a thing has two, is linked to another item already, or is none of the project's.
    """
    found: dict[str, str] = {}
    faults: list[Fault] = []
    for row, line in rows:
        if row.is_accepted:
            if wrong := _wrong(row, found, linked):
                faults.append(Fault(f"<{row.thing}> {wrong}", file, line, mend="take the yes away"))
            found.setdefault(row.thing, row.candidate)
    if faults:
        raise SourceError(faults)
    return [(thing, linking.target + id_) for thing, id_ in found.items()]


def _wrong(row: Row, found: Mapping[str, str], linked: Mapping[str, Sequence[str]]) -> str | None:
    if row.thing not in linked:
        return "is no thing of the project that is linked"
    if found.get(row.thing, row.candidate) != row.candidate:
        return f"is accepted as {found[row.thing]} and as {row.candidate}"
    others = [id_ for id_ in linked[row.thing] if id_ != row.candidate]
    return f"is linked to {others[0]} already" if others else None


def write_links(path: Path, links: Iterable[Link], linking: Linking) -> int:
    """Add links to the file, which is made if it is not there; returns how many it holds.

    Raises SourceError where the file is somebody else's.
    """
    kept = _read(path, linking)
    lines = [f"<{thing}> <{linking.property}> <{target}> ." for thing, target in sorted({*kept, *links}, key=_order)]
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(path.name + ".new")
    written.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    written.replace(path)
    return len(lines)


def _read(path: Path, linking: Linking) -> list[Link]:
    if not path.exists():
        return []
    text = path.read_bytes()
    if not text.startswith(HEAD.encode()):
        mend = "name another file in link.file: this one has a first line that ldpub did not write"
        raise SourceError([Fault("this file is kept by hand and would be overwritten", path.name, 1, mend=mend)])
    triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    return [
        (triple.subject.value, triple.object.value)
        for triple in triples
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode)
        if triple.predicate.value == linking.property
    ]


def _order(link: Link) -> tuple[str, str, int, str]:
    """By thing, then by what is linked, numbers at the end as numbers."""
    number = re.search(r"[0-9]+$", link[1])
    return link[0], link[1][: number.start()] if number else link[1], int(number[0]) if number else -1, link[1]
