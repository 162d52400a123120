"""Loading: every syntax arrives whole, what is wrong is told at once with its place, nothing is fetched."""

from __future__ import annotations

import codecs
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import rdflib
from hypothesis import given, settings
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from generated_rdf import graphs
from ldpub.build.load import load, read
from ldpub.build.shacl import to_rdflib
from ldpub.errors import SourceError
from ldpub.formats import SOURCE_FORMATS
from small import ANY_FILE, BASE, PREFIXES, faults_of, isomorphic, project, source

A, B, C = (NamedNode(f"{BASE}id/{name}") for name in "abc")
G = NamedNode(f"{BASE}id/g")

SAYINGS = {
    "x.ttl": f"<{A.value}> <{B.value}> <{C.value}> .",
    "x.nt": f"<{A.value}> <{B.value}> <{C.value}> .\n",
    "x.trig": f"<{A.value}> <{B.value}> <{C.value}> .",
    "x.nq": f"<{A.value}> <{B.value}> <{C.value}> .\n",
    "x.jsonld": f'{{"@id": "{A.value}", "{B.value}": {{"@id": "{C.value}"}}}}',
}
XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/set/id/">'
    f'<rdf:Description rdf:about="{A.value}"><e:b rdf:resource="{C.value}"/></rdf:Description></rdf:RDF>'
)
SAYINGS |= {"x.rdf": XML, "x.owl": XML, "x.xml": XML}


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A socket that must hear nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.05)
        yield server
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_samples_cover_every_suffix() -> None:
    assert {Path(name).suffix for name in SAYINGS} == set(SOURCE_FORMATS)


@pytest.mark.parametrize("name", SAYINGS)
def test_every_syntax_says_the_same(tmp_path: Path, name: str) -> None:
    dataset = load(project(tmp_path, {f"data/{name}": SAYINGS[name]}))
    assert {name: [*graph] for name, graph in dataset.graphs.items()} == {f"{BASE}graph/data/x": [Triple(A, B, C)]}


@pytest.mark.parametrize("name", SAYINGS)
def test_a_byte_order_mark_is_no_matter(tmp_path: Path, name: str) -> None:
    dataset = load(project(tmp_path, {f"data/{name}": codecs.BOM_UTF8 + SAYINGS[name].encode()}))
    assert [*dataset.graphs[f"{BASE}graph/data/x"]] == [Triple(A, B, C)]


@pytest.mark.parametrize("name", ["x.trig", "x.nq"])
def test_quads_keep_their_graph_names(tmp_path: Path, name: str) -> None:
    quad = f"<{A.value}> <{B.value}> <{C.value}>"
    text = f"<{G.value}> {{ {quad} }}" if name == "x.trig" else f"{quad} <{G.value}> .\n"
    dataset = load(project(tmp_path, {f"data/{name}": text}))
    assert {name: [*graph] for name, graph in dataset.graphs.items()} == {G.value: [Triple(A, B, C)]}
    assert [file.name for file in dataset.origins[G.value]] == [f"data/{name}"]


def test_a_file_names_its_graph_by_its_place(tmp_path: Path) -> None:
    triple = f"<{A.value}> <{B.value}> <{C.value}> ."
    files = {
        "data/hannover.ttl": triple,
        "data/far/off.x.ttl": triple,
        "data/größe.ttl": triple,
        "ontology/one.ttl": triple,
        "ontology/two.ttl": triple,
        "shapes/s.ttl": triple,
    }
    names = {f"{BASE}graph/{name}" for name in ("data/hannover", "data/far/off.x", "data/gr%C3%B6%C3%9Fe")}
    dataset = load(project(tmp_path, files))
    assert set(dataset.graphs) == names | {f"{BASE}graph/ontology", f"{BASE}graph/shapes"}
    assert len(dataset.graphs[f"{BASE}graph/ontology"]) == 1
    assert f"{BASE}graph/shapes" not in dataset.default_graphs


