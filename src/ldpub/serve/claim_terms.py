"""Which properties say what a claim claims: those of RDF reification (RDF Schema 1.1, 5.3), and a project's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ldpub.namespaces import RDF
from ldpub.release import CLAIMS, Release


@dataclass(frozen=True)
class ClaimTerms:
    """Properties from a claim to what it is about, to the property claimed, to the value claimed, and to its rank.

    `evidence` leads from a claim, or any thing, to what attests it, `passage` from there to what the source says.
    """

    subject: Sequence[str] = (RDF + "subject",)
    property: Sequence[str] = (RDF + "predicate",)
    value: Sequence[str] = (RDF + "object",)
    rank: Sequence[str] = ("http://wikiba.se/ontology#rank",)
    evidence: Sequence[str] = ()
    passage: Sequence[str] = ()


def claim_terms(release: Release) -> ClaimTerms:
    """The properties of a release: those of its project first."""
    standard = ClaimTerms()
    if CLAIMS not in release.manifest.files:
        return standard
    own: Mapping[str, Sequence[str]] = json.loads(release.file(CLAIMS).read_text(encoding="utf-8"))
    return ClaimTerms(
        (*own.get("subject", ()), *standard.subject),
        (*own.get("property", ()), *standard.property),
        (*own.get("value", ()), *standard.value),
        (*own.get("rank", ()), *standard.rank),
        tuple(own.get("evidence", ())),
        tuple(own.get("passage", ())),
    )
