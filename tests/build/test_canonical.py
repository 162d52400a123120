"""Canonical order (RDFC-1.0): the names are those that the whole dataset would give, the bytes those of N-Quads."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from ldpub.build.canonical import canonical, extended
from ldpub.build.rows import Rows
from small import by_graph

_IRIS = st.sampled_from("abc").map(lambda name: ox.NamedNode(f"https://example.org/{name}"))
_BLANKS = st.sampled_from("xyz").map(ox.BlankNode)
_TEXTS = st.text(max_size=3) | st.sampled_from(['"', "\\", "\n\r\t", "\x00\x7f", "ä\u2028😀"])
_LITERALS = st.builds(ox.Literal, _TEXTS) | st.builds(ox.Literal, _TEXTS, language=st.sampled_from(["de", "en-gb"]))
_TYPED = st.builds(ox.Literal, _TEXTS, datatype=_IRIS)
_OBJECTS = _IRIS | _BLANKS | _LITERALS | _TYPED
_PLAIN = st.lists(st.builds(ox.Quad, _IRIS, _IRIS, _IRIS | _LITERALS | _TYPED, _IRIS))
_QUADS = st.lists(st.builds(ox.Quad, _IRIS | _BLANKS, _IRIS, _OBJECTS, _IRIS), max_size=12)


@settings(deadline=None)
@given(_QUADS)
def test_names_are_those_of_the_whole_dataset(quads: list[ox.Quad]) -> None:
    whole = ox.Dataset(quads)
    whole.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert list(canonical(Rows.of(by_graph(quads)))) == sorted(whole, key=str)


@settings(deadline=None)
@given(_QUADS, _PLAIN)
def test_more_quads_are_put_where_they_belong(quads: list[ox.Quad], more: list[ox.Quad]) -> None:
    together = canonical(Rows.of(by_graph([*quads, *more])))
    assert list(extended(canonical(Rows.of(by_graph(quads))), by_graph(more))) == list(together)


@settings(deadline=None)
@given(_QUADS)
def test_texts_are_those_that_the_engine_writes(quads: list[ox.Quad]) -> None:
    made = canonical(Rows.of(by_graph(quads)))
    assert made.text() == ox.serialize(list(made), format=ox.RdfFormat.N_QUADS)
    merged = made.merged()
    assert merged.text() == ox.serialize(list(merged), format=ox.RdfFormat.N_TRIPLES)
    assert list(merged) == sorted({quad.triple for quad in made}, key=str)
