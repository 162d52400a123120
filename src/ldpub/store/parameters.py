"""Parameters of a query: values bound to variables in VALUES blocks (SPARQL 1.1 Query, 10.2), never spliced as text.

A query with parameters is whole: `VALUES ?city { city:here }` holds the default, and binding a value puts a term
that the engine's serializer wrote where the default stands. `UNDEF` as the default leaves the variable open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import XSD
from ldpub.store.guard import declared_prefixes
from ldpub.store.tokens import Token, resolve_codepoints, significant_tokens

Term = NamedNode | Literal
Value = Term | None
"""What a variable is bound to; None leaves it open."""

KINDS = ("iri", "string", "integer", "decimal", "date", "year", "language")
"""The kinds of values: a year is a whole number of four digits, to be compared with what YEAR() gives, a language a tag
(RFC 5646) in lower case, to be compared with what LANG() gives."""

CHARACTERS = 1000
"""How long a value may be."""

_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8}){0,5}")
_FORMS = {
    "integer": (re.compile(r"[+-]?[0-9]{1,18}"), "integer", "a whole number"),
    "decimal": (re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?"), "decimal", "a number such as 1.5"),
    "year": (re.compile(r"[0-9]{4}"), "integer", "a year of four digits"),
    "date": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "date", "a date such as 2026-01-31"),
}


@dataclass(frozen=True)
class Parameter:
    """A variable that is asked for: its name, its kind, the class or SKOS scheme of what is offered, its labels."""

    name: str
    kind: str
    class_iri: str
    scheme: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Block:
    """A `VALUES ?x { term }` of one value: where the term stands in the text, and what it is."""

    start: int
    end: int
    value: Value


def read_value(kind: str, text: str) -> Term:
    """The term of a kind that a text writes; raises ValueError saying what it must be."""
    if len(text) > CHARACTERS:
        raise ValueError(f"it may have {CHARACTERS} characters")
    if kind == "iri":
        try:
            return NamedNode(text)
        except ValueError as error:
            raise ValueError("it must be an absolute IRI") from error
    if kind == "string":
        if re.search(r"\\[uU]|[\0\ud800-\udfff]", text):
            raise ValueError("it must be text without NUL and without a backslash before u")
        return Literal(text)
    if kind == "language":
        if not _LANGUAGE.fullmatch(text.lower()):
            raise ValueError("it must be a language tag such as en")
        return Literal(text.lower())
    form, datatype, said = _FORMS[kind]
    if not form.fullmatch(text) or (kind == "date" and not _is_day(text)):
        raise ValueError(f"it must be {said}")
    return Literal(text, datatype=NamedNode(XSD + datatype))


def blocks(text: str) -> dict[str, Block]:
    """The variables that a VALUES block gives one value: by name, where each is given so once.

    Raises MalformedQueryError at a string that does not end.
    """
    significant = significant_tokens(text)
    prefixes = declared_prefixes(significant)
    found: dict[str, list[Block | None]] = {}
    for at, token in enumerate(significant):
        if token.kind == "word" and token.text.upper() == "VALUES":
            name, block = _block(significant[at + 1 :][:12], prefixes)
            found.setdefault(name, []).append(block)
    return {name: some[0] for name, some in found.items() if len(some) == 1 and some[0] is not None}


def bind(text: str, values: Mapping[str, Value]) -> str:
    """The query with these values in the place of the defaults; raises KeyError where a variable has no block."""
    known = blocks(text)
    for name in sorted(values, key=lambda name: -known[name].start):
        block, value = known[name], values[name]
        text = f"{text[: block.start]}{'UNDEF' if value is None else value}{text[block.end :]}"
    return text


def _block(after: Sequence[Token], prefixes: Mapping[str, str | None]) -> tuple[str, Block | None]:
    """The variable after a VALUES, and its block if that is `{ term }`."""
    texts = [token.text for token in after]
    if len(after) < 4 or after[0].kind != "variable" or texts[1] != "{" or "}" not in texts[:8]:
        return texts[0][1:] if after else "", None
    inside = after[2 : texts.index("}")]
    if not inside:
        return texts[0][1:], None
    try:
        value = _value(inside, prefixes)
    except ValueError:
        return texts[0][1:], None
    last = inside[-1]
    return texts[0][1:], Block(inside[0].start, last.start + len(last.text), value)


def _value(inside: Sequence[Token], prefixes: Mapping[str, str | None]) -> Value:
    """What the tokens of a value say; raises ValueError where they are not one value of a kind that is known."""
    first, *others = inside
    if not others and first.kind == "word" and first.text.upper() == "UNDEF":
        return None
    if not others and first.kind in ("iri", "prefixed"):
        return NamedNode(iri_of(first.text, prefixes))
    if not others and first.kind == "number" and re.fullmatch(r"[0-9]+(\.[0-9]+)?", first.text):
        return Literal(first.text, datatype=NamedNode(XSD + ("decimal" if "." in first.text else "integer")))
    if first.kind == "string" and first.text[:3] not in ('"""', "'''") and "\\" not in first.text:
        if not others:
            return Literal(first.text[1:-1])
        if len(others) == 2 and others[0].text == "^^":
            return Literal(first.text[1:-1], datatype=NamedNode(iri_of(others[1].text, prefixes)))
    raise ValueError("no single value")


def iri_of(text: str, prefixes: Mapping[str, str | None]) -> str:
    """The IRI of `<...>` or of a prefixed name; raises ValueError where the prefix is not declared."""
    if text.startswith("<"):
        return resolve_codepoints(text[1:-1])
    prefix, _, local = text.partition(":")
    namespace = prefixes.get(prefix)
    if namespace is None:
        raise ValueError(f"the prefix {prefix}: is not declared")
    return namespace + re.sub(r"\\(.)", r"\1", local)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
