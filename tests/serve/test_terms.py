"""Terms in URLs: what is written is read as the same term."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from ldpub.serve.terms import read_term, write_term

PREFIXES = {"e": "https://example.org/", "eid": "https://example.org/id/", "http": "https://example.org/odd/"}

names = st.text(
    st.characters(
        codec="utf-8", exclude_characters='<>"%[]{}|^`\\', exclude_categories=("C", "Z"), max_codepoint=0x2FFF
    )
)
terms = st.one_of(
    st.sampled_from(sorted(PREFIXES.values())).flatmap(
        lambda start: names.map(lambda name: NamedNode(start + "x" + name))
    ),
    st.text(st.characters(codec="utf-8")).map(Literal),
    st.text(st.characters(codec="utf-8")).map(lambda text: Literal(text, language="de")),
    st.just(NamedNode("http://example.com/a:b")),
    st.just(NamedNode("urn:isbn:1")),
)


@settings(deadline=None)
@given(terms)
def test_a_term_that_is_written_is_read_again(term: NamedNode | Literal) -> None:
    assert read_term(write_term(term, PREFIXES), PREFIXES) == term


def test_the_longest_prefix_is_used() -> None:
    assert write_term(NamedNode("https://example.org/id/here"), PREFIXES) == "eid:here"
    assert write_term(NamedNode("https://example.org/id/a/b"), PREFIXES) == "https://example.org/id/a/b"


@pytest.mark.parametrize(
    "text", ["here", "<http://example.org/", '"open', "<not an iri>", '"x"@de . <urn:a> <urn:b> "y"', "a b:c", "e:a b"]
)
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_term(text, PREFIXES)
