"""RDF Dataset Canonicalization (RDFC-1.0): the same statements, the same names of blank nodes, the same order."""

from __future__ import annotations

from collections.abc import Iterable

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
