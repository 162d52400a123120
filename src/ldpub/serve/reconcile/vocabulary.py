"""The types and properties of a release by what clients call them: IRI, prefixed name, or one of their labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from ldpub.folding import fold
from ldpub.labels import choose_text
from ldpub.namespaces import RDFS, SKOS
from ldpub.serve.reconcile.index import ReconciliationIndex
from ldpub.serve.snapshot import Snapshot

_DESCRIPTIONS = (SKOS + "definition", RDFS + "comment")

WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
POINT = WGS84 + "lat_long"
"""The property of W3C Basic Geo for `latitude,longitude` in one text."""

_POINT_NAMES = ("lat long", "coordinates", "koordinaten")


@dataclass(frozen=True)
class Term:
    """A type or property as it is shown."""

    iri: str
    name: str
    description: str = ""


class Vocabulary:
    """The names of a release's terms."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._index: ReconciliationIndex = snapshot.reconciliation

    def iri(self, text: str) -> str:
        """What an identifier means: `ex:thing` and `id/thing` are IRIs, too."""
        if "://" in text:
            return text
        prefix, colon, rest = text.partition(":")
        namespace = self._snapshot.manifest.prefixes.get(prefix) if colon else None
        return namespace + rest if namespace is not None else self._snapshot.manifest.base + text

    def id(self, iri: str) -> str:
        """The identifier of an entity: what follows the base, which is the identifier space."""
        return iri.removeprefix(self._snapshot.manifest.base)

    def property(self, text: str) -> str:
        """The IRI of a property that is called so; as it stands where there is none.

        `POINT` stands for the coordinates of a thing, however they are stated.
        """
        if POINT in (self.iri(text), text) or fold(text[:200]) in _POINT_NAMES:
            return POINT
        return self._called(text, self._index.properties, self._properties_by_name)

    def type(self, text: str) -> str:
        """The IRI of a type that is called so; as it stands where there is none."""
        return self._called(text, self._index.classes, self._types_by_name)

    def _called(self, text: str, known: Mapping[str, int], by_name: Mapping[str, str]) -> str:
        iri = self.iri(text)
        return iri if iri in known else by_name.get(fold(text[:200]), text)

    @cached_property
    def _properties_by_name(self) -> dict[str, str]:
        return self._by_name(self._index.properties)

    @cached_property
    def _types_by_name(self) -> dict[str, str]:
        return self._by_name(self._index.classes)

    def _by_name(self, iris: Iterable[str]) -> dict[str, str]:
        """Names that one of the terms alone has, or one of the site's own."""
        base = self._snapshot.manifest.base
        found: dict[str, set[str]] = {}
        for iri, names in self.labels(iris).items():
            for text in {*names.values(), iri.rpartition("/")[2].rpartition("#")[2]}:
                found.setdefault(fold(text), set()).add(iri)
        own = {name: {iri for iri in iris if iri.startswith(base)} or iris for name, iris in found.items()}
        return {name: min(iris) for name, iris in own.items() if len(iris) == 1}

    def labels(self, iris: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """The labels of terms by language."""
        wanted = list(iris)
        found = self._snapshot.statements.labels(f"<{iri}>" for iri in wanted)
        return {iri: found.get(f"<{iri}>", {}) for iri in wanted}

    def names(self, iris: Iterable[str], language: str) -> dict[str, str]:
        """One name of each, by the language rule; else its last segment."""
        languages = self._snapshot.manifest.languages
        return {
            iri: choose_text(texts, language, languages) or iri.rstrip("/").rpartition("/")[2].rpartition("#")[2] or iri
            for iri, texts in self.labels(iris).items()
        }

    def described(self, iris: Iterable[str], language: str) -> list[Term]:
        """Terms with name and description."""
        wanted = list(iris)
        names = self.names(wanted, language)
        texts: dict[str, dict[str, str]] = {}
        for quad in self._snapshot.statements.facts([NamedNode(iri) for iri in wanted], _DESCRIPTIONS):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                texts.setdefault(quad.subject.value, {}).setdefault(quad.object.language or "", quad.object.value)
        languages = self._snapshot.manifest.languages
        return [Term(iri, names[iri], choose_text(texts.get(iri, {}), language, languages) or "") for iri in wanted]

    def broader(self, iris: Iterable[str]) -> dict[str, list[str]]:
        """The direct superclasses of types, those that are types here."""
        known = self._index.classes
        above: dict[str, set[str]] = {}
        for quad in self._snapshot.statements.facts([NamedNode(iri) for iri in known], (RDFS + "subClassOf",)):
            if (
                isinstance(quad.subject, NamedNode)
                and isinstance(quad.object, NamedNode)
                and quad.object.value in known
            ):
                above.setdefault(quad.subject.value, set()).add(quad.object.value)
        for iri, classes in above.items():
            classes.discard(iri)
        reached = {iri: {far for near in above.get(iri, ()) for far in above.get(near, ())} for iri in iris}
        return {iri: direct for iri in reached if (direct := sorted(above.get(iri, set()) - reached[iri]))}
