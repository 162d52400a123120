"""The event stream: whoever replays it has what the release asserts; it only ever grows; old releases may go."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from generated_rdf import graphs, iris
from ldpub.build import event_stream
from ldpub.build.changes import difference
from ldpub.build.compare import release_triples
from ldpub.build.entities import entities
from ldpub.build.event_stream import Occasion, append_members, begin, carry_pages, members_of, next_edition
from ldpub.build.pipeline import build
from ldpub.build.project import open_project
from ldpub.errors import ReleaseError
from ldpub.events import HISTORY, PAGES, History, read_history
from ldpub.namespaces import AS, DCT, PROV, RDF
from ldpub.release import Release, current_release, last_modified, open_release, switch_current, verify_release
from replay import Version, replay, versions
from small import BASE, PREFIXES, SETTINGS, write

RESERVED = st.builds(
    Triple,
    iris,
    st.sampled_from([NamedNode(DCT + "isVersionOf"), NamedNode(PROV + "generatedAtTime")]),
    st.one_of(iris, st.just(Literal("x"))),
) | st.builds(Triple, iris, st.just(NamedNode(RDF + "type")), st.just(NamedNode(AS + "Delete")))
STATES = st.lists(st.tuples(graphs, st.lists(RESERVED, max_size=2)).map(lambda two: two[0] + two[1]), max_size=4)


def stream(folder: Path, history: History) -> list[Version]:
    """The members of a stream on disk."""
    paths = [folder / PAGES / f"{page.name}.nt" for page in history.pages]
    return versions(q.triple for path in paths for q in parse(path=path, format=RdfFormat.N_TRIPLES))


@settings(max_examples=150, deadline=None)
@given(STATES, st.integers(1, 4), st.sampled_from(["2026-01-31", "2025-12-31"]))
def test_replaying_the_stream_gives_the_graph(states: list[list[Triple]], size: int, second_day: str) -> None:
    with tempfile.TemporaryDirectory() as name, patch.object(event_stream, "MEMBERS_PER_PAGE", size):
        before, history, former = entities(()), None, Path()
        contents: dict[str, bytes] = {}
        for number, state in enumerate(states):
            day = second_day if number else "2026-01-31"
            occasion = Occasion(str(number), "digest", BASE, "", day)
            folder = Path(name) / str(number)
            folder.mkdir()
            history = history or begin(occasion)
            carry_pages(history, former, folder)
            after = entities(state)
            changes = difference(before, after)
            if changes:
                edition = next_edition(occasion, history, {})
                history = append_members(folder, BASE, history, edition, members_of(changes, after))
            told = stream(folder, history)
            assert entities(replay(told)) == after
            assert len(told) == history.members == sum(page.members for page in history.pages)
            for page in history.pages:
                content = (folder / PAGES / f"{page.name}.nt").read_bytes()
                assert content.startswith(contents.get(page.name, b""))
                assert page.members <= size
                assert page.is_full == (page.members == size)
                contents[page.name] = content
            assert all(page.is_full for page in history.pages[:-1])
            times = [member.time for member in told]
            assert times == sorted(times)
            assert [page.first for page in history.pages] == sorted(page.first for page in history.pages)
            before, former = after, folder


FILES = {
    "data/a.ttl": PREFIXES
    + 'e:a rdfs:label "A"@en ; e:in [ e:b 1.50 ] . e:z rdfs:label "Z" ; e:in _:x . e:y e:in _:x . _:x e:b 2 .\n',
    "ontology/o.ttl": PREFIXES + "e:in rdfs:domain e:Thing .\n",
}
DATED = (
    SETTINGS
    + """\