def test_a_relative_iri_is_relative_to_the_base_wherever_the_project_stands(tmp_path: Path) -> None:
    for name in SAYINGS:
        text = SAYINGS[name].replace(A.value, "id/a") if name not in ("x.nt", "x.nq") else SAYINGS[name]
        folder = tmp_path / name.replace(".", "-")
        assert [q.triple for q in read(source(folder, name, text))] == [Triple(A, B, C)]


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    text = f"_:x <{A.value}> _:y . _:y <{A.value}> [] ."
    dataset = load(
        project(tmp_path, {"data/one.ttl": text, "data/two.ttl": text, "data/three.nt": "_:x <http://e/p> _:y ."})
    )
    nodes = [{t.subject for t in triples} for triples in dataset.graphs.values()]
    assert sorted(len(found) for found in nodes) == [1, 2, 2]
    assert len(set().union(*nodes)) == 5


def test_blank_nodes_have_the_same_names_at_each_reading(tmp_path: Path) -> None:
    file = source(tmp_path, "x.ttl", f"[] <{A.value}> ( [ <{A.value}> 1 ] _:x [] ) .")
    assert list(read(file)) == list(read(file))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@settings(max_examples=40, deadline=None)
@given(graph=graphs)
@pytest.mark.parametrize(("suffix", "theirs"), [("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")])
def test_a_file_is_read_as_rdflib_reads_it(suffix: str, theirs: str, graph: list[Triple]) -> None:
    written = to_rdflib(graph).serialize(format=theirs, encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(rdflib, "NORMALIZE_LITERALS", new=False):
        got = [quad.triple for quad in read(source(Path(folder), f"x.{suffix}", written))]
        meant = rdflib.Graph().parse(data=written, format=theirs, publicID=BASE)
    assert isomorphic(got, meant)


BROKEN: dict[str, tuple[bytes, int | None, int | None, str]] = {
    "a.ttl": (b"@prefix e: <http://e/> .\n\ne:a e:b e:c .\ne:a e:b \xc3\xa9 .\n", 4, 9, "e:a e:b \u00e9 ."),
    "b.nt": (b"<http://e/a> <http://e/b> <http://e/c> .\n<http://e/a> <http://e/b> 5 .\n", 2, 27, "5 ."),
    "c.trig": (b"<http://e/g> {\n <http://e/a> <http://e/b> x:c\n}\n", 2, 28, "x:c"),
    "d.nq": (b"<http://e/a> <b> <http://e/c> .\n", 1, 14, "<b>"),
    "e.rdf": (b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Seq>\n</x>\n', 3, None, "</x>"),
    "f.jsonld": (b'{"@id": "http://e/a",\n "http://e/b" 5}\n', 2, 15, '"http://e/b" 5'),
    "g.jsonld": (b'{"@id": "http://e/a",\n "http://e/b": {"@id": 5}}\n', None, None, ""),
    "h.jsonld": (b'{"http://e/b": NaN}\n', None, None, ""),
    "i.ttl": (b"<http://e/a> <http://e/b> '\xff' .", 1, 28, ""),
    "j.docx": (b"", None, None, ""),
}


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files = {f"data/{name}": content for name, (content, *_) in BROKEN.items()}
    rules = {"shapes/rules/r.rq": "CONSTRUCT { ?s ?p }\nWHERE { ?s ?p ?o }", "ontology/questions/q.rq": "\nSELEC * {}"}
    found = faults_of(tmp_path, {**files, **rules, "ontology/o.ttl": "<a> <b> ."}, ANY_FILE.replace('y/*"', 'y/*.ttl"'))
    places = {fault.file: fault for fault in found}
    assert len(found) == len(places) == len(files) + 3
    for name, (_, line, column, excerpt) in BROKEN.items():
        fault = places[f"data/{name}"]
        assert (fault.line, fault.column) == (line, column), fault
        assert excerpt in (fault.excerpt or ""), fault
        assert "Parser error" not in fault.message
    assert (places["shapes/rules/r.rq"].line, places["shapes/rules/r.rq"].column) == (1, 19)
    assert places["ontology/questions/q.rq"].line == 2
    assert places["ontology/o.ttl"].line == 1


BILLION = b"""<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">%s]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:li>&j;</rdf:li></rdf:RDF>""" % b"".join(
    b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in b"bcdefghij"
)


@pytest.mark.parametrize("name", ["x.rdf", "x.owl", "x.xml"])
def test_xml_with_a_doctype_is_refused_at_once(tmp_path: Path, name: str) -> None:
    began = time.monotonic()
    (fault,) = faults_of(tmp_path, {f"data/{name}": BILLION})
    assert "DOCTYPE" in fault.message
    assert (fault.line, fault.column) == (2, 1)
    assert fault.mend
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"])
def test_a_doctype_cannot_hide_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    content = BILLION.decode().replace('"1.0"', f'"1.0" encoding="{encoding}"').encode(encoding)
    began = time.monotonic()
    assert faults_of(tmp_path, {"data/x.rdf": content})
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.ttl", "<a> <b> <<( <a> <b> <c> )>> ."),
        ("x.ttl", "<a> <b> <c> {| <d> <e> |} ."),
        ("x.ttl", '<a> <b> "x"@en--ltr .'),
        ("x.nt", "<http://a> <http://b> <<( <http://a> <http://b> <http://c> )>> ."),
    ],
)
def test_terms_of_rdf_1_2_are_refused(tmp_path: Path, name: str, content: str) -> None:
    (fault,) = faults_of(tmp_path, {f"data/{name}": content})
    assert "RDF 1.2" in fault.message
    assert fault.line == 1


