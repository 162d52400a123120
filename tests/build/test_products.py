"""Data sets that are parts of the data: each with its own graphs, dumps and description; the feed in pages."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from ldpub.build.pipeline import build, check
from ldpub.errors import SourceError
from ldpub.namespaces import DCAT, DCT, RDF
from small import BASE, PREFIXES, built, project

FILES = {
    "ontology/o.ttl": PREFIXES + "e:A rdfs:subClassOf e:Z .",
    **{f"data/{n}.ttl": f"{PREFIXES}e:t{n} a e:A ; rdfs:label 'Thing {n}'@en ." for n in range(5)},
}
PART = """\
[[catalogue.products]]
slug = "%s"
title = { en = "Part %s" }
description = { en = "A part" }
graphs = ["%s"]
"""


def parts(*graphs: str) -> str:
    return "".join(PART % (f"part-{n}", n, graph) for n, graph in enumerate(graphs))


def read(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)]


def subjects(triples: list[Triple], kind: str) -> list[str]:
    wanted = (NamedNode(RDF + "type"), NamedNode(DCAT + kind))
    return sorted(str(t.subject)[1:-1] for t in triples if (t.predicate, t.object) == wanted)


def test_a_part_holds_the_statements_of_its_graphs(tmp_path: Path) -> None:
    settings = parts("data/1", "data/[23]") + 'keywords = { en = ["own"] }\n'
    release = built(tmp_path, FILES, settings).release
    things = {}
    for slug in ("set", "part-0", "part-1"):
        content = gzip.decompress(release.file(f"dumps/{slug}.nt.gz").read_bytes())
        things[slug] = {str(q.subject) for q in parse(content, format=RdfFormat.N_TRIPLES)}
        assert release.file(f"dumps/{slug}.csv.zip").is_file()
    assert things["part-0"] == {f"<{BASE}id/t1>"}
    assert things["part-1"] == {f"<{BASE}id/t2>", f"<{BASE}id/t3>"}
    assert things["set"] > things["part-1"]
    feed = read(release.file("catalogue.ttl"))
    assert subjects(feed, "Dataset") == [f"{BASE}dataset/{slug}" for slug in ("part-0", "part-1", "set")]
    own = {t.object.value for t in feed if t.predicate.value == DCAT + "keyword"}  # type: ignore[union-attr]
    assert own == {"own"}


def test_what_belongs_to_a_data_set_is_all_that_can_be_reached_and_no_other_data_set(tmp_path: Path) -> None:
    release = built(tmp_path, FILES, parts("data/1", "data/2")).release
    feed = read(release.file("catalogue.ttl"))
    for slug in ("set", "part-0", "part-1"):
        own = read(release.file(f"catalogue/datasets/{slug}.ttl"))
        assert set(own) < set(feed)
        assert subjects(own, "Dataset") == [f"{BASE}dataset/{slug}"]
        assert len(subjects(own, "Distribution")) == (12 if slug == "set" else 11)
        reached, known = {f"<{BASE}dataset/{slug}>"}, {str(t.subject) for t in feed}
        while new := {str(t.object) for t in feed if str(t.subject) in reached} & known - reached:
            reached |= new
        assert {str(t.subject) for t in own} == reached, "a harvester follows every link"


def test_pages_hold_every_data_set_once(tmp_path: Path) -> None:
    graphs = [f"data/{n}" for n in range(5)]
    release = built(tmp_path, FILES, f"[catalogue]\npage_size = 4\n{parts(*graphs)}").release
    feed = read(release.file("catalogue.ttl"))
    pages = [read(path) for path in sorted(release.file("catalogue/pages").iterdir())]
    assert [len(subjects(page, "Dataset")) for page in pages] == [4, 2]
    assert sorted(iri for page in pages for iri in subjects(page, "Dataset")) == subjects(feed, "Dataset")
    assert {triple for page in pages for triple in page} == set(feed)
    for page in pages:
        listed = {str(t.object)[1:-1] for t in page if t.predicate.value == DCAT + "dataset"}
        assert listed == set(subjects(page, "Dataset"))
        assert subjects(page, "Catalog") == [BASE + "catalog"]
        services = [t for t in page if t.predicate.value == DCAT + "service"]
        assert len(services) == len(subjects(page, "DataService")) == (2 if page is pages[0] else 0)
        for kind in ("service", "servesDataset", "dataset", "distribution"):
            targets = {str(t.object) for t in page if t.predicate.value == DCAT + kind}
            assert targets <= {str(t.subject) for t in page}, "each page says what it links to"
    assert not built(tmp_path / "one", FILES, parts(*graphs)).release.file("catalogue/pages").exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (parts("data/none"), "the data set part-0 names no graph that is there"),
        (parts("data/1").replace("part-0", "set"), "two data sets have the slug set"),
        (parts("data/1") + parts("data/1"), "two data sets have the slug part-0"),
    ],
)
def test_parts_that_are_none(tmp_path: Path, settings: str, said: str) -> None:
    with pytest.raises(SourceError) as raised:
        check(project(tmp_path, FILES, settings))
    assert said in str(raised.value)
    assert raised.value.faults[0].line is not None


def test_titles_of_distributions_are_in_the_languages_of_the_title(tmp_path: Path) -> None:
    feed = read(built(tmp_path, FILES, "").release.file("catalogue.ttl"))
    node = f"{BASE}dataset/set/dist/turtle-gz"
    found = {str(t.object) for t in feed if (str(t.subject), t.predicate.value) == (f"<{node}>", DCT + "title")}
    assert found == {'"Small set as Turtle (gzip)"@en', '"Kleine Menge als Turtle (gzip)"@de'}


def test_the_feed_repeats_until_the_data_changes(tmp_path: Path) -> None:
    one = built(tmp_path / "one", FILES, "").release.file("catalogue.ttl").read_bytes()
    assert one == built(tmp_path / "two", FILES, "").release.file("catalogue.ttl").read_bytes()
    assert (
        one
        != built(tmp_path / "three", {**FILES, "data/9.ttl": "<a> <b> <c> ."}, "")
        .release.file("catalogue.ttl")
        .read_bytes()
    )
    assert build(project(tmp_path / "one", FILES, "")).is_new is False
