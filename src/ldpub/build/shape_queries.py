"""The queries in shapes (SHACL, 5: SPARQL-based constraints), as the engine's parser reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.build.shape_syntax import Shapes, Slip, Term
from ldpub.errors import MalformedQueryError, QueryError
from ldpub.namespaces import SH
from ldpub.store.faults import malformed, report_of
from ldpub.store.guard import check
from ldpub.store.limits import Limits

_QUERIES = frozenset((SH + "select", SH + "ask"))


def query_slips(shapes: Shapes, known: Mapping[str, str]) -> Iterator[Slip]:
    """The queries that are no SPARQL 1.1, each at its place; what is SPARQL and not allowed is left to the validator.

    `known` are prefixes that are offered where a query does not declare them.
    """
    for triple in shapes.triples:
        if triple.predicate.value in _QUERIES and isinstance(triple.object, Literal):
            declared = _declared(shapes, triple.subject)
            try:
                _parse(triple.object.value, declared, known)
            except MalformedQueryError as error:
                yield _slip(triple, error)


def _declared(shapes: Shapes, executable: Term) -> dict[str, str]:
    """The prefixes that sh:prefixes gives a query (SHACL, 5.2.1)."""
    found: dict[str, str] = {}
    for said in shapes.said(executable, "prefixes"):
        for declaration in shapes.said(said.object, "declare"):
            names, spaces = (shapes.said(declaration.object, name) for name in ("prefix", "namespace"))
            if names and spaces:
                found[_text(names[0].object)] = _text(spaces[0].object)
    return found


def _text(term: Term) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""


def _parse(text: str, declared: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Let the engine parse a query with its prefixes on one line before it; raises MalformedQueryError."""
    head = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in declared.items())
    whole = f"{head}\n{text}"
    try:
        check(whole, Limits())
    except MalformedQueryError:
        raise
    except QueryError:  # SERVICE, or beyond a limit of the endpoint: the validator has its own word on that
        return
    report = report_of(whole)
    if report is not None:
        raise malformed(whole, report, report_of, known)


def _slip(triple: Triple, error: MalformedQueryError) -> Slip:
    said = str(error).partition(": ")[2] if error.line is not None else str(error)
    message, _, mend = said.partition(". ")
    name = "sh:" + triple.predicate.value.removeprefix(SH)
    line = error.line - 1 if error.line is not None and error.line > 1 else None
    told = f"the query of {name} is no SPARQL 1.1: {message.rstrip('.')}"
    if not mend:
        mend = "see https://www.w3.org/TR/sparql11-query/#sparqlGrammar"
    else:
        mend = f"{mend[0].lower()}{mend[1:].rstrip('.')}, or declare the prefix by sh:prefixes"
    return Slip(triple, told, mend, line, error.column if line else None)
