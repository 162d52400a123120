"""Canonical order (RDFC-1.0): the names are those that the whole dataset would give."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from ldpub.build.canonical import canonical_quads, merged

_IRIS = st.sampled_from("abc").map(lambda name: ox.NamedNode(f"https://example.org/{name}"))
_BLANKS = st.sampled_from("xyz").map(ox.BlankNode)
_PLAIN = st.lists(st.builds(ox.Quad, _IRIS, _IRIS, _IRIS, _IRIS), unique=True)
_QUADS = st.lists(st.builds(ox.Quad, _IRIS | _BLANKS, _IRIS, _IRIS | _BLANKS, _IRIS), unique=True, max_size=12)


@settings(deadline=None)
@given(_QUADS)
def test_names_are_those_of_the_whole_dataset(quads: list[ox.Quad]) -> None:
    whole = ox.Dataset(quads)
    whole.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert canonical_quads(quads) == sorted(whole, key=str)


@settings(deadline=None)
@given(_QUADS, _PLAIN)
def test_more_quads_are_put_where_they_belong(quads: list[ox.Quad], more: list[ox.Quad]) -> None:
    new = [quad for quad in more if quad not in quads]
    assert merged(canonical_quads(quads), new) == canonical_quads([*quads, *new])
