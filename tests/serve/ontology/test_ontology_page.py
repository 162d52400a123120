"""The documentation of ontologies and shapes over HTTP: the shipped ones, the library's, and some made on the spot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ldpub.serve import vocabulary_pages
from markup import Markup
from serve.conftest import AppOf
from small import PREFIXES, built
from web import BROWSER, Reply, Web

TERMS = (
    PREFIXES
    + """
@prefix v: <https://example.org/set/terms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vann: <http://purl.org/vocab/vann/> .
<https://example.org/set/terms> a owl:Ontology ; dct:title "The terms"@en, "Die Wörter"@de ; dct:creator e:ada ;
  dct:abstract "What the set says."@en, "Was die Menge sagt."@de ;
  owl:versionIRI <https://example.org/set/terms/VERSION> ;
  owl:versionInfo "VERSION" ; PRIOR dct:modified "2026-01-02"^^xsd:date ; owl:imports <http://www.w3.org/ns/org> ;
  vann:preferredNamespacePrefix "v" ; vann:preferredNamespaceUri "https://example.org/set/terms#" .
e:ada rdfs:label "Ada" .
v:Thing a owl:Class ; rdfs:label "Thing"@en, "Ding"@de ; skos:definition "Anything."@en, "Irgendetwas."@de .
v:Work a owl:Class ; rdfs:subClassOf v:Thing, <http://schema.org/CreativeWork>,
    [ owl:onProperty v:by ; owl:someValuesFrom [ owl:unionOf ( v:Person v:Body ) ] ] ;
  rdfs:label "Work"@en, "Werk"@de ; rdfs:comment "Made by someone."@en ; owl:hasKey ( v:code v:by ) ;
  skos:scopeNote "Only what is finished."@en, "Nur was fertig ist."@de ; dct:source <https://www.example.com/book> .
v:Person a owl:Class ; rdfs:subClassOf v:Thing ; rdfs:label "Person"@en, "Mensch"@de .
v:Body a owl:Class ; rdfs:subClassOf v:Thing ; rdfs:label "Body"@en, "Körperschaft"@de ; owl:deprecated true .
[] a owl:AllDisjointClasses ; owl:members ( v:Work v:Person v:Body ) .
v:by a owl:ObjectProperty, owl:FunctionalProperty ; rdfs:label "by"@en, "von"@de ; owl:inverseOf v:made ;
  rdfs:domain v:Work ; rdfs:range [ a owl:Class ; owl:unionOf ( v:Person v:Body ) ] ; skos:closeMatch dct:creator .
v:made a owl:ObjectProperty ; rdfs:label "made"@en, "machte"@de ;
  rdfs:domain [ a owl:Class ; owl:unionOf ( v:Person v:Body ) ] .
v:near a owl:ObjectProperty, owl:SymmetricProperty, owl:TransitiveProperty ; rdfs:label "near"@en, "bei"@de ;
  owl:propertyChainAxiom ( v:made v:by ) .
v:code a owl:DatatypeProperty ; rdfs:label "code"@en, "Code"@de ; rdfs:range xsd:string .
v:remark a owl:AnnotationProperty ; rdfs:label "remark"@en, "Bemerkung"@de .
v:formats a owl:Class ; rdfs:label "<b>Formats</b>"@en .
e:kinds a skos:ConceptScheme ; rdfs:label "Kinds"@en, "Arten"@de .
e:novel a skos:Concept ; skos:inScheme e:kinds ; rdfs:label "Novel"@en, "Roman"@de .
"""
)
SHAPES = (
    PREFIXES
    + """
@prefix v: <https://example.org/set/terms#> .
e:work a sh:NodeShape ; rdfs:label "Shape of works"@en, "Shape der Werke"@de ; sh:targetClass v:Work ;
  sh:property e:work-code , [ sh:path ( v:by [ sh:inversePath v:by ] ) ; sh:minCount 1 ; sh:severity sh:Warning ] ;
  sh:or ( [ sh:nodeKind sh:IRI ] e:other ) .
