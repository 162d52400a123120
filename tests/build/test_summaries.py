"""The sentences of the settings: classes and paths with the project's prefixes, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ldpub.build.summaries import configured_summaries
from ldpub.errors import SourceError
from small import project

E = {"e": "urn:e:"}
RIGHT = {"class": "e:A", "text": {"en": "{type}[ {a}]"}, "parts": {"a": {"path": "^e:p/e:q|<urn:r>", "many": "{n} as"}}}


def test_paths_are_read_with_the_prefixes() -> None:
    (found,) = configured_summaries([RIGHT], E)
    paths = [[["urn:e:p", True], ["urn:e:q", False]], [["urn:r", False]]]
    assert found == {
        "class": "urn:e:A",
        "text": {"en": "{type}[ {a}]"},
        "parts": {"a": {"paths": paths, "one": {}, "many": {"": "{n} as"}}},
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"class": "x:A"}, "x:A: 'x:A' is neither"),
        ({"class": "e:A/e:B"}, "e:A/e:B: a class is one name"),
        ({"text": "{b}"}, "b is none of its parts"),
        ({"text": "[{a}"}, "must close"),
        ({"parts": {"a": {"path": "x:p"}}}, "a: 'x:p' is neither"),
        ({"parts": {"a": {"path": "e:p", "many": "{m} as"}}}, "may hold {n} and {values}"),
        ({"parts": {"a": {"path": "e:p", "one": "{"}}}, "may hold {n} and {values}"),
    ],
)
def test_what_is_wrong_is_told(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        configured_summaries([{**RIGHT, **change}], E)


def test_a_project_with_a_wrong_sentence_is_refused(tmp_path: Path) -> None:
    settings = '[[browse.summaries]]\nclass = "e:A"\ntext = "{b}"\n'
    with pytest.raises(SourceError, match=r"browse\.summaries"):
        project(tmp_path, {"data/a.ttl": "<urn:a> <urn:p> 1 ."}, settings)
