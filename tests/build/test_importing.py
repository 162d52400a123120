"""Import: mappings from tables to Turtle, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ldpub.build.importing import import_tables, write_import
from ldpub.build.importing.expressions import decimal, slug
from ldpub.build.importing.lookups import kilometres
from ldpub.build.importing.tables import read_table
from ldpub.build.importing.turtle import turtle
from ldpub.errors import SourceError, UsageError
from small import project

BASE = "https://example.org/set/id/"
SETTINGS = f"""\
[project.prefixes]
e = "{BASE}"
[sources]
data = ["data/**/*.ttl"]
"""
MAPPING = """\
table = "data/tables/towns.tsv"
output = "data/world/towns.ttl"
graph = [["dct:license", "<https://creativecommons.org/publicdomain/zero/1.0/>"]]
head = ["Towns."]

[columns]
id = { pattern = "[0-9]+", required = true }
name = {}
since = {}
lat = { nothing = "-99" }
long = {}

[lookups.known]
table = "data/tables/known.csv"
keys = [["{name|fold}"]]
distinct = "{key}"
point = ["{lat}", "{long}"]

[lookups.old]
files = ["data/old.ttl"]
property = "schema:sameAs"
by = "object"

[values]
key = { lookup = "known", key = ["{name|fold}"], take = "{key}", report = "town", near = { lat = "{lat}", long = "{long}", km = 20 } }
old = { lookup = "old", key = [{ iri = "<https://example.com/{key}>" }] }
town = { first = ["{old}", { iri = "e:{id}" }] }
size = { case = "{name}", of = { Ulm = "big" } }
both = { sorted = ["q{id}", "q9"], between = "-" }
other = { differing = "{name}", from = "Ulm" }

[[fixed]]
iri = "e:list"
properties = [["rdfs:label", { text = "List", language = "en" }]]

[[things]]
iri = "{town}"
properties = [
  ["a", "e:Town"],
  ["rdfs:label", { text = "{name}", language = "de" }],
  ["e:since", { text = "{since}", datatype = "date" }],
  ["wgs84:lat", { text = "{lat|decimal}", datatype = "xsd:decimal" }],
  ["e:size", { text = "{size}" }],
  ["e:both", { text = "{both}" }],
  ["e:other", { text = "{other}" }],
]

