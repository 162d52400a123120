"""What is wrong with shapes, as faults at file and line: the syntax, the queries, and what else a validator says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.load import line_of
from ldpub.build.locate import Locator
from ldpub.build.naming import Names, column_of
from ldpub.build.shape_queries import query_slips
from ldpub.build.shape_syntax import Shapes, Slip, Term, slips
from ldpub.errors import Fault
from ldpub.namespaces import SH

UNUSABLE = "the shapes cannot be used: "

Refuses = Callable[[list[Triple]], bool]
"""Whether the validator refuses these shapes, too."""


def shape_faults(dataset: Dataset, locator: Locator, names: Names) -> list[Fault]:
    """Every fault of the syntax of the shapes and of their queries."""
    shapes = Shapes(dataset.graph("shapes"))
    found = (*slips(shapes, names), *query_slips(shapes, names.prefixes))
    return [slip_fault(slip, locator, UNUSABLE) for slip in found]


def slip_fault(slip: Slip, locator: Locator, head: str = "", severity: str = "error") -> Fault:
    """A slip as a fault at its statement, or within the literal of it."""
    triple = slip.triple
    message = head + slip.message
    assert not isinstance(triple.subject, Triple), "RDF 1.1 has no triples as subjects"
    place = locator.find(triple.subject, triple.predicate, triple.object)
    if place is None:
        return Fault(message, mend=slip.mend, severity=severity, code="shapes")
    file, line = place
    if line and slip.line and isinstance(triple.object, Literal):
        written = triple.object.value.split("\n")
        within = line - len(written) + slip.line
        excerpt = line_of(file, within) if within > 0 else None
        at = excerpt.find(written[slip.line - 1]) if excerpt is not None else -1
        if at >= 0:
            column = at + (slip.column or 1)
            return Fault(message, file.name, within, column, excerpt, slip.mend, severity, "shapes")
    excerpt = line_of(file, line) if line else None
    column_at = column_of(triple.predicate.value, excerpt)
    return Fault(message, file.name, line, column_at, excerpt, slip.mend, severity, "shapes")


def validator_fault(message: str, dataset: Dataset, locator: Locator, names: Names, refuses: Refuses) -> Fault:
    """What a validator says of the shapes, at the statement that it means: by its names, else by trying each shape."""
    shapes = Shapes(dataset.graph("shapes"))
    mend = "see https://www.w3.org/TR/shacl/ for what may stand there"
    for triple in _meant(message, shapes, refuses):
        return slip_fault(Slip(triple, _readable(message, names), mend), locator, UNUSABLE)
    return Fault(UNUSABLE + _readable(message, names), code="shapes")


def _meant(message: str, shapes: Shapes, refuses: Refuses) -> Iterator[Triple]:
    """The statement that a message is about: that of a property which it names, of a shape which it names or none."""
    terms = [SH + name for name in re.findall(r"\bsh:([A-Za-z]+)", message)]
    subjects: list[Term] = [NamedNode(iri) for iri in re.findall(r"<([a-zA-Z][^<>\s]*:[^<>\s]+)>", message)]
    subjects += [BlankNode(name) for name in re.findall(r"(?:_:|')(f[0-9a-f]+n[0-9]+)\b", message)]
    named = [triple for triple in shapes.triples if triple.predicate.value in terms]
    of_shape = [triple for triple in shapes.triples if triple.subject in subjects]
    both = [triple for triple in named if triple.subject in subjects]
    if len(named) == 1 or both or of_shape:
        yield (both or of_shape or named)[0]
    yield from (triple for triple in shapes.triples if _is_pattern(triple, message))
    yield from (t for t in named if refuses(_around(t.subject, shapes)))
    all_subjects = dict.fromkeys(triple.subject for triple in shapes.triples)
    yield from (shapes_of[0] for s in all_subjects if refuses(shapes_of := _around(s, shapes)))


def _is_pattern(triple: Triple, message: str) -> bool:
    """Whether a message is Python's about the regular expression of a statement."""
    if triple.predicate.value != SH + "pattern" or not isinstance(triple.object, Literal):
        return False
    try:
        re.compile(triple.object.value)
    except re.error as error:
        return str(error) in message
    return False


def _around(subject: Term, shapes: Shapes) -> list[Triple]:
    """What is said of a shape, and of the blank nodes in it, with a target, so that it is read as a shape."""
    found: dict[Triple, None] = {}
    todo = [subject]
    while todo:
        for triples in (shapes.by[one] for one in [todo.pop()] if one in shapes.by):
            for triple in (t for several in triples.values() for t in several if t not in found):
                found[triple] = None
                todo += [triple.object] if isinstance(triple.object, BlankNode) else []
    assert isinstance(subject, NamedNode | BlankNode), "RDF 1.1 has no triples or literals as subjects"
    return [*found, Triple(subject, NamedNode(SH + "targetNode"), NamedNode(SH))]


def _readable(message: str, names: Names) -> str:
    """A message with prefixed names, without names of blank nodes, and on one line."""
    said = re.sub(r"<([a-zA-Z][^<>\s]*:[^<>\s]+)>", lambda match: names.iri(match[1]), message)
    said = re.sub(r"_:f[0-9a-f]+n[0-9]+\b", "[ ]", said)
    return " ".join(said.split())
