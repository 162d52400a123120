"""Catalogue: makes the dumps, and adds the graph that describes them: DCAT for portals, VoID for those who ask SPARQL.

Nothing here depends on the clock: the same input gives the same triples. No node is blank.
"""

from __future__ import annotations

from dataclasses import replace

from pyoxigraph import NamedNode, Quad, Triple

from ldpub.build.canonical import canonical_quads
from ldpub.build.dataset import Dataset
from ldpub.build.dcat import feed as portal_feed
from ldpub.build.distributions import make_dumps
from ldpub.build.pages import catalogue_files
from ldpub.build.products import products
from ldpub.build.shapes_asked import asked_ahead
from ldpub.build.timing import part
from ldpub.build.void import void
from ldpub.namespaces import OWL, PREFIXES, RDF


def catalogue(dataset: Dataset) -> Dataset:
    """The dataset with its graph `catalogue`, and with the files that it describes.

    Raises SourceError where the settings name data sets that are not there.
    """
    dataset = asked_ahead(dataset)
    config, iris = dataset.project.config, dataset.project.iris
    prefixes = {**PREFIXES, **config["project.prefixes"]}
    shown = {NamedNode(name) for name in dataset.default_graphs}
    with part("canonical order"):
        ordered = canonical_quads(dataset.quads())
        quads = [quad for quad in ordered if quad.graph_name in shown]
    offered = products(dataset, quads)
    made = []
    for product in offered:
        with part(f"dumps of {product.slug}"):
            made.append(make_dumps(product, prefixes, config.base, config.languages))
    described = [(product, dumps.dumps) for product, dumps in zip(offered, made, strict=True)]
    feed = tuple(dict.fromkeys(portal_feed(config, iris, described, ontologies(quads, config.base))))
    sizes = {name: len(dataset.graphs[name]) for name in dataset.default_graphs if dataset.graphs[name]}
    with part("VoID"):
        numbers = tuple(void(config, iris, offered[0].triples, made[0].dumps, sizes))
    files = {name: content for dumps in made for name, content in dumps.files.items()}
    files |= catalogue_files(feed, numbers, prefixes, config["catalogue.page_size"])
    return replace(
        dataset.with_graph(iris.graph("catalogue"), (*feed, *numbers)),
        files={**dataset.files, **files},
        ordered=ordered,
        sorted_graphs=frozenset(dataset.graphs),
        notices=(*dataset.notices, *(notice for dumps in made for notice in dumps.notices)),
    )


def ontologies(quads: list[Quad], base: str) -> list[str]:
    """The project's own ontologies, to which its data conforms."""
    found = {quad.subject.value for quad in quads if _is_ontology(quad.triple) and isinstance(quad.subject, NamedNode)}
    return sorted(iri for iri in found if iri.startswith(base))


def feed_of(dataset: Dataset) -> list[Triple]:
    """The part of the graph `catalogue` that portals harvest: all but VoID."""
    page = dataset.project.iris.base + "void"
    return [t for t in dataset.graph("catalogue") if not _is_about(t, page)]


def _is_about(triple: Triple, page: str) -> bool:
    return isinstance(triple.subject, NamedNode) and triple.subject.value.partition("#")[0] == page


def _is_ontology(triple: Triple) -> bool:
    return triple.predicate == _TYPE and triple.object == _ONTOLOGY


_TYPE = NamedNode(RDF + "type")
_ONTOLOGY = NamedNode(OWL + "Ontology")
