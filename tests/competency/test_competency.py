"""The competency questions and the facts of the source documents, asked over HTTP as a researcher would."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pyoxigraph import Literal

from client import ask, select
from ldpub.store.parameters import bind

HERE = Path(__file__).parent
QUESTIONS = HERE.parent.parent / "ontology" / "questions"
EXPECTED = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))["questions"]
_LINES = (HERE / "facts.tsv").read_text(encoding="utf-8").splitlines()
PREFIXES = "\n".join(line.removeprefix("# ") for line in _LINES if line.startswith("# PREFIX"))
FACTS = [line.split("\t") for line in _LINES if line and not line.startswith(("#", "fact\t"))]


def _comparable(value: str) -> object:
    try:
        return float(value)
    except ValueError:
        return value


def _rows(rows: list[list[str]]) -> set[tuple[object, ...]]:
    return {tuple(_comparable(str(value)) for value in row) for row in rows}


@pytest.mark.parametrize("name", EXPECTED)
def test_question_has_the_expected_answer(site: str, name: str) -> None:
    expected = EXPECTED[name]
    query = (QUESTIONS / expected["file"]).read_text(encoding="utf-8")
    if "language" in expected:
        query = bind(query, {"language": Literal(expected["language"])})
    solutions = select(site, query)
    found = [[solution.get(column, "") for column in expected["columns"]] for solution in solutions]
    assert _rows(found) == _rows(expected["rows"])


def test_every_question_is_asked_and_has_titles_in_both_languages() -> None:
    files = {path.name for path in QUESTIONS.glob("*.rq")}
    assert {expected["file"] for expected in EXPECTED.values()} == files
    for name in files:
        head = (QUESTIONS / name).read_text(encoding="utf-8").splitlines()[:2]
        assert [line[:5] for line in head] == ["# en:", "# de:"]


def test_every_fact_is_covered_once() -> None:
    assert [fact[0] for fact in FACTS] == [f"F{number:03}" for number in range(1, 205)]
    for fact, query, *reason in FACTS:
        assert bool(query) != any(reason), f"{fact} needs either a query or a reason"


@pytest.mark.parametrize(("fact", "query"), [(fact[0], fact[1]) for fact in FACTS if fact[1]])
def test_fact_is_in_the_data(site: str, fact: str, query: str) -> None:
    assert ask(site, f"{PREFIXES}\nASK {{ {query} }}"), f"{fact} is not in the data"


def test_no_fact_holds_of_nothing(site: str) -> None:
    """A query that is true of any data shows nothing: each must fail within a graph that is empty."""
    empty = "https://w3id.org/city-diplomacy/graph/no-such-graph"
    for fact, query, *_ in FACTS:
        if query:
            assert not ask(site, f"{PREFIXES}\nASK FROM <{empty}> {{ {query} }}"), f"{fact} is true of nothing"
