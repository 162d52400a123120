"""The catalogue as harvesters, crawlers and people get it: RDF by default, pages on request, links that lead back."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import zstandard
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from conftest import Serve
from ldpub.namespaces import DCAT, DCT, HYDRA, RDF, SPDX, VOID
from small import PREFIXES, built
from web import BROWSER, Reply, Web

BASE = "https://example.org/set/"
LIB = "https://data.example.org/lib/"


def browser() -> list[str] | None:
    """The command of a Chromium that runs on this machine."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        return None
    command = [found, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0", "--dump-dom"]
    try:
        done = subprocess.run([*command, "about:blank"], capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return None
    return command if done.returncode == 0 else None


RDF_TYPES = {"ttl": "text/turtle", "rdf": "application/rdf+xml", "jsonld": "application/ld+json"}


@pytest.fixture(scope="module")
def paged(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A site of seven data sets, three on a page of the catalogue."""
    files = {f"data/{n}.ttl": f"{PREFIXES}e:t{n} a e:A ; rdfs:label 'Thing {n}'@en ." for n in range(6)}
    parts = "".join(
        f'[[catalogue.products]]\nslug = "part-{n}"\ntitle = {{ en = "Part <{n}>" }}\n'
        f'description = {{ en = "One part" }}\ngraphs = ["data/{n}"]\n'
        for n in range(6)
    )
    folder = tmp_path_factory.mktemp("paged")
    release = built(folder, files, f"[catalogue]\npage_size = 3\n{parts}").release
    with Web(serve(release.path)) as web:
        yield web


def triples(reply: Reply, form: RdfFormat = RdfFormat.TURTLE) -> set[Triple]:
    assert reply.status == 200, reply.text
    return {quad.triple for quad in parse(reply.body, format=form, base_iri="http://localhost/")}


def objects(graph: set[Triple], name: str, subject: str | None = None) -> list[str]:
    return sorted(
        getattr(t.object, "value", "")
        for t in graph
        if t.predicate.value == name and subject in (None, str(t.subject)[1:-1])
    )


def links(reply: Reply) -> list[tuple[str, str, str]]:
    """Target, relation and type of each link of the header."""
    return re.findall(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', reply.headers["Link"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("accept", ["*/*", None, "text/turtle", "text/turtle, */*;q=0.1"])
def test_the_catalogue_is_rdf_unless_a_page_is_asked_for(library: Web, method: str, accept: str | None) -> None:
    reply = library.ask(method, "/catalog", {"Accept": accept} if accept else {})
    assert (reply.status, reply.media_type) == (200, "text/turtle")
    assert "ETag" in reply.headers
    page = library.ask(method, "/catalog", {"Accept": BROWSER})
    assert (page.status, page.media_type) == (200, "text/html")
    assert "Accept" in page.headers["Vary"]


@pytest.mark.parametrize("suffix", RDF_TYPES)
def test_fixed_suffixes(library: Web, suffix: str) -> None:
    for target in ("/catalog", "/dataset/lib", "/releases"):
        reply = library.get(f"{target}.{suffix}", BROWSER)
        assert (reply.status, reply.media_type) == (200, RDF_TYPES[suffix])
        assert library.get(f"{target}.{suffix}", If_None_Match=reply.headers["ETag"]).status == 304
    for target in ("/catalog.csv", "/releases.x", "/dataset/none", "/dataset/none.ttl", "/dataset/lib.csv"):
        assert library.get(target).status == 404, target


def test_a_page_that_is_asked_for_at_all_is_a_landing_page(library: Web) -> None:
    for accept in ("text/html, */*", "text/html", BROWSER):
        assert library.get("/dataset/lib", accept).media_type == "text/html"
    assert library.get("/dataset/lib.html", "*/*").media_type == "text/html"
    assert library.get("/dataset/lib", "*/*").media_type == "text/turtle"


def test_the_feed_holds_no_releases_nor_statistics(library: Web) -> None:
    graph = triples(library.get("/catalog"))
    text = "".join(map(str, graph))
    assert VOID not in text
    assert "DatasetSeries" not in text
    assert "release/" not in text
    assert "http://www.w3.org/2000/01/rdf-schema#label" not in text
    assert "accessService" not in text
    assert objects(graph, DCAT + "dataset") == [LIB + "dataset/lib"]


@pytest.mark.parametrize("suffix", ["", ".ttl", ".rdf", ".jsonld"])
def test_pages_lead_from_one_to_the_next_in_one_syntax(paged: Web, suffix: str) -> None:
    form = {".rdf": RdfFormat.RDF_XML, ".jsonld": RdfFormat.JSON_LD}.get(suffix, RdfFormat.TURTLE)
    target, found, seen = f"/catalog{suffix}", [], []
    while target:
        graph = triples(paged.get(target, "*/*"), form)
        found += objects(graph, DCAT + "dataset")
        (view,) = {str(t.subject)[1:-1] for t in graph if t.object == NamedNode(HYDRA + "PartialCollectionView")}
        seen.append(view)
        following = objects(graph, HYDRA + "next", view)
        assert objects(graph, HYDRA + "last") == [f"{BASE}catalog{suffix}?page=3"]
        target = following[0].replace(BASE, "/") if following else ""
    assert seen == [f"{BASE}catalog{suffix}?page={number}" for number in (1, 2, 3)]
    names = ("set", *(f"part-{n}" for n in range(6)))
    assert sorted(found) == sorted(f"{BASE}dataset/{name}" for name in names)
    assert f"{BASE}dataset/set" in found[:3], "what the service serves is on its page"
    etags = {paged.get(f"/catalog{suffix}?page={number}").headers["ETag"] for number in (1, 2, 3)}
    assert len(etags) == 3


def test_pages_that_are_none(paged: Web, library: Web) -> None:
    assert paged.get("/catalog?page=4").status == 404
    assert paged.get("/catalog.ttl?page=0").status == 400
    assert library.get("/catalog?page=2").status == 404
    assert HYDRA not in library.get("/catalog").text


def test_people_turn_pages_too(paged: Web) -> None:
    first = paged.get("/catalog.html").text
    assert "Part &lt;0&gt;" in first
    assert 'rel="next" href="?page=2"' in first
    assert 'rel="prev" href="?page=2"' in paged.get("/catalog.html?page=3").text


@pytest.mark.parametrize(
    "target", ["/catalog?page=2", "/catalog.html?page=2", "/catalog.rdf?page=2", "/catalog.ttl?page=2"]
)
@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_a_later_page_says_that_it_is_that_page(paged: Web, target: str, accept: str) -> None:
    reply = paged.get(target, accept)
    here = urljoin(target, reply.headers["Content-Location"])
    same = paged.get(here, accept)
    assert same.media_type == reply.media_type
    assert set(re.findall(r"dataset/part-\d", same.text)) == set(re.findall(r"dataset/part-\d", reply.text))
    found = links(reply)
    alternates = [(urljoin(target, to), kind) for to, relation, kind in found if relation == "alternate"]
    assert len(alternates) == 5
    for alternate, kind in alternates:
        assert alternate.endswith("?page=2")
        assert paged.get(alternate).media_type == kind
    assert {relation: to for to, relation, _ in found if relation in ("prev", "next")} == {
        "prev": "?page=1",
        "next": "?page=3",
    }
    page = paged.get("/catalog.html?page=2").text
    assert page.count('href="catalog.ttl?page=2"') == 2


def test_who_turns_pages_keeps_the_language(paged: Web) -> None:
    text = paged.get("/catalog.html?lang=de&page=2").text
    assert 'rel="next" href="?lang=de&amp;page=3"' in text
    assert 'rel="prev" href="?lang=de&amp;page=1"' in text


def test_signposts_of_the_landing_page(library: Web) -> None:
    for method in ("GET", "HEAD"):
        reply = library.ask(method, "/dataset/lib", {"Accept": BROWSER})
        found = links(reply)
        by_relation = {relation: [t for t, r, _ in found if r == relation] for _, relation, _ in found}
        assert by_relation["cite-as"] == [LIB + "dataset/lib"]
        assert set(by_relation["type"]) == {"https://schema.org/AboutPage", "https://schema.org/Dataset"}
        assert by_relation["license"] == ["https://creativecommons.org/publicdomain/zero/1.0/"]
        assert len(by_relation["author"]) == 1
        assert len(by_relation["item"]) >= 9
        for target, relation, media_type in found:
            if relation in ("describedby", "item", "linkset"):
                here = urljoin("/dataset/lib", target)
                answer = library.ask("HEAD", here)
                answer = library.ask("HEAD", answer.headers["Location"]) if answer.status == 302 else answer
                assert (answer.status, answer.media_type) == (200, media_type), target
                if relation == "item":
                    assert (f"{LIB}dataset/lib.html", "collection", "text/html") in links(answer)


@pytest.mark.parametrize("suffix", ["", *(f".{suffix}" for suffix in RDF_TYPES)])
def test_signposts_of_a_description_lead_to_the_landing_page(library: Web, suffix: str) -> None:
    """The RDF forms are no landing pages (FAIR Signposting, level 2)."""
    found = links(library.get(f"/dataset/lib{suffix}", "*/*"))
    assert {relation for _, relation, _ in found} == {"describes", "cite-as", "license", "linkset", "alternate"}
    assert ("../dataset/lib.html", "describes", "text/html") in found
    assert (f"{LIB}dataset/lib", "cite-as", "") in found


def test_the_linkset_says_the_same(library: Web) -> None:
    reply = library.get("/dataset/lib/linkset")
    assert reply.headers["Content-Type"] == "application/linkset+json"
    own, *others = json.loads(reply.text)["linkset"]
    items = [one for one in others if "collection" in one]
    descriptions = [one for one in others if "describes" in one]
    assert len(items) + len(descriptions) == len(others)
    assert [one["anchor"] for one in descriptions] == [one["href"] for one in own["describedby"]]
    for one in descriptions:
        assert one["describes"] == [{"href": own["anchor"], "type": "text/html"}]
        assert (one["cite-as"], one["license"]) == (own["cite-as"], own["license"])
    assert own["anchor"] == f"{LIB}dataset/lib.html"
    assert own["cite-as"] == [{"href": f"{LIB}dataset/lib"}]
    assert {"describedby", "item", "type", "author", "license"} <= set(own)
    assert [one["anchor"] for one in items] == [one["href"] for one in own["item"]]
    assert all(one["collection"] == [{"href": own["anchor"], "type": "text/html"}] for one in items)
    assert library.get("/dataset/none/linkset").status == 404


def schema(reply: Reply) -> dict[str, Any]:
    blocks = re.findall(r'<script type="application/ld\+json">\n(.*?)\n</script>', reply.text, re.DOTALL)
    found: list[dict[str, Any]] = [json.loads(block) for block in blocks]
    (dataset,) = (one for one in found if one["@type"] == "Dataset")
    return dataset


def test_search_engines_find_the_data_set(site: str, paged: Web) -> None:
    with Web(site) as web:
        english, german = (schema(web.get(f"/dataset/city-diplomacy.html?lang={tag}")) for tag in ("en", "de"))
    assert (english["name"], german["name"]) == ("City diplomacy", "Städtediplomatie")
    assert 50 <= len(english["description"]) <= 5000
    assert english["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert english["isAccessibleForFree"] is True
    assert english["temporalCoverage"] == "1947-01-01/2026-11-22"
    assert "47.27 5.87 55.06 15.04" in [place["geo"]["box"] for place in english["spatialCoverage"]]
    assert len(english["spatialCoverage"]) == 11
    assert len(english["distribution"]) == 11
    assert schema(paged.get("/dataset/part-1.html"))["name"] == "Part <1>", "no `<` ends the script element"


def test_a_browser_finds_nothing_against_the_policy(library: Web) -> None:
    command = browser()
    if command is None:
        pytest.skip("no Chromium runs here: whether the page keeps its own policy is not seen")
    for target in ("/dataset/lib.html", "/catalog.html", "/quality", "/releases.html"):
        run = subprocess.run([*command, library.url + target], capture_output=True, text=True, timeout=120, check=True)
        assert "<main" in run.stdout
        assert "CONSOLE" not in run.stderr, target


def test_what_the_catalogue_says_of_files_is_true_of_the_bytes(library: Web) -> None:
    graph = triples(library.get("/dataset/lib"))
    seen = 0
    for node in objects(graph, DCAT + "distribution"):
        for url in objects(graph, DCAT + "downloadURL", node):
            link = library.get(url.replace(LIB, "/"), Accept_Encoding="gzip, br, zstd")
            reply = library.get(link.headers["Location"], Accept_Encoding="gzip, br, zstd")
            assert reply.headers["Content-Encoding"] is None
            assert "immutable" in reply.headers["Cache-Control"]
            assert objects(graph, DCAT + "byteSize", node) == [str(len(reply.body))]
            (checksum,) = objects(graph, SPDX + "checksum", node)
            assert objects(graph, SPDX + "checksumValue", checksum) == [hashlib.sha256(reply.body).hexdigest()]
            part = library.get(link.headers["Location"], Range="bytes=10-", If_Range=reply.headers["ETag"])
            assert (part.status, part.body) == (206, reply.body[10:])
            seen += 1
    assert seen >= 9


def test_both_codings_hold_the_same(library: Web) -> None:
    def content(name: str) -> bytes:
        return library.get(library.get(f"/dump/{name}").headers["Location"]).body

    for suffix in ("nt", "ttl", "nq", "jsonld"):
        packed = content(f"lib.{suffix}.gz"), content(f"lib.{suffix}.zst")
        assert gzip.decompress(packed[0]) == zstandard.ZstdDecompressor().decompressobj().decompress(packed[1])


def test_tables_are_served_with_their_metadata(library: Web) -> None:
    location = library.get("/dump/lib/Book.csv").headers["Location"]
    reply = library.get(location)
    assert reply.media_type == "text/csv"
    assert reply.text.startswith("id,")
    (described,) = [target for target, relation, _ in links(reply) if relation == "describedby"]
    metadata = library.get(urljoin(location, described))
    assert metadata.media_type == "application/csvm+json"
    assert "Book.csv" in [table["url"] for table in json.loads(metadata.text)["tables"]]


def test_releases_are_a_series_in_a_document_of_their_own(library: Web, library_id: str) -> None:
    graph = triples(library.get("/releases"))
    series, release = f"{LIB}releases#series", f"{LIB}releases#{library_id}"
    assert Triple(NamedNode(series), NamedNode(RDF + "type"), NamedNode(DCAT + "DatasetSeries")) in graph
    assert objects(graph, DCAT + "inSeries", release) == [series]
    for url in objects(graph, DCAT + "downloadURL"):
        assert library.ask("HEAD", url.replace(LIB, "/")).status == 200
    assert library_id in library.get("/releases", BROWSER).text


def test_a_release_leads_to_the_one_before(tmp_path: Path, serve: Serve) -> None:
    data = {"data/x.ttl": PREFIXES + "e:a a e:A ."}
    older = built(tmp_path, data, "").release.manifest.id
    newer = built(tmp_path, {"data/x.ttl": PREFIXES + "e:b a e:A ."}, "").release.manifest.id
    with Web(serve(tmp_path)) as web:
        graph = triples(web.get("/releases"))
    assert objects(graph, DCAT + "prev") == [f"{BASE}releases#{older}"]
    assert objects(graph, DCAT + "prev", f"{BASE}releases#{newer}") == [f"{BASE}releases#{older}"]
    assert objects(graph, DCT + "issued", f"{BASE}releases#{older}") == [older[:10]]


@pytest.mark.parametrize(("tag", "word"), [("en", "Conformance of the catalogue"), ("de", "Konformität des Katalogs")])
def test_the_quality_page(site: str, tag: str, word: str) -> None:
    with Web(site) as web:
        reply = web.get(f"/quality?lang={tag}", BROWSER)
        assert reply.headers["Content-Language"] == tag
        for said in (word, "DCAT-AP 3.0.1", "DCAT-AP.de 3.0", "400,4 / 405" if tag == "de" else "400.4 / 405"):
            assert said in reply.text
        assert web.get(f"/quality?lang={tag}", BROWSER, If_None_Match=reply.headers["ETag"]).status == 304


def test_the_quality_page_names_what_is_wrong(paged: Web) -> None:
    text = paged.get("/quality", BROWSER).text
    assert "recommendations not followed" in text
    assert f"{BASE}dataset/part-0" in text
    assert "ignored" not in text


def test_void_is_found_at_its_place(library: Web) -> None:
    link = library.get("/.well-known/void")
    assert (link.status, link.headers["Location"]) == (303, "/void")
    graph = triples(library.get("/void"))
    assert objects(graph, VOID + "dataDump")
    assert objects(graph, VOID + "triples", LIB + "void#dataset")


def test_the_endpoint_confirms_the_numbers_of_void(library: Web, library_id: str) -> None:
    """Asked of the graphs that VoID says it counts: the default graph has the catalogue, too."""
    graph = triples(library.get(f"/release/{library_id}/void.ttl"))
    node = f"{LIB}void#dataset"
    counted = [iri for iri in objects(graph, VOID + "subset", node) if "void#" not in iri]
    assert len(counted) >= 3
    assert f"{LIB}graph/catalogue" not in counted
    assert all("union of the named graphs" in text for text in objects(graph, DCT + "description", node))

    def number(what: str, pattern: str, dataset: list[str]) -> str:
        clauses = " ".join(f"FROM <{iri}>" for iri in dataset)
        reply = library.query(f"SELECT (COUNT({what}) AS ?n) {clauses} WHERE {{ {pattern} }}", "text/csv")
        return reply.text.split()[1]

    every = "?s ?p ?o"
    for name, what, pattern in (
        ("triples", "*", every),
        ("classes", "DISTINCT ?o", "?s a ?o FILTER(isIRI(?o))"),
        ("properties", "DISTINCT ?p", every),
        ("distinctSubjects", "DISTINCT ?s", every),
        ("distinctObjects", "DISTINCT ?o", every),
    ):
        said = objects(graph, VOID + name, node)
        assert said == [number(what, pattern, counted)], name
    for iri in counted:
        assert objects(graph, VOID + "triples", iri) == [number("*", every, [iri])]
