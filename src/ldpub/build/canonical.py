"""RDF Dataset Canonicalization (RDFC-1.0): the same statements, the same names of blank nodes, the same order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from ldpub.build.numbered import BLANK, Quads
from ldpub.build.rows import Rows


def canonical(rows: Rows) -> Quads:
    """The dataset of named graphs, blank nodes named by RDFC-1.0.

    The names follow from the quads that hold blank nodes alone (4.6 and 4.8): they are the same before and after graphs
    without such are added.
    """
    quads = rows.quads()
    is_blank = quads.terms.kinds == BLANK
    has_blank = is_blank[quads.columns[0]] | is_blank[quads.columns[2]]
    if not has_blank.any():
        return quads
    named = ox.Dataset(quads.where(has_blank))
    named.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    renamed = Rows(quads.where(~has_blank))
    renamed.add_quads(named)
    return renamed.quads()


def extended(quads: Quads, graphs: Mapping[str, Iterable[ox.Triple]]) -> Quads:
    """A canonical dataset with more graphs, which have no blank nodes."""
    rows = Rows(quads)
    for name, triples in graphs.items():
        rows.add(name, triples)
    return rows.quads()
