"""Every type of page opens, in its language: nothing fails, nothing comes from elsewhere, nothing stands out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from browser.seen import NARROW, NARROWEST, Seen, standing_out, window

BYTES = 60_000

_MOVING = """() => [...document.querySelectorAll('*')].filter(element => {
  const style = getComputedStyle(element);
  const lasts = times => times.split(',').some(time => parseFloat(time) > 0.01);
  return lasts(style.transitionDuration) || style.animationName !== 'none' || style.scrollBehavior === 'smooth';
}).map(element => element.outerHTML.slice(0, 120))"""

_HEADINGS = """headings => headings.map(heading => [...heading.childNodes].map(
  node => node.nodeName === 'SMALL' ? '' : node.textContent).join('').trim().replace(/\\s+/g, ' '))"""


def test_it_answers(seen: Seen) -> None:
    assert seen.status == seen.kind.status
    assert seen.headers["content-type"] == "text/html; charset=utf-8"


def test_nothing_goes_wrong(seen: Seen) -> None:
    """The console is silent, but for the one line by which Chromium says that the page's own status is an error."""
    expected = [f"error: Failed to load resource: the server responded with a status of {seen.kind.status}"]
    said = list(seen.said)
    if seen.kind.status >= 400:
        assert [line.partition(" (")[0] for line in said[:1]] == expected
        del said[0]
    assert said == []
    assert seen.broken_pictures == ()
    assert [one for one in seen.loaded[1:] if one.status != 200] == []


def test_nothing_comes_from_elsewhere(seen: Seen) -> None:
    hosts = {urlsplit(one.url).netloc for one in seen.loaded}
    assert hosts == {urlsplit(seen.page.url).netloc}


def test_it_is_in_its_language(seen: Seen) -> None:
    assert seen.page.locator("html").get_attribute("lang") == seen.language
    assert seen.headers.get("content-language", seen.language) == seen.language


def test_it_has_one_heading_and_a_title(seen: Seen) -> None:
    """What is small in a heading, as a number, is not of the title."""
    (heading,) = seen.page.locator("h1").evaluate_all(_HEADINGS)
    assert heading
    assert seen.page.title().startswith(heading)


@pytest.mark.parametrize("width", [NARROW, NARROWEST])
def test_it_does_not_scroll_sideways(seen: Seen, width: int) -> None:
    assert seen.standing_out[width] == []


def test_it_is_light(seen: Seen) -> None:
    """But for the editor, which one page loads, once, to be kept for ever."""
    loaded = [one for one in seen.loaded if "/static/sparql.js" not in one.url]
    assert sum(one.bytes for one in loaded) < BYTES, sorted((one.bytes, one.url) for one in loaded)


def test_paper_has_no_navigation(seen: Seen) -> None:
    seen.page.emulate_media(media="print")
    shown = seen.page.locator("nav, button, .skip, .languages, [role=search]").filter(visible=True)
    assert shown.evaluate_all("found => found.map(element => element.outerHTML.slice(0, 120))") == []
    assert seen.page.locator("h1").is_visible()
    seen.page.emulate_media(media="screen")


def test_nothing_moves_for_whom_motion_is_too_much(seen: Seen) -> None:
    seen.page.emulate_media(reduced_motion="reduce")
    assert seen.page.evaluate(_MOVING) == []
    assert seen.page.evaluate("() => document.getAnimations().length") == 0
    seen.page.emulate_media(reduced_motion="no-preference")


def test_what_stands_out_is_found(chromium: Browser) -> None:
    """The test above could not fail if it did not see this."""
    with window(chromium) as page:
        page.set_content('<!doctype html><main><p id="wide">' + "x" * 200 + "</p></main>")
        width, *found = standing_out(page, NARROW)
        assert int(width.split()[0]) > NARROW
        assert any(re.search("wide", one) for one in found)
        page.set_content('<!doctype html><div style="overflow-x: auto"><p>' + "x" * 200 + "</p></div>")
        assert standing_out(page, NARROW) == []
