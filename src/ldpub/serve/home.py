"""The home page is about the data: what is in it, how to find it, what changed, how to cite it, where its doors are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from pyoxigraph import NamedNode

from ldpub.formats import GRAPH_FORMATS, HTML
from ldpub.namespaces import SKOS
from ldpub.serve import pages
from ldpub.serve.catalogue import citation, licence
from ldpub.serve.changes import latest
from ldpub.serve.describe import Describer
from ldpub.serve.exchange import Exchange, redirect
from ldpub.serve.feed import Record, dataset_triples
from ldpub.serve.frame import Place
from ldpub.serve.gallery import Gallery
from ldpub.serve.negotiate import choose_format
from ldpub.serve.pictures.figures import Shown, shown
from ldpub.serve.problems import Problem
from ldpub.serve.schema_org import site_schema

MAIN = 12
"""How many classes the page shows before those that are folded away."""

QUESTIONS = 3

_FEWEST_PLACES = 2


@dataclass(frozen=True)
class Kind:
    """A class with the list of its things, and how many they are."""

    name: str
    href: str
    count: int


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
        return exchange.page_response(self._page(exchange))

    def _page(self, exchange: Exchange) -> str:
        manifest = exchange.snapshot.manifest
        describer = pages.describer_of(exchange)
        examples = [NamedNode(iri) for iri in manifest.examples]
        describer.learn(examples)
        main, others = _kinds(exchange, describer)
        listed = pages.questions(exchange)
        return pages.render(
            exchange,
            "home.html",
            title=pages.site_text(exchange, manifest.title),
            place=Place(schema=site_schema(exchange)),
            formats=[(form.label, f"catalog.{form.suffix}") for form in GRAPH_FORMATS],
            lead=pages.site_text(exchange, manifest.description),
            things=exchange.snapshot.lists.things,
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


def _kinds(exchange: Exchange, describer: Describer) -> tuple[list[Kind], list[Kind]]:
    """The classes to begin with and all others that have things, the latter by name."""
    sizes = exchange.snapshot.lists.sizes()
    begin = [iri for iri in _main(exchange, sizes) if iri in sizes]
    rest = _own(exchange, [iri for iri in sizes if iri not in begin])
    describer.learn(map(NamedNode, (*begin, *rest)))

    def kind(iri: str) -> Kind:
        return Kind(describer.name(NamedNode(iri)), pages.asking(exchange, "browse", {"class": iri}), sizes[iri])

    return [kind(iri) for iri in begin], sorted(map(kind, rest), key=lambda one: one.name.casefold())


def _main(exchange: Exchange, sizes: dict[str, int]) -> Sequence[str]:
    """The classes that the project names, else those with the best linked things."""
    linked = [iri for iri in exchange.snapshot.search.classes() if iri in sizes]
    return exchange.snapshot.manifest.classes or _own(exchange, list(dict.fromkeys((*linked, *sizes))))[:MAIN]


def _own(exchange: Exchange, classes: list[str]) -> list[str]:
    """Those of some classes that are of the data and not about it; the project's own, where it has such."""
    base = exchange.snapshot.iris.base
    content = [iri for iri in classes if not iri.startswith((*pages.SCHEMA_CLASSES, SKOS))]
    return [iri for iri in content if iri.startswith(base)] or content


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
