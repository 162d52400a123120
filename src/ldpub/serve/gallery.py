"""The pictures of a release over HTTP: each as SVG that any page may embed, and as a page with its table."""

from __future__ import annotations

from collections.abc import Hashable

from flask import Response
from pyoxigraph import NamedNode

from ldpub.formats import HTML, SVG
from ldpub.serve import pages
from ldpub.serve.answers import Answers, KeptAnswer
from ldpub.serve.describe import Describer
from ldpub.serve.exchange import REVALIDATE, Exchange
from ldpub.serve.kept_pages import kept_page
from ldpub.serve.pictures.figure import Figure
from ldpub.serve.pictures.figures import ABOUT_ALL, ABOUT_THINGS, WIDTHS, figure_of, sheet_of, shown
from ldpub.serve.pictures.svg import CONTENT_SECURITY_POLICY
from ldpub.serve.problems import Problem

_KEPT_BYTES = 8 << 20
_KEPT_FIGURES = 16


class Gallery:
    """Draws pictures, and keeps those that were asked for last."""

    def __init__(self) -> None:
        self._kept: Answers[KeptAnswer] = Answers(_KEPT_BYTES)
        self._figures: dict[Hashable, Figure | None] = {}

    def __call__(self, exchange: Exchange, name: str) -> Response:
        """Answer for `/picture/<name>`: SVG, or with the suffix `.html` the page; raises Problem."""
        picture = name.removesuffix(f".{HTML.suffix}")
        thing = _thing(exchange, picture)
        if picture != name:
            return exchange.page_response(kept_page(exchange, "", lambda: self._page(exchange, picture, thing)))
        size = exchange.request.args.get("size", "wide")
        if size not in WIDTHS:
            raise Problem(400, f"`size` is one of {', '.join(WIDTHS)}.")
        etag = exchange.etag("picture", picture, thing.value if thing else "", size, exchange.language)
        headers = {
            "Vary": "Accept-Language",
            "Cache-Control": REVALIDATE,
            "Content-Language": exchange.language,
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if exchange.unchanged(etag):
            return exchange.not_modified(etag, headers)
        return exchange.representation(self._drawn(exchange, picture, thing, size, etag), SVG, etag, headers)

    def of_all(self, exchange: Exchange, name: str) -> Figure | None:
        """A picture of the whole release; None where there is nothing to see in it."""
        return self._figure(exchange, name, None)

    def _page(self, exchange: Exchange, picture: str, thing: NamedNode | None) -> str:
        figure = _seen(self._figure(exchange, picture, thing))
        return pages.picture_page(exchange, shown(exchange, figure, thing), thing)

    def _drawn(self, exchange: Exchange, picture: str, thing: NamedNode | None, size: str, etag: str) -> bytes:
        kept = self._kept.get(etag)
        if kept is None:
            kept = KeptAnswer((), sheet_of(_seen(self._figure(exchange, picture, thing)), size).svg().encode())
            self._kept.keep(etag, kept)
        return kept.body

    def _figure(self, exchange: Exchange, picture: str, thing: NamedNode | None) -> Figure | None:
        """What there is to see, if anything; that of all things, made of every statement, is kept."""
        if thing is not None:
            return _read_figure(exchange, picture, thing)
        manifest = exchange.snapshot.manifest
        key = (manifest.digest, manifest.inputs, picture, exchange.language, exchange.kept_language)
        if key in self._figures:
            return self._figures[key]
        if len(self._figures) >= _KEPT_FIGURES:
            self._figures.clear()
        figure = self._figures[key] = _read_figure(exchange, picture, None)
        return figure


def _thing(exchange: Exchange, picture: str) -> NamedNode | None:
    """The thing that a picture is about, `?of=`, or None for all; raises Problem where there is neither."""
    if picture not in (*ABOUT_ALL, *ABOUT_THINGS):
        raise Problem(404, f"There is no picture {picture}.")
    iri = exchange.request.args.get("of")
    if iri is None or picture not in ABOUT_THINGS:
        if picture not in ABOUT_ALL:
            raise Problem(400, "This picture needs the parameter `of`, the IRI of a thing.")
        return None
    if iri not in exchange.snapshot.statements.known([iri]):
        raise Problem(404, f"Nothing is known about <{iri}>.")
    return NamedNode(iri)


def _read_figure(exchange: Exchange, picture: str, thing: NamedNode | None) -> Figure | None:
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    return figure_of(exchange, picture, thing, describer)


def _seen(figure: Figure | None) -> Figure:
    if figure is None:
        raise Problem(404, "There is nothing to see in this picture.")
    return figure
