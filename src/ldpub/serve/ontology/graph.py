"""Statements about terms and shapes in memory (RDF 1.1), read once per release and asked many times for a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.namespaces import RDF, RDFS

Term = NamedNode | BlankNode | Literal | Triple

_NIL = NamedNode(RDF + "nil")


class Graph:
    """Triples by subject and by object, each once, in the order in which they were given."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._by_subject: dict[object, dict[str, list[Term]]] = defaultdict(dict)
        self._by_object: dict[object, dict[str, list[Term]]] = defaultdict(dict)
        for triple in dict.fromkeys(triples):
            name = triple.predicate.value
            self._by_subject[triple.subject].setdefault(name, []).append(triple.object)
            if not isinstance(triple.object, Literal):
                self._by_object[triple.object].setdefault(name, []).append(triple.subject)

    @property
    def all_subjects(self) -> Iterable[object]:
        """Everything about which something is said."""
        return self._by_subject.keys()

    def about(self, subject: object) -> Mapping[str, Sequence[Term]]:
        """What is said about a term, by property."""
        return self._by_subject.get(subject, {})

    def objects(self, subject: object, name: str) -> Sequence[Term]:
        """The values of a property of a term."""
        return self._by_subject.get(subject, {}).get(name, ())

    def value(self, subject: object, name: str) -> Term | None:
        """The first value of a property of a term, or None."""
        return next(iter(self.objects(subject, name)), None)

    def subjects(self, name: str, target: object) -> Sequence[Term]:
        """What has a term as the value of a property."""
        return self._by_object.get(target, {}).get(name, ())

    def leading(self, target: object) -> Mapping[str, Sequence[Term]]:
        """What has a term as a value, by property."""
        return self._by_object.get(target, {})

    def having(self, name: str) -> list[Term]:
        """What has a property."""
        return [subject for subject, said in self._by_subject.items() if name in said]  # type: ignore[misc]

    def texts(self, subject: object, name: str) -> dict[str, str]:
        """The texts of a property of a term, by language, the first of each."""
        found: dict[str, str] = {}
        for value in self.objects(subject, name):
            if isinstance(value, Literal):
                found.setdefault(value.language or "", value.value)
        return found

    def members(self, head: object) -> list[Term]:
        """The members of an RDF collection (RDF Schema 1.1, 5.2), as far as it is well-formed."""
        found: list[Term] = []
        seen = {_NIL}
        while head is not None and head not in seen:
            seen.add(head)  # type: ignore[arg-type]
            found += self.objects(head, RDF + "first")[:1]
            head = self.value(head, RDF + "rest")
        return found

    def is_list(self, node: object) -> bool:
        """Whether a node is an RDF collection, empty or not."""
        return node == _NIL or RDF + "first" in self.about(node)


def superclasses(graph: Graph, term: Term) -> list[NamedNode]:
    """The named classes above a class, the nearest first."""
    found: dict[NamedNode, None] = {}
    pending = [term]
    for one in pending:
        for up in graph.objects(one, RDFS + "subClassOf"):
            if isinstance(up, NamedNode) and up not in found and up != term:
                found[up] = None
                pending.append(up)
    return list(found)
