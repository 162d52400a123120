"""What errors say in the language of a page: every sentence that can be raised is known, and keeps what it names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import ldpub
from ldpub.serve.error_words import said
from ldpub.serve.language import TRANSLATED, words
from web import BROWSER, Web

DE, EN = words("de"), words("en")
SOURCES = Path(ldpub.__file__).parent
_GAP = re.compile(r"\{(\w*)\}")


def sentence(node: ast.expr) -> str | None:
    """A text as it is written, with `it1`, `it2`... for what is filled in; None where it is made elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        numbers = iter(range(1, 100))
        return "".join(
            part.value if isinstance(part, ast.Constant) else f"it{next(numbers)}"  # type: ignore[misc]
            for part in node.values
        )
    return None


def raised() -> Iterator[tuple[str, str]]:
    """The sentences of errors and problems that are written where they are raised, with the file."""
    for path in sorted([*SOURCES.glob("store/*.py"), *SOURCES.glob("serve/**/*.py")]):
        if "reconcile" in path.parts or path.name == "connection.py":
            continue  # these answer programs only
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            name = name or getattr(getattr(node, "func", None), "attr", "")
            if not isinstance(node, ast.Call) or (name not in _RAISING and not name.endswith("QueryError")):
                continue
            at = _RAISING.get(name, 0)
            text = sentence(node.args[at]) if len(node.args) > at else None
            if text and re.search("[a-z]{3}", text.replace("it", "")):
                yield path.name, text


_RAISING = {
    "Problem": 1,
    "_refuse": 1,
    "_too_many": 0,
    "BusyError": 0,
    "QueryTimeoutError": 0,
    "QueryMemoryError": 0,
    "FederationError": 0,
    "FederationTimeoutError": 0,
    "RemoteError": 0,
}
"""What is called with a sentence, and at which place that stands."""

RAISED = sorted(set(raised()))


@pytest.mark.parametrize(("file", "text"), RAISED)
def test_every_error_has_german_words(file: str, text: str) -> None:
    told, language = said(text, DE)
    assert language == "de", f"{file}: locale/errors/de.po lacks: {text}"
    assert told != text
    for number in re.findall(r"it\d", text):
        assert number in told or "release" in text or "stream" in text


def test_many_sentences_are_looked_at() -> None:
    assert len(RAISED) > 90


@pytest.mark.parametrize(
    ("english", "german"),
    [
        (
            "Line 3, column 9: did not expect } here.",
            "Zeile 3, Spalte 9: } wird hier nicht erwartet.",
        ),
        (
            "SERVICE names no endpoint (line 1, column 12).",
            "SERVICE nennt keinen Endpunkt (Zeile 1, Spalte 12).",
        ),
        (
            "SERVICE <https://x.example/sparql> (line 2, column 3): it did not answer in time.",
            "SERVICE <https://x.example/sparql> (Zeile 2, Spalte 3): Er antwortete nicht rechtzeitig.",
        ),
        ("did not expect the end of the query here.", "Das Ende der Abfrage steht hier zu früh."),
        ("More than 100 rows of VALUES in one query", "Mehr als 100 Zeilen von VALUES in einer Abfrage"),
        ("`since`: it must be a year of four digits.", "`since`: nötig ist ein Jahr mit vier Ziffern."),
        ("There is no page 7.", "Eine Seite 7 gibt es nicht."),
    ],
)
def test_what_stands_in_a_gap_is_told_too(english: str, german: str) -> None:
    assert said(english, DE) == (german, "de")
    assert said(english, EN) == (english, "en")


@given(st.text(max_size=60))
def test_a_name_is_told_as_it_is(name: str) -> None:
    told, language = said(f"Nothing is known about <{name}>.", DE)
    assert (told, language) == (f"Über <{name}> ist nichts bekannt.", "de") or not name


@given(st.text(max_size=200))
def test_anything_else_stays_english(text: str) -> None:
    told, language = said(text, DE)
    assert language == "de" or told == text


def test_nothing_long_is_looked_at() -> None:
    assert said("There is no " + "x" * 100_000 + ".", DE)[1] == "en"


@pytest.mark.parametrize("tag", [tag for tag in TRANSLATED if tag != "en"])
def test_catalogues_are_sorted_and_keep_the_gaps(tag: str) -> None:
    with (files("ldpub.serve") / "locale" / "errors" / f"{tag}.po").open("rb") as file:
        entries = [(str(m.id), str(m.string)) for m in read_po(file, locale=tag) if m.id]
    assert [english for english, _ in entries] == sorted({english for english, _ in entries})
    for english, told in entries:
        assert told
        assert set(_GAP.findall(told)) <= set(_GAP.findall(english)), english


@pytest.mark.parametrize(
    ("path", "german"),
    [
        ("/doc/city/atlantis", "ist nichts bekannt"),
        ("/picture/map?size=huge", "`size` ist eines von"),
        ("/picture/timeline", "Dieses Bild braucht den Parameter"),
        ("/sparql?query=SELECT", "Das Ende der Abfrage steht hier zu früh"),
        ("/sparql?query=DELETE+WHERE+%7B%7D", "dieser Endpunkt ist nur zum Lesen"),
        ("/statements?s=x", "Nötig sind"),
    ],
)
def test_pages_tell_errors_in_their_language(site: str, path: str, german: str) -> None:
    with Web(site) as web:
        reply = web.get(path + ("&" if "?" in path else "?") + "lang=de", BROWSER)
        assert reply.status >= 400
        assert german in reply.text
        machine = web.get(path, "application/json")
        assert german not in machine.text
