"""The catalogue as the release holds it (DCAT 3): by pages, by data sets, and as values for pages in HTML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ldpub.namespaces import DCAT, DCT, FOAF, HYDRA, RDF, SKOS, VCARD
from ldpub.release import CATALOGUE, CATALOGUE_DATASETS, CATALOGUE_PAGES
from ldpub.serve.problems import Problem
from ldpub.serve.snapshot import Snapshot

_NAMES = (SKOS + "prefLabel", DCT + "title", FOAF + "name", VCARD + "fn")


class Record:
    """What is said in a document of the catalogue, by node and property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._said: dict[tuple[str, str], list[NamedNode | Literal]] = defaultdict(list)
        for triple in triples:
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                self._said[triple.subject.value, triple.predicate.value].append(triple.object)

    def values(self, node: str, name: str) -> list[str]:
        """The values of a property: IRIs and lexical forms, sorted."""
        return sorted(term.value for term in self._said.get((node, name), ()))

    def value(self, node: str, name: str) -> str:
        """The first value of a property, or nothing."""
        return next(iter(self.values(node, name)), "")

    def texts(self, node: str, name: str) -> Mapping[str, str]:
        """The texts of a property by language."""
        literals = (term for term in self._said.get((node, name), ()) if isinstance(term, Literal))
        return {term.language or "": term.value for term in literals}

    def keywords(self, node: str) -> dict[str, list[str]]:
        """The keywords of a data set by language."""
        found: dict[str, list[str]] = defaultdict(list)
        for term in self._said.get((node, DCAT + "keyword"), ()):
            if isinstance(term, Literal):
                found[term.language or ""].append(term.value)
        return {tag: sorted(words) for tag, words in found.items()}

    def names(self, node: str) -> Mapping[str, str]:
        """What a node is called, by language; nothing where it has no name here."""
        return next((texts for name in _NAMES if (texts := self.texts(node, name))), {})


def page_count(snapshot: Snapshot) -> int:
    """How many pages the catalogue has."""
    return sum(name.startswith(CATALOGUE_PAGES + "/") for name in snapshot.manifest.files) or 1


def page_triples(snapshot: Snapshot, number: int) -> list[Triple]:
    """One page of the catalogue; raises Problem where there is none of that number."""
    count = page_count(snapshot)
    if number > count:
        raise Problem(404, f"The catalogue has {count} pages.")
    return _read(snapshot, CATALOGUE if count == 1 else f"{CATALOGUE_PAGES}/{number}.ttl")


def is_dataset(snapshot: Snapshot, slug: str) -> bool:
    """Whether the catalogue has a data set of that name."""
    return f"{CATALOGUE_DATASETS}/{slug}.ttl" in snapshot.manifest.files


def dataset_triples(snapshot: Snapshot, slug: str) -> list[Triple]:
    """A data set of the catalogue with all that belongs to it."""
    return _read(snapshot, f"{CATALOGUE_DATASETS}/{slug}.ttl")


def paging_triples(document: str, catalogue: str, number: int, count: int) -> list[Triple]:
    """The view of a page (Hydra, 5.2): the pages before and after have the document's own suffix.

    Harvesters read later pages in the syntax of the first.
    """
    view = NamedNode(f"{document}?page={number}")
    steps = {"first": 1, "previous": number - 1, "next": number + 1, "last": count}
    return [
        Triple(view, NamedNode(RDF + "type"), NamedNode(HYDRA + "PartialCollectionView")),
        Triple(NamedNode(catalogue), NamedNode(HYDRA + "view"), view),
        *(
            Triple(view, NamedNode(HYDRA + name), NamedNode(f"{document}?page={page}"))
            for name, page in steps.items()
            if 1 <= page <= count
        ),
    ]


def _read(snapshot: Snapshot, name: str) -> list[Triple]:
    return [quad.triple for quad in parse(path=str(snapshot.release.file(name)), format=RdfFormat.TURTLE)]
