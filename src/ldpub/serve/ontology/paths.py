"""SHACL property paths in words (SHACL, 2.3.1): sequence, alternative, inverse, and how often."""

from __future__ import annotations

from pyoxigraph import BlankNode

from ldpub.namespaces import SH
from ldpub.serve.ontology.expressions import DEEPEST, LONGEST, Above
from ldpub.serve.ontology.graph import Graph, Term
from ldpub.serve.ontology.phrase import Names, Phrase, Words, fill, joined, plain

_OFTEN = (
    (SH + "inversePath", "onto_path_inverse"),
    (SH + "zeroOrMorePath", "onto_path_any"),
    (SH + "oneOrMorePath", "onto_path_once_or_more"),
    (SH + "zeroOrOnePath", "onto_path_at_most_once"),
)


class Paths:
    """Tells the paths of a graph in one language."""

    def __init__(self, graph: Graph, name: Names, words: Words) -> None:
        self._graph = graph
        self._name = name
        self._words = words
        self._left = 0

    def path(self, node: Term) -> Phrase:
        """A path in words; "…" for what is none."""
        self._left = LONGEST
        return self._path(node, ())

    def _path(self, node: Term, above: Above) -> Phrase:
        graph = self._graph
        self._left -= 1
        if node in above or len(above) >= DEEPEST or self._left < 0:
            return plain("…")
        inside = (*above, node)
        for name, key in _OFTEN:
            for one in graph.objects(node, name)[:1]:
                return fill(self._words[key], x=self._part(one, inside))
        for head in graph.objects(node, SH + "alternativePath")[:1]:
            parts = [self._part(one, inside) for one in graph.members(head)]
            return joined(parts, ", ", self._words["onto_or"]) or plain("…")
        if graph.is_list(node):
            parts = [self._part(one, inside) for one in graph.members(node)]
            return joined(parts, self._words["onto_then"]) or plain("…")
        return plain("…") if isinstance(node, BlankNode) else self._name(node)

    def _part(self, node: Term, above: Above) -> Phrase:
        phrase = self._path(node, above)
        return (*plain("("), *phrase, *plain(")")) if len(phrase) > 1 else phrase


def properties_of(graph: Graph, node: Term) -> set[Term]:
    """The properties that a path names, in whatever place."""
    found: set[Term] = set()
    seen: set[Term] = set()
    pending = [node]
    while pending:
        one = pending.pop()
        if one in seen:
            continue
        seen.add(one)
        inner = [value for name, _ in _OFTEN for value in graph.objects(one, name)]
        inner += [part for head in graph.objects(one, SH + "alternativePath") for part in graph.members(head)]
        inner += graph.members(one) if graph.is_list(one) else []
        pending += inner
        if not inner and not isinstance(one, BlankNode):
            found.add(one)
    return found
