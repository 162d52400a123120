"""`ldpub link`: candidates with evidence in a table, a person's yes, a links file; and what breaks off goes on."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from commands import Run
from ldpub.build.linking.links_file import HEAD
from ldpub.build.load import load
from ldpub.build.project import open_project
from reconciler import SCHEMAS, Reconciler, answering
from small import BASE

WD = "http://www.wikidata.org/entity/"


def rows(table: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))


def of(table: Path, name: str) -> dict[str, dict[str, str]]:
    return {row["candidate"]: row for row in rows(table) if row["thing"] == f"{BASE}id/{name}"}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "links.csv"


def test_the_table_has_the_evidence_for_each_candidate(run: Run, towns: Path, service: Reconciler, table: Path) -> None:
    ran = run("link", towns, "--service", service.url, "--table", table)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"Wrote {table}: 7 lines, candidates for 4 more things, 0 accepted.\n"
    north = of(table, "north")
    assert list(north) == ["Q101", "Q102", "Q103"]
    good, province, far = north.values()
    assert (good["fits"], good["same_country"], good["kind"], good["clear"]) == (
        "label: Northford",
        "yes",
        "fits",
        "yes",
    )
    assert float(good["distance_km"]) < 1
    assert good["remark"] == "namesakes with a better or nearly the same score: Q102, Q103"
    assert (province["kind"], province["clear"]) == ("other", "no")
    assert "of another kind: province of Land" in province["remark"]
    assert (far["same_country"], far["clear"]) == ("no", "no")
    assert {"too far away", "in another country"} <= set(far["remark"].split("; "))
    assert {row["clear"] for row in of(table, "twin").values()} == {"no"}
    assert "Q202" in of(table, "twin")["Q201"]["remark"]
    assert of(table, "lost")[""]["remark"] == "no candidate"


def test_a_name_may_fit_by_an_alias_and_becomes_no_formula(
    run: Run, towns: Path, service: Reconciler, table: Path
) -> None:
    run("link", towns, "--service", service.url, "--table", table)
    (port,) = of(table, "port").values()
    assert (port["fits"], port["name"], port["score"]) == ("alias: Porto Novo", "'=Novo Porto", "80")


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason=f"THE SCHEMAS OF THE API ARE NOT AT {SCHEMAS}: set LDPUB_CONFORMANCE")
def test_what_is_asked_conforms_to_the_schemas(run: Run, towns: Path, service: Reconciler, table: Path) -> None:
    """The fixture holds every request and answer against them; here, that there were some, with type and country."""
    service.batch_size = 1
    run("link", towns, "--service", service.url, "--table", table)
    assert len(service.validators) >= 8
    assert len(service.queries) == 5, "a thing is asked by each of its labels"
    assert all(query["type"] == "Q515" and "Q1" in str(query) for query in service.queries)
    sizes = [
        len(body.get("queries", body)) for path, _, body in service.asked if path.endswith(("queries", "reconcile"))
    ]
    assert sizes == [1] * 5
    assert {headers["User-Agent"].split("/")[0] for _, headers, _ in service.asked} == {"ldpub"}


def test_without_data_extension_nothing_is_clear(run: Run, towns: Path, service: Reconciler, table: Path) -> None:
    service.extends = False
    run("link", towns, "--service", service.url, "--table", table, "--accept-clear")
    assert {(row["distance_km"], row["same_country"], row["accept"]) for row in rows(table)} == {("", "", "")}


def test_nothing_is_accepted_but_by_a_person_or_the_flag(
    run: Run, towns: Path, service: Reconciler, table: Path
) -> None:
    run("link", towns, "--service", service.url, "--table", table)
    assert not any(row["accept"] for row in rows(table))
    ran = run("link", towns, "--service", service.url, "--table", table, "--accept-clear")
    assert "candidates for 0 more things, 2 accepted" in ran.out
    assert [row["candidate"] for row in rows(table) if row["accept"]] == ["Q101", "Q301"]


def test_accepted_links_are_written_and_loaded(run: Run, towns: Path, service: Reconciler, table: Path) -> None:
    run("link", towns, "--service", service.url, "--table", table, "--accept-clear")
    ran = run("link", towns, "--write", "--table", table)
    assert ran.out == f"Wrote {towns}/data/links-accepted.ttl: 2 links.\n"
    written = (towns / "data/links-accepted.ttl").read_bytes()
    assert written.decode() == (
        f"{HEAD}<{BASE}id/north> <http://schema.org/sameAs> <{WD}Q101> .\n"
        f"<{BASE}id/port> <http://schema.org/sameAs> <{WD}Q301> .\n"
    )
    run("link", towns, "--write", "--table", table)
    assert (towns / "data/links-accepted.ttl").read_bytes() == written
    assert sum("sameAs" in str(triple.predicate) for triple in load(open_project(towns)).asserted) == 3
    service.asked.clear()
    table.unlink()
    run("link", towns, "--service", service.url, "--table", table)
    assert {row["thing"].rpartition("/")[2] for row in rows(table)} == {"twin", "lost"}, "what is linked is not asked"


def test_what_is_done_is_kept_when_the_service_fails(run: Run, towns: Path, service: Reconciler, table: Path) -> None:
    service.bad = [*[None] * 4, answering(500, b"out of order")]
    ran = run("link", towns, "--service", service.url, "--table", table)
    assert ran.code == 2
    assert "it answers 500. out of order" in ran.err
    assert f"kept in {table}: run again to go on" in ran.err
    first = rows(table)
    assert {row["thing"].rpartition("/")[2] for row in first} == {"lost", "north"}
    first[1]["accept"] = "yes"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, first[0])
        writer.writeheader()
        writer.writerows(first)
    service.asked.clear()
    assert run("link", towns, "--service", service.url, "--table", table).code == 0
    assert len(rows(table)) == 7
    assert of(table, "north")["Q101"]["accept"] == "yes", "what a person wrote stays"
    assert not any("Northford" in str(query) for query in service.queries), "what is known is not asked again"


def test_a_service_that_fails_at_once_leaves_no_table(run: Run, towns: Path, service: Reconciler, table: Path) -> None:
    service.bad = [None, answering(500)]
    ran = run("link", towns, "--service", service.url, "--table", table)
    assert (ran.code, table.exists(), "kept" in ran.err) == (2, False, False)


def test_the_same_answers_give_the_same_bytes(
    run: Run, towns: Path, service: Reconciler, table: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    for path in (table, other):
        run("link", towns, "--service", service.url, "--table", path)
    assert table.read_bytes() == other.read_bytes()


def refused(run: Run, towns: Path, table: Path, text: str) -> Any:
    table.write_text(f"accept,thing,candidate\n{text}", encoding="utf-8")
    ran = run("link", towns, "--write", "--table", table)
    assert ran.code == 1
    assert not (towns / "data/links-accepted.ttl").exists()
    return ran.err


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (f"maybe,{BASE}id/north,Q101\n", "links.csv:2: error: accept is 'maybe'"),
        (f"yes,{BASE}id/north,\n", "links.csv:2: error: the candidate '' cannot be linked"),
        (f"yes,{BASE}id/north,Q1> <x:y\n", "cannot be linked"),
        (
            f"no,{BASE}id/north,Q1\nyes,{BASE}id/nobody,Q1\n",
            "links.csv:3: error: <https://example.org/set/id/nobody> is no",
        ),
        (
            f"yes,{BASE}id/north,Q101\nx,{BASE}id/north,Q102\n",
            "links.csv:3: error: <https://example.org/set/id/north> is",
        ),
    ],
)
def test_a_wrong_line_of_the_table_is_told(run: Run, towns: Path, table: Path, lines: str, said: str) -> None:
    assert said in refused(run, towns, table, lines)


def test_a_table_that_is_none_is_told(run: Run, towns: Path, table: Path) -> None:
    assert run("link", towns, "--write", "--table", table).code == 2
    table.write_bytes(b"\xff\xfe")
    assert "no CSV in UTF-8" in run("link", towns, "--write", "--table", table).err
    table.write_text("a,b\n")
    assert "no table of candidates" in run("link", towns, "--write", "--table", table).err


def test_a_thing_that_is_linked_elsewhere_is_told(run: Run, towns: Path, table: Path) -> None:
    with (towns / "data/towns.ttl").open("a") as file:
        file.write("e:north schema:sameAs wd:Q999 .\n")
    assert "is linked to Q999 already" in refused(run, towns, table, f"yes,{BASE}id/north,Q101\n")


def test_a_file_that_is_kept_by_hand_is_not_overwritten(run: Run, towns: Path, table: Path) -> None:
    own = towns / "data/links-accepted.ttl"
    own.write_text("# mine\n")
    table.write_text(f"accept,thing,candidate\nyes,{BASE}id/north,Q101\n")
    ran = run("link", towns, "--write", "--table", table)
    assert (ran.code, own.read_text()) == (1, "# mine\n")
    assert "kept by hand" in ran.err


def test_settings_that_are_missing_or_wrong_are_told(run: Run, towns: Path, table: Path) -> None:
    settings = (towns / "ldpub.toml").read_text()
    (towns / "ldpub.toml").write_text(settings.replace('"e:in"', '"f:in"'))
    assert "link.country: 'f:in' is neither <IRI> nor a name" in run("link", towns, "--table", table).err
    (towns / "ldpub.toml").write_text(settings.partition("[[link.kinds]]")[0])
    ran = run("link", towns, "--write", "--table", table)
    assert (ran.code, "link.kinds" in run("link", towns, "--extract", towns / "ldpub.toml", "--table", table).err) == (
        2,
        False,
    )
