"""Validation: a violation stops at its line, a warning is told, both validators say the same, nothing runs away."""

from __future__ import annotations

import json
import socket
import threading
import time
import warnings
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from conftest import ROOT
from ldpub.build import shapes_asked
from ldpub.build.catalogue import catalogue
from ldpub.build.dataset import Dataset
from ldpub.build.inference import reason
from ldpub.build.load import load
from ldpub.build.pipeline import check
from ldpub.build.project import open_project
from ldpub.build.results import Severity, ValidationResult
from ldpub.build.rows import listed
from ldpub.build.shacl import ShapesError, ValidationTimeoutError, has_turbo, run_shacl
from ldpub.build.validation import report_triples
from ldpub.errors import InvalidError, SourceError, UsageError
from small import PREFIXES, built, project, turtle

E = "https://example.org/set/id/"
SHAPES = """\
e:shape a sh:NodeShape ; sh:targetClass e:Book ; sh:property e:shape-name, e:shape-hint .
e:shape-name sh:path e:name ; sh:maxLength 5 ;
  sh:message "A name has five letters."@en, "Ein Name hat fünf Buchstaben."@de .
e:shape-hint sh:path e:hint ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "Ein Hinweis fehlt."@de .
"""
VALIDATORS = [pytest.param(False, id="pyshacl")]
if has_turbo():
    VALIDATORS.append(pytest.param(True, id="pyshacl-turbo"))


def files(data: str, shapes: str = SHAPES) -> dict[str, str]:
    return {"data/x.ttl": PREFIXES + data, "shapes/s.ttl": PREFIXES + shapes}


def results(data: str, shapes: str, turbo: bool, seconds: float = 30) -> list[ValidationResult]:
    return run_shacl(listed(turtle(data)), turtle(shapes), turbo, seconds)


@pytest.mark.skipif(not has_turbo(), reason="pyshacl-turbo is not installed: nothing is asked ahead")
def test_what_is_asked_ahead_is_found_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes_asked, "LARGE", 0)
    good = check(project(tmp_path / "good", files("e:a a e:Book ; e:name 'short' .")))
    assert good.ahead is not None
    assert [result.severity for result in good.results] == [Severity.WARNING]
    with pytest.raises(InvalidError, match="five letters"):
        check(project(tmp_path / "bad", files("e:a a e:Book ; e:name 'too long' .")))
    with pytest.raises(SourceError, match="sh:minCount"):
        check(project(tmp_path / "none", files("e:a a e:Book .", "e:s a sh:NodeShape ; sh:minCount 'x' .")))


@pytest.mark.parametrize("validator", ["pyshacl", "pyshacl-turbo"] if has_turbo() else ["pyshacl"])
def test_a_violation_stops_the_build_at_its_line(tmp_path: Path, validator: str) -> None:
    data = 'e:a a e:Book ;\n  e:name "short",\n    "too long" ;\n  e:hint 1 .\n'
    with pytest.raises(InvalidError) as raised:
        check(project(tmp_path, files(data), f'[build]\nvalidator = "{validator}"\n'))
    assert str(raised.value).splitlines() == [
        "data/x.ttl:8:5: error: e:a: A name has five letters. (e:shape-name)",
        '        "too long" ;',
        "        ^",
        "    mend: the shape asks for sh:maxLength 5",
    ]


def test_warnings_are_told_and_stop_nothing(tmp_path: Path) -> None:
    dataset = check(project(tmp_path, files("\ne:a a e:Book .\n"), ""))
    (notice,) = dataset.notices
    assert (notice.place, notice.severity) == ("data/x.ttl:7:1", "warning")
    assert "Ein Hinweis fehlt." in notice.message
    assert notice.code == f"{E}shape-hint"


def test_remarks_are_only_in_the_report(tmp_path: Path) -> None:
    made = built(tmp_path, files("e:a a e:Book .", SHAPES.replace("sh:Warning", "sh:Info")), "")
    assert made.dataset.notices == ()
    assert made.release.manifest.counts["infos"] == 1
    groups, result = (
        json.loads(line) for line in (made.release.path / "report.jsonl").read_text(encoding="utf-8").splitlines()
    )
    assert groups == [{"severity": "Info", "shape": f"{E}shape-hint", "name": f"{E}shape-hint", "count": 1}]
    assert (result["focus"], result["file"], result["line"]) == (f"<{E}a>", "data/x.ttl", 6)


