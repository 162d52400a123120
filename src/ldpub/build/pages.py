"""The feed as documents: whole, by pages of so many data sets, and one for each data set with all that belongs to it.

What belongs to a node is what can be reached from it without passing through another data set: what GovData copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from ldpub.namespaces import DCAT, RDF
from ldpub.release import CATALOGUE, CATALOGUE_DATASETS, CATALOGUE_PAGES, VOID


def catalogue_files(
    feed: Sequence[Triple], void: Sequence[Triple], prefixes: Mapping[str, str], size: int
) -> dict[str, bytes]:
    """The feed and VoID in Turtle, by their paths in the release; pages only where the feed is longer than one."""
    files = {CATALOGUE: _turtle(feed, prefixes), VOID: _turtle(void, prefixes)}
    about: dict[str, list[Triple]] = defaultdict(list)
    for triple in feed:
        about[getattr(triple.subject, "value", "")].append(triple)
    datasets = [
        iri for iri, said in sorted(about.items()) if any(t.object == _DATASET and t.predicate == _TYPE for t in said)
    ]
    for iri in datasets:
        slug = iri.rsplit("/", 1)[-1]
        files[f"{CATALOGUE_DATASETS}/{slug}.ttl"] = _turtle(_belonging([iri], about, set(datasets)), prefixes)
    if len(datasets) > size:
        pages = _pages(datasets, about, size)
        files |= {f"{CATALOGUE_PAGES}/{n}.ttl": _turtle(page, prefixes) for n, page in enumerate(pages, 1)}
    return files


def _pages(datasets: Sequence[str], about: Mapping[str, Sequence[Triple]], size: int) -> Iterator[list[Triple]]:
    """Each page conforms alone: the services are on the first, and so are the data sets that they serve."""
    heads = [iri for iri, said in about.items() if any(t.object in _HEADS for t in said)]
    catalogs = [iri for iri in heads if any(t.object == _CATALOG for t in about[iri])]
    served = {getattr(t.object, "value", "") for head in heads for t in about[head] if t.predicate == _SERVES}
    ordered = sorted(datasets, key=lambda iri: (iri not in served, iri))
    for start in range(0, len(ordered), size):
        part = ordered[start : start + size]
        # What leads to a service is left out before it is followed.
        said = {**about, **{iri: [t for t in about[iri] if not start or t.predicate != _SERVICE] for iri in catalogs}}
        triples = _belonging([*(catalogs if start else heads), *part], said, set(datasets))
        yield [t for t in triples if t.predicate != _LISTS or getattr(t.object, "value", "") in part]


def _belonging(roots: Iterable[str], about: Mapping[str, Sequence[Triple]], datasets: set[str]) -> list[Triple]:
    """What is said of some nodes, and of all that this leads to but for other data sets."""
    pending = list(roots)
    seen = set(pending)
    found: list[Triple] = []
    for node in pending:
        for triple in about.get(node, ()):
            found.append(triple)
            target = getattr(triple.object, "value", "") if isinstance(triple.object, NamedNode) else ""
            if target in about and target not in seen and target not in datasets:
                seen.add(target)
                pending.append(target)
    return found


def _turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Turtle with the prefixes in use, the same bytes for the same triples."""
    ordered = sorted(dict.fromkeys(triples), key=str)
    text = "".join(map(str, ordered))
    used = {prefix: space for prefix, space in prefixes.items() if f"<{space}" in text}
    content = serialize(ordered, format=RdfFormat.TURTLE, prefixes=used)
    assert content is not None
    return content


_TYPE = NamedNode(RDF + "type")
_DATASET = NamedNode(DCAT + "Dataset")
_CATALOG = NamedNode(DCAT + "Catalog")
_HEADS = (_CATALOG, NamedNode(DCAT + "DataService"))
_SERVICE = NamedNode(DCAT + "service")
_SERVES = NamedNode(DCAT + "servesDataset")
_LISTS = NamedNode(DCAT + "dataset")
