"""The services (DCAT 3, 6.9) that a site offers beside its files: one line each; a new service joins here."""

from __future__ import annotations

from dataclasses import dataclass

from ldpub import formats
from ldpub.config import Text
from ldpub.iris import IriPolicy


@dataclass(frozen=True)
class Service:
    """A dcat:DataService: its IRI is its endpoint's URL.

    `gives_data` is whether all of the data can be had through it, so that it stands among the distributions, too.
    """

    key: str
    name: str
    iri: str
    described_by: str
    standard: str
    media_type: str
    description: Text
    gives_data: bool


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
            gives_data=True,
        ),
        Service(
            key="reconciliation",
            name="Reconciliation",
            iri=iris.reconciliation,
            described_by=iris.reconciliation,
            standard="https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/",
            media_type="application/json",
            description={
                "de": "Abgleich von Namen in Tabellen mit den Dingen der Daten, etwa in OpenRefine.",
                "en": "Reconciliation of names in tables with the things of the data, as in OpenRefine.",
            },
            gives_data=False,
        ),
    )