@pytest.mark.parametrize("step", ["inferred", "catalogue", "report", "ontology", "shapes"])
def test_graphs_of_the_build_are_reserved(tmp_path: Path, step: str) -> None:
    text = f"\n<{BASE}graph/{step}> {{ <a> <b> <c> }}"
    (fault,) = faults_of(tmp_path, {"data/x.trig": text})
    assert "reserved" in fault.message
    assert (fault.line, fault.excerpt) == (2, text[1:])


def test_a_graph_needs_an_iri(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, {"data/x.trig": "\n_:g { <a> <b> <c> }"})
    assert "blank node" in fault.message
    assert fault.line == 2


def test_one_file_is_one_graph(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, {"data/a.ttl": "", "data/a.nt": ""})
    assert "data/a.nt" in fault.message
    assert "data/a.ttl" in fault.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads any file")
def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/x.ttl").touch(0)
    (fault,) = faults_of(tmp_path, {})
    assert fault.message == "cannot be read: Permission denied"


def test_an_endless_literal_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, {"data/x.ttl": b'<a> <b> "' + b"x" * 17_000_000 + b'" .'})
    assert "too long" in fault.message


REMOTE = ["http://127.0.0.1:{port}/c", "HTTP://127.0.0.1:{port}/c", "//127.0.0.1:{port}/c", "file:{file}", "{file}"]


@pytest.mark.parametrize("place", ["document", "list", "nested", "scoped", "context file", "import"])
@pytest.mark.parametrize("reference", [*REMOTE, "../../outside.jsonld", "missing.jsonld", "\0"])
def test_no_context_is_fetched(tmp_path: Path, listening: socket.socket, place: str, reference: str) -> None:
    outside = tmp_path / "outside.jsonld"
    outside.write_text('{"@context": {"p": "http://e/p"}}')
    text = json_string(reference.format(port=listening.getsockname()[1], file=outside))
    wrapped = {
        "document": f'{{"@context": {text}, "p": 1}}',
        "list": f'{{"@context": [{{}}, {text}], "p": 1}}',
        "nested": f'{{"http://e/q": [{{"@context": {text}, "p": 1}}]}}',
        "scoped": f'{{"@context": {{"q": {{"@id": "http://e/q", "@context": {text}}}}}, "q": {{"p": 1}}}}',
        "context file": '{"@context": "c.jsonld", "p": 1}',
        "import": f'{{"@context": {{"@version": 1.1, "@import": {text}}}, "p": 1}}',
    }
    files = {"data/x.jsonld": wrapped[place], "data/c.jsonld": f'{{"@context": {text}}}'}
    only = '[sources]\ndata = ["data/x.jsonld"]\n'
    (fault,) = faults_of(tmp_path / "project", files, only)
    assert fault.file == "data/x.jsonld"
    if place != "import":
        assert "is not fetched" in fault.message
        assert "\0" in reference or place == "context file" or fault.line == 1


def json_string(text: str) -> str:
    return '"' + text.replace("\0", "\\u0000") + '"'


