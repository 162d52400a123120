"""Data products (DCAT 3, 6.6): what the catalogue offers, each with a stable IRI: the whole set and its named parts.

A product's statements are those of its named graphs, blank nodes by their canonical names.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ldpub.build.dataset import Dataset
from ldpub.build.numbered import Quads, Triples
from ldpub.config import FILE_NAME, Config, Text
from ldpub.errors import Fault, SourceError
from ldpub.iris import IriPolicy
from ldpub.namespaces import RDF


@dataclass(frozen=True)
class Product:
    """One data set of the catalogue: its name in paths, what is said of it, and its statements."""

    slug: str
    iri: str
    title: Text
    description: Text
    settings: Mapping[str, Any]
    quads: Quads

    @cached_property
    def triples(self) -> Triples:
        """Its statements as one graph."""
        return self.quads.merged()

    def stated_classes(self, inferred: str) -> set[str]:
        """The classes that things are said to be of in other graphs than that of what is inferred."""
        stated = self.quads.within(name for name in self.quads.graphs if name != inferred).merged()
        return {stated.terms.values[kind] for _, kind in stated.of(RDF + "type")}


def products(dataset: Dataset, quads: Quads) -> tuple[Product, ...]:
    """The products of a project: all of it first, then those of `catalogue.products` in their order.

    `quads` are those of the default graphs. Those with `imported` are offered where imported tables are built. Raises
    SourceError where a product names no graph, or two have one slug.
    """
    config, iris = dataset.project.config, dataset.project.iris
    offered = [part for part in config["catalogue.products"] if config["build.imports"] or not part.get("imported")]
    parts = tuple(_part(config, iris, given, quads) for given in offered)
    slugs = [iris.slug, *(part.slug for part in parts)]
    wrong = [_fault(config, f"two data sets have the slug {slug}") for slug in sorted(_twice(slugs))]
    wrong += [
        _fault(config, f"the data set {part.slug} names no graph that is there") for part in parts if not part.quads
    ]
    if wrong:
        raise SourceError(wrong)
    title, description = config.text("project.title"), config.text("project.description")
    return (Product(iris.slug, iris.dataset, title, description, config.values, quads), *parts)


def _part(config: Config, iris: IriPolicy, given: Mapping[str, Any], quads: Quads) -> Product:
    slug = given["slug"]
    title, description = (_text(given[key]) for key in ("title", "description"))
    settings = {**config.values, **_renamed(given)}
    named = quads.within(name for name in quads.graphs if _is_of(name, iris, given["graphs"]))
    return Product(slug, f"{iris.base}dataset/{slug}", title, description, settings, named)


def _renamed(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a product says of itself in place of the project: `keywords` for `project.keywords`."""
    return {f"{table}.{key}": given[key] for table, keys in _OWN.items() for key in keys if key in given}


_OWN = {
    "project": ("keywords", "themes", "issued", "modified", "license"),
    "catalogue": ("spatial", "temporal", "attribution", "provenance", "rights"),
}


def _is_of(name: str, iris: IriPolicy, patterns: Sequence[str]) -> bool:
    short = name.removeprefix(iris.graph(""))
    return any(name == pattern or fnmatch.fnmatchcase(short, pattern) for pattern in patterns)


def _text(value: str | Text) -> Text:
    return {"": value} if isinstance(value, str) else value


def _twice(slugs: Sequence[str]) -> set[str]:
    return {slug for slug in slugs if slugs.count(slug) > 1}


def _fault(config: Config, message: str) -> Fault:
    line, excerpt = config.place("catalogue.products")
    mend = "name graphs as under /graph/, such as data/*, and give each data set a slug of its own"
    return Fault(message, FILE_NAME, line, excerpt=excerpt, mend=mend)
