"""`ldpub wikidata diff`: each case of the comparison, and what QuickStatements get of it, to the letter."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from pathlib import Path

import pytest

from commands import Run
from small import BASE, write
from wikibase import PREFIXES as WIKIDATA
from wikibase import Dated, label, statement

from .conftest import HEAD, OURS, SETTINGS, THEIRS

EXPECTED = {
    ("missing", "P190", "Q10", "Q11", "P580 1968"),
    ("missing", "P190", "Q10", "Q12", "P580 1968-05"),
    ("missing", "P190", "Q10", "Q13", "P580 1968-05-07, P582 1990"),
    ("missing", "P463", "Q10", "Q500", "P580 2001"),
    ("held", "P190", "Q10", "Q14", "it has ended, but not known when"),
    ("held", "P190", "Q10", "Q15", "it is resting"),
    ("held", "P190", "Q10", "Q16", "none of its sources has an item or a web address"),
    ("held", "P190", "", "Q10", "no item is known of Nameless"),
    ("same", "P190", "Q10", "Q17", ""),
    ("same", "P190", "Q10", "Q18", ""),
    ("same", "P190", "Q10", "Q29", ""),
    ("same", "P463", "Q11", "Q500", ""),
    ("detail", "P190", "Q10", "Q19", "Wikidata's lacks P580 1971, a source"),
    ("conflict", "P190", "Q10", "Q27", "P580: 1947-01-01 to 1987-12-31 here, 1850 in Wikidata"),
    ("conflict", "P190", "Q10", "Q20", "P580: 1972 here, 1975 in Wikidata"),
    ("conflict", "P190", "Q10", "Q22", "Wikidata has it as deprecated"),
    ("conflict", "P190", "Q10", "Q23", "Wikidata states it; we know it as: Friends"),
    ("conflict", "P190", "Q10", "Q24", "Wikidata states it; a source denies it: No twin"),
    ("conflict", "P190", "Q10", "Q26", "P582: it has no end here, 2022 in Wikidata"),
    ("theirs", "P190", "Q10", "Q40", "P580 1999"),
    ("theirs", "P463", "Q10", "Q502", ""),
    ("theirs", "P190", "Q10", "Q19", "P580: 1971-06 in Wikidata, 1971 here"),
    ("theirs", "P190", "Q10", "Q21", "P580: 1973-04-05 in Wikidata, 1973 here"),
    ("theirs", "P190", "Q10", "Q28", "P580: 1979 in Wikidata, 1947-01-01 to 1987-12-31 here"),
    ("theirs", "P190", "Q11", "Q13", "P582: 1995 in Wikidata, no date here"),
    ("unknown", "P190", "Q10", "Q30", "nothing is known of Q30"),
    ("unknown", "P190", "Q10", "Q31", "Q31 was merged into Q999"),
}
DOC = 'S854\t"https://doc.example/a?b=%22c%22"'
BOOK = 'S248\tQ900\tS854\t"https://doc.example/book"'
YEAR, MONTH, DAY = "+1968-00-00T00:00:00Z/9", "+1968-05-00T00:00:00Z/10", "+1968-05-07T00:00:00Z/11"
TOLD = [
    f"Q10\tP190\tQ11\tP580\t{YEAR}\t{BOOK}\t!{DOC}",
    f"Q11\tP190\tQ10\tP580\t{YEAR}\t{BOOK}\t!{DOC}",
    f"Q10\tP190\tQ12\tP580\t{MONTH}\t{DOC}",
    f"Q12\tP190\tQ10\tP580\t{MONTH}\t{DOC}",
    f"Q10\tP190\tQ13\tP580\t{DAY}\tP582\t+1990-00-00T00:00:00Z/9\t{BOOK}",
    f"Q13\tP190\tQ10\tP580\t{DAY}\tP582\t+1990-00-00T00:00:00Z/9\t{BOOK}",
    f"Q10\tP463\tQ500\tP580\t+2001-00-00T00:00:00Z/9\t{DOC}",
    f"Q10\tP190\tQ19\tP580\t+1971-00-00T00:00:00Z/9\t{DOC}",
    f"Q19\tP190\tQ10\t{DOC}",
]


UNHEARD = "Nothing came about 2 of 22 items (Q30, Q31): that is unknown, not gone.\n"


def lines(text: str) -> list[tuple[str, ...]]:
    rows = csv.DictReader(io.StringIO(text))
    return [tuple(row[name] for name in ("kind", "property", "subject", "value", "message")) for row in rows]


def undirected(line: tuple[str, ...]) -> tuple[str, ...]:
    """A line with the items of P190 in one order, for it is the same in both."""
    kind, number, one, other, message = line
    return (kind, number, *(sorted((one, other)) if number == "P190" else (one, other)), message)


def test_every_case(run: Run, project: Path, extract: Path) -> None:
    ran = run("wikidata", "diff", project, "--extract", extract, "--format", "csv")
    assert ran.err == f"No endpoint is asked: Wikidata is what {extract} has of it.\n{UNHEARD}"
    assert ran.code == 1
    assert {undirected(line) for line in lines(ran.out)} == EXPECTED
    assert len(lines(ran.out)) == len(EXPECTED)


def test_quickstatements_to_the_letter(run: Run, project: Path, extract: Path) -> None:
    ran = run("wikidata", "diff", project, "--extract", extract, "--format", "quickstatements")
    assert ran.out.splitlines() == TOLD


def test_no_statement_that_is_there_is_told_again(run: Run, project: Path, extract: Path) -> None:
    """What was told, taken up by Wikidata, leaves nothing to tell."""
    days = {"1968-00-00": "1968-01-01", "1968-05-00": "1968-05-01", "1990-00-00": "1990-01-01"}
    taken = []
    for line in TOLD:
        subject, number, value, *rest = line.split("\t")
        pairs = [pair for pair in zip(rest[::2], rest[1::2], strict=True) if pair[0].startswith("P")]
        dates = [(name, text[1:11], int(text.rpartition("/")[2])) for name, text in pairs]
        whens = [Dated(name, days.get(day, day.replace("-00", "-01")), precision) for name, day, precision in dates]
        if value != "Q19" and subject != "Q19":
            taken.append(statement(subject, number, value, *whens, url="https://doc.example/"))
    extract.write_text(THEIRS + "".join(taken), encoding="utf-8")
    ran = run("wikidata", "diff", project, "--extract", extract, "--format", "quickstatements")
    assert ran.out.splitlines() == TOLD[-2:]


def test_text_tells_each_kind_and_counts_the_same(run: Run, project: Path, extract: Path) -> None:
    ran = run("wikidata", "diff", project, "--extract", extract)
    heads = [line for line in ran.out.splitlines() if not line.startswith("  ")]
    assert heads == [
        "Contradictions: 6",
        "Wikidata lacks: 4",
        "Wikidata lacks a part of: 1",
        "Only in Wikidata: 6",
        "Not for Wikidata: 4",
        "Unknown: 2",
        "The same: 4",
    ]
    assert "  T10 (Q10) P190 Forty (Q40): P580 1999" in ran.out.splitlines(), "what is ours has our name"


def test_where_nothing_is_known_of_any_item_nothing_is_told(run: Run, project: Path, extract: Path) -> None:
    extract.write_text(WIKIDATA + label("Q77", "Elsewhere@en"))
    ran = run("wikidata", "diff", project, "--extract", extract, "--format", "quickstatements")
    assert (ran.code, ran.out) == (2, "")
    assert f"{extract}: nothing is known there of any of the 22 items" in ran.err


def test_an_item_that_is_not_in_the_extract_is_unknown(run: Run, project: Path, extract: Path) -> None:
    """None of its statements is told to Wikidata, in either direction; those of others are."""
    kept = [line for line in THEIRS.splitlines() if not line.startswith("wd:Q12 ")]
    extract.write_text("\n".join(kept))
    ran = run("wikidata", "diff", project, "--extract", extract, "--format", "quickstatements")
    assert ran.out.splitlines() == [line for line in TOLD if "Q12" not in line]
    assert "Nothing came about 3 of 22 items (Q12, Q30, Q31)" in ran.err
    ran = run("wikidata", "diff", project, "--extract", extract)
    assert "  T10 (Q10) P190 T12 (Q12): nothing is known of Q12" in ran.out.splitlines()


class Page(HTMLParser):
    """Tags that are open, texts of cells, and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src") and value]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(("lang", "head"), [("en", "Contradictions: 6"), ("de", "Widersprüche: 6")])
