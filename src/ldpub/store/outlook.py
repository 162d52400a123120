"""Which queries look like lookups: all they match hangs together and on something named, so they take milliseconds.

Only their place in the queue depends on it: nothing is refused for its looks, and what looks quick and is not is ended
like any other. So patterns are read roughly, and what cannot be read is no lookup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ldpub.errors import MalformedQueryError
from ldpub.store.tokens import Token, significant_tokens

_CHARACTERS_AT_MOST = 5_000
_IRI, _TERM = r"<[^<>\s]*+>", r"(?:<[^<>\s]*+>|\?\w++)"
_POINT = re.compile(
    rf"SELECT[\s\w?*]++\{{\s*+(?:{_IRI}\s++{_TERM}\s++{_TERM}|{_TERM}\s++{_TERM}\s++{_IRI})\s*+\.?\s*+\}}[^{{}}()]*+"
)
"""One triple pattern that names its subject or its object: what most lookups look like, known at a glance."""
_CONSTANTS = frozenset(("iri", "prefixed", "string", "number"))
_TERMS = _CONSTANTS | {"variable", "blank"}
_SKIPPED = frozenset(("FILTER", "BIND", "HAVING"))
_COMPUTED = frozenset(("BIND", "GROUP_CONCAT", "COUNT", "SUM", "AVG", "REGEX", "REPLACE", "CONCAT"))
_COMPUTATIONS_AT_MOST = 4  # of these, more than which may take longer than the matching
_CLOSING = {"(": ")", "{": "}"}

Triple = tuple[Token, list[Token], Token]


def is_lookup(text: str) -> bool:
    """Whether each group of connected triple patterns names an IRI or a literal as a subject or an object."""
    if len(text) > _CHARACTERS_AT_MOST:
        return False
    if _POINT.fullmatch(text):
        return True
    try:
        significant = significant_tokens(text)
    except MalformedQueryError:
        return False
    if _has_closure(significant) or _computations(significant) > _COMPUTATIONS_AT_MOST:
        return False
    groups = _Groups()
    triples = 0
    for subject, path, object_ in _triples(significant, groups):
        triples += 1
        groups.join([subject, *path, object_], anchored=not {subject.kind, object_.kind}.isdisjoint(_CONSTANTS))
    return triples > 0 and groups.all_anchored()


def _has_closure(significant: list[Token]) -> bool:
    """Whether a path may be followed any number of times."""
    return any(
        token.text in ("*", "+") and (before.kind in ("iri", "prefixed") or before.text in (")", "a"))
        for before, token in pairwise(significant)
    )


def _computations(significant: list[Token]) -> int:
    return sum(token.kind == "word" and token.text.upper() in _COMPUTED for token in significant)


class _Groups:
    """Variables that patterns connect, and which of the groups hang on a constant."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._anchored: set[str] = set()

    def _root(self, name: str) -> str:
        while (above := self._parent.setdefault(name, name)) != name:
            name = above
        return name

    def join(self, terms: list[Token], anchored: bool) -> None:
        """These terms stand in one pattern."""
        roots = [self._root(term.text) for term in terms if term.kind in ("variable", "blank")]
        for root in roots[1:]:
            self._parent[self._root(root)] = self._root(roots[0])
        if anchored:
            self._anchored.update(roots)

    def all_anchored(self) -> bool:
        """Whether no group floats."""
        hanging = {self._root(name) for name in self._anchored}
        return all(self._root(name) in hanging for name in self._parent)


def _triples(significant: list[Token], groups: _Groups) -> Iterator[Triple]:
    """The triple patterns, read roughly; a pattern with brackets in it is given without an anchor."""
    at = next((place for place, token in enumerate(significant) if token.text == "{"), len(significant))
    statement: list[Token] = []
    while at < len(significant):
        token = significant[at]
        word = token.text.upper() if token.kind == "word" else ""
        if word in _SKIPPED:
            yield from _read(statement)
            statement, at = [], _behind_brackets(significant, at, "(")
            continue
        if word == "VALUES":
            yield from _read(statement)
            end = _behind_brackets(significant, at, "{")
            groups.join([t for t in significant[at:end] if t.kind == "variable"], anchored=True)
            statement, at = [], end
            continue
        if token.text in "{}." or (word and word != "A"):
            yield from _read(statement)
            statement = []
        else:
            statement.append(token)
        at += 1
    yield from _read(statement)


def _behind_brackets(significant: list[Token], at: int, opening: str) -> int:
    """The place behind the brackets that follow."""
    depth = 0
    for place in range(at + 1, len(significant)):
        if significant[place].text == opening:
            depth += 1
        elif significant[place].text == _CLOSING[opening]:
            depth -= 1
            if depth == 0:
                return place + 1
    return len(significant)


def _read(statement: list[Token]) -> Iterator[Triple]:
    """The triples of a statement with its `;` and `,`."""
    if any(token.kind in ("open", "close") for token in statement):
        floating = [token._replace(kind="variable") if token.kind in _TERMS else token for token in statement]
        terms = [token for token in floating if token.kind == "variable"]
        if terms:
            yield terms[0], terms, terms[-1]
        return
    subject: Token | None = None
    path: list[Token] = []
    for part, separator in _split(statement):
        terms = part
        if separator == "." and terms:
            subject, *terms = terms
        if separator != ",":
            path = [token for token in terms[:-1] if token.kind == "variable"]
        if subject is not None and terms:
            yield subject, path, terms[-1]


def _split(statement: list[Token]) -> Iterator[tuple[list[Token], str]]:
    """The parts between `;` and `,`, each with the sign before it, `.` for the first."""
    part: list[Token] = []
    separator = "."
    for token in statement:
        if token.text in (";", ","):
            yield part, separator
            part, separator = [], token.text
        elif token.kind in _TERMS or token.text == "a":
            part.append(token)
    yield part, separator