version = "1"
issued = "2026-01-31"
modified = "DAY"
"""
)


def published(folder: Path, files: dict[str, str], day: str = "2026-01-31") -> Release:
    """The release of a project with these files, dated; it is whole, and its stream comes to what it asserts."""
    write(folder, files, "")
    (folder / "ldpub.toml").write_text(DATED.replace("DAY", day))
    release = build(open_project(folder)).release
    assert verify_release(release) == []
    told = replay(stream(release.path, read_history(release.path)))
    assert entities(told) == entities(release_triples(release, inferred=False))
    return release


def data(text: str) -> dict[str, str]:
    return {**FILES, "data/a.ttl": PREFIXES + text}


def test_a_release_goes_on_with_the_stream_of_the_one_before(tmp_path: Path) -> None:
    first = published(tmp_path, FILES)
    begun = read_history(first.path)
    assert begun.members == 5  # a, z, y, in, and the blank node that z and y share
    assert [e.counts["added"] for e in begun.editions] == [5]
    assert last_modified(first) == {BASE + f"id/{name}": "2026-01-31T00:00:00Z" for name in ("a", "in", "y", "z")}
    second = published(tmp_path, data('e:a rdfs:label "A"@en ; e:in [ e:b 1.5 ] . e:z rdfs:label "Z" .'), "2026-02-01")
    history = read_history(second.path)
    assert history.origin == begun.origin
    assert history.editions[0] == begun.editions[0]
    edition = history.editions[1]
    assert (edition.timestamp, edition.version, edition.release) == ("2026-02-01T00:00:00Z", "1", second.manifest.id)
    assert edition.counts == {
        "added": 0, "changed": 2, "removed": 2, "statements_added": 2, "statements_removed": 5,
    }  # fmt: skip
    assert last_modified(second) == {
        BASE + "id/a": "2026-02-01T00:00:00Z",
        BASE + "id/in": "2026-01-31T00:00:00Z",
        BASE + "id/z": "2026-02-01T00:00:00Z",
    }
    new = stream(second.path, history)[begun.members :]
    gone = {v.entity.value.removeprefix(BASE): v.triples is None for v in new if "genid" not in v.entity.value}
    assert gone == {"id/a": False, "id/y": True, "id/z": False}
    shutil.rmtree(first.path)
    third = published(tmp_path, data('e:a rdfs:label "B"@en .'), "2026-02-01")
    assert read_history(third.path).editions[:2] == history.editions
    assert read_history(third.path).editions[2].timestamp == "2026-02-01T00:00:01Z"


def test_changes_are_told_with_labels_of_what_was_and_is(tmp_path: Path) -> None:
    first = published(tmp_path, data('e:a rdfs:label "A"@en ; e:b 1 . e:c rdfs:label "C"@de . <urn:x> e:b 1 .'))
    assert json.loads(first.file("changes/1.json").read_text()) == []
    second = published(tmp_path, data('e:a rdfs:label "Ah"@en ; e:b 1 . e:d rdfs:label "D"@de . <urn:x> e:b 2 .'))
    told = json.loads(second.file("changes/2.json").read_text())
    assert [(t["value"].removeprefix(BASE + "id/"), t["change"], t["labels"]) for t in told] == [
        ("a", "changed", {"en": "Ah"}),
        ("c", "removed", {"de": "C"}),
        ("d", "added", {"de": "D"}),
        ("urn:x", "changed", {}),
    ]
    assert [row["value"]["value"] for row in (*told[0]["removed"], *told[0]["added"])] == ["A", "Ah"]
    assert told[1]["removed"] == told[2]["added"] == []


def test_the_same_input_after_the_same_release_is_the_same_to_the_byte(tmp_path: Path) -> None:
    with patch.object(event_stream, "MEMBERS_PER_PAGE", 2):
        releases = []
        for name in ("one", "two"):
            published(tmp_path / name, FILES)
            releases.append(published(tmp_path / name, data('e:a rdfs:label "B"@en ; e:in [] .')))
        one, two = releases
        assert one.manifest.files == two.manifest.files
        assert {f"ldes/{page.name}.nt" for page in read_history(one.path).pages} <= set(one.manifest.files)
        assert len(read_history(one.path).pages) > 3


def test_full_pages_are_one_file_and_copies_where_the_disk_cannot(tmp_path: Path) -> None:
    with patch.object(event_stream, "MEMBERS_PER_PAGE", 2):
        releases = [published(tmp_path, FILES), published(tmp_path, data("e:a e:b 1 ."))]
        with patch.object(os, "link", side_effect=OSError("no links here")):
            releases.append(published(tmp_path, data("e:a e:b 2 .")))
    full = read_history(releases[0].path).pages[0].name
    inodes = [(release.path / f"ldes/{full}.nt").stat().st_ino for release in releases]
    assert inodes[0] == inodes[1] != inodes[2]


def test_what_is_not_asserted_changes_nothing(tmp_path: Path) -> None:
    first = published(tmp_path, FILES)
    question = {"ontology/questions/1.rq": "# en: All?\nASK { ?s ?p ?o }", "data/b.ttl": FILES["data/a.ttl"]}
    question["data/b.ttl"] = PREFIXES + 'e:a rdfs:label "A"@en .'
    second = published(tmp_path, {**FILES, **question}, "2026-03-01")
    assert second.path != first.path
    assert read_history(second.path) == read_history(first.path)
    assert last_modified(second) == last_modified(first)


def test_the_stream_goes_on_though_the_site_went_back(tmp_path: Path) -> None:
    first = published(tmp_path, FILES)
    second = published(tmp_path, data("e:a e:b 2 ."))
    switch_current(tmp_path / "releases", first.manifest.id)
    third = published(tmp_path, data("e:a e:b 3 ."))
    assert read_history(third.path).editions[:2] == read_history(second.path).editions
    back = published(tmp_path, FILES)  # what the first release says, on the same day: yet not the first release
    assert back.manifest.digest == first.manifest.digest or back.manifest.inputs == first.manifest.inputs
    assert back.path != first.path
    assert len(read_history(back.path).editions) == 4


def test_another_beginning_has_other_pages(tmp_path: Path) -> None:
    one = read_history(published(tmp_path / "one", FILES).path)
    same = read_history(published(tmp_path / "same", FILES).path)
    other = read_history(published(tmp_path / "other", data("e:a e:b 1 .")).path)
    assert one == same
    assert one.origin != other.origin
    gone = f"{other.origin}-1"
    assert one.had(gone)
    assert not any(one.had(name) for name in (f"{one.origin}-1", f"{one.origin}-2", "x", f"{other.origin}-0", "a-b"))


def test_a_damaged_release_is_not_gone_on_from(tmp_path: Path) -> None:
    first = published(tmp_path, FILES)
    second = published(tmp_path, data("e:a e:b 2 ."))
    (second.path / "quads.nq").unlink()
    third = published(tmp_path, data("e:a e:b 3 ."))
    assert [e.release for e in read_history(third.path).editions] == [first.manifest.id, third.manifest.id]
    (third.path / HISTORY).write_text("[]")
    with pytest.raises(ReleaseError, match="damaged"):
        read_history(third.path)
    assert read_history(published(tmp_path, data("e:a e:b 4 .")).path).editions[0].release == first.manifest.id


def test_another_base_is_another_stream(tmp_path: Path) -> None:
    first = published(tmp_path, FILES)
    (tmp_path / "ldpub.toml").write_text(DATED.replace("DAY", "2026-01-31").replace(BASE, "https://example.org/moved/"))
    moved = build(open_project(tmp_path)).release
    assert len(read_history(moved.path).editions) == 1
    assert read_history(moved.path).origin != read_history(first.path).origin


def test_without_a_day_the_release_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    write(tmp_path, FILES, "")
    release = build(open_project(tmp_path)).release
    assert read_history(release.path).timestamp == "2023-11-14T00:00:00Z"
    (tmp_path / "ldpub.toml").write_text(SETTINGS + 'issued = "2024-01-01"\n')
    write_again = PREFIXES + "e:new e:b 1 .\n"
    (tmp_path / "data/n.ttl").write_text(write_again)
    assert read_history(build(open_project(tmp_path)).release.path).timestamp == "2024-01-01T00:00:00Z"


def test_nothing_at_all_is_an_empty_stream(tmp_path: Path) -> None:
    release = published(tmp_path, {"data/a.ttl": PREFIXES})
    assert read_history(release.path).pages == ()
    assert last_modified(release) == {}


def test_times_of_a_damaged_database_cannot_be_read(tmp_path: Path) -> None:
    release = published(tmp_path, FILES)
    with sqlite3.connect(release.file("documents.sqlite")) as connection:
        connection.execute("drop table modified")
    with pytest.raises(ReleaseError, match=r"documents\.sqlite is damaged"):
        last_modified(open_release(release.path))
    assert current_release(tmp_path / "releases") is not None


def test_a_day_of_change_that_did_not_move_is_told(tmp_path: Path) -> None:
    def told(name: str, day: str) -> list[tuple[str | None, int | None, str]]:
        files = {"data/x.ttl": f"{PREFIXES}e:{name} a e:A ."}
        publication = build(open_project(write(tmp_path, files, f'modified = "{day}"\n')))
        notices = [notice for notice in publication.dataset.notices if notice.code == "project.modified"]
        return [(notice.file, notice.line, notice.severity) for notice in notices]

    line = SETTINGS.count("\n") + 1
    assert told("a", "2026-01-02") == []
    assert told("b", "2026-01-03") == []
    assert told("b", "2026-01-02") == [], "nothing changed but the day"
    assert told("c", "2026-01-03") == [("ldpub.toml", line, "warning")]
    assert told("d", "2026-01-01") == [("ldpub.toml", line, "warning")]
