"""What a statement rests on: the claims that agree with it, else the entry that it stands in; passages and documents.

PROV-O, 3.2 (prov:hadPrimarySource) for documents; which property leads to a passage, and says it, is the project's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.serve.claims import Claims, claims_about
from ldpub.serve.describe import SOURCES, Describer
from ldpub.serve.described import Value
from ldpub.serve.quads import Quad


@dataclass(frozen=True)
class Passage:
    """A passage of a document: its page, what it says, and the documents, which are one as a rule."""

    page: Value
    said: tuple[Value, ...]
    documents: tuple[Value, ...]


@dataclass(frozen=True)
class Grounds:
    """What a statement rests on; `is_whole` where that is told of the whole entry and not of the statement alone.

    `is_told` where it was told for another statement of the entry before.
    """

    claims: tuple[Value, ...]
    passages: tuple[Passage, ...]
    documents: tuple[Value, ...]
    is_whole: bool
    is_told: bool = False


class Ground:
    """Finds what statements rest on; reads the claims about each thing once."""

    def __init__(self, describer: Describer) -> None:
        self._describer = describer
        self._statements = describer.snapshot.statements
        self._terms = describer.snapshot.claims
        self._claims: dict[NamedNode, Claims] = {}
        self._told: set[tuple[NamedNode, frozenset[Quad]]] = set()

    def of(self, triple: Triple, graphs: Collection[str]) -> Grounds | None:
        """What an asserted statement rests on; None where neither a claim nor its entry in those graphs has sources."""
        thing = triple.subject
        if not isinstance(thing, NamedNode):
            return None
        if thing not in self._claims:
            self._claims[thing] = claims_about(self._describer, thing)
        claims = self._claims[thing].supporting(triple, self._describer.snapshot.terms.dates)
        quads = self._attesting([claim.node for claim in claims])
        is_whole = not quads
        if is_whole:
            quads = self._of_entry(self._attesting([thing]), graphs)
        if not quads:
            return None
        entry = (thing, frozenset(quads))
        if is_whole and entry in self._told:
            return Grounds((), (), (), is_whole=True, is_told=True)
        self._told.add(entry)
        passages = self._passages(quads)
        told = {document.href for passage in passages for document in passage.documents}
        documents = self._values([quad.object for quad in quads if quad.predicate.value in SOURCES])
        rest = tuple(document for document in documents if document.href not in told)
        return Grounds(() if is_whole else tuple(claim.page for claim in claims), passages, rest, is_whole)

    def _attesting(self, nodes: Sequence[NamedNode]) -> list[Quad]:
        return self._statements.facts(nodes, [*self._terms.evidence, *SOURCES]) if nodes else []

    def _of_entry(self, quads: Sequence[Quad], graphs: Collection[str]) -> list[Quad]:
        """What attests an entry: where files name sources, only that of the files in which the statement stands."""
        asserted = [quad for quad in quads if not self._describer.is_inferred(quad)]
        if not asserted:
            return list(quads)
        return [quad for quad in asserted if getattr(quad.graph_name, "value", "") in graphs]

    def _passages(self, quads: Sequence[Quad]) -> tuple[Passage, ...]:
        nodes = dict.fromkeys(quad.object for quad in quads if quad.predicate.value in self._terms.evidence)
        named = [node for node in nodes if isinstance(node, NamedNode)]
        facts = self._statements.facts(named, [*self._terms.passage, *SOURCES])
        self._describer.learn(named)
        return tuple(self._passage(node, [quad for quad in facts if quad.subject == node]) for node in named)

    def _passage(self, node: NamedNode, facts: Sequence[Quad]) -> Passage:
        texts = [q for q in facts if q.predicate.value in self._terms.passage and isinstance(q.object, Literal)]
        said = tuple(self._describer.value(quad.object) for quad in self._describer.in_language(texts))
        documents = self._values([quad.object for quad in facts if quad.predicate.value in SOURCES])
        return Passage(self._describer.value(node), said, documents)

    def _values(self, terms: Sequence[object]) -> tuple[Value, ...]:
        named = list(dict.fromkeys(term for term in terms if isinstance(term, NamedNode)))
        self._describer.learn(named)
        return tuple(map(self._describer.value, named))
