"""WCAG 2.2, levels A and AA, as far as axe-core judges it, with its best practices; and that a keyboard is enough."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from browser.seen import NARROW, WIDE, Seen, resize, window

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
STOPS = 25


def violations(page: Page, left_out: str = "") -> list[str]:
    """What axe finds: the rule, what it asks for, and the first elements that break it."""
    context: dict[str, Any] | None = {"exclude": [left_out]} if left_out else None
    options = {"runOnly": list(TAGS), "resultTypes": ["violations"]}
    results = Axe().run(page, context=context, options=options).response
    return [f"{found['id']}: {found['help']}: {_places(found)}" for found in results["violations"]]


def _places(found: dict[str, Any]) -> str:
    return " ".join(
        f"{node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}" for node in found["nodes"][:3]
    )


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(seen: Seen, scheme: Literal["light", "dark"], width: int) -> None:
    seen.page.emulate_media(color_scheme=scheme)
    resize(seen.page, width)
    assert violations(seen.page, seen.kind.repeated) == []


_FOCUS = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect();
  const inside = element.shadowRoot?.activeElement;  // an editor shows the focus around all of itself
  const style = getComputedStyle(inside?.closest('.cm-focused') ?? element);
  return {
    name: element.outerHTML.slice(0, 120),
    isPage: element === document.body,
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    place: [...document.querySelectorAll('*')].indexOf(element),
  };
}"""
"""The element that has the focus: whether it shows it (WCAG 2.2, 2.4.7) within the window (2.4.11), and its place."""


def test_each_stop_of_the_keyboard_is_seen_and_in_order(seen: Seen) -> None:
    seen.page.emulate_media(reduced_motion="reduce")  # else it takes its time to scroll
    resize(seen.page, NARROW)
    seen.page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    last = -1
    for _ in range(STOPS):
        seen.page.keyboard.press("Tab")
        focus = seen.page.evaluate(_FOCUS)
        if focus["isPage"]:
            break
        assert focus["outline"] >= 2, focus["name"]
        assert focus["isSeen"], focus["name"]
        assert focus["place"] > last, focus["name"]
        last = focus["place"]
    seen.page.emulate_media(reduced_motion="no-preference")
    assert last >= 0


def test_axe_finds_what_is_wrong(chromium: Browser) -> None:
    """The tests above could not fail if it did not."""
    with window(chromium) as page:
        pale = '<p style="color: #ccc; background: #fff">pale</p>'
        page.set_content(f"<!doctype html><title>x</title><main><h1>x</h1>{pale}<input></main>")
        found = " ".join(violations(page))
        assert all(rule in found for rule in ("html-has-lang", "color-contrast", "label")), found
        assert "color-contrast" not in " ".join(violations(page, "p"))
