"""The services (DCAT 3, 6.9) that a site offers beside its files: one line each; a new service joins here."""

from __future__ import annotations

from dataclasses import dataclass

from ldpub import formats
from ldpub.config import Text
from ldpub.iris import IriPolicy


@dataclass(frozen=True)
class Service:
    """A dcat:DataService: its IRI is its endpoint's URL."""

    key: str
    name: str
    iri: str
    described_by: str
    standard: str
    media_type: str
    description: Text


def services_of(iris: IriPolicy) -> tuple[Service, ...]:
    """The services of a site."""
    return (
        Service(
            key="sparql",
            name="SPARQL",
            iri=iris.sparql,
            described_by=iris.sparql,
            standard="http://www.w3.org/TR/sparql11-protocol/",
            media_type=formats.RESULTS_JSON.media_type,
            description={
                "de": "Fragen an alle Daten in SPARQL 1.1, mit Antworten als JSON, XML, CSV oder TSV.",
                "en": "Questions to all of the data in SPARQL 1.1, with answers as JSON, XML, CSV or TSV.",
            },
        ),
    )
