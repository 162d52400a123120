"""Publishing: the same input is the same release to the byte, and what goes wrong leaves the former one as it was."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, Store, Triple, parse

from conftest import run_ldpub
from generated_rdf import graphs
from ldpub.build.canonical import canonical
from ldpub.build.pipeline import build
from ldpub.build.project import open_project
from ldpub.build.rows import Rows
from ldpub.errors import LdpubError, UsageError
from ldpub.release import Release, current_release, open_release, verify_release
from small import BASE, PREFIXES, built, by_graph, write

G = NamedNode(BASE + "graph")
DATA = (
    PREFIXES
    + 'e:a a e:A ; e:name "Ä"@DE, 1.50, 01, "1"^^xsd:boolean ; e:knows [ e:name "b" ; e:knows _:c ] . _:c a e:A .\n'
)
FILES = {
    "ontology/o.ttl": PREFIXES + "e:A rdfs:subClassOf e:B . <o> a owl:Ontology ; owl:versionIRI <o/1> .\n",
    "data/x.ttl": DATA,
    "shapes/s.ttl": PREFIXES
    + "e:s a sh:NodeShape ; sh:targetClass e:A ; sh:property [ sh:path e:name ; sh:minCount 1 ;\n"
    "  sh:severity sh:Warning ] .",
    "ontology/questions/1.rq": "# en: All?\nSELECT * { ?s ?p ?o }",
}


def current(folder: Path) -> Release:
    """The current release, which is whole."""
    release = current_release(folder / "releases")
    assert release is not None
    assert verify_release(release) == []
    return release


def again(folder: Path) -> tuple[Release, bool]:
    made = build(open_project(folder))
    assert made.release.path == current(folder).path
    return made.release, made.is_new


@settings(max_examples=60, deadline=None)
@given(graphs, st.randoms(use_true_random=False))
def test_names_of_blank_nodes_change_nothing(graph: list[Triple], chance: random.Random) -> None:
    letters = chance.sample("abcdefgh", 6)
    names = {letter: BlankNode(f"n{other}") for letter, other in zip("abcdef", letters, strict=True)}

    def renamed(triple: Triple) -> Quad:
        s, o = (names[t.value] if isinstance(t, BlankNode) else t for t in (triple.subject, triple.object))
        return Quad(s, triple.predicate, o, G)  # type: ignore[arg-type]

    quads = [Quad(triple.subject, triple.predicate, triple.object, G) for triple in graph]
    others = [renamed(triple) for triple in graph]
    chance.shuffle(others)
    theirs = Dataset(others)
    theirs.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert (
        list(canonical(Rows.of(by_graph(quads))))
        == list(canonical(Rows.of(by_graph(others))))
        == sorted(theirs, key=str)
    )


def test_the_digest_is_that_of_the_canonical_form(tmp_path: Path) -> None:
    release = built(tmp_path, FILES, "").release
    content = release.file("quads.nq").read_bytes()
    assert release.manifest.digest == hashlib.sha256(content).hexdigest()
    lines = content.decode().splitlines(keepends=True)
    assert lines == sorted(lines)
    canonical = Dataset(parse(content, format=RdfFormat.N_QUADS))
    canonical.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert sorted(f"{quad} .\n" for quad in canonical) == lines
    assert "_:c14n0" in content.decode()


def test_the_same_input_is_the_same_release_in_any_folder(tmp_path: Path) -> None:
    """In two processes too: hashes of strings differ between them."""
    releases: list[Release] = []
    for name in ("one", "another/deep"):
        folder = write(tmp_path / name, FILES, "")
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "PYTHONHASHSEED": str(len(releases) + 1)}
        subprocess.run([sys.executable, "-m", "ldpub.cli", "build", str(folder)], check=True, env=environment)
        releases.append(current(folder))
    one, other = releases
    assert one.manifest == other.manifest
    assert one.manifest.id == f"2023-11-14-{one.manifest.digest[:6]}"
    names = {"quads.nq", "documents.sqlite", "catalogue.ttl", "report.ttl", "report.jsonl", "questions.json"}
    names |= {"claims.json", "vocabulary.json", "pictures.json", "pages.json"}
    names |= {"search.sqlite", "lists.sqlite", "reconciliation.sqlite"}
    names |= {"changes.json", "changes/1.json", *(n for n in one.manifest.files if n.startswith("ldes/"))}
    names |= {"void.ttl", "quality.json", "robots.txt", "sitemap.xml", "page-dates.json", "catalogue/datasets/set.ttl"}
    names |= {f"dumps/set.{form}.{coding}" for form in ("nq", "nt", "ttl", "rdf", "jsonld") for coding in ("gz", "zst")}
    names |= {"dumps/set.csv.zip"} | {f"dumps/set/{name}" for name in ("A.csv", "B.csv", "csv-metadata.json")}
    assert names == set(one.manifest.files)
    for name in one.manifest.files:
        assert one.file(name).read_bytes() == other.file(name).read_bytes(), name
    assert str(tmp_path) not in one.file("quads.nq").read_text(encoding="utf-8")


def test_nothing_new_is_no_new_release(tmp_path: Path) -> None:
    first = built(tmp_path, FILES, "").release
    assert again(tmp_path) == (first, False)
    assert {path.name for path in (tmp_path / "releases").iterdir()} == {first.manifest.id, "current"}


def test_another_question_is_another_release_of_the_same_data(tmp_path: Path) -> None:
    first = built(tmp_path, FILES, "").release
    write(tmp_path, {"ontology/questions/1.rq": "# en: Something?\nASK { ?s ?p ?o }"}, "")
    second, is_new = again(tmp_path)
    assert is_new
    assert second.manifest.digest == first.manifest.digest
    assert second.manifest.id == f"{first.manifest.id}-2"
    assert json.loads(second.file("questions.json").read_text())[0]["titles"] == {"en": "Something?"}
    assert verify_release(first) == []


def test_a_damaged_release_is_built_again(tmp_path: Path) -> None:
    first = built(tmp_path, FILES, "").release
    first.file("quads.nq").unlink()
    second, is_new = again(tmp_path)
    assert is_new
    assert second.path != first.path
    (second.path / "manifest.json").write_text("{")
    third, is_new = again(tmp_path)
    assert is_new
    assert third.path not in (first.path, second.path)


def test_a_release_that_was_not_switched_to_is_switched_to(tmp_path: Path) -> None:
    first = built(tmp_path, FILES, "").release
    (tmp_path / "releases/current").unlink()
    assert again(tmp_path) == (first, True)
    assert len(list((tmp_path / "releases").iterdir())) == 2


def test_leftovers_are_swept_and_what_is_at_work_is_left(tmp_path: Path) -> None:
    write(tmp_path, FILES, "")
    releases = tmp_path / "releases"
    gone = [releases / f".building-{2**22 + 1}", releases / ".building-x", releases / ".building-" / "store"]
    for path in gone:
        path.mkdir(parents=True)
    (releases / f".current-{2**22 + 1}").symlink_to("nothing")
    at_work = releases / f".building-{os.getppid()}"
    at_work.mkdir()
    made, _ = again(tmp_path)
    assert {path.name for path in releases.iterdir()} == {made.manifest.id, "current", at_work.name}


@pytest.mark.parametrize("epoch", ["", "soon", "1.5", "9" * 30, "-" + "9" * 30])
def test_a_wrong_epoch_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        built(tmp_path, FILES, "")


def test_the_manifest_says_what_is_in_the_release(tmp_path: Path) -> None:
    made = built(tmp_path, FILES, "")
    manifest = made.release.manifest
    assert manifest.versions == {f"{BASE}o/1": f"{BASE}o"}
    assert manifest.counts["files"] == 3
    assert manifest.counts["warnings"] == 1
    assert manifest.counts["violations"] == 0
    assert manifest.default_graphs == tuple(f"{BASE}graph/{n}" for n in ("ontology", "data/x", "inferred", "catalogue"))
    dump = gzip.decompress(made.release.file("dumps/set.nt.gz").read_bytes())
    triples = {quad.triple for quad in parse(dump, format=RdfFormat.N_TRIPLES)}
    turtle = gzip.decompress(made.release.file("dumps/set.ttl.gz").read_bytes())
    assert {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)} == triples
    assert len(triples) == manifest.counts["triples"] - len(made.dataset.graph("catalogue"))
    store = Store.read_only(str(made.release.file("store")))
    assert len(list(store.quads_for_pattern(None, None, None, NamedNode(f"{BASE}graph/inferred")))) == 2


def test_documents_hold_terms_exactly_as_written(tmp_path: Path) -> None:
    release = built(tmp_path, FILES, "").release
    database = sqlite3.connect(f"file:{release.file('documents.sqlite')}?mode=ro", uri=True)
    names = dict(database.execute("select id, text from term"))
    rows = list(database.execute("select s, p, o, g from statement"))
    labels = list(database.execute("select * from label"))
    database.close()
    said = sorted(" ".join(names[number] for number in row) + " .\n" for row in rows)
    assert said == release.file("quads.nq").read_text(encoding="utf-8").splitlines(keepends=True)
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert {f'"1.50"^^<{xsd}decimal>', f'"01"^^<{xsd}integer>', f'"1"^^<{xsd}boolean>', '"Ä"@de'} <= set(names.values())
    assert ("Small set", "en") in {(text, tag) for _, tag, text, _ in labels}


WRONG = {
    "a syntax error": {"data/y.ttl": "<a> <b> ."},
    "a violation": {
        "data/y.ttl": PREFIXES + "e:y a e:A .",
        "shapes/s.ttl": FILES["shapes/s.ttl"].replace("Warning", "Violation"),
    },
    "a contradiction": {"data/y.ttl": PREFIXES + "e:A owl:disjointWith e:B ."},
    "wrong settings": {"ldpub.toml": "[project]\n"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_leaves_the_former_release(tmp_path: Path, wrong: str) -> None:
    first = built(tmp_path, FILES, "").release
    write(tmp_path, {name: text for name, text in WRONG[wrong].items() if name != "ldpub.toml"}, "")
    if "ldpub.toml" in WRONG[wrong]:
        (tmp_path / "ldpub.toml").write_text(WRONG[wrong]["ldpub.toml"])
    run = run_ldpub("build", str(tmp_path), check=False)
    assert (run.returncode, run.stdout) == (1, "")
    assert "error: " in run.stderr
    assert "Traceback" not in run.stderr
    assert current(tmp_path) == first
    assert len(list((tmp_path / "releases").iterdir())) == 2


@pytest.mark.parametrize("limit", [0, 100, 2_000, 20_000, 60_000, 100_000])
def test_a_full_disk_leaves_the_former_release(tmp_path: Path, limit: int) -> None:
    """Simulated by the largest size that a file may have: writing more fails as it does on a full disk."""
    first = built(tmp_path, FILES, "").release
    more = "".join(f'<{BASE}id/{n}> <{BASE}id/p> "{n}" .\n' for n in range(1000))
    write(tmp_path, {"data/more.ttl": more}, "")
    run = subprocess.run(
        [sys.executable, "-B", "-m", "ldpub.cli", "build", str(tmp_path)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("No release could be written in ")
    assert "The former one stays current." in run.stderr
    assert current(tmp_path) == first
    assert len(list((tmp_path / "releases").iterdir())) == 2
    assert again(tmp_path)[1]


def test_a_disk_that_is_really_full_leaves_the_former_release(tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(tmp_path / "releases")]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small tmpfs is not permitted here: a full disk is only simulated")
    try:
        first = built(tmp_path, FILES, "").release
        write(tmp_path, {"data/more.ttl": "".join(f"<a{n}> <p> <{'x' * 99}{n}> .\n" for n in range(3000))}, "")
        run = run_ldpub("build", str(tmp_path), check=False)
        assert run.returncode == 1
        assert run.stderr.startswith("No release could be written in ")
        assert current(tmp_path) == first
        assert len(list((tmp_path / "releases").iterdir())) == 2
    finally:
        subprocess.run(["umount", str(tmp_path / "releases")], check=True)


@pytest.mark.parametrize("obstacle", ["a file", "a folder named current", "a folder without rights"])
def test_a_folder_that_cannot_be_written(tmp_path: Path, obstacle: str) -> None:
    write(tmp_path, FILES, "")
    releases = tmp_path / "releases"
    if obstacle == "a file":
        releases.touch()
    elif obstacle == "a folder named current":
        (releases / "current").mkdir(parents=True)
        (releases / "current/x").touch()
    elif os.geteuid() == 0:
        pytest.skip("root writes anywhere")
    else:
        releases.mkdir(0o500)
    with pytest.raises(LdpubError, match="No release could be written"):
        build(open_project(tmp_path))
    assert not list(releases.glob(".building-*"))


def test_a_build_killed_at_any_moment_leaves_the_former_release(tmp_path: Path) -> None:
    """Killed again and again, from the first moment to past the last; the release is that of one input or the other."""
    first = built(tmp_path, FILES, "").release
    write(tmp_path, {"data/more.ttl": "".join(f"<a{n}> <p> {n} .\n" for n in range(3000))}, "")
    command = [sys.executable, "-c", "from ldpub.cli import main; main()", "build", str(tmp_path)]
    seconds = _seconds(command, tmp_path)
    chance = random.Random(7)
    killed = 0
    for n in range(15):
        write(tmp_path, {"data/new.ttl": f"<new> <p> {n} ."}, "")
        before = current(tmp_path)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds * (0.4 + 0.6 * (n + chance.random()) / 15))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        after = current(tmp_path)
        assert after == before or after.manifest.inputs != before.manifest.inputs
    assert killed >= 5
    assert verify_release(first) == []
    made, _ = again(tmp_path)
    left = {path.name for path in (tmp_path / "releases").iterdir() if path.name.startswith(".")}
    assert left == set()
    for path in (tmp_path / "releases").iterdir():
        assert verify_release(open_release(path)) == []
    assert again(tmp_path) == (made, False)


def _seconds(command: list[str], folder: Path) -> float:
    """How long such a build takes here and now."""
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - began
    current(folder)
    return seconds
