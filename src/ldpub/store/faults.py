"""What the engine's SyntaxError says, made fit to read: the place, what stands there, and the reason where it is known.

The engine's parser reports the furthest place at which any of its alternatives gave up, often some characters past the
mistake, with every terminal it would have taken. So the mistake is looked for by halving: the shortest beginning of the
query that no ending could complete ends with the token at fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from pyoxigraph import Store

from ldpub.errors import MalformedQueryError
from ldpub.namespaces import PREFIXES
from ldpub.store.guard import declared_prefixes
from ldpub.store.scopes import out_of_scope
from ldpub.store.tokens import Token, place, significant_tokens

Parse = Callable[[str], str | None]
"""The engine's parser: the report of its SyntaxError, or None if the text is a query."""

_REPORT = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_SENTENCE = re.compile(r"(?:^|, )((?:[A-Z][a-zA-Z]*|language) [a-zA-Z ?*]+)(?=,|$)")
_CLASS = re.compile(r"\[[^\]]*\]")
_HALVED_AT_MOST = 50_000  # characters; a longer query gets the engine's own place
_PADDING = 40  # blanks; more than the longest keyword, by which the parser may read too far


def report_of(text: str) -> str | None:
    """What the engine's parser has against a text, None if it is a query; nothing is asked but an empty store."""
    try:
        Store().query(text)
    except SyntaxError as error:
        return str(error)
    except RuntimeError:  # a function nobody knows: the text is a query
        return None
    return None


def malformed(text: str, report: str, parse: Parse, prefixes: Mapping[str, str] = PREFIXES) -> MalformedQueryError:
    """The error for a query that the engine's parser does not take, from the parser's own words.

    `prefixes` are offered where a query does not declare them.
    """
    significant = significant_tokens(text)
    unknown = undeclared(text, significant, prefixes)
    if unknown is not None:
        return unknown
    match = _REPORT.search(report)
    if match is None or len(text) > _HALVED_AT_MOST:
        return _reported(report, match)
    if scoped := out_of_scope(text, significant, parse):
        return _at(text, *scoped)
    reason = _SENTENCE.search(_CLASS.sub("", match.group(3)))
    return _at(text, _at_fault(text, significant, parse), reason.group(1) if reason else None)


def _reported(report: str, match: re.Match[str] | None) -> MalformedQueryError:
    if match is None:
        return MalformedQueryError(report)
    line, column = int(match.group(1)), int(match.group(2))
    return MalformedQueryError(f"Near line {line}, column {column}: the query is malformed.", line, column)


def _at(text: str, token: Token | None, reason: str | None) -> MalformedQueryError:
    line, column = place(text, len(text.rstrip()) if token is None else token.start)
    found = "did not expect the end of the query here" if token is None else f"did not expect {_shown(token)} here"
    if reason:
        found = reason if reason[1].isupper() or reason[0] in "?$" else reason[0].lower() + reason[1:]
    return MalformedQueryError(f"Line {line}, column {column}: {found}.", line, column)


def _shown(token: Token) -> str:
    return token.text if len(token.text) <= 60 else token.text[:57] + "..."


def _at_fault(text: str, significant: Sequence[Token], parse: Parse) -> Token | None:
    """The first token that cannot follow those before it, or None if only the end is wrong."""
    low, high = 0, len(significant)
    while low < high:
        middle = (low + high) // 2
        token = significant[middle]
        if _completable(text[: token.start + len(token.text)], parse):
            low = middle + 1
        else:
            high = middle
    return significant[low] if low < len(significant) else None


def _completable(beginning: str, parse: Parse) -> bool:
    """Whether the parser reads this beginning to its end: padded with blanks, it fails only behind them."""
    padded = beginning + "\n" + " " * _PADDING + "\0"
    report = parse(padded)
    match = _REPORT.search(report or "")
    return match is not None and (int(match.group(1)) > padded.count("\n") and int(match.group(2)) > _PADDING)


def undeclared(
    text: str, significant: Sequence[Token], prefixes: Mapping[str, str] = PREFIXES
) -> MalformedQueryError | None:
    """The error for the first prefixed name whose prefix no PREFIX declares, if there is one."""
    token = next(undeclared_names(significant), None)
    return None if token is None else _undeclared_error(text, token, prefixes)


def undeclared_names(significant: Sequence[Token]) -> Iterator[Token]:
    """The prefixed names whose prefix no PREFIX declares."""
    declared = declared_prefixes(significant)
    previous = ""
    for token in significant:
        if token.kind == "prefixed" and previous != "PREFIX" and token.text.partition(":")[0] not in declared:
            yield token
        previous = token.text.upper()


def _undeclared_error(text: str, token: Token, prefixes: Mapping[str, str]) -> MalformedQueryError:
    line, column = place(text, token.start)
    name = token.text.partition(":")[0]
    known = prefixes.get(name, "...")
    return MalformedQueryError(
        f"Line {line}, column {column}: the prefix {name}: is not declared. "
        f"Begin the query with PREFIX {name}: <{known}>.",
        line,
        column,
    )
