"""What differs between two graphs: all of it, nothing else, whatever blank nodes are called, in linear time."""

from __future__ import annotations

import json
import random
import subprocess
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from conftest import run_ldpub
from generated_rdf import graphs, triples
from ldpub.build.change_report import as_json, as_patch, as_text, labels_of
from ldpub.build.changes import Kind, apply, difference
from ldpub.build.entities import entities
from ldpub.namespaces import RDF, XSD
from small import BASE, PREFIXES, built, turtle, write

E = "https://example.org/set/id/"


def isomorphic(one: object, other: object) -> bool:
    """Whether graphs are the same but for the names of blank nodes, by RDFC-1.0 of each as a whole."""
    canonical = []
    for graph in (one, other):
        dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in graph)  # type: ignore[attr-defined]
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        canonical.append(set(dataset))
    return canonical[0] == canonical[1]


def renamed(graph: list[Triple], chance: random.Random) -> list[Triple]:
    """The same graph in another order, its blank nodes under other names."""
    names = dict(zip("abcdef", chance.sample("ghijklmnop", 6), strict=True))

    def other(triple: Triple) -> Triple:
        s, o = (BlankNode(names[t.value]) if isinstance(t, BlankNode) else t for t in (triple.subject, triple.object))
        return Triple(s, triple.predicate, o)  # type: ignore[arg-type]

    others = [other(triple) for triple in graph]
    chance.shuffle(others)
    return others


@settings(max_examples=200, deadline=None)
@given(graphs, st.randoms(use_true_random=False))
def test_names_and_order_make_no_difference(graph: list[Triple], chance: random.Random) -> None:
    one, other = entities(graph), entities(renamed(graph, chance))
    assert one == other
    assert difference(one, other) == ()
    assert isomorphic(one.triples, graph)
    assert set(one.owners) <= {t for triple in one.triples for t in (triple.subject, triple.object)}


@settings(max_examples=200, deadline=None)
@given(graphs, graphs, st.lists(triples, max_size=4))
def test_the_changes_lead_from_one_graph_to_the_other(
    shared: list[Triple], new: list[Triple], old: list[Triple]
) -> None:
    before, after = entities([*shared, *old]), entities([*shared, *new])
    changes = difference(before, after)
    assert apply(changes, before.triples) == after.triples
    assert isomorphic(apply(changes, before.triples), [*shared, *new])
    back = difference(after, before)
    assert [(c.entity, c.removed, c.added) for c in changes] == [(c.entity, c.added, c.removed) for c in back]
    opposite = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.CHANGED: Kind.CHANGED}
    assert [c.kind for c in changes] == [opposite[c.kind] for c in back]
    assert bool(changes) != isomorphic(shared + old, shared + new)
    for change in changes:
        assert not set(change.removed) & set(change.added)
        assert (change.entity in before.by_entity) == (change.kind is not Kind.ADDED)


@settings(max_examples=100, deadline=None)
@given(graphs, st.lists(triples, max_size=4))
def test_a_patch_is_what_changes(graph: list[Triple], more: list[Triple]) -> None:
    before, after = entities(graph), entities([*graph, *more])
    lines = list(as_patch(difference(before, after)))
    assert (lines == []) == (before == after)
    if lines:
        assert (lines[0], lines[-1]) == ("TX .\n", "TC .\n")
        rows = {mark: "".join(line[2:] for line in lines if line.startswith(mark + " ")) for mark in "DA"}
        removed, added = ({q.triple for q in parse(rows[mark], format=RdfFormat.N_TRIPLES)} for mark in "DA")
        assert (before.triples - removed) | added == after.triples
        assert removed <= before.triples


