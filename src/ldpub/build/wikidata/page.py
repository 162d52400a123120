"""The comparison with Wikidata as one HTML page that needs nothing else: no script, nothing from another host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from ldpub.build.wikidata.difference import KINDS, Difference
from ldpub.build.wikidata.quickstatements import as_quickstatements
from ldpub.config import Text
from ldpub.labels import choose_text
from ldpub.link_settings import WIKIDATA

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "{title} and Wikidata",
        "source": "Wikidata as {source} has it.",
        "conflict": "Contradictions",
        "missing": "Wikidata lacks",
        "detail": "Wikidata lacks a part of",
        "theirs": "Only in Wikidata",
        "held": "Not for Wikidata",
        "unknown": "Unknown",
        "same": "The same",
        "subject": "Subject",
        "property": "Property",
        "value": "Value",
        "message": "Remark",
        "thing": "Ours",
        "none": "None.",
        "told": "For QuickStatements",
    },
    "de": {
        "title": "{title} und Wikidata",
        "source": "Wikidata nach {source}.",
        "conflict": "Widersprüche",
        "missing": "Fehlt in Wikidata",
        "detail": "In Wikidata unvollständig",
        "theirs": "Nur in Wikidata",
        "held": "Nicht für Wikidata",
        "unknown": "Unbekannt",
        "same": "Gleich",
        "subject": "Subjekt",
        "property": "Eigenschaft",
        "value": "Wert",
        "message": "Bemerkung",
        "thing": "Bei uns",
        "none": "Keine.",
        "told": "Für QuickStatements",
    },
}
_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;"
    "padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;"
    "border-bottom:1px solid color-mix(in srgb,currentColor 25%,transparent);overflow-wrap:break-word}"
    "pre{overflow:auto;padding:1rem;border:1px solid color-mix(in srgb,currentColor 25%,transparent)}"
)


def as_page(found: Sequence[Difference], lang: str, title: Text, source: str) -> str:
    """The page in a language; remarks are in English."""
    words = _WORDS[lang]
    head = escape(words["title"].format(title=choose_text(title, lang, ("en", "de")) or ""))
    parts = [_section(kind, [one for one in found if one.kind == kind], words) for kind in KINDS]
    commands = as_quickstatements(found)
    told = f"<h2>{words['told']}</h2>\n<pre>{escape(commands)}</pre>\n" if commands else ""
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{head}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{head}</h1>\n"
        f"<p>{escape(words['source'].format(source=source))}</p>\n{''.join(parts)}{told}</main>\n</body>\n</html>\n"
    )


def _section(kind: str, found: Sequence[Difference], words: Mapping[str, str]) -> str:
    head = f'<h2 id="{kind}">{words[kind]}: {len(found)}</h2>\n'
    if not found:
        return f"{head}<p>{words['none']}</p>\n"
    columns = ("subject", "property", "value", "message", "thing")
    named = "".join(f'<th scope="col">{words[name]}</th>' for name in columns)
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in _cells(one))}</tr>\n" for one in found)
    return f"{head}<table>\n<thead><tr>{named}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"


def _cells(one: Difference) -> tuple[str, ...]:
    thing = f'<a href="{escape(one.thing)}">{escape(one.thing.rsplit("/", 1)[-1])}</a>' if one.thing else ""
    subject, value = _item(one.subject, one.subject_name), _item(one.value, one.value_name)
    return subject, _item("", one.number), value, escape(one.message), thing


def _item(id_: str, name: str) -> str:
    return f'<a href="{escape(WIKIDATA + id_)}">{escape(name)}</a>' if id_ else escape(name)
