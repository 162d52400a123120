"""An estimate of the Metadata Quality Assessment of data.europa.eu: 405 points in five dimensions.

The weights are those of its vocabulary (DQV) of 2025. What concerns distributions counts by the share of them that
have it; what a portal asks of the network, the caller answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.build.authority import (
    DATA_THEME,
    EU,
    FILE_TYPE,
    LICENCE_SCHEME,
    MACHINE_READABLE,
    MEDIA_TYPE,
    NON_PROPRIETARY,
    licence_of,
)
from ldpub.namespaces import DCAT, DCT

MOST = 405.0
_RATINGS = ((351.0, "excellent"), (221.0, "good"), (121.0, "sufficient"))

Term = NamedNode | Literal
Values = Callable[[str], list[Term]]
"""The values of a property of one node."""

Reached = Callable[[str], bool]
"""Whether HEAD of a URL is answered with 2xx or 3xx."""


@dataclass(frozen=True)
class Metric:
    """One metric: its dimension, its name in the vocabulary, the points it is worth and those reached."""

    dimension: str
    name: str
    weight: float
    points: float


@dataclass(frozen=True)
class Score:
    """The score of one data set."""

    dataset: str
    metrics: tuple[Metric, ...]

    @property
    def points(self) -> float:
        """The sum, of 405."""
        return round(sum(metric.points for metric in self.metrics), 1)

    @property
    def rating(self) -> str:
        """In the portal's words: excellent, good, sufficient, bad."""
        return next((name for least, name in _RATINGS if self.points >= least), "bad")


def scores(feed: Iterable[Triple], reached: Reached, complies: bool) -> list[Score]:
    """The score of each data set of a feed; `complies` is whether it conforms to DCAT-AP."""
    said: dict[tuple[str, str], list[Term]] = defaultdict(list)
    datasets = []
    for triple in feed:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            said[triple.subject.value, triple.predicate.value].append(triple.object)
            if triple.object == NamedNode(DCAT + "Dataset"):
                datasets.append(triple.subject.value)

    def values_of(node: str) -> Values:
        return lambda name: said.get((node, name), [])

    found = []
    for dataset in sorted(datasets):
        of = values_of(dataset)
        distributions = [values_of(iri.value) for iri in of(DCAT + "distribution")]
        found.append(Score(dataset, (*_of_dataset(of, complies), *_of_distributions(distributions, reached))))
    return found


def _of_dataset(of: Values, complies: bool) -> list[Metric]:
    access = _starting(of(DCT + "accessRights"), EU + "access-right/")
    rows: tuple[tuple[str, str, float, bool], ...] = (
        ("findability", "keywordAvailability", 30, bool(of(DCAT + "keyword"))),
        ("findability", "categoryAvailability", 30, _starting(of(DCAT + "theme"), DATA_THEME + "/")),
        ("findability", "spatialAvailability", 20, bool(of(DCT + "spatial"))),
        ("findability", "temporalAvailability", 20, bool(of(DCT + "temporal"))),
        ("interoperability", "dcatApCompliance", 30, complies),
        ("reusability", "accessRightsAvailability", 10, bool(of(DCT + "accessRights"))),
        ("reusability", "accessRightsVocabularyAlignment", 5, access),
        ("reusability", "contactPointAvailability", 20, bool(of(DCAT + "contactPoint"))),
        ("reusability", "publisherAvailability", 10, bool(of(DCT + "publisher"))),
        ("contextuality", "dateIssuedAvailability", 5, bool(of(DCT + "issued"))),
        ("contextuality", "dateModifiedAvailability", 5, bool(of(DCT + "modified"))),
    )
    return [Metric(dimension, name, weight, weight * good) for dimension, name, weight, good in rows]


def _of_distributions(distributions: Sequence[Values], reached: Reached) -> list[Metric]:
    rows: tuple[tuple[str, str, float, Callable[[Values], bool]], ...] = (
        ("accessibility", "accessUrlStatusCode", 50, lambda of: _reached(of(DCAT + "accessURL"), reached)),
        ("accessibility", "downloadUrlAvailability", 20, lambda of: bool(of(DCAT + "downloadURL"))),
        ("accessibility", "downloadUrlStatusCode", 30, lambda of: _reached(of(DCAT + "downloadURL"), reached)),
        ("interoperability", "formatAvailability", 20, lambda of: bool(of(DCT + "format"))),
        ("interoperability", "mediaTypeAvailability", 10, lambda of: bool(of(DCAT + "mediaType"))),
        ("interoperability", "formatMediaTypeVocabularyAlignment", 10, _is_aligned),
        ("interoperability", "formatMediaTypeNonProprietary", 20, lambda of: _is_listed(of, NON_PROPRIETARY)),
        ("interoperability", "formatMediaTypeMachineInterpretable", 20, lambda of: _is_listed(of, MACHINE_READABLE)),
        ("reusability", "licenceAvailability", 20, lambda of: bool(of(DCT + "license"))),
        ("reusability", "knownLicence", 10, lambda of: any(map(_is_known, of(DCT + "license")))),
        ("contextuality", "rightsAvailability", 5, lambda of: bool(of(DCT + "rights"))),
        ("contextuality", "byteSizeAvailability", 5, lambda of: bool(of(DCAT + "byteSize"))),
    )
    count = len(distributions) or 1
    return [Metric(kind, name, most, most * sum(map(good, distributions)) / count) for kind, name, most, good in rows]


def _reached(urls: Iterable[Term], reached: Reached) -> bool:
    return any(reached(url.value) for url in urls)


def _starting(values: Iterable[Term], start: str) -> bool:
    return any(value.value.startswith(start) for value in values)


def _is_aligned(of: Values) -> bool:
    return _starting(of(DCT + "format"), FILE_TYPE) and _starting(of(DCAT + "mediaType"), MEDIA_TYPE)


def _is_listed(of: Values, codes: Iterable[str]) -> bool:
    return any(value.value.removeprefix(FILE_TYPE) in codes for value in of(DCT + "format"))


def _is_known(licence: Term) -> bool:
    return licence_of(licence.value) is not None or licence.value.startswith(LICENCE_SCHEME + "/")
