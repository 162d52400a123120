"""The catalogue: counts are those that SPARQL finds, each IRI of its own is described, and none is of the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, RdfFormat, Store, Triple, parse

from conftest import build_project
from ldpub.build.catalogue import catalogue
from ldpub.build.inference import reason
from ldpub.build.load import load
from ldpub.namespaces import DCAT, DCT, RDF, VOID
from ldpub.release import open_release
from small import BASE, PREFIXES, built, project

TYPE = NamedNode(RDF + "type")
FULL = """\
description = { en = "What it holds" }
keywords = { en = ["one", "two"] }
themes = ["http://publications.europa.eu/resource/authority/data-theme/GOVE"]
contact = { name = "N", email = "office@example.org", homepage = "https://example.org/contact" }
version = "1.0"
issued = "2026-01-01"
modified = "2026-01-31"
examples = ["https://example.org/set/id/a"]
"""
DUMPS = {"csv.zip", *(f"{one}.{coding}" for one in ("nq", "nt", "ttl", "rdf", "jsonld") for coding in ("gz", "zst"))}
DATA = (
    PREFIXES
    + """\
e:a a e:A, <http://e/x-y>, <http://e/x/y>, <http://e/x#y>, <http://e/x%20y> ;
  <http://e/p-q> 1 ; <http://e/p/q> 2 ; <urn:p:q> 3 ; <http://e> 4 ; <http://purl.org/dc/terms/x#y> 5 .
e:a owl:sameAs <http://www.wikidata.org/entity/Q1>, <https://sws.geonames.org/2/> ;
  e:see <http://www.wikidata.org/entity/Q1> .
