"""What is in the data, by class: the list of each class, and how many things it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flask import Response
from pyoxigraph import NamedNode

from ldpub.namespaces import SKOS
from ldpub.serve import pages
from ldpub.serve.describe import Describer
from ldpub.serve.exchange import Exchange
from ldpub.serve.kept_pages import kept_page
from ldpub.serve.plurals import plurals

MAIN = 12
"""How many classes a page shows before those that are folded away."""


@dataclass(frozen=True)
class Kind:
    """A class with the list of its things, and how many they are."""

    name: str
    href: str
    count: int


def index(exchange: Exchange) -> Response:
    """The page of all classes that have things: where a list is asked for without saying of what."""
    return exchange.page_response(kept_page(exchange, "", lambda: _page(exchange)))


def _page(exchange: Exchange) -> str:
    main, others = kinds(exchange, pages.describer_of(exchange))
    return pages.render(exchange, "kinds.html", title=exchange.words["in_it"], main=main, others=others)


def kinds(exchange: Exchange, describer: Describer) -> tuple[list[Kind], list[Kind]]:
    """The classes to begin with and all others that have things, the latter by name."""
    sizes = exchange.snapshot.lists.sizes()
    begin = [iri for iri in _main(exchange, sizes) if iri in sizes]
    rest = _own(exchange, [iri for iri in sizes if iri not in begin])
    describer.learn(map(NamedNode, (*begin, *rest)))

    several = plurals(describer, [*begin, *rest])

    def kind(iri: str) -> Kind:
        name = describer.name(NamedNode(iri)) if sizes[iri] == 1 else several[iri]
        return Kind(name, pages.asking(exchange, "browse", {"class": iri}), sizes[iri])

    return [kind(iri) for iri in begin], sorted(map(kind, rest), key=lambda one: one.name.casefold())


def count(exchange: Exchange) -> int:
    """How many things there are of the classes that are of the data and not about it, each once."""
    lists = exchange.snapshot.lists
    masks = [lists.members(iri) for iri in _own(exchange, list(lists.sizes()))]
    return int(np.logical_or.reduce(masks).sum()) if masks else 0


def _main(exchange: Exchange, sizes: dict[str, int]) -> Sequence[str]:
    """The classes that the project names, else those with the best linked things."""
    linked = [iri for iri in exchange.snapshot.search.classes() if iri in sizes]
    return exchange.snapshot.manifest.classes or _own(exchange, list(dict.fromkeys((*linked, *sizes))))[:MAIN]


def _own(exchange: Exchange, classes: list[str]) -> list[str]:
    """Those of some classes that are of the data and not about it; the project's own, where it has such."""
    base = exchange.snapshot.iris.base
    content = [iri for iri in classes if not iri.startswith((*pages.SCHEMA_CLASSES, SKOS))]
    return [iri for iri in content if iri.startswith(base)] or content