def test_the_page_stands_alone(run: Run, project: Path, extract: Path, lang: str, head: str) -> None:
    hostile = OURS.replace('"Friends"@en', '"<script>alert(1)</script>"@en')
    (project / "data/ours.ttl").write_text(hostile)
    ran = run("wikidata", "diff", project, "--extract", extract, "--format", "html", "--lang", lang)
    page = Page(ran.out)
    assert page.open == []
    assert {"script", "link", "img", "iframe"}.isdisjoint(page.tags)
    assert f'<html lang="{lang}">' in ran.out
    assert head in ran.out
    assert "&lt;script&gt;" in ran.out
    assert set(page.links) <= {link for link in page.links if link.startswith(("http://www.wikidata.org/", BASE))}
    assert "Q10\tP190\tQ11" in ran.out
    assert ran.out == run("wikidata", "diff", project, "--extract", extract, "--format", "html", "--lang", lang).out


def test_where_nothing_differs_the_exit_code_is_0(run: Run, tmp_path: Path, extract: Path) -> None:
    kept = ("e:t10 ", "e:t17 ", "e:same ", "e:doc ", "@prefix")
    ours = "\n".join(line for line in OURS.splitlines() if line.startswith(kept))
    project = write(tmp_path / "one", {"data/x.ttl": ours}, SETTINGS)
    dated = Dated("P580", "1970-01-01", 9)
    extract.write_text(WIKIDATA + statement("Q17", "P190", "Q10", dated, url="https://x.example/"))
    ran = run("wikidata", "diff", project, "--extract", extract)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "The same: 1")
    (project / "data/x.ttl").write_text(HEAD + "e:a a e:Town .\n")
    ran = run("wikidata", "diff", project, "--extract", extract)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "The same: 0")


