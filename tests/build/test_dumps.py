"""Dumps: alike in every syntax, the same bytes each time, and tables that say what the triples say."""

from __future__ import annotations

import csv
import gzip
import io
import json
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
import rdflib
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from rdflib.compare import to_isomorphic

from generated_rdf import graphs
from ldpub.build import distributions
from ldpub.build.distributions import CODINGS, SYNTAXES, Dumps, make_dumps
from ldpub.build.products import Product
from ldpub.build.rows import numbered
from ldpub.build.tables import METADATA, SEPARATORS, tables_of, zipped
from ldpub.formats import N_QUADS, RDF_XML
from ldpub.namespaces import RDF, RDFS
from small import BASE, PREFIXES, dataset_of, turtle

DATA = """\
e:a a e:A ; rdfs:label "A"@en, "Ä"@de ; e:size 1.50 ; e:knows e:b, e:c ; e:note "one | two", "three" .
e:b a e:A ; rdfs:label "B"@en ; e:knows [ a e:A ; e:size 2 ] .
e:c a e:B ; e:born "2026-01-31"^^xsd:date .
"""
TYPE = NamedNode(RDF + "type")
GRAPH = NamedNode(BASE + "graph/data/x")
RDFLIB = {"nquads": "nquads", "ntriples": "nt", "turtle": "turtle", "rdfxml": "xml", "jsonld": "json-ld"}


def dumped(triples: Iterable[Triple]) -> Dumps:
    quads = dataset_of(Quad(t.subject, t.predicate, t.object, GRAPH) for t in triples)
    product = Product("set", BASE + "dataset/set", {"en": "Set"}, {}, {}, quads)
    return make_dumps(product, {"e": BASE + "id/"}, BASE, ("en", "de"))


def unpacked(name: str, content: bytes) -> bytes:
    if name.endswith(".gz"):
        return gzip.decompress(content)
    return zstandard.ZstdDecompressor().decompressobj().decompress(content)


def canonical(triples: Iterable[Triple]) -> set[Triple]:
    found = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in found}


def read(form_name: str, content: bytes) -> list[Triple]:
    syntax = next(form for form in SYNTAXES if form.name == form_name)
    return [quad.triple for quad in parse(content, format=getattr(RdfFormat, syntax.engine))]


def read_by_rdflib(form_name: str, content: bytes) -> rdflib.Graph:
    graph = rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own parsers use what it deprecates
        if form_name != N_QUADS.name:
            return graph.parse(data=content, format=RDFLIB[form_name])
        for quad in rdflib.Dataset().parse(data=content, format="nquads").quads():
            graph.add(quad[:3])
    return graph


def test_every_syntax_and_coding_says_the_same() -> None:
    """By two parsers: the one that wrote them, and rdflib."""
    triples = turtle(DATA)
    made = dumped(triples)
    assert {dump.key for dump in made.dumps} == {
        *(f"{syntax.name}-{coding}" for syntax in SYNTAXES for coding in CODINGS),
        "csv-zip",
    }
    assert made.notices == ()
    expected = canonical(triples)
    other = to_isomorphic(rdflib.Graph().parse(data=PREFIXES + DATA, format="turtle"))
    for dump in made.dumps[:-1]:
        name = dump.key.partition("-")[0]
        content = unpacked(dump.name, made.files[dump.file])
        assert canonical(read(name, content)) == expected, dump.name
        assert to_isomorphic(read_by_rdflib(name, content)) == other, dump.name


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_any_graph_is_dumped_alike_or_said_not_to_be(graph: list[Triple]) -> None:
    made = dumped(graph)
    expected = canonical(graph)
    for dump in made.dumps:
        if not dump.packed:
            content = unpacked(dump.name, made.files[dump.file])
            assert canonical(read(dump.key.partition("-")[0], content)) == expected, dump.name
    missing = {syntax.name for syntax in SYNTAXES} - {dump.key.partition("-")[0] for dump in made.dumps}
    assert missing <= {RDF_XML.name}
    assert len(made.notices) == len(missing)


def test_what_xml_cannot_say_is_told() -> None:
    made = dumped(turtle("e:a <http://e/1> 1 ."))
    (notice,) = made.notices
    assert notice.severity == "warning"
    assert "set has no dump in RDF/XML" in notice.message
    assert all(RDF_XML.name not in dump.key for dump in made.dumps)


def test_n_quads_keep_the_graphs() -> None:
    made = dumped(turtle(DATA))
    content = unpacked("x.gz", made.files["dumps/set.nq.gz"])
    assert {quad.graph_name for quad in parse(content, format=getattr(RdfFormat, N_QUADS.engine))} == {GRAPH}


def test_the_bytes_repeat() -> None:
    triples = turtle(DATA)
    one, two = dumped(triples), dumped(triples)
    assert one == two
    assert one.files["dumps/set.nt.gz"][4:8] == b"\0\0\0\0", "a time stamp"


def cells(triples: Iterable[Triple]) -> set[tuple[str, str, str, str]]:
    """The statements that tables can hold: about things with an IRI, less their types."""
    return {
        (t.subject.value, t.predicate.value, t.object.value, getattr(t.object, "language", None) or "")
        for t in triples
        if isinstance(t.subject, NamedNode)
        and isinstance(t.object, NamedNode | Literal)
        and t.predicate.value != RDF + "type"
    }


