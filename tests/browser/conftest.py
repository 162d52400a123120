"""One Chromium for the tests of this folder, the machine's own; each page is loaded once for all tests about it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from browser.page_types import CASES, PageType
from browser.seen import Seen, see

_COMMANDS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--disable-gpu")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser. It ends with this folder: while Playwright runs, no other test could have an event loop."""
    command = next(filter(None, map(shutil.which, _COMMANDS)), None)
    if command is None:
        pytest.skip(f"none of {', '.join(_COMMANDS)} is on this machine: the site was not seen in a browser")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=command, chromium_sandbox=False, args=list(_FLAGS))
        except Error as error:
            pytest.skip(f"{command} does not run: the site was not seen in a browser. {error.message[:500]}")
        yield browser
        browser.close()


@pytest.fixture(scope="package", params=CASES, ids=[f"{kind.name}-{language}" for kind, language in CASES])
def seen(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Seen]:
    """Each type of page in each language; pytest runs all tests about one before it loads the next."""
    kind: PageType
    kind, language = request.param
    with see(chromium, kind, language, request.getfixturevalue(kind.site)) as found:
        yield found
