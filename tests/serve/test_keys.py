"""Terms come back from the documents' database as they were written, whatever is kept of them in memory."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from ldpub.build.documents import write_documents
from ldpub.serve import keys
from ldpub.serve.database import Database
from ldpub.serve.keys import NO_KEY, Keys
from ldpub.serve.statements import Statements
from small import dataset_of

GRAPH = NamedNode("https://example.org/graph/data")
HUB, NAME = NamedNode("https://example.org/hub"), NamedNode("https://example.org/name")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.just("long " * 2000)
IRIS = st.sampled_from(["https://example.org/a", "https://example.org/ä", "urn:x"]).map(NamedNode)
LITERALS = st.builds(Literal, TEXTS) | st.builds(Literal, TEXTS, language=st.sampled_from(["de", "en-gb"]))
NUMBERS = st.builds(lambda text: Literal(text, datatype=NamedNode("urn:number")), TEXTS)
TERMS = IRIS | LITERALS | NUMBERS | st.just(BlankNode("b0"))


@settings(max_examples=60, deadline=None)
@given(st.sets(TERMS, min_size=1, max_size=20), st.sampled_from([1, 1 << 20]))
def test_terms_are_as_they_were_written(objects: set[object], room: int) -> None:
    """Also where there is room for none of them, so that each is read anew."""
    said = [Quad(HUB, NAME, term, GRAPH) for term in objects]  # type: ignore[arg-type]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_KEPT_BYTES", room)
        path = Path(folder) / "documents.sqlite"
        write_documents(path, dataset_of(said))
        with closing(Statements(path)) as statements:
            for _ in range(2):
                found = statements.about(HUB)
                assert {quad.object for quad in found} == objects
                assert len(found) == len(objects)
                assert [quad.object for quad in found] == sorted(objects, key=lambda term: str(term).encode())


def test_what_does_not_occur_has_no_key(tmp_path: Path) -> None:
    write_documents(tmp_path / "documents.sqlite", dataset_of([Quad(HUB, NAME, Literal("hub"), GRAPH)]))
    with closing(Database(tmp_path / "documents.sqlite")) as database:
        found = Keys(database)
        assert found.key("<https://example.org/none>") == NO_KEY
        assert found.keys(["<https://example.org/none>", str(HUB), str(HUB)]) == [found.key(str(HUB))] * 2
        assert found.terms([[found.key(str(HUB))]])[found.key(str(HUB))] == HUB
