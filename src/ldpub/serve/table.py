"""A SPARQL answer as a table for a page: the first rows of its TSV, each term with a name and a link.

SPARQL 1.1 Query Results CSV and TSV Formats, 4: terms stand in Turtle syntax, so each is read as the term it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from ldpub.serve.describe import Describer, Value
from ldpub.serve.exchange import Exchange
from ldpub.store import Answer

ROWS_SHOWN = 1000
_GRAPH_SHOWN = 200_000


def read_table(answer: Answer, exchange: Exchange) -> dict[str, Any]:
    """What a page shows of an answer: columns and rows, a boolean, or a graph as Turtle; `more` if it was cut."""
    if answer.form == "graph":
        content, more = _first_bytes(answer, _GRAPH_SHOWN)
        return {"form": "graph", "text": content.decode("utf-8", errors="replace"), "more": more}
    if answer.form == "boolean":
        return {"form": "boolean", "text": answer.read().decode().strip(), "more": False}
    lines = list(islice(_lines(answer), ROWS_SHOWN + 2))
    more = len(lines) > ROWS_SHOWN + 1
    solutions = parse_query_results("".join(lines[: ROWS_SHOWN + 1]), format=QueryResultsFormat.TSV)
    assert isinstance(solutions, QuerySolutions)
    columns = [variable.value for variable in solutions.variables]
    rows = [[solution[column] for column in columns] for solution in solutions]
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    describer.learn(term for row in rows for term in row)
    return {
        "form": "solutions",
        "columns": columns,
        "rows": [[_value(term, describer) for term in row] for row in rows],
        "more": more,
        "shown": ROWS_SHOWN,
    }


def _value(term: object, describer: Describer) -> Value | None:
    return describer.value(term) if isinstance(term, NamedNode | BlankNode | Literal | Triple) else None


def _lines(answer: Answer) -> Iterator[str]:
    """The answer's lines as they come; a line break within a term is escaped, so each line is whole."""
    rest = b""
    for chunk in answer.chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.decode() + "\n" for line in lines)
    if rest:
        yield rest.decode() + "\n"


def _first_bytes(answer: Answer, most: int) -> tuple[bytes, bool]:
    content = b""
    for chunk in answer.chunks:
        content += chunk
        if len(content) > most:
            return content[:most], True
    return content, False
