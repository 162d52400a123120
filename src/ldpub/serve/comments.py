"""The comments of a query that say something: the head of a question, and the view that `#defaultView:` asks for.

The latter as in the Wikidata Query Service (SPARQL tutorial, "Views"): a line of its own, `#defaultView:Map`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ldpub.store.parameters import bind, read_value

LANGUAGE = "language"
"""The kind of a question's parameter that a page binds to its own language."""

TABLE, MAP, BAR_CHART, LINE_CHART = "Table", "Map", "BarChart", "LineChart"
VIEWS = (TABLE, MAP, BAR_CHART, LINE_CHART)
"""The views that there are."""

_VIEW = re.compile(r"^[ \t]*#[ \t]*defaultView[ \t]*:[ \t]*([A-Za-z]{1,40})[^\n]*\n?", re.IGNORECASE | re.MULTILINE)
_BY_NAME = {view.lower(): view for view in VIEWS}


def read_view(text: str) -> str:
    """The view that a query asks for: one of VIEWS, a name that is none of them, or Table where it asks for none."""
    found = _VIEW.search(text)
    return _BY_NAME.get(found[1].lower(), found[1]) if found else TABLE


def with_view(text: str, view: str) -> str:
    """The query asking for another view."""
    bare = _VIEW.sub("", text)
    return bare if view == TABLE else f"#defaultView:{view}\n{bare}"


def without_head(text: str) -> str:
    """A question's query without the comments before it, which say of it what its page says; the view stays."""
    lines = text.removeprefix("\ufeff").splitlines()
    first = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    return "\n".join([*(line for line in lines[:first] if _VIEW.match(line)), *lines[first:]]) + "\n"


def in_language(question: Mapping[str, Any], language: str) -> str:
    """The query of a question as the release has it, with this language where it has a parameter for one."""
    asked = tuple(parameter["name"] for parameter in question["parameters"] if parameter["kind"] == LANGUAGE)
    return _bound(question["query"], asked, language) if asked else str(question["query"])


@lru_cache(maxsize=500)
def _bound(query: str, asked: tuple[str, ...], language: str) -> str:
    """Kept, as pages that list all questions would else read each query again."""
    return bind(query, {name: read_value(LANGUAGE, language) for name in asked})
