"""Quality (after DQV, W3C 2016): conformance, metadata score, unlabelled terms, broken links; the bars for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from ldpub.build.catalogue import feed_of
from ldpub.build.dataset import Dataset
from ldpub.build.labels import terms, unlabelled
from ldpub.build.links import Links, broken_links, links
from ldpub.build.mqa import MOST, Metric, Score, scores
from ldpub.build.profiles import Conformance, conformance, fault_of
from ldpub.build.results import ValidationResult
from ldpub.config import FILE_NAME, Config
from ldpub.errors import Fault, InvalidError
from ldpub.namespaces import DCT
from ldpub.release import DUMPS, QUALITY

_SHOWN = 200
"""How many terms or links of a kind are listed."""


@dataclass(frozen=True)
class Quality:
    """What was measured of a dataset."""

    profiles: tuple[Conformance, ...]
    scores: tuple[Score, ...]
    terms: int
    unlabelled: dict[str, list[str]]
    links: Links


def assess(dataset: Dataset, turbo: bool) -> Dataset:
    """The dataset with its file quality.json, and with notices of what portals would mind.

    Raises InvalidError where the data has no licence or a bar of the settings is missed.
    """
    quality = measure(dataset, turbo)
    config = dataset.project.config
    unlicensed = _unlicensed(quality, config)
    faults = [*unlicensed, *(f for f in missed(quality, config) if not unlicensed or f.code != "project.license")]
    if any(fault.code == "quality.broken_links" for fault in faults):
        faults += broken_links(dataset, quality.links.broken)
    if faults:
        raise InvalidError(faults)
    told = [replace(fault, severity="warning") for fault in _violated(quality, config)]
    content = json.dumps(document(quality, config), ensure_ascii=False, indent=1) + "\n"
    return replace(dataset, files={**dataset.files, QUALITY: content.encode()}, notices=(*dataset.notices, *told))


def measure(dataset: Dataset, turbo: bool) -> Quality:
    """Measure a dataset that has its catalogue; nothing is asked of the network."""
    config = dataset.project.config
    feed = feed_of(dataset)
    profiles = conformance(feed, turbo, config["build.validation_seconds"])
    files = [f"dump/{name.removeprefix(DUMPS + '/')}" for name in dataset.files if name.startswith(DUMPS + "/")]
    answered = {config.base + path for path in files} | {triple.subject.value for triple in feed}  # type: ignore[union-attr]
    named = terms(dataset)

    def reached(url: str) -> bool:
        return not url.startswith(config.base) or url in answered

    complies = not profiles[0].violations
    return Quality(
        profiles=profiles,
        scores=tuple(scores(feed, reached, complies)),
        terms=len(named),
        unlabelled=unlabelled(dataset, named),
        links=links(dataset, files),
    )


def missed(quality: Quality, config: Config) -> Iterator[Fault]:
    """A fault for each bar of the settings that is missed."""
    told: set[tuple[str | None, str]] = set()
    for profile in quality.profiles:
        if profile.key in config["quality.profiles"]:
            new = [result for result in _once(profile.violations) if (result.path, result.component) not in told]
            told |= {(result.path, result.component) for result in new if result.path}
            yield from (fault_of(result, profile.name, config) for result in new)
    for score in quality.scores:
        if score.points < config["quality.mqa"]:
            lost = ", ".join(map(_lost, (m for m in score.metrics if m.points < m.weight)))
            said = f"{score.dataset} has an MQA score of {score.points:.1f} of {MOST:.1f}: {lost}"
            yield _bar("quality.mqa", said, config)
    most = config["quality.unlabelled"]
    for language, without in quality.unlabelled.items():
        if 0 <= most < len(without):
            shown = ", ".join(without[:5])
            yield _bar("quality.unlabelled", f"{len(without)} terms have no label in {language}: {shown}", config)
    if 0 <= config["quality.broken_links"] < len(quality.links.broken):
        shown = ", ".join(quality.links.broken[:5])
        yield _bar("quality.broken_links", f"{len(quality.links.broken)} links lead nowhere: {shown}", config)


def document(quality: Quality, config: Config) -> dict[str, Any]:
    """What was measured, as the file holds it and the page shows it."""
    broken = quality.links.broken
    return {
        "profiles": [
            {
                "key": profile.key,
                "name": profile.name,
                "url": profile.url,
                "violations": [_row(result) for result in profile.violations[:_SHOWN]],
                "warnings": [_row(result) for result in profile.warnings[:_SHOWN]],
            }
            for profile in quality.profiles
        ],
        "scores": [
            {
                "dataset": score.dataset,
                "points": score.points,
                "most": MOST,
                "rating": score.rating,
                "metrics": [{**asdict(metric), "points": round(metric.points, 1)} for metric in score.metrics],
            }
            for score in quality.scores
        ],
        "terms": quality.terms,
        "unlabelled": {
            tag: {"count": len(names), "terms": names[:_SHOWN]} for tag, names in quality.unlabelled.items()
        },
        "links": {"own": quality.links.own, "web": quality.links.web, "count": len(broken), "broken": broken[:_SHOWN]},
        "bars": {key: config[f"quality.{key}"] for key in ("profiles", "mqa", "unlabelled", "broken_links")},
    }


def _unlicensed(quality: Quality, config: Config) -> list[Fault]:
    """One fault where the data has no licence: nobody may use it, and every portal turns it away."""
    if config["project.license"]:
        return []
    found = next(r for profile in quality.profiles for r in profile.violations if r.path == DCT + "license")
    return [replace(fault_of(found, "no licence", config), message="the data has no licence (project.license)")]


def _violated(quality: Quality, config: Config) -> list[Fault]:
    """One fault for each setting by which the violations of all profiles can be mended."""
    found: dict[str | None, Fault] = {}
    for profile in quality.profiles:
        for result in profile.violations:
            fault = fault_of(result, profile.name, config)
            found.setdefault(fault.code, fault)
    return list(found.values())


def _once(results: tuple[ValidationResult, ...]) -> list[ValidationResult]:
    """One result for each property and kind of fault: a setting that is missing is missing at many nodes."""
    found: dict[tuple[str | None, str | None, str], ValidationResult] = {}
    for result in results:
        found.setdefault((result.path, result.shape, result.component), result)
    return list(found.values())


def _row(result: ValidationResult) -> dict[str, Any]:
    focus = getattr(result.focus, "value", str(result.focus))
    return {"node": focus, "path": result.path, "message": {tag: result.message(tag) for tag in ("en", "de")}}


def _lost(metric: Metric) -> str:
    """A metric that lost points, and the setting by which they are won, where there is one."""
    setting = _METRICS.get(metric.name)
    return f"{metric.name} {metric.points:.1f} of {metric.weight:.1f}" + (f" (set {setting})" if setting else "")


_METRICS = {
    "keywordAvailability": "project.keywords",
    "categoryAvailability": "project.themes",
    "spatialAvailability": "catalogue.spatial",
    "temporalAvailability": "catalogue.temporal",
    "accessRightsAvailability": "catalogue.access_rights",
    "accessRightsVocabularyAlignment": "catalogue.access_rights",
    "contactPointAvailability": "project.contact",
    "publisherAvailability": "project.publisher",
    "dateIssuedAvailability": "project.issued",
    "dateModifiedAvailability": "project.modified",
    "licenceAvailability": "project.license",
    "knownLicence": "project.license",
    "rightsAvailability": "catalogue.rights",
}
"""The setting by which each metric is met; the others are met by what the build makes itself."""


def _bar(setting: str, message: str, config: Config) -> Fault:
    line, excerpt = config.place(setting)
    mend = f"mend it, or lower {setting} (now {config[setting]:g})"
    return Fault(message, FILE_NAME, line, excerpt=excerpt, mend=mend, code=setting)
