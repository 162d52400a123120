"""SHACL (W3C 2017) by pyshacl, or by pyshacl-turbo where it is installed: the border to rdflib and its terms."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import FrameType
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF, SH

from ldpub.build.results import Severity, Term, ValidationResult
from ldpub.errors import LdpubError


class ValidationTimeoutError(LdpubError):
    """Validation did not end in its time; a pattern with nested repetition is the usual reason."""


def has_turbo() -> bool:
    """Whether pyshacl-turbo, the extra `fast`, is installed."""
    return find_spec("pyshacl_turbo") is not None


def run_shacl(
    triples: Iterable[ox.Triple], shapes: Iterable[ox.Triple], turbo: bool, seconds: float
) -> list[ValidationResult]:
    """Validate a graph against shapes; results without places, sorted so that the same input gives the same report.

    Nothing is imported or fetched (`owl:imports` stays unread). Raises ValidationTimeoutError after `seconds`.
    """
    if turbo:
        from pyshacl_turbo import validate  # noqa: PLC0415 - an extra that need not be there
    else:
        from pyshacl import validate  # noqa: PLC0415 - slow to import, and needed by no other step
    with _deadline(seconds):
        _, report, _ = validate(
            to_rdflib(triples), shacl_graph=to_rdflib(shapes), inference="none", do_owl_imports=False, advanced=False
        )
    return sorted(_results(report), key=_order)


def to_rdflib(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """The same triples as an rdflib graph, literals kept as they are written."""
    graph = rdflib.Graph()
    terms: dict[Any, Any] = {}

    def term(value: Any) -> Any:
        if value not in terms:
            terms[value] = _to_rdflib_term(value)
        return terms[value]

    graph.addN((term(t.subject), term(t.predicate), term(t.object), graph) for t in triples)
    return graph


def _to_rdflib_term(term: Term) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == str(rdflib.XSD.string):
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def _from_rdflib_term(term: Any) -> Term:
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(term)
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(term)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(term.datatype)) if term.datatype else ox.Literal(str(term))


def _results(report: rdflib.Graph) -> Iterator[ValidationResult]:
    """The top-level results only: those of nested sh:node stand below them as details."""
    for result in report.objects(None, SH.result):
        value = report.value(result, SH.value)
        shape = report.value(result, SH.sourceShape)
        messages = {getattr(m, "language", None) or "": str(m) for m in report.objects(result, SH.resultMessage)}
        yield ValidationResult(
            severity=Severity(str(report.value(result, SH.resultSeverity)).rsplit("#", 1)[-1]),
            focus=_from_rdflib_term(report.value(result, SH.focusNode)),
            path=_path(report, report.value(result, SH.resultPath)),
            value=None if value is None else _from_rdflib_term(value),
            shape=str(shape) if isinstance(shape, rdflib.URIRef) else None,
            component=str(report.value(result, SH.sourceConstraintComponent)),
            messages=dict(sorted(messages.items())),
        )


def _path(report: rdflib.Graph, path: Any) -> str | None:
    """A property path in words: its IRI, `^` and the IRI for an inverse, `path` for anything longer."""
    if path is None or isinstance(path, rdflib.URIRef):
        return None if path is None else str(path)
    inverse = report.value(path, SH.inversePath)
    if isinstance(inverse, rdflib.URIRef):
        return f"^{inverse}"
    return "path" if (path, RDF.first, None) in report or (path, None, None) in report else None


def _order(result: ValidationResult) -> tuple[str, ...]:
    tier = str(list(Severity).index(result.severity))
    return (tier, result.shape or "", str(result.focus), result.path or "", str(result.value), result.component)


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Give up after a time. Python's `re` looks for signals while it backtracks, so a runaway pattern ends, too.

    Where there are no such signals (Windows, another thread than the main one) nothing bounds the time.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise ValidationTimeoutError(
            f"validation took longer than {seconds:g} s. Look for an sh:pattern with nested repetition, or raise "
            "build.validation_seconds."
        )

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
