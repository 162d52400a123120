"""What is seen of a page: how it came, what the browser said and asked for, and what stands out of a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from browser.page_types import PageType
from web import BROWSER

WIDE, NARROW, NARROWEST = 1200, 360, 320
"""Widths of windows in pixels: a desk, a phone, and what WCAG 2.2 asks for in 1.4.10."""

_HEIGHT = 800
_PICTURES_CAME = """() => new Promise(then => requestAnimationFrame(() => requestAnimationFrame(then))).then(
  () => [...document.images].every(image => image.complete))"""
"""Two frames later, for a window of another width chooses other pictures while it is drawn."""

_LOAD_PICTURES = "() => { for (const image of document.images) image.loading = 'eager'; }"
_BROKEN_PICTURES = "() => [...document.images].filter(image => !image.naturalWidth).map(image => image.src)"

_STANDING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const clipped = element => {
    for (let outer = element.parentElement; outer && outer !== document.body; outer = outer.parentElement)
      if (getComputedStyle(outer).overflowX !== 'visible') return true;
    return false;
  };
  const named = element => element.outerHTML.slice(0, 120);
  const end = element => {
    const box = element.getBoundingClientRect();
    const shows = getComputedStyle(element).overflowX === 'visible';
    return Math.max(box.right, shows ? box.left + element.scrollWidth : 0);
  };
  const out = [...document.body.querySelectorAll('*')].filter(element => end(element) > width + 1 && !clipped(element));
  const scrolled = document.scrollingElement.scrollWidth > innerWidth;
  return scrolled ? [`${document.scrollingElement.scrollWidth} pixels`, ...out.slice(0, 5).map(named)] : [];
}"""
"""What makes the page scroll sideways: its width, then the outermost elements that end beyond the window."""


@dataclass(frozen=True)
class Loaded:
    """A request of a page: URL and status of its answer, bytes of the answer as sent (header fields and content)."""

    url: str
    status: int
    bytes: int


@dataclass(frozen=True)
class Seen:
    """A page in the browser, wide, in light colours; what was found out while it loaded, and the page itself."""

    kind: PageType
    language: str
    page: Page
    status: int
    headers: dict[str, str]
    said: tuple[str, ...]
    loaded: tuple[Loaded, ...]
    standing_out: dict[int, list[str]]
    broken_pictures: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """The weight of the page: all that came over the wire, but for pictures of the map."""
        return sum(one.bytes for one in self.loaded if not urlsplit(one.url).path.endswith("/picture/map"))


@contextmanager
def window(browser: Browser, language: str = "en", width: int = WIDE, **options: Any) -> Iterator[Page]:
    """A window of its own with nothing in its cache, of a visitor with this language."""
    context = browser.new_context(locale=language, viewport={"width": width, "height": _HEIGHT}, **options)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@contextmanager
def see(browser: Browser, kind: PageType, language: str, site: str) -> Iterator[Seen]:
    """Load one page, wide and then narrow, and keep it open."""
    with window(browser, language, color_scheme="light") as page:
        if kind.accept != BROWSER:
            page.route("**/*", lambda route: route.continue_(headers={**route.request.headers, "accept": kind.accept}))
        said, asked = _listen(page)
        response = page.goto(site + kind.target)
        assert response is not None
        page.evaluate(_LOAD_PICTURES)
        page.wait_for_function(_PICTURES_CAME)
        loaded = tuple(map(_loaded, asked))
        yield Seen(
            kind=kind,
            language=language,
            page=page,
            status=response.status,
            headers=response.all_headers(),
            loaded=loaded,
            standing_out={width: standing_out(page, width) for width in (NARROWEST, NARROW)},
            broken_pictures=tuple(page.evaluate(_BROKEN_PICTURES)),
            said=tuple(said),
        )


def standing_out(page: Page, width: int) -> list[str]:
    """What makes a page scroll sideways in a window of this width; nothing, if it does not."""
    resize(page, width)
    found: list[str] = page.evaluate(_STANDING_OUT)
    resize(page, WIDE)
    return found


def resize(page: Page, width: int) -> None:
    """Give the window a width, and the page the time to fill it."""
    page.set_viewport_size({"width": width, "height": _HEIGHT})
    page.wait_for_function(_PICTURES_CAME)


def _listen(page: Page) -> tuple[list[str], list[Request]]:
    """What the console says from now on, with errors of scripts and requests that failed; and all requests."""
    said: list[str] = []
    asked: list[Request] = []
    page.on("console", lambda message: said.append(_line(message)))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("requestfailed", lambda request: said.extend(_failure(request)))
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright marks what it calls
    return said, asked


def _failure(request: Request) -> list[str]:
    """That a request failed; what the browser itself gave up, for a picture of another size, did not fail."""
    is_given_up = request.failure == "net::ERR_ABORTED"
    return [] if is_given_up else [f"failed: {request.url} {request.failure}"]


def _line(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text} ({message.location.get('url', '')})"


def _loaded(request: Request) -> Loaded:
    response = request.response()
    assert response is not None, request.url
    response.finished()
    sizes = request.sizes()
    return Loaded(request.url, response.status, sizes["responseHeadersSize"] + sizes["responseBodySize"])
