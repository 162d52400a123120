"""Names that nothing defines: each is a warning at its place, with what was meant; what is defined is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ldpub.build.pipeline import check
from ldpub.build.project import open_project
from ldpub.build.starter import write_starter
from ldpub.errors import Fault, InvalidError
from small import PREFIXES, project

HEAD = PREFIXES + "@prefix t: <https://example.org/set/ontology#> .\n"
ONTOLOGY = """<https://example.org/set/ontology> a owl:Ontology .
t:Town a owl:Class . t:Country a owl:Class .
t:country a owl:ObjectProperty . t:since a owl:DatatypeProperty .
"""
DATA = 'e:a a t:Town ; t:country e:b ; t:since "1950" .\ne:b a t:Country .\ne:hannover a t:Town .\n'
SETTINGS = '[project.prefixes]\nt = "https://example.org/set/ontology#"\ne = "https://example.org/set/id/"\n'


def warnings(folder: Path, settings: str = "", **files: str) -> list[Fault]:
    """The warnings of a project whose files are as given, or right."""
    data, shapes = files.get("data", ""), files.get("shapes", "")
    contents = {"ontology/o.ttl": HEAD + ONTOLOGY, "data/d.ttl": HEAD + DATA + data, "shapes/s.ttl": HEAD + shapes}
    queries = {f"{name}.rq": text for name, text in files.items() if "/" in name}
    dataset = check(project(folder, {**contents, **queries}, SETTINGS + settings))
    codes = ("undefined", "shapes", "browse.facets", "browse.classes")
    return [notice for notice in dataset.notices if notice.code in codes]


STATEMENTS = [
    ("e:c a t:Towm .", "10:7", "the ontology does not define t:Towm", "did you mean t:Town?"),
    ("e:c t:contry e:b .", "10:5", "the ontology does not define t:contry", "did you mean t:country?"),
    ("e:c t:zzz e:b . e:d t:zzz e:b .", "10:5", "t:zzz (2 statements)", "define it in the ontology: t:zzz a owl:Obj"),
    (
        'e:c t:country "Germany" .',
        "10:5",
        "an owl:ObjectProperty, but its value here is a literal",
        "write an IRI",
    ),
    ("e:c t:since e:b .", "10:5", "owl:DatatypeProperty, but its value here is a thing: e:b", "write a literal"),
    ("e:c t:since [ ] .", "10:5", "its value here is a thing: [ ]", "write a literal"),
]
SHAPES = [
    ("e:s sh:targetClass t:Twon .", "7:20", "no thing is of the class t:Twon", "did you mean t:Town?"),
    ("e:s sh:targetNode e:hanover .", "7:19", "e:hanover, of which nothing is said", "did you mean e:hannover?"),
    ("e:s sh:targetSubjectsOf t:contry .", "7:25", "no statement has the property t:contry", "did you mean t:country?"),
    ("e:s a sh:NodeShape ; sh:node e:nope .", "7:30", "sh:node names e:nope, which is no shape", "mend the name"),
    ("e:town a sh:NodeShape ; sh:or ( e:town e:tow ) .", "7:40", "sh:or names e:tow", "did you mean e:town?"),
    ("e:s a sh:NodeShape ; sh:class t:Twon .", "7:31", "sh:class names t:Twon", "did you mean t:Town?"),
    ("e:s sh:path t:contry .", "7:13", "sh:path names t:contry", "did you mean t:country?"),
    ("e:s sh:path ( t:country t:sinc ) .", "7:25", "sh:path names t:sinc", "did you mean t:since?"),
    ("e:s sh:path [ sh:inversePath t:contry ] .", "7:30", "sh:inversePath names t:contry", "did you mean t:country?"),
    ("e:s sh:path t:since ; sh:datatype xsd:dat .", "7:23", "there is no datatype xsd:dat", "did you mean xsd:date?"),
]
RIGHT = [
    "e:s a sh:NodeShape ; sh:targetClass t:Town ; sh:or ( e:t [ sh:class t:Town ] ) . e:t a sh:NodeShape .",
    "e:s sh:path ( t:country [ sh:alternativePath ( t:since rdfs:label ) ] ) ; sh:datatype xsd:date .",
    "e:s a sh:NodeShape ; sh:targetNode e:a ; sh:targetObjectsOf t:country ; sh:nodeKind sh:IRI .",
]


@pytest.mark.parametrize(("text", "place", "message", "mend"), STATEMENTS)
def test_statements(tmp_path: Path, text: str, place: str, message: str, mend: str) -> None:
    (found,) = warnings(tmp_path, data=text)
    assert (found.place, found.severity) == (f"data/d.ttl:{place}", "warning")
    assert message in found.message
    assert mend in (found.mend or "")


@pytest.mark.parametrize(("text", "place", "message", "mend"), SHAPES)
def test_shapes(tmp_path: Path, text: str, place: str, message: str, mend: str) -> None:
    (found,) = warnings(tmp_path, shapes=text)
    assert (found.place, found.severity) == (f"shapes/s.ttl:{place}", "warning")
    assert message in found.message
    assert mend in (found.mend or "")


@pytest.mark.parametrize("text", RIGHT)
def test_shapes_that_are_right_are_let_pass(tmp_path: Path, text: str) -> None:
    assert warnings(tmp_path, shapes=text, data="e:c t:country e:b .") == []


QUESTION = """# en: Which?
# param: it iri class=t:Twon en="It"
PREFIX t: <https://example.org/set/ontology#>
SELECT ?x { VALUES ?it { UNDEF } ?x t:contry ?it }
"""
RULE = "PREFIX t: <https://example.org/set/ontology#>\nCONSTRUCT { ?x t:contry ?y } WHERE { ?x t:country ?y }\n"


def test_questions_and_rules(tmp_path: Path) -> None:
    found = warnings(tmp_path, **{"ontology/questions/q": QUESTION, "shapes/rules/1-r": RULE})
    assert [(one.place, (one.mend or "").partition("?")[0]) for one in found] == [
        ("ontology/questions/q.rq:4:37", "did you mean t:country"),
        ("ontology/questions/q.rq:2:23", "did you mean t:Town"),
        ("shapes/rules/1-r.rq:2:16", "did you mean t:country"),
    ]


FACETS = """[browse]
classes = ["https://example.org/set/ontology#Twon"]
[[browse.facets]]
name = "country"
label = "Country"
path = "t:contry"
"""


def test_settings(tmp_path: Path) -> None:
    found = warnings(tmp_path, FACETS)
    assert [(one.file, one.line, one.message.partition(",")[0], one.mend) for one in found] == [
        ("ldpub.toml", 14, "the facet country names t:contry", "did you mean t:country?"),
        ("ldpub.toml", 10, "browse.classes names t:Twon", "did you mean t:Town?"),
    ]


def test_languages_without_words(tmp_path: Path) -> None:
    settings = '[project]\ntitle = "T"\nbase = "https://example.org/set/"\nlicense = "https://example.org/l"\n'
    files = {"data/d.ttl": HEAD + DATA, "ldpub.toml": settings + 'languages = ["en", "xx", "de-AT"]\n'}
    (found,) = (n for n in check(project(tmp_path, files)).notices if n.code == "project.languages")
    assert (found.place, found.severity) == ("ldpub.toml:5:20", "warning")
    assert "no words in xx" in found.message
    assert "serve/locale/xx.po" in (found.mend or "")


def test_other_vocabularies_and_projects_without_ontology_are_let_pass(tmp_path: Path) -> None:
    assert warnings(tmp_path / "a", data="e:c a <http://example.com/Nope> ; rdfs:nope 1 .") == []
    dataset = check(project(tmp_path / "b", {"data/d.ttl": HEAD + DATA}, SETTINGS))
    assert [notice for notice in dataset.notices if notice.code == "undefined"] == []


def test_they_are_told_with_the_violations_that_they_cause(tmp_path: Path) -> None:
    shapes = "e:s sh:targetClass t:Town ; sh:property [ sh:path t:since ; sh:datatype xsd:dat ] ."
    with pytest.raises(InvalidError) as raised:
        warnings(tmp_path, shapes=shapes)
    assert [fault.severity for fault in raised.value.faults] == ["warning", "error"]
    assert raised.value.faults[1].mend == "the shape asks for sh:datatype xsd:dat"


def test_projects_that_are_right_have_no_warning(tmp_path: Path, shipped_project: Path) -> None:
    write_starter(tmp_path)
    assert check(open_project(tmp_path)).notices == ()
    assert check(open_project(shipped_project)).notices == ()
