"""The feed as documents: whole, by pages of so many data sets, and one for each data set with all that belongs to it.

What belongs to a node is what can be reached from it without passing through another data set: what GovData copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

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
        heads = [iri for iri, said in about.items() if any(t.object in _HEADS for t in said)]
        for number, start in enumerate(range(0, len(datasets), size), 1):
            part = datasets[start : start + size]
            triples = _belonging([*heads, *part], about, set(datasets))
            listed = (t for t in triples if t.predicate != _LISTS or getattr(t.object, "value", "") in part)
            files[f"{CATALOGUE_PAGES}/{number}.ttl"] = _turtle(listed, prefixes)
    return files


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
_HEADS = (NamedNode(DCAT + "Catalog"), NamedNode(DCAT + "DataService"))
_LISTS = NamedNode(DCAT + "dataset")
