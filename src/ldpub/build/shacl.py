"""SHACL (W3C 2017) by pyshacl, or by pyshacl-turbo where it is installed: the border to rdflib and its terms."""

from __future__ import annotations

import logging
import re
import signal
import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import FrameType
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH

from ldpub.build.numbered import Listed
from ldpub.build.results import Severity, Term, ValidationResult
from ldpub.errors import LdpubError


class ValidationTimeoutError(LdpubError):
    """Validation did not end in its time; a pattern with nested repetition is the usual reason."""


class ShapesError(LdpubError):
    """The shapes cannot be used: one is not what SHACL allows, or asks for what is not done (SERVICE)."""


def has_turbo() -> bool:
    """Whether pyshacl-turbo, the extra `fast`, is installed."""
    return find_spec("pyshacl_turbo") is not None


def run_shacl(triples: Listed, shapes: Iterable[ox.Triple], turbo: bool, seconds: float) -> list[ValidationResult]:
    """Validate a graph against shapes; results without places, sorted so that the same input gives the same report.

    Nothing is imported or fetched (`owl:imports` stays unread). Raises ValidationTimeoutError after `seconds`,
    ShapesError where a shape is none.
    """
    with _deadline(seconds), _quiet():
        shapes_graph = to_rdflib(shapes)
        try:
            report = (_by_turbo if turbo else _by_pyshacl)(triples, shapes_graph)
        except LdpubError:
            raise
        except Exception as error:  # the validators, their regular expressions and SPARQL parsers share no class
            raise ShapesError(str(error).split("\nFor reference", 1)[0].strip() or type(error).__name__) from error
    if not isinstance(report, rdflib.Graph):  # a ValidationFailure, which they return and do not raise
        raise ShapesError(str(getattr(report, "message", report)))
    return sorted(_results(report, shapes_graph), key=_order)


def _by_pyshacl(triples: Iterable[ox.Triple], shapes: rdflib.Graph) -> Any:
    from pyshacl import validate  # noqa: PLC0415 - slow to import, and needed by no other step

    data = to_rdflib(triples)
    return validate(data, shacl_graph=shapes, inference="none", do_owl_imports=False, advanced=False)[1]


def _by_turbo(triples: Listed, shapes: rdflib.Graph) -> Any:
    """The report of pyshacl-turbo, which is given N-Triples: an rdflib graph of them takes most of time and memory."""
    import pyshacl_turbo  # noqa: PLC0415 - an extra that need not be there
    from pyshacl_turbo.rdf import Input  # noqa: PLC0415

    turbo: Any = pyshacl_turbo
    data = Input(triples.ascii(), "nt", None, {}, preserve_ids=True)
    return turbo.compile_shapes(shapes, advanced=False).validate(data)[1]


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what they log of what they raise, and rdflib's tracebacks of ill-typed literals: the results say both."""
    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="rdflib")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


class Messages:
    """What the shapes themselves say of results, in which language.

    Validators lose the language when they fill in a template, so a message is held against the `sh:message` templates
    of the shapes (SHACL, 5.3.2: `{?name}` and `{$name}`). One that no shape says is the validator's own and left out.
    """

    def __init__(self, shapes: rdflib.Graph) -> None:
        self._plain: dict[str, set[str]] = {}
        self._templates: list[tuple[re.Pattern[str], str]] = []
        for message in sorted(set(shapes.objects(None, SH.message)), key=str):
            if isinstance(message, rdflib.Literal):
                language = message.language or ""
                self._plain.setdefault(str(message), set()).add(language)
                parts = re.split(r"\{[?$]\w+\}", str(message))
                if len(parts) > 1:
                    pattern = re.compile("(?s:.*?)".join(map(re.escape, parts)))
                    self._templates.append((pattern, language))

    def by_language(self, messages: Iterable[Any]) -> dict[str, str]:
        """One text for each language; where several say it, that of a template goes before a fixed one."""
        found: dict[str, tuple[bool, str]] = {}
        for message in messages:
            text = str(message)
            filled = [language for pattern, language in self._templates if pattern.fullmatch(text)]
            tag = getattr(message, "language", None)
            for language in [tag] if tag else filled or self._plain.get(text, set()):
                choice = (not filled, text)
                found[language] = min(found.get(language, choice), choice)
        return {language: text for language, (_, text) in sorted(found.items())}


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


def _results(report: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[ValidationResult]:
    """The top-level results only: those of nested sh:node stand below them as details."""
    said = Messages(shapes)
    for result in report.objects(None, SH.result):
        value = report.value(result, SH.value)
        shape = report.value(result, SH.sourceShape)
        component = str(report.value(result, SH.sourceConstraintComponent))
        yield ValidationResult(
            severity=Severity(str(report.value(result, SH.resultSeverity)).rsplit("#", 1)[-1]),
            focus=_from_rdflib_term(report.value(result, SH.focusNode)),
            path=_path(report, report.value(result, SH.resultPath)),
            value=None if value is None else _from_rdflib_term(value),
            shape=str(shape) if isinstance(shape, rdflib.URIRef) else None,
            component=component,
            messages=said.by_language(report.objects(result, SH.resultMessage)),
            asked=_asked(shapes, shape, component),
        )


def _asked(shapes: rdflib.Graph, shape: Any, component: str) -> tuple[str, tuple[Term, ...]] | None:
    """The parameter of a result's component (`sh:minCount`) and its values in the shape, unless they are blank."""
    local = component.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    name = local[:1].lower() + local[1:]
    values = sorted(shapes.objects(shape, SH[name]), key=str) if name in _PARAMETERS else []
    if len(values) == 1 and (values[0], RDF.first, None) in shapes:
        values = list(Collection(shapes, values[0]))
    if not values or any(isinstance(value, rdflib.BNode) for value in values):
        return None
    return f"sh:{name}", tuple(map(_from_rdflib_term, values))


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
    terms = (result.shape or "", str(result.focus), result.path or "", str(result.value), result.component)
    return (tier, *terms, *result.messages.values())


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Give up after a time. Python's `re` looks for signals while it backtracks, so a runaway pattern ends, too.

    Where there are no such signals (Windows, another thread than the main one) nothing bounds the time; pyshacl-turbo
    is stopped only between two of its calls, but its patterns cannot run away.
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


_COUNTED = tuple(bound + what for what in ("Count", "Length", "Exclusive", "Inclusive") for bound in ("min", "max"))
_PARAMETERS = frozenset(
    (
        *("class", "datatype", "nodeKind", "pattern", "languageIn", "in", "hasValue", "equals", "disjoint"),
        *("lessThan", "lessThanOrEquals", "qualifiedMinCount", "qualifiedMaxCount", *_COUNTED),
    )
)
"""Parameters that say to a reader what is asked for."""
