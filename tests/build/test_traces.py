"""What a release keeps of where statements stand and what inferred them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Triple

from ldpub.build.canonical import canonical
from ldpub.build.inference import reason
from ldpub.build.load import load
from ldpub.build.project import open_project
from ldpub.build.reason import Derivation, Ids
from ldpub.build.rows import Rows
from ldpub.build.traces import traced, traces
from ldpub.release import DOCUMENTS
from small import PREFIXES, built, project

DATA = """
e:a a e:Thing ; e:near e:b ; rdfs:label "A" .
e:b e:near e:c .
"""
TERMS = """
e:near a owl:ObjectProperty , owl:TransitiveProperty . e:Thing a owl:Class ; rdfs:subClassOf e:Any . e:Any a owl:Class .
"""
RULE = """# en: What is near is linked.
PREFIX e: <https://example.org/set/id/>
CONSTRUCT { ?one e:linked ?other } WHERE { { SELECT ?one ?other { ?one e:near ?other } } FILTER(?one != ?other) }
"""
FILES = {"data/a.ttl": PREFIXES + DATA, "ontology/o.ttl": PREFIXES + TERMS, "shapes/rules/1-linked.rq": RULE}
E = "https://example.org/set/id/"


def triple(s: str, p: str, o: str) -> Triple:
    return Triple(NamedNode(E + s), NamedNode(E + p), NamedNode(E + o))


def test_every_step_rests_on_what_is_asserted_in_the_end(tmp_path: Path) -> None:
    dataset = reason(load(project(tmp_path, FILES)))
    assert dataset.closure is not None
    terms = dataset.closure.terms

    def said(ids: Ids) -> Triple:
        s, p, o = (terms[number] for number in ids)
        return Triple(s, p, o)  # type: ignore[arg-type]

    found = {
        said(one): Derivation(said(one), rule, tuple(map(said, premises)))
        for one, rule, premises in dataset.closure.steps()
    }
    assert dataset.closure.inferred <= found.keys()
    asserted = set(dataset.asserted)

    def rests(conclusion: Triple, above: tuple[Triple, ...] = ()) -> bool:
        if conclusion in asserted:
            return True
        assert conclusion not in above, "a statement explains itself"
        return all(rests(premise, (*above, conclusion)) for premise in found[conclusion].premises)

    assert all(rests(conclusion) for conclusion in found)
    assert found[triple("a", "near", "c")].rule == "prp-trp"
    assert found[triple("a", "linked", "c")].rule == "1-linked"
    assert found[triple("a", "linked", "c")].premises == (triple("a", "near", "c"),)


def test_places_are_those_of_the_file(tmp_path: Path) -> None:
    dataset = traced(reason(load(project(tmp_path, FILES))))
    quads = canonical(Rows.of(dataset.graphs))
    found = traces(dataset, quads)
    said = triple("b", "near", "c")
    quad = Quad(said.subject, said.predicate, said.object, NamedNode("https://example.org/set/graph/data/a"))
    places = {statement: (found.files[file], line) for statement, file, line in found.places.tolist()}
    assert places[1 + list(quads).index(quad)] == ("data/a.ttl", 8)
    assert found.rules["1-linked"] == {"en": "What is near is linked."}


def test_the_release_counts_what_is_many(tmp_path: Path) -> None:
    many = "".join(f"e:x{n} e:near e:hub .\n" for n in range(30)) + "e:hub a e:Thing ."
    release = built(tmp_path, {"data/a.ttl": PREFIXES + many}).release
    with closing(sqlite3.connect(release.file(DOCUMENTS))) as database:
        query = "select t.text, forward, n from linked join term t on t.id = node where t.text like '%/id/hub>'"
        assert database.execute(query).fetchall() == [(f"<{E}hub>", 0, 30)]


@pytest.mark.parametrize("name", ["shipped_project", "foreign_project"])
def test_traces_are_the_same_each_time(name: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(name)
    datasets = [traced(reason(load(open_project(folder)))) for _ in range(2)]
    one, other = (traces(dataset, canonical(Rows.of(dataset.graphs))) for dataset in datasets)
    assert (tuple(one.steps), one.texts, one.files, one.rules) == (
        tuple(other.steps),
        other.texts,
        other.files,
        other.rules,
    )
    assert one.places.tolist() == other.places.tolist()
    assert len(one.places) > 100
