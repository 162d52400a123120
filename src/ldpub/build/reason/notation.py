"""From the text of the rule table to rules: patterns over term numbers, with variables as names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ldpub.build.reason import table
from ldpub.build.reason.terms import constant

Slot = int | str
"""A term number, or the name of a variable (without the question mark)."""

Pattern = tuple[Slot, Slot, Slot]


@dataclass(frozen=True)
class ListPart:
    """The list of a rule: the variable of its head, and the names and the reading of its elements."""

    head: str
    names: tuple[str, ...]
    reading: str
    """`each` element, each `pair` of elements, or `all` elements at once."""


@dataclass(frozen=True)
class Rule:
    """One rule of the standard with one head; None as head is `false`."""

    name: str
    axioms: tuple[Pattern, ...]
    elements: ListPart | None
    body: tuple[Pattern, ...]
    head: Pattern | None


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of Tables 4, 5, 6, 7 and 9 that are compiled, in the order of the standard."""
    text = table.TABLE_4 + table.TABLE_5 + table.TABLE_6 + table.TABLE_7 + table.TABLE_9
    lines = (line for line in text.splitlines() if line)
    return tuple(rule for line in lines if line.split()[0] not in table.EQUALITY_RULES for rule in _parse(line))


@cache
def rule_names() -> frozenset[str]:
    """The names of all rules of the standard that this package honours."""
    names = {rule.name for rule in rules()}
    return frozenset(names) | table.EQUALITY_RULES | table.AXIOM_RULES | table.DATATYPE_RULES


def _parse(line: str) -> Iterator[Rule]:
    name, text = line.split(maxsplit=1)
    premises, _, consequent = text.partition("=>")
    axiom_text, bar, body_text = premises.partition("|")
    if not bar:
        axiom_text, body_text = "", axiom_text
    axioms, elements = _axioms(axiom_text)
    body = _patterns(body_text)
    if consequent.strip() == "false":
        yield Rule(name, axioms, elements, body, None)
        return
    for head in _patterns(consequent):
        yield Rule(name, axioms, elements, body, head)


def _axioms(text: str) -> tuple[tuple[Pattern, ...], ListPart | None]:
    match = re.search(r"\(([^)]*)\)", text)
    if match is None:
        return _patterns(text), None
    names = match[1].replace("?", "").split()
    reading = "all" if names[-1] == "..." else {1: "each", 2: "pair"}[len(names)]
    elements = ListPart("list", tuple(name for name in names if name != "..."), reading)
    return _patterns(text[: match.start()] + "?list" + text[match.end() :]), elements


def _patterns(text: str) -> tuple[Pattern, ...]:
    return tuple(_pattern(part) for part in re.split(r"\s\.\s", text.strip()) if part)


def _pattern(text: str) -> Pattern:
    s, p, o = (token[1:] if token.startswith("?") else constant(token) for token in text.split())
    return s, p, o
