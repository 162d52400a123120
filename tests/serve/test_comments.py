"""Comments that say something: the view that a query asks for, as in Wikidata's query service."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldpub.serve.comments import BAR_CHART, LINE_CHART, MAP, TABLE, VIEWS, read_view, with_view, without_head


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("SELECT * {}", TABLE),
        ("#defaultView:Map\nSELECT * {}", MAP),
        ("  #  DefaultView : map\nSELECT * {}", MAP),
        ("SELECT * {}\n#defaultView:BarChart", BAR_CHART),
        ('#defaultView:Map{"layer": "?kind"}\nSELECT * {}', MAP),
        ("#defaultView:LineChart\n#defaultView:Map\nSELECT * {}", LINE_CHART),
        ("#defaultView:ImageGrid\r\nSELECT * {}", "ImageGrid"),
        ("#defaultView:\nSELECT * {}", TABLE),
        ("SELECT * { ?s <x:#defaultView:Map> ?o }", TABLE),
    ],
)
def test_the_view_that_a_query_asks_for(text: str, view: str) -> None:
    assert read_view(text) == view


lines = st.lists(st.sampled_from(["SELECT * {}", "# a comment", "#defaultView:Map", " #defaultview: TreeMap", ""]))


@given(lines, st.sampled_from(VIEWS))
def test_another_view_changes_nothing_else(before: list[str], view: str) -> None:
    text = "\n".join(before)
    other = with_view(text, view)
    assert read_view(other) == view
    assert [line for line in other.splitlines() if "efault" not in line] == [
        line for line in text.splitlines() if "efault" not in line
    ]
    assert with_view(other, view) == other


def test_a_question_is_asked_without_its_head() -> None:
    text = "# en: What?\n# de: Was?\n#defaultView:Map\n\nPREFIX a: <b:>\n# here\nSELECT * {}\n"
    assert without_head(text) == "#defaultView:Map\nPREFIX a: <b:>\n# here\nSELECT * {}\n"
    assert without_head("SELECT * {}") == "SELECT * {}\n"
