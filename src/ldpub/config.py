"""ldpub.toml -> a frozen Config (TOML 1.0): one table of settings, each with its default and what it is for."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from ldpub import checks
from ldpub.checks import Check
from ldpub.errors import Fault, SourceError, UsageError
from ldpub.link_settings import LINK_SETTINGS
from ldpub.toml_text import line_of, line_of_table, mend_of, syntax_fault

FILE_NAME = "ldpub.toml"

Text = Mapping[str, str]
"""A text in several languages: BCP 47 tag to text; the tag "" where none is said."""


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PREFIX = re.compile(r"([^\W\d_]([\w.-]*[\w-])?)?")


def _string(value: object) -> str | None:
    return None if isinstance(value, str) else "it must be a string"


def _strings(value: object) -> str | None:
    good = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return None if good else "it must be a list of strings"


def _languages(value: object) -> str | None:
    good = isinstance(value, list) and value and all(_is_language(item) for item in value)
    return None if good else 'it must be a list of language tags: ["en", "de"]'


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return None
    if not isinstance(value, dict) or not value or not all(isinstance(text, str) for text in value.values()):
        return 'it must be a string or a table of languages: { en = "...", de = "..." }'
    return _tags(value)


def _texts(value: object) -> str | None:
    if not isinstance(value, dict) or not all(_strings(texts) is None for texts in value.values()):
        return 'it must be a table of languages: { en = ["..."], de = ["..."] }'
    return _tags(value)


def _tags(table: Mapping[str, object]) -> str | None:
    wrong = next((tag for tag in table if not _is_language(tag)), None)
    return None if wrong is None else f"{wrong} is no language tag"


def _is_language(tag: object) -> bool:
    """Whether it has the form of a language tag, as RDF parsers want it (BCP 47 without its grandfathered tags)."""
    return isinstance(tag, str) and _LANGUAGE.fullmatch(tag) is not None


def _iri(value: object) -> str | None:
    try:
        NamedNode(value)  # type: ignore[arg-type]  # it says what else there is than strings
    except (TypeError, ValueError):
        return "it must be an absolute IRI"
    return None


def _iri_or_nothing(value: object) -> str | None:
    return None if value == "" else _iri(value)


def _iris(value: object) -> str | None:
    good = isinstance(value, list) and all(_iri(item) is None for item in value)
    return None if good else "it must be a list of absolute IRIs"


def _endpoints(value: object) -> str | None:
    good = _iris(value) is None and isinstance(value, list) and all(map(checks.is_endpoint, value))
    return None if good else "it must be a list of http or https URLs without user, password and fragment"


def _base(value: object) -> str | None:
    good = isinstance(value, str) and re.fullmatch(r"https?://[^\s/?#]+/([^\s?#]*/)?", value) and _iri(value) is None
    return None if good else "it must be an http or https IRI that ends with a slash"


def _base_or_nothing(value: object) -> str | None:
    return None if value == "" else _base(value)


def _date(value: object) -> str | None:
    try:
        good = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        good = False
    return None if good or value == "" else 'it must be a date as a string: "2026-01-31"'


def _prefixes(value: object) -> str | None:
    if not isinstance(value, dict) or not all(_iri(item) is None for item in value.values()):
        return 'it must be a table of prefixes: { ex = "https://example.org/ns#" }'
    wrong = next((name for name in value if not _PREFIX.fullmatch(name)), None)
    return None if wrong is None else f"{wrong} is no name of a prefix (a letter, then letters, digits, - or .)"


_globs: Check = checks.globs


def _folder(value: object) -> str | None:
    good = isinstance(value, str) and value.strip("./") and "\0" not in value
    return None if good else "it must be the name of a folder of its own"


def _store(value: object) -> str | None:
    good = value == "embedded" or (isinstance(value, str) and re.match("https?://", value) and _iri(value) is None)
    return None if good else "it must be embedded, or the http or https URL of a SPARQL endpoint"


def _positive(value: object) -> str | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < inf
    return None if good else "it must be a number above zero"


def _boolean(value: object) -> str | None:
    return None if isinstance(value, bool) else "it must be true or false"


def _count(value: object) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return None if good else "it must be a whole number above zero"


def _one_of(*choices: str) -> Check:
    def check(value: object) -> str | None:
        return None if value in choices else f"it must be one of {', '.join(choices)}"

    return check


_BAR = "a number from 0, or -1 for no bar"
REQUIRED = object()


@dataclass(frozen=True)
class Setting:
    """One setting: `table.key`, its default (or REQUIRED), how it is checked and what it is for."""

    name: str
    default: Any
    check: Check
    help: str

    @property
    def mend(self) -> str:
        """How it is written, as far as an example is known."""
        return mend_of(self.name, self.default, self.help)


_EU = "http://publications.europa.eu/resource/authority/"
_PARTS: Mapping[str, Check] = {
    "slug": checks.slug,
    "title": _text,
    "description": _text,
    "graphs": _strings,
    "keywords": _texts,
    "themes": _iris,
    "issued": _date,
    "modified": _date,
    "spatial": checks.locations(_iri, _text),
    "temporal": checks.period(_date),
    "license": _iri,
    "attribution": _text,
    "provenance": _text,
    "rights": _text,
    "imported": _boolean,
}
_TARGETS = {"Wikidata": "http://www.wikidata.org/entity/", "GeoNames": "https://sws.geonames.org/"}
_CATALOGUE = (
    Setting("catalogue.access_rights", _EU + "access-right/PUBLIC", _iri, "Who may have it, from the EU's table."),
    Setting("catalogue.attribution", "", _text, "How to name the source, for licences that ask for it."),
    Setting(
        "catalogue.availability", _EU + "planned-availability/STABLE", _iri, "How long it stays, by the EU's table."
    ),
    Setting("catalogue.contributor", "", _iri_or_nothing, "The contributorID that GovData assigned."),
    Setting("catalogue.frequency", "", _iri_or_nothing, "How often it changes, from the EU's table frequency."),
    Setting("catalogue.geocoding_level", "", _iri_or_nothing, "The level of politicalGeocoding (DCAT-AP.de)."),
    Setting("catalogue.page_size", 100, _count, "How many data sets a page of the catalogue holds."),
    Setting("catalogue.products", [], checks.parts(_PARTS), "Parts of the whole that are data sets of their own."),
    Setting("catalogue.provenance", "", _text, "Where the data comes from and how it was made."),
    Setting("catalogue.rights", "", _text, "What one may do with the data, in words."),
    Setting("catalogue.spatial", [], checks.locations(_iri, _text), "The places: IRI, name, bounding box."),
    Setting("catalogue.targets", _TARGETS, checks.targets(_iri), "Data sets to which links are counted, by VoID."),
    Setting("catalogue.temporal", {}, checks.period(_date), "The time that the data is about."),
    Setting("catalogue.version_notes", "", _text, "What is new in this version."),
    Setting("quality.broken_links", -1, checks.at_least(-1, inf, _BAR), "How many links may be broken; -1 for any."),
    Setting("quality.mqa", 0, checks.at_least(0, 405, "a number from 0 to 405"), "The least MQA score of a data set."),
    Setting("quality.profiles", [], checks.profiles, "The profiles to which the catalogue must conform."),
    Setting("quality.unlabelled", -1, checks.at_least(-1, inf, _BAR), "How many terms may lack a label; -1 for any."),
)
SETTINGS = (
    Setting("project.title", REQUIRED, _text, "The title of the site and data set, in each language."),
    Setting("project.base", REQUIRED, _base, "The public base IRI; the paths of the site are IRIs under it."),
    Setting("project.description", "", _text, "What the data set holds, in each language."),
    Setting("project.keywords", {}, _texts, "Keywords of the data set, per language."),
    Setting("project.themes", [], _iris, "Themes of the data set, from the EU vocabulary data-theme."),
    Setting("project.license", "", _iri_or_nothing, "The IRI of the licence of the data."),
    Setting(
        "project.publisher",
        {},
        checks.agent(_iri),
        "Who publishes: name, homepage, type (ADMS), IRI if it has one.",
    ),
    Setting("project.creator", {}, checks.agent(_iri), "Whom citations name as author, if not the publisher."),
    Setting("project.contact", {}, checks.agent(_iri), "Whom to ask: name, and homepage, telephone or email."),
    Setting("project.imprint", "", _text, "What the page `/imprint` says besides, in each language."),
    Setting("project.version", "", _string, "The version of the data set."),
    Setting("project.issued", "", _date, "The day on which the data set was first published."),
    Setting("project.modified", "", _date, "The day of the last change; in git, so that builds repeat."),
    Setting("project.languages", ["en", "de"], _languages, "The languages of the site, the preferred one first."),
    Setting("project.examples", [], _iris, "Things that show the data set well, for VoID and the home page."),
    Setting("project.prefixes", {}, _prefixes, "Prefixes of the project, for pages, Turtle and the query form."),
    Setting("project.url", "", _base_or_nothing, "Where the site is reached, if not at its base; for crawlers."),
    *_CATALOGUE,
    Setting("sources.ontology", ["ontology/*.ttl"], _globs, "The ontology's files (globs below the project)."),
    Setting("sources.data", ["data/**/*.ttl"], _globs, "The data's files; TriG and N-Quads keep their graph names."),
    Setting("sources.shapes", ["shapes/**/*.ttl"], _globs, "The SHACL shapes."),
    Setting("sources.rules", ["shapes/rules/*.rq"], _globs, "SPARQL CONSTRUCT rules, in the order of their names."),
    Setting("sources.questions", ["ontology/questions/*.rq"], _globs, "Competency questions as SPARQL queries."),
    Setting("sources.mappings", ["data/mappings/*.toml"], _globs, "How tables become data: what `ldpub import` reads."),
    Setting("sources.imports", ["data/world/*.ttl"], _globs, "Which files of sources.data are imported tables."),
    Setting("build.imports", False, _boolean, "Whether imported tables are built; without them, the curated core is."),
    Setting("build.reasoning", "owl-rl", _one_of("owl-rl", "none"), "What is inferred: OWL 2 RL/RDF, or nothing."),
    Setting("build.unstated", [], _iris, "Classes whose inferred members are not stated, as the ontology says it."),
    Setting("build.engine", "ldpub", _one_of("ldpub", "owlrl"), "Who infers: ldpub, or owlrl, the slow reference."),
    Setting(
        "build.validator",
        "auto",
        _one_of("auto", "pyshacl", "pyshacl-turbo"),
        "Who validates: pyshacl-turbo where it is installed (auto), or one of the two.",
    ),
    Setting("build.validation_seconds", 600, _positive, "How long validation may take before it is given up."),
    Setting("build.releases", "releases", _folder, "The folder of releases, below the project."),
    Setting("browse.classes", [], _iris, "The classes of the home page, in order; [] for those most linked to."),
    Setting(
        "browse.facets",
        [],
        checks.facets(_text),
        "Facets of lists besides those of the shapes: name, label, path, and for dates decade = true, until.",
    ),
    Setting("browse.claims", {}, checks.claims(_iris), "Properties of claims, besides RDF reification, by role."),
    Setting("browse.summaries", [], checks.summaries(_text), "Sentences on things: tables of class, text, parts."),
    Setting("serve.store", "embedded", _store, "The SPARQL store: embedded, or the URL of a SPARQL endpoint."),
    Setting("serve.query_seconds", 20, _positive, "How long a query may take."),
    Setting("serve.query_bytes", 1_000_000, _count, "How long the text of a query may be, in bytes."),
    Setting("serve.query_depth", 100, _count, "How deep the brackets of a query may nest."),
    Setting("serve.query_memory_mb", 512, _count, "How much memory a query may take, in MiB."),
    Setting("serve.query_workers", 2, _count, "How many queries run at once, per server process."),
    Setting("serve.client_queries", 8, _count, "How many queries a client may run at once, and as many lookups."),
    Setting("serve.client_seconds", 60, _positive, "How many seconds of work a minute one client may ask for."),
    Setting(
        "serve.proxies",
        [],
        checks.networks,
        "Addresses or networks of trusted proxies, whose X-Forwarded-For names the client.",
    ),
    Setting("serve.cache_mb", 64, _count, "How many MiB of answers each server process keeps for the next who asks."),
    Setting("serve.query_log", True, _boolean, "Whether each query is logged, as a line of JSON on standard error."),
    Setting("serve.services", [], _endpoints, "SPARQL endpoints that SERVICE in a query may name; none by default."),
    Setting("serve.private_services", [], _endpoints, "The same, for endpoints of this machine or an inner network."),
    Setting("serve.query_queue", 32, _count, "How many queries may wait for a worker before others are turned away."),
    Setting("pictures.dates", {}, checks.dates(_iris), "Properties that date things, besides standard ones, by role."),
    Setting("pictures.map", [], _iris, "Properties to the places of a thing's map, the strongest first; [] for all."),
    Setting("pictures.timeline", [], _iris, "Properties to what a thing's timeline shows; [] for all."),
    Setting("pictures.network", [], _iris, "Properties to the neighbours in a thing's network; [] for all."),
    *(Setting(*one) for one in LINK_SETTINGS),
)


@dataclass(frozen=True)
class Config:
    """The settings of one project, checked and complete; `config["serve.query_seconds"]` is one of them."""

    values: Mapping[str, Any]
    source: str = field(default="", repr=False, compare=False)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def base(self) -> str:
        """The public base IRI, ending with a slash."""
        return str(self["project.base"])

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the site, the preferred one first."""
        return tuple(self["project.languages"])

    def text(self, name: str) -> Text:
        """A setting of several languages as a mapping of tags, whichever way it was written."""
        value = self[name]
        return {"": value} if isinstance(value, str) else dict(value)

    def place(self, name: str) -> tuple[int | None, str | None]:
        """The line where a setting stands, else that of its table, below which it belongs; and that line as it is."""
        found = line_of(name, self.source)
        return found if found[0] else line_of_table(name.partition(".")[0], self.source)


