"""SPARQL 1.1 Query Language, 19.8: the terminals of the grammar, read by one expression in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ldpub.errors import MalformedQueryError

# PN_CHARS_BASE and PN_CHARS of the grammar, as the inside of a character class.
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = _BASE + r"_0-9\-\u00b7\u0300-\u036f\u203f-\u2040"
_ESCAPE = r"\\[_~.\-!$&'()*+,;=/?#@%]"
_PLAIN = rf"[{_CHARS}:]|%[0-9A-Fa-f]{{2}}|{_ESCAPE}"
# A local name or label holds dots, but does not end with one.
_LOCAL = rf"(?:[{_BASE}_0-9:]|%[0-9A-Fa-f]{{2}}|{_ESCAPE})(?:{_PLAIN}|\.+(?={_PLAIN}))*+"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"

# Every loop is possessive and every failed long form is caught by the next line, so no text is read more than thrice.
_TERMINALS = rf"""
(?P<trivia>(?:[ \t\r\n]|\#[^\r\n]*+)++)
|(?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]|{_UCHAR})*+>)
|(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*+'''
    |(?!\"\"\"|''')(?:"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+'))
|(?P<unterminated>["'])
|(?P<number>(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
|(?P<variable>[?$][{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*+)
|(?P<blank>_:[{_BASE}_0-9](?:[{_CHARS}]|\.+(?=[{_CHARS}]))*+)
|(?P<prefixed>(?:[{_BASE}][{_CHARS}.]*+)?+:(?:{_LOCAL})?+)
|(?P<word>[{_BASE}_][{_CHARS}.]*+)
|(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
|(?P<open><<|[(\[{{])
|(?P<close>>>|[)\]}}])
|(?P<operator>\|\||&&|\^\^|!=|<=|>=|[!+\-*/|^=<>.;,?&~$])
|(?P<other>.)
"""
_TOKEN = re.compile(_TERMINALS, re.VERBOSE | re.DOTALL)


class Token(NamedTuple):
    """One terminal: its kind (the name of a group in the expression), its text, and where it begins."""

    kind: str
    text: str
    start: int


_token = tuple.__new__  # what a Token's own constructor calls, in half its time


def tokens(text: str) -> Iterator[Token]:
    """Every terminal of the text in order, white space and comments (`trivia`) included; together they are the text.

    Raises MalformedQueryError at a string that does not end.
    """
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "unterminated":
            line, column = place(text, match.start())
            raise MalformedQueryError(
                f"Line {line}, column {column}: the string that begins here does not end.", line, column
            )
        yield _token(Token, (kind, match.group(), match.start()))


def significant_tokens(text: str) -> list[Token]:
    """The terminals without white space and comments; raises MalformedQueryError at a string that does not end."""
    return [token for token in tokens(text) if token.kind != "trivia"]


def may_hold(text: str, words: Iterable[str]) -> bool:
    """Whether one of these words (of ASCII, in lower case) may stand in a text, in capitals or not; never missed.

    To be asked before an expression that ignores case, which takes ten times as long, and of most texts in its place.
    """
    if not text.isascii():  # beyond it there are more forms of some letters than two
        return True
    lower = text.lower()
    for word in words:  # noqa: SIM110 - for each query several times, and `any` takes twice as long
        if word in lower:
            return True
    return False


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset into the text; lines end with CR, LF or CR LF."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def resolve_codepoints(text: str) -> str:
    r"""The text with `\uXXXX` and `\UXXXXXXXX` replaced by their characters (19.2); impossible ones are left."""

    def character(match: re.Match[str]) -> str:
        number = int(match.group(1) or match.group(2), 16)
        possible = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
        return chr(number) if possible else match.group()

    return _CODEPOINT.sub(character, text)
