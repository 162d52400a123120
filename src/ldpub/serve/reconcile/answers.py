"""Candidates as JSON (Reconciliation Service API 0.2, 4.2), with the reasons of their score as matching features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ldpub.serve.reconcile.conditions import Verdict
from ldpub.serve.reconcile.likeness import SAME_NAME
from ldpub.serve.reconcile.matching import Candidate
from ldpub.serve.reconcile.vocabulary import POINT, Vocabulary

Document = dict[str, Any]


class Teller:
    """Writes candidates in one language; what several of them need names for is looked up once."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        language: str,
        words: Mapping[str, str],
        candidates: Iterable[Candidate],
        *,
        with_language: bool,
    ) -> None:
        """`with_language` is whether objects say their language (1.0)."""
        found = list(candidates)
        iris = {iri for c in found for iri in (c.entity.iri, c.entity.class_iri, c.entity.place) if iri}
        iris |= {verdict.property for c in found for verdict in c.verdicts if verdict.property}
        self._names = {**vocabulary.names(sorted(iris), language), POINT: words["recon_point"]}
        self._vocabulary = vocabulary
        self._words = words
        self._language = language
        self._with_language = with_language

    def candidate(self, candidate: Candidate) -> Document:
        """One candidate."""
        entity = candidate.entity
        described = {"description": text} if (text := self.description(entity.class_iri, entity.place)) else {}
        types = [{"id": entity.class_iri, "name": self._names[entity.class_iri]}] if entity.class_iri else []
        return {
            "id": self._vocabulary.id(entity.iri),
            "name": self._names[entity.iri],
            **described,
            **({"lang": self._language} if self._with_language else {}),
            "type": types,
            "score": candidate.score,
            "features": self._features(candidate),
            "match": candidate.is_match,
        }

    def description(self, class_iri: str, place: str) -> str:
        """What tells a thing from its namesakes: its class, and, as a city's country does, one thing more."""
        return ", ".join(dict.fromkeys(self._names[iri] for iri in (class_iri, place) if iri))

    def _features(self, candidate: Candidate) -> list[Document]:
        words = self._words
        found: list[Document] = []
        if candidate.likeness is not None and candidate.form is not None:
            form = candidate.form
            shown = f"{form.text} ({form.language})" if form.language else form.text
            name = words["recon_alike"].format(name="…" if form.rank > 1 else shown)
            found.append(_feature("name_similarity", name, round(100 * candidate.likeness, 2)))
            found.append(_feature("name_same", words["recon_same"], candidate.likeness >= SAME_NAME))
            found.append(_feature("name_is_label", words["recon_is_label"], form.rank == 0))
        if candidate.is_identified:
            found.append(_feature("identifier_same", words["recon_identified"], True))
        if candidate.has_type is not None:
            found.append(_feature("type_match", words["recon_type"], candidate.has_type))
        found += self._verdicts(candidate.verdicts)
        found.append(_feature("links", words["recon_links"], candidate.entity.links))
        return found

    def _verdicts(self, verdicts: Sequence[Verdict]) -> Iterable[Document]:
        """How each property of the query is met; of one of which nothing is known, that."""
        for number, verdict in enumerate(verdicts, 1):
            repeated = any(other.property == verdict.property for other in verdicts[: number - 1])
            key = f"property {verdict.property}" + (f" {number}" if repeated else "")
            name = self._names.get(verdict.property, verdict.property)
            if verdict.value is None:
                yield _feature(key, self._words["recon_unknown"].format(name=name or verdict.property), False)
            else:
                yield _feature(key, name or verdict.property, round(100 * verdict.value, 2))
            if verdict.distance is not None:
                key = "distance_km" + (f" {number}" if repeated else "")
                yield _feature(key, self._words["recon_distance"], round(verdict.distance, 3))


def _feature(key: str, name: str, value: bool | float) -> Document:
    return {"id": key, "name": name, "value": value}
