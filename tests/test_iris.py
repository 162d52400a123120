"""The URI policy: what is named can be asked for, and links lead where they say."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from ldpub.iris import IriPolicy, path_of, relative

BASE = "https://example.org/set/"
POLICY = IriPolicy(BASE)

# What RFC 3987 lets stand in a path segment; `%` only before two hexadecimal digits.
characters = st.one_of(
    st.sampled_from("abcXYZ019-._~!$&'()*+,;=:@"),
    st.sampled_from("éßñ中日😀\u0627"),
    st.sampled_from(["%20", "%2F", "%C3%A9", "%FF", "%41"]),
)
segments = st.lists(characters, min_size=1, max_size=8).map("".join).filter(lambda s: s.strip("."))
paths = st.lists(segments, min_size=1, max_size=4).map("/".join)


def both_spellings(path: str) -> bool:
    """Whether it holds characters both as they are and percent-encoded: no request path tells such IRIs apart."""
    return not path.isascii() and "%C3%A9" in path


@given(paths)
def test_an_iri_can_be_asked_for_by_its_path(path: str) -> None:
    assume(not both_spellings(path))
    iri = NamedNode(BASE + path).value
    request = path_of(iri, BASE)
    assert request.isascii()
    assert iri in POLICY.iris(request)


@given(paths)
@example("n%FFé")
def test_what_is_no_utf_8_stays_encoded(path: str) -> None:
    for iri in POLICY.iris(path_of(BASE + path, BASE)):
        NamedNode(iri)  # raises ValueError where it is no IRI


@given(paths)
def test_a_thing_has_a_document_and_the_document_its_thing(path: str) -> None:
    for iri in (f"{BASE}id/{path}", BASE + path):
        document = POLICY.document(iri)
        assert document is not None
        if document.startswith(BASE + "doc/"):
            assert document != iri
            if iri != document and not path.startswith(("id/", "doc/")):
                assert iri in POLICY.things(document.removeprefix(BASE + "doc/"))
        assert POLICY.document(document) == document
        assert POLICY.document(f"{document}#it") == document


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("id/city/a", "doc/city/a"),
        ("city/a", "doc/city/a"),
        ("id/city/a#part", "id/city/a"),
        ("ontology#Term", "ontology"),
        ("ontology", "ontology"),
        ("ontology/1.0.0", "ontology/1.0.0"),
        ("catalog", "catalog"),
        ("graph/data/a", "graph/data/a"),
        ("dataset/set", "dataset/set"),
        ("", ""),
    ],
)
def test_documents(path: str, document: str) -> None:
    assert POLICY.document(BASE + path) == BASE + document


@pytest.mark.parametrize("iri", ["https://example.org/other/id/a", "https://example.org/se", "urn:x", ""])
def test_what_is_not_under_the_base_has_no_document(iri: str) -> None:
    assert POLICY.document(iri) is None


@given(st.one_of(st.just(""), paths), st.one_of(st.just(""), paths), st.booleans())
def test_a_relative_reference_leads_to_its_target(target: str, page: str, folder: bool) -> None:
    """As a browser resolves it (RFC 3986, 5.2), from a page below any root."""
    page = f"{page}/" if folder and page else page
    at = path_of(BASE + page, BASE)
    to = path_of(BASE + target, BASE)
    assume(not to.endswith(";"))  # where Python's urljoin drops the semicolon
    for root in (BASE, "http://127.0.0.1:8000/", "http://host/deep/root/"):
        assert urljoin(root + at, relative(to, at)) == root + to


@given(paths)
def test_a_graph_has_an_iri_for_any_file(path: str) -> None:
    assert NamedNode(POLICY.graph(f"data/{path}")).value.startswith(f"{BASE}graph/data/")


@pytest.mark.parametrize(
    ("base", "slug"),
    [
        ("https://w3id.org/some-Data_Set/", "some-data-set"),
        ("https://example.org/", "example-org"),
        ("https://例え.jp/データ/", "dataset"),
    ],
)
def test_the_slug_is_ascii(base: str, slug: str) -> None:
    assert IriPolicy(base).slug == slug
    assert urlsplit(IriPolicy(base).dataset).path.endswith(f"/dataset/{slug}")
