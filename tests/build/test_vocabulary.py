"""The index of an ontology's documentation: counts, examples, targets, and the terms that queries name."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Triple

from ldpub.build.query_terms import terms_of
from ldpub.build.rows import numbered
from ldpub.build.vocabulary import EXAMPLES, write_vocabulary
from ldpub.release import VOCABULARY
from small import built, turtle

BASE = "https://example.org/set/"
E = "https://example.org/set/id/"
DATA = """
e:b rdfs:subClassOf e:a .
e:one a e:a ; e:p e:two , "x" ; rdfs:label "One" .
e:two a e:a , e:b ; e:p e:two .
e:three a e:b ; e:q [ e:p e:one ] .
e:four a e:a . e:five a e:a .
"""
SHAPES = """
e:s sh:targetClass e:a ; sh:property e:t . e:t sh:path e:p ; sh:targetSubjectsOf e:p . e:u sh:targetObjectsOf e:p .
e:v sh:targetNode e:one , e:nobody . e:b a rdfs:Class , sh:NodeShape . e:none sh:targetClass e:nothing .
"""


def index(folder: Path, data: list[Triple], shapes: list[Triple]) -> Any:
    path = folder / "vocabulary.json"
    write_vocabulary(path, numbered(data), numbered(shapes), rules=(), questions=(), base=BASE)
    return json.loads(path.read_text("utf-8"))


def test_terms_are_counted_and_have_the_best_known_as_examples(tmp_path: Path) -> None:
    terms = index(tmp_path, turtle(DATA), [])["terms"]
    assert terms[E + "a"] == {"count": 4, "examples": [[f"<{E}two>"], [f"<{E}one>"], [f"<{E}five>"]]}
    assert terms[E + "p"]["count"] == 4
    assert terms[E + "p"]["examples"] == [[f"<{E}two>", f"<{E}two>"], [f"<{E}one>", '"x"']]
    assert terms[E + "q"] == {"count": 1, "examples": []}
    assert all(len(said["examples"]) <= EXAMPLES for said in terms.values())
    assert not any("www.w3.org" in term for term in terms)


def test_targets_are_counted_as_shacl_finds_them(tmp_path: Path) -> None:
    targets = index(tmp_path, turtle(DATA), turtle(SHAPES))["targets"]
    found = {name.removeprefix(f"<{E}").rstrip(">"): n for name, n in targets.items()}
    assert found == {"s": 5, "t": 3, "u": 3, "v": 2, "b": 2}


def test_the_order_of_statements_makes_no_difference(tmp_path: Path) -> None:
    data = [triple for triple in turtle(DATA) if "_:" not in str(triple)]
    first = index(tmp_path, data, turtle(SHAPES))
    random.Random(7).shuffle(data)
    assert index(tmp_path, data, turtle(SHAPES)) == first


QUERIES = [
    ("PREFIX e: <http://e/> SELECT * { ?s e:p <http://e/o> }", ["http://e/p", "http://e/o"], []),
    ('PREFIX e: <http://e/> # e:comment\nASK { ?s e:p "e:text <http://e/no>" }', ["http://e/p"], []),
    ("PREFIX a: <http://a/> PREFIX unused: <http://u/> ASK { ?s a a:C }", [
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://a/C",
    ], []),
    ("BASE <http://b/> ASK { ?s <p> <#q> }", ["http://b/p", "http://b/#q"], []),
    ("ASK { ?s <p> 1 }", [BASE + "p"], []),
    ("PREFIX e: <http://e/> CONSTRUCT { ?s e:made ?o } WHERE { ?s e:used/e:again ?o { } }", [
        "http://e/used", "http://e/again",
    ], ["http://e/made"]),
    ("PREFIX e: <http://e/> CONSTRUCT WHERE { ?s e:p ?o }", ["http://e/p"], ["http://e/p"]),
    ('PREFIX e: <http://e/> ASK { ?s e:n 1 ; e:d "1"^^e:int }', ["http://e/n", "http://e/d", "http://e/int"], []),
    ("ASK { ?s undeclared:p ?o }", [], []),
]  # fmt: skip


@pytest.mark.parametrize(("query", "uses", "makes"), QUERIES)
def test_the_terms_of_a_query_are_read_from_its_tokens(query: str, uses: list[str], makes: list[str]) -> None:
    assert terms_of(query, BASE) == (uses, makes)


def test_a_release_has_it_for_all_rules_and_questions(tmp_path: Path) -> None:
    prefix = "PREFIX e: <https://example.org/set/id/> "
    files = {
        "data/d.ttl": "@prefix e: <https://example.org/set/id/> . e:x a e:C ; e:p e:y .",
        "shapes/rules/1-r.rq": f"# en: A rule\n{prefix}CONSTRUCT {{ ?y e:q ?x }} {{ ?x e:p ?y }}",
        "ontology/questions/1-q.rq": f"# en: A question?\n{prefix}SELECT ?x {{ ?x e:q ?y }}",
    }
    release = built(tmp_path, files, '[sources]\nontology = []\ndata = ["data/*"]\n').release
    document = json.loads(release.file(VOCABULARY).read_text("utf-8"))
    assert document["terms"][E + "q"] == {"count": 1, "examples": [[f"<{E}y>", f"<{E}x>"]]}
    (rule,), (question,) = document["rules"], document["questions"]
    assert (rule["titles"], rule["uses"], rule["makes"]) == ({"en": "A rule"}, [E + "p"], [E + "q"])
    assert (question["name"], question["uses"]) == ("1-q", [E + "q"])
    assert VOCABULARY in release.manifest.files
