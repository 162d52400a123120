"""The house: floors, small rooms, names. What import-linter does not say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = sorted((Path(__file__).parent.parent / "src").rglob("*.py"))
FORBIDDEN_NAMES = {"manager", "service", "helper", "helpers", "util", "utils", "handler", "model", "data", "common"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_rooms_are_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") < 400
    assert path.stem not in FORBIDDEN_NAMES
    assert (ast.get_docstring(ast.parse(text)) or "").strip()
    for function in _functions(ast.parse(text)):
        assert (function.end_lineno or 0) - function.lineno < 50, function.name


def test_the_product_stands_as_one_line() -> None:
    pipeline = next(path for path in SOURCES if path.name == "pipeline.py").read_text(encoding="utf-8")
    assert "watch(publish)(watch(validate)(watch(catalogue)(watch(reason)(watch(load)(project)))))" in pipeline


def test_nothing_in_the_engine_knows_a_city() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8").lower()
        for word in ("hannover", "dortmund", "city-diplomacy", "twinned"):
            assert word not in text, f"{path} names {word}"


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
