"""ldpub.toml -> a frozen Config (TOML 1.0): one table of settings, each with its default and what it is for."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ldpub.errors import Fault, SourceError, UsageError

FILE_NAME = "ldpub.toml"

Check = Callable[[Any], str | None]
"""Says in words what is wrong with a value, or None."""

Text = Mapping[str, str]
"""A text in several languages: BCP 47 tag to text; the tag "" where none is said."""


def _string(value: object) -> str | None:
    return None if isinstance(value, str) else "it must be a string"


def _strings(value: object) -> str | None:
    good = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return None if good else "it must be a list of strings"


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return None
    good = isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values())
    return None if good else 'it must be a string or a table of languages: { en = "...", de = "..." }'


def _texts(value: object) -> str | None:
    good = isinstance(value, dict) and all(_strings(texts) is None for texts in value.values())
    return None if good else 'it must be a table of languages: { en = ["..."], de = ["..."] }'


def _iri(value: object) -> str | None:
    good = isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*", value)
    return None if good else "it must be an absolute IRI"


def _iris(value: object) -> str | None:
    good = isinstance(value, list) and all(_iri(item) is None for item in value)
    return None if good else "it must be a list of absolute IRIs"


def _base(value: object) -> str | None:
    good = isinstance(value, str) and re.fullmatch(r"https?://[^\s<>\"{}|\\^`?#]+/", value)
    return None if good else "it must be an http or https IRI that ends with a slash"


def _agent(value: object) -> str | None:
    if not isinstance(value, dict) or set(value) - {"name", "homepage", "iri", "email"} or "name" not in value:
        return 'it must be a table { name = "...", homepage = "..." } (iri and email are optional)'
    return None if all(isinstance(item, str) for item in value.values()) else "its values must be strings"


def _date(value: object) -> str | None:
    good = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    return None if good else 'it must be a date as a string: "2026-01-31"'


def _prefixes(value: object) -> str | None:
    good = isinstance(value, dict) and all(_iri(item) is None for item in value.values())
    return None if good else 'it must be a table of prefixes: { ex = "https://example.org/ns#" }'


def _positive(value: object) -> str | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    return None if good else "it must be a number above zero"


def _count(value: object) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return None if good else "it must be a whole number above zero"


def _one_of(*choices: str) -> Check:
    def check(value: object) -> str | None:
        return None if value in choices else f"it must be one of {', '.join(choices)}"

    return check


REQUIRED = object()


@dataclass(frozen=True)
class Setting:
    """One setting: `table.key`, its default (or REQUIRED), how it is checked and what it is for."""

    name: str
    default: Any
    check: Check
    help: str


SETTINGS = (
    Setting("project.title", REQUIRED, _text, "The title of the site and data set, in each language."),
    Setting("project.base", REQUIRED, _base, "The public base IRI; the paths of the site are IRIs under it."),
    Setting("project.description", "", _text, "What the data set holds, in each language."),
    Setting("project.keywords", {}, _texts, "Keywords of the data set, per language."),
    Setting("project.themes", [], _iris, "Themes of the data set, from the EU vocabulary data-theme."),
    Setting("project.license", "", _string, "The IRI of the licence of the data."),
    Setting("project.publisher", {}, _agent, "Who publishes: name, homepage, and an IRI of its own if it has one."),
    Setting("project.contact", {}, _agent, "Whom to ask: name, homepage or email (of an office, not a person)."),
    Setting("project.version", "", _string, "The version of the data set."),
    Setting("project.issued", "", _date, "The day on which the data set was first published."),
    Setting("project.modified", "", _date, "The day of the last change; in git, so that builds repeat."),
    Setting("project.languages", ["en", "de"], _strings, "The languages of the site, the preferred one first."),
    Setting("project.examples", [], _iris, "Things that show the data set well, for VoID and the home page."),
    Setting("project.prefixes", {}, _prefixes, "Prefixes of the project, for pages, Turtle and the query form."),
    Setting("sources.ontology", ["ontology/*.ttl"], _strings, "The ontology's files (globs below the project)."),
    Setting("sources.data", ["data/**/*.ttl"], _strings, "The data's files; TriG and N-Quads keep their graph names."),
    Setting("sources.shapes", ["shapes/**/*.ttl"], _strings, "The SHACL shapes."),
    Setting("sources.rules", ["shapes/rules/*.rq"], _strings, "SPARQL CONSTRUCT rules, in the order of their names."),
    Setting("sources.questions", ["ontology/questions/*.rq"], _strings, "Competency questions as SPARQL queries."),
    Setting("build.reasoning", "owl-rl", _one_of("owl-rl", "none"), "What is inferred: OWL 2 RL/RDF, or nothing."),
    Setting("build.engine", "ldpub", _one_of("ldpub", "owlrl"), "Who infers: ldpub, or owlrl, the slow reference."),
    Setting(
        "build.validator",
        "auto",
        _one_of("auto", "pyshacl", "pyshacl-turbo"),
        "Who validates: pyshacl-turbo where it is installed (auto), or one of the two.",
    ),
    Setting("build.validation_seconds", 600, _positive, "How long validation may take before it is given up."),
    Setting("build.releases", "releases", _string, "The folder of releases, below the project."),
    Setting("serve.store", "embedded", _string, "The SPARQL store: embedded, or the URL of a SPARQL endpoint."),
    Setting("serve.query_seconds", 20, _positive, "How long a query may take."),
    Setting("serve.query_bytes", 1_000_000, _count, "How long the text of a query may be, in bytes."),
    Setting("serve.query_depth", 100, _count, "How deep the brackets of a query may nest."),
    Setting("serve.query_memory_mb", 512, _count, "How much memory a query may take, in MiB."),
    Setting("serve.query_workers", 2, _count, "How many queries run at once, per server process."),
    Setting("serve.query_queue", 32, _count, "How many queries may wait for a worker before others are turned away."),
)


@dataclass(frozen=True)
class Config:
    """The settings of one project, checked and complete; `config["serve.query_seconds"]` is one of them."""

    values: Mapping[str, Any]

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


def read_config(path: Path) -> Config:
    """Read and check a project's ldpub.toml.

    Raises UsageError where there is no such file, SourceError with every fault found where it is not right.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UsageError(
            f"{path} does not exist. A project is a folder with a file {FILE_NAME}; `ldpub init DIR` makes one."
        ) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError([_toml_fault(str(error), path.name, text)]) from error
    return check_config(document, text, path.name)


