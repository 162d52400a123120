"""A value as HTML: put together here and not by a template's macro, because pages of things have hundreds of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from ldpub.serve.described import Value
from ldpub.serve.language import Words

_SPECIAL = re.compile("[&<>\"']")

if TYPE_CHECKING:  # sources are made of values, too
    from ldpub.serve.sources import Source


@pass_context
def show(context: Context, value: Value, w: Words, language: str, brief: bool = False) -> Markup:
    """A value with marks of its sources and a mark that leads to what it rests on; none of the latter if `brief`."""
    return Markup(_told(context, value, w, language, brief=brief))  # noqa: S704 - all of it is escaped


@pass_context
def show_all(context: Context, values: Sequence[Value], w: Words, language: str, brief: bool = False) -> Markup:
    """Values as `show` gives each, with commas between them: the cell of a table."""
    told = [_told(context, value, w, language, brief=brief) for value in values]
    return Markup(", ".join(told))  # noqa: S704 - all of it is escaped


@pass_context
def cells(
    context: Context,
    row: Sequence[Sequence[Value]],
    headings: Sequence[str],
    w: Words,
    language: str,
    *,
    brief: bool = False,
    end: str = "",
) -> Markup:
    """The cells of a row of a table, each with the heading that it has where rows are no rows; after each `end`."""
    found = [
        f'<td data-label="{escaped(heading)}">'
        + ", ".join([_told(context, value, w, language, brief=brief) for value in values])
        + f"</td>{end}"
        if values
        else f"<td></td>{end}"
        for heading, values in zip(headings, row, strict=False)
    ]
    return Markup("".join(found))  # noqa: S704 - all of it is escaped


@pass_context
def marks(context: Context, numbers: Sequence[int], w: Words) -> Markup:
    """The short names of a page's sources, with links to them."""
    return Markup(_marks(numbers, w, context.get("sources") or ()))  # noqa: S704 - all of it is escaped


def why_mark(href: str, is_inferred: bool, w: Words, about: str = "") -> Markup:
    """The sign that leads to what a statement rests on."""
    told = escaped(w["mark_inferred" if is_inferred else "mark_stated"])
    name = f"{told}: {escaped(about)}" if about else told
    sign = "∴" if is_inferred else "¶"
    return Markup(  # noqa: S704 - all of it is escaped
        f'<a class="mark" href="{escaped(href)}" title="{told}" aria-label="{name}">{sign}</a>'
    )


def escaped(text: str) -> str:
    """As markupsafe escapes, but as a plain string."""
    if _SPECIAL.search(text) is None:
        return text
    return escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")


def _told(context: Context, value: Value, w: Words, language: str, *, brief: bool) -> str:
    numbered = _marks(value.marks, w, context.get("sources") or ()) if value.marks else ""
    if numbered and value.text:
        numbered = f"&nbsp;<sup>{numbered}</sup>"
    why = f"&nbsp;{why_mark(value.why, value.is_inferred, w, value.text)}" if value.why and not brief else ""
    return _shown(context, value, w, language) + numbered + why


def _shown(context: Context, value: Value, w: Words, language: str) -> str:
    if value.rows:
        return _nested(context, value, w, language)
    if not value.text:
        return ""
    text, inferred = escaped(value.text), ' class="inferred"' if value.is_inferred else ""
    if value.href:
        external = ' rel="external"' if value.href.startswith(("http:", "https:")) else ""
        bare = " data-bare" if value.text == value.href else ""
        return f'<a href="{escaped(value.href)}"{external}{bare}{inferred}>{text}</a>'
    if value.datetime:
        return f'<time datetime="{escaped(value.datetime)}"{inferred}>{text}</time>'
    other = f' lang="{escaped(value.language)}"' if value.language and value.language != language else ""
    return f"<span{other}{inferred}>{text}</span>"


def _nested(context: Context, value: Value, w: Words, language: str) -> str:
    """What a blank node says, or the members of a list."""
    if not value.rows[0].name:
        members = "".join(f"<li>{show(context, one, w, language)}</li>\n" for one in value.rows[0].values)
        return f'<ol class="nested">\n{members}</ol>\n'
    rows = (
        f"<dt>{escaped(row.name)}</dt>\n"
        + "".join(f"<dd>{show(context, one, w, language)}</dd>\n" for one in row.values)
        for row in value.rows
    )
    return f'<dl class="nested">\n{"".join(rows)}</dl>\n'


def _marks(numbers: Sequence[int], w: Words, sources: Iterable[Source]) -> str:
    word = escaped(w["source"])
    links = (
        f'<a href="#page-source-{one.number}" title="{word}: {escaped(one.value.text)}">{escaped(one.code)}</a>'
        for one in sources
        if one.number in numbers
    )
    return f'<span class="source-marks">{", ".join(links)}</span>' if numbers else ""
