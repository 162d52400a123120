"""RDF Dataset Canonicalization (RDFC-1.0): the same statements, the same names of blank nodes, the same order."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

import pyoxigraph as ox


def canonical_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads with blank nodes named by RDFC-1.0, in the order of its canonical form.

    Quads without blank nodes change no name: the names are the same before and after graphs of such quads are added.
    """
    listed = list(quads)
    if any(isinstance(term, ox.BlankNode) for quad in listed for term in (quad.subject, quad.object)):
        canonical = ox.Dataset(listed)
        canonical.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        listed = list(canonical)
    return sorted(listed, key=str)


def merged(ordered: Sequence[ox.Quad], more: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Quads in canonical order with more of them, which have no blank nodes, put where they belong."""
    return list(heapq.merge(ordered, sorted(more, key=str), key=str))