def test_the_report_is_a_graph_without_blank_nodes_and_round_trips(tmp_path: Path) -> None:
    data = "e:a a e:Book . [] a e:Book . [] a e:Book . e:b a e:Book ; e:name [] ."
    shapes = SHAPES + "e:shape-name sh:nodeKind sh:Literal . e:shape-name sh:severity sh:Warning ."
    made = built(tmp_path, files(data, shapes), "")
    triples = made.dataset.graph("report")
    assert not any(isinstance(term, BlankNode) for triple in triples for term in triple)
    written = (made.release.path / "report.ttl").read_bytes()
    assert {q.triple for q in parse(written, format=RdfFormat.TURTLE)} == set(triples)
    result = NamedNode("http://www.w3.org/ns/shacl#result")
    assert len({t.object for t in triples if t.predicate == result}) == len(made.dataset.results) > 4


def test_the_report_repeats_though_warnings_are_about_blank_nodes(tmp_path: Path) -> None:
    data = "[] a e:Book . [] a e:Book . e:a a e:Book ; e:name [] , [ e:name [] ] ."
    shapes = SHAPES.replace("sh:maxLength 5", "sh:nodeKind sh:Literal ; sh:severity sh:Warning")
    digests = {built(tmp_path / name, files(data, shapes), "").release.manifest.digest for name in "ab"}
    assert len(digests) == 1


def test_what_conforms_says_so() -> None:
    conforms = NamedNode("http://www.w3.org/ns/shacl#conforms")
    values = [t.object for t in report_triples("https://example.org/report", []) if t.predicate == conforms]
    assert values == [Literal("true", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))]


def test_the_language_of_a_message() -> None:
    def result(messages: dict[str, str]) -> ValidationResult:
        component = "http://www.w3.org/ns/shacl#MinCountConstraintComponent"
        return ValidationResult(Severity.WARNING, NamedNode(E), E + "p", None, None, component, messages)

    assert result({"en": "E", "de": "D"}).message("de") == "D"
    assert result({"en": "E", "de": "D"}).message("fr") == "E"
    assert result({"de": "D", "": "U"}).message("fr") == "U"
    assert result({"de": "D", "pl": "P"}).message("fr") == "D"
    assert result({}).message() == f"{E}p: there are too few values"


@pytest.mark.parametrize("turbo", VALIDATORS)
def test_a_message_of_a_query_keeps_its_language(turbo: bool) -> None:
    shapes = """
    e:shape a sh:NodeShape ; sh:targetClass e:Book ; sh:message "Fixed."@en, "Fest."@de, "Fisso."@it ;
      sh:sparql e:query .
    e:query sh:message "Says {?value}!"@en, "Sagt {$value}!"@de ;
      sh:select "SELECT $this ?value { $this <https://example.org/set/id/name> ?value }" .
    """
    (found,) = results('e:a a e:Book ; e:name "{?a}" .', shapes, turbo)
    assert found.messages == {"de": "Sagt {?a}!", "en": "Says {?a}!", "it": "Fisso."}


@pytest.mark.parametrize("turbo", VALIDATORS)
def test_a_pattern_that_runs_away_ends_in_time(turbo: bool) -> None:
    shapes = 'e:s a sh:NodeShape ; sh:targetClass e:B ; sh:property e:p . e:p sh:path e:name ; sh:pattern "^(a+)+$" .'
    began = time.monotonic()
    if turbo:  # its regular expressions take linear time
        (found,) = results(f'e:x a e:B ; e:name "{"a" * 50}!" .', shapes, turbo, 1)
        assert found.component.endswith("PatternConstraintComponent")
    else:
        with pytest.raises(ValidationTimeoutError, match=r"sh:pattern.*validation_seconds"):
            results(f'e:x a e:B ; e:name "{"a" * 50}!" .', shapes, turbo, 1)
    assert time.monotonic() - began < 3


def test_without_signals_there_is_no_deadline_but_an_answer() -> None:
    found: list[ValidationResult] = []
    thread = threading.Thread(target=lambda: found.extend(results("e:a a e:Book .", SHAPES, False)))
    thread.start()
    thread.join()
    assert len(found) == 1


@pytest.mark.parametrize("turbo", VALIDATORS)
def test_nothing_is_imported_or_asked(turbo: bool) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.1)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        imports = f"<{url}> a owl:Ontology ; owl:imports <{url}>, <file:///etc/passwd> . "
        query = "e:s a sh:NodeShape ; sh:targetClass e:B ; sh:sparql e:q .\n"
        query += "e:q sh:select 'SELECT $this {} { ?s ?p ?o {} }' ."
        assert results(imports + "e:x a e:B .", imports + SHAPES, turbo) == []
        for clause, pattern in ((f"FROM <{url}>", ""), ("", f"SERVICE <{url}> {{ ?a ?b ?c }}")):
            shapes = query.replace("{}", clause, 1).replace("{}", pattern)
            with suppress(ShapesError):
                results("e:x a e:B .", shapes, turbo)
        with pytest.raises(TimeoutError):
            server.accept()


