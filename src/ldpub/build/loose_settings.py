"""Settings and queries that name terms which nothing defines, and languages for which the pages have no words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files

from pyoxigraph import NamedNode

from ldpub.build.dataset import Dataset
from ldpub.build.facets import configured_facets
from ldpub.build.naming import Names, column_of, local_name, nearest
from ldpub.build.queries import QueryFile
from ldpub.build.query_terms import terms_of
from ldpub.build.usage import Usage
from ldpub.config import FILE_NAME, Config
from ldpub.errors import Fault
from ldpub.labels import find_language

_LISTS = ("browse.classes", "pictures.map", "pictures.timeline", "pictures.network")
_TABLES = ("browse.claims", "pictures.dates")


def loose_settings(dataset: Dataset, usage: Usage, names: Names) -> Iterator[Fault]:
    """A warning for each undefined term of the settings, and for each language without a catalogue."""
    config = dataset.project.config
    for setting, what, iri in _named(dataset):
        if usage.is_undefined(iri):
            message = f"{what} names {names.iri(iri)}, which the ontology does not define"
            yield _in_settings(config, setting, iri, message, _mend(iri, usage, names))
    yield from _languages(config)


def _named(dataset: Dataset) -> Iterator[tuple[str, str, str]]:
    """The terms of the settings: where each stands, what people call that, and the IRI."""
    config = dataset.project.config
    for facet in configured_facets(config["browse.facets"], dataset.project.prefixes):
        for step in (step for path in facet.paths for step in path):
            yield "browse.facets", f"the facet {facet.name}", step.iri
    for setting in _LISTS:
        yield from ((setting, setting, iri) for iri in config[setting])
    for setting in _TABLES:
        yield from ((setting, f"{setting}.{role}", iri) for role, iris in config[setting].items() for iri in iris)


def _in_settings(config: Config, setting: str, iri: str, message: str, mend: str) -> Fault:
    """A warning at the first line below a setting's beginning that has the term."""
    line, excerpt = config.place(setting)
    lines = config.source.splitlines()
    for number in range(line or 1, len(lines) + 1):
        if re.search(rf"{re.escape(iri)}[>\"']|:{re.escape(local_name(iri))}(?![\w-])", lines[number - 1]):
            line, excerpt = number, lines[number - 1]
            break
    return Fault(message, FILE_NAME, line, column_of(iri, excerpt), excerpt, mend, "warning", setting)


def _languages(config: Config) -> Iterator[Fault]:
    """Languages of the site for which there is no gettext catalogue, so that pages are in another."""
    folder = files("ldpub").joinpath("serve", "locale")
    translated = sorted(file.name.removesuffix(".po") for file in folder.iterdir() if file.name.endswith(".po"))
    for tag in config.languages:
        if find_language(tag, translated) is None:
            line, excerpt = config.place("project.languages")
            column = excerpt.find(f'"{tag}"') + 1 if excerpt else 0
            yield Fault(
                f"project.languages: the pages have no words in {tag}, so their words are English there",
                FILE_NAME,
                line,
                column or None,
                excerpt,
                f"mend the tag ({', '.join(translated)} are there), or add a catalogue: serve/locale/{tag}.po",
                "warning",
                "project.languages",
            )


def loose_queries(dataset: Dataset, usage: Usage, names: Names) -> Iterator[Fault]:
    """A warning for each undefined term of a question or a rule."""
    base = dataset.project.config.base
    for query in (*dataset.questions, *dataset.rules):
        pattern, template = terms_of(query.text, base)
        parameters = [iri for one in query.parameters for iri in (one.class_iri, one.scheme)]
        for iri in dict.fromkeys((*pattern, *template, *parameters)):
            if usage.is_undefined(iri) and NamedNode(iri) not in usage.subjects:
                said = f"the {'question' if query.file.role == 'questions' else 'rule'} names {names.iri(iri)}"
                message = f"{said}, which the ontology does not define"
                yield _in_query(query, iri, message, _mend(iri, usage, names))


def _in_query(query: QueryFile, iri: str, message: str, mend: str) -> Fault:
    for number, line in enumerate(query.text.splitlines(), 1):
        if column := column_of(iri, line):
            return Fault(message, query.file.name, number, column, line, mend, "warning", "undefined")
    return Fault(message, query.file.name, mend=mend, severity="warning", code="undefined")


def _mend(iri: str, usage: Usage, names: Names) -> str:
    known: Iterable[str] = (*usage.class_names, *usage.property_names)
    near = nearest(iri, known)
    return f"did you mean {names.iri(near)}?" if near else "mend the name, or define it in the ontology"
