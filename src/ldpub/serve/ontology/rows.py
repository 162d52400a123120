"""What an entry of the documentation holds: rows of a heading and values, bounded, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ldpub.serve.ontology.phrase import Phrase, Words, plain, written

SHOWN = 20
"""How many values a row shows."""


@dataclass(frozen=True)
class Row:
    """A heading and its values as HTML; `more` says how many are left out."""

    title: str
    entries: tuple[str, ...]
    more: str = ""


def facts(rows: Sequence[Row]) -> Markup:
    """Rows as a description list: put together here, because an ontology's page has thousands of them."""
    told = "".join(map(_fact, rows))
    return Markup(f'<dl class="facts">\n{told}</dl>') if rows else Markup()  # noqa: S704 - each value is HTML


def _fact(row: Row) -> str:
    values = "".join([f"<dd>{value}</dd>\n" for value in row.entries])
    more = f'<dd class="mark">{written(plain(row.more))}</dd>\n' if row.more else ""
    return f"<div><dt>{written(plain(row.title))}</dt>\n{values}{more}</div>\n"


@dataclass(frozen=True)
class Entry:
    """A term as the page shows it: `others` are its names in other languages, `page` is the document of its own.

    `alone` is the page of a term that has no such document: this entry and nothing else.
    """

    iri: str
    anchor: str
    page: str | None
    title: str
    others: Sequence[tuple[str, str]]
    marks: Sequence[str]
    is_deprecated: bool
    definition: Markup
    facts: Markup
    alone: str = ""


@dataclass(frozen=True)
class Group:
    """A section of the page: its key, its heading and its entries."""

    key: str
    title: str
    entries: Sequence[Entry]


def row(words: Words, key: str, phrases: Sequence[Phrase], shown: int = SHOWN) -> list[Row]:
    """A row of phrases under the word of a key; none where there are none."""
    return titled(words, words[key], phrases, shown)


def titled(words: Words, title: str, phrases: Sequence[Phrase], shown: int = SHOWN) -> list[Row]:
    """A row of phrases under a heading, each phrase once; none where there are none."""
    if not phrases:
        return []
    told = [phrase for phrase in dict.fromkeys(phrases) if phrase]
    if not told:
        return []
    more = words["and_more"].format(n=len(told) - shown) if len(told) > shown else ""
    return [Row(title, tuple(map(written, told[:shown])), more)]
