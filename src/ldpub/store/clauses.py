"""SPARQL 1.1 Federated Query, 2: the SERVICE clauses of a query, found by its tokens, without parsing."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from ldpub.errors import MalformedQueryError, RefusedQueryError
from ldpub.store.faults import undeclared
from ldpub.store.guard import declared_prefixes, iri_of, why_not
from ldpub.store.limits import Limits
from ldpub.store.tokens import Token, place, significant_tokens

_SERVICE = re.compile("service", re.IGNORECASE)
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_HIDING = frozenset(["SELECT", "MINUS", "EXISTS"])  # what keeps variables of a group from being in its scope


class Clause(NamedTuple):
    """A SERVICE clause.

    start, end      where it stands in the text
    iri             whom it asks, and `silent` whether a failure is no matter
    query           what it asks: its group as it is written, and at the same line and column as in the text
    variables       the names that it mentions
    scope           those that it surely binds or could bind, as SELECT * counts them
    graph           the `GRAPH name` in whose group it stands, or nothing
    """

    start: int
    end: int
    iri: str
    silent: bool
    query: str
    variables: frozenset[str]
    scope: tuple[str, ...]
    graph: str

    def place(self, text: str) -> tuple[int, int]:
        """Line and column, from 1."""
        return place(text, self.start)


def asks_others(text: str) -> bool:
    """Whether a query may ask other endpoints; one that does is never missed, one that only names the word may count.

    The answer to such a query depends on more than the release: it is not to be kept.
    """
    return _SERVICE.search(text) is not None


def find_clauses(text: str, limits: Limits) -> list[Clause]:
    """The SERVICE clauses of a query, in their order.

    Raises RefusedQueryError for one that may not be, MalformedQueryError for one that is none.
    """
    if not limits.services or not asks_others(text):
        return []
    return _Clauses(text, limits).found()


class _Clauses:
    """The significant tokens of a query, and the SERVICE clauses among them."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._all = significant_tokens(text)
        self._declared = declared_prefixes(self._all)
        self._prologue = next((t.start for t in self._all if t.kind == "word" and t.text.upper().startswith(_FORMS)), 0)

    def found(self) -> list[Clause]:
        clauses: list[Clause] = []
        around: list[int] = []  # the braces that are open
        for at, token in enumerate(self._all):
            if token.text == "{":
                around.append(at)
            elif token.text == "}" and around:
                around.pop()
            if token.kind != "word" or not asks_others(token.text):
                continue
            if token.text.lower() != "service":
                self._refuse(token, "Spaces are needed around SERVICE")
            if clauses and token.start < clauses[-1].end:
                self._refuse(token, "SERVICE within SERVICE: nobody could say beforehand who is asked")
            if len(clauses) >= self._limits.service_clauses:
                self._refuse(token, f"More than {self._limits.service_clauses} SERVICE clauses in one query")
            clauses.append(self._clause(at, self._graph(around[-1]) if around else ""))
        if clauses and (unknown := undeclared(self._text, self._all)):
            raise unknown
        return clauses

    def _clause(self, at: int, graph: str) -> Clause:
        silent = self._at(at + 1).text.lower() == "silent"
        name = self._at(at + 2 if silent else at + 1)
        if why := why_not(name, self._declared, self._limits):
            self._refuse(name, why)
        begin, end = self._group(at + 3 if silent else at + 2)
        inside = self._all[begin:end]
        variables = dict.fromkeys(token.text[1:] for token in inside if token.kind == "variable")
        hiding = any(token.text.upper() in _HIDING for token in inside)
        return Clause(
            start=self._all[at].start,
            end=self._all[end].start + 1,
            iri=iri_of(name, self._declared) or "",
            silent=silent,
            query=self._query(self._all[begin].start, self._all[end].start + 1),
            variables=frozenset(variables),
            scope=() if hiding else tuple(variables),
            graph=graph,
        )

    def _query(self, start: int, end: int) -> str:
        """A SELECT of everything, whose prologue and group stand where they stand in the text: an endpoint that finds
        fault with it then gives the line and column that a person sees."""
        select = "SELECT * WHERE "
        line, column = place(self._text[self._prologue :], start - self._prologue)
        margin = column - 1 if line > 1 else max(0, column - 1 - len(select))
        return self._text[: self._prologue] + select + "\n" * (line - 1) + " " * margin + self._text[start:end]

    def _graph(self, brace: int) -> str:
        name = self._at(brace - 1)
        if brace < 2 or self._at(brace - 2).text.upper() != "GRAPH" or name.kind not in ("iri", "prefixed", "variable"):
            return ""
        return f"GRAPH {name.text}"

    def _group(self, begin: int) -> tuple[int, int]:
        """The places of the braces of the group that begins here, which holds nothing that is no terminal: another
        parser might see another group."""
        if self._at(begin).text != "{":
            raise self._malformed(self._at(begin))
        depth = 0
        for at in range(begin, len(self._all)):
            token = self._all[at]
            if token.kind == "other":
                raise self._malformed(token)
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                return begin, at
        raise self._malformed(self._at(len(self._all)))

    def _at(self, at: int) -> Token:
        """The token at this place, or an empty one at the end of the text."""
        return self._all[at] if at < len(self._all) else Token("other", "", len(self._text.rstrip()))

    def _malformed(self, token: Token) -> MalformedQueryError:
        line, column = place(self._text, token.start)
        found = f"did not expect {token.text[:60]} here" if token.text else "did not expect the end of the query here"
        return MalformedQueryError(f"Line {line}, column {column}: {found}.", line, column)

    def _refuse(self, token: Token, why: str) -> NoReturn:
        line, column = place(self._text, token.start)
        raise RefusedQueryError(f"{why} (line {line}, column {column}).")
