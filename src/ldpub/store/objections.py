"""SPARQL 1.1 and 1.2 grammar: what it forbids and the engine's parser takes all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ldpub.errors import MalformedQueryError
from ldpub.store.tokens import Token, place, significant_tokens

_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])

WORDS = tuple(sorted(map(str.lower, _AGGREGATES)))
"""One of these or of SIGNS a query holds that is objected to."""

SIGNS = r"<(?:[?$0-9(]|<\s*\(|[^<>\s&,]*+[&,])"
"""An expression for what else it may hold."""

_SUSPECT = re.compile(rf"{SIGNS}|\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)  # cheaper than taking it into tokens
_EXPRESSIONS = frozenset(["FILTER", "HAVING", "BIND"])
_LITERALS = frozenset(["string", "number"])


def object_to(text: str) -> None:
    """Raise MalformedQueryError if the text is no query for a reason that the engine's parser does not see.

    These are: an IRI behind an operand (`?a<?b&&?c>?d`: 19.8 takes the longest token), an aggregate inside an
    aggregate, and a literal or a triple term as the subject of a triple term in an expression (SPARQL 1.2).
    """
    if not _SUSPECT.search(text):
        return
    significant = significant_tokens(text)
    for token, why in (*_iris_as_operators(significant), *_nested(significant), *_subjects(significant)):
        line, column = place(text, token.start)
        raise MalformedQueryError(f"Line {line}, column {column}: {why}.", line, column)


def _iris_as_operators(significant: list[Token]) -> Iterator[tuple[Token, str]]:
    for start, end in _calls(significant, _EXPRESSIONS):
        for before, token in zip(significant[start:end], significant[start + 1 : end], strict=False):
            if token.text in ("{", "<<"):  # patterns and triples, where an IRI may follow
                break
            if token.kind == "iri" and (before.kind in ("variable", *_LITERALS) or before.text == ")"):
                yield token, f"{token.text} is an IRI by the grammar; put a space behind `<`"


def _nested(significant: list[Token]) -> Iterator[tuple[Token, str]]:
    for start, end in _calls(significant, _AGGREGATES):
        for at in range(start + 1, end):
            if significant[at].text == "{":
                break
            if significant[at].text.upper() in _AGGREGATES and significant[at + 1].text == "(":
                yield significant[at], f"{significant[at].text} stands inside an aggregate"


def _subjects(significant: list[Token]) -> Iterator[tuple[Token, str]]:
    for start, end in _calls(significant, _EXPRESSIONS):
        for at in range(start + 1, end - 1):
            if significant[at].text == "{":
                break
            if significant[at].text == "<<" and significant[at + 1].text == "(":
                yield from _subject(significant[at + 2])


def _subject(token: Token) -> Iterator[tuple[Token, str]]:
    if token.kind in _LITERALS or token.text.lower() in ("true", "false", "+", "-"):
        yield token, "a literal cannot be the subject of a triple term"
    if token.text == "<<":
        yield token, "a triple term cannot be the subject of a triple term in an expression"


def _calls(significant: list[Token], names: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where one of these words is followed by brackets: the places of the opening and the closing one."""
    open_at: list[int] = []
    for at, token in enumerate(significant):
        if token.kind == "open":
            open_at.append(at)
        elif token.kind == "close" and open_at:
            start = open_at.pop()
            if significant[start].text == "(" and start and significant[start - 1].text.upper() in names:
                yield start, at
