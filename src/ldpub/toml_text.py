"""Places in the text of a TOML 1.0 document: tomllib keeps no positions, so that faults look for them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from ldpub.errors import Fault

_HEADER = re.compile(r"""\s*\[{1,2}\s*([\w.\s"'-]+?)\s*\]{1,2}\s*(?:#.*)?""")


def _header(line: str) -> str | None:
    """The name of the table that a line begins, or None."""
    match = _HEADER.fullmatch(line)
    return re.sub(r"[\s\"']", "", match[1]) if match else None


def line_of(name: str, text: str) -> tuple[int | None, str | None]:
    """Where `table.key` is set, and the line as it stands; nothing where it is not set in lines of its own."""
    table, key = name.split(".", 1)
    quoted = [rf"[\"']?{re.escape(part)}[\"']?" for part in (table, key)]
    at_top = re.compile(rf"\s*{quoted[0]}\s*(=|\.\s*{quoted[1]}\s*[=.])")
    in_table = re.compile(rf"\s*{quoted[1]}\s*[=.]")
    header = ""
    for number, line in enumerate(text.splitlines(), 1):
        if (table_of_line := _header(line)) is not None:
            header = table_of_line
            if header == name:
                return number, line
        elif (not header and at_top.match(line)) or (header == table and in_table.match(line)):
            return number, line
    return None, None


def line_of_table(table: str, text: str) -> tuple[int | None, str | None]:
    """Where a table begins, and the line as it stands."""
    return next(((n, line) for n, line in enumerate(text.splitlines(), 1) if _header(line) == table), (None, None))


def mend_of(name: str, default: object, purpose: str) -> str:
    """How a setting is written: with its default, or where that is empty as it could be; else what it is for."""
    value = default if isinstance(default, _PLAIN) and default else _EXAMPLES.get(name)
    if value is None:
        return purpose
    return f"for example {name.partition('.')[2]} = {json.dumps(value, ensure_ascii=False)}"


_PLAIN = (str, int, float, list)
_EXAMPLES: Mapping[str, object] = {
    "project.title": "My data",
    "project.description": "What is in my data.",
    "project.base": "https://example.org/my-data/",
    "project.license": "https://creativecommons.org/licenses/by/4.0/",
    "project.url": "https://www.example.org/",
    "project.version": "1.0.0",
    "project.issued": "2026-01-31",
    "project.modified": "2026-01-31",
    "project.themes": ["http://publications.europa.eu/resource/authority/data-theme/GOVE"],
    "project.examples": ["https://example.org/my-data/id/book/odyssey"],
    "catalogue.frequency": "http://publications.europa.eu/resource/authority/frequency/IRREG",
    "browse.classes": ["https://example.org/my-data/ontology#Book"],
    "serve.services": ["https://query.wikidata.org/sparql"],
    "serve.proxies": ["127.0.0.1"],
}
"""Values for settings whose default is empty."""


def syntax_fault(message: str, file: str, text: str) -> Fault:
    """What tomllib says of a document that is no TOML, with the place that it names."""
    place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)", message)
    lines = text.splitlines()
    line = int(place[1]) if place and place[1] else len(lines) if place else None
    column = int(place[2]) if place and place[2] else None
    excerpt = lines[line - 1] if line and line <= len(lines) else None
    said = message[: place.start()] if place else message
    return Fault(said, file, line or None, column, excerpt, mend="see https://toml.io/en/v1.0.0", code="syntax")
