"""Quality: what is missing is told with the line that mends it, and a bar that is missed stops check and build."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import run_ldpub
from ldpub.build.dataset import Dataset
from ldpub.build.links import dead
from ldpub.build.pipeline import build, check
from ldpub.build.project import open_project
from ldpub.config import SETTINGS
from ldpub.errors import Fault, InvalidError, SourceError
from small import BASE, PREFIXES, project, write

ONTOLOGY = PREFIXES + (
    'e:A a owl:Class ; rdfs:label "A"@en, "A"@de . e:p a owl:ObjectProperty ; rdfs:label "p"@en .\n'
    'e:q a owl:ObjectProperty ; rdfs:label "q" .\n'
)
FILES = {"ontology/o.ttl": ONTOLOGY, "data/x.ttl": PREFIXES + "e:a a e:A ; e:p e:b ; e:q <http://x.example/> .\n"}
HEAD = '[project]\ntitle = "T"\nbase = "https://example.org/set/"\n'
EU = "http://publications.europa.eu/resource/authority/"
MEND = 'license = "https://creativecommons.org/licenses/by/4.0/"'


def measured(dataset: Dataset) -> dict[str, object]:
    found: dict[str, object] = json.loads(dataset.files["quality.json"])
    return found


def missed(folder: Path, settings: str) -> list[Fault]:
    with pytest.raises(InvalidError) as raised:
        check(project(folder, FILES, settings))
    return list(raised.value.faults)


@pytest.mark.parametrize("command", ["check", "build"])
def test_without_a_licence_nothing_is_built_and_the_line_that_mends_it_is_told(tmp_path: Path, command: str) -> None:
    write(tmp_path, FILES)
    (tmp_path / "ldpub.toml").write_text("# a comment\n" + HEAD + 'publisher = { name = "N" }\n[build]\n')
    run = run_ldpub(command, str(tmp_path), check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("ldpub.toml:2: error: the data has no licence (project.license)\n    [project]\n")
    assert f"mend: below [project]: {MEND}" in run.stderr
    assert not (tmp_path / "releases/current").exists()
    mended = (tmp_path / "ldpub.toml").read_text().replace("[project]\n", f"[project]\n{MEND}\n")
    (tmp_path / "ldpub.toml").write_text(mended)
    assert run_ldpub(command, str(tmp_path)).returncode == 0


@pytest.mark.parametrize(("mended", "code"), [("", "project.license"), (MEND, "project.publisher")])
def test_what_several_profiles_miss_is_told_once(tmp_path: Path, mended: str, code: str) -> None:
    write(tmp_path, FILES)
    profiles = '[quality]\nprofiles = ["dcat-ap", "dcat-ap-de"]\n'
    (tmp_path / "ldpub.toml").write_text(f"{HEAD}{mended}\n{profiles}")
    with pytest.raises(InvalidError) as raised:
        check(open_project(tmp_path))
    assert [fault.code for fault in raised.value.faults].count(code) == 1


def test_an_empty_licence_is_told_at_its_own_line(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "ldpub.toml").write_text(HEAD + 'license = ""\n')
    with pytest.raises(InvalidError) as raised:
        build(open_project(tmp_path))
    (fault,) = raised.value.faults
    assert (fault.file, fault.line, fault.excerpt) == ("ldpub.toml", 4, 'license = ""')


def test_what_portals_mind_is_told_and_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "ldpub.toml").write_text(f"{HEAD}{MEND}\n")
    (notice,) = build(open_project(tmp_path)).dataset.notices
    assert (notice.severity, notice.line, notice.code) == ("warning", 1, "project.publisher")
    assert "set publisher below [project]" in str(notice.mend)


WRONG = [
    ("[project]\nthemes = ['https://example.org/theme/x']", "project.themes"),
    ("[project]\ncontact = { name = 'N' }", "project.contact"),
    ("[project]\npublisher = { name = 'N', type = 'https://example.org/x' }", "project.publisher"),
    (
        "[catalogue]\nfrequency = 'http://publications.europa.eu/resource/authority/frequency/OFTEN'",
        "catalogue.frequency",
    ),
    ("[catalogue]\naccess_rights = 'https://example.org/x'", "catalogue.access_rights"),
    ("[catalogue]\navailability = 'https://example.org/x'", "catalogue.availability"),
]


@pytest.mark.parametrize(("setting", "name"), WRONG, ids=[name for _, name in WRONG])
def test_a_profile_that_is_asked_for_must_be_met(tmp_path: Path, setting: str, name: str) -> None:
    """Each fault is told at the line of the setting that is wrong."""
    table, _, line = setting.partition("\n")
    write(tmp_path, FILES)
    whole = 'description = "D"\n' + ("" if "publisher" in line else 'publisher = { name = "N" }\n')
    head = HEAD + MEND + "\n" + whole + (line + "\n" if table == "[project]" else "")
    rest = "" if table == "[project]" else f"{table}\n{line}\n"
    text = f'{head}[quality]\nprofiles = ["dcat-ap", "dcat-ap-de"]\n{rest}'
    (tmp_path / "ldpub.toml").write_text(text)
    with pytest.raises(InvalidError) as raised:
        check(open_project(tmp_path))
    told = {(fault.code, fault.line) for fault in raised.value.faults}
    assert told == {(name, text.splitlines().index(line) + 1)}


@pytest.mark.parametrize(
    ("bar", "said"),
    [
        ("mqa = 300", "has an MQA score of"),
        ("unlabelled = 1", "2 terms have no label in de: https://example.org/set/id/p, https://example.org/set/id/q"),
        ("broken_links = 0", "1 links lead nowhere: https://example.org/set/id/b"),
        ('profiles = ["dcat-ap"]', "DCAT-AP 3.0.1"),
    ],
)
def test_a_bar_that_is_missed_fails(tmp_path: Path, bar: str, said: str) -> None:
    wrong = "[catalogue]\nfrequency = 'urn:x:y'\n" if "profiles" in bar else ""
    faults = missed(tmp_path, f"[quality]\n{bar}\n{wrong}")
    assert said in faults[0].message
    assert faults[0].line is not None
    assert faults[0].mend


@pytest.mark.parametrize("bar", ["mqa = 200", "unlabelled = 2", "broken_links = 1", "unlabelled = -1", "profiles = []"])
def test_a_bar_that_is_met_stops_nothing(tmp_path: Path, bar: str) -> None:
    assert measured(check(project(tmp_path, FILES, f"[quality]\n{bar}\n")))["bars"]


def test_each_metric_that_lost_points_names_its_setting(tmp_path: Path) -> None:
    (fault,) = missed(tmp_path, "[quality]\nmqa = 405\n")
    assert " of 405.0: " in fault.message
    assert "spatialAvailability 0.0 of 20.0 (set catalogue.spatial)" in fault.message
    named = {name.partition(")")[0] for name in fault.message.split("(set ")[1:]}
    assert named <= {setting.name for setting in SETTINGS}
    assert {"project.keywords", "project.contact", "catalogue.temporal"} <= named


def test_what_is_measured(tmp_path: Path) -> None:
    found = measured(check(project(tmp_path, FILES, "")))
    assert found["terms"] == 3
    assert found["unlabelled"] == {
        "en": {"count": 1, "terms": [BASE + "id/q"]},
        "de": {"count": 2, "terms": [BASE + "id/p", BASE + "id/q"]},
    }
    links = found["links"]
    assert isinstance(links, dict)
    assert (links["count"], links["broken"]) == (1, [BASE + "id/b"])


def test_what_the_site_answers_is_no_broken_link_and_a_broken_one_has_its_line(tmp_path: Path) -> None:
    answered = (
        *("", "ontology", "sparql", "catalog", "catalog.ttl", "void", "changes", "ldes", "releases", "sitemap.xml"),
        *(
            ".well-known/void",
            "report",
            "quality",
            "doc/a",
            "doc/a.ttl",
            "doc/a.html",
            "dataset/set",
            "dataset/set.html",
        ),
        *("dataset/set.rdf", "dataset/set/dist/turtle-gz", "dump/set.ttl.gz", "graph/data/x", "id/a"),
    )
    data = PREFIXES + "e:a a e:A .\n" + "".join(f"e:a e:p <{BASE}{path}> .\n" for path in answered)
    files = {"ontology/o.ttl": f"<{BASE}ontology> a <http://www.w3.org/2002/07/owl#Ontology> .", "data/x.ttl": data}
    files["ontology/a.ttl"] = PREFIXES + "e:A a owl:Class . e:p a owl:ObjectProperty ."
    links = measured(check(project(tmp_path, files, "")))["links"]
    assert isinstance(links, dict)
    assert links["broken"] == []
    files["data/x.ttl"] = data + "e:a e:p e:none .\n"
    with pytest.raises(InvalidError) as raised:
        check(project(tmp_path, files, "[quality]\nbroken_links = 0\n"))
    bar, place = raised.value.faults
    assert bar.file == "ldpub.toml"
    assert (place.file, place.line, place.excerpt) == ("data/x.ttl", data.count("\n") + 1, "e:a e:p e:none .")


@pytest.mark.parametrize("url", ["http://", "http://-x/", "https://a b/", "http://x.example:99999/", "http:///path"])
def test_addresses_that_nobody_can_have(tmp_path: Path, url: str) -> None:
    try:
        dataset = check(project(tmp_path, {"data/x.ttl": f"{PREFIXES}e:a e:p <{url}> ."}, ""))
    except SourceError:
        return  # it is no IRI either
    links = measured(dataset)["links"]
    assert isinstance(links, dict)
    assert url in links["broken"]


class Answering(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response({"/no-head": 405, "/gone": 410, "/moved": 301}.get(self.path, 200))
        if self.path == "/moved":
            self.send_header("Location", "/there")
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_dead_links_are_found_only_by_asking(web: str) -> None:
    urls = [f"{web}/{name}" for name in ("here", "moved", "no-head", "gone")]
    assert list(dead(urls, 5)) == [(f"{web}/gone", "it answers 410")]
    ((url, wrong),) = dead(["http://127.0.0.1:1/"], 5)
    assert url == "http://127.0.0.1:1/"
    assert "refused" in wrong


def test_check_asks_the_web_when_told_to(web: str, tmp_path: Path) -> None:
    write(tmp_path, {"data/x.ttl": f"{PREFIXES}e:a a e:A ;\n  e:p <{web}/gone#part>, <{web}/here> ."}, "")
    assert "gone" not in run_ldpub("check", str(tmp_path)).stderr
    run = run_ldpub("check", str(tmp_path), "--links")
    assert f"data/x.ttl:7: warning: <{web}/gone>: it answers 410" in run.stderr
    assert "1 warning," in run.stdout


def test_what_the_shipped_project_reaches(shipped_release: Path) -> None:
    found = json.loads((shipped_release / "quality.json").read_text(encoding="utf-8"))
    assert [profile["violations"] for profile in found["profiles"]] == [[], []]
    assert [profile["warnings"] for profile in found["profiles"]] == [[], []]
    assert [score["points"] for score in found["scores"]] == [pytest.approx(400.4, abs=1)]
    assert {tag: one["count"] for tag, one in found["unlabelled"].items()} == {"en": 0, "de": 0}
    assert found["links"]["count"] == 0
    assert found["terms"] > 200
