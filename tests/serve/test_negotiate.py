"""Negotiation held against RFC 9110 (12.4.2, 12.5.1, 12.5.4) as a naive reader writes it down."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.formats import GRAPH_FORMATS, HTML, JSON_LD, RESULTS_JSON, SOLUTION_FORMATS, TURTLE, Format
from ldpub.serve.language import choose_text
from ldpub.serve.negotiate import choose_format, choose_language, prefers_html

OFFERED = (*GRAPH_FORMATS, HTML)
TYPES = [form.media_type for form in (*GRAPH_FORMATS, *SOLUTION_FORMATS, HTML)]
RANGES = st.sampled_from([*TYPES, "text/*", "application/*", "image/*", "*/*", "image/png"])
QUALITIES = st.sampled_from(["", ";q=0", ";q=0.0", ";q=0.25", ";q=0.5", ";q=0.999", ";q=1", "; Q=1.000"])
FIELDS = st.lists(st.tuples(RANGES, QUALITIES), min_size=1, max_size=6)
LANGUAGES = st.sampled_from(["en", "fr", "pt-BR", "de", "pt", "EN-gb", "*", "ja"])


def quality_of(parameter: str) -> float:
    return float(parameter.rpartition("=")[2]) if parameter else 1.0


def naive_quality(field: list[tuple[str, str]], media_type: str) -> float:
    """RFC 9110, 12.5.1: the most specific range that matches decides; 0 where none does."""
    kind = media_type.partition("/")[0]
    for named in (media_type, f"{kind}/*", "*/*"):
        qualities = [quality_of(parameter) for name, parameter in field if name == named]
        if qualities:
            return max(qualities)
    return 0.0


@given(FIELDS, st.sampled_from([OFFERED, (*SOLUTION_FORMATS, HTML)]))
def test_a_format_of_the_highest_quality_is_chosen(field: list[tuple[str, str]], offered: tuple[Format, ...]) -> None:
    accept = ", ".join(name + parameter for name, parameter in field)
    qualities = {form: naive_quality(field, form.media_type) for form in offered}
    chosen = choose_format(accept, offered)
    best = max(qualities.values())
    if best == 0:
        assert chosen is None
    else:
        assert chosen is not None
        assert math.isclose(qualities[chosen], best)


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_field_breaks_it(accept: str, language: str) -> None:
    assert choose_format(accept, OFFERED) in {*OFFERED, None}
    assert prefers_html(accept) in {True, False}
    assert choose_language(None, language, ["en", "fr"]) in {"en", "fr"}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, TURTLE),
        ("", TURTLE),
        ("*/*", TURTLE),
        ("garbage", TURTLE),
        ("text/*", TURTLE),
        ("text/turtle;charset=utf-8", TURTLE),
        ("text/turtle; q=0.5; level=1, application/ld+json;q=0.4", TURTLE),
        ("text/turtle;q=0.5, application/ld+json", JSON_LD),
        ("TEXT/HTML", HTML),
        ("text/html;q=0, */*", TURTLE),
        ("text/*;q=0.1, text/html", HTML),
        ("*/*;q=0.1, text/turtle;q=0", JSON_LD),
        ("text/turtle;q=nan, text/html;q=0.1", HTML),
        ("text/turtle;q=-1, text/html;q=0.1", HTML),
        ("application/x-turtle", TURTLE),
        ("application/xhtml+xml;q=0.9", HTML),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("*/*;q=0", None),
    ],
)
def test_accept(accept: str | None, expected: Format | None) -> None:
    assert choose_format(accept, OFFERED) is expected


def test_refusing_the_type_that_is_sent_refuses_the_format_under_its_other_names() -> None:
    assert choose_format("application/sparql-results+json;q=0, */*", SOLUTION_FORMATS) is not RESULTS_JSON
    assert choose_format("text/html;q=0, application/xhtml+xml", (HTML,)) is None


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (None, False),
        ("*/*", False),
        ("text/turtle", False),
        ("application/json", False),
        ("text/html", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("text/html;q=0.1, application/json", False),
        ("text/html;q=0", False),
    ],
)
def test_who_gets_a_page_for_a_problem(accept: str | None, is_page: bool) -> None:
    assert prefers_html(accept) is is_page


def naive_language(field: list[tuple[str, str]], offered: list[str]) -> set[str]:
    """RFC 4647: every range by falling quality; a range names exactly, by truncation, or as the beginning of a tag."""
    refused = {tag.lower() for tag, parameter in field if quality_of(parameter) == 0}
    left = [language for language in offered if language.lower() not in refused]
    for quality in sorted({quality_of(parameter) for _, parameter in field}, reverse=True):
        if quality == 0:
            break
        named = set()
        for tag, parameter in field:
            if quality_of(parameter) == quality:
                wanted, lower = tag.lower(), [language.lower() for language in left]
                shorter = ["-".join(wanted.split("-")[:n]) for n in range(wanted.count("-") + 1, 0, -1)]
                exact = [short for short in shorter if short in lower]
                longer = [language for language in lower if language.startswith(wanted + "-")]
                first = lower[:1] if wanted == "*" else (exact or longer)[:1]
                named |= {language for language in left if language.lower() in first}
        if named:
            return named
    return {offered[0]}


@given(st.lists(st.tuples(LANGUAGES, QUALITIES), min_size=1, max_size=5))
def test_a_language_of_the_highest_quality_is_chosen(field: list[tuple[str, str]]) -> None:
    offered = ["en", "fr", "pt-BR"]
    accept = ",".join(name + parameter for name, parameter in field)
    assert choose_language(None, accept, offered) in naive_language(field, offered)


@pytest.mark.parametrize(
    ("asked", "accept", "expected"),
    [
        ("fr", "pt-BR", "fr"),
        ("PT-br", None, "pt-BR"),
        ("xx", "fr", "fr"),
        (None, None, "en"),
        (None, "pt", "pt-BR"),
        (None, "pt-PT, fr;q=0.5", "fr"),
        (None, "fr-CA", "fr"),
        (None, "en;q=0, *", "fr"),
        (None, "de, ja;q=0.3", "en"),
    ],
)
def test_language(asked: str | None, accept: str | None, expected: str) -> None:
    assert choose_language(asked, accept, ["en", "fr", "pt-BR"]) == expected


def test_a_text_is_chosen_without_regard_to_the_case_of_its_tag() -> None:
    texts = {"en": "River", "pt-br": "Rio", "": "R"}
    assert choose_text(texts, "pt-BR", ["en"]) == "Rio"
    assert choose_text(texts, "pt", ["en"]) == "Rio"
    assert choose_text(texts, "ja", ["en"]) == "River"
    assert choose_text(texts, "ja", ["fr"]) == "R"
    assert choose_text({"uk": "Р"}, "ja", ["fr"]) == "Р"
    assert choose_text({}, "ja", ["fr"]) is None
