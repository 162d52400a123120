"""Names by another spelling sound the same; pairs of letters survive a slip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.folding import fold
from ldpub.spelling import LONGEST, pairs, romanised, sound


@pytest.mark.parametrize(
    "names",
    [
        ("Mykolaiv", "Mykolajiw", "Mykolayiv", "Миколаїв"),
        ("Nikolaev", "Nikolajew", "Nikolayev", "Николаев"),
        ("Hannover", "Hanover"),
        ("Ivanovo", "Iwanowo", "Иваново"),
        ("Yekaterinburg", "Jekaterinburg", "Ekaterinburg", "Екатеринбург"),
        ("Kharkiv", "Charkiw"),
        ("Köln", "Koeln", "Koln"),
    ],
)
def test_one_name_by_several_spellings(names: tuple[str, ...]) -> None:
    assert len({sound(fold(romanised(name) or name)) for name in names}) == 1


@pytest.mark.parametrize("names", [("Bristol", "Bremen"), ("Essen", "Emden"), ("Łódź", "Lund")])
def test_other_names_sound_otherwise(names: tuple[str, str]) -> None:
    assert sound(fold(names[0])) != sound(fold(names[1]))


def test_what_is_latin_needs_no_other_letters() -> None:
    assert romanised("Łódź") == ""
    assert romanised("Αθήνα") != ""


def test_pairs_mark_the_ends() -> None:
    assert len(pairs("ab")) == 3
    assert set(pairs("ab")) != set(pairs("ba"))
    assert len(pairs("x" * 10_000 + "y")) == 3


@given(st.text(max_size=400))
def test_any_text_has_a_sound_and_pairs(text: str) -> None:
    folded = fold(text)
    assert len(pairs(folded)) <= LONGEST + 1
    assert pairs(folded) == sorted(set(pairs(folded)))
    assert " " not in sound(folded)
    assert sound(folded) == sound(folded[:LONGEST])