[] a e:A ; e:knows e:a, <https://elsewhere.example/x>, "e:a" .
"""
)


def described(folder: Path, settings: str = FULL, data: str = DATA) -> Sequence[Triple]:
    dataset = load(
        project(folder, {"ontology/o.ttl": PREFIXES + "e:A rdfs:subClassOf e:Z .", "data/x.ttl": data}, settings)
    )
    return catalogue(reason(dataset)).graph("catalogue")


def test_no_node_is_blank_and_the_graph_repeats(tmp_path: Path) -> None:
    one, two = described(tmp_path / "one"), described(tmp_path / "two")
    assert one == two
    assert not any(isinstance(term, BlankNode) for triple in one for term in triple)


@pytest.mark.parametrize("settings", ["", FULL], ids=["least", "full"])
def test_each_iri_of_its_own_is_described(tmp_path: Path, settings: str) -> None:
    triples = described(tmp_path, settings)
    subjects = {triple.subject for triple in triples}
    linked = {t.object for t in triples if isinstance(t.object, NamedNode) and t.object.value.startswith(BASE)}
    pages = {BASE, f"{BASE}id/a"}  # the home page, and an example: a thing of the data
    files = {f"{BASE}dump/set.{suffix}" for suffix in DUMPS}
    terms = {f"{BASE}id/{name}" for name in ("A", "Z", "knows", "see", "")}  # of the data, named in partitions
    assert {node.value for node in linked - subjects} <= pages | files | terms


def test_what_the_settings_say_is_said(tmp_path: Path) -> None:
    text = "\n".join(map(str, described(tmp_path)))
    for said in (
        "What it holds",
        "theme/GOVE",
        "licenses/by/4.0",
        '"1.0"',
        "2026-01-31",
        "mailto:office@example.org",
        '"two"@en',
    ):
        assert said in text
    assert "dcat#theme>" not in "\n".join(map(str, described(tmp_path / "least", "")))


def answers(store: Store, text: str) -> dict[str, int]:
    found = store.query(text)
    assert isinstance(found, QuerySolutions)
    return {getattr(row[0], "value", ""): int(getattr(row[1], "value", 0)) for row in found}


def partitions(triples: tuple[Triple, ...], kind: str, count: str) -> Iterator[tuple[str, int]]:
    """Of each partition: the class or property, and its count."""
    said: dict[tuple[object, str], object] = {(t.subject, t.predicate.value): t.object for t in triples}
    for triple in triples:
        if triple.predicate.value == f"{VOID}{kind}Partition":
            number = said[triple.object, VOID + count]
            name = said[triple.object, VOID + kind]
            assert isinstance(number, Literal)
            assert isinstance(name, NamedNode)
            yield name.value, int(number.value)


def check_linksets(triples: tuple[Triple, ...], store: Store) -> None:
    """Each linkset counts the triples of one property that lead to one data set; none is left out."""
    said: dict[tuple[object, str], str] = {
        (t.subject, t.predicate.value): getattr(t.object, "value", "") for t in triples
    }
    sets = [t.subject for t in triples if t.object == NamedNode(VOID + "Linkset")]
    found = {
        (
            said[NamedNode(said[node, VOID + "objectsTarget"]), VOID + "uriSpace"],
            said[node, VOID + "linkPredicate"],
        ): int(said[node, VOID + "triples"])
        for node in sets
    }
    for space in ("http://www.wikidata.org/entity/", "https://sws.geonames.org/"):
        query = (
            f"SELECT ?p (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(isIRI(?o) && STRSTARTS(STR(?o), '{space}')) }} GROUP BY ?p"
        )
        assert {name: n for (target, name), n in found.items() if target == space} == answers(store, query)
    assert len(found) == len(sets)


def check_counts(release: Path, base: str) -> None:
    """VoID counts everything but the catalogue itself, each triple once though several graphs hold it."""
    manifest = open_release(release).manifest
    catalogue_graph = f"{base}graph/catalogue"
    described_ones: list[Triple] = []
    store = Store()
    for quad in parse((release / "quads.nq").read_bytes(), format=RdfFormat.N_QUADS):
        if quad.graph_name == NamedNode(catalogue_graph):
            described_ones.append(quad.triple)
        elif isinstance(quad.graph_name, NamedNode) and quad.graph_name.value in manifest.default_graphs:
            store.add(type(quad)(quad.subject, quad.predicate, quad.object))
    triples = tuple(described_ones)
    classes = dict(partitions(triples, "class", "entities"))
    properties = dict(partitions(triples, "property", "triples"))
    listed = len([t for t in triples if t.predicate.value in (VOID + "classPartition", VOID + "propertyPartition")])
    assert listed == len(classes) + len(properties)
    assert classes == answers(store, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(isIRI(?c)) } GROUP BY ?c")
    assert properties == answers(store, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    check_linksets(triples, store)
    totals = {
        "triples": "COUNT(*)",
        "classes": "COUNT(DISTINCT ?class)",
        "properties": "COUNT(DISTINCT ?p)",
        "distinctSubjects": "COUNT(DISTINCT ?s)",
        "distinctObjects": "COUNT(DISTINCT ?o)",
        "entities": f"COUNT(DISTINCT IF(isIRI(?s) && STRSTARTS(STR(?s), '{base}'), ?s, ?none))",
    }
    node = NamedNode(base + "void#dataset")
    said = {t.predicate.value: t.object for t in triples if t.subject == node}
    for name, count in totals.items():
        where = "{ ?s ?p ?o OPTIONAL { ?s ?p ?class FILTER(?p = rdf:type && ?class = ?o && isIRI(?o)) } }"
        (number,) = answers(store, f"PREFIX rdf: <{RDF}> SELECT ('' AS ?x) ({count} AS ?n) {where}").values()
        value = said[VOID + name]
        assert isinstance(value, Literal)
        assert int(value.value) == number, name


def test_counts_are_those_of_sparql(tmp_path: Path) -> None:
    files = {"ontology/o.ttl": PREFIXES + "e:A rdfs:subClassOf e:Z .", "data/x.ttl": DATA, "data/y.ttl": DATA}
    check_counts(built(tmp_path, files, FULL).release.path, BASE)


def test_counts_of_the_shipped_project_are_those_of_sparql(shipped_release: Path) -> None:
    check_counts(shipped_release, open_release(shipped_release).manifest.base)


def test_a_reasonless_set_is_described_too(tmp_path: Path) -> None:
    triples = described(tmp_path, FULL + '[build]\nreasoning = "none"\n')
    assert Triple(NamedNode(f"{BASE}dataset/set"), TYPE, NamedNode(DCAT + "Dataset")) in triples
    assert any(t.predicate.value == DCT + "license" for t in triples)


def test_the_starter_is_described(tmp_path: Path) -> None:
    from ldpub.build.starter import write_starter

    write_starter(tmp_path)
    check_counts(build_project(tmp_path), "https://example.org/my-data/")
