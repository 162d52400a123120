"""Catalogue: makes the dumps, and adds the graph that describes them: DCAT for portals, VoID for those who ask SPARQL.

Nothing here depends on the clock: the same input gives the same triples. No node is blank.
"""

from __future__ import annotations

from dataclasses import replace

from pyoxigraph import NamedNode, Triple

from ldpub.build.canonical import canonical
from ldpub.build.dataset import Dataset
from ldpub.build.dcat import feed as portal_feed
from ldpub.build.distributions import make_dumps
from ldpub.build.numbered import Triples
from ldpub.build.pages import catalogue_files
from ldpub.build.products import products
from ldpub.build.rows import Rows
from ldpub.build.shapes_asked import asked_ahead
from ldpub.build.timing import part
from ldpub.build.void import void
from ldpub.namespaces import OWL, PREFIXES, RDF


def catalogue(dataset: Dataset) -> Dataset:
    """The dataset with its graph `catalogue`, and with the files that it describes.

    Raises SourceError where the settings name data sets that are not there.
    """
    rows = Rows.of(dataset.graphs)
    dataset = asked_ahead(replace(dataset, graphs=rows.listed()))
    config, iris = dataset.project.config, dataset.project.iris
    prefixes = {**PREFIXES, **config["project.prefixes"]}
    with part("canonical order"):
        quads = canonical(rows)
    offered = products(dataset, quads.within(dataset.default_graphs))
    whole = offered[0].triples
    made = []
    for product in offered:
        with part(f"dumps of {product.slug}"):
            made.append(make_dumps(product, prefixes, config.base, config.languages))
    described = [(product, dumps.dumps) for product, dumps in zip(offered, made, strict=True)]
    feed = tuple(dict.fromkeys(portal_feed(config, iris, described, ontologies(whole, config.base))))
    sizes = {name: len(dataset.graphs[name]) for name in dataset.default_graphs if dataset.graphs[name]}
    with part("VoID"):
        numbers = tuple(void(config, iris, whole, made[0].dumps, sizes))
    files = {name: content for dumps in made for name, content in dumps.files.items()}
    files |= catalogue_files(feed, numbers, prefixes, config["catalogue.page_size"])
    return replace(
        dataset.with_graph(iris.graph("catalogue"), (*feed, *numbers)),
        files={**dataset.files, **files},
        quads=quads,
        notices=(*dataset.notices, *(notice for dumps in made for notice in dumps.notices)),
    )


def ontologies(triples: Triples, base: str) -> list[str]:
    """The project's own ontologies, to which its data conforms."""
    values, ontology = triples.terms.values, triples.terms.number(OWL + "Ontology")
    return [values[s] for s, o in triples.of(RDF + "type") if o == ontology and values[s].startswith(base)]


def feed_of(dataset: Dataset) -> list[Triple]:
    """The part of the graph `catalogue` that portals harvest: all but VoID."""
    page = dataset.project.iris.base + "void"
    return [t for t in dataset.graph("catalogue") if not _is_about(t, page)]


def _is_about(triple: Triple, page: str) -> bool:
    return isinstance(triple.subject, NamedNode) and triple.subject.value.partition("#")[0] == page
