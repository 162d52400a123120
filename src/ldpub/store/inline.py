"""SPARQL 1.1 Query Results JSON Format, read without trust, and written as inline data (SPARQL 1.1 Query, 10.2).

Each term is made by the engine's strict constructors and written by its own writer, so what comes out is one term
whatever stood in it. VALUES cannot hold a blank node, so an IRI that nobody could guess stands for it there, and BNODE
makes a node of that: equal within one answer, and equal to nothing else (Results JSON, 3.2.2).
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

import pyoxigraph as ox

from ldpub.errors import FederationError, RefusedQueryError

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)  # one without an end, too: else the time is quadratic
_QUOTES = 16  # quotation marks of a term at most: its name, type, value, language or datatype, and the names of these
_MEMBERS_AT_MOST = 16  # objects and arrays of an answer besides its rows and terms: head, vars, link, results, bindings


class Inlined(NamedTuple):
    """A graph pattern that has these solutions, and their number."""

    pattern: str
    rows: int


def inline(body: bytes, variables: Set[str], rows_at_most: int) -> Inlined:
    """The solutions of a SELECT's answer as a graph pattern of inline data.

    `variables` are the names that the pattern mentions: no other may be bound. Raises FederationError, or
    RefusedQueryError if there are too many.
    """
    try:
        names, bindings = _solutions(body, len(variables), rows_at_most)
        if foreign := set(names) - variables:
            raise FederationError(f"it answers with a variable that it was not asked for: ?{min(foreign)}")
        if len(set(names)) < len(names):
            raise FederationError("it names a variable twice.")
        if len(bindings) > rows_at_most:
            raise RefusedQueryError(f"it answers with more than the {rows_at_most} rows that are left for it.")
        terms = _Terms()
        rows = [f"({' '.join(terms.row(names, row))})" for row in bindings]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FederationError(f"its answer is not SPARQL results in JSON: {_said(error)}") from error
    return Inlined(_pattern(names, rows, terms), len(rows))


def _said(error: Exception) -> str:
    return f"there is no {error}" if isinstance(error, KeyError) else str(error)


def _solutions(body: bytes, names: int, rows: int) -> tuple[list[str], list[Mapping[str, object]]]:
    """The members of the document that matter; raises also ValueError, KeyError, TypeError, RecursionError."""
    if not _is_small(body, (rows + 1) * (names + 1) + _MEMBERS_AT_MOST):
        raise FederationError("its answer has far too many rows, or is built otherwise than solutions are.")
    document = json.loads(body.decode("utf-8-sig"))
    if isinstance(document, dict) and "boolean" in document:
        raise FederationError("it answers with a boolean where solutions were asked for.")
    variables, bindings = document["head"]["vars"], document["results"]["bindings"]
    if not isinstance(variables, list) or not all(isinstance(name, str) for name in variables):
        raise TypeError("vars is no list of names")
    if not isinstance(bindings, list) or not all(isinstance(row, dict) for row in bindings):
        raise TypeError("bindings is no list of objects")
    return variables, bindings


def _is_small(body: bytes, most: int) -> bool:
    """Whether there are no more objects and arrays than that: a row and a term are one each, and megabytes of empty
    ones would take hundreds of megabytes of memory. Brackets in strings are discounted only where it matters."""
    if body.count(b'"') - body.count(b'\\"') > _QUOTES * most:
        return False
    return _brackets(body) <= most or _brackets(_STRING.sub(b"", body)) <= most


def _brackets(text: bytes) -> int:
    return text.count(b"{") + text.count(b"[")


class _Terms:
    """The terms of one answer as SPARQL writes them; its blank nodes are those of no other."""

    def __init__(self) -> None:
        self.stem = f"urn:b{uuid.uuid4().hex}n"
        self.with_nodes: set[str] = set()  # the variables that are bound to a blank node in some row
        self._nodes: dict[str, str] = {}

    def row(self, names: Sequence[str], row: Mapping[str, object]) -> Iterator[str]:
        """The terms of a row, in the order of the variables."""
        if unknown := row.keys() - set(names):
            raise ValueError(f"?{min(unknown)} is bound, but not in its head")
        for name in names:
            yield self._term(name, row[name]) if name in row else "UNDEF"

    def _term(self, name: str, term: object) -> str:
        if not isinstance(term, dict):
            raise TypeError(f"?{name} is bound to what is no term")
        match term:
            case {"type": "uri", "value": str(iri)}:
                return str(ox.NamedNode(iri))
            case {"type": "bnode", "value": str(label)}:
                self.with_nodes.add(name)
                return self._nodes.setdefault(label, f"<{self.stem}{len(self._nodes)}>")
            case {"type": "literal" | "typed-literal", "value": str(value)}:
                return _literal(value, term)
            case {"type": "triple"}:
                raise FederationError("it answers with a triple term, which is not taken.")
        raise ValueError(f"?{name} is bound to what is no term")


def _literal(value: str, term: dict[str, object]) -> str:
    match term.get("datatype"), term.get("xml:lang"), term.get("its:dir"):
        case _, str(language), None:  # some write rdf:langString as its datatype, too
            return str(ox.Literal(value, language=language))
        case _, str(language), ("ltr" | "rtl") as direction:
            base = ox.BaseDirection.LTR if direction == "ltr" else ox.BaseDirection.RTL
            return str(ox.Literal(value, language=language, direction=base))
        case str(datatype), None, None:
            return str(ox.Literal(value, datatype=ox.NamedNode(datatype)))
        case None, None, None:
            return str(ox.Literal(value))
    raise ValueError("a literal has a datatype, language or direction that is none")


def _pattern(names: Sequence[str], rows: Sequence[str], terms: _Terms) -> str:
    """VALUES; where there are blank nodes, a sub-SELECT that makes them of the IRIs that stand for them."""
    if not terms.with_nodes:
        return _values(names, rows)
    mark = "_"
    while any(name.endswith(mark) for name in names):
        mark += "_"
    columns = [name + mark if name in terms.with_nodes else name for name in names]
    nodes = [_node(name, name + mark, terms.stem) for name in names if name in terms.with_nodes]
    return f"{{ SELECT{_listed(names)} {{ {_values(columns, rows)} {' '.join(nodes)} }} }}"


def _node(name: str, column: str, stem: str) -> str:
    node = f'BNODE(STRAFTER(STR(?{column}), ":"))'
    return f'BIND(IF(STRSTARTS(STR(?{column}), "{stem}"), {node}, ?{column}) AS ?{name})'


def _values(names: Sequence[str], rows: Sequence[str]) -> str:
    return f"VALUES ({_listed(names)} ) {{ {' '.join(rows)} }}"


def _listed(names: Sequence[str]) -> str:
    return "".join(f" ?{name}" for name in names)
