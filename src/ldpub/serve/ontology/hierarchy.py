"""The hierarchy of an ontology's classes or properties as nested lists, each with the number of its instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from markupsafe import Markup
from pyoxigraph import NamedNode

from ldpub.serve.ontology.graph import Graph

Item = Callable[[NamedNode], Markup]
"""A term as it stands in the list."""


def hierarchy(graph: Graph, terms: Sequence[NamedNode], above: str, item: Item) -> Markup:
    """The terms as nested lists by a property that leads upwards; a term below several stands below each of them.

    What is below a term is listed where the term comes first, and no term within itself, so that circles end. Terms
    below none, or only below each other, are at the top.
    """
    known = set(terms)
    parents = {
        term: [up for up in graph.objects(term, above) if isinstance(up, NamedNode) and up in known and up != term]
        for term in terms
    }
    children: dict[NamedNode, list[NamedNode]] = {}
    for term in terms:
        for up in parents[term]:
            children.setdefault(up, []).append(term)
    told: set[NamedNode] = set()
    tops = [term for term in terms if not parents[term]]
    parts = [_list(tops, children, item, told)]
    while left := [term for term in terms if term not in told]:
        parts.append(_list(left[:1], children, item, told))
    return Markup("").join(parts)


def _list(
    tops: Iterable[NamedNode],
    children: Mapping[NamedNode, Sequence[NamedNode]],
    item: Item,
    told: set[NamedNode],
) -> Markup:
    """One list with all that is below, without recursion: hierarchies may be deep."""
    parts: list[Markup] = []
    pending: list[NamedNode | Markup] = [_CLOSE, *reversed(list(tops)), _OPEN]
    while pending:
        one = pending.pop()
        if isinstance(one, Markup):
            parts.append(one)
            continue
        below = children.get(one, ()) if one not in told else ()
        told.add(one)
        parts.append(Markup("<li>") + item(one))
        pending.append(_END)
        if below:
            pending += [_CLOSE, *reversed(below), _OPEN]
    text = Markup("").join(parts)
    return text if text != _OPEN + _CLOSE else Markup()


_OPEN, _CLOSE, _END = Markup("<ul>"), Markup("</ul>"), Markup("</li>\n")
