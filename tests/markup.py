"""What a page must be however it is filled: well nested, unique identifiers, headings in order, labelled tables."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = {"link", "meta", "input", "br", "img", "source"}


class Markup(HTMLParser):
    """Reads a page and fails where its markup is wrong; `ids` and `links` (href) are what it has."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.headings: list[int] = []
        self._open: list[str] = []
        self._tables: list[set[str]] = []
        self.feed(text)
        assert self._open == []
        assert self.headings[0] == 1
        assert self.headings.count(1) == 1
        for above, below in zip(self.headings, self.headings[1:], strict=False):
            assert below <= above + 1, "a heading is left out"
        inside = [link[1:] for link in self.links if link.startswith("#")]
        assert set(inside) <= self.ids, set(inside) - self.ids

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        if name := values.get("id"):
            assert name not in self.ids, f"two elements have the id {name}"
            assert not re.search(r"\s", name)
            self.ids.add(name)
        if "href" in values:
            self.links.append(values["href"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self._tables.append(set())
        elif tag == "th":
            assert values.get("scope"), "a heading of a table without scope"
        if tag in {"caption", "thead"} and self._tables:
            self._tables[-1].add(tag)
        assert tag != "img" or values.get("alt") or "icon.svg" in values["src"]  # which says nothing
        assert not {"ul", "ol", "table", "dl"} & {tag} or self._open[-2:-1] != ["p"]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "table":
            assert self._tables.pop() >= {"caption", "thead"}
