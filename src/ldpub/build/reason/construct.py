"""Rules of the project: SPARQL CONSTRUCT queries (SPARQL 1.1, 16.2), read for what they may do and what they match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Variable
from rdflib import term as rdflib_term
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from ldpub.errors import LdpubError

Node = NamedNode | BlankNode | Literal | Variable


class RuleError(LdpubError, ValueError):
    """A project rule that is refused: no CONSTRUCT, reaching outside the graph, making blank nodes, not stratified."""


@dataclass(frozen=True)
class ConstructRule:
    """A project rule: a name, and a CONSTRUCT query over the graph as it is when the rule's turn comes.

    Rules whose names begin with the same number (`20-sibling`, `20-cousin`) form one stratum and run together.
    """

    name: str
    query: str

    @property
    def stratum(self) -> str:
        """The leading number of the name, or the whole name."""
        match = re.match(r"\d+", self.name)
        return match[0] if match else self.name

    @cached_property
    def algebra(self) -> CompValue:
        """The query in SPARQL algebra; RuleError if the query is not one that a rule may be."""
        return _checked(self)

    @property
    def template(self) -> tuple[tuple[Node, Node, Node], ...]:
        """The triples of the template; for `CONSTRUCT WHERE` those of the pattern."""
        triples = self.algebra.template
        if triples is None:
            triples = [t for part in _nodes(self.algebra.p) if part.name == "BGP" for t in part.triples]
        return tuple((node(s), node(p), node(o)) for s, p, o in triples)

    def selecting(self, variables: str = "*") -> str:
        """The SELECT query with the same pattern."""
        prologue, where = _split(self.query)
        return f"{prologue} SELECT {variables} {where}"


def node(term: rdflib_term.Node) -> Node:
    """A term or variable of rdflib's algebra as pyoxigraph's; a blank node of a pattern is a hidden variable."""
    if isinstance(term, rdflib_term.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib_term.Variable):
        return Variable(str(term))
    if isinstance(term, rdflib_term.BNode):
        return Variable(f"_{term}")
    assert isinstance(term, rdflib_term.Literal), "RDF 1.1 has no other terms"
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype))) if term.datatype else Literal(str(term))


def strata(rules: tuple[ConstructRule, ...]) -> list[list[ConstructRule]]:
    """The rules in their order, those with one leading number together at the place of the first."""
    groups: dict[str, list[ConstructRule]] = {}
    for rule in rules:
        groups.setdefault(rule.stratum, []).append(rule)
    return list(groups.values())


def check(rules: tuple[ConstructRule, ...]) -> None:
    """RuleError if any of the rules is refused, or two have one name."""
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise RuleError(f"two rules have the name {name}; rename one, for explanations name the rule")
    for rule in rules:
        _ = rule.algebra


_ONE_GRAPH = "a rule reads the one graph that is reasoned over"


def _checked(rule: ConstructRule) -> CompValue:
    if any((match["word"] or "").upper() == "SERVICE" for match in _TOKEN.finditer(rule.query)):
        raise RuleError(f"rule {rule.name} uses SERVICE; {_ONE_GRAPH}")
    try:
        Store().query(rule.query)
        algebra = prepareQuery(rule.query).algebra
    except Exception as error:  # rdflib, pyparsing and pyoxigraph have no common class for what they refuse
        raise RuleError(f"rule {rule.name} is no SPARQL query: {error}") from error
    if algebra.name != "ConstructQuery":
        raise RuleError(f"rule {rule.name} is no CONSTRUCT query")
    if algebra.datasetClause:
        raise RuleError(f"rule {rule.name} names graphs with FROM; {_ONE_GRAPH}")
    if any(part.name == "Graph" for part in _nodes(algebra)):
        raise RuleError(f"rule {rule.name} uses GRAPH; {_ONE_GRAPH}")
    if any(isinstance(term, rdflib_term.BNode) for triple in algebra.template or () for term in triple):
        raise RuleError(f"rule {rule.name} makes a blank node; give the thing an IRI")
    return algebra


def _nodes(part: Any) -> Iterator[CompValue]:
    """All parts of an algebra expression or of the syntax within it."""
    if isinstance(part, CompValue):
        yield part
        for value in part.values():
            yield from _nodes(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _nodes(value)


_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|<[^<>"{}|^`\\\s]*>|'''(?s:.*?)'''|\"\"\"(?s:.*?)\"\"\"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<word>[?$]?\w[\w:.-]*)|(?P<mark>[{}])|.""",
    re.DOTALL,
)


def _split(query: str) -> tuple[str, str]:
    """The text before CONSTRUCT, and the text from WHERE on (a keyword that may be left out)."""
    prologue, depth = None, 0
    behind_template = False
    for match in _TOKEN.finditer(query):
        word = (match["word"] or "").upper()
        if prologue is None:
            prologue = query[: match.start()] if word == "CONSTRUCT" else None
        elif word == "WHERE" and not depth:
            return prologue, query[match.start() :]
        elif match["mark"] == "{":
            if behind_template:
                return prologue, f"WHERE {query[match.start() :]}"
            depth += 1
        elif match["mark"] == "}":
            depth -= 1
            behind_template = not depth
    raise RuleError("the query has no pattern")
