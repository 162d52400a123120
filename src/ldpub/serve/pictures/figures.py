"""All figures by the names of their pictures, and what a page shows of each: where the picture is, and its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from ldpub.iris import relative
from ldpub.serve.describe import Describer
from ldpub.serve.exchange import Exchange
from ldpub.serve.language import choose_text
from ldpub.serve.pictures.class_diagram import Hierarchy, class_sheet
from ldpub.serve.pictures.classes import class_figure
from ldpub.serve.pictures.dated import timeline_around
from ldpub.serve.pictures.figure import Figure
from ldpub.serve.pictures.linked import network_around
from ldpub.serve.pictures.located import map_around, map_of_all
from ldpub.serve.pictures.network import Neighbourhood, network_sheet
from ldpub.serve.pictures.svg import Sheet, View
from ldpub.serve.pictures.timeline import Chronicle, timeline_sheet
from ldpub.serve.pictures.world_map import map_sheet

PATH = "picture"
ABOUT_THINGS = ("map", "timeline", "network")
"""The pictures that show one thing and what is around it."""

ABOUT_ALL = ("map", "classes")
"""The pictures that show the whole release."""

WIDTHS: Mapping[str, float] = {"wide": 840.0, "narrow": 360.0}
"""The sizes by name, in pixels; letters are equally large in both."""

_FEWEST = {"map": 2, "timeline": 1, "network": 3}
"""Rows from which on a picture is worth a place on a thing's page."""


@dataclass(frozen=True)
class Image:
    """A picture on a page: its address, and its width and height in pixels."""

    href: str
    width: str
    height: str


@dataclass(frozen=True)
class Images:
    """A picture as a page shows it, wide and narrow, what it says in its place, and HTML by which others show it."""

    wide: Image
    narrow: Image
    alternative: str
    embedded: str


@dataclass(frozen=True)
class Shown:
    """A figure as a page shows it: its pictures, and the page that it has to itself."""

    figure: Figure
    images: Images
    href: str


def figure_of(exchange: Exchange, name: str, thing: NamedNode | None, describer: Describer) -> Figure | None:
    """The figure of a picture about a thing, or about all; None where there is nothing to see."""
    snapshot = exchange.snapshot
    statements, words = snapshot.statements, exchange.words
    if thing is not None:
        around: Mapping[str, Callable[[], Figure | None]] = {
            "map": lambda: map_around(statements, thing, terms, describer, words),
            "timeline": lambda: timeline_around(statements, thing, terms, describer, words, until=until),
            "network": lambda: network_around(statements, thing, terms, describer, words),
        }
        terms = snapshot.terms
        year, month, day = map(int, snapshot.manifest.date.split("-"))
        until = (year, month, day)
        return around[name]()
    site = choose_text(snapshot.manifest.title, exchange.language, snapshot.manifest.languages)
    title = f"{site}: {words['map_all' if name == 'map' else 'class_diagram']}"
    if name == "map":
        return map_of_all(statements, describer, words, title)
    return class_figure(statements, snapshot.iris.base, describer, words, title)


def sheet_of(figure: Figure, size: str) -> Sheet:
    """The picture of a figure, in one of the sizes, still to be drawn."""
    view, width = figure.view, WIDTHS[size]
    if isinstance(view, Chronicle):
        return timeline_sheet(view, width)
    if isinstance(view, Neighbourhood):
        return network_sheet(view, width)
    return class_sheet(view, width) if isinstance(view, Hierarchy) else map_sheet(view, width)


def figures_about(exchange: Exchange, thing: NamedNode, describer: Describer) -> list[Shown]:
    """The figures that are worth a place on the page of a thing."""
    found = ((name, figure_of(exchange, name, thing, describer)) for name in ABOUT_THINGS)
    return [shown(exchange, figure, thing) for name, figure in found if figure and len(figure.rows) >= _FEWEST[name]]


def shown(exchange: Exchange, figure: Figure, thing: NamedNode | None) -> Shown:
    """A figure with references that are right on the page that is asked for."""
    about = {"of": thing.value} if thing else {}
    kept = {**about, **({"lang": exchange.language} if exchange.kept_language else {})}
    path = f"{PATH}/{figure.name}"
    here, public = relative(path, exchange.path), exchange.snapshot.manifest.url + path
    wide = image_of(sheet_of(figure, "wide"), _asking(here, kept))
    narrow = image_of(sheet_of(figure, "narrow"), _asking(here, {**kept, "size": "narrow"}))
    embedded = embedding(figure.view, replace(wide, href=_asking(public, {**about, "lang": exchange.language})))
    return Shown(figure, Images(wide, narrow, alternative(figure.view), embedded), _asking(f"{here}.html", kept))


def image_of(sheet: Sheet, href: str) -> Image:
    """The picture at an address."""
    return Image(href, f"{sheet.width:.0f}", f"{sheet.height:.0f}")


def embedding(view: View, image: Image) -> str:
    """A picture at a public address as an element of HTML that any page can hold."""
    values = {"src": image.href, "alt": alternative(view), "width": image.width, "height": image.height}
    pairs = " ".join(f'{name}="{escape(value)}"' for name, value in values.items())
    return f"<img {pairs}>"


def alternative(view: View) -> str:
    """What a page says in the place of a picture."""
    return f"{view.title}: {view.description}"


def _asking(path: str, values: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(values)}" if values else path
