"""What a page need not say twice: inferred super-properties, texts that stand elsewhere, links that a table has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from ldpub.serve.described import Row, Value
from ldpub.serve.quads import Quad

Quads = Mapping[str, Sequence[Quad]]


def without_super_properties(
    found: Quads, above: Mapping[str, Collection[str]], is_inferred: Callable[[Quad], bool]
) -> dict[str, Sequence[Quad]]:
    """Statements by property, without those of inferred super-properties that lead to what a property below does."""
    ends = {name: {(quad.subject, quad.object) for quad in quads} for name, quads in found.items()}
    said = {
        higher
        for name in found
        for higher in above.get(name, ())
        if higher in found and ends[higher] == ends[name] and all(map(is_inferred, found[higher]))
    }
    return {name: quads for name, quads in found.items() if name not in said}


def without_said_texts(rows: Iterable[Row], said: Iterable[str]) -> list[Row]:
    """Rows without those of texts that were said before, and of numbers that a link to another data set names."""
    kept: list[Row] = []
    rows = list(rows)
    texts = set(said)
    identifiers = {value.text.rpartition(" ")[2] for row in rows for value in row.values if _is_external(value)}
    for row in rows:
        own = {value.text for value in row.values if not value.href and not value.rows}
        is_text = any(value.language for value in row.values)
        is_repeated = own <= (texts if is_text else identifiers) and len(own) == len(row.values) > 0
        if not is_repeated:
            kept.append(row)
            texts |= own if is_text else set()
    return kept


def _is_external(value: Value) -> bool:
    return bool(value.href and value.href.startswith(("http:", "https:")) and " " in value.text)


def folded(rows: Iterable[Row], shown: Collection[str], names: Collection[str]) -> tuple[list[Row], list[Row]]:
    """Rows to be shown, and inferred ones of which every value is linked on the page, or named, already."""
    kept: list[Row] = []
    apart: list[Row] = []
    for row in rows:
        is_said = all(value.href in shown or value.text in names for value in row.values)
        (apart if row.is_inferred and is_said and row.values and not row.more else kept).append(row)
    return kept, apart
