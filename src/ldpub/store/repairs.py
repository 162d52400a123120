"""SPARQL 1.1 as the standard means it where the engine errs: a query's text is mended, and most are left as they are.

`spell` keeps every place in the text, so what the parser says of it holds of the original. `repair` inserts and
replaces; whoever evaluates its text falls back on the unrepaired one if the engine refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

from ldpub.store.edits import Edit, edited
from ldpub.store.guard import declared_prefixes
from ldpub.store.tokens import Token, resolve_codepoints, significant_tokens, tokens

WORDS = ("true", "false", "group_concat", "bnode", "graph")
"""One of these or of SIGNS a query holds that is mended."""

SIGNS = r"[*?](?<=[^\s(].)(?!\w)"
"""An expression for what else it may hold: the end of a path."""

_GRAPHS_AT_MOST = 100
_ROUNDS = 3
_READ_AT_MOST = 20_000  # characters of a query; a longer one is left as it is, so that repairing takes under a second
_WRITTEN_AT_MOST = 50_000  # characters of its repair; one that would be longer is not made

_BOOLEANS = re.compile("true|false", re.IGNORECASE)
_BOOLEAN = re.compile(r"(true|false)\.*", re.IGNORECASE)
# What a query must hold for `repair` to have anything to do: cheaper than taking it into tokens.
_REPAIRED = re.compile(rf"group_concat|bnode|graph|{SIGNS}", re.IGNORECASE)
_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_CLOSING = {"{": "}", "(": ")", "[": "]", "<<": ">>"}


class Holdings(Protocol):
    """What a repair may need to know of the data."""

    def holds(self, iri: str) -> bool:
        """Whether any statement has the IRI as its subject or object."""
        ...

    def graphs(self, at_most: int) -> list[str]:
        """The IRIs of the named graphs, or of that many of them."""
        ...


def spell(text: str) -> str:
    """The text with `TRUE` and `False` in lower case (19.8: keywords match in any case); every place stays."""
    if not any(found.group() not in ("true", "false") for found in _BOOLEANS.finditer(text)):
        return text
    return "".join(
        token.text.lower() if token.kind == "word" and _BOOLEAN.fullmatch(token.text) else token.text
        for token in tokens(text)
    )


def repair(text: str, data: Holdings) -> str:
    """The text with what the engine gets wrong said otherwise; the same text where there is nothing to mend.

    Mended are GROUP_CONCAT over strings of one language (18.5.1.7: a simple literal); BNODE(x) in the projection of the
    whole query (17.4.2.9: another node in each solution); inside GRAPH ?g a block of VALUES, a sub-SELECT, an OPTIONAL
    that mentions ?g, and MINUS (18.6: evaluated graph by graph, ?g being joined afterwards); paths of length zero from
    or to an IRI that stands nowhere in the data (18.4).
    """
    if len(text) > _READ_AT_MOST or not _REPAIRED.search(text):
        return text
    for _ in range(_ROUNDS):  # what one round replaces may hold what the next one mends
        query = _Tokens(text)
        edits = [*_group_concats(query), *_blank_nodes(query), *_graphs(query, text, data)]
        repaired = edited(text, [*edits, *_zero_length_paths(query, data)])
        if repaired == text or len(repaired) > _WRITTEN_AT_MOST:
            return text
        text = repaired
    return text


class _Tokens:
    """The significant tokens of a query, and which brackets belong together."""

    def __init__(self, text: str) -> None:
        self.all: list[Token] = significant_tokens(text)
        self.partner: dict[int, int] = {}
        self.around: list[int] = []  # for each token the place of the innermost `{` around it, or -1
        self._pair()

    def _pair(self) -> None:
        open_at: list[int] = []
        braces: list[int] = []
        for at, token in enumerate(self.all):
            if token.kind == "close" and open_at and _CLOSING[self.all[open_at[-1]].text] == token.text:
                self.partner[open_at.pop()] = at
                if token.text == "}":
                    braces.pop()
            self.around.append(braces[-1] if braces else -1)
            if token.kind == "open":
                open_at.append(at)
                if token.text == "{":
                    braces.append(at)

    @cached_property
    def prefixes(self) -> dict[str, str | None]:
        """Prefix name to IRI, as declared."""
        return declared_prefixes(self.all)

    def word(self, at: int) -> str:
        """The token at this place in upper case, or nothing beyond the ends."""
        return self.all[at].text.upper() if 0 <= at < len(self.all) else ""

    def kind(self, at: int) -> str:
        """The kind of the token at this place, or nothing beyond the ends."""
        return self.all[at].kind if 0 <= at < len(self.all) else ""

    def calls(self, name: str) -> Iterator[tuple[int, int]]:
        """Where a function is called: the place of its name and of the bracket that ends its arguments."""
        for at, token in enumerate(self.all):
            if (
                token.kind == "word"
                and token.text.upper() == name
                and self.word(at + 1) == "("
                and at + 1 in self.partner
            ):
                yield at, self.partner[at + 1]

    def variables(self, start: int, end: int) -> set[str]:
        """The names of the variables between two places."""
        return {token.text[1:] for token in self.all[start:end] if token.kind == "variable"}

    def before(self, at: int, text: str) -> Edit:
        """Insert a text in front of a token."""
        return Edit(self.all[at].start, self.all[at].start, text)

    def after(self, at: int, text: str) -> Edit:
        """Insert a text behind a token."""
        end = self.all[at].start + len(self.all[at].text)
        return Edit(end, end, text)


def _group_concats(query: _Tokens) -> Iterator[Edit]:
    for at, end in query.calls("GROUP_CONCAT"):
        if (query.word(at - 2), query.word(at - 1)) != ("STR", "("):
            yield query.before(at, "STR(")
            yield query.after(end, ")")


def _blank_nodes(query: _Tokens) -> Iterator[Edit]:
    """BNODE(x) of the outermost projection gets its label from x and from a text that each solution has for itself."""
    where = next((at for at, token in enumerate(query.all) if token.text == "{"), -1)
    if where not in query.partner or "SELECT" not in map(query.word, range(where)):
        return
    if query.word(where + 1) == "SELECT" or query.word(where - 1) == "EXISTS" or _is_grouped(query, where):
        return
    calls = [(at, end) for at, end in query.calls("BNODE") if end < where and end > at + 2]
    calls = [(at, end) for at, end in calls if query.word(at + 2) != "CONCAT"]
    if not calls:
        return
    names = query.variables(0, len(query.all))
    row = next(name for n in range(len(names) + 1) if (name := f"solution{n}") not in names)
    for at, end in calls:
        yield query.after(at + 1, f'CONCAT("b", MD5(CONCAT(?{row}, MD5(')
        yield query.before(end, "))))")
    yield query.before(query.partner[where], f" BIND(STRUUID() AS ?{row}) ")


def _is_grouped(query: _Tokens, where: int) -> bool:
    """Whether the outermost query has aggregates or GROUP BY, so that its solutions are not those of its pattern."""
    rest = query.partner[where]
    return any(query.word(at) in _AGGREGATES for at in range(where)) or any(
        query.word(at) in ("GROUP", "HAVING") for at in range(rest, len(query.all))
    )


def _graphs(query: _Tokens, text: str, data: Holdings) -> Iterator[Edit]:
    for at in range(len(query.all)):
        brace = at + 2
        is_graph = query.word(at) == "GRAPH" and query.kind(at + 1) == "variable" and query.word(brace) == "{"
        if is_graph and brace in query.partner:
            yield from _values_in_graph(query, at, brace)
            yield from _each_graph(query, text, at, data)
            yield from _minus_in_graph(query, brace)


def _values_in_graph(query: _Tokens, at: int, brace: int) -> Iterator[Edit]:
    """`GRAPH ?g { VALUES ... }` is the join of the graphs' names and the values: `{ GRAPH ?g { } VALUES ... }`."""
    if query.word(brace + 1) != "VALUES":
        return
    block = next((at for at in range(brace, query.partner[brace]) if at > brace and query.word(at) == "{"), -1)
    if query.partner.get(block) == query.partner[brace] - 1:
        yield query.before(at, "{ ")
        yield query.after(brace, " }")