@settings(max_examples=100, deadline=None)
@given(graphs, graphs)
def test_every_statement_is_told_once(one: list[Triple], other: list[Triple]) -> None:
    changes = difference(entities(one), entities(other))
    told = json.loads(as_json(changes, labels_of(one, other)))
    count = {"removed": 0, "added": 0}
    for entity in told["entities"]:
        for side in count:
            pending = list(entity[side])
            for row in pending:
                pending += row.get("statements", [])
            count[side] += len(pending)
    assert count == {side: sum(len(getattr(c, side)) for c in changes) for side in count}
    assert told["same"] == (not changes)
    lines = "".join(as_text(changes, {}, {}, "en"))
    assert sum(line.startswith(("  + ", "  - ")) for line in lines.splitlines()) >= len(changes)


def test_a_tree_of_blank_nodes_belongs_to_what_it_hangs_below() -> None:
    graph = entities(turtle("e:a e:b [ e:c ( 1 2 ) ] . e:x e:p _:shared . e:y e:p _:shared . _:top e:q [] ."))
    assert {str(e) for e in graph.by_entity if isinstance(e, NamedNode)} == {f"<{E}{n}>" for n in "axy"}
    assert len(graph.by_entity[NamedNode(E + "a")]) == 6
    assert set(graph.owners.values()) == {NamedNode(E + "a")}
    assert len(graph.by_entity) == 4  # and the blank node above another, which is the only one with statements


def test_equal_blank_nodes_are_counted() -> None:
    one, two = entities(turtle("e:a e:b [] .")), entities(turtle("e:a e:b [], [] ."))
    (change,) = difference(one, two)
    assert (len(change.removed), len(change.added)) == (0, 1)


def test_text_tells_it_to_people() -> None:
    before = turtle(
        'e:a rdfs:label "Ah"@en, "Ach"@de ; e:in [ e:n 1.50 ; e:m ( e:a ) ] . e:in rdfs:label "in"@de . e:c e:d 1 .'
    )
    after = turtle(
        'e:a rdfs:label "Ah"@en, "Ach"@de ; e:in [ e:n 1.5 ; e:m ( e:a ) ] . e:in rdfs:label "in"@de . e:f e:g "x" .'
    )
    changes = difference(entities(before), entities(after))
    prefixes = {"e": E, "xsd": XSD, "rdf": RDF}
    assert "".join(as_text(changes, labels_of(after, before), prefixes, "de")).splitlines() == [
        "Dinge: 1 hinzugefügt, 1 geändert, 1 entfernt; Aussagen: 6 hinzugefügt, 6 entfernt.",
        "",
        f"geändert: Ach <{E}a>",
        '  - in: [e:m: [rdf:first: Ach; rdf:rest: rdf:nil]; e:n: "1.50"^^xsd:decimal]',
        '  + in: [e:m: [rdf:first: Ach; rdf:rest: rdf:nil]; e:n: "1.5"^^xsd:decimal]',
        "",
        f"entfernt: <{E}c>",
        '  - e:d: "1"^^xsd:integer',
        "",
        f"hinzugefügt: <{E}f>",
        '  + e:g: "x"',
    ]
    assert "".join(as_text((), {}, {}, "de")) == "Es gibt keinen Unterschied.\n"


def test_time_grows_with_the_data_and_no_faster() -> None:
    def seconds(size: int) -> float:
        graph = [
            t
            for n in range(size)
            for t in (
                Triple(NamedNode(f"{E}{n}"), NamedNode(E + "p"), Literal(str(n))),
                Triple(NamedNode(f"{E}{n}"), NamedNode(E + "in"), BlankNode(f"x{n}")),
                Triple(BlankNode(f"x{n}"), NamedNode(E + "q"), Literal(str(n))),
                Triple(BlankNode(f"x{n}"), NamedNode(E + "r"), BlankNode(f"y{n}")),
                Triple(BlankNode(f"y{n}"), NamedNode(E + "q"), Literal("z")),
            )
        ]
        began = time.perf_counter()
        assert len(difference(entities(graph), entities(graph[5:]))) == 1
        return time.perf_counter() - began

    assert seconds(8_000) < 4 * 4 * min(seconds(2_000) for _ in range(3))


