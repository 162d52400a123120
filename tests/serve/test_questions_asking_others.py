"""Questions with SERVICE (SPARQL 1.1 Federated Query): held against the list of the settings, answered when asked."""

from __future__ import annotations

import csv
import io
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import Serve
from ldpub.build.load import load
from small import BASE, built, faults_of, project, write
from web import BROWSER, Web
from wikibase import PREFIXES, label, oxigraph

DATA = f"""
@prefix e: <{BASE}id/> . @prefix schema: <http://schema.org/> . @prefix wd: <http://www.wikidata.org/entity/> .
e:here a e:City ; <http://www.w3.org/2000/01/rdf-schema#label> "Here"@en ; schema:sameAs wd:Q1 .
e:there a e:City ; <http://www.w3.org/2000/01/rdf-schema#label> "There"@en ; schema:sameAs wd:Q2 .
"""
QUESTION = f"""# en: What is {{city}} called elsewhere?
# de: Wie heißt {{city}} anderswo?
# param: city iri class=e:City en="City" de="Stadt"
PREFIX e: <{BASE}id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <http://schema.org/>
SELECT ?name WHERE {{
  VALUES ?city {{ e:here }}
  ?city schema:sameAs ?item .
  SERVICE <ENDPOINT> {{ ?item rdfs:label ?name FILTER(LANG(?name) = "fr") }}
}}
ORDER BY ?name
"""
ELSEWHERE = PREFIXES + label("Q1", "Ici@fr", "Hier@de") + label("Q2", "Là@fr")


def listing(*endpoints: str, name: str = "private_services") -> str:
    return f"[serve]\n{name} = {json.dumps(endpoints)}\n"


def files(text: str) -> dict[str, str]:
    return {"data/a.ttl": DATA, "ontology/questions/1-names.rq": text}


class Sites(NamedTuple):
    """The same project while its service answers, and when it is gone."""

    alive: Web
    bereft: Web


