"""Validate: holds what is asserted and inferred against the project's shapes, and adds the report's graph.

The catalogue is held against the shapes of its profiles: a project need not know what is in it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.load import line_of
from ldpub.build.locate import Locator
from ldpub.build.quality import assess
from ldpub.build.results import Severity, ValidationResult
from ldpub.build.shacl import ShapesError
from ldpub.build.shapes_asked import held, is_turbo
from ldpub.build.timing import part
from ldpub.errors import Fault, InvalidError, SourceError
from ldpub.namespaces import RDF, SH, XSD


def validate(dataset: Dataset) -> Dataset:
    """The dataset with its results, each with file and line, its graph `report`, and what its quality was measured at.

    Raises InvalidError where a shape of severity sh:Violation is broken, the data has no licence, or a bar of the
    settings is missed; warnings become notices.
    """
    locator = Locator(dataset)
    try:
        with part("SHACL"):
            found = dataset.ahead.result() if dataset.ahead else held(dataset)
    except ShapesError as error:
        raise SourceError([_shapes_fault(str(error), locator)]) from error
    with part("places of results"):
        results = tuple(_placed(found, locator))
    violations = [result.fault() for result in results if result.severity is Severity.VIOLATION]
    if violations:
        raise InvalidError(violations)
    name = dataset.project.iris.graph("report")
    told = [result.fault() for result in results if result.severity is Severity.WARNING]
    validated = dataset.with_graph(name, report_triples(name, results))
    with part("quality"):
        measured = replace(validated, results=results, notices=(*dataset.notices, *told))
        return assess(measured, is_turbo(dataset.project.config))


def _shapes_fault(message: str, locator: Locator) -> Fault:
    """What a validator says of the shapes, at the first shape that it names, if it names one."""
    said = f"the shapes cannot be used: {message}"
    for iri in re.findall(r"<([a-zA-Z][^<>\s]*:[^<>\s]+)>", message):
        if place := locator.find(NamedNode(iri)):
            file, line = place
            return Fault(said, file.name, line, excerpt=line_of(file, line) if line else None)
    return Fault(said)


def _placed(results: Iterable[ValidationResult], locator: Locator) -> Iterator[ValidationResult]:
    for result in results:
        if isinstance(result.focus, Literal):
            yield result
            continue
        path = NamedNode(result.path) if result.path and ":" in result.path[1:] and result.path[0] != "^" else None
        place = locator.find(result.focus, path, result.value)
        if place is None:
            yield result
        else:
            file, line = place
            yield replace(result, file=file.name, line=line, excerpt=line_of(file, line) if line else None)


def report_triples(name: str, results: Iterable[ValidationResult]) -> Iterator[Triple]:
    """The sh:ValidationReport (SHACL, 3.6) without blank nodes: the report is the graph's own IRI."""
    report = NamedNode(name)
    results = tuple(results)
    conforms = not any(result.severity is Severity.VIOLATION for result in results)
    yield Triple(report, _TYPE, NamedNode(SH + "ValidationReport"))
    yield Triple(report, _sh("conforms"), Literal(str(conforms).lower(), datatype=NamedNode(XSD + "boolean")))
    keys: Counter[str] = Counter()
    for result in results:
        key = _key(result)
        keys[key] += 1
        node = NamedNode(f"{name}#{key}" if keys[key] == 1 else f"{name}#{key}-{keys[key]}")
        yield Triple(report, _sh("result"), node)
        yield from _result_triples(node, result)


def _result_triples(node: NamedNode, result: ValidationResult) -> Iterator[Triple]:
    yield Triple(node, _TYPE, _sh("ValidationResult"))
    yield Triple(node, _sh("resultSeverity"), _sh(result.severity))
    yield Triple(node, _sh("sourceConstraintComponent"), NamedNode(result.component))
    if not isinstance(result.focus, BlankNode):
        yield Triple(node, _sh("focusNode"), result.focus)
    if result.path and result.path.startswith(("http:", "https:", "urn:")):
        yield Triple(node, _sh("resultPath"), NamedNode(result.path))
    if result.shape:
        yield Triple(node, _sh("sourceShape"), NamedNode(result.shape))
    if result.value is not None and not isinstance(result.value, BlankNode):
        yield Triple(node, _sh("value"), result.value)
    for language, text in result.messages.items():
        yield Triple(node, _sh("resultMessage"), Literal(text, language=language or None))


def _key(result: ValidationResult) -> str:
    """A name of the result that repeats: no label of a blank node is in it."""
    terms = ("_:" if isinstance(term, BlankNode) else term for term in (result.focus, result.value))
    parts = (result.shape, *terms, result.path, result.component)
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)


_TYPE = NamedNode(RDF + "type")
