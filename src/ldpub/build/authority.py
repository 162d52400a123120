"""Authority tables of the EU Publications Office, ADMS and DCAT-AP.de, as far as a catalogue needs them.

Codes, and the labels of those that DCAT-AP wants typed as skos:Concept. Whole vocabularies stay where they are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from ldpub.config import Text

EU = "http://publications.europa.eu/resource/authority/"
FILE_TYPE = EU + "file-type/"
LANGUAGE = EU + "language/"
DATA_THEME = EU + "data-theme"
MEDIA_TYPE = "http://www.iana.org/assignments/media-types/"
LICENCE_SCHEME = "http://dcat-ap.de/def/licenses"
PUBLISHER_TYPES = "http://purl.org/adms/publishertype/"
LICENCE_TYPES = "http://purl.org/adms/licencetype/"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"

_LANGUAGES = (
    "ar ARA, bg BUL, bs BOS, ca CAT, cs CES, cy CYM, da DAN, de DEU, el ELL, en ENG, es SPA, et EST, eu EUS, fa FAS, "
    "fi FIN, fr FRA, ga GLE, gl GLG, he HEB, hi HIN, hr HRV, hu HUN, hy HYE, is ISL, it ITA, ja JPN, ka KAT, ko KOR, "
    "la LAT, lb LTZ, lt LIT, lv LAV, mk MKD, mt MLT, nb NOB, nl NLD, nn NNO, no NOR, pl POL, pt POR, ro RON, ru RUS, "
    "sk SLK, sl SLV, sq SQI, sr SRP, sv SWE, sw SWA, th THA, tr TUR, uk UKR, vi VIE, zh ZHO"
)
LANGUAGES = dict(pair.split() for pair in _LANGUAGES.split(", "))
"""BCP 47 primary language to the code of the EU's table (ISO 639-3)."""

THEMES = {
    "AGRI": {
        "de": "Landwirtschaft, Fischerei, Forstwirtschaft und Nahrungsmittel",
        "en": "Agriculture, fisheries, forestry and food",
    },
    "ECON": {"de": "Wirtschaft und Finanzen", "en": "Economy and finance"},
    "EDUC": {"de": "Bildung, Kultur und Sport", "en": "Education, culture and sport"},
    "ENER": {"de": "Energie", "en": "Energy"},
    "ENVI": {"de": "Umwelt", "en": "Environment"},
    "GOVE": {"de": "Regierung und öffentlicher Sektor", "en": "Government and public sector"},
    "HEAL": {"de": "Gesundheit", "en": "Health"},
    "INTR": {"de": "Internationale Themen", "en": "International issues"},
    "JUST": {
        "de": "Justiz, Rechtssystem und öffentliche Sicherheit",
        "en": "Justice, legal system and public safety",
    },
    "OP_DATPRO": {"de": "Vorläufige Daten", "en": "Provisional data"},
    "REGI": {"de": "Regionen und Städte", "en": "Regions and cities"},
    "SOCI": {"de": "Bevölkerung und Gesellschaft", "en": "Population and society"},
    "TECH": {"de": "Wissenschaft und Technologie", "en": "Science and technology"},
    "TRAN": {"de": "Verkehr", "en": "Transport"},
}

_OPEN = (
    "BMP CSV DBF GEOJSON GZIP HTML ICS JPEG2000 JSON JSON_LD KML KMZ NETCDF ODS PNG RDF_N_QUADS RDF_N_TRIPLES "
    "RDF_TRIG RDF_TURTLE RDF_XML RSS RTF TAR TIFF TSV TXT WMS_SRVC XML ZIP"
)
_FOR_MACHINES = (
    "CSV GEOJSON ICS JSON JSON_LD KML KMZ NETCDF ODS RDFA RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML RSS "
    "SHP XLS XLSX XML"
)
NON_PROPRIETARY = frozenset(_OPEN.split())
"""File types that data.europa.eu counts as open (its list of 2025)."""

MACHINE_READABLE = frozenset(_FOR_MACHINES.split())
"""File types that it counts as machine-readable."""


@dataclass(frozen=True)
class Licence:
    """A licence: its own page, its IRI in the list of DCAT-AP.de, its name, and its type in ADMS."""

    page: str
    iri: str
    name: str
    kind: str


LICENCES = tuple(
    Licence(page, f"{LICENCE_SCHEME}/{code}", name, kind)
    for page, code, name, kind in (
        ("https://creativecommons.org/licenses/by/4.0/", "cc-by/4.0", "CC BY 4.0", "Attribution"),
        ("https://creativecommons.org/licenses/by-sa/4.0/", "cc-by-sa/4.0", "CC BY-SA 4.0", "ViralEffect-ShareAlike"),
        ("https://creativecommons.org/licenses/by-nd/4.0/", "cc-by-nd/4.0", "CC BY-ND 4.0", "NoDerivativeWork"),
        ("https://creativecommons.org/licenses/by-nc/4.0/", "cc-by-nc/4.0", "CC BY-NC 4.0", "NonCommercialUseOnly"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc-zero", "CC0 1.0", "PublicDomain"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "ccpdm/1.0", "PDM 1.0", "PublicDomain"),
        ("https://www.govdata.de/dl-de/by-2-0", "dl-by-de/2.0", "DL-DE BY 2.0", "Attribution"),
        ("https://www.govdata.de/dl-de/zero-2-0", "dl-zero-de/2.0", "DL-DE Zero 2.0", "PublicDomain"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "odbl", "ODbL 1.0", "ViralEffect-ShareAlike"),
        ("https://opendatacommons.org/licenses/by/1-0/", "odby", "ODC-By 1.0", "Attribution"),
        ("https://opendatacommons.org/licenses/pddl/1-0/", "odcpddl", "PDDL 1.0", "PublicDomain"),
    )
)


def licence_of(iri: str) -> Licence | None:
    """The licence that an IRI names: that of its page, with or without slash or TLS, or that of the German list."""
    key = _key(iri)
    return next((one for one in LICENCES if key in (_key(one.page), _key(one.iri))), None)


def language_of(tag: str) -> str | None:
    """The IRI of a language tag's language in the EU's table, or None where this table lacks it."""
    code = LANGUAGES.get(tag.partition("-")[0].lower())
    return LANGUAGE + code if code else None


def code_of(iri: str) -> str:
    """The last segment of an authority IRI."""
    return iri.rsplit("/", 1)[-1]


def readable(code: str) -> Text:
    """A code as words, for concepts whose labels are not in these tables: `LocalAuthority` to `Local Authority`."""
    words = "".join(f" {c}" if c.isupper() and i and code[i - 1].islower() else c for i, c in enumerate(code))
    return {"en": words.replace("_", " ").strip()}


def _key(iri: str) -> str:
    return iri.split("://", 1)[-1].rstrip("/").removeprefix("www.").lower()