e:work-code sh:path v:code ; sh:name "code"@en, "Code"@de ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
  sh:pattern "^[A-Z]+$" ; sh:message "A code is in capitals."@en, "Ein Code hat Großbuchstaben."@de ; sh:group e:names .
e:names a sh:PropertyGroup ; rdfs:label "Names"@en, "Namen"@de ; sh:order 1 .
e:other a sh:NodeShape ; rdfs:label "Another"@en ; sh:closed true .
e:warned a sh:NodeShape ; rdfs:label "Remarked"@en, "Bemerkt"@de ; sh:targetClass v:Person ; sh:property e:warned-near .
e:warned-near sh:path v:near ; sh:minCount 5 ; sh:severity sh:Info .
"""
)
DATA = """
@prefix v: <https://example.org/set/terms#> . @prefix e: <https://example.org/set/id/> .
e:w1 a v:Work ; v:code "ONE" ; v:by e:p1 . e:p1 a v:Person . e:w2 a v:Work ; v:code "TWO" ; v:by e:p1 .
"""
RULE = """# en: Neighbours of works
# de: Nachbarn von Werken
PREFIX v: <https://example.org/set/terms#>
CONSTRUCT { ?a v:near ?b } WHERE { ?a v:by ?x . ?b v:by ?x }"""
QUESTION = """# en: Who made what?
# de: Wer machte was?
PREFIX v: <https://example.org/set/terms#>
SELECT * { ?work v:by ?who } # not v:code"""


