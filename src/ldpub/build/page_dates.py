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
from itertools import chain

from pyoxigraph import NamedNode

from ldpub.build.dataset import Dataset
from ldpub.build.entities import Entities, entities
from ldpub.build.numbered import BLANK, IRI, Triples
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


def page_digests(dataset: Dataset, shown: Triples, paths: Iterable[str]) -> dict[str, str]:
    """A digest of what each page shows: what is stated about its things, inferred or not, and what links to them.

    `shown` are the statements of the default graph. Of the site's own pages: what the catalogue says. How the things
    that a page links to are called is not in it.
    """
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
    sums = _sums(shown, dataset.project.iris)
    return {path: own.get(path) or f"{sums.get(path.removesuffix('.html'), 0):032x}" for path in paths}


def document_of(stem: str, stems: set[str], iris: IriPolicy) -> str | None:
    """The document about a thing: the IRI before the hash for a hash namespace, else what the policy says.

    `stems` are what stands before the hash, of all things.
    """
    is_own = stem in stems and stem.startswith(iris.base) and not stem.startswith(iris.base + THING)
    return stem if is_own else iris.document(stem)


def stems_of(iris: Iterable[str]) -> set[str]:
    """What stands before the hash, of the IRIs that have one."""
    return {stem for iri in iris for stem, sign, _ in (iri.partition("#"),) if sign}


def _sums(shown: Triples, iris: IriPolicy) -> dict[str, int]:
    """The sum of the digests of the statements that each document shows: no order is needed, and little memory."""
    is_blank = shown.terms.kinds == BLANK
    has_blank = is_blank[shown.s] | is_blank[shown.o]
    nested = entities(shown.where(has_blank))
    subjects = shown.iris(shown.s) | {entity.value for entity in nested.by_entity if isinstance(entity, NamedNode)}
    documents = _Documents(subjects, iris)
    sums: dict[str, int] = defaultdict(int)
    for text, places in chain(documents.plain(shown.where(~has_blank)), documents.nested(nested)):
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])
        for place in places:
            sums[place] = (sums[place] + number) % (1 << 128)
    return sums


class _Documents:
    """On which documents statements are shown, by their paths: about the one thing, and about what it leads to.

    A vocabulary's page shows no instances of its classes.
    """

    def __init__(self, subjects: Iterable[str], iris: IriPolicy) -> None:
        self._stems = stems_of(subjects)
        self._iris = iris
        self._path = cache(self._path_of)

    def plain(self, triples: Triples) -> Iterator[tuple[str, set[str]]]:
        """The statements in N-Triples syntax, with their documents."""
        terms, kind = triples.terms, triples.terms.number(_TYPE)
        texts, values, kinds = terms.texts, terms.values, terms.kinds.tolist()
        place = cache(lambda number: self._path(values[number].partition("#")[0]))
        of_class = cache(lambda number: set() if values[number].partition("#")[0] in self._stems else {place(number)})
        for s, p, o in triples.rows():
            if kinds[o] != IRI:
                places = {place(s)}
            elif p == kind:
                places = {place(s), *of_class(o)}
            else:
                places = {place(s), place(o)}
            yield f"{texts[s]} {texts[p]} {texts[o]}", places

    def nested(self, shown: Entities) -> Iterator[tuple[str, set[str]]]:
        """The same of statements with blank nodes, which are about the things above them."""
        for triple in shown.triples:
            entity, target = shown.entity(triple), triple.object
            ends = [entity.value] if isinstance(entity, NamedNode) else []
            if isinstance(target, NamedNode) and (
                triple.predicate.value != _TYPE or target.value.partition("#")[0] not in self._stems
            ):
                ends.append(target.value)
            yield str(triple), {self._path(iri.partition("#")[0]) for iri in ends}

    def _path_of(self, stem: str) -> str:
        document = document_of(stem, self._stems, self._iris)
        return path_of(document, self._iris.base) if document else ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


_TYPE = RDF + "type"
