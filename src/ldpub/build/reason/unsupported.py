"""What an ontology says that OWL 2 RL/RDF cannot use (OWL 2 Profiles, sections 4.2 and 4.3), each with the reason.

Two kinds: constructs for which the rule table has no rule at all, and class expressions on a side of an axiom from
which nothing follows by rules (`no inference in that direction`); the other direction, if any, is still used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.build.reason.values import KNOWN_DATATYPES, value
from ldpub.namespaces import OWL, PREFIXES, RDF, RDFS, XSD

Node = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class UnsupportedAxiom:
    """Something said that has no, or not its full, effect: the message for its author, and the triple."""

    message: str
    triple: Triple


_NO_RULE = {
    "disjointUnionOf": "a disjoint union",
    "hasSelf": "a self restriction",
    "minCardinality": "a minimum cardinality",
    "minQualifiedCardinality": "a qualified minimum cardinality",
    "cardinality": "an exact cardinality",
    "qualifiedCardinality": "a qualified exact cardinality",
    "onProperties": "a restriction on several properties",
    "onDataRange": "a cardinality qualified by a data range",
    "onDatatype": "a datatype restricted by facets",
    "datatypeComplementOf": "a complement of a datatype",
}
"""OWL predicates without any rule, and what they write."""

_NOT_SUPER = {"unionOf": "a union", "oneOf": "an enumeration", "someValuesFrom": "an existential restriction"}
_NOT_SUB = {
    "allValuesFrom": "a universal restriction",
    "complementOf": "a complement",
    "maxCardinality": "a maximum cardinality",
    "maxQualifiedCardinality": "a qualified maximum cardinality",
}


def unsupported_axioms(triples: Iterable[Triple]) -> list[UnsupportedAxiom]:
    """Every statement of an ontology that OWL 2 RL cannot use, or only in one direction, in the order of the input."""
    ontology = _Ontology(triples)
    found = [*_without_rule(ontology), *_one_way(ontology)]
    order = {triple: position for position, triple in enumerate(ontology.triples)}
    return sorted(dict.fromkeys(found), key=lambda axiom: (order[axiom.triple], axiom.message))


class _Ontology:
    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = list(triples)
        self.by_predicate: dict[str, list[Triple]] = {}
        self.by_subject: dict[Node, list[Triple]] = {}
        for triple in self.triples:
            self.by_predicate.setdefault(triple.predicate.value, []).append(triple)
            self.by_subject.setdefault(_node(triple.subject), []).append(triple)

    def having(self, predicate: str) -> list[Triple]:
        return self.by_predicate.get(predicate, [])

    def objects(self, subject: Node, predicate: str) -> list[Node]:
        return [_node(t.object) for t in self.by_subject.get(subject, ()) if t.predicate.value == predicate]

    def elements(self, head: Node) -> list[Node]:
        """The elements of a list, as far as it goes."""
        found: list[Node] = []
        seen: set[Node] = set()
        pending = [head]
        while pending and pending[0] not in seen:
            seen.add(pending[0])
            found += self.objects(pending[0], RDF + "first")
            pending = self.objects(pending[0], RDF + "rest")
        return found


def _node(term: object) -> Node:
    assert isinstance(term, NamedNode | BlankNode | Literal), "RDF 1.1 has no quoted triples"
    return term


def _without_rule(ontology: _Ontology) -> Iterator[UnsupportedAxiom]:
    for name, what in _NO_RULE.items():
        for triple in ontology.having(OWL + name):
            yield UnsupportedAxiom(f"{_where(ontology, triple)} says {what} (owl:{name}), {_NONE}", triple)
    for triple in ontology.having(RDF + "type"):
        if triple.object == NamedNode(OWL + "ReflexiveProperty"):
            text = f"{_short(_node(triple.subject))} is said to be an owl:ReflexiveProperty, {_NONE}"
            yield UnsupportedAxiom(text, triple)
    for name in ("maxCardinality", "maxQualifiedCardinality"):
        for triple in ontology.having(OWL + name):
            if isinstance(triple.object, Literal) and value(triple.object) not in {("decimal", 0), ("decimal", 1)}:
                text = f"{_where(ontology, triple)} says owl:{name} {triple.object.value}; OWL 2 RL knows only 0 and 1"
                yield UnsupportedAxiom(text, triple)
    yield from _unchecked_datatypes(ontology)
    yield from _absent_imports(ontology)


_NONE = "which OWL 2 RL cannot use: there is no rule for it"


def _unchecked_datatypes(ontology: _Ontology) -> Iterator[UnsupportedAxiom]:
    for triple in ontology.having(RDFS + "range"):
        term = triple.object
        if isinstance(term, NamedNode) and term.value.startswith(XSD) and term.value not in KNOWN_DATATYPES:
            text = (
                f"{_short(_node(triple.subject))} has the range {_short(term)}, a datatype whose values are not checked"
            )
            yield UnsupportedAxiom(text, triple)


def _absent_imports(ontology: _Ontology) -> Iterator[UnsupportedAxiom]:
    present = {t.subject for t in ontology.having(RDF + "type") if t.object == NamedNode(OWL + "Ontology")}
    for triple in ontology.having(OWL + "imports"):
        if triple.object not in present:
            absent = f"imports {_short(_node(triple.object))}, which is not among the files: imports are not fetched"
            text = f"{_short(_node(triple.subject))} {absent}"
            yield UnsupportedAxiom(text, triple)


_ENDS = (
    (RDFS + "subClassOf", "sub", ""),
    (RDFS + "subClassOf", "", "super"),
    (OWL + "equivalentClass", "sub", "sub"),
    (OWL + "equivalentClass", "super", "super"),
    (OWL + "disjointWith", "sub", "sub"),
    (OWL + "hasKey", "sub", ""),
    (RDFS + "domain", "", "super"),
    (RDFS + "range", "", "super"),
    (RDF + "type", "", "super"),
)
"""Predicates of axioms with the side on which their subject and their object stand, if either is a class."""


def _one_way(ontology: _Ontology) -> Iterator[UnsupportedAxiom]:
    """Class expressions from which, or to which, nothing follows where they stand."""
    for predicate, subject_side, object_side in _ENDS:
        for axiom in ontology.having(predicate):
            for node, side in ((axiom.subject, subject_side), (axiom.object, object_side)):
                if side:
                    yield from _visit(ontology, _node(node), side, axiom)
    for axiom in ontology.having(OWL + "members"):
        for element in ontology.elements(_node(axiom.object)):
            yield from _visit(ontology, element, "sub", axiom)
    for name in (*_NOT_SUPER, *_NOT_SUB, "intersectionOf"):
        for axiom in ontology.having(OWL + name):
            if isinstance(axiom.subject, NamedNode):  # a class defined by an expression is equivalent to it
                yield from _expression(ontology, axiom, "sub", axiom)
                yield from _expression(ontology, axiom, "super", axiom)


def _visit(ontology: _Ontology, node: Node, side: str, axiom: Triple) -> Iterator[UnsupportedAxiom]:
    """Look into an anonymous class expression on one side of an axiom; a named class is looked at by itself."""
    if isinstance(node, BlankNode):
        for part in ontology.by_subject.get(node, ()):
            yield from _expression(ontology, part, side, axiom)


def _expression(ontology: _Ontology, part: Triple, side: str, axiom: Triple) -> Iterator[UnsupportedAxiom]:
    name = part.predicate.value.removeprefix(OWL)
    what = (_NOT_SUPER if side == "super" else _NOT_SUB).get(name)
    if what is not None:
        yield UnsupportedAxiom(_direction(ontology, what, name, side, axiom), axiom)
    other = "super" if side == "sub" else "sub"
    if name in {"intersectionOf", "unionOf"}:
        for element in ontology.elements(_node(part.object)):
            yield from _visit(ontology, element, side, axiom)
    elif name in {"someValuesFrom", "allValuesFrom"}:
        yield from _visit(ontology, _node(part.object), side, axiom)
    elif name == "complementOf":
        yield from _visit(ontology, _node(part.object), other, axiom)
    elif name == "maxQualifiedCardinality":
        for filler in ontology.objects(_node(part.subject), OWL + "onClass"):
            yield from _visit(ontology, filler, other, axiom)


def _direction(ontology: _Ontology, what: str, name: str, side: str, axiom: Triple) -> str:
    consequence = {
        "super": "that something is in it lets OWL 2 RL infer nothing",
        "sub": "OWL 2 RL never infers that something is in it",
    }[side]
    return f"{_where(ontology, axiom)} says {what} (owl:{name}): {consequence} (no inference in that direction)"


def _where(ontology: _Ontology, triple: Triple) -> str:
    """The named term that a statement is about: its subject, or what the anonymous subject belongs to."""
    seen: set[Node] = set()
    node = _node(triple.subject)
    while isinstance(node, BlankNode) and node not in seen:
        seen.add(node)
        node = next((_node(t.subject) for t in ontology.triples if t.object == node), node)
    return _short(node)


def _short(node: Node) -> str:
    if isinstance(node, NamedNode):
        for prefix, namespace in PREFIXES.items():
            if node.value.startswith(namespace):
                return f"{prefix}:{node.value.removeprefix(namespace)}"
        return f"<{node.value}>"
    return "an anonymous class" if isinstance(node, BlankNode) else str(node)
