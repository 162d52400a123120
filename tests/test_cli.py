"""The command line: what each command prints and returns, and that a mistake is never answered by a traceback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from commands import Run
from conftest import copy_project, run_ldpub
from ldpub import __version__
from ldpub.cli import cli
from small import PREFIXES, write

BROKEN = {"data/x.ttl": "<a> <b> <c> .\n<a> <b> .\n", "data/y.ttl": "<a>"}
WARNED = {
    "data/x.ttl": PREFIXES + "e:a a e:A .\n",
    "shapes/s.ttl": PREFIXES + "e:s a sh:NodeShape ; sh:targetClass e:A ; sh:property e:p .\n"
    'e:p sh:path e:name ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "100% of them,\\nplease: a name"@en .\n',
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(capsys, monkeypatch)


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project, built."""
    folder = tmp_path_factory.mktemp("starter") / "new"
    run_ldpub("init", str(folder))
    run_ldpub("build", str(folder))
    return folder


@pytest.mark.parametrize("name", [None, *sorted(cli.commands)])
def test_help_is_the_docstring(run: Run, name: str | None) -> None:
    command = cli.commands[name] if name else cli
    for flag in ("--help", "-h"):
        ran = run(*([name] if name else []), flag)
        assert (ran.code, ran.err) == (0, "")
        assert (command.help or "").split(".")[0] in " ".join(ran.out.split())


