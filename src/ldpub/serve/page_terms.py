"""What a release says about its pages: sentences by class, and how the identifiers of other data sets are called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ldpub.release import PAGES, Release
from ldpub.serve.arrangement import Path


@dataclass(frozen=True)
class Part:
    """A part of a sentence: the paths to what it tells, and, where that is counted, how one and many are told."""

    paths: tuple[tuple[Path, ...], ...]
    one: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """The sentence of a class, by language, and its parts by name."""

    text: Mapping[str, str]
    parts: Mapping[str, Part]


@dataclass(frozen=True)
class PageTerms:
    """Sentences by class, in the order of the settings; `targets` are how IRIs of other data sets begin, by name."""

    summaries: Mapping[str, Summary] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)

    def identifier(self, iri: str) -> str | None:
        """`Wikidata Q1715` for an identifier of another data set; None for any other IRI."""
        for name, start in self.targets.items():
            local = iri.removeprefix(start).strip("/")
            if local and iri.startswith(start):
                return f"{name} {local}"
        return None


def page_terms(release: Release) -> PageTerms:
    """What the release says; nothing where it is of a time before it did."""
    if PAGES not in release.manifest.files:
        return PageTerms()
    told: Mapping[str, Any] = json.loads(release.file(PAGES).read_text(encoding="utf-8"))
    return PageTerms({one["class"]: _summary(one) for one in told["summaries"]}, told["targets"])


def _summary(one: Mapping[str, Any]) -> Summary:
    return Summary(one["text"], {name: _part(part) for name, part in one["parts"].items()})


def _part(part: Mapping[str, Any]) -> Part:
    paths = tuple(tuple(Path(iri, not is_inverse) for iri, is_inverse in steps) for steps in part["paths"])
    return Part(paths, part["one"], part["many"])
