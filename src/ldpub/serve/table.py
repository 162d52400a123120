"""A SPARQL answer as a table for a page: the first rows of its TSV, each term with a name and a link.

SPARQL 1.1 Query Results CSV and TSV Formats, 4: terms stand in Turtle syntax, so each is read as the term it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from ldpub.serve.describe import Describer, Value
from ldpub.serve.endpoint import Beginning
from ldpub.serve.exchange import Exchange
from ldpub.store import Answer

ROWS_SHOWN = 1000
BYTES_READ = 4 << 20
"""Of an answer, at most: enough for the rows of a page, and not too much for its memory."""

_GRAPH_SHOWN = 200_000
_CELL_SHOWN = 2000


def beginning_of(answer: Answer) -> Beginning:
    """As much of an answer as a page may show."""
    content = b""
    for piece in answer.chunks:
        content += piece
        if len(content) > BYTES_READ:
            break
    return Beginning(answer.form, answer.format, content[:BYTES_READ], is_whole=len(content) <= BYTES_READ)


def read_table(answer: Beginning, exchange: Exchange) -> dict[str, Any]:
    """What a page shows of an answer: columns and rows, a boolean, or a graph as Turtle; `more` if it was cut."""
    if answer.form == "graph":
        text = answer.content[:_GRAPH_SHOWN].decode("utf-8", errors="replace")
        return {"form": "graph", "text": text, "more": not answer.is_whole or len(answer.content) > _GRAPH_SHOWN}
    if answer.form == "boolean":
        return {"form": "boolean", "text": answer.content.decode().strip(), "more": False}
    lines = _lines(answer)
    more = not answer.is_whole or len(lines) > ROWS_SHOWN + 1
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
    if not isinstance(term, NamedNode | BlankNode | Literal | Triple):
        return None
    value = describer.value(term)
    return value if len(value.text) <= _CELL_SHOWN else replace(value, text=value.text[:_CELL_SHOWN] + "…")


def _lines(answer: Beginning) -> list[str]:
    """The whole lines of an answer; a line break within a term is escaped."""
    *lines, cut = answer.content.split(b"\n")
    if answer.is_whole and cut:
        lines.append(cut)
    return [line.decode() + "\n" for line in lines]
