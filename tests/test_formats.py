"""The table of formats: no two answer to one name, and each is one that the engine knows."""

from __future__ import annotations

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat

from ldpub import formats

GRAPHS = (*formats.GRAPH_FORMATS, formats.TRIG, formats.N_QUADS)


@pytest.mark.parametrize("form", GRAPHS, ids=lambda f: f.name)
def test_graph_formats_are_the_engines(form: formats.Format) -> None:
    engine = getattr(RdfFormat, form.engine)
    assert engine.media_type == form.media_type
    assert engine.iri == form.iri or form is formats.JSON_LD  # the engine has another than W3C's list of formats
    assert formats.by_suffix(form.suffix) is form
    assert formats.SOURCE_FORMATS[f".{form.suffix}"] is form


@pytest.mark.parametrize("form", formats.SOLUTION_FORMATS, ids=lambda f: f.name)
def test_result_formats_are_the_engines(form: formats.Format) -> None:
    engine = getattr(QueryResultsFormat, form.engine)
    assert engine.media_type.split(";")[0] == form.media_type
    assert engine.iri == form.iri


def test_names_and_media_types_are_unique() -> None:
    for table in (GRAPHS, formats.SOLUTION_FORMATS):
        types = [kind for form in table for kind in form.media_types]
        assert len(types) == len(set(types))
        assert len({form.name for form in table}) == len({form.suffix for form in table}) == len(table)


def test_only_text_has_a_charset() -> None:
    assert formats.TURTLE.content_type == "text/turtle; charset=utf-8"
    assert formats.JSON_LD.content_type == "application/ld+json"
    assert formats.by_suffix("exe") is None
