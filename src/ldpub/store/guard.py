"""The check in front of the engine: what a query may not ask for or be made of, judged by its tokens, without parsing.

It must see at least what the engine sees, so where the grammar and a lenient parser differ it takes the worse reading:
`SERVICEex:x {`, `true.SERVICE<x>` and `SERVICESILENT:x {` count as SERVICE, brackets inside `<...>` count as brackets
(`?a<((?b))&&?c>?d` is an IRI by the grammar and a comparison to a parser that tries alternatives).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from ldpub.errors import MalformedQueryError, QueryTooLongError, RefusedQueryError
from ldpub.store.limits import Limits
from ldpub.store.store import Form
from ldpub.store.tokens import Token, may_hold, place, resolve_codepoints, tokens

_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_FORMS: dict[str, Form] = {"SELECT": "solutions", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
_QUERIES = tuple(_FORMS)  # what begins so, as most queries do, is no update
# Keywords need no space between them for every parser, so they are looked for inside bare words.
_COUNTED = re.compile("service|union|optional|minus|filter|bind|graph|values|exists|select|lateral", re.IGNORECASE)
_SUSPECT = ('"', "'", "\\", "service")
_SUSPECT_UPDATES = tuple(sorted(map(str.lower, _UPDATES)))
_COUNTED_OPERATORS = frozenset(["||", "&&", "|", "/", "^", "*", "+", "-", "!", ".", ";", ","])
_UNARY = frozenset("!+-")
_SERVICES_NAMED = 5  # endpoints that a refusal lists
_TOKENS_AT_MOST = 200_000  # so that the check itself stays under half a second
_PROLOGUE = {"BASE": 1, "PREFIX": 2}  # tokens that follow
_CLOSING = {")": "(", "]": "[", "}": "{", ">>": "<<"}


def check(text: str, limits: Limits) -> None:
    """Let the query pass, or raise the QueryError that says why not.

    Raises QueryTooLongError, RefusedQueryError (update, SERVICE, beyond a limit) or MalformedQueryError (no Unicode, or
    a string that does not end). Takes time linear in the text.
    """
    if _is_harmless(text, limits):
        return
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise MalformedQueryError("The query is no Unicode text: it holds half of a surrogate pair.") from error
    if size > limits.query_bytes:
        raise QueryTooLongError(f"The query has {size} bytes; this endpoint reads up to {limits.query_bytes}.")
    _Check(text, limits).run()
    if "\\u" in text or "\\U" in text:
        _check_resolved(resolve_codepoints(text), limits)


def _is_harmless(text: str, limits: Limits) -> bool:
    """Whether nothing can be said against a text, however it is read: most queries are so short and plain.

    No count exceeds that of the characters, and neither depth nor a run of operators that of brackets and signs.
    """
    return (
        len(text) <= min(limits.patterns, limits.values_rows, limits.query_bytes)
        and not may_hold(text, _SUSPECT)
        and (text.startswith(_QUERIES) or not may_hold(text, _SUSPECT_UPDATES))
        and sum(map(text.count, "([{<!+-")) <= limits.depth
    )


def _check_resolved(text: str, limits: Limits) -> None:
    """Judge also what the standard reads once the codepoint escapes are resolved (19.2)."""
    try:
        _Check(text, limits).run()
    except MalformedQueryError:
        # An escaped quotation mark inside a string: the engine resolves escapes later, and reads the first text.
        return


def form_of(text: str) -> Form:
    """The form of a query by its first keyword after the prologue; raises MalformedQueryError if there is none."""
    first = _first_keyword(token for token in tokens(text) if token.kind != "trivia")
    word = first.text.upper() if first else ""
    for keyword, form in _FORMS.items():
        if word.startswith(keyword):
            return form
    line, column = place(text, first.start if first else len(text.rstrip()))
    found = f"did not expect {word[:60]} here" if word else "did not expect the end of the query here"
    raise MalformedQueryError(f"Line {line}, column {column}: {found}.", line, column)


def _first_keyword(significant: Iterable[Token]) -> Token | None:
    """The token after the prologue: what stands there names the form."""
    skipped = 0
    for token in significant:
        word = token.text.upper()
        if skipped:
            skipped -= 1
        elif word in _PROLOGUE:
            skipped = _PROLOGUE[word]
        else:
            return token
    return None


def declared_prefixes(significant: Sequence[Token]) -> dict[str, str | None]:
    """Prefix name to IRI as declared; None where a name is declared twice with different IRIs."""
    declared: dict[str, str | None] = {}
    for keyword, name, iri in zip(significant, significant[1:], significant[2:], strict=False):
        if keyword.text.upper() == "PREFIX" and name.kind == "prefixed" and iri.kind == "iri":
            value = resolve_codepoints(iri.text[1:-1])
            declared[name.text[:-1]] = value if declared.get(name.text[:-1], value) == value else None
    return declared


def iri_of(token: Token, declared: Mapping[str, str | None]) -> str | None:
    """The IRI that a token writes, if it is one; a relative IRI is left as it is."""
    if token.kind == "iri":
        return resolve_codepoints(token.text[1:-1])
    if token.kind != "prefixed":
        return None
    prefix, _, local = token.text.partition(":")
    namespace = declared.get(prefix)
    return None if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)


def why_not(name: Token, declared: Mapping[str, str | None], limits: Limits) -> str | None:
    """Why SERVICE may not name this endpoint, or None if it may: it is one of the limits' services, written in full.

    Those at private addresses are not told.
    """
    services = limits.services
    if not services:
        return "SERVICE: this endpoint does not query other endpoints"
    if name.kind == "variable":
        return f"SERVICE {name.text}: a variable cannot say whom to ask; write a clause for each endpoint, with its IRI"
    if iri_of(name, declared) in services:
        return None
    known = [f"<{iri}>" for iri in sorted(services - limits.private_services)]
    if not known:
        return "SERVICE: this endpoint does not query that one"
    more = f" and {len(known) - _SERVICES_NAMED} others" if len(known) > _SERVICES_NAMED else ""
    return f"SERVICE: this endpoint queries only {', '.join(known[:_SERVICES_NAMED])}{more}"


class _Check:
    """One pass over the tokens of one query."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.counts: Counter[str] = Counter()
        self.open: list[str] = []
        self.unary = 0
        self.values_at: int | None = None  # the depth of the VALUES block that is open
        self.values_next = False
        self.significant: list[Token] = []

    def run(self) -> None:
        for token in tokens(self.text):
            if token.kind == "trivia":
                continue
            self.significant.append(token)
            self._see(token)
            if len(self.significant) > _TOKENS_AT_MOST:
                self._refuse(token, f"More than {_TOKENS_AT_MOST} tokens in one query")
        self._refuse_update()
        self._refuse_services()

    def _see(self, token: Token) -> None:
        if token.kind != "operator" or token.text not in _UNARY:
            self.unary = 0
        match token.kind:
            case "open":
                self._opened(token)
            case "close":
                self._closed(token)
            case "operator":
                self._operator(token)
            case "word":
                self._word(token)
            case "iri" if len(token.text) > self.limits.depth:
                self._iri(token)
            case "iri" | "string" | "number" | "prefixed" if self.values_at is not None:
                self._row(token)

    def _opened(self, token: Token) -> None:
        if self.values_next and token.text == "{":
            self.values_at, self.values_next = len(self.open), False
        elif self.values_at is not None and token.text == "(":
            self._row(token)
        self.open.append(token.text)
        if len(self.open) > self.limits.depth:
            self._refuse(token, f"Brackets are nested deeper than {self.limits.depth}")

    def _closed(self, token: Token) -> None:
        if self.open and self.open[-1] == _CLOSING[token.text]:
            self.open.pop()
        if self.values_at is not None and len(self.open) <= self.values_at:
            self.values_at = None

    def _operator(self, token: Token) -> None:
        if self.values_at is not None or token.text not in _COUNTED_OPERATORS:
            return
        if token.text in _UNARY:
            self.unary += 1
            if self.unary > self.limits.depth:
                self._refuse(token, f"More than {self.limits.depth} unary operators follow each other")
        if token.text == "," and self.open and self.open[-1] == "(":
            self._count(token, "members of argument lists", self.limits.values_rows)
        else:
            kind = "triple patterns" if token.text in ".;," else f"operators {token.text}"
            self._count(token, kind, self.limits.patterns)

    def _word(self, token: Token) -> None:
        self.counts["triple patterns"] += token.text.count(".")
        for keyword in _COUNTED.findall(token.text):
            name = keyword.upper()
            self.values_next = self.values_next or name == "VALUES"
            self._count(token, f"keywords {name}", self.limits.patterns)

    def _iri(self, token: Token) -> None:
        if sum(map(token.text.count, "([")) > self.limits.depth or token.text.count("!") > self.limits.depth:
            self._refuse(token, f"More than {self.limits.depth} brackets follow `<` without a space")
        if max(map(token.text.count, "&+*-/=,;.")) > self.limits.patterns:
            self._refuse(token, f"More than {self.limits.patterns} operators follow `<` without a space")

    def _row(self, token: Token) -> None:
        if token.text == "(" or self.open[-1] != "(":
            self._count(token, "rows of VALUES", self.limits.values_rows)

    def _count(self, token: Token, what: str, limit: int) -> None:
        self.counts[what] += 1
        if self.counts[what] > limit:
            self._refuse(token, f"More than {limit} {what} in one query")

    def _refuse_update(self) -> None:
        first = _first_keyword(self.significant)
        if first and first.kind == "word" and first.text.upper().startswith(tuple(_UPDATES)):
            self._refuse(first, f"{first.text.upper()} is SPARQL Update, and this endpoint is read-only")

    def _refuse_services(self) -> None:
        for at, token in enumerate(self.significant):
            if token.kind == "word" and "service" in token.text.casefold() and (why := self._refusal(at)):
                self._refuse(token, why)
            if token.kind == "prefixed" and self._hides_service(at):
                self._refuse(token, "SERVICE needs a space behind it")

    def _hides_service(self, at: int) -> bool:
        """Whether a parser that backtracks may read SERVICE, and a prefixed name after it, from one prefixed name."""
        if "service" not in self.significant[at].text.partition(":")[0].casefold():
            return False
        following = self.significant[at + 1] if at + 1 < len(self.significant) else None
        preceding = self.significant[at - 1] if at else None
        graph = preceding is not None and preceding.text.upper() == "GRAPH"
        return following is not None and following.text == "{" and not graph

    def _refusal(self, at: int) -> str | None:
        """Why the SERVICE at this token may not be, if so."""
        after = [token for token in self.significant[at + 1 : at + 3] if token.text.upper() != "SILENT"]
        if not after:
            return "SERVICE names no endpoint"
        return why_not(after[0], self._declared, self.limits)

    @cached_property
    def _declared(self) -> dict[str, str | None]:
        """Looked for once, and only where SERVICE is: each look takes time linear in the text."""
        return declared_prefixes(self.significant)

    def _refuse(self, token: Token, why: str) -> None:
        line, column = place(self.text, token.start)
        raise RefusedQueryError(f"{why} (line {line}, column {column}).")
