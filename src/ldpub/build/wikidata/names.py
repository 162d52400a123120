"""The graph of names and places that a release takes from Wikidata: with its source, its licence (CC0) and its day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.build.linking.extract import of_triples
from ldpub.build.linking.propose import properties_of
from ldpub.build.linking.things import Linking
from ldpub.build.project import Project
from ldpub.build.triples import link, plain, value_of
from ldpub.errors import UsageError
from ldpub.namespaces import DCT, RDFS, SCHEMA

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_SOURCE = "http://www.wikidata.org/"
_WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_HEAD = "# Names and places from Wikidata, CC0 1.0. `ldpub wikidata extract` writes this file anew.\n"


def write_names(project: Project, linking: Linking, triples: Sequence[Triple], ids: Sequence[str], day: date) -> int:
    """Write what triples say of items to the file of the settings; returns the number of statements about them.

    Raises UsageError where they say nothing of any.
    """
    said = sorted(set(_of_items(project, linking, triples, ids)), key=_order)
    if not said:
        raise UsageError("there is nothing about the linked items in it: it must be RDF as Wikidata has it.")
    name = str(project.config["wikidata.file"])
    path = project.root / name
    graph = _graph(project, name)
    about = [
        link(graph, DCT + "source", _SOURCE),
        link(graph, DCT + "license", CC0),
        value_of(graph, DCT + "date", day.isoformat(), "date"),
        plain(graph, RDFS + "label", f"Wikidata, {day.isoformat()}"),
    ]
    new = path.with_name(path.name + ".new")
    new.write_text(_HEAD + "".join(f"{triple} .\n" for triple in (*about, *said)), encoding="utf-8")
    new.replace(path)
    return len(said)


def _graph(project: Project, name: str) -> str:
    """The graph that the file is in; raises UsageError where it is none of the project's data."""
    path = project.root / name
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    files = Project(project.root, project.config).files["data"]
    found = next((file for file in files if file.name == name), None)
    if found is None:
        if is_new:
            path.unlink()
        raise UsageError(
            f"wikidata.file: {name} is matched by no glob of sources.data, so that no build would read it."
        )
    return project.iris.graph(f"data/{found.graph_name}")


def day_of(triples: Iterable[Triple]) -> date | None:
    """The latest schema:dateModified of an extract, or None where it has none."""
    days = [
        triple.object.value[:10]
        for triple in triples
        if triple.predicate.value == SCHEMA + "dateModified" and isinstance(triple.object, Literal)
    ]
    good = [day for day in days if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day)]
    return date.fromisoformat(max(good)) if good else None


def _of_items(project: Project, linking: Linking, triples: Sequence[Triple], ids: Sequence[str]) -> Iterator[Triple]:
    wanted = {linking.target + id_ for id_ in ids}
    languages = frozenset(project.config["wikidata.languages"])
    for triple in triples:
        subject, value = triple.subject, triple.object
        if triple.predicate.value != RDFS + "label" or not isinstance(value, Literal):
            continue
        is_wanted = isinstance(subject, NamedNode) and subject.value in wanted
        if is_wanted and (not languages or value.language in languages):
            yield triple
    extract = of_triples("", triples, linking.target, properties_of(project.config))
    for id_ in ids:
        item = extract.by_id.get(id_)
        if item and item.place:
            for name, degrees in zip(("lat", "long"), item.place, strict=True):
                yield value_of(linking.target + id_, _WGS84 + name, f"{degrees:.6f}", "decimal")


def _order(triple: Triple) -> tuple[str, str, str]:
    return str(triple.subject), str(triple.predicate), str(triple.object)
