"""The home page is about the data: what is in it, how to find it, what changed, how to cite it, where its doors are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response
from pyoxigraph import NamedNode

from ldpub.formats import GRAPH_FORMATS, HTML
from ldpub.serve import pages
from ldpub.serve.catalogue import citation, licence
from ldpub.serve.changes import latest
from ldpub.serve.exchange import Exchange, redirect
from ldpub.serve.feed import Record, dataset_triples
from ldpub.serve.frame import Place
from ldpub.serve.gallery import Gallery
from ldpub.serve.kept_pages import kept_page
from ldpub.serve.kinds import count, kinds
from ldpub.serve.negotiate import choose_format
from ldpub.serve.pictures.figures import Shown, shown
from ldpub.serve.problems import Problem
from ldpub.serve.schema_org import site_schema

QUESTIONS = 3

_FEWEST_PLACES = 2


@dataclass(frozen=True)
class Home:
    """The view of the home page; the map is one of the gallery's."""

    gallery: Gallery

    def __call__(self, exchange: Exchange) -> Response:
        """The page; a program that asks the base for RDF is sent to the catalogue."""
        form = choose_format(exchange.request.headers.get("Accept"), (HTML, *GRAPH_FORMATS))
        if form is None:
            raise Problem(406, f"The home page comes as {HTML.media_type}, the catalogue as RDF.")
        if form is not HTML:
            return redirect(303, f"{exchange.request.root_path}/catalog", "Accept, Accept-Language")
        return exchange.page_response(kept_page(exchange, "", lambda: self._page(exchange)))

    def _page(self, exchange: Exchange) -> str:
        manifest = exchange.snapshot.manifest
        describer = pages.describer_of(exchange)
        examples = [NamedNode(iri) for iri in manifest.examples]
        describer.learn(examples)
        main, others = kinds(exchange, describer)
        listed = pages.questions(exchange)
        return pages.render(
            exchange,
            "home.html",
            title=pages.site_text(exchange, manifest.title),
            place=Place(schema=site_schema(exchange)),
            formats=[(form.label, f"catalog.{form.suffix}") for form in GRAPH_FORMATS],
            lead=pages.site_text(exchange, manifest.description),
            things=count(exchange),
            main=main,
            others=others,
            examples=[describer.value(example) for example in examples],
            questions=listed[:QUESTIONS],
            question_count=len(listed),
            picture=self._map(exchange),
            latest=latest(exchange),
            ontologies=exchange.snapshot.ontologies,
            example=next(iter(manifest.examples), ""),
            **_about(exchange),
        )

    def _map(self, exchange: Exchange) -> Shown | None:
        figure = self.gallery.of_all(exchange, "map")
        return shown(exchange, figure, None) if figure and len(figure.rows) >= _FEWEST_PLACES else None


def _about(exchange: Exchange) -> dict[str, Any]:
    """Under which conditions the data is had, and how it is cited, as the catalogue says."""
    iri = exchange.snapshot.iris.dataset
    record = Record(dataset_triples(exchange.snapshot, iri.rsplit("/", 1)[-1]))
    title = pages.site_text(exchange, exchange.snapshot.manifest.title)
    return {
        "licence": licence(exchange, record, iri),
        "citation": citation(exchange, record, iri, title),
        "dataset_path": iri.removeprefix(exchange.snapshot.iris.base),
    }
