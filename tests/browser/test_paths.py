"""The ways people take through the site: with a mouse or a keyboard, with or without scripts, in their language."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.page_types import ONTOLOGY
from browser.seen import window

LIST = f"/browse?class={quote(ONTOLOGY)}CityRelation"


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window of an English visitor, once with scripts and once without."""
    with window(chromium, "en", java_script_enabled=request.param) as opened:
        yield opened


def follow(page: Page, href: str) -> None:
    """Click the first link of the content that can be seen and whose address matches."""
    page.locator("main a").and_(page.locator(f"a[href*='{href}']")).filter(visible=True).first.click()


def search(page: Page) -> Locator:
    """The field of the search that every page has."""
    return page.locator("input[type=search]").first


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def asked(page: Page, name: str) -> list[str]:
    """The values of a parameter of the page's address."""
    return parse_qs(urlsplit(page.url).query).get(name, [])


def test_a_search_leads_to_a_thing_its_relation_and_the_partner(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    search(page).fill("hanover")
    search(page).press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?.*q=hanover"))
    follow(page, "doc/city/hannover")
    assert heading(page) == "Hanover"
    follow(page, "doc/relation/hannover-blantyre")
    assert "Blantyre" in heading(page)
    follow(page, "doc/city/blantyre")
    assert heading(page) == "Blantyre"


@pytest.mark.parametrize(("typed", "found"), [("Poznan", "poznan"), ("Mykolajiw", "mykolaiv")])
def test_a_search_finds_other_spellings(page: Page, site: str, typed: str, found: str) -> None:
    page.goto(f"{site}/search")
    search(page).fill(typed)
    search(page).press("Enter")
    follow(page, f"doc/city/{found}")
    assert urlsplit(page.url).path == f"/doc/city/{found}"


def test_a_question_is_asked_of_another_city(page: Page, site: str) -> None:
    page.goto(f"{site}/questions")
    follow(page, "questions/001-twin-towns-of-hannover")
    before = page.locator("table").first.inner_text()
    choice = page.locator("form.parameters select, form.parameters input:not([type=hidden])").first
    others = choice.locator("option:not([selected])")
    (buffalo,) = [one for one in others.all() if "Buffalo" in one.inner_text()]
    choice.select_option(buffalo.get_attribute("value"))
    page.locator("form.parameters button").click()
    assert any("buffalo" in value for values in parse_qs(urlsplit(page.url).query).values() for value in values)
    after = page.locator("table").first.inner_text()
    assert "Dortmund" in after
    assert "Dortmund" not in before


def test_a_facet_narrows_a_list_that_comes_as_csv(page: Page, site: str) -> None:
    page.goto(f"{site}{LIST}")
    everything = page.locator("table tbody tr").count()
    option = page.locator(".facets li").filter(has=page.locator("a[href*='status']")).filter(visible=True).first
    count = int(option.locator(".count").inner_text())
    option.get_by_role("link").click()
    assert asked(page, "status")
    assert page.locator("table tbody tr").count() == count < everything
    address = page.get_by_role("link", name="CSV").first.get_attribute("href")
    assert address
    reply = page.request.get(page.evaluate("href => new URL(href, location).href", address))
    assert reply.headers["content-type"].startswith("text/csv")
    assert len(list(csv.DictReader(io.StringIO(reply.text())))) == count


def test_the_language_is_switched_and_stays(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Deutsch").click()
    for href in ("doc/city/hannover", "doc/relation/hannover-blantyre", "doc/city/blantyre"):
        assert page.locator("html").get_attribute("lang") == "de"
        assert asked(page, "lang") == ["de"]
        follow(page, href)
    search(page).fill("Posen")
    search(page).press("Enter")
    assert page.locator("html").get_attribute("lang") == "de"
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert asked(page, "q") == ["Posen"]


def test_a_query_is_typed_and_answered(chromium: Browser, site: str) -> None:
    """Without scripts: the form is a text area, whatever a script makes of it."""
    with window(chromium, "en", java_script_enabled=False) as page:
        page.goto(f"{site}/sparql")
        page.locator("textarea").fill("SELECT (1 + 1 AS ?two) {}")
        page.locator("main form button").first.click()
        assert page.locator("main table").first.inner_text().split() == ["two", "2"]
        page.locator("textarea").fill("SELECT (1 + AS ?two) {}")
        page.locator("main form button").first.click()
        assert "did not expect AS" in page.locator("main").inner_text()


def focused(page: Page) -> str:
    """Name of the element that has the focus."""
    name: str = page.evaluate("() => document.activeElement.textContent.trim() || document.activeElement.name || ''")
    return name


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on an element."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"60 tabs do not lead to {selector}")


def test_a_keyboard_is_enough(chromium: Browser, site: str) -> None:
    with window(chromium, "en") as page:
        page.goto(f"{site}/")
        page.keyboard.press("Tab")
        assert focused(page) == "Skip to content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("() => !!document.activeElement.closest('main')")
        page.goto(f"{site}/")
        tab_to(page, "input[type=search]")
        page.keyboard.type("hanover")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?*")
        tab_to(page, "main a[href*='doc/city/hannover']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/doc/city/hannover*")
        assert heading(page) == "Hanover"


def test_a_keyboard_folds_and_chooses_facets(chromium: Browser, site: str) -> None:
    with window(chromium, "en") as page:
        page.goto(f"{site}{LIST}")
        tab_to(page, "summary")
        is_open = "() => document.activeElement.parentElement.open"
        before = page.evaluate(is_open)
        page.keyboard.press("Enter")
        assert page.evaluate(is_open) is not before
        tab_to(page, ".facets a[href*='status']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/browse?*status=*")