@pytest.fixture(scope="module")
def sites(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    folders = [tmp_path_factory.mktemp(name) / "project" for name in ("alive", "bereft")]
    with oxigraph(ELSEWHERE) as gone:
        write(folders[1], files(QUESTION.replace("ENDPOINT", gone)), listing(gone))
        bereft = serve(folders[1])
    with oxigraph(ELSEWHERE) as url:
        write(folders[0], files(QUESTION.replace("ENDPOINT", url)), listing(url))
        with Web(serve(folders[0])) as one, Web(bereft) as other:
            yield Sites(one, other)


def names(web: Web, query: str = "") -> list[str]:
    reply = web.get(f"/questions/1-names.csv{query}")
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store"), reply.text
    return [row["name"] for row in csv.DictReader(io.StringIO(reply.text))]


def test_the_page_has_the_answer_of_both(sites: Sites) -> None:
    reply = sites.alive.get("/questions/1-names?lang=en", BROWSER)
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store"), "the other's answer may change"
    assert "<h1>What is Here called elsewhere?</h1>" in reply.text
    shown = reply.text.partition('id="answers"')[2].partition("</section>")[0]
    assert "Ici" in shown
    assert "Hier" not in shown
    assert "Là" in sites.alive.get("/questions/1-names?city=There", BROWSER).text
    assert names(sites.alive) == ["Ici"]
    assert names(sites.alive, "?city=There") == ["Là"]


@pytest.mark.parametrize(
    ("language", "said", "title"),
    [
        ("en", "no answer that can be used", "What is Here called elsewhere?"),
        ("de", "keine brauchbare Antwort", "Wie heißt Here anderswo?"),
    ],
)
def test_the_page_says_that_the_other_is_gone(sites: Sites, language: str, said: str, title: str) -> None:
    for _ in range(2):
        reply = sites.bereft.get(f"/questions/1-names?lang={language}", BROWSER)
        assert (reply.status, reply.headers["Cache-Control"]) == (502, "no-store")
        shown = reply.text.partition('id="answers"')[2].partition("</section>")[0]
        assert said in shown
        assert "SERVICE &lt;http://127.0.0.1:" in shown
        assert f"<h1>{title}</h1>" in reply.text
        assert '<select name="city">' in reply.text, "one can still ask otherwise"


def test_programs_are_told_so_too(sites: Sites) -> None:
    for suffix in ("csv", "json"):
        reply = sites.bereft.get(f"/questions/1-names.{suffix}")
        assert (reply.status, reply.media_type) == (502, "application/problem+json")
        assert "SERVICE" in json.loads(reply.text)["detail"]


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <ENDPOINT> { ?s ?p ?o } }",
        "SELECT * { { SERVICE SILENT <ENDPOINT> { ?s ?p ?o } } UNION { ?s a ?c } }",
        "CONSTRUCT { ?s a ?c } WHERE { GRAPH <x:g> { SERVICE <ENDPOINT> { SELECT ?s ?c { ?s a ?c } LIMIT 3 } } }",
        "DESCRIBE ?s { SERVICE <ENDPOINT> { ?s ?p ?o } }",
    ],
)
@pytest.mark.parametrize("name", ["services", "private_services"])
def test_a_listed_endpoint_is_not_asked_by_a_build(tmp_path: Path, text: str, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/sparql"
        release = built(tmp_path, files(text.replace("ENDPOINT", url)), listing(url, name=name)).release
        with pytest.raises(TimeoutError):
            server.accept()
    (question,) = json.loads(release.file("questions.json").read_text(encoding="utf-8"))
    assert question["query"] == text.replace("ENDPOINT", url)


URL = "https://sparql.example.org/"


@pytest.mark.parametrize(
    ("text", "settings", "place", "said"),
    [
        ("SELECT * {\n SERVICE <https://other.example.org/> { ?s ?p ?o } }", listing(URL), "2:2", "queries only"),
        (f"SELECT * {{\n SERVICE <{URL}> {{ ?s ?p ?o }} }}", "", "2:2", "does not query other endpoints"),
        (f"SELECT * {{\n  VALUES ?e {{ <{URL}> }} SERVICE ?e {{ }} }}", listing(URL), "2:", "a variable cannot say"),
    ],
)
def test_what_is_not_listed_is_told_with_the_mend(
    tmp_path: Path, text: str, settings: str, place: str, said: str
) -> None:
    (fault,) = faults_of(tmp_path, files(text), settings.replace("private_", ""))
    assert said in fault.message
    assert fault.place.startswith(f"ontology/questions/1-names.rq:{place}")
    assert "serve.services" in str(fault.mend)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"SELECT * {{\n SERVICE <{URL}> {{ ?s ?p }}\n}}", "2:"),
        (f"SELECT * {{\n SERVICE <{URL}> {{\n  ?s ?p ?o\n }} ?x ?y }}", "4:10"),
        (f"SELECT * {{ SERVICE <{URL}> {{ ?s ?p ?o }}\n ?x ?y }}", "2:8"),
        (f"SELECT * {{ SERVICE <{URL}> {{ ?s ?p ?o }}", None),
    ],
)
def test_what_is_no_query_is_told_where_it_is_not(tmp_path: Path, text: str, place: str | None) -> None:
    (fault, *_) = faults_of(tmp_path, files(text), listing(URL, name="services"))
    assert fault.code == "syntax"
    assert fault.place.startswith(f"ontology/questions/1-names.rq:{place or ''}")


def test_a_rule_asks_nobody(tmp_path: Path) -> None:
    rule = f"CONSTRUCT {{ ?s a ?c }} WHERE {{ SERVICE <{URL}> {{ ?s a ?c }} }}"
    (fault,) = faults_of(tmp_path, {"data/a.ttl": DATA, "shapes/rules/r.rq": rule}, listing(URL, name="services"))
    assert (fault.file, "into the data" in str(fault.mend)) == ("shapes/rules/r.rq", True)


def test_the_limits_of_the_settings_hold_for_questions(tmp_path: Path) -> None:
    nested = "SELECT * " + "{" * 9 + "}" * 9
    assert len(load(project(tmp_path / "a", files(nested), "")).questions) == 1
    (fault,) = faults_of(tmp_path / "b", files(nested), "[serve]\nquery_depth = 8\n")
    assert "nested deeper than 8" in fault.message