def check_config(document: Mapping[str, Any], text: str = "", file: str = FILE_NAME) -> Config:
    """Turn a parsed document into a Config, with the defaults filled in; raises SourceError with every fault."""
    given = {f"{table}.{key}": value for table, keys in document.items() for key, value in _items(keys)}
    known = {setting.name: setting for setting in SETTINGS}
    faults = [_unknown(name, known, text, file) for name in given if name not in known]
    for setting in SETTINGS:
        if setting.name not in given:
            if setting.default is REQUIRED:
                faults.append(Fault(f"the setting {setting.name} is missing", file, mend=setting.help))
        elif wrong := setting.check(given[setting.name]):
            line, excerpt = _line_of(setting.name, text)
            faults.append(Fault(f"{setting.name}: {wrong}", file, line, excerpt=excerpt, mend=setting.help))
    if faults:
        raise SourceError(faults)
    return Config({s.name: given.get(s.name, s.default) for s in SETTINGS})


def _items(table: object) -> list[tuple[str, Any]]:
    return list(table.items()) if isinstance(table, dict) else [("", table)]


def _unknown(name: str, known: Mapping[str, Setting], text: str, file: str) -> Fault:
    near = difflib.get_close_matches(name, known, 1)
    mend = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
    line, excerpt = _line_of(name, text)
    return Fault(f"there is no setting {name.rstrip('.')}", file, line, excerpt=excerpt, mend=mend)


def _line_of(name: str, text: str) -> tuple[int | None, str | None]:
    """Where `table.key` is set, by a look at the text: tomllib keeps no positions."""
    table, key = name.split(".", 1)
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            inside = line.strip().strip("[]").strip() == table
        elif inside and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return number, line
    return None, None


def _toml_fault(message: str, file: str, text: str) -> Fault:
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    if not place:
        return Fault(message, file)
    line, column = int(place[1]), int(place[2])
    lines = text.splitlines()
    excerpt = lines[line - 1] if line <= len(lines) else None
    return Fault(message[: place.start()].strip(), file, line, column, excerpt, mend="see https://toml.io/en/v1.0.0")
