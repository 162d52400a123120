"""Which things of a project are statements of Wikidata: the settings [[wikidata.statements]], with whole IRIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ldpub.build.linking.paths import Paths, read_iri, read_setting
from ldpub.build.project import Project
from ldpub.errors import Fault, SourceError

_NAME = "wikidata.statements"
Filter = tuple[Paths, frozenset[str]]
"""A path, and the values of which it must lead to one."""


@dataclass(frozen=True)
class Denial:
    """Things that say that a statement does not hold: of a class, with subject and object, and perhaps a filter."""

    iri: str
    subject: Paths
    value: Paths
    only: tuple[Filter, ...]


@dataclass(frozen=True)
class Dating:
    """A qualifier that is a date: the path to the date, and to the first and the last day that it can be."""

    number: str
    date: Paths
    earliest: Paths
    latest: Paths


@dataclass(frozen=True)
class Rule:
    """Things of a class as statements of a property.

    They hold between each two `participants` in both directions, or from `subject` to `value`. `only` says which
    of them are statements at all, `hold` which are held back, `ended` which need an end to be told. `among` is a class
    of things with the same ends that are no such statement; `evidence` leads to the sources.
    """

    number: str
    iri: str
    participants: Paths
    subject: Paths
    value: Paths
    qualifiers: tuple[Dating, ...]
    only: tuple[Filter, ...]
    hold: tuple[Filter, ...]
    ended: tuple[Filter, ...]
    among: str
    evidence: Paths
    denied: Denial | None

    @property
    def is_symmetric(self) -> bool:
        """Whether the statement is the same in both directions."""
        return bool(self.participants)


@dataclass(frozen=True)
class Exchange:
    """All rules, and the path from a source to its web address."""

    rules: tuple[Rule, ...]
    reference_url: Paths

    @property
    def numbers(self) -> tuple[str, ...]:
        """The properties, each once."""
        return tuple(dict.fromkeys(rule.number for rule in self.rules))


def read_mapping(project: Project) -> Exchange:
    """The settings; raises SourceError where there are none, or a name in them is not known."""
    given, prefixes = project.config[_NAME], project.prefixes
    if not given:
        mend = 'say which things are statements: [[wikidata.statements]], then property = "P463", class = "ex:..."'
        raise SourceError([Fault(f"the setting {_NAME} is missing", "ldpub.toml", mend=mend)])
    url = read_setting("wikidata.reference_url", project.config["wikidata.reference_url"], prefixes)
    return Exchange(tuple(_rule(one, prefixes) for one in given), url)


def _rule(one: Mapping[str, Any], prefixes: Mapping[str, str]) -> Rule:
    def path(key: str) -> Paths:
        return read_setting(_NAME, one[key], prefixes) if key in one else ()

    among = one.get("among")
    return Rule(
        one["property"],
        read_iri(_NAME, one["class"], prefixes),
        path("participants"),
        path("subject"),
        path("object"),
        tuple(_dating(name, value, prefixes) for name, value in one.get("qualifiers", {}).items()),
        _filters(one, "only", prefixes),
        _filters(one, "hold", prefixes),
        _filters(one, "ended", prefixes),
        read_iri(_NAME, among, prefixes) if among else "",
        path("evidence"),
        _denial(one["denied"], prefixes) if "denied" in one else None,
    )


def _dating(number: str, value: str | Mapping[str, str], prefixes: Mapping[str, str]) -> Dating:
    given = {"date": value} if isinstance(value, str) else value
    date, earliest, latest = (
        read_setting(_NAME, given[key], prefixes) if key in given else () for key in ("date", "earliest", "latest")
    )
    return Dating(number, date, earliest, latest)


def _denial(one: Mapping[str, Any], prefixes: Mapping[str, str]) -> Denial:
    return Denial(
        read_iri(_NAME, one["class"], prefixes),
        read_setting(_NAME, one["subject"], prefixes),
        read_setting(_NAME, one["object"], prefixes),
        _filters(one, "only", prefixes),
    )


def _filters(one: Mapping[str, Any], key: str, prefixes: Mapping[str, str]) -> tuple[Filter, ...]:
    return tuple(
        (read_setting(_NAME, path, prefixes), frozenset(read_iri(_NAME, value, prefixes) for value in values))
        for path, values in one.get(key, {}).items()
    )
