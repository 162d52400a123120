"""What the comments of a question say: titles with places, theme, parameters; what is wrong is told with its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ldpub.build.load import load
from small import BASE, built, faults_of, project

HEAD = """# en: Who of {city} began in {year}?
# de: Wer aus {city} begann {year}?
# theme: en="Beginnings" de="Anfänge"
# param: city iri class=e:City en="City" de="Stadt"
# param: year year en="Year"
# param: open string
# param: language language
# column: s en="Thing" de="Ding"
# column: p to=o en="From to" de="Von bis"
# column: year in=s
"""
BODY = f"""PREFIX e: <{BASE}id/>
SELECT * {{ VALUES ?city {{ e:here }} VALUES ?year {{ 1968 }} VALUES ?open {{ UNDEF }} VALUES ?language {{ "en" }}
  ?s ?p ?city . BIND(?p AS ?o) }}
"""
DATA = (
    "@prefix e: <"
    + BASE
    + 'id/> . e:here a e:City ; <http://www.w3.org/2000/01/rdf-schema#label> "Hier"@de, "Here"@en .'
)


def test_a_question_is_written_with_all_that_is_said_of_it(tmp_path: Path) -> None:
    release = built(tmp_path, {"data/a.ttl": DATA, "ontology/questions/1-who.rq": HEAD + BODY}, "").release
    (question,) = json.loads(release.file("questions.json").read_text(encoding="utf-8"))
    assert question["name"] == "1-who"
    assert question["titles"] == {"en": "Who of Here began in 1968?", "de": "Wer aus Hier begann 1968?"}
    assert question["templates"]["en"] == "Who of {city} began in {year}?"
    assert question["theme"] == {"en": "Beginnings", "de": "Anfänge"}
    assert [(p["name"], p["kind"], p["class"]) for p in question["parameters"]] == [
        ("city", "iri", f"{BASE}id/City"),
        ("year", "year", ""),
        ("open", "string", ""),
        ("language", "language", ""),
    ]
    assert question["columns"] == [
        {"name": "s", "until": "", "shown_in": "", "headings": {"en": "Thing", "de": "Ding"}},
        {"name": "p", "until": "o", "shown_in": "", "headings": {"en": "From to", "de": "Von bis"}},
        {"name": "year", "until": "", "shown_in": "s", "headings": {}},
    ]
    assert question["parameters"][0]["labels"] == {"en": "City", "de": "Stadt"}
    assert question["query"] == HEAD + BODY


def test_a_question_without_parameters_may_have_braces_in_its_title(tmp_path: Path) -> None:
    files = {"data/a.ttl": DATA, "ontology/questions/q.rq": "# en: What is {this}?\nASK {}"}
    (question,) = load(project(tmp_path, files, "")).questions
    assert dict(question.titles) == {"en": "What is {this}?"}
    assert question.parameters == ()
    assert built(tmp_path, files, "").release.file("questions.json").read_text().count("is {this}?") == 3


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("# param: who iri", "needs VALUES"),
        ("# param: city place", "no kind place"),
        ("# param: city", "a parameter is written"),
        ("# param: city iri class", "a parameter is written"),
        ("# param: city iri class=f:City", "prefix f:"),
        ("# param: city iri\n# param: city iri", "comes twice"),
        ("# param: city string", "not of the kind string"),
        ("# param: year date", "not of the kind date"),
        ("# param: year year class=e:City", "must be of kind iri"),
        ("# param: year year\n# en: In {yeer}?", "yeer"),
        ("# param: lang iri", "cannot be the name"),
        ("# theme: Beginnings", "a theme is written"),
        ("# param: year language", "not of the kind language"),
        ('# column: nobody en="Nobody"', "the answer has no column nobody; it has"),
        ("# column: s to=nobody", "no column nobody"),
        ("# column: s in=nobody", "no column nobody"),
        ("# column: s Thing", "a column is written"),
        ("# column:", "a column is written"),
        ("# column: s in=s", "cannot be in=s"),
        ("# column: s\n# column: s in=p", "the column s comes twice"),
        ("# column: s in=p\n# column: p in=city", "the column p is not shown itself"),
        ("# column: s to=p\n# column: p to=city", "the column p is not shown itself"),
        ("# column: s to=p\n# column: year in=p", "the column p is not shown itself"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, line: str, said: str) -> None:
    (fault,) = faults_of(tmp_path, {"data/a.ttl": DATA, "ontology/questions/q.rq": f"{line}\n{BODY}"}, "")
    assert fault.file == "ontology/questions/q.rq"
    assert said in fault.message


@pytest.mark.parametrize("query", ["ASK {}", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"])
def test_only_a_select_has_columns(tmp_path: Path, query: str) -> None:
    files = {"data/a.ttl": DATA, "ontology/questions/q.rq": f'# column: s en="Thing"\n{query}'}
    (fault,) = faults_of(tmp_path, files, "")
    assert "only that of a SELECT has columns" in fault.message


def test_the_columns_of_a_service_are_known(tmp_path: Path) -> None:
    text = '# column: name en="Name"\nSELECT * { SERVICE <https://sparql.example/> { ?s ?p ?name } }'
    settings = '[serve]\nservices = ["https://sparql.example/"]\n'
    files = {"data/a.ttl": DATA, "ontology/questions/q.rq": text}
    (question,) = load(project(tmp_path, files, settings)).questions
    assert [column.name for column in question.columns] == ["name"]