def from_tables(files: dict[str, bytes]) -> set[tuple[str, str, str, str]]:
    """What the tables say, read only by what their metadata says of them (CSV on the Web)."""
    found = set()
    for table in json.loads(files[METADATA])["tables"]:
        columns = table["tableSchema"]["columns"]
        rows = list(csv.reader(io.StringIO(files[table["url"]].decode(), newline="")))
        assert rows[0] == [column["titles"] for column in columns]
        assert len({column["name"] for column in columns}) == len(columns)
        for row in rows[1:]:
            for column, cell in zip(columns[1:], row[1:], strict=True):
                values = cell.split(column["separator"]) if "separator" in column else [cell]
                found |= {(row[0], column["propertyUrl"], v, column.get("lang", "")) for v in values if cell}
    return found


def test_tables_hold_what_the_triples_say() -> None:
    triples = turtle(DATA)
    files = tables_of(numbered(triples), BASE, {"e": BASE + "id/"}, ("en", "de"))
    assert set(files) == {"A.csv", "B.csv", METADATA}
    assert from_tables(files) == cells(triples)
    table = next(t for t in json.loads(files[METADATA])["tables"] if t["url"] == "A.csv")
    by_name = {column["name"]: column for column in table["tableSchema"]["columns"]}
    assert list(by_name)[:3] == ["id", "label_en", "label_de"]
    assert by_name["size"]["datatype"] == "decimal"
    assert by_name["knows"]["datatype"] == "anyURI"
    assert by_name["note"]["separator"] == "; ", "` | ` is in a value"
    assert files["A.csv"].splitlines()[0] == b"id,label_en,label_de,knows,note,size"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(["p", "p_en", "q", "q-r", "q_r"]),
            st.text("ab |;‖,\"'=\r\n", min_size=1, max_size=6),
            st.sampled_from(["", "en", "de", "en-gb"]),
        )
    )
)
def test_tables_of_any_texts(rows: list[tuple[str, str, str, str]]) -> None:
    """But for a column that no separator parts as it was."""
    triples = [
        Triple(NamedNode(BASE + s), NamedNode(BASE + p), Literal(text, language=tag) if tag else Literal(text))
        for s, p, text, tag in rows
    ]
    typed = [Triple(NamedNode(BASE + s), NamedNode(RDF + "type"), NamedNode(BASE + "C")) for s in "abc"]
    files = tables_of(numbered([*typed, *triples]), BASE, {}, ("en",))
    columns: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    for thing, predicate, tag in sorted({(s, p, tag) for s, p, _, tag in rows}):
        texts = {text for s, p, text, other in rows if (s, p, other) == (thing, predicate, tag)}
        columns[predicate, tag].append(sorted(texts, key=lambda text: str(Literal(text))))
    if all(any(all(one.join(c).split(one) == c for c in found) for one in SEPARATORS) for found in columns.values()):
        assert from_tables(files) == cells(triples)


def test_large_products_have_no_tables_of_what_is_only_inferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributions, "LARGE", 0)
    stated, inferred = turtle("e:a a e:A ."), turtle("e:a a e:A, e:Z .")
    quads = [Quad(t.subject, t.predicate, t.object, GRAPH) for t in stated]
    quads += [Quad(t.subject, t.predicate, t.object, NamedNode(BASE + "graph/inferred")) for t in inferred]
    product = Product("set", BASE + "dataset/set", {"en": "Set"}, {}, {}, dataset_of(quads))
    made = make_dumps(product, {"e": BASE + "id/"}, BASE, ("en", "de"))
    assert {name for name in made.files if name.endswith(".csv")} == {"dumps/set/A.csv"}
    assert {dump.name for dump in made.dumps} == {
        *(f"set.{suffix}.{coding}" for suffix in ("nq", "nt", "ttl") for coding in CODINGS),
        "set.csv.zip",
    }


def test_names_of_tables_are_told_apart() -> None:
    classes = ["https://x.example/a#Thing", "https://y.example/b#Thing", "https://z.example/THING"]
    triples = [
        Triple(NamedNode(f"urn:x:{n}"), NamedNode(RDF + "type"), NamedNode(iri)) for n, iri in enumerate(classes)
    ]
    names = {name.lower() for name in tables_of(numbered(triples), BASE, {"a": "https://x.example/a#"}, ())}
    assert len(names) == 4
    assert "a_thing.csv" in names


def test_classes_of_vocabularies_have_no_tables() -> None:
    triples = [Triple(NamedNode("urn:x:y"), NamedNode(RDF + "type"), NamedNode(RDFS + "Class"))]
    assert tables_of(numbered(triples), BASE, {}, ()) == {}


def test_the_package_is_a_zip_that_repeats() -> None:
    files = {"b.csv": b"2", "a.csv": b"1"}
    assert zipped(files) == zipped(dict(reversed(list(files.items()))))
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as package:
        assert package.namelist() == ["a.csv", "b.csv"]
        assert package.testzip() is None


def test_the_shipped_tables_say_what_the_shipped_dump_says(shipped_release: Path) -> None:
    folder = shipped_release / "dumps"
    dump = folder / "city-diplomacy.nt.gz"
    triples = [q.triple for q in parse(gzip.decompress(dump.read_bytes()), format=RdfFormat.N_TRIPLES)]
    tables = folder / "city-diplomacy"
    files = {path.name: path.read_bytes() for path in tables.iterdir()}
    said = from_tables(files)
    assert said <= cells(triples)
    things = {thing for thing, *_ in said}
    assert said == {cell for cell in cells(triples) if cell[0] in things}
    with zipfile.ZipFile(folder / f"{tables.name}.csv.zip") as package:
        assert {name: package.read(name) for name in package.namelist()} == files


@pytest.mark.parametrize("coding", CODINGS)
def test_small_changes_change_the_checksum(coding: str) -> None:
    one, other = dumped(turtle(DATA)), dumped(turtle(DATA.replace("1.50", "1.5")))
    sums = [{d.key: d.sha256 for d in made.dumps}[f"ntriples-{coding}"] for made in (one, other)]
    assert sums[0] != sums[1]
