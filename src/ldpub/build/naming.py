"""Names of terms as people write them: prefixed names (Turtle, 2.4), what was probably meant, and where it stands."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.namespaces import XSD

Term = NamedNode | BlankNode | Literal | Triple

_LOCAL = re.compile(r"[\w][\w.-]*(?<!\.)|")
_LONGEST = 80
_LIKE = 0.7
"""From which ratio of difflib two names are alike."""
_BARE = frozenset(XSD + name for name in ("integer", "decimal", "boolean"))
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?|true|false")
_DECLARED = re.compile(r"^\s*@?prefix\s+([\w.-]*):\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
_HEAD = 20_000
"""Bytes at the beginning of a file in which prefixes are looked for."""


class Names:
    """Writes terms with the prefixes of a project."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes
        self._prefixes = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))

    def iri(self, iri: str) -> str:
        """A prefixed name where a prefix fits, else the IRI in angle brackets."""
        for prefix, namespace in self._prefixes:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def bare(self, iri: str) -> str:
        """The same, without the brackets."""
        return self.iri(iri).removeprefix("<").removesuffix(">")

    def term(self, term: object) -> str:
        """Any term, on one line: long literals are cut, a blank node is `[ ]`, whatever its name."""
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        if not isinstance(term, Literal):
            return "[ ]" if isinstance(term, BlankNode) else str(term)
        if term.datatype.value in _BARE and _NUMBER.fullmatch(term.value):
            return term.value
        shown = term.value if len(term.value) <= _LONGEST else term.value[:_LONGEST] + "…"
        text = str(Literal(shown))
        if term.language:
            return f"{text}@{term.language}"
        return text if term.datatype.value == XSD + "string" else f"{text}^^{self.iri(term.datatype.value)}"


def names_of(prefixes: Mapping[str, str], files: Iterable[Path]) -> Names:
    """Names by the prefixes of a project, and where it has none by those that its Turtle files declare."""
    found = dict(prefixes)
    known = set(prefixes.values())
    for file in files:
        with file.open("rb") as content:
            head = content.read(_HEAD).decode(errors="replace")
        for name, iri in _DECLARED.findall(head):
            if name not in found and iri not in known and ":" in iri:
                found[name] = iri
                known.add(iri)
    return Names(found)


def local_name(iri: str) -> str:
    """What follows the last `#`, `/` or `:` of an IRI."""
    return re.split(r"[#/:]", iri)[-1]


def namespace_of(iri: str) -> str:
    """An IRI without its local name."""
    return iri[: len(iri) - len(local_name(iri))]


def nearest(iri: str, known: Iterable[str]) -> str | None:
    """The IRI of these whose local name is most like that of another, if one is.

    Of names that differ in case alone that of the same namespace goes first, then that whose first letter has its case.
    """

    def unlike(one: str) -> tuple[bool, bool, str]:
        case = local_name(one)[:1].isupper() != local_name(iri)[:1].isupper()
        return namespace_of(one) != namespace_of(iri), case, one

    by_name: dict[str, str] = {}
    for one in sorted(known, key=unlike):
        by_name.setdefault(local_name(one).casefold(), one)
    found = difflib.get_close_matches(local_name(iri).casefold(), by_name, 1, _LIKE)
    return by_name[found[0]] if found else None


def column_of(iri: str, line: str | None) -> int | None:
    """The column (from 1) at which a line of Turtle or TOML names an IRI, whole or with any prefix; None if nowhere."""
    if line is None:
        return None
    local = re.escape(local_name(iri))
    found = re.search(rf"<?{re.escape(iri)}(?![\w-])|(?<![\w-])[\w.-]*:{local}(?![\w-])", line)
    return found.start() + 1 if found else None