def _each_graph(query: _Tokens, text: str, at: int, data: Holdings) -> Iterator[Edit]:
    """GRAPH ?g { P } as 18.6 defines it, the union over the named graphs, where the engine does not see it so."""
    brace, end = at + 2, query.partner[at + 2]
    name = query.all[at + 1].text
    mentions = name[1:] in query.variables(brace, end)
    if _is_select(query, brace) == mentions or (mentions and not _is_optional(query, name, brace)):
        return
    graphs = data.graphs(_GRAPHS_AT_MOST + 1)
    pattern = text[query.all[brace].start : query.all[end].start + 1]
    if 0 < len(graphs) <= _GRAPHS_AT_MOST and len(graphs) * len(pattern) < _WRITTEN_AT_MOST:
        arms = (f"{{ GRAPH {name} {{ }} VALUES {name} {{ <{graph}> }} GRAPH <{graph}> {pattern} }}" for graph in graphs)
        yield Edit(query.all[at].start, query.all[end].start + 1, "{ " + " UNION ".join(arms) + " }")


def _is_select(query: _Tokens, brace: int) -> bool:
    """Whether a group is a sub-SELECT, within one pair of braces or several."""
    while query.word(brace + 1) == "{" and query.partner.get(brace + 1) == query.partner[brace] - 1:
        brace += 1
    return query.word(brace + 1) == "SELECT"


