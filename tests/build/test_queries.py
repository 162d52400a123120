"""Query files: titles from comments; what the site would refuse is told at the build."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ldpub.build.inference import reason
from ldpub.build.load import load
from ldpub.errors import SourceError
from small import faults_of, project

QUESTION = "# en: Who knows whom?\n# de-AT: Wer kennt wen?\n# by: hand\n#\n\nSELECT * { ?s ?p ?o }\n# en: too late\n"


def test_titles_stand_in_the_comments_before_the_query(tmp_path: Path) -> None:
    dataset = load(project(tmp_path, {"ontology/o.ttl": "", "ontology/questions/7-who.rq": "\ufeff" + QUESTION}, ""))
    (question,) = dataset.questions
    assert question.name == "7-who"
    assert dict(question.titles) == {"en": "Who knows whom?", "de-AT": "Wer kennt wen?", "by": "hand"}
    assert question.text == QUESTION


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT * {\n ?s ?p }", "2:8"),
        ("", "1:1"),
        ("DELETE WHERE { ?s ?p ?o }", None),
        ("\n SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", None),
        ("SELECT * " + "{" * 20_000 + "}" * 20_000, None),
        ('SELECT * { ?s ?p "open }', None),
    ],
)
def test_what_is_no_question_is_told(tmp_path: Path, text: str, place: str | None) -> None:
    (fault,) = faults_of(tmp_path, {"ontology/o.ttl": "", "ontology/questions/q.rq": text}, "")
    assert fault.file == "ontology/questions/q.rq"
    if place:
        assert fault.place == f"{fault.file}:{place}"


def test_no_query_file_calls_another_endpoint(tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.05)
        text = f"ASK {{ SERVICE <http://127.0.0.1:{server.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        files = {"ontology/o.ttl": "", "ontology/questions/q.rq": text, "shapes/rules/r.rq": text}
        assert [fault.file for fault in faults_of(tmp_path, files, "")] == [
            "shapes/rules/r.rq",
            "ontology/questions/q.rq",
        ]
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, {"ontology/o.ttl": "", "ontology/questions/q.rq": b"# \xff\nASK {}"}, "")
    assert fault.message == "is not in UTF-8"


def test_rules_that_are_refused_are_told_with_their_files(tmp_path: Path) -> None:
    rules = {
        "shapes/rules/1.rq": "SELECT * { ?s ?p ?o }",
        "shapes/rules/2.rq": "CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }",
        "shapes/rules/3.rq": "CONSTRUCT { ?s a ?p } WHERE { ?s ?p ?o }",
    }
    dataset = load(project(tmp_path, {"ontology/o.ttl": "<a> <b> <c> .", **rules}, ""))
    with pytest.raises(SourceError) as raised:
        reason(dataset)
    assert [fault.file for fault in raised.value.faults] == ["shapes/rules/1.rq", "shapes/rules/2.rq"]


def test_rules_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    rules = {f"shapes/rules/{n}/same.rq": "CONSTRUCT { ?s a ?p } WHERE { ?s ?p ?o }" for n in "ab"}
    settings = '[sources]\nrules = ["shapes/rules/*/*.rq"]\n'
    dataset = load(project(tmp_path, {"ontology/o.ttl": "<a> <b> <c> .", **rules}, settings))
    with pytest.raises(SourceError, match="two rules have the name same"):
        reason(dataset)