WRONG_SHAPES = [
    "e:s-p sh:path e:p ; sh:pattern '(' .",
    "e:s-p sh:path e:p ; sh:minCount 'x' .",
    "e:s-p a sh:PropertyShape ; sh:minCount 1 .",
    "e:s sh:sparql [ sh:select 'SELECT nonsense' ] .",
    "e:s sh:sparql [ sh:select 'SELECT $this { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }' ] .",
]


@pytest.mark.parametrize("wrong", WRONG_SHAPES)
@pytest.mark.parametrize("validator", ["pyshacl", "pyshacl-turbo"] if has_turbo() else ["pyshacl"])
def test_shapes_that_are_none_are_a_fault(
    tmp_path: Path, validator: str, wrong: str, capfd: pytest.CaptureFixture[str]
) -> None:
    shapes = "e:s a sh:NodeShape ; sh:targetClass e:B ; sh:property e:s-p . e:s-p sh:path e:q .\n"
    shapes = (shapes if "sparql" in wrong else shapes.partition("e:s-p sh:path")[0] + "\n") + wrong
    with pytest.raises(SourceError) as raised:
        check(project(tmp_path, files("e:x a e:B ; e:p 'x' .", shapes), f'[build]\nvalidator = "{validator}"\n'))
    (fault,) = raised.value.faults
    assert fault.message.startswith("the shapes cannot be used: ")
    assert "object has no attribute" not in fault.message
    assert capfd.readouterr().err == ""


HOSTILE = [
    ("1e999999999", "decimal"),
    ("1" * 200_000, "integer"),
    ("maybe", "boolean"),
    ("2020-01-01", "decimal"),
    ("9" * 5000 + "-01-01", "date"),
    ("P" + "9" * 5000 + "Y", "duration"),
    ("x", "gYear"),
]


@pytest.mark.parametrize(("text", "kind"), HOSTILE, ids=[kind for _, kind in HOSTILE])
def test_hostile_literals_are_values_like_others(text: str, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    data = f'e:x a e:B ; e:p "{text}"^^xsd:{kind} .'
    shapes = "e:s a sh:NodeShape ; sh:targetClass e:B ; sh:property e:q . e:q sh:path e:p ; sh:datatype xsd:string ."
    for validator in VALIDATORS:
        began = time.monotonic()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            (found,) = results(data, shapes, bool(validator.values[0]))
        assert isinstance(found.value, Literal)
        assert found.value.value == text
        assert time.monotonic() - began < 5
    assert caplog.text == ""


def reasoned(dataset: Dataset) -> tuple[Iterable[Triple], Iterable[Triple]]:
    made = catalogue(reason(dataset))
    return made.union, made.graph("shapes")


@pytest.mark.skipif(not has_turbo(), reason="pyshacl-turbo is not installed")
def test_both_validators_say_the_same_of_the_shipped_project(shipped_project: Path) -> None:
    triples, shapes = reasoned(load(open_project(shipped_project)))
    ours, theirs = (run_shacl(listed(triples), shapes, turbo, 120) for turbo in (False, True))
    assert ours == theirs


@pytest.mark.skipif(not has_turbo(), reason="pyshacl-turbo is not installed")
def test_both_validators_say_the_same_of_the_examples(shipped_project: Path) -> None:
    """All examples, valid and not, as one graph: they are about different things."""
    shapes = load(open_project(shipped_project)).graph("shapes")
    examples = [ROOT / "tests/shapes/base.ttl", *sorted((ROOT / "tests/shapes").glob("*valid/*.ttl"))]
    triples: dict[Triple, None] = {}
    for path in [*examples, *sorted((ROOT / "ontology").glob("*.ttl"))]:
        quads = parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=path.as_uri(), rename_blank_nodes=True)
        triples |= dict.fromkeys(quad.triple for quad in quads)
    ours, theirs = (run_shacl(listed(triples), shapes, turbo, 120) for turbo in (False, True))
    assert len(ours) > 100
    assert ours == theirs


def test_a_validator_that_is_not_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes_asked, "has_turbo", lambda: False)
    with pytest.raises(UsageError, match="pip install"):
        check(project(tmp_path / "a", files("e:a a e:Book ; e:hint 1 ."), '[build]\nvalidator = "pyshacl-turbo"\n'))
    assert check(project(tmp_path / "b", files("e:a a e:Book ; e:hint 1 ."), "")).results == ()


def test_a_literal_as_focus_has_no_line(tmp_path: Path) -> None:
    shapes = "e:s a sh:NodeShape ; sh:targetObjectsOf e:name ; sh:nodeKind sh:IRI ; sh:severity sh:Warning ."
    (notice,) = check(project(tmp_path, files('e:a e:name "x" .', shapes), "")).notices
    assert (notice.place, notice.message) == (
        "",
        "x: a value is not of the kind (IRI, literal) that the shape asks for (e:s)",
    )
