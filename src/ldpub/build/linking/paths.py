"""Property paths (SPARQL 1.1 Query, 9.1) of names, `^`, `/` and `|`, followed from single things, and subclasses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.build.facets import Graph, Objects, Step, read_path
from ldpub.build.numbered import Term
from ldpub.build.rows import numbered
from ldpub.errors import Fault, SourceError
from ldpub.namespaces import RDF, RDFS

Paths = tuple[tuple[Step, ...], ...]


def read_setting(name: str, text: str, prefixes: Mapping[str, str]) -> Paths:
    """The property path of a setting; raises SourceError naming the setting."""
    try:
        return read_path(text, prefixes)
    except ValueError as error:
        raise SourceError([Fault(f"{name}: {error}", "ldpub.toml")]) from error


def read_iri(name: str, text: str, prefixes: Mapping[str, str]) -> str:
    """The IRI of a setting: an <IRI>, a name with a prefix, or a bare IRI; raises SourceError naming the setting."""
    paths = read_setting(name, f"<{text}>" if "://" in text and not text.startswith("<") else text, prefixes)
    if len(paths) != 1 or len(paths[0]) != 1 or paths[0][0].is_inverse:
        raise SourceError([Fault(f"{name}: {text!r} must be one IRI or name with a prefix", "ldpub.toml")])
    return paths[0][0].iri


class Ways:
    """A graph in which paths are followed."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._graph = Graph(numbered(triples))
        self._inverse: dict[str, Objects] = {}

    def reach(self, thing: Term, paths: Paths) -> list[Term]:
        """What the paths lead to from a thing, each once, in order."""
        found: dict[Term, None] = {}
        for steps in paths:
            nodes: list[Term] = [thing]
            for step in steps:
                nodes = [value for node in nodes for value in self._values(node, step)]
            found.update(dict.fromkeys(nodes))
        return list(found)

    def values(self, thing: Term, predicate: str) -> list[Term]:
        """The values of one property."""
        return list(self._graph.objects(thing, predicate))

    def texts(self, thing: Term, predicate: str) -> Iterator[Literal]:
        """The values of a property that are literals."""
        return (term for term in self._graph.objects(thing, predicate) if isinstance(term, Literal))

    def subjects(self, predicate: str) -> Iterable[NamedNode | BlankNode]:
        """What has a property."""
        return self._graph.subjects(predicate)

    def of_class(self, iri: str) -> list[NamedNode]:
        """The things with an IRI that are of a class or of one of its subclasses, in the order of their IRIs."""
        classes = self.subclasses(iri)
        found = {thing for one in classes for thing in self._instances.get(NamedNode(one), ())}
        return sorted((thing for thing in found if isinstance(thing, NamedNode)), key=lambda thing: thing.value)

    def subclasses(self, iri: str) -> set[str]:
        """A class and all of its named subclasses."""
        below = self._turned(RDFS + "subClassOf")
        found, pending = {iri}, [iri]
        while pending:
            for sub in below.get(NamedNode(pending.pop()), ()):
                if isinstance(sub, NamedNode) and sub.value not in found:
                    found.add(sub.value)
                    pending.append(sub.value)
        return found

    @cached_property
    def _instances(self) -> Objects:
        return self._turned(RDF + "type")

    def _values(self, node: Term, step: Step) -> Iterable[Term]:
        if not step.is_inverse:
            return self._graph.objects(node, step.iri)
        return self._turned(step.iri).get(node, ()) if isinstance(node, NamedNode | BlankNode) else ()

    def _turned(self, predicate: str) -> Objects:
        if predicate not in self._inverse:
            self._inverse[predicate] = self._graph.pairs(Step(predicate, is_inverse=True))
        return self._inverse[predicate]
