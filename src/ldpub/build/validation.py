"""Validate: holds what is asserted and inferred against the project's shapes, and adds the report's graph.

The catalogue is held against the shapes of its profiles: a project need not know what is in it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.load import line_of
from ldpub.build.locate import Locator
from ldpub.build.loose_ends import loose_ends
from ldpub.build.memory import give_back
from ldpub.build.naming import column_of, names_of
from ldpub.build.quality import assess
from ldpub.build.results import Severity, ValidationResult
from ldpub.build.rows import listed
from ldpub.build.shacl import ShapesError, run_shacl
from ldpub.build.shape_faults import shape_faults, validator_fault
from ldpub.build.shapes_asked import held, is_turbo
from ldpub.build.timing import part
from ldpub.errors import InvalidError, SourceError
from ldpub.namespaces import RDF, SH, XSD


def validate(dataset: Dataset) -> Dataset:
    """The dataset with its results, each with file and line, its graph `report`, and what its quality was measured at.

    Raises InvalidError where a shape of severity sh:Violation is broken, the data has no licence, or a bar of the
    settings is missed; warnings become notices.
    """
    locator = Locator(dataset)
    project = dataset.project
    names = names_of(project.prefixes, (file.path for role in ("ontology", "shapes") for file in project.files[role]))
    if wrong := shape_faults(dataset, locator, names):
        raise SourceError(wrong)
    turbo, seconds = is_turbo(project.config), project.config["build.validation_seconds"]
    try:
        with part("SHACL"):
            found = dataset.ahead.result() if dataset.ahead else held(dataset)
        give_back()
    except ShapesError as error:
        fault = validator_fault(str(error), dataset, locator, names, lambda some: _is_refused(some, turbo, seconds))
        raise SourceError([fault]) from error
    with part("places of results"):
        results = tuple(_placed(found, locator))
    violations = [result.fault(names) for result in results if result.severity is Severity.VIOLATION]
    with part("loose ends"):
        loose = loose_ends(dataset, locator, names)
    if violations:
        raise InvalidError([*loose, *violations])
    name = dataset.project.iris.graph("report")
    told = [*loose, *(result.fault(names) for result in results if result.severity is Severity.WARNING)]
    validated = dataset.with_graph(name, report_triples(name, results))
    try:
        with part("quality"):
            return assess(replace(validated, results=results, notices=(*dataset.notices, *told)), turbo)
    except InvalidError as error:
        raise InvalidError([*loose, *error.faults]) from error


def _is_refused(shapes: list[Triple], turbo: bool, seconds: float) -> bool:
    """Whether the validator refuses these shapes even where there is no data to hold against them."""
    try:
        run_shacl(listed([]), shapes, turbo, seconds)
    except ShapesError:
        return True
    return False


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
            excerpt = line_of(file, line) if line else None
            column = _column(result, excerpt)
            yield replace(result, file=file.name, line=line, excerpt=excerpt, column=column)


def _column(result: ValidationResult, excerpt: str | None) -> int | None:
    """Where a line has the value that is at fault, else the property, else the thing."""
    if isinstance(result.value, Literal) and excerpt is not None and (at := excerpt.find(result.value.value)) >= 0:
        return at + 1 - (excerpt[at - 1 : at] in ('"', "'"))
    terms = (result.value, result.path, result.focus)
    iris = (term.value if isinstance(term, NamedNode) else term for term in terms)
    return next((found for iri in iris if isinstance(iri, str) and (found := column_of(iri, excerpt))), None)


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
