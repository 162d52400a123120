"""The reference engine: owlrl's OWL 2 RL semantics, slow and independent, under the same project rules."""

from __future__ import annotations

import owlrl
import rdflib
from owlrl.Namespaces import ERRNS
from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.build.reason.explain import Step
from ldpub.build.reason.fixpoint import Clash, Fixpoint
from ldpub.build.reason.relations import Ids, Relations, pack
from ldpub.build.reason.terms import Term, Terms


class OwlrlFixpoint(Fixpoint):
    """A fixpoint whose steps are owlrl's: each `saturate` closes the whole graph anew and adds a round."""

    def __init__(self) -> None:
        super().__init__(Terms())
        self._messages: set[str] = set()

    def saturate(self, made: dict[int, set[int]] | None = None, maker: str | None = None) -> int:
        """Add what a project rule made, and all that owlrl infers from the graph; the triples added."""
        before = len(self.relations.rounds)
        self._visible(made or {}, maker)
        self.datatypes.observe()
        graph = self._graph()
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
        errors = set(graph.subjects(rdflib.RDF.type, ERRNS.ErrorMessage))
        self._messages |= {str(message) for message in graph.objects(None, ERRNS.error)}
        inferred: dict[int, set[int]] = {}
        for s, p, o in graph:
            if s not in errors and isinstance(p, rdflib.URIRef):
                number = self.terms.number(_ours(p))
                inferred.setdefault(number, set()).add(pack(self._number(s), self._number(o)))
        self._visible(inferred, None)
        self.datatypes.observe()
        return sum(len(pairs) for one in self.relations.rounds[before:] for pairs in one.added.values())

    def clashes(self) -> list[Clash]:
        """owlrl's error messages; it does not say which triples made them."""
        return [Clash(f"owlrl: {message}", ()) for message in sorted(self._messages)]

    def _number(self, term: rdflib.term.Node) -> int:
        return self.terms.number(_ours(term))

    def _graph(self) -> rdflib.Graph:
        graph = rdflib.Graph()
        theirs = [_theirs(term) for term in self.terms.terms]
        for p in self.relations.pairs:
            for s, o in self.relations.match(None, p, None):
                graph.add((theirs[s], theirs[p], theirs[o]))
        return graph


class Unexplained:
    """Explanations of an engine that gives none: the rule is `owlrl`, and there are no premises."""

    def __init__(self, relations: Relations) -> None:
        self._relations = relations

    @staticmethod
    def axioms() -> dict[int, set[int]]:
        """Nothing to begin with."""
        return {}

    def step(self, triple: Ids) -> Step | None:
        """The step, if the triple was inferred."""
        return ("owlrl", ()) if self._relations.born(triple) else None


def _theirs(term: Term) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if term.language is not None:
        return rdflib.Literal(term.value, lang=term.language, normalize=False)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def _ours(term: rdflib.term.Node) -> Term:
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    assert isinstance(term, rdflib.Literal), "RDF 1.1 has no other terms"
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype))) if term.datatype else Literal(str(term))
