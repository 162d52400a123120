"""A SPARQL answer as a page shows it: the first rows of its TSV, or triples, each term with a name and a link.

SPARQL 1.1 Query Results CSV and TSV Formats, 4: terms stand in Turtle syntax, so each is read as the term it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from ldpub.namespaces import XSD
from ldpub.serve.describe import Describer, Term
from ldpub.serve.described import Value
from ldpub.serve.edtf import DATATYPES
from ldpub.serve.endpoint import Beginning
from ldpub.serve.exchange import Exchange
from ldpub.store import Answer

ROWS_SHOWN = 1000
BYTES_READ = 4 << 20
"""Of an answer, at most: enough for the rows of a page, and not too much for its memory."""

_CELL_SHOWN = 2000
_NUMBERS = """
integer decimal double float int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger
unsignedInt unsignedLong unsignedShort unsignedByte
"""
NUMBERS = frozenset(XSD + name for name in _NUMBERS.split())
"""The datatypes whose values are numbers (XML Schema 1.1-2, 3.3 and 3.4)."""

_PLAIN = (
    NUMBERS
    | DATATYPES
    | {XSD + name for name in ("string", "boolean", "date", "dateTime", "gYear", "gYearMonth", "anyURI")}
)
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

Row = Sequence[Term | None]


@dataclass(frozen=True)
class Cell:
    """A term in a table: how it is shown, the whole of it as the title says it, and its datatype where that says more
    than the value does."""

    value: Value
    title: str = ""
    datatype: str = ""


@dataclass(frozen=True)
class Rows:
    """The first solutions of an answer."""

    columns: tuple[str, ...]
    terms: tuple[Row, ...]
    more: bool
    """Whether there are further ones."""


def beginning_of(answer: Answer) -> Beginning:
    """As much of an answer as a page may show."""
    content = b""
    for piece in answer.chunks:
        content += piece
        if len(content) > BYTES_READ:
            break
    return Beginning(answer.form, answer.format, content[:BYTES_READ], is_whole=len(content) <= BYTES_READ)


def read_rows(answer: Beginning, most: int) -> Rows:
    """The first solutions of an answer in TSV, so many at most."""
    lines = _lines(answer)
    solutions = parse_query_results("".join(lines[: most + 1]), format=QueryResultsFormat.TSV)
    assert isinstance(solutions, QuerySolutions)
    columns = tuple(variable.value for variable in solutions.variables)
    terms = tuple(tuple(_term(solution[column]) for column in columns) for solution in solutions)
    return Rows(columns, terms, more=not answer.is_whole or len(lines) > most + 1)


def read_table(answer: Beginning, exchange: Exchange) -> dict[str, Any]:
    """What a page shows of an answer: columns and rows, a boolean, or triples, as Turtle too; `more` if it was cut."""
    if answer.form == "boolean":
        return {"form": "boolean", "is_true": answer.content.strip() == b"true", "more": False}
    if answer.form == "graph":
        return _triples(answer, exchange)
    return shown(read_rows(answer, ROWS_SHOWN), exchange)


def shown(rows: Rows, exchange: Exchange) -> dict[str, Any]:
    """The first rows with the names of their terms in the page's language."""
    terms = rows.terms[:ROWS_SHOWN]
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    describer.learn(term for row in terms for term in row)
    return {
        "form": "solutions",
        "columns": rows.columns,
        "numeric": [is_numeric([row[at] for row in terms]) for at in range(len(rows.columns))],
        "rows": [[cell_of(term, describer) for term in row] for row in terms],
        "more": rows.more or len(rows.terms) > ROWS_SHOWN,
        "shown": ROWS_SHOWN,
    }


def _triples(answer: Beginning, exchange: Exchange) -> dict[str, Any]:
    """A graph in N-Triples, of which each line stands by itself: the first triples by subject and property."""
    lines = _lines(answer)
    quads = parse("".join(lines[:ROWS_SHOWN]), format=RdfFormat.N_TRIPLES)
    by_subject: dict[Term, dict[NamedNode, dict[Triple, None]]] = {}
    for quad in quads:
        by_subject.setdefault(quad.subject, {}).setdefault(quad.predicate, {})[quad.triple] = None
    triples = [triple for group in by_subject.values() for found in group.values() for triple in found]
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    describer.learn(term for triple in triples for term in (triple.subject, triple.predicate, triple.object))
    text = serialize(triples, format=RdfFormat.TURTLE, prefixes=_used(exchange, triples)) or b""
    return {
        "form": "graph",
        "groups": [
            (
                cell_of(subject, describer),
                [
                    (cell_of(name, describer), [cell_of(t.object, describer) for t in found])
                    for name, found in group.items()
                ],
            )
            for subject, group in by_subject.items()
        ],
        "text": text.decode(),
        "more": not answer.is_whole or len(lines) > ROWS_SHOWN,
        "shown": ROWS_SHOWN,
    }


def _used(exchange: Exchange, triples: Sequence[Triple]) -> dict[str, str]:
    """Those of the project's prefixes that shorten something."""
    text = "\n".join(map(str, triples))
    return {prefix: iri for prefix, iri in exchange.snapshot.manifest.prefixes.items() if f"<{iri}" in text}


def _term(term: object) -> Term | None:
    return term if isinstance(term, NamedNode | BlankNode | Literal | Triple) else None


def is_number(term: Term | None) -> bool:
    """Whether a term is a number by its datatype."""
    return isinstance(term, Literal) and term.datatype.value in NUMBERS


def is_numeric(terms: Sequence[Term | None]) -> bool:
    """Whether a column has numbers and nothing else."""
    bound = [term for term in terms if term is not None]
    return bool(bound) and all(map(is_number, bound))


def cell_of(term: Term | None, describer: Describer) -> Cell | None:
    """A term as a table shows it, None for none; `describer` has learned of it."""
    if term is None:
        return None
    value = describer.value(term)
    if isinstance(term, BlankNode):
        value = value._replace(text=str(term))
    if len(value.text) > _CELL_SHOWN:
        value = value._replace(text=value.text[:_CELL_SHOWN] + "…")
    if isinstance(term, NamedNode):
        return Cell(value, title=term.value if term.value != value.text else "")
    if isinstance(term, Literal) and term.datatype.value not in _PLAIN and term.datatype.value != _LANG_STRING:
        return Cell(value, datatype=describer.short(term.datatype))
    return Cell(value)


def _lines(answer: Beginning) -> list[str]:
    """The whole lines of an answer; a line break within a term is escaped."""
    *lines, cut = answer.content.split(b"\n")
    if answer.is_whole and cut:
        lines.append(cut)
    return [line.decode() + "\n" for line in lines]