[[things]]
iri = "e:new-{name|slug}"
unless = ["{key}"]
when = ["{name}"]
properties = [["e:called", { text = "{name}" }], ["e:page", "<https://example.com/?q={name}>"]]
"""  # noqa: E501 - TOML 1.0 wants an inline table on one line
TOWNS = "id\tname\tsince\tlat\tlong\n"
KNOWN = 'name,key,lat,long\n"Ulm",ulm,48.4,10\nNeuss,neuss,51.2,6.7\nRoth,one,49,11\nRoth,one,49,11\n'
OLD = f"<{BASE}ulm> <http://schema.org/sameAs> <https://example.com/ulm> .\n"


def files(towns: str, mapping: str = MAPPING) -> dict[str, str]:
    return {
        "data/mappings/towns.toml": mapping,
        "data/tables/towns.tsv": TOWNS + towns,
        "data/tables/known.csv": KNOWN,
        "data/old.ttl": OLD,
    }


def triples(folder: Path, towns: str, mapping: str = MAPPING) -> set[str]:
    """What the import makes, without what is said of the graph and in [[fixed]]."""
    (imported,) = import_tables(project(folder, files(towns, mapping), PREFIXED))
    content = imported.files["data/world/towns.ttl"]
    found = [quad.triple for quad in parse(content, format=RdfFormat.TURTLE)]
    apart = ("<https://example.org/set/graph/data/world/towns>", f"<{BASE}list>")
    return {str(one).replace(BASE, "") for one in found if str(one.subject) not in apart}


PREFIXED = SETTINGS.replace("[sources]", 'wgs84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"\n[sources]')


def test_a_row_becomes_triples_and_a_known_thing_keeps_its_iri(tmp_path: Path) -> None:
    made = triples(tmp_path, "10\tULM\t1968-05\t48.41\t10,0\n".replace("10,0", "10.0"))
    month = '"1968-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'
    assert f"<ulm> <since> {month}" in made
    assert '<ulm> <http://www.w3.org/2000/01/rdf-schema#label> "ULM"@de' in made
    assert '<ulm> <both> "q9-q10"' in made
    assert not any("new-ulm" in one for one in made)


def test_what_is_empty_states_nothing(tmp_path: Path) -> None:
    assert triples(tmp_path, "1\t\t\t-99\t\n") == {
        "<1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <Town>",
        '<1> <both> "q1-q9"',
    }


def test_a_case_and_a_differing_value(tmp_path: Path) -> None:
    made = triples(tmp_path, "1\tUlm\t\t\t\n2\tBonn\t\t\t\n")
    assert '<1> <size> "big"' in made
    assert '<2> <other> "Bonn"' in made
    assert not any(one.startswith(("<1> <other>", "<2> <size>")) for one in made)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1\tBonn\t\t1\t1\n", "none"),
        ("1\tUlm\t\t\t\n", "no point"),
        ("1\tUlm\t\t50\t10\n", "far"),
        ("1\tRoth\t\t49\t11\n", "none"),  # the table says it twice: neither is trusted
    ],
)
def test_what_is_not_matched_is_reported_and_not_guessed(tmp_path: Path, row: str, why: str) -> None:
    (imported,) = import_tables(project(tmp_path, files(row), PREFIXED))
    report = imported.files["data/world/towns.unmatched.csv"].decode()
    assert imported.unmatched == 1
    assert report.startswith(f"line,what,why,key\n2,town,{why},")


@settings(deadline=None, max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_a_cell_never_leaves_its_term(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("cell")
    cell = name.strip()
    (imported,) = import_tables(project(folder, files(f"1\t{name}\t\t\t\n"), PREFIXED))
    found = [quad.triple for quad in parse(imported.files["data/world/towns.ttl"], format=RdfFormat.TURTLE)]
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    assert [t.object.value for t in found if t.predicate == label and t.subject == NamedNode(BASE + "1")] == [cell]
    pages = [t.object.value for t in found if t.predicate.value == BASE + "page"]
    assert all(page.isascii() and " " not in page and page.count("?") == 1 for page in pages)


FAULTS = {
    "a bad cell": ("x\tUlm\t\t\t\n", MAPPING, "data/tables/towns.tsv:2:1"),
    "an empty cell": ("\tUlm\t\t\t\n", MAPPING, "data/tables/towns.tsv:2:1"),
    "a bad date": ("1\tUlm\t1968-13\t\t\n", MAPPING, "data/tables/towns.tsv:2:7"),
    "a bad number": ("1\tUlm\t\tnorth\t\n", MAPPING, "data/tables/towns.tsv:2:8"),
    "too few cells": ("1\tUlm\n", MAPPING, "data/tables/towns.tsv:2:3"),
    "a missing column": ("", MAPPING.replace("since = {}", "until = {}").replace("{since}", "{until}"), ":9:1"),
    "a missing table": ("", MAPPING.replace("towns.tsv", "none.tsv"), "data/tables/none.tsv"),
    "an unknown key": ("", "tabel = 1\n" + MAPPING, "data/mappings/towns.toml:1:1"),
    "an unknown name": ("", MAPPING.replace('"{size}"', '"{sise}"'), "data/mappings/towns.toml:43"),
    "an unknown filter": ("", MAPPING.replace("|slug", "|slag"), "data/mappings/towns.toml:49"),
    "an unknown lookup": ("", MAPPING.replace('lookup = "old"', 'lookup = "odd"'), "data/mappings/towns.toml:26"),
    "an unknown prefix": ("", MAPPING.replace('"e:Town"', '"f:Town"'), "data/mappings/towns.toml:39"),
    "an open brace": ("", MAPPING.replace('"{town}"', '"e:{town"'), "data/mappings/towns.toml:37"),
    "no TOML": ("", "table =\n", "data/mappings/towns.toml:1"),
    "a path outside": ("", MAPPING.replace("data/world", "../world"), "data/mappings/towns.toml"),
    "a bad pattern": ("", MAPPING.replace("[0-9]+", "[0-9"), "data/mappings/towns.toml:7"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_faults_say_where(tmp_path: Path, what: str) -> None:
    towns, mapping, place = FAULTS[what]
    with pytest.raises(SourceError) as caught:
        list(import_tables(project(tmp_path, files(towns, mapping), PREFIXED)))
    assert place in f"{caught.value.faults[0].place}:"


def test_a_disabled_mapping_runs_only_when_named(tmp_path: Path) -> None:
    opened = project(tmp_path, files("1\tUlm\t\t\t\n", "enabled = false\n" + MAPPING), PREFIXED)
    assert list(import_tables(opened)) == []
    assert [imported.name for imported in import_tables(opened, ["towns"])] == ["towns"]
    with pytest.raises(UsageError, match="no mapping villages"):
        list(import_tables(opened, ["villages"]))


def test_check_tells_stale_files_and_writes_nothing(tmp_path: Path) -> None:
    opened = project(tmp_path, files("1\tUlm\t\t48.4\t10\n"), PREFIXED)
    (imported,) = import_tables(opened)
    (stale,) = write_import(tmp_path, imported, is_check=True)
    assert stale.file == "data/world/towns.ttl"
    assert not (tmp_path / "data/world").exists()
    assert write_import(tmp_path, imported) == []
    assert write_import(tmp_path, imported, is_check=True) == []


def test_a_later_mapping_sees_what_an_earlier_one_made(tmp_path: Path) -> None:
    later = (
        'table = "data/tables/towns.tsv"\noutput = "data/world/later.ttl"\n[columns]\nid = {}\n'
        '[lookups.label]\nfiles = ["data/world/towns.ttl"]\nproperty = "rdfs:label"\nlanguage = "de"\n'
        '[values]\ntown = { iri = "e:{id}" }\nlabel = { lookup = "label", key = ["{town}"] }\n'
        '[[things]]\niri = "{town}"\nproperties = [["e:again", { text = "{label}" }]]\n'
    )
    given_files = {**files("1\tBonn\t\t\t\n"), "data/mappings/zz.toml": later}
    *_, last = import_tables(project(tmp_path, given_files, PREFIXED))
    assert 'e:1\n  e:again "Bonn" .' in last.files["data/world/later.ttl"].decode()


def test_imports_are_built_only_where_a_setting_says_so(tmp_path: Path) -> None:
    made = {"data/core.ttl": OLD, "data/world/towns.ttl": OLD}
    whole = project(tmp_path / "whole", made, PREFIXED + "[build]\nimports = true\n")
    core = project(tmp_path / "core", made, PREFIXED)
    assert [file.name for file in whole.files["data"]] == ["data/core.ttl", "data/world/towns.ttl"]
    assert [file.name for file in core.files["data"]] == ["data/core.ttl"]


def test_csv_cells_may_hold_quotes_commas_and_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b'a,b\r\n"x ""y"", z","1\n2"\r\n,w\r\n')
    table = read_table(path, "t.csv")
    assert [dict(row.cells) for row in table.rows] == [{"a": 'x "y", z', "b": "1\n2"}, {"a": "", "b": "w"}]
    assert [row.places["b"] for row in table.rows] == [(2, 14), (4, 2)]


BROKEN = [('a\n"b\n', (2, 1)), ('a\n"b"c\n', (2, 4)), ("a,a\n", (1, None)), ("", (1, None))]


@pytest.mark.parametrize(("text", "place"), BROKEN)
def test_broken_tables_are_refused(tmp_path: Path, text: str, place: tuple[int, int | None]) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(SourceError) as caught:
        read_table(path, "t.csv")
    (fault,) = caught.value.faults
    assert (fault.line, fault.column) == place


_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_IRIS = st.from_regex(r"\Ahttps://example\.org/(set/id/)?[a-z0-9.-]{1,6}\Z").map(NamedNode)
_LITERALS = _TEXT.map(Literal) | st.decimals(allow_nan=False, allow_infinity=False, places=2).map(
    lambda number: Literal(str(number), datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
)


@settings(deadline=None)
@given(st.sets(st.builds(Triple, _IRIS, _IRIS, _IRIS | _LITERALS)))
def test_turtle_says_what_it_was_given(given_triples: set[Triple]) -> None:
    prefixes = {"e": BASE, "xsd": "http://www.w3.org/2001/XMLSchema#"}
    text = turtle(given_triples, prefixes, ["A comment."])
    assert {quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)} == given_triples
    assert text == turtle(sorted(given_triples, key=str), prefixes, ["A comment."])


def test_decimals_slugs_and_distances() -> None:
    assert [decimal(text) for text in ("1,5", "-4e-05", "x", "NaN")] == ["1.5", "-0.00004", "x", "NaN"]
    assert [slug(text) for text in ("Ekrem İmamoğlu", "Köln (a)", "深圳")] == ["ekrem-imamoglu", "koln-a", ""]
    assert 181 < kilometres(52.37, 9.73, 51.51, 7.47) < 183
