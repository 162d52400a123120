"""When the site's pages changed (sitemaps.org 0.9, lastmod): by a digest of what each shows, handed on by releases.

A page whose digest is that of the former release keeps its time, whatever else a build brought.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache

from pyoxigraph import NamedNode, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.entities import Entities, entities
from ldpub.iris import THING, IriPolicy, path_of
from ldpub.namespaces import RDF
from ldpub.release import CATALOGUE_DATASETS, PAGE_DATES, QUALITY, Release

Dates = Mapping[str, tuple[str, str]]
"""Digest and time (xsd:dateTime, UTC) of each page, by its path."""


def page_dates(digests: Mapping[str, str], former: Dates, time: str) -> Dates:
    """Each page with its time: the former one where its digest is the same, else `time`.

    What changed is later than all that changed before: a second after it where `time` is not.
    """
    latest = max((moment for _, moment in former.values()), default="")
    if time <= latest:
        following = datetime.fromisoformat(latest) + timedelta(seconds=1)
        time = following.isoformat().replace("+00:00", "Z")
    return {
        path: former[path] if path in former and former[path][0] == digest else (digest, time)
        for path, digest in digests.items()
    }


def read_dates(release: Release | None) -> Dates:
    """The dates of a release; none where there is no release, or where it is of an ldpub that wrote none."""
    path = release and release.file(PAGE_DATES)
    if not path or not path.is_file():
        return {}
    return {page: (digest, time) for page, (digest, time) in json.loads(path.read_text(encoding="utf-8")).items()}


def dates_file(dates: Dates) -> bytes:
    """The dates as the release holds them."""
    lines = (f"{json.dumps(path)}: {json.dumps(list(entry))}" for path, entry in sorted(dates.items()))
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def page_digests(dataset: Dataset, paths: Iterable[str]) -> dict[str, str]:
    """A digest of what each page shows: what is stated about its things, inferred or not, and what links to them.

    Of the site's own pages: what the catalogue says. How the things that a page links to are called is not in it.
    """
    iris = dataset.project.iris
    shown = _sums(entities(dataset.union), iris)
    catalogue = _digest("\n".join(sorted(map(str, dataset.graph("catalogue")))).encode())
    own = {
        "": catalogue,
        "catalog.html": catalogue,
        "quality": _digest(catalogue.encode() + dataset.files.get(QUALITY, b"")),
    }
    own |= {
        f"dataset/{name.removeprefix(CATALOGUE_DATASETS + '/').removesuffix('.ttl')}.html": _digest(content)
        for name, content in dataset.files.items()
        if name.startswith(CATALOGUE_DATASETS + "/")
    }
    return {path: own.get(path) or f"{shown.get(path.removesuffix('.html'), 0):032x}" for path in paths}


def document_of(stem: str, stems: set[str], iris: IriPolicy) -> str | None:
    """The document about a thing: the IRI before the hash for a hash namespace, else what the policy says.

    `stems` are what stands before the hash, of all things.
    """
    is_own = stem in stems and stem.startswith(iris.base) and not stem.startswith(iris.base + THING)
    return stem if is_own else iris.document(stem)


def stems_of(iris: Iterable[str]) -> set[str]:
    """What stands before the hash, of the IRIs that have one."""
    return {stem for iri in iris for stem, sign, _ in (iri.partition("#"),) if sign}


def _sums(shown: Entities, iris: IriPolicy) -> dict[str, int]:
    """The sum of the digests of the statements that each document shows: no order is needed, and little memory."""
    stems = stems_of(entity.value for entity in shown.by_entity if isinstance(entity, NamedNode))

    @cache
    def path(stem: str) -> str:
        document = document_of(stem, stems, iris)
        return path_of(document, iris.base) if document else ""

    sums: dict[str, int] = defaultdict(int)
    for triple in shown.triples:
        number = int.from_bytes(hashlib.sha256(str(triple).encode()).digest()[:16])
        for place in {path(iri.partition("#")[0]) for iri in _concerned(triple, shown, stems)}:
            sums[place] = (sums[place] + number) % (1 << 128)
    return sums


def _concerned(triple: Triple, shown: Entities, stems: set[str]) -> Iterator[str]:
    """The things whose pages show a statement: the one it is about, and the one that it leads to.

    A vocabulary's page shows no instances of its classes.
    """
    entity, target = shown.entity(triple), triple.object
    if isinstance(entity, NamedNode):
        yield entity.value
    if isinstance(target, NamedNode) and (triple.predicate != _TYPE or target.value.partition("#")[0] not in stems):
        yield target.value


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


_TYPE = NamedNode(RDF + "type")