FILES = {"data/a.ttl": PREFIXES + 'e:a rdfs:label "A" ; e:b [ e:c 1 ] . e:d rdfs:label "D" .\n'}
RULES = {**FILES, "ontology/o.ttl": PREFIXES + "e:b rdfs:domain e:B .\n"}


def test_the_command_compares_releases_and_sources(tmp_path: Path) -> None:
    first = built(tmp_path / "p", FILES).release
    moved = {"data/b.nt": f'<{E}d> <http://www.w3.org/2000/01/rdf-schema#label> "D" .\n', "data/a.ttl": ""}
    moved["data/a.ttl"] = PREFIXES.replace("e:", "f:") + 'f:a f:b _:x ; rdfs:label "A" . _:x f:c 1 .\n'
    write(tmp_path / "p", moved)
    second = built(tmp_path / "p", moved).release
    assert second.path != first.path
    project = str(tmp_path / "p")

    def run(*arguments: str, code: int) -> str:
        done = run_ldpub("diff", *arguments, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    for one, other in ((first.manifest.id, "current"), (str(first.path), project), (project, f"{project}/ldpub.toml")):
        assert run(one, other, "--project", project, code=0) == "Nothing differs.\n"
    assert run("current", "current", "--project", project, "--format", "patch", code=0) == ""
    write(tmp_path / "p", {"data/c.ttl": PREFIXES + 'e:d e:b "ö" .\n', **RULES})
    (tmp_path / "p/data/b.nt").unlink()
    (tmp_path / "p/data/a.ttl").write_text(FILES["data/a.ttl"])
    assert 'e:b: "ö"' not in run("current", project, "--project", project, code=1)
    told = json.loads(run("current", project, "--project", str(tmp_path / "p/releases"), "--format", "json", code=1))
    assert (told["added"], told["changed"], told["statements_added"]) == (1, 1, 2)
    more = json.loads(run("current", project, "--project", project, "--format", "json", "--inferred", code=1))
    assert more["statements_added"] > 2
    assert "is no release" in run("current", "elsewhere", "--project", project, code=2)
    (second.path / "quads.nq").write_text("nonsense")
    assert "cannot be read" in run("current", project, "--project", project, code=2)
    (second.path / "manifest.json").write_text("{")
    assert "cannot be read" in run("current", project, "--project", project, code=2)
    write(tmp_path / "p", {"data/c.ttl": "nonsense"})
    assert "data/c.ttl:1" in run(str(first.path), project, code=2)


def test_the_command_compares_revisions(tmp_path: Path) -> None:
    """The project may stand in a folder of the repository."""
    folder = tmp_path / "repository" / "set"
    write(folder, FILES)
    git = ["git", "-C", str(tmp_path / "repository"), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"], ["tag", "v1"]):
        subprocess.run([*git, *command], check=True)
    (folder / "data/b.ttl").write_text(PREFIXES + "e:new e:b 1 .\n")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "second"], check=True)

    def run(*names: str) -> tuple[int, str]:
        done = run_ldpub("diff", *names, "--project", str(folder), "--format", "patch", check=False)
        return done.returncode, done.stdout

    assert run("HEAD", str(folder)) == (0, "")
    code, patch = run("v1", "HEAD")
    assert (code, len(patch.splitlines())) == (1, 3)
    assert run("v2", "HEAD")[0] == 2


def test_blank_nodes_of_two_files_stay_two(tmp_path: Path) -> None:
    files = {
        "data/a.ttl": PREFIXES + "e:a e:b _:x . _:x e:c 1 .\n",
        "data/b.ttl": PREFIXES + "e:a e:b _:x . _:x e:c 1 .\n",
    }
    release = built(tmp_path, files).release
    graph = [
        q.triple for q in parse(path=release.file("quads.nq")) if q.graph_name != NamedNode(BASE + "graph/catalogue")
    ]
    assert len({t.object for t in graph if t.predicate == NamedNode(E + "b")}) == 2
    assert len(entities(graph).by_entity[NamedNode(E + "a")]) == 4
