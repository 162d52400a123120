"""RDF Dataset Canonicalization (RDFC-1.0): the same statements, the same names of blank nodes, the same order."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

import pyoxigraph as ox


def canonical_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads with blank nodes named by RDFC-1.0, in the order of its canonical form.

    Quads without blank nodes change no name: the names are the same before and after graphs of such quads are added.
    """
    plain: list[ox.Quad] = []
    blank: list[ox.Quad] = []
    for quad in quads:
        has_blank = isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
        (blank if has_blank else plain).append(quad)
    if blank:  # the names follow from the quads that hold blank nodes alone (RDFC-1.0, 4.6 and 4.8)
        canonical = ox.Dataset(blank)
        canonical.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        plain.extend(canonical)
    return sorted(plain, key=str)


def merged(ordered: Sequence[ox.Quad], more: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Quads in canonical order with more of them, which have no blank nodes, put where they belong."""
    return list(heapq.merge(ordered, sorted(more, key=str), key=str))