def test_only_truthy_statements_leave_the_details_open(run: Run, project: Path, extract: Path) -> None:
    kept = [line for line in THEIRS.splitlines() if line.startswith("@prefix") or " wdt:P190 " in line]
    extract.write_text("\n".join(kept))
    ran = run("wikidata", "diff", project, "--extract", extract, "--format", "csv")
    assert ("same", "P190", "Q10", "Q19", "its qualifiers are not in the extract") in map(undirected, lines(ran.out))
    assert not any(line[0] == "detail" for line in lines(ran.out))


def test_two_of_ours_that_contradict_each_other_are_held(run: Run, project: Path, extract: Path) -> None:
    with (project / "data/ours.ttl").open("a") as file:
        file.write('e:again a e:Twin ; e:with e:t11, e:t10 ; e:from "1969"^^xsd:gYear ; e:by e:doc .\n')
    ran = run("wikidata", "diff", project, "--extract", extract, "--format", "csv")
    (line,) = [line for line in lines(ran.out) if {"Q10", "Q11"} == {line[2], line[3]}]
    assert (line[0], "differ in P580" in line[4]) == ("held", True)


def test_settings_and_files_that_are_wrong(run: Run, project: Path, extract: Path, tmp_path: Path) -> None:
    table = tmp_path / "x.tsv"
    table.write_text("qid\nQ1\n")
    ran = run("wikidata", "diff", project, "--extract", table)
    assert (ran.code, "it must be RDF as Wikidata has it" in ran.err) == (2, True)
    ran = run("wikidata", "diff", project, "--extract", extract, "--endpoint", "http://127.0.0.1:9/")
    assert (ran.code, "asks no endpoint" in ran.err) == (2, True)
    settings = (project / "ldpub.toml").read_text()
    for wrong, said in (
        (settings.replace('"e:with"', '"x:with"'), "wikidata.statements: 'x:with' is neither <IRI> nor a name"),
        (settings.replace('property = "P190"', 'property = "190"'), "its property must be a number of Wikidata"),
        (settings.replace('participants = "e:with"', ""), "either participants or a subject and an object"),
        (settings.replace("earliest =", "first ="), "qualifiers: it must be a table"),
        (settings.replace("among =", "amongst ="), "a statement has no amongst"),
        (settings.partition("[[wikidata.statements]]")[0], "the setting wikidata.statements is missing"),
    ):
        (project / "ldpub.toml").write_text(wrong)
        ran = run("wikidata", "diff", project, "--extract", extract)
        assert (ran.code, said in ran.err) == (1, True), ran.err
