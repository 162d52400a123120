"""Sentences with parts that may be missing: nothing of their notation is left, and nothing dangles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.sentences import parts_of, sentence

CITY = "{type}[ ({country})][ with {twinnings, others}][; member of {networks}]."


def joined(texts: object) -> str:
    assert isinstance(texts, list)
    return " and ".join(texts)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"type": "city"}, "City."),
        ({"type": "City", "country": "Malawi"}, "City (Malawi)."),
        ({"type": "City", "others": "3 ties"}, "City with 3 ties."),
        ({"type": "City", "twinnings": "1 twinning", "others": "3 ties"}, "City with 1 twinning and 3 ties."),
        ({"type": "City", "country": "", "networks": "5 networks"}, "City; member of 5 networks."),
    ],
)
def test_what_is_not_known_is_left_out(told: dict[str, str], said: str) -> None:
    assert sentence(CITY, told, joined) == said


@pytest.mark.parametrize("text", ["{", "}", "[", "]", "[[a]]", "{a", "{A}", "{a b}", "[{a]}", "{}", "{a,}", "{a}}"])
def test_a_notation_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must close"):
        parts_of(text)


def test_the_parts_are_those_in_braces() -> None:
    assert parts_of(CITY) == {"type", "country", "twinnings", "others", "networks"}


NAMES = st.sampled_from(["a", "b", "c"])
PLACES = st.lists(NAMES, min_size=1, max_size=3).map(lambda names: f"{{{', '.join(names)}}}")
PLAIN = st.text(st.characters(exclude_characters="[]{}", exclude_categories=["Cs"]), max_size=8)
CHUNKS = st.one_of(PLAIN, PLACES, st.lists(st.one_of(PLAIN, PLACES), max_size=3).map(lambda one: f"[{''.join(one)}]"))


@given(st.lists(CHUNKS, max_size=6).map("".join), st.dictionaries(NAMES, st.text("xyz", max_size=3)))
def test_nothing_of_the_notation_is_said(text: str, told: dict[str, str]) -> None:
    assert parts_of(text) <= {"a", "b", "c"}
    said = sentence(text, told, joined)
    assert not set("[]{}") & set(said)
    assert said == said.strip()