def test_version(run: Run) -> None:
    assert run("--version").out == f"ldpub, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["check", "--format", "html"], ["build", "a", "b"], ["query"], ["init"]]
)
def test_a_wrong_call_is_two(run: Run, arguments: Sequence[str]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage:" in ran.err


def test_a_new_project_checks_builds_and_answers(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    ran = run("init", folder)
    assert ran.code == 0
    wrote = [line.removeprefix("wrote ") for line in ran.out.splitlines()[:-1]]
    assert len(wrote) == 4
    assert all(Path(path).is_file() for path in wrote)
    assert ran.out.splitlines()[-1] == f"Next: ldpub serve {folder}"
    ran = run("check", folder)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Checked {folder}: ")
    assert not (folder / "releases").exists()
    ran = run("build", folder)
    assert ran.code == 0
    assert ran.out.startswith("Built release ")
    assert "3 files" in ran.out
    assert run("build", folder).out.startswith("Nothing has changed since release ")


def test_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/books.ttl").write_text("mine")
    ran = run("init", tmp_path)
    assert ran.code == 2
    assert "data/books.ttl" in ran.err
    assert (tmp_path / "data/books.ttl").read_text() == "mine"
    assert not (tmp_path / "ldpub.toml").exists()


def test_no_project_is_made_in_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = run("init", tmp_path / "file")
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_faults_as_text(run: Run, tmp_path: Path) -> None:
    ran = run("check", write(tmp_path, BROKEN))
    assert (ran.code, ran.out) == (1, "")
    assert "data/x.ttl:2:9: error: . is not a valid RDF object\n    <a> <b> .\n            ^\n" in ran.err
    assert "data/y.ttl:1" in ran.err


def test_faults_as_json(run: Run, tmp_path: Path) -> None:
    ran = run("check", write(tmp_path, BROKEN), "--format", "json")
    assert (ran.code, ran.err) == (1, "")
    first, second = json.loads(ran.out)
    assert first == {
        "message": ". is not a valid RDF object",
        "file": "data/x.ttl",
        "line": 2,
        "column": 9,
        "excerpt": "<a> <b> .",
        "mend": None,
        "severity": "error",
        "code": "syntax",
    }
    assert second["file"] == "data/y.ttl"


def test_faults_as_annotations(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "deep,er", BROKEN)
    monkeypatch.chdir(tmp_path)
    ran = run("check", "deep,er", "--format", "github")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines()[0] == "::error file=deep%2Cer/data/x.ttl,line=2,col=9::. is not a valid RDF object"


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_warnings_stop_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.chdir(write(tmp_path, {**WARNED, "ontology/o.ttl": ""}))
    ran = run("check", "--format", form)
    assert ran.code == 0
    message = "e:a: 100% of them,\nplease: a name (e:p)"
    if form == "json":
        (fault,) = json.loads(ran.out)
        assert (fault["severity"], fault["message"], fault["line"]) == ("warning", message, 6)
    elif form == "github":
        said = message.replace("%", "%25").replace("\n", "%0A")
        assert ran.out == f"::warning file=data/x.ttl,line=6,col=1::{said}. the shape asks for sh:minCount 1\n"
    else:
        assert message in ran.err
        assert "1 warning, no violations" in ran.out


def test_a_check_without_faults_is_an_empty_list(run: Run, starter: Path) -> None:
    ran = run("check", starter, "--format", "json")
    assert (ran.code, json.loads(ran.out)) == (0, [])
    assert run("check", starter / "ldpub.toml", "--format", "github").out == ""


NO_PROJECTS = ["missing", "empty", "file", "settings that are a folder"]


@pytest.mark.parametrize("command", [["check"], ["build"], ["serve"], ["query", "ASK {}", "--project"]])
@pytest.mark.parametrize("what", NO_PROJECTS)
def test_what_is_no_project_is_two(run: Run, tmp_path: Path, what: str, command: list[str]) -> None:
    path = tmp_path / what
    if what == "file":
        path.touch()
    elif what != "missing":
        path.mkdir()
    if what == "settings that are a folder":
        (path / "ldpub.toml").mkdir()
    ran = run(*command, path)
    assert (ran.code, ran.out) == (2, "")
    assert str(path) in ran.err


@pytest.mark.parametrize("command", [["check"], ["build"], ["query", "ASK {}", "--project"]])
@pytest.mark.parametrize("settings", ["[project", "[project]\n", "[project]\ntitle = 1\nbase = 2\n", "\udcff"])
def test_wrong_settings_are_one(run: Run, tmp_path: Path, settings: str, command: list[str]) -> None:
    (tmp_path / "ldpub.toml").write_bytes(settings.encode("utf-8", "surrogateescape"))
    ran = run(*command, tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "ldpub.toml" in ran.err


def test_an_empty_project_is_told(run: Run, tmp_path: Path) -> None:
    ran = run("check", write(tmp_path, {}, ""))
    assert ran.code == 1
    assert "no file matches ontology/*.ttl, data/**/*.ttl" in ran.err
    assert "mend: " in ran.err


QUESTION = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
QUESTION += "SELECT ?s ?l { ?s rdfs:label ?l FILTER(LANG(?l) = 'de' && STRSTARTS(?l, 'Ody')) }"


def test_a_query_as_a_table(run: Run, starter: Path) -> None:
    ran = run("query", QUESTION, "--project", starter)
    thing = "https://example.org/my-data/id/book/odyssey"
    assert ran.out.splitlines() == [
        f"s{' ' * len(thing)} l",
        f"{'-' * len(thing)}  -------",
        f"{thing}  Odyssee",
        "(1 rows)",
    ]
    assert ran.code == 0


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("csv", "s,l\r\n"), ("tsv", "?s\t?l\n"), ("json", '{"head":{"vars":["s","l"]}'), ("xml", "<?xml")],
)
def test_a_query_in_each_format(run: Run, starter: Path, form: str, beginning: str) -> None:
    ran = run("query", QUESTION, "--project", starter, "--format", form)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.replace("\r\n", "\n").startswith(beginning.replace("\r\n", "\n"))
    assert "Odyssee" in ran.out


def test_yes_no_and_graphs(run: Run, starter: Path) -> None:
    release = (starter / "releases/current").resolve()
    assert run("query", "ASK { ?s ?p ?o }", "--project", release).out.strip() == "true"
    assert (
        json.loads(run("query", "ASK { <x:> ?p ?o }", "--project", release, "--format", "json").out)["boolean"] is False
    )
    made = run(
        "query", "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c FILTER(CONTAINS(STR(?s), 'aeneid')) }", "--project", starter
    )
    assert "aeneid> a " in made.out or ":aeneid a " in made.out or "aeneid a " in made.out


def test_a_query_from_standard_input(run: Run, starter: Path) -> None:
    assert run("query", "-", "--project", starter, stdin="ASK { ?s ?p 'ä'@de }".encode()).out.strip() == "false"
    assert run("query", "-", "--project", starter, stdin=b"ASK \xff").code == 2


@pytest.mark.parametrize(
    "text", ["SELEC", "", "INSERT DATA { <a:> <b:> <c:> }", "ASK { SERVICE <http://127.0.0.1:9/> {} }", "(" * 5000]
)
def test_a_wrong_query_is_two(run: Run, starter: Path, text: str) -> None:
    ran = run("query", text, "--project", starter)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_a_query_without_a_release(run: Run, tmp_path: Path) -> None:
    ran = run("query", "ASK {}", "--project", write(tmp_path, {"data/x.ttl": ""}))
    assert ran.code == 1
    assert "`ldpub build` makes one" in ran.err


@pytest.mark.parametrize("damage", ["", "{", '{"layout": 0}'])
def test_a_damaged_release_is_one(run: Run, starter: Path, tmp_path: Path, damage: str) -> None:
    (tmp_path / "manifest.json").write_text(damage)
    for command in (["query", "ASK {}", "--project"], ["serve"]):
        ran = run(*command, tmp_path)
        assert ran.code == 1
        assert str(tmp_path) in ran.err


def test_a_reader_who_leaves_is_no_error(starter: Path) -> None:
    """`ldpub query ... | head -0`"""
    command = [
        sys.executable,
        "-m",
        "ldpub.cli",
        "query",
        "SELECT * { ?s ?p ?o . ?t ?q ?r }",
        "--project",
        str(starter),
    ]
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    os.close(writing)
    assert ran.returncode == 1
    assert ran.stderr == ""


def test_the_shipped_project_is_checked_in_its_folder(
    run: Run, shipped_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shipped_project)
    ran = run("check")
    assert ran.code == 0
    assert ran.out.startswith("Checked .: ")


def test_progress_is_for_terminals(run: Run, starter: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run("check", starter).err == ""
    from ldpub import cli as cli_room

    copy_project(starter, tmp_path / "copy")
    monkeypatch.setattr(cli_room, "_is_terminal", lambda: True)
    ran = run("check", starter)
    assert [line.split()[0] for line in ran.err.replace("\r", "\n").splitlines() if line.strip().endswith("s")] == [
        "load",
        "reason",
        "catalogue",
        "validate",
    ]


def test_an_explanation_goes_down_to_file_and_line(run: Run, starter: Path) -> None:
    ran = run("explain", "<https://example.org/my-data/id/book/aeneid> a my:Book", "--project", starter)
    assert ran.code == 0
    first, *premises = ran.out.splitlines()
    assert first.endswith(" [prp-dom]")
    assert any("[data/books.ttl:" in line for line in premises)


@pytest.mark.parametrize("triple", ["my:a my:b", "my:a my:b my:c", "my:a my:b my:c, my:d", "ex:a my:b my:c"])
def test_what_cannot_be_explained_is_two(run: Run, starter: Path, triple: str) -> None:
    ran = run("explain", triple, "--project", starter)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    assert triple.partition(" ")[0].partition(":")[2] in ran.err


def test_a_port_that_is_taken_is_two(run: Run, starter: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = run("serve", starter, "--port", port)
    assert ran.code == 2
    assert f"127.0.0.1:{port}" in ran.err
    assert "Serving" not in ran.out
    assert run("serve", starter, "--port", "99999").code == 2


def test_a_query_knows_the_prefixes_of_the_project(run: Run, starter: Path) -> None:
    ran = run("query", "SELECT ?b { ?b a my:Book } ORDER BY ?b", "--project", starter, "--format", "csv")
    assert (ran.code, ran.out.split()[1:]) == (
        0,
        [f"https://example.org/my-data/id/book/{b}" for b in ("aeneid", "odyssey")],
    )
    ran = run("query", "SELECT * {\n ?b a my:Book ; nope:x 1 }", "--project", starter)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Line 2, column 17: the prefix nope: is not declared.")
    ran = run("query", "SELECT * { ?b a my:Book FILTER( }", "--project", starter)
    assert ran.err.startswith("Line 1, column 33: did not expect } here.")


def test_a_new_folder_is_quoted(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "Meine Daten & mehr"
    assert run("init", folder).out.splitlines()[-1] == f"Next: ldpub serve '{folder}'"


def test_what_is_no_triple_is_told_at_its_place(run: Run, starter: Path) -> None:
    ran = run("explain", "foo bar", "--project", starter)
    assert ran.code == 2
    assert "(line 1, column 1)" in ran.err
    assert "line 65" not in ran.err
