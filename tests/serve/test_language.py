"""The words of the interface: whole in every language, with the same gaps, and English where there is no catalogue."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

from ldpub.serve.language import TRANSLATED, language_name, words

_GAP = re.compile(r"\{(\w*)\}")


@pytest.mark.parametrize("tag", TRANSLATED)
def test_every_language_has_all_words_with_the_same_gaps(tag: str) -> None:
    english = words("en")
    with (files("ldpub.serve") / "locale" / f"{tag}.po").open("rb") as file:
        catalogue = read_po(file, locale=tag)
    translated = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id and m.string}
    assert english.keys() <= translated
    assert {key: sorted(_GAP.findall(text)) for key, text in words(tag).items()} == {
        key: sorted(_GAP.findall(text)) for key, text in english.items()
    }


@pytest.mark.parametrize("tag", TRANSLATED)
def test_catalogues_are_sorted_and_without_doubles(tag: str) -> None:
    text = (files("ldpub.serve") / "locale" / f"{tag}.po").read_text("utf-8")
    keys = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert keys == sorted(set(keys))


def test_numbers_choose_the_form() -> None:
    english = [words("en").counted("statements_n", n) for n in (0, 1, 2)]
    assert english == ["0 statements", "1 statement", "2 statements"]
    assert [words("de").counted("statements_n", n) for n in (1, 2)] == ["1 Aussage", "2 Aussagen"]


def test_months_come_from_cldr() -> None:
    assert (words("en").month(3), words("de").month(3)) == ("March", "März")


@pytest.mark.parametrize(("asked", "tag"), [("de-AT", "de"), ("DE", "de"), ("fr", "en"), ("", "en")])
def test_what_has_no_catalogue_is_english(asked: str, tag: str) -> None:
    assert words(asked).tag == tag


def test_languages_name_themselves() -> None:
    assert [language_name(tag) for tag in ("de", "en", "fr", "pt-BR", "x-none", "?")] == [
        "Deutsch", "English", "français", "português (Brasil)", "x-none", "?",
    ]  # fmt: skip


def test_no_word_is_hidden_by_what_a_catalogue_can_do() -> None:
    """Templates write `w.key`, which finds an attribute first."""
    assert not [key for key in words("en") if hasattr(words("en"), key)]
