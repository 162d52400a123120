"""A value as HTML: put together here and not by a template's macro, because pages of things have hundreds of them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from markupsafe import Markup

from ldpub.serve.described import Value
from ldpub.serve.language import Words


def show(value: Value, w: Words, language: str, brief: bool = False) -> Markup:
    """A value with the numbers of its sources and a mark that leads to what it rests on; `brief` where it is one of
    many."""
    return Markup(_shown(value, w, language) + _marks(value.marks, w) + _evidence(value, w, brief))  # noqa: S704


def marks(numbers: Sequence[int], w: Words) -> Markup:
    """The numbers of sources, with links to them."""
    return Markup(_marks(numbers, w))  # noqa: S704 - numbers, and a word of the catalogue that is escaped


def escaped(text: str) -> str:
    """As markupsafe escapes, but as a plain string."""
    return escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")


def _shown(value: Value, w: Words, language: str) -> str:
    if value.rows:
        return _nested(value, w, language)
    if not value.text:
        return ""
    text, inferred = escaped(value.text), ' class="inferred"' if value.is_inferred else ""
    if value.href:
        external = ' rel="external"' if value.href.startswith(("http:", "https:")) else ""
        return f'<a href="{escaped(value.href)}"{external}{inferred}>{text}</a>'
    if value.datetime:
        return f'<time datetime="{escaped(value.datetime)}"{inferred}>{text}</time>'
    other = f' lang="{escaped(value.language)}"' if value.language and value.language != language else ""
    return f"<span{other}{inferred}>{text}</span>"


def _nested(value: Value, w: Words, language: str) -> str:
    """What a blank node says, or the members of a list."""
    if not value.rows[0].name:
        members = "".join(f"<li>{show(one, w, language)}</li>\n" for one in value.rows[0].values)
        return f'<ol class="nested">\n{members}</ol>\n'
    rows = (
        f"<dt>{escaped(row.name)}</dt>\n" + "".join(f"<dd>{show(one, w, language)}</dd>\n" for one in row.values)
        for row in value.rows
    )
    return f'<dl class="nested">\n{"".join(rows)}</dl>\n'


def _marks(numbers: Sequence[int], w: Words) -> str:
    if not numbers:
        return ""
    word = escaped(w["source"])
    links = (f'<a href="#page-source-{n}" aria-label="{word} {n}">{n}</a>' for n in numbers)
    return f"<sup>{',&#8239;'.join(links)}</sup>"


def _evidence(value: Value, w: Words, brief: bool) -> str:
    """A link to what a statement rests on: of many only where it was inferred."""
    if not value.why:
        return f' <small class="mark">{escaped(w["inferred"])}</small>' if value.is_inferred else ""
    why = escaped(value.why)
    if brief:
        label = f'aria-label="{escaped(w["inferred"])}">∴'
        return f' <a class="mark" href="{why}" {label}</a>' if value.is_inferred else ""
    if value.is_inferred:
        return f' <a class="mark" href="{why}" title="{escaped(w["why"])}">{escaped(w["inferred"])}</a>'
    return f' <a class="mark" href="{why}" aria-label="{escaped(w["evidence"])}">¶</a>'