def read_config(path: Path) -> Config:
    """Read and check a project's ldpub.toml.

    Raises UsageError where there is no such file, SourceError with every fault found where it is not right.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(
            f"{path} does not exist. A project is a folder with a file {FILE_NAME}; `ldpub init DIR` makes one."
        ) from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise SourceError([Fault("is not in UTF-8", path.name, mend="save it as UTF-8")]) from error
    try:
        document = tomllib.loads(text)
    except ValueError as error:
        raise SourceError([syntax_fault(str(error), path.name, text)]) from error
    except RecursionError as error:
        raise SourceError([Fault("the brackets nest too deep", path.name)]) from error
    return check_config(document, text, path.name)


def check_config(document: Mapping[str, Any], text: str = "", file: str = FILE_NAME) -> Config:
    """Turn a parsed document into a Config, with the defaults filled in; raises SourceError with every fault."""
    given = {f"{table}.{key}": value for table, keys in document.items() for key, value in _items(keys)}
    known = {setting.name: setting for setting in SETTINGS}
    faults = [_unknown(name, known, text, file) for name in given if name not in known]
    for setting in SETTINGS:
        if setting.name not in given:
            if setting.default is REQUIRED:
                faults.append(Fault(f"the setting {setting.name} is missing", file, mend=setting.mend))
        elif wrong := setting.check(given[setting.name]):
            line, excerpt = line_of(setting.name, text)
            faults.append(Fault(f"{setting.name}: {wrong}", file, line, excerpt=excerpt, mend=setting.mend))
    if not faults:
        faults = [*_backwards({s.name: given.get(s.name, s.default) for s in SETTINGS}, text, file)]
    if faults:
        raise SourceError(faults)
    return Config({s.name: given.get(s.name, s.default) for s in SETTINGS}, text)


def _backwards(values: Mapping[str, Any], text: str, file: str) -> Iterator[Fault]:
    """A fault for each span of the settings that ends before it begins."""
    period = values["catalogue.temporal"]
    for name, begins, ends, wrong in (
        ("project.modified", values["project.issued"], values["project.modified"], "it is before project.issued"),
        ("catalogue.temporal", period.get("start", ""), period.get("end", ""), "its end is before its start"),
    ):
        if begins and ends and ends < begins:
            line, excerpt = line_of(name, text)
            yield Fault(f"{name}: {wrong} ({ends} and {begins})", file, line, excerpt=excerpt, mend="swap the days")


def _items(table: object) -> list[tuple[str, Any]]:
    return list(table.items()) if isinstance(table, dict) else [("", table)]


def _unknown(name: str, known: Mapping[str, Setting], text: str, file: str) -> Fault:
    near = difflib.get_close_matches(name, known, 1)
    mend = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
    line, excerpt = line_of(name, text)
    return Fault(f"there is no setting {name.rstrip('.')}", file, line, excerpt=excerpt, mend=mend)