def files(version: str, prior: str = "") -> dict[str, str]:
    before = f"owl:priorVersion <https://example.org/set/terms/{prior}> ;" if prior else ""
    return {
        "ontology/t.ttl": TERMS.replace("VERSION", version).replace("PRIOR", before),
        "shapes/s.ttl": SHAPES,
        "data/d.ttl": DATA,
        "shapes/rules/1-near.rq": RULE,
        "ontology/questions/1-who.rq": QUESTION,
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases: the second has version 2 of the ontology, a term less, one more, and one that changed."""
    folder = tmp_path_factory.mktemp("terms")
    settings = '[sources]\nontology = ["ontology/*.ttl"]\n[quality]\nbroken_links = 0\n'
    built(folder, files("1"), settings)
    changed = files("2", "1")
    text = changed["ontology/t.ttl"].replace("v:remark a", "v:notice a").replace('"Anything."@en', '"Whatever."@en')
    changed["ontology/t.ttl"] = text.replace("( v:Person v:Body ) ] ; skos", "( v:Body v:Person ) ] ; skos")
    built(folder, changed, settings)
    return folder


@pytest.fixture(scope="module")
def client(app_of: AppOf, project: Path) -> FlaskClient:
    app: Flask = app_of(project / "releases")
    return app.test_client()


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers={"Accept": BROWSER})
    assert answer.status_code == 200, path
    Markup(answer.text)
    assert "_:" not in re.sub(r"<pre>.*?</pre>", "", answer.text, flags=re.DOTALL)
    return answer.text


def entry(text: str, anchor: str) -> dict[str, list[str]]:
    """The rows of a term: heading to values as plain text."""
    article = re.search(rf'<article id="{re.escape(anchor)}".*?</article>', text, re.DOTALL)
    assert article, anchor
    rows = re.findall(r"<div>\s*<dt>(.*?)</dt>(.*?)</div>", article[0], re.DOTALL)
    return {
        head: [
            unescape(re.sub("<[^>]*>", "", value)).strip()
            for value in re.findall("<dd[^>]*>(.*?)</dd>", body, re.DOTALL)
        ]
        for head, body in rows
    }


def test_the_head_says_what_the_ontology_says(client: FlaskClient) -> None:
    english, german = page(client, "/terms?lang=en"), page(client, "/terms?lang=de")
    assert "<h1>The terms</h1>" in english
    assert "<h1>Die Wörter</h1>" in german
    assert '<p class="summary">Was die Menge sagt.</p>' in german
    head = english.partition("<main")[2].partition("<nav class")[0]
    rows = dict(re.findall(r"<div><dt>(.*?)</dt>\s*<dd>(.*?)</dd>", head))
    assert rows["Version"] == "2"
    assert rows["Prefix"] == "v"
    assert rows["Namespace"] == "https://example.org/set/terms#"
    assert ">Ada<" in rows["By"]
    assert 'href="terms/1' in rows["Version before"]
    assert "http://www.w3.org/ns/org" in rows["Imports"]
    assert "Ada (2026): The terms. Version 2. https://example.org/set/terms/2" in english


def test_a_class_in_both_languages(client: FlaskClient) -> None:
    text = page(client, "/terms?lang=en")
    work = entry(text, "Work")
    assert work["Kind of"] == ["Thing", "at least 1 by of the kind (Person or Body)"]
    assert work["Recognised by"] == ["code and by"]
    assert work["Never at the same time"] == ["Person", "Body"]
    assert work["Properties"] == ["by"]
    assert work["In other vocabularies"] == ["kind of: creative work"]
    assert work["In the data"] == ["2 instances", "https://example.org/set/id/w1", "https://example.org/set/id/w2"]
    assert work["Shapes"] == [
        "Shape of works: code (exactly 1, a text); by, then (by the other way round) (at least 1)"
    ]
    assert work["scope note"] == ["Only what is finished."]
    assert work["Source"] == ["https://www.example.com/book"]
    assert '<span lang="de">Werk</span>' in text
    german = entry(page(client, "/terms?lang=de"), "Work")
    assert german["Unterart von"] == ["Ding", "mindestens 1 von der Art (Mensch oder Körperschaft)"]
    assert german["Geltungsbereich"] == ["Nur was fertig ist."]
    assert "Made by someone." in page(client, "/terms?lang=de")
    assert entry(text, "Thing")["Its kinds"] == ["Body", "Person", "Work"]
    assert entry(text, "Person")["Properties that lead here"] == ["by"]


def test_properties_say_what_they_are_and_who_uses_them(client: FlaskClient) -> None:
    text = page(client, "/terms?lang=en")
    by = entry(text, "by")
    assert by["Is said of"] == ["Work"]
    assert by["Leads to"] == ["Body or Person"]
    assert by["The other way round"] == ["made"]
    assert by["In other vocabularies"] == ["nearly the same: creator"]
    assert by["In the data"][0] == "2 statements"
    assert by["In the data"][1].endswith("id/w1 → https://example.org/set/id/p1")
    assert by["Questions"] == ["Who made what?"]
    assert by["Used by the rules"] == ["Neighbours of works"]
    assert by["Shapes"] == ["Shape of works: by, then (by the other way round): at least 1"]
    assert "functional: at most one value" in text
    near = entry(text, "near")
    assert near["Follows from the chain"] == ["made, then by"]
    assert near["Made by the rules"] == ["Neighbours of works"]
    code = entry(text, "code")
    assert code["Shapes"] == ["Shape of works: exactly 1, a text, of the form ^[A-Z]+$"]
    assert "Questions" not in code, "what stands in a comment is no term"
    assert entry(page(client, "/terms?lang=de"), "near")["Aus den Regeln"] == ["Nachbarn von Werken"]


def test_deprecated_terms_schemes_and_what_would_act(client: FlaskClient) -> None:
    text = page(client, "/terms?lang=en")
    assert "<h3><del>Body</del></h3>" in text
    assert "deprecated: not to be used any more" in text
    assert entry(text, "kinds")["Concepts (1)"] == ["Novel"]
    assert "<b>Formats" not in text
    assert 'id="formats"' in text


def test_the_hierarchy_is_nested_with_counts(client: FlaskClient) -> None:
    tree = page(client, "/terms?lang=en").partition('class="tree"')[2].partition("</section>")[0]
    plain = re.sub(r"\s+", " ", re.sub(r"<(?!/?[uli]+>)[^>]*>", "", tree.partition("</figure>")[2]))
    assert "<li>Thing 3<ul><li>Body</li> <li>Person 1</li> <li>Work 2</li> </ul></li>" in plain
    assert 'src="picture/classes?lang=en"' in tree


def test_versions_stay_and_say_what_changed(client: FlaskClient, project: Path) -> None:
    names = sorted(path.name for path in (project / "releases").glob("[0-9]*"))
    assert len(names) == 2
    answer = client.get("/terms", headers={"Accept": BROWSER})
    links = {relation: iri for iri, relation in re.findall(r'<([^>]+)>; rel="([^"]+)"', answer.headers["Link"])}
    assert links["canonical"] == "https://example.org/set/terms"
    assert links["predecessor-version"] == "https://example.org/set/terms/1"
    text = page(client, "/terms?lang=en")
    told = text.partition('id="page-versions"')[2].partition("</section>")[0]
    assert all(name in told for name in names)
    assert "<h4>Added <small>1</small></h4>" in told
    assert '<a href="#notice">remark</a>' in told
    assert "v:remark" in told or "terms#remark" in told
    assert re.search(r'<li><a href="#Thing">Thing</a>: .*definition', told)
    former = client.get("/terms/1", headers={"Accept": BROWSER, "Accept-Language": "en"})
    assert 'rel="latest-version"' in former.headers["Link"]
    assert "This is the ontology as release" in former.text
    assert 'id="remark"' in former.text
    assert 'id="notice"' not in page(client, "/terms/1")
    assert 'id="notice"' in page(client, "/terms/2")
    for name in names:
        copy = page(client, f"/release/{name}/terms?lang=de")
        canonical = '<link rel="canonical" href="https://example.org/set/terms/1?lang=de">'
        assert ('id="remark"' in copy) == (canonical in copy)
        assert client.get(f"/release/{name}/terms.ttl").text.count("owl:Ontology") == 1
        assert client.get(f"/release/{name}/terms.html").status_code == 200
        with client.get(f"/release/{name}/manifest.json") as manifest:
            assert manifest.status_code == 200
        assert client.get(f"/release/{name}/id/w1").status_code == 404
    assert client.get("/release/2020-01-01-000000/terms").status_code == 404


def test_the_shapes_in_words(client: FlaskClient) -> None:
    english, german = page(client, "/graph/shapes?lang=en"), page(client, "/graph/shapes?lang=de")
    work = entry(english, "work")
    assert work["Applies to"] == ["Work"]
    assert work["Things that it is held against"] == ["2 things"]
    assert work["Results"] == ["0 results"]
    assert work["Of the thing itself"] == ["a thing with an IRI or Another"]
    table = re.search(r'<article id="work".*?</article>', german, re.DOTALL)
    assert table
    cells = [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[dh].*?</t[dh]>", table[0], re.DOTALL)]
    assert cells[6:13] == [
        "Namen", "Code", "genau 1", "ein Text", "von der Form ^[A-Z]+$", "Ein Code hat Großbuchstaben.", "Verstoß",
    ]  # fmt: skip
    assert cells[-1] == "Warnung"
    assert entry(german, "warned")["Befunde"] == ["1 Hinweis"]
    assert entry(english, "other")["Of the thing itself"] == ["no other properties"]
    assert 'href="../terms?term=Work&amp;lang=de"' in german
    assert 'id="work-code"' in english
    assert "graph/shapes?lang=de#work" in page(client, "/doc/work?lang=de")
    assert client.get("/graph/shapes.ttl").text.startswith("@prefix")


def test_pages_of_many_terms(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary_pages, "LISTED", 4)
    monkeypatch.setattr(vocabulary_pages, "SHAPES_LISTED", 2)
    for path, count in (("/terms", 11), ("/graph/shapes", 3)):
        seen, target = [], f"{path}?lang=en&x=1"
        while target:
            answer = client.get(target, headers={"Accept": BROWSER})
            Markup(answer.text)
            seen += re.findall(r'<article id="(?!page-)([^"]*)"', answer.text)
            found = re.search(r'rel="next" href="([^"]+)"', answer.text)
            target = path + found[1].replace("&amp;", "&") if found else ""
        assert len(seen) == len(set(seen)) == count
        assert client.get(f"{path}?page=99", headers={"Accept": BROWSER}).status_code == 404


def test_the_same_page_is_the_same_bytes_and_revalidates(client: FlaskClient) -> None:
    first, again = (client.get("/terms?lang=de", headers={"Accept": BROWSER}) for _ in range(2))
    assert first.data == again.data
    tag = {"Accept": BROWSER, "If-None-Match": first.headers["ETag"]}
    assert client.get("/terms?lang=de", headers=tag).status_code == 304
    assert client.get("/terms?lang=en", headers=tag).status_code == 200


def test_a_project_without_ontology_and_shapes_has_neither(app_of: AppOf, tmp_path: Path) -> None:
    data = {"data/d.ttl": PREFIXES + '<people#a> a e:P ; rdfs:label "A" . <people#b> a e:P ; rdfs:label "B" .'}
    built(tmp_path, data, '[sources]\nontology = []\ndata = ["data/*"]\nshapes = []\n')
    client = app_of(tmp_path / "releases").test_client()
    assert client.get("/graph/shapes", headers={"Accept": BROWSER}).status_code == 404
    assert client.get("/ontology", headers={"Accept": BROWSER}).status_code == 404
    text = client.get("/people", headers={"Accept": BROWSER, "Accept-Language": "en"}).text
    assert "Individuals" in text
    assert 'id="page-cite"' not in text


def test_a_vocabulary_with_slashes_lists_its_terms(app_of: AppOf, tmp_path: Path) -> None:
    terms = (
        PREFIXES
        + """
<voc> a owl:Ontology ; rdfs:label "Voc"@en .
<voc/A> a owl:Class ; rdfs:isDefinedBy <voc> ; rdfs:label "A"@en ; rdfs:subClassOf <voc/B> .
<voc/B> a rdfs:Class ; rdfs:isDefinedBy <voc> ; rdfs:label "B"@en ; rdfs:subClassOf <voc/A> .
"""
    )
    built(tmp_path, {"ontology/v.ttl": terms}, '[sources]\nontology = ["ontology/*"]\n')
    client = app_of(tmp_path / "releases").test_client()
    text = page(client, "/doc/voc?lang=en")
    assert {'id="voc/A"', 'id="voc/B"'} <= set(re.findall(r'id="[^"]*"', text))
    assert 'href="../doc/voc/A?lang=en"' in text


@pytest.fixture(scope="module")
def shipped(site: str) -> Iterator[Web]:
    with Web(site) as web:
        yield web


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_shipped_ontology(shipped: Web, language: str) -> None:
    reply: Reply = shipped.get(f"/ontology?lang={language}", BROWSER)
    markup = Markup(reply.text)
    turtle = shipped.get("/ontology.ttl").text
    terms = set(re.findall(r"^cd:(\w+) ", turtle, re.MULTILINE))
    assert len(terms) > 100
    assert terms <= markup.ids
    assert "_:" not in re.sub(r"<pre>.*?</pre>", "", reply.text, flags=re.DOTALL)
    small = shipped.get(f"/ontology?lang={language}", BROWSER, Accept_Encoding="gzip")
    assert len(small.body) < 60_000
    shapes = shipped.get(f"/graph/shapes?lang={language}", BROWSER)
    anchors = Markup(shapes.text).ids
    wanted = set(re.findall(r'href="graph/shapes\?lang=\w+#([^"]+)"', reply.text))
    assert wanted
    assert wanted <= anchors
    assert len(shipped.get(f"/graph/shapes?lang={language}", BROWSER, Accept_Encoding="gzip").body) < 60_000
    back = set(re.findall(r'href="\.\./ontology\?term=(\w+)&amp;lang=\w+"', shapes.text))
    assert back
    assert back <= markup.ids


def test_the_foreign_vocabulary(library: Web) -> None:
    for path in ("/terms", "/moods", "/graph/shapes", "/terms/2.1"):
        for language in ("en", "fr", "pt-BR"):
            Markup(library.get(f"{path}?lang={language}", BROWSER).text)
    text = library.get("/terms?lang=en", BROWSER).text
    assert entry(text, "Book")["Kind of"] == ["Item", "author only of the kind Person"]
    assert entry(text, "sharesShelfWith")["Made by the rules"]