def test_a_local_context_is_read_relative_to_who_names_it(tmp_path: Path) -> None:
    files = {
        "data/deep/x.jsonld": '{"@context": ["../../contexts/c.jsonld", {"q": "http://e/q"}], "p": "v", "q": 1}',
        "contexts/c.jsonld": '{"@context": "more/d.jsonld"}',
        "contexts/more/d.jsonld": '{"p": "http://e/p"}',
    }
    dataset = load(project(tmp_path, files, '[sources]\ndata = ["data/**/*.jsonld"]\n'))
    (triples,) = dataset.graphs.values()
    assert {(t.predicate.value, getattr(t.object, "value", None)) for t in triples} == {
        ("http://e/p", "v"),
        ("http://e/q", "1"),
    }


def test_what_is_wrong_in_a_context_file_is_told_of_that_file(tmp_path: Path) -> None:
    files = {"data/x.jsonld": '{"@context": "c.json", "p": 1}', "data/c.json": '{\n"@context": }'}
    (fault,) = faults_of(tmp_path, files, '[sources]\ndata = ["data/x.jsonld"]\n')
    assert (fault.file, fault.line, fault.column, fault.excerpt) == ("data/c.json", 2, 13, '"@context": }')


@pytest.mark.parametrize("other", ['"c.json"', '["c.json", "c.json"]', '{"@context": "c.json"}'])
def test_contexts_that_name_themselves_end(tmp_path: Path, other: str) -> None:
    files = {"data/x.jsonld": '{"@context": "c.json", "p": 1}', "data/c.json": f'{{"@context": {other}}}'}
    began = time.monotonic()
    (fault,) = faults_of(tmp_path, files, '[sources]\ndata = ["data/x.jsonld"]\n')
    assert "without end" in fault.message or "nested deeper" in fault.message
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("depth", [150, 20_000])
def test_deep_json_is_refused_fast(tmp_path: Path, depth: int) -> None:
    began = time.monotonic()
    content = '{"http://e/p":' * depth + "1" + "}" * depth
    (fault,) = faults_of(tmp_path, {"data/x.jsonld": content})
    assert "deeper" in fault.message
    assert time.monotonic() - began < 1


def test_json_ld_keeps_what_json_says(tmp_path: Path) -> None:
    text = (
        '{"@id": "a", "http://e/p": [1.5, 7, true, "01", {"@value": "1.50", "@type": "http://e/t"}, "\\ud83d\\ude00"]}'
    )
    said = {quad.object for quad in read(source(tmp_path, "x.jsonld", text))}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    typed = {("1.5E0", xsd + "double"), ("7", xsd + "integer"), ("true", xsd + "boolean"), ("1.50", "http://e/t")}
    assert said == {Literal(v, datatype=NamedNode(t)) for v, t in typed} | {Literal("01"), Literal("😀")}


def test_an_empty_file_is_no_fault(tmp_path: Path) -> None:
    assert not load(project(tmp_path, {"data/x.ttl": "", "data/y.ttl": "# nothing\n"})).graphs


def test_blank_node_subjects_are_kept(tmp_path: Path) -> None:
    (quad,) = read(source(tmp_path, "x.ttl", "[] <b> <c> ."))
    assert isinstance(quad.subject, BlankNode)
    assert PREFIXES.count("\n") == 5


def test_a_fault_shows_the_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as raised:
        load(project(tmp_path, {"data/x.ttl": "<a>\t<b>\t<c> .\n<a>\t<b>\t.\n"}))
    assert str(raised.value).splitlines() == [
        "data/x.ttl:2:9: error: . is not a valid RDF object",
        "    <a>\t<b>\t.",
        "       \t   \t^",
    ]


@pytest.mark.parametrize("path", ["sparql", "browse/x", "metrics#a", "static/site.css", "doc/x", "void"])
def test_things_that_a_page_of_the_site_would_hide_are_refused(tmp_path: Path, path: str) -> None:
    (fault,) = faults_of(tmp_path, {"data/a.ttl": f"<{BASE}{path}> a <{BASE}id/C> ."})
    assert fault.file == "data/a.ttl"
    assert f"{BASE}{path}" in fault.message
    assert fault.mend


def test_a_glob_of_its_own_that_matches_nothing_is_a_warning(tmp_path: Path) -> None:
    settings = '[sources]\ndata = ["dat/*.ttl", "data/*.ttl"]\n'
    loaded = load(project(tmp_path, {"data/a.ttl": f"<{BASE}id/a> a <{BASE}id/C> ."}, settings))
    (notice,) = loaded.notices
    assert notice.severity == "warning"
    assert "dat/*.ttl" in notice.message