def _is_optional(query: _Tokens, name: str, brace: int) -> bool:
    """Whether a group has an OPTIONAL with this variable in a pattern; one that only filters it is left alone."""
    for at in range(brace, query.partner[brace]):
        if query.word(at) == "OPTIONAL" and query.around[at] == brace and at + 1 in query.partner:
            end = query.partner[at + 1]
            if not any(query.word(inside) == "FILTER" for inside in range(at, end)):
                return name[1:] in query.variables(at, end)
    return False


def _minus_in_graph(query: _Tokens, brace: int) -> Iterator[Edit]:
    """MINUS without a variable in common removes nothing (18.5), but here the engine counts ?g as common."""
    for at in range(brace, query.partner[brace]):
        group = at + 1
        if query.word(at) != "MINUS" or query.around[at] != brace or group not in query.partner:
            continue
        end = query.partner[group]
        is_done = [query.word(place) for place in range(end - 4, end)] == ["FILTER", "(", "FALSE", ")"]
        apart = query.variables(brace, at).isdisjoint(query.variables(group, end))
        if query.word(group) == "{" and apart and not is_done and query.word(group + 1) != "SELECT":
            yield query.before(end, " FILTER(false) ")


def _zero_length_paths(query: _Tokens, data: Holdings) -> Iterator[Edit]:
    """`<x> path* ?v`, where <x> is not in the data, has the one solution that ?v is <x>; `path?` and reversed too."""
    for first in range(len(query.all)):
        last = _path_end(query, first + 1) + 2
        if not _is_statement(query, first, last) or query.word(last - 1) not in ("*", "?"):
            continue
        end, variable = (last, first) if query.kind(first) == "variable" else (first, last)
        iri = _iri_of(query, end)
        if iri and query.kind(variable) == "variable" and not _in_graph_variable(query, first) and not data.holds(iri):
            stop = query.all[last].start + len(query.all[last].text)
            values = f"VALUES {query.all[variable].text} {{ {query.all[end].text} }}"
            yield Edit(query.all[first].start, stop, values)


def _path_end(query: _Tokens, at: int) -> int:
    """The last token of the path element that begins here, or where no token is."""
    if query.word(at) == "(":
        return query.partner.get(at, len(query.all))
    return at if query.kind(at) in ("iri", "prefixed") or query.word(at) == "A" else len(query.all)


def _is_statement(query: _Tokens, first: int, last: int) -> bool:
    """Whether the tokens from one place to another may be a statement: what stands around them begins and ends some."""
    return (
        last < len(query.all)
        and query.word(first - 1) in ("{", "}", ".", ")")
        and (query.word(last + 1) in ("}", ".") or query.kind(last + 1) == "word")
    )


def _in_graph_variable(query: _Tokens, at: int) -> bool:
    around = query.around[at]
    while around >= 0:
        if query.word(around - 2) == "GRAPH" and query.kind(around - 1) == "variable":
            return True
        around = query.around[around]
    return False


def _iri_of(query: _Tokens, at: int) -> str | None:
    """The absolute IRI that a token writes, where that is plain to see."""
    token = query.all[at]
    if token.kind == "iri":
        iri = resolve_codepoints(token.text[1:-1])
        return iri if re.match("[A-Za-z][A-Za-z0-9+.-]*:", iri) else None
    if token.kind != "prefixed" or "\\" in token.text:
        return None
    prefix, _, local = token.text.partition(":")
    namespace = query.prefixes.get(prefix)
    return None if namespace is None or ":" not in namespace else namespace + local
