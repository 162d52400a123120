"""Which IRIs a path may mean, and the way back."""

from __future__ import annotations

from urllib.parse import quote, unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.iris import IriPolicy, path_of, relative, uri_of

BASE = "https://data.example.org/lib/"
IRIS = IriPolicy(BASE)
SEGMENT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='<>"{}|\\^`%#?/[]'), min_size=1)
PATH = st.lists(SEGMENT.filter(lambda s: s not in {".", ".."}), min_size=1, max_size=4).map("/".join)


def received(path: str) -> str:
    """The path as the site has it after a server decoded it."""
    return quote(unquote(path), safe="/:@!$&'()*+,;=-._~")


@given(PATH)
def test_a_path_leads_back_to_its_iri(path: str) -> None:
    for iri in (BASE + path, BASE + quote(path, safe="/"), BASE + path + "?a=" + path):
        assert iri in IRIS.iris(received(path_of(iri, BASE)))


@given(PATH, PATH)
def test_relative_references_resolve(target: str, page: str) -> None:
    target, page = quote(target, safe="/:@"), quote(page, safe="/:@")
    assert urljoin(f"http://x/{page}", relative(target, page)) == f"http://x/{target}"


@pytest.mark.parametrize(("target", "page"), [("", "a/b"), ("", ""), ("a:b", "c"), ("a:b#c", "a:b"), ("sparql", "")])
def test_relative(target: str, page: str) -> None:
    assert urljoin(f"http://x/{page}", relative(target, page)) == f"http://x/{target}"


@pytest.mark.parametrize(
    ("iri", "document"),
    [
        (BASE + "id/shelf/a1", "doc/shelf/a1"),
        (BASE + "book/42", "doc/book/42"),
        (BASE + "people#ada", "people"),
        (BASE + "id/x#part", "id/x"),
        (BASE + "graph/data/books", "graph/data/books"),
        (BASE + "dump/lib.nt.gz", "dump/lib.nt.gz"),
        (BASE + "sparql", "sparql"),
        (BASE, ""),
    ],
)
def test_documents(iri: str, document: str) -> None:
    assert IRIS.document(iri) == BASE + document


def test_what_is_not_under_the_base_has_no_document() -> None:
    assert IRIS.document("https://data.example.org/other") is None


def test_uris_are_ascii() -> None:
    assert uri_of("https://x.example/日?a=é#ü") == "https://x.example/%E6%97%A5?a=%C3%A9#%C3%BC"
