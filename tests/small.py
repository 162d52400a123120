"""Small projects made on the spot: a folder, some files, a Project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse
from rdflib.compare import to_isomorphic

from ldpub.build.load import load
from ldpub.build.numbered import Quads
from ldpub.build.pipeline import build
from ldpub.build.project import Project, SourceFile, open_project
from ldpub.build.publish import Publication
from ldpub.build.rows import Rows
from ldpub.build.shacl import to_rdflib
from ldpub.errors import Fault, SourceError

BASE = "https://example.org/set/"
SETTINGS = f"""\
[project]
title = {{ en = "Small set", de = "Kleine Menge" }}
base = "{BASE}"
license = "https://creativecommons.org/licenses/by/4.0/"
publisher = {{ name = "N", homepage = "https://example.org/" }}
"""
ANY_FILE = '[sources]\nontology = ["ontology/*"]\ndata = ["data/**/*"]\nshapes = ["shapes/*.ttl"]\n'

PREFIXES = """\
@prefix e: <https://example.org/set/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
"""Six lines less one: what stands below begins on line 6."""

Content = str | bytes


def write(folder: Path, files: Mapping[str, Content], settings: str = ANY_FILE) -> Path:
    """Write a project's files, and its settings: the title and base above and what is given."""
    for name, content in {"ldpub.toml": SETTINGS + settings, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def project(folder: Path, files: Mapping[str, Content], settings: str = ANY_FILE) -> Project:
    """The project of these files."""
    return open_project(write(folder, files, settings))


def source(folder: Path, name: str, content: Content) -> SourceFile:
    """One file of data, as the project finds it."""
    (found,) = project(folder, {f"data/{name}": content}).files["data"]
    return found


def faults_of(folder: Path, files: Mapping[str, Content], settings: str = ANY_FILE) -> list[Fault]:
    """The faults that loading tells, or none."""
    try:
        load(project(folder, files, settings))
    except SourceError as error:
        return list(error.faults)
    return []


def built(folder: Path, files: Mapping[str, Content], settings: str = ANY_FILE) -> Publication:
    """The release of these files."""
    return build(project(folder, files, settings))


def dataset_of(quads: Iterable[Quad]) -> Quads:
    """Quads by number, as a build hands them on."""
    rows = Rows()
    rows.add_quads(quads)
    return rows.quads()


def by_graph(quads: Iterable[Quad]) -> dict[str, list[Triple]]:
    """The triples of each named graph."""
    found: dict[str, list[Triple]] = defaultdict(list)
    for quad in quads:
        assert isinstance(quad.graph_name, NamedNode), "all are in named graphs"
        found[quad.graph_name.value].append(quad.triple)
    return found


def turtle(text: str) -> list[Triple]:
    """Triples of Turtle with the prefixes above."""
    return [q.triple for q in parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE, base_iri=BASE)]


def isomorphic(one: Iterator[Triple] | list[Triple], other: rdflib.Graph) -> bool:
    """Whether the graphs are the same but for the names of blank nodes (RDF 1.1 Concepts, 3.6)."""
    return bool(to_isomorphic(to_rdflib(one)) == to_isomorphic(other))
